// Places: how many there are, who has taken them and by what.
import { useState } from "preact/hooks";
import { call, list, post } from "../core/api";
import { useLoad, usePolling } from "../core/hooks";
import type { FormScope, FormVersion } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useAdminText, type AdminDictionary } from "../i18n/admin";
import { Badge, Button, Card, Empty, Failed, Loading, Meter } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { Checkbox, Choices, Select, TextArea, TextInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import { DialogButtons, act } from "./acts";
import type { EventTabProps } from "./event";
import { LedgerDialog } from "./ledger";
import { divisionOf, type OrganiserDivision, type QuotaRow } from "./model";

const kRefreshMs = 10_000;
export const usedOf = (quota: QuotaRow): number => quota.held + quota.confirmed + quota.blocked;

type ScopedForm = FormVersion & { scope: FormScope };

function quotaName(quota: QuotaRow, divisions: OrganiserDivision[], forms: ScopedForm[], a: AdminDictionary, lang: "zh" | "en"): string {
    const named = pick(quota.name, lang);
    if (named) return named;
    if (quota.option) {
        const { form, field: key, option: id } = quota.option;
        const field = forms.filter((one) => one.scope === form).flatMap((one) => one.fields).find((one) => one.key === key);
        return `${pick(field?.label, lang) || key} · ${pick(field?.options?.find((one) => one.id === id)?.label, lang) || id}`;
    }
    const scope = quota.scope === "DIVISION" ? pick(divisionOf(quota.division, divisions), lang) || a.quotas.scopes.DIVISION : a.quotas.scopes[quota.scope];
    return `${scope} · ${a.quotas.units[quota.unit]}`;
}

export function QuotasTab({ event, reload }: EventTabProps) {
    const a = useAdminText();
    const lang = useLang();
    const quotas = useLoad(async (signal) => (await list<QuotaRow>(`/organiser/events/${event.id}/quotas`, { limit: "100" }, { signal })).items, [event.id]);
    usePolling(() => void quotas.reload(), kRefreshMs);
    const named = quotas.data?.some((quota) => quota.option) ?? false;
    const forms = useLoad(async (signal) => (named ? (await list<ScopedForm>(`/organiser/events/${event.id}/forms`, {}, { signal })).items : []), [event.id, named]).data ?? [];
    const nameOf = (quota: QuotaRow) => quotaName(quota, event.divisions, forms, a, lang);
    const [capping, setCapping] = useState<QuotaRow | null>(null);
    const [ledger, setLedger] = useState<QuotaRow | null>(null);
    const [making, setMaking] = useState(false);
    const done = async () => {
        setCapping(null);
        setMaking(false);
        await Promise.all([quotas.reload(), reload()]);
    };
    const toggle = async (quota: QuotaRow) => {
        const state = quota.state === "OPEN" ? "CLOSED" : "OPEN";
        if (await act(() => call("PATCH", `/organiser/quotas/${quota.id}`, { body: { state }, rev: quota.rev }), state === "OPEN" ? a.quotas.opened : a.quotas.closed)) await quotas.reload();
    };
    if (quotas.error && !quotas.data) return <Failed error={quotas.error} retry={() => void quotas.reload()} />;
    if (!quotas.data) return <Loading />;
    return (
        <Card title={a.divisions.quotas} lead={a.quotas.lead} actions={<Button size="small" icon="plus" onClick={() => setMaking(true)}>{a.quotas.add}</Button>}>
            {quotas.data.length === 0 && <Empty icon="box" title={a.divisions.noQuotas}>{a.quotas.empty}</Empty>}
            <ul class="bar-list">
                {quotas.data.map((quota) => (
                    <QuotaItem key={quota.id} quota={quota} name={nameOf(quota)} onCap={() => setCapping(quota)} onLedger={() => setLedger(quota)} onToggle={() => void toggle(quota)} />
                ))}
            </ul>
            {capping && <CapDialog quota={capping} name={nameOf(capping)} onClose={() => setCapping(null)} onDone={() => void done()} />}
            {ledger && <LedgerDialog quota={ledger} name={nameOf(ledger)} zone={event.tz} onClose={() => setLedger(null)} />}
            {making && <QuotaDialog event={event} onClose={() => setMaking(false)} onDone={() => void done()} />}
        </Card>
    );
}

function QuotaItem({ quota, name, onCap, onLedger, onToggle }: { quota: QuotaRow; name: string; onCap: () => void; onLedger: () => void; onToggle: () => void }) {
    const a = useAdminText();
    const lang = useLang();
    const used = usedOf(quota);
    const text = a.event.used(used, quota.cap);
    const over = quota.cap !== null && used > quota.cap;
    const parts = [`${a.divisions.confirmed} ${quota.confirmed}`, quota.held > 0 && `${a.divisions.held} ${quota.held}`, quota.blocked > 0 && `${a.quotas.blocked} ${quota.blocked}`,
        quota.cap !== null && `${a.divisions.free} ${Math.max(0, quota.cap - used)}`].filter(Boolean).join(" · ");
    const joined = quota.scope === "CUSTOM" ? (quota.divisions ?? []).map((one) => pick(one.name, lang)).join(lang === "zh" ? "、" : ", ") : "";
    return (
        <li>
            <p class="row row-between"><span class="row"><strong>{name}</strong>{quota.state === "CLOSED" && <Badge tone="bad">{a.quotas.stopped}</Badge>}{over && <Badge tone="warn">{a.quotas.over}</Badge>}</span><span class="num">{text}</span></p>
            <Meter value={used} max={quota.cap} tone={quota.cap !== null && used >= quota.cap ? "bad" : "accent"} label={`${name}: ${text}`} />
            <p class="row row-between muted">
                <span>{parts}{joined && <small class="block">{a.quotas.covers(joined)}</small>}</span>
                <span class="row">
                    <Button size="small" kind="quiet" onClick={onLedger} label={`${a.quotas.ledger}: ${name}`}>{a.quotas.ledger}</Button>
                    <Button size="small" kind="quiet" onClick={onToggle} label={`${quota.state === "OPEN" ? a.quotas.stop : a.quotas.resume}: ${name}`}>{quota.state === "OPEN" ? a.quotas.stop : a.quotas.resume}</Button>
                    <Button size="small" kind="quiet" onClick={onCap}>{a.divisions.setCap}</Button>
                </span>
            </p>
        </li>
    );
}

function CapDialog({ quota, name, onClose, onDone }: { quota: QuotaRow; name: string; onClose: () => void; onDone: () => void }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [cap, setCap] = useState(quota.cap === null ? "" : String(quota.cap));
    const [force, setForce] = useState(false);
    const [reason, setReason] = useState("");
    const used = usedOf(quota);
    const below = /^\d+$/.test(cap.trim()) && Number(cap) < used;
    const submit = () => form.run(async () => {
        await call("PATCH", `/organiser/quotas/${quota.id}`, { body: { cap: cap.trim() === "" ? null : Number(cap), ...(below && force ? { override: { reason: reason.trim() } } : {}) }, rev: quota.rev });
        toast(a.divisions.capSaved);
        onDone();
    }, !/^\d{0,7}$/.test(cap.trim()) ? { cap: t.field.integer } : below && !force ? { cap: a.quotas.below(used) } : below && !reason.trim() ? { reason: t.field.required } : {});
    return (
        <Modal title={`${a.divisions.setCap} · ${name}`} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["cap", "reason", "override.reason"]} onReload={onDone}>
                <TextInput label={a.divisions.capLabel} help={`${a.divisions.capHelp} ${a.quotas.inUse(used)}`} optional name="cap" inputMode="numeric" value={cap} onInput={setCap} error={form.errors["cap"]} maxLength={7} />
                {below && (
                    <>
                        <Checkbox label={a.quotas.override} help={a.quotas.overrideHelp} checked={force} onChange={setForce} />
                        {force && <TextArea label={a.quotas.reason} rows={2} name="reason" value={reason} onInput={setReason} error={form.errors["reason"] ?? form.errors["override.reason"]} maxLength={500} />}
                    </>
                )}
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.save} />
            </Form>
        </Modal>
    );
}

