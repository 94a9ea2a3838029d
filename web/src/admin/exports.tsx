// An export made in the background: which rows, which columns, which kind of file. What was made can be fetched again for a while.
import { useState } from "preact/hooks";
import { call, download, list, post } from "../core/api";
import { useBusy, useLoad } from "../core/hooks";
import { stamp } from "../core/time";
import type { I18nText } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Notice } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { Checkbox, Choices } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { DialogButtons, act } from "./acts";
import type { EventTabProps } from "./event";
import { filterBody, isFiltered, type Filter } from "./filters";
import { bytes } from "./parts";
import { inEvent, useRights } from "./rights";
import { TransferProgress, isUnderWay, kTransferTones, transferPath, useTransfer, type Transfer } from "./transfers";

interface Column { key: string; label: I18nText; sensitive: boolean; usual: boolean }
type Event = EventTabProps["event"];

export function ExportDialog({ event, filter, onClose }: { event: Event; filter: Filter; onClose: () => void }) {
    const a = useAdminText();
    const t = useText();
    const [job, setJob] = useState<Transfer | null>(null);
    return (
        <Modal wide title={a.exports.title} onClose={onClose}>
            {job ? (
                <>
                    <Made key={job.id} event={event} first={job} />
                    <div class="dialog-actions"><Button onClick={() => setJob(null)}>{a.exports.another}</Button><Button onClick={onClose}>{t.common.close}</Button></div>
                </>
            ) : (
                <div class="stack">
                    <ExportForm event={event} filter={filter} onClose={onClose} onMade={setJob} />
                    <Earlier event={event} onOpen={setJob} />
                </div>
            )}
        </Modal>
    );
}

function ExportForm({ event, filter, onClose, onMade }: { event: Event; filter: Filter; onClose: () => void; onMade: (job: Transfer) => void }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const form = useForm();
    const sees = inEvent(useRights(), event, "reg.view_pii");
    const [format, setFormat] = useState("XLSX");
    const [rows, setRows] = useState("members");
    const [sensitive, setSensitive] = useState(false);
    const [columns, setColumns] = useState<string[] | null>(null); // null: the usual ones
    const known = useLoad(async (signal) => (await list<Column>(`/organiser/events/${event.id}/exports/columns`, { rows }, { signal })).items, [event.id, rows]);
    const all = known.data ?? [];
    const submit = () => form.run(async () => {
        // In the order of the list, however they were ticked.
        const chosen = columns === null ? null : all.map((column) => column.key).filter((key) => columns.includes(key));
        const body = { format, rows, ...(sensitive ? { sensitive } : {}), ...(chosen ? { columns: chosen } : {}), ...(isFiltered(filter) ? { filter: filterBody(filter) } : {}) };
        onMade(await post<Transfer>(`/organiser/events/${event.id}/exports`, body, { key: form.key(body) }));
    }, columns !== null && columns.length === 0 ? { columns: t.field.chooseOne } : {});
    return (
        <Form form={form} onSubmit={() => void submit()} shown={["format", "rows", "sensitive", "columns"]}>
            <p class="muted">{isFiltered(filter) ? a.exports.filtered : a.exports.everything}</p>
            <Choices label={a.exports.format} cards name="format" values={[format]} onChange={([value]) => setFormat(value ?? "XLSX")} error={form.errors["format"]}
                choices={[{ value: "XLSX", label: "Excel (XLSX)", note: a.exports.xlsx }, { value: "CSV", label: "CSV", note: a.exports.csv }]} />
            <Choices label={a.exports.rows} cards name="rows" values={[rows]} onChange={([value]) => { setRows(value ?? "members"); setColumns(null); }} error={form.errors["rows"]}
                choices={[{ value: "members", label: a.exports.members }, { value: "teams", label: a.exports.teams }]} />
            <Checkbox label={a.exports.some} checked={columns !== null} onChange={(on) => setColumns(on ? all.filter((column) => column.usual).map((column) => column.key) : null)} />
            {columns !== null && (
                <Choices label={a.exports.columns} many name="columns" values={columns} onChange={setColumns} error={form.errors["columns"]}
                    choices={all.map((column) => ({ value: column.key, label: pick(column.label, lang) || column.key, note: column.sensitive && !sensitive ? a.exports.masked : undefined }))} />
            )}
            {sees && <Checkbox label={a.exports.sensitive} help={a.exports.sensitiveHelp} name="sensitive" checked={sensitive} onChange={setSensitive} />}
            {sensitive && <Notice tone="warn">{a.registrations.exportFullBody}</Notice>}
            <DialogButtons busy={form.busy} onClose={onClose} label={a.exports.start} />
        </Form>
    );
}

function Made({ event, first }: { event: Event; first: Transfer }) {
    const a = useAdminText();
    const lang = useLang();
    const job = useTransfer(event.id, first);
    const [busy, run] = useBusy();
    return (
        <div class="stack-s">
            <TransferProgress event={event.id} job={job} />
            {job.state === "DONE" && (
                <>
                    <p>{a.exports.made(job.rows, bytes(job.bytes))}</p>
                    <div><Button kind="primary" icon="download" busy={busy} onClick={() => void run(() => act(() => download(`${transferPath(event.id, job)}/file`, `export.${job.action.toLowerCase()}`), a.exports.saved))}>{a.exports.download}</Button></div>
                    {job.expires && <p class="muted">{a.exports.kept(stamp(job.expires, lang, event.tz))}</p>}
                </>
            )}
        </div>
    );
}

function Earlier({ event, onOpen }: { event: Event; onOpen: (job: Transfer) => void }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const jobs = useLoad(async (signal) => (await list<Transfer>(`/organiser/events/${event.id}/exports`, { limit: "10" }, { signal })).items, [event.id]);
    const shown = (jobs.data ?? []).filter((job) => isUnderWay(job) || job.state === "DONE");
    const drop = async (job: Transfer) => {
        if (await act(() => call("DELETE", transferPath(event.id, job)), a.exports.dropped)) await jobs.reload();
    };
    if (shown.length === 0) return null;
    return (
        <section class="stack-s" aria-label={a.exports.earlier}>
            <h3>{a.exports.earlier}</h3>
            <ul class="rows">
                {shown.map((job) => (
                    <li key={job.id} class="row row-between">
                        <span class="num">{job.action} · {stamp(job.created, lang, event.tz)}{job.state === "DONE" && <small class="muted block">{a.exports.made(job.rows, bytes(job.bytes))}</small>}</span>
                        <span class="row">
                            {job.sensitive && <Badge tone="warn" icon="lock">{a.exports.full}</Badge>}
                            {isUnderWay(job) && <Badge tone={kTransferTones[job.state]}>{a.transfers.states[job.state]}</Badge>}
                            <Button size="small" kind="quiet" onClick={() => onOpen(job)}>{t.common.details}</Button>
                            {job.state === "DONE" && <Button size="small" kind="quiet" icon="trash" label={`${t.common.delete}: ${job.action} ${stamp(job.created, lang, event.tz)}`} onClick={() => void drop(job)} />}
                        </span>
                    </li>
                ))}
            </ul>
        </section>
    );
}
