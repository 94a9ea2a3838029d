import { useState } from "preact/hooks";
import { call, get } from "../core/api";
import { useLoad } from "../core/hooks";
import { stamp } from "../core/time";
import { useLang } from "../i18n";
import { Badge, Button, Card, Failed, LinkButton, Loading, PageHead, type Tone } from "../ui/basic";
import { TextArea } from "../ui/fields";
import { act } from "./acts";
import { FaceLink, useGameText, type Face } from "./avalon_parts";

export type ReportState = "OPEN" | "TAKEN" | "UPHELD" | "DISMISSED";
export const kStateTones: Record<ReportState, Tone> = { OPEN: "warn", TAKEN: "info", UPHELD: "bad", DISMISSED: "neutral" };

export interface Report {
    id: string;
    state: ReportState;
    kind: string;
    text: string;
    reporter: Face | null;
    subject: Face | null;
    handler: Face | null;
    note: string;
    room: string | null;
    game: string | null;
    created: string;
    rev: number;
}

interface WholeReport extends Report {
    context: { at: string; player: Face | null; channel: string; text: string }[];
}

const kNoteMax = 500;

export function ReportOfGame({ id }: { id: string }) {
    const g = useGameText();
    const lang = useLang();
    const report = useLoad((signal) => get<WholeReport>(`/avalon/moderation/reports/${id}`, { signal }), [id]);
    const data = report.data;
    if (report.error && !data) return <Failed error={report.error} retry={() => void report.reload()} />;
    if (!data) return <Loading />;
    return (
        <>
            <PageHead title={data.subject?.nickname ?? g.gone} eyebrow={g.report} back={{ href: "/admin/avalon/reports", label: g.tabs.reports }}
                lead={`${g.kinds[data.kind] ?? data.kind} · ${stamp(data.created, lang)}`}
                actions={data.subject && <LinkButton href={`/admin/avalon/players/${data.subject.id}`}>{g.toPlayer}</LinkButton>} />
            <div class="stack">
                <Card title={g.said}>
                    <p class={data.text ? "pre" : "muted"}>{data.text || g.nothingSaid}</p>
                    <p class="muted">{g.reporter}: <FaceLink face={data.reporter} /></p>
                    {data.game && <LinkButton href={`/avalon/games/${data.game}`} size="small">{g.seeReplay}</LinkButton>}
                </Card>
                <Card title={g.chat}>
                    {data.context.length === 0 ? <p class="muted">{g.noChat}</p> : (
                        <ul class="rows">
                            {data.context.map((line, i) => (
                                <li key={i} class="row">
                                    <div>
                                        <small class="muted num">{stamp(line.at, lang)} </small>
                                        <FaceLink face={line.player} />
                                        {line.channel === "spectators" && <small class="muted"> ({g.spectators})</small>}
                                        <p>{line.text}</p>
                                    </div>
                                </li>
                            ))}
                        </ul>
                    )}
                </Card>
                <Handle key={data.rev} report={data} reload={report.reload} />
            </div>
        </>
    );
}

function Handle({ report, reload }: { report: WholeReport; reload: () => Promise<void> }) {
    const g = useGameText();
    const [note, setNote] = useState(report.note);
    const set = async (state: ReportState) => {
        await act(() => call("PATCH", `/avalon/moderation/reports/${report.id}`, { body: { state, note: note.trim() }, rev: report.rev }), g.saved);
        await reload();
    };
    return (
        <Card title={g.state} actions={<Badge tone={kStateTones[report.state]}>{g.states[report.state]}</Badge>}>
            <TextArea label={g.note} help={g.noteHelp} name="note" value={note} onInput={setNote} maxLength={kNoteMax} rows={3} />
            <div class="dialog-actions">
                {report.state === "OPEN" && <Button onClick={() => void set("TAKEN")}>{g.take}</Button>}
                <Button onClick={() => void set("DISMISSED")}>{g.dismiss}</Button>
                <Button kind="primary" onClick={() => void set("UPHELD")}>{g.uphold}</Button>
            </div>
        </Card>
    );
}
