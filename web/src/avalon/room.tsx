import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, type ApiError } from "../core/api";
import { useCell } from "../core/cell";
import { asApiError, useBusy } from "../core/hooks";
import { usePlace } from "../core/router";
import { Badge, Button, Failed, LinkButton, Loading } from "../ui/basic";
import { TextInput } from "../ui/fields";
import { complain, useAct } from "./acts";
import { Emblem } from "./art";
import { closed, command, forgetRoom, link, room, takeBackFromOtherDevice } from "./client";
import { PlayPage } from "./play";
import type { ListedRoom, MyRoom } from "./types";
import { useWords } from "./words";

export function RoomPage({ code }: { code: string }) {
    const w = useWords();
    const state = useCell(room);
    const end = useCell(closed);
    const [was, setWas] = useState<string | null>(null);
    useEffect(() => () => forgetRoom(), []);
    const mine = state?.view.room.code === code ? state : null;
    useEffect(() => {
        if (mine) setWas(mine.roomId);
    }, [mine?.roomId]);
    if (mine) return <PlayPage view={mine.view} />;
    if (end && end.roomId === was) return <ClosedNote reason={end.reason} roomId={end.roomId} />;
    return <Centered title={w.join.title}><Entry code={code} /></Centered>;
}

function Centered({ title, children }: { title: string; children: ComponentChildren }) {
    const w = useWords();
    const head = useRef<HTMLHeadingElement>(null);
    useEffect(() => {
        document.title = `${title} · ${w.title}`;
        head.current?.focus({ preventScroll: true });
    }, [title, w]);
    return <main class="av-entry"><Emblem size={88} /><h1 tabIndex={-1} ref={head}>{title}</h1>{children}</main>;
}

function ClosedNote({ reason, roomId }: { reason: string; roomId: string }) {
    const w = useWords();
    const [title, note] = w.closed[reason] ?? w.closed["closed"]!;
    const [busy, act] = useAct();
    return (
        <Centered title={title}>
            <div role="alert"><p class="muted">{note}</p></div>
            <div class="av-entry-acts">
                {reason === "taken_over" && <Button kind="primary" size="large" busy={busy} onClick={() => void act(() => takeBackFromOtherDevice(roomId))}>{w.here}</Button>}
                <LinkButton href="/avalon" kind={reason === "taken_over" ? "secondary" : "primary"} size="large">{w.join.toLobby}</LinkButton>
            </div>
        </Centered>
    );
}

// Back to a seat one has, else the question whether to take one.
function Entry({ code }: { code: string }) {
    const w = useWords();
    const state = useCell(link);
    const [info, setInfo] = useState<ListedRoom | null>(null);
    const [error, setError] = useState<ApiError | null>(null);
    const [tried, setTried] = useState(false);
    useEffect(() => {
        if (state.state !== "on" || tried) return;
        let here = true;
        const look = async () => {
            const mine = ((await command("lobby:mine"))["rooms"] ?? []) as MyRoom[];
            const own = mine.find((one) => one.code.toUpperCase() === code);
            if (own) await command("room:resume", { roomId: own.roomId });
            else if (here) setInfo(await get<ListedRoom>(`/avalon/rooms/${encodeURIComponent(code)}`));
        };
        look().catch((failed: unknown) => here && setError(asApiError(failed))).finally(() => here && setTried(true));
        return () => void (here = false);
    }, [state.state]);
    if (error?.status === 404 || error?.code === "NOT_FOUND") {
        return <><p class="av-entry-title">{w.join.gone}</p><p class="muted">{w.join.goneNote}</p><LinkButton href="/avalon" kind="primary">{w.join.toLobby}</LinkButton></>;
    }
    if (error) return <Failed error={error} retry={() => location.reload()} />;
    if (!info) return <Loading label={state.state === "on" ? undefined : w.link.connecting} />;
    return <JoinCard info={info} code={code} />;
}

function JoinCard({ info, code }: { info: ListedRoom; code: string }) {
    const w = useWords();
    const { query } = usePlace();
    const token = query.get("link");
    const [password, setPassword] = useState("");
    const [busy, once] = useBusy();
    const enter = (as: "player" | "spectator") => once(async () => {
        try {
            await command("room:join", { ...(token ? { link: token } : { code }), as, ...(password ? { password } : {}) });
        } catch (error) {
            complain(error);
        }
    });
    const full = info.seated >= info.size;
    const open = info.state === "LOBBY" && !full;
    const watch = info.watchable;
    const asks = info.locked && !token;
    return (
        <form class="av-join" onSubmit={(event) => { event.preventDefault(); void enter(open ? "player" : "spectator"); }}>
            <p class="av-entry-title">{info.name || w.lobby.hostOf(info.host?.nickname ?? "")}</p>
            <p class="row"><Badge tone="accent">{code}</Badge><span>{w.lobby.seats(info.seated, info.size)}</span></p>
            {!open && <p class="muted">{watch ? (info.state === "LOBBY" ? w.join.full : w.join.playing) : w.join.noSpectators}</p>}
            {asks && <TextInput label={w.join.password} value={password} onInput={setPassword} maxLength={32} />}
            <div class="av-entry-acts">
                {open && <Button type="submit" kind="primary" size="large" wide busy={busy}>{w.join.sit}</Button>}
                {watch && <Button size="large" wide kind={open ? "secondary" : "primary"} busy={busy} onClick={() => void enter("spectator")}>{w.join.watch}</Button>}
                <LinkButton href="/avalon" kind="quiet">{w.join.toLobby}</LinkButton>
            </div>
        </form>
    );
}

