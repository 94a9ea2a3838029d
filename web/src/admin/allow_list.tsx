// The people whom a private event lets in by number. Lines are pasted or read from a file, and sent in portions.
import { useRef, useState } from "preact/hooks";
import { call, get, post } from "../core/api";
import { useLoad } from "../core/hooks";
import { stamp } from "../core/time";
import { useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Button, Card, Notice } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { Choices, TextArea } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { DialogButtons, act } from "./acts";
import { portions, readLines } from "./allow_lines";
import type { EventTabProps } from "./event";
import type { AllowEntry } from "./model";
import { PagedTable, usePaged } from "./parts";

interface Added { added: number; already: number; invalid: { row: number; reason: string }[] }
interface Outcome { added: number; already: number; bad: { line: number; value: string; reason: string }[] }

const kKinds = ["PHONE", "ID", "STUDENT_NO"] as const;
const kBadShown = 20;

export function AllowList({ event }: EventTabProps) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const path = `/organiser/events/${event.id}/allow-list`;
    const paged = usePaged<AllowEntry>(path, {});
    const counts = useLoad((signal) => get<{ entries: number; claimed: number; max: number }>(`${path}/count`, { signal }), [path]);
    const [adding, setAdding] = useState(false);
    const [outcome, setOutcome] = useState<Outcome | null>(null);
    const reload = () => Promise.all([paged.reload(), counts.reload()]);
    const remove = async (entry: AllowEntry) => {
        if (await act(() => call("DELETE", `${path}/${entry.id}`), a.access_.removed)) await reload();
    };
    return (
        <Card title={a.access_.list} lead={a.access_.listLead} actions={<Button size="small" kind="primary" icon="plus" onClick={() => setAdding(true)}>{a.access_.add}</Button>}>
            <div class="stack-s">
                {outcome && <OutcomeNotice outcome={outcome} />}
                {counts.data && counts.data.entries > 0 && <p class="muted num">{a.access_.listCount(counts.data.entries, counts.data.claimed, counts.data.max)}</p>}
                <PagedTable paged={paged} empty={{ title: a.access_.empty, body: a.access_.emptyBody }} head={[a.access_.number, a.access_.kind, a.access_.note, a.access_.used, ""]}
                    row={(entry) => (
                        <tr key={entry.id}>
                            <td class="cell-head mono">{entry.hint}</td>
                            <td data-label={a.access_.kind}>{a.access_.kinds[entry.kind]}</td>
                            <td data-label={a.access_.note}>{entry.note || "—"}</td>
                            <td data-label={a.access_.used} class="num">{entry.claimed_at ? stamp(entry.claimed_at, lang, event.tz) : a.access_.unused}</td>
                            <td class="cell-actions"><Button size="small" kind="quiet" icon="trash" label={`${t.common.remove}: ${entry.hint}`} onClick={() => void remove(entry)} /></td>
                        </tr>
                    )} />
            </div>
            {adding && <AddDialog path={path} onClose={() => setAdding(false)} onDone={(done) => { setAdding(false); setOutcome(done); void reload(); }} />}
        </Card>
    );
}

function OutcomeNotice({ outcome }: { outcome: Outcome }) {
    const a = useAdminText();
    const { bad } = outcome;
    return (
        <Notice live tone={bad.length > 0 ? "warn" : "ok"} title={a.access_.added(outcome.added, outcome.already)}>
            {bad.length > 0 && (
                <>
                    <p>{a.access_.bad(bad.length)}</p>
                    <ul>{bad.slice(0, kBadShown).map((one) => <li key={one.line}>{a.access_.badRow(one.line, one.value, one.reason)}</li>)}</ul>
                    {bad.length > kBadShown && <p>{a.access_.badMore(bad.length - kBadShown)}</p>}
                </>
            )}
        </Notice>
    );
}

function AddDialog({ path, onClose, onDone }: { path: string; onClose: () => void; onDone: (outcome: Outcome) => void }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const file = useRef<HTMLInputElement>(null);
    const [kind, setKind] = useState<string>("PHONE");
    const [text, setText] = useState("");
    const [sent, setSent] = useState(0);
    const lines = readLines(text, kind);
    const submit = () => form.run(async () => {
        const outcome: Outcome = { added: 0, already: 0, bad: [] };
        setSent(0);
        for (const portion of portions(lines)) {
            const body = { kind, values: portion.map((one) => one.value), ...(portion[0]!.note ? { note: portion[0]!.note } : {}) };
            const added = await post<Added>(path, body, { key: form.key(body) });
            outcome.added += added.added;
            outcome.already += added.already;
            outcome.bad.push(...added.invalid.map(({ row, reason }) => ({ line: portion[row - 1]!.line, value: portion[row - 1]!.value, reason })));
            setSent((before) => before + portion.length);
        }
        outcome.bad.sort((x, y) => x.line - y.line);
        onDone(outcome);
    }, lines.length === 0 ? { values: t.field.required } : {});
    return (
        <Modal wide title={a.access_.add} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["kind", "values", "note"]}>
                <Choices label={a.access_.kind} name="kind" values={[kind]} onChange={([value]) => setKind(value ?? "PHONE")} choices={kKinds.map((value) => ({ value, label: a.access_.kinds[value] }))} />
                <TextArea label={a.access_.values} name="values" rows={8} help={a.access_.valuesHelp} value={text} onInput={setText} error={form.errors["values"] ?? form.errors["note"]} maxLength={4_000_000} />
                <div class="row row-between">
                    <span>
                        <input ref={file} type="file" class="sr" tabIndex={-1} accept=".csv,.txt,text/csv,text/plain" aria-label={a.access_.file}
                            onChange={(event) => void event.currentTarget.files?.[0]?.text().then((read) => setText(read.replace(/^\uFEFF/, "")))} />
                        <Button size="small" icon="share" onClick={() => file.current?.click()}>{a.access_.file}</Button>
                    </span>
                    <span class="muted num" role="status">{form.busy ? a.access_.sending(sent, lines.length) : lines.length > 0 ? a.access_.lines(lines.length) : ""}</span>
                </div>
                <DialogButtons busy={form.busy} onClose={onClose} label={a.access_.add} />
            </Form>
        </Modal>
    );
}