function QuotaDialog({ event, onClose, onDone }: { event: EventTabProps["event"]; onClose: () => void; onDone: () => void }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const form = useForm();
    const [name, setName] = useState("");
    const [unit, setUnit] = useState("TEAM");
    const [cap, setCap] = useState("");
    const [divisions, setDivisions] = useState<string[]>([]);
    const submit = () => form.run(async () => {
        const body = { name: { zh: name.trim(), en: "" }, unit, divisions, cap: cap.trim() === "" ? null : Number(cap) };
        await post(`/organiser/events/${event.id}/quotas`, body, { key: form.key(body) });
        toast(a.quotas.made);
        onDone();
    }, {
        ...(name.trim() ? {} : { "name.zh": t.field.required }), ...(divisions.length > 0 ? {} : { divisions: t.field.chooseOne }), ...(/^\d{1,7}$/.test(cap.trim()) ? {} : { cap: t.field.integer }),
    });
    return (
        <Modal title={a.quotas.add} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["name", "name.zh", "unit", "divisions", "cap"]}>
                <p class="muted">{a.quotas.addLead}</p>
                <TextInput label={t.common.name} name="name.zh" value={name} onInput={setName} error={form.errors["name.zh"] ?? form.errors["name"]} maxLength={60} />
                <Select label={a.quotas.unit} name="unit" value={unit} onChange={setUnit} error={form.errors["unit"]} choices={(["TEAM", "PERSON"] as const).map((value) => ({ value, label: a.quotas.units[value] }))} />
                <TextInput label={a.divisions.capLabel} name="cap" inputMode="numeric" value={cap} onInput={setCap} error={form.errors["cap"]} maxLength={7} />
                <Choices label={a.quotas.divisions} many name="divisions" values={divisions} onChange={setDivisions} error={form.errors["divisions"]} choices={event.divisions.map((one) => ({ value: one.id, label: pick(one.name, lang) }))} />
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.create} />
            </Form>
        </Modal>
    );
}
