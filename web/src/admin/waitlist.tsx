// The waiting list in the order it is served. It is not the list of what waits for review.
import { useState } from "preact/hooks";
import { call, listWith } from "../core/api";
import { useLoad } from "../core/hooks";
import { stamp } from "../core/time";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Notice } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { TextArea, TextInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import { DialogButtons } from "./acts";
import type { EventTabProps } from "./event";
import { divisionOf, type WaitlistRow } from "./model";
import { PagedTable, usePaged } from "./parts";
import { inEvent, useRights } from "./rights";

export function WaitlistTab({ event }: EventTabProps) {
    const a = useAdminText();
    const lang = useLang();
    const path = `/organiser/events/${event.id}/waitlist`;
    const paged = usePaged<WaitlistRow>(path, {});
    const figures = useLoad((signal) => listWith<WaitlistRow, { waiting?: number; cap?: number | null }>(`${path}?limit=1`, { signal }), [event.id]);
    const [moving, setMoving] = useState<WaitlistRow | null>(null);
    const edits = inEvent(useRights(), event, "reg.edit");
    const meta = figures.data?.meta;
    const offer = (row: WaitlistRow) => {
        if (!row.offer) return row.skips > 0 ? a.wait.skipped(row.skips) : a.wait.waiting;
        return row.offer.state === "COLLECTING" ? a.wait.collecting : a.wait.offered(row.offer.expires ? stamp(row.offer.expires, lang, event.tz) : "");
    };
    return (
        <div class="stack-s">
            {!event.waitlist_enabled && <Notice tone="info">{a.wait.off}</Notice>}
            <p class="muted">{a.wait.lead(a.setup.fits[event.waitlist_policy ?? "STRICT"], a.setup.promotions[event.promotion ?? "AUTO"])}{meta?.waiting !== undefined && `${lang === "zh" ? "" : " "}${a.wait.count(meta.waiting, meta.cap ?? null)}`}</p>
            <PagedTable paged={paged} empty={{ title: a.wait.empty, body: a.wait.emptyBody }} head={[a.registrations.team, a.wait.position, a.registrations.division, a.registrations.members, a.wait.state, a.wait.since, ""]}
                row={(row) => (
                    <tr key={row.registration.id}>
                        <td class="cell-head"><a class="table-link" href={`/admin/registrations/${row.registration.id}`}>{row.team.name}</a></td>
                        <td data-label={a.wait.position} class="num">{paged.items.indexOf(row) + 1}{row.priority !== 0 && <> <Badge tone="accent">{a.wait.priority(row.priority)}</Badge></>}</td>
                        <td data-label={a.registrations.division}>{pick(divisionOf(row.division, event.divisions), lang)}</td>
                        <td data-label={a.registrations.members} class="num">{row.persons}</td>
                        <td data-label={a.wait.state}>{row.offer ? <Badge tone="ok">{offer(row)}</Badge> : offer(row)}</td>
                        <td data-label={a.wait.since} class="num nowrap">{stamp(row.since, lang, event.tz)}</td>
                        <td class="cell-actions">{edits && <Button size="small" kind="quiet" onClick={() => setMoving(row)}>{a.wait.setPriority}</Button>}</td>
                    </tr>
                )} />
            {moving && <PriorityDialog row={moving} onClose={() => setMoving(null)} onDone={() => { setMoving(null); void paged.reload(); }} />}
        </div>
    );
}

function PriorityDialog({ row, onClose, onDone }: { row: WaitlistRow; onClose: () => void; onDone: () => void }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [priority, setPriority] = useState(String(row.priority));
    const [reason, setReason] = useState("");
    const good = /^-?\d{1,3}$/.test(priority.trim()) && Math.abs(Number(priority)) <= 100;
    const submit = () => form.run(async () => {
        await call("PATCH", `/organiser/registrations/${row.registration.id}/waitlist`, { body: { priority: Number(priority), reason: reason.trim() } });
        toast(t.common.saved);
        onDone();
    }, { ...(good ? {} : { priority: a.setup.between(-100, 100) }), ...(reason.trim() ? {} : { reason: t.field.required }) });
    return (
        <Modal title={`${a.wait.setPriority} · ${row.team.name}`} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["priority", "reason"]}>
                <TextInput label={a.wait.priorityLabel} help={a.wait.priorityHelp} name="priority" value={priority} onInput={setPriority} error={form.errors["priority"]} maxLength={4} />
                <TextArea label={a.wait.reason} rows={2} name="reason" value={reason} onInput={setReason} error={form.errors["reason"]} maxLength={500} />
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.save} />
            </Form>
        </Modal>
    );
}
