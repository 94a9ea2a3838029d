// Places: how many there are, who has taken them and by what.
import { useState } from "preact/hooks";
import { call, list } from "../core/api";
import { useLoad, usePolling } from "../core/hooks";
import { pick, useLang, useText } from "../i18n";
import { useAdminText, type AdminDictionary } from "../i18n/admin";
import { Badge, Button, Card, Empty, Failed, Loading, Meter } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { TextInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import { DialogButtons } from "./acts";
import type { EventTabProps } from "./event";
import { divisionOf, type OrganiserDivision, type QuotaRow } from "./model";

const kRefreshMs = 10_000;
export const usedOf = (quota: QuotaRow): number => quota.held + quota.confirmed + quota.blocked;

export function quotaName(quota: QuotaRow, divisions: OrganiserDivision[], a: AdminDictionary, lang: "zh" | "en"): string {
    const named = pick(quota.name, lang);
    if (named) return named;
    if (quota.scope === "OPTION") return quota.option ? `${quota.option.field} · ${quota.option.option}` : a.quotas.scopes.OPTION;
    const scope = quota.scope === "DIVISION" ? pick(divisionOf(quota.division, divisions), lang) || a.quotas.scopes.DIVISION : a.quotas.scopes[quota.scope];
    return `${scope} · ${a.quotas.units[quota.unit]}`;
}

export function QuotasTab({ event, reload }: EventTabProps) {
    const a = useAdminText();
    const lang = useLang();
    const quotas = useLoad(async (signal) => (await list<QuotaRow>(`/organiser/events/${event.id}/quotas`, { limit: "100" }, { signal })).items, [event.id]);
    usePolling(() => void quotas.reload(), kRefreshMs);
    const [capping, setCapping] = useState<QuotaRow | null>(null);
    const done = async () => {
        setCapping(null);
        await Promise.all([quotas.reload(), reload()]);
    };
    if (quotas.error && !quotas.data) return <Failed error={quotas.error} retry={() => void quotas.reload()} />;
    if (!quotas.data) return <Loading />;
    return (
        <Card title={a.divisions.quotas} lead={a.quotas.lead}>
            {quotas.data.length === 0 && <Empty icon="box" title={a.divisions.noQuotas}>{a.quotas.empty}</Empty>}
            <ul class="bar-list">
                {quotas.data.map((quota) => (
                    <QuotaItem key={quota.id} quota={quota} name={quotaName(quota, event.divisions, a, lang)} divisions={event.divisions} onCap={() => setCapping(quota)} />
                ))}
            </ul>
            {capping && <CapDialog quota={capping} name={quotaName(capping, event.divisions, a, lang)} onClose={() => setCapping(null)} onDone={() => void done()} />}
        </Card>
    );
}

function QuotaItem({ quota, name, divisions, onCap }: { quota: QuotaRow; name: string; divisions: OrganiserDivision[]; onCap: () => void }) {
    const a = useAdminText();
    const lang = useLang();
    const used = usedOf(quota);
    const text = a.event.used(used, quota.cap);
    const over = quota.cap !== null && used > quota.cap;
    const parts = [`${a.divisions.confirmed} ${quota.confirmed}`, quota.held > 0 && `${a.divisions.held} ${quota.held}`, quota.blocked > 0 && `${a.quotas.blocked} ${quota.blocked}`,
        quota.cap !== null && `${a.divisions.free} ${Math.max(0, quota.cap - used)}`].filter(Boolean).join(" · ");
    const joined = quota.scope === "CUSTOM" ? (quota.divisions ?? []).map((id) => pick(divisions.find((one) => one.id === id)?.name, lang)).filter(Boolean).join(lang === "zh" ? "、" : ", ") : "";
    return (
        <li>
            <p class="row row-between"><span class="row"><strong>{name}</strong>{quota.state === "CLOSED" && <Badge tone="bad">{a.quotas.stopped}</Badge>}{over && <Badge tone="warn">{a.quotas.over}</Badge>}</span><span class="num">{text}</span></p>
            <Meter value={used} max={quota.cap} tone={quota.cap !== null && used >= quota.cap ? "bad" : "accent"} label={`${name}: ${text}`} />
            <p class="row row-between muted">
                <span>{parts}{joined && <small class="block">{a.quotas.covers(joined)}</small>}</span>
                <span class="row">
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
    const used = usedOf(quota);
    const below = /^\d+$/.test(cap.trim()) && Number(cap) < used;
    const submit = () => form.run(async () => {
        await call("PATCH", `/organiser/quotas/${quota.id}`, { body: { cap: cap.trim() === "" ? null : Number(cap) }, rev: quota.rev });
        toast(a.divisions.capSaved);
        onDone();
    }, !/^\d{0,7}$/.test(cap.trim()) ? { cap: t.field.integer } : below ? { cap: a.quotas.below(used) } : {});
    return (
        <Modal title={`${a.divisions.setCap} · ${name}`} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["cap"]} onReload={onDone}>
                <TextInput label={a.divisions.capLabel} help={`${a.divisions.capHelp} ${a.quotas.inUse(used)}`} optional name="cap" inputMode="numeric" value={cap} onInput={setCap} error={form.errors["cap"]} maxLength={7} />
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.save} />
            </Form>
        </Modal>
    );
}
