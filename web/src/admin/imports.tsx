// Teams from a table: a template to fill in, a trial that shows every mistake by cell, then the import itself.
import { useRef, useState } from "preact/hooks";
import { download } from "../core/api";
import { asApiError, useBusy } from "../core/hooks";
import { sendFile } from "../core/upload";
import type { I18nText } from "../core/types";
import { pick, useLang } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Button, Card, Empty, LinkButton, Notice, errorText } from "../ui/basic";
import { Checkbox, Choices, Select } from "../ui/fields";
import { toast } from "../ui/toast";
import { act, askAndAct } from "./acts";
import type { EventTabProps } from "./event";
import { PagedTable, bytes, usePaged } from "./parts";
import { TransferProgress, isUnderWay, transferPath, useTransfer, type Transfer } from "./transfers";

interface CellMistake { sheet: string; row: number | null; column: string | null; heading: string; field: string; reason: I18nText }

const kBytesMax = 5 << 20;

export function ImportTab({ event }: EventTabProps) {
    const a = useAdminText();
    const lang = useLang();
    const input = useRef<HTMLInputElement>(null);
    const [division, setDivision] = useState(event.divisions.length === 1 ? event.divisions[0]!.id : "");
    const [file, setFile] = useState<File | null>(null);
    const [job, setJob] = useState<Transfer | null>(null);
    const [busy, run] = useBusy();
    if (event.divisions.length === 0) return <Card><Empty icon="flag" title={a.divisions.empty}>{a.imports.needDivision}</Empty></Card>;
    const where = division ? `&division=${encodeURIComponent(division)}` : "";
    const send = (given: File, mode: "check" | "all" | "each", submit: boolean) => run(async () => {
        try {
            setJob(await sendFile<Transfer>(`/organiser/events/${event.id}/imports?mode=${mode}${where}${submit ? "&submit=true" : ""}`, given));
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
    });
    const choose = (given: File | undefined) => {
        if (!given) return;
        if (given.size > kBytesMax) return toast(a.imports.tooLarge(bytes(kBytesMax)), "bad");
        setFile(given);
        setJob(null);
        void send(given, "check", false);
    };
    const template = (format: "xlsx" | "csv") => act(() => download(`/organiser/events/${event.id}/imports/template?format=${format}${where}`, `import.${format}`), a.imports.templateSaved);
    return (
        <div class="stack">
            <Card title={a.imports.first} lead={a.imports.firstLead}>
                <div class="form-section">
                    {event.divisions.length > 1 && (
                        <Select label={a.imports.division} value={division} onChange={(value) => { setDivision(value); setJob(null); setFile(null); }}
                            choices={[{ value: "", label: a.imports.anyDivision }, ...event.divisions.map((one) => ({ value: one.id, label: pick(one.name, lang) }))]} />
                    )}
                    <div class="row">
                        <Button icon="download" onClick={() => void template("xlsx")}>{a.imports.xlsx}</Button>
                        <Button kind="quiet" icon="download" onClick={() => void template("csv")}>{a.imports.csv}</Button>
                    </div>
                </div>
            </Card>
            <Card title={a.imports.second} lead={a.imports.secondLead}>
                <div class="stack-s">
                    <div class="row">
                        <input ref={input} type="file" class="sr" tabIndex={-1} accept=".csv,.xlsx" aria-label={a.imports.pick}
                            onChange={(change) => { choose(change.currentTarget.files?.[0]); change.currentTarget.value = ""; }} />
                        <Button kind={file ? "secondary" : "primary"} icon="plus" busy={busy} onClick={() => input.current?.click()}>{file ? a.imports.other : a.imports.pick}</Button>
                        {file && <span class="muted">{file.name} · {bytes(file.size)}</span>}
                    </div>
                    {job && file && <Outcome key={job.id} event={event} first={job} busy={busy} onRun={(mode, submit) => void send(file, mode, submit)} />}
                </div>
            </Card>
        </div>
    );
}

function Outcome({ event, first, busy, onRun }: { event: EventTabProps["event"]; first: Transfer; busy: boolean; onRun: (mode: "all" | "each", submit: boolean) => void }) {
    const a = useAdminText();
    const job = useTransfer(event.id, first);
    const ended = !isUnderWay(job);
    const checked = job.action === "CHECK";
    const good = job.done - job.failed;
    return (
        <div class="stack-s">
            <TransferProgress event={event.id} job={job} />
            {ended && job.errors > 0 && (
                <>
                    <Notice tone={good > 0 ? "warn" : "bad"} live title={a.imports.mistakes(job.errors)}>{checked ? a.imports.mistakesBody : a.imports.left(job.failed)}</Notice>
                    <Mistakes event={event.id} job={job} />
                </>
            )}
            {ended && checked && job.errors === 0 && job.state === "DONE" && <Notice tone="ok" live title={a.imports.good(job.total, job.rows)}>{a.imports.goodBody}</Notice>}
            {ended && checked && good > 0 && <RunForm good={good} whole={job.errors === 0} busy={busy} onRun={onRun} />}
            {job.state === "DONE" && !checked && (
                <Notice tone="ok" live title={a.imports.done(good)} actions={<LinkButton size="small" href={`/admin/events/${event.id}/teams`}>{a.imports.toTeams}</LinkButton>} />
            )}
        </div>
    );
}

function RunForm({ good, whole, busy, onRun }: { good: number; whole: boolean; busy: boolean; onRun: (mode: "all" | "each", submit: boolean) => void }) {
    const a = useAdminText();
    const [mode, setMode] = useState<"all" | "each">(whole ? "all" : "each");
    const [submit, setSubmit] = useState(false);
    const start = () => askAndAct({ title: a.imports.confirmTitle(good), body: submit ? a.imports.confirmSubmit : a.imports.confirmBody, confirm: a.imports.run }, async () => onRun(mode, submit), a.imports.begun);
    return (
        <div class="form-section">
            {whole && (
                <Choices label={a.imports.how} cards values={[mode]} onChange={([value]) => setMode(value as "all" | "each")}
                    choices={(["all", "each"] as const).map((value) => ({ value, label: a.imports.modes[value], note: a.imports.modeNotes[value] }))} />
            )}
            <Checkbox label={a.imports.submit} help={a.imports.submitHelp} checked={submit} onChange={setSubmit} />
            <div><Button kind="primary" busy={busy} onClick={() => void start()}>{whole ? a.imports.run : a.imports.runGood(good)}</Button></div>
        </div>
    );
}

function Mistakes({ event, job }: { event: string; job: Transfer }) {
    const a = useAdminText();
    const lang = useLang();
    const paged = usePaged<CellMistake>(`${transferPath(event, job)}/errors`, {});
    return (
        <PagedTable paged={paged} empty={{ title: a.imports.noMistakes }} head={[a.imports.cell, a.imports.column, a.imports.problem]}
            row={(one) => (
                <tr key={`${one.sheet} ${one.row} ${one.column} ${one.field} ${one.reason.zh}`}>
                    <td class="cell-head num">{one.row === null ? a.imports.wholeFile : `${one.sheet ? `${one.sheet} · ` : ""}${one.column ? `${one.column}${one.row}` : a.imports.row(one.row)}`}</td>
                    <td data-label={a.imports.column}>{one.heading || "—"}</td>
                    <td data-label={a.imports.problem}>{pick(one.reason, lang)}</td>
                </tr>
            )} />
    );
}
