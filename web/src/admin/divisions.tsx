import { useState } from "preact/hooks";
import { call, post } from "../core/api";
import { asApiError, useLoad } from "../core/hooks";
import type { Division, Quota } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Button, Card, Empty, Failed, Loading, Meter, errorText } from "../ui/basic";
import { Modal, ask } from "../ui/dialog";
import { TextInput } from "../ui/fields";
import { Form, useForm, type FieldErrors } from "../ui/form";
import { toast } from "../ui/toast";
import { loadQuotas, type EventTabProps } from "./event";

const number = (text: string): number | null => (text.trim() === "" ? null : Number(text));
const isCount = (text: string, min: number) => text.trim() === "" || (/^\d{1,6}$/.test(text.trim()) && Number(text) >= min);

export function DivisionsTab({ event, reload }: EventTabProps) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const [editing, setEditing] = useState<Division | "new" | null>(null);
    const [capping, setCapping] = useState<Quota | null>(null);
    const quotas = useLoad((signal) => loadQuotas<Quota>(event.id, signal), [event.id]);
    const refresh = async () => {
        await Promise.all([reload(), quotas.reload()]);
    };
    const remove = async (division: Division) => {
        const name = pick(division.name, lang);
        const { ok } = await ask({ title: a.divisions.deleteTitle(name), body: a.divisions.deleteBody, confirm: t.common.delete, danger: true });
        if (!ok) return;
        try {
            await call("DELETE", `/organiser/divisions/${division.id}`, { rev: division.rev });
            toast(a.divisions.deleted);
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
        await refresh();
    };
    const add = <Button kind="primary" icon="plus" onClick={() => setEditing("new")}>{a.divisions.add}</Button>;
    const places = (division: Division) => [
        division.cap_teams == null ? "" : t.common.teams(division.cap_teams), division.cap_persons == null ? "" : t.common.people(division.cap_persons),
    ].filter(Boolean).join(" · ");
    return (
        <div class="stack">
            <Card title={a.divisions.title} lead={a.divisions.lead} actions={event.divisions.length > 0 && add}>
                {event.divisions.length === 0 && <Empty icon="flag" title={a.divisions.empty} actions={add} />}
                {event.divisions.map((division) => (
                    <div key={division.id} class="division">
                        <div class="division-head">
                            <h3>{pick(division.name, lang)} <span class="mono muted">{division.code}</span></h3>
                            <span class="row">
                                <Button size="small" icon="edit" onClick={() => setEditing(division)}>{t.common.edit}</Button>
                                <Button size="small" kind="quiet" icon="trash" label={`${t.common.delete}: ${pick(division.name, lang)}`} onClick={() => void remove(division)} />
                            </span>
                        </div>
                        <p class="muted">
                            {t.events.teamSize(division.team_min ?? event.team_min, division.team_max ?? event.team_max)}
                            {` · ${a.divisions.cap} ${places(division) || t.common.unlimited}`}
                        </p>
                    </div>
                ))}
            </Card>
            <Card title={a.divisions.quotas} lead={a.divisions.quotasLead}>
                {quotas.error && !quotas.data && <Failed error={quotas.error} retry={() => void quotas.reload()} />}
                {quotas.loading && !quotas.data && <Loading />}
                {quotas.data?.items.length === 0 && <p class="muted">{a.divisions.noQuotas}</p>}
                <ul class="bar-list">
                    {quotas.data?.items.map((quota) => <QuotaRow key={quota.id} quota={quota} event={event} onCap={() => setCapping(quota)} />)}
                </ul>
            </Card>
            {editing && <DivisionDialog event={event} division={editing === "new" ? null : editing} onClose={() => setEditing(null)} onDone={async () => { setEditing(null); toast(a.divisions.saved); await refresh(); }} />}
            {capping && <CapDialog quota={capping} name={quotaName(capping, event, a, lang)} onClose={() => setCapping(null)} onDone={async () => { setCapping(null); toast(a.divisions.capSaved); await refresh(); }} />}
        </div>
    );
}

function quotaName(quota: Quota, event: EventTabProps["event"], a: ReturnType<typeof useAdminText>, lang: "zh" | "en"): string {
    const id = typeof quota.division === "string" ? quota.division : quota.division?.id;
    const division = event.divisions.find((item) => item.id === id);
    const scope = division ? pick(division.name, lang) : typeof quota.division === "object" && quota.division ? pick(quota.division.name, lang) : (a.divisions.scopes[quota.scope] ?? quota.scope);
    return `${scope} · ${a.divisions.units[quota.unit] ?? quota.unit}`;
}

function QuotaRow({ quota, event, onCap }: { quota: Quota; event: EventTabProps["event"]; onCap: () => void }) {
    const a = useAdminText();
    const lang = useLang();
    const used = quota.held + quota.confirmed + quota.blocked;
    const name = quotaName(quota, event, a, lang);
    const text = a.event.used(used, quota.cap);
    return (
        <li>
            <p class="row row-between"><strong>{name}</strong><span class="num">{text}</span></p>
            <Meter value={used} max={quota.cap} tone={quota.cap !== null && used >= quota.cap ? "bad" : "accent"} label={`${name}: ${text}`} />
            <p class="row row-between muted">
                <span>{a.divisions.held} {quota.held} · {a.divisions.confirmed} {quota.confirmed}{quota.cap !== null && ` · ${a.divisions.free} ${Math.max(0, quota.cap - used)}`}</span>
                <Button size="small" kind="quiet" onClick={onCap}>{a.divisions.setCap}</Button>
            </p>
        </li>
    );
}

