// Telling the moderators about a person, and what became of what one told them.
import { useState } from "preact/hooks";
import { list, post, type Page } from "../core/api";
import { asApiError, useBusy, useLoad } from "../core/hooks";
import { useLang } from "../i18n";
import { Badge, Button, errorText } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { Select, TextArea } from "../ui/fields";
import { toast } from "../ui/toast";
import { dateTime } from "./dates";
import { More } from "./more";
import { useWords } from "./words";

const kKinds = ["abuse", "cheating", "leaving", "nickname", "spam", "other"] as const;
type Kind = typeof kKinds[number];
const kTextMax = 500;

// `room` and `game`: where it happened, if there.
export function ReportDialog({ userId, name, room, game, onClose }: { userId: string; name: string; room?: string; game?: string | null; onClose: () => void }) {
    const w = useWords();
    const [kind, setKind] = useState<Kind | "">("");
    const [text, setText] = useState("");
    const [asked, setAsked] = useState(false);
    const [busy, once] = useBusy();
    const send = () => once(async () => {
        setAsked(true);
        if (!kind || !text.trim()) return;
        try {
            await post("/avalon/reports", { player: userId, kind, text: text.trim(), ...(room ? { room } : {}), ...(game ? { game } : {}) });
            toast(w.person.reported);
            onClose();
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
    });
    return (
        <Modal title={w.person.report + w.colon + name} onClose={onClose}>
            <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); void send(); }}>
                <Select label={w.person.kind} value={kind} onChange={(value) => setKind(value as Kind)} error={asked && !kind ? w.person.kindMissing : undefined}
                    choices={[{ value: "", label: w.person.kindMissing, disabled: true }, ...kKinds.map((one) => ({ value: one, label: w.person.kinds[one] }))]} />
                <TextArea label={w.person.reportAsk} value={text} onInput={setText} rows={3} maxLength={kTextMax} error={asked && !text.trim() ? w.person.textMissing : undefined} />
                <div class="dialog-actions"><Button onClick={onClose}>{w.close}</Button><Button type="submit" kind="primary" busy={busy}>{w.person.report}</Button></div>
            </form>
        </Modal>
    );
}

interface OwnReport {
    id: string;
    player: { id: string; nickname: string } | null;
    kind: Kind;
    text: string;
    state: "OPEN" | "TAKEN" | "UPHELD" | "DISMISSED";
    created: string;
}

export function OwnReports() {
    const w = useWords();
    const lang = useLang();
    const reports = useLoad<Page<OwnReport>>((signal) => list<OwnReport>("/avalon/reports", {}, { signal }), []);
    if (!reports.data || reports.data.items.length === 0) return null;
    return (
        <section class="av-section" aria-labelledby="av-reports"><h2 id="av-reports">{w.me.reports}</h2>
            <ul class="av-rooms">
                {reports.data.items.map((one) => (
                    <li key={one.id} class="av-room-row">
                        <span class="av-room-name"><strong>{one.player?.nickname ?? "—"}</strong><small>{w.person.kinds[one.kind]} · {dateTime(one.created, lang)}</small><span class="av-report-text">{one.text}</span></span>
                        <Badge tone={one.state === "UPHELD" ? "ok" : "neutral"}>{w.person.states[one.state]}</Badge>
                    </li>
                ))}
            </ul>
            <More path="/avalon/reports" found={reports} />
        </section>
    );
}
