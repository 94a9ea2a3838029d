// Links to a replay: whose eyes they lend, which are in force, and taking them back.
import { useState } from "preact/hooks";
import { call, get, post } from "../core/api";
import { asApiError, useBusy, useLoad } from "../core/hooks";
import { useLang } from "../i18n";
import { Button, Failed, Loading, errorText } from "../ui/basic";
import { copyText } from "../ui/copy";
import { Modal } from "../ui/dialog";
import { Select } from "../ui/fields";
import { toast } from "../ui/toast";
import { dateTime } from "./dates";
import { useWords } from "./words";

interface Link {
    id: string;
    url: string;
    seat: number | null;
    created: string;
}

export function ShareDialog({ game, seats, eyes, onClose }: { game: string; seats: { value: string; label: string }[]; eyes: string; onClose: () => void }) {
    const w = useWords();
    const lang = useLang();
    const path = `/avalon/games/${encodeURIComponent(game)}/shares`;
    const links = useLoad<Link[]>((signal) => get<Link[]>(path, { signal }), [path]);
    const [view, setView] = useState(eyes);
    const [busy, once] = useBusy();
    const attempt = (work: () => Promise<void>) => void once(() => work().catch((error: unknown) => toast(errorText(asApiError(error)), "bad")));
    const copy = async (link: Link) => {
        if (await copyText(location.origin + link.url)) toast(w.replay.copied);
    };
    const make = () => attempt(async () => {
        const made = await post<Link>(path, { seat: view === "all" ? null : Number(view) });
        links.set([made, ...(links.data ?? [])]);
        await copy(made);
    });
    const revoke = (link: Link) => attempt(async () => {
        await call("DELETE", `/avalon/shares/${encodeURIComponent(link.id)}`);
        links.set((links.data ?? []).filter((one) => one.id !== link.id));
        toast(w.replay.revoked);
    });
    const seenBy = (link: Link) => seats.find((one) => one.value === (link.seat === null ? "all" : String(link.seat)))?.label ?? "";
    return (
        <Modal title={w.replay.share} onClose={onClose}>
            <form class="stack" onSubmit={(event) => { event.preventDefault(); make(); }}>
                <Select label={w.replay.view} help={w.replay.shareNote} value={view} onChange={setView} choices={seats} />
                <Button type="submit" kind="primary" icon="share" wide busy={busy}>{w.replay.makeLink}</Button>
            </form>
            <section class="av-section av-links" aria-labelledby="av-links">
                <h3 id="av-links">{w.replay.links}</h3>
                {links.error && <Failed error={links.error} retry={() => void links.reload()} />}
                {links.loading && !links.data && <Loading />}
                {links.data?.length === 0 && <p class="muted">{w.replay.noLinks}</p>}
                {links.data && links.data.length > 0 && (
                    <ul class="av-rooms">
                        {links.data.map((link) => (
                            <li key={link.id} class="av-room-row av-link-row">
                                <span class="av-room-name"><strong>{seenBy(link)}</strong><small>{dateTime(link.created, lang)}</small></span>
                                <Button size="small" onClick={() => void copy(link)}>{w.replay.copy}<span class="sr">{w.colon}{seenBy(link)}</span></Button>
                                <Button size="small" kind="danger" busy={busy} onClick={() => revoke(link)}>{w.replay.revoke}<span class="sr">{w.colon}{seenBy(link)}</span></Button>
                            </li>
                        ))}
                    </ul>
                )}
            </section>
            <div class="dialog-actions"><Button onClick={onClose}>{w.close}</Button></div>
        </Modal>
    );
}