function CapDialog({ quota, name, onClose, onDone }: { quota: Quota; name: string; onClose: () => void; onDone: () => void }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [cap, setCap] = useState(quota.cap === null ? "" : String(quota.cap));
    const submit = () => form.run(async () => {
        await call("PATCH", `/organiser/quotas/${quota.id}`, { body: { cap: number(cap) }, rev: quota.rev });
        onDone();
    }, isCount(cap, 0) ? {} : { cap: t.field.integer });
    return (
        <Modal title={`${a.divisions.setCap} · ${name}`} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["cap"]} onReload={onDone}>
                <TextInput label={a.divisions.capLabel} help={a.divisions.capHelp} optional name="cap" inputMode="numeric" value={cap} onInput={setCap} error={form.errors["cap"]} maxLength={6} />
                <div class="dialog-actions">
                    <Button onClick={onClose}>{t.common.cancel}</Button>
                    <Button type="submit" kind="primary" busy={form.busy}>{t.common.save}</Button>
                </div>
            </Form>
        </Modal>
    );
}

function DivisionDialog({ event, division, onClose, onDone }: { event: EventTabProps["event"]; division: Division | null; onClose: () => void; onDone: () => void }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const text = (value: number | null | undefined) => (value == null ? "" : String(value));
    const [code, setCode] = useState(division?.code ?? "");
    const [zh, setZh] = useState(division?.name.zh ?? "");
    const [en, setEn] = useState(division?.name.en ?? "");
    const [min, setMin] = useState(text(division?.team_min));
    const [max, setMax] = useState(text(division?.team_max));
    const [teams, setTeams] = useState(text(division?.cap_teams));
    const [persons, setPersons] = useState(text(division?.cap_persons));
    const check = (): FieldErrors => {
        const errors: FieldErrors = {};
        if (!/^[A-Za-z0-9-]{1,16}$/.test(code.trim())) errors["code"] = a.divisions.codeBad;
        if (!zh.trim()) errors["name.zh"] = t.field.required;
        if (!isCount(min, 1)) errors["team_min"] = t.field.atLeast(1);
        if (!isCount(max, 1)) errors["team_max"] = t.field.atLeast(1);
        else if (min && max && Number(max) < Number(min)) errors["team_max"] = a.edit.orderTeam;
        if (!isCount(teams, 0)) errors["cap_teams"] = t.field.integer;
        if (!isCount(persons, 0)) errors["cap_persons"] = t.field.integer;
        return errors;
    };
    const submit = () => form.run(async () => {
        const body = {
            code: code.trim().toUpperCase(), name: { zh: zh.trim(), en: en.trim() }, team_min: number(min), team_max: number(max), cap_teams: number(teams), cap_persons: number(persons),
        };
        if (division) await call("PATCH", `/organiser/divisions/${division.id}`, { body, rev: division.rev });
        else await post(`/organiser/events/${event.id}/divisions`, body, { key: form.key(body) });
        onDone();
    }, check());
    return (
        <Modal wide title={division ? a.divisions.edit : a.divisions.add} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["code", "name.zh", "name.en", "name", "team_min", "team_max", "cap_teams", "cap_persons"]} onReload={onDone}>
                <div class="form-grid">
                    <TextInput label={a.divisions.nameZh} name="name.zh" value={zh} onInput={setZh} error={form.errors["name.zh"] ?? form.errors["name"]} maxLength={60} />
                    <TextInput label={a.divisions.nameEn} optional name="name.en" value={en} onInput={setEn} error={form.errors["name.en"]} maxLength={60} />
                    <TextInput label={a.divisions.code} help={a.divisions.codeHelp} name="code" value={code} onInput={setCode} error={form.errors["code"]} maxLength={16} />
                </div>
                <div class="form-grid">
                    <TextInput label={a.divisions.teamMin} help={a.divisions.inherit} optional inputMode="numeric" name="team_min" value={min} onInput={setMin} error={form.errors["team_min"]} maxLength={4} />
                    <TextInput label={a.divisions.teamMax} help={a.divisions.inherit} optional inputMode="numeric" name="team_max" value={max} onInput={setMax} error={form.errors["team_max"]} maxLength={4} />
                    <TextInput label={a.divisions.capTeams} help={a.divisions.capHelp} optional inputMode="numeric" name="cap_teams" value={teams} onInput={setTeams} error={form.errors["cap_teams"]} maxLength={6} />
                    <TextInput label={a.divisions.capPersons} help={a.divisions.capHelp} optional inputMode="numeric" name="cap_persons" value={persons} onInput={setPersons} error={form.errors["cap_persons"]} maxLength={6} />
                </div>
                <div class="dialog-actions">
                    <Button onClick={onClose}>{t.common.cancel}</Button>
                    <Button type="submit" kind="primary" busy={form.busy}>{t.common.save}</Button>
                </div>
            </Form>
        </Modal>
    );
}
