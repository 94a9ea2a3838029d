import { useEffect, useState } from "preact/hooks";
import { call, post } from "../core/api";
import { navigate, setLeaveGuard } from "../core/router";
import { fromLocalInput, kDefaultZone, toLocalInput } from "../core/time";
import type { EventDetail } from "../core/types";
import { useText } from "../i18n";
import { useAdminText, type AdminDictionary } from "../i18n/admin";
import { Button, Card, PageHead } from "../ui/basic";
import { ask } from "../ui/dialog";
import { Checkbox, Select, TextArea, TextInput } from "../ui/fields";
import { Form, useForm, type FieldErrors, type FormControl } from "../ui/form";
import { toast } from "../ui/toast";
import type { EventTabProps } from "./event";
import { loadRights, onPlatform, useRights } from "./rights";

interface Draft {
    titleZh: string; titleEn: string; summaryZh: string; summaryEn: string; descriptionZh: string; descriptionEn: string;
    venueZh: string; venueEn: string; slug: string; type: string; visibility: string; tz: string;
    regOpen: string; regClose: string; editDeadline: string; starts: string; ends: string;
    teamMin: string; teamMax: string; quota: string; review: boolean;
}

function fresh(): Draft {
    const inDays = (days: number, hour: number) => {
        const date = new Date(Date.now() + days * 86_400_000);
        return `${toLocalInput(date.toISOString()).slice(0, 10)}T${String(hour).padStart(2, "0")}:00`;
    };
    return {
        titleZh: "", titleEn: "", summaryZh: "", summaryEn: "", descriptionZh: "", descriptionEn: "", venueZh: "", venueEn: "", slug: "", type: "COMPETITION",
        visibility: "PUBLIC", tz: kDefaultZone, regOpen: inDays(0, 0), regClose: inDays(14, 18), editDeadline: "", starts: inDays(28, 9), ends: inDays(28, 17),
        teamMin: "2", teamMax: "5", quota: "", review: true,
    };
}

function ofEvent(event: EventDetail): Draft {
    const zone = event.tz ?? kDefaultZone;
    return {
        titleZh: event.title.zh ?? "", titleEn: event.title.en ?? "", summaryZh: event.summary?.zh ?? "", summaryEn: event.summary?.en ?? "",
        descriptionZh: event.description?.zh ?? "", descriptionEn: event.description?.en ?? "", venueZh: typeof event.venue === "string" ? event.venue : (event.venue?.zh ?? ""), venueEn: typeof event.venue === "string" ? "" : (event.venue?.en ?? ""), slug: event.slug ?? "",
        type: event.type ?? "COMPETITION", visibility: event.visibility ?? "PUBLIC", tz: zone,
        regOpen: toLocalInput(event.reg_open, zone), regClose: toLocalInput(event.reg_close, zone), editDeadline: toLocalInput(event.edit_deadline, zone),
        starts: toLocalInput(event.starts, zone), ends: toLocalInput(event.ends, zone),
        teamMin: String(event.team_min), teamMax: String(event.team_max), quota: event.quota_teams == null ? "" : String(event.quota_teams), review: event.review_stages > 0,
    };
}

function toBody(draft: Draft): Record<string, unknown> {
    const time = (text: string) => fromLocalInput(text, draft.tz) || null;
    const body: Record<string, unknown> = {
        title: { zh: draft.titleZh.trim(), en: draft.titleEn.trim() },
        summary: { zh: draft.summaryZh.trim(), en: draft.summaryEn.trim() },
        description: { zh: draft.descriptionZh.trim(), en: draft.descriptionEn.trim() },
        venue: { zh: draft.venueZh.trim(), en: draft.venueEn.trim() }, type: draft.type, tz: draft.tz, visibility: draft.visibility, mode: "TEAM",
        reg_open: time(draft.regOpen), reg_close: time(draft.regClose), starts: time(draft.starts), ends: time(draft.ends),
        edit_deadline: time(draft.editDeadline), team_min: Number(draft.teamMin), team_max: Number(draft.teamMax), review_stages: draft.review ? 1 : 0,
        hold_policy: "AT_SUBMIT", quota_teams: draft.quota.trim() ? Number(draft.quota) : null,
    };
    if (draft.slug.trim()) body["slug"] = draft.slug.trim();
    return body;
}

const isCount = (text: string, min: number, max: number) => /^\d{1,6}$/.test(text.trim()) && Number(text) >= min && Number(text) <= max;

function check(draft: Draft, a: AdminDictionary, required: string, between: (min: number) => string): FieldErrors {
    const errors: FieldErrors = {};
    if (!draft.titleZh.trim()) errors["title.zh"] = required;
    if (draft.slug.trim() && !/^[a-z0-9](?:[a-z0-9-]{1,58})[a-z0-9]$/.test(draft.slug.trim())) errors["slug"] = a.edit.slugBad;
    for (const [field, value] of [["reg_open", draft.regOpen], ["reg_close", draft.regClose], ["starts", draft.starts], ["ends", draft.ends]] as const) if (!value) errors[field] = required;
    if (draft.regOpen && draft.regClose && draft.regClose <= draft.regOpen) errors["reg_close"] = a.edit.orderRegistration;
    if (draft.starts && draft.ends && draft.ends <= draft.starts) errors["ends"] = a.edit.orderEvent;
    if (!isCount(draft.teamMin, 1, 100)) errors["team_min"] = between(1);
    if (!isCount(draft.teamMax, 1, 100)) errors["team_max"] = between(1);
    else if (!errors["team_min"] && Number(draft.teamMax) < Number(draft.teamMin)) errors["team_max"] = a.edit.orderTeam;
    if (draft.quota.trim() && !isCount(draft.quota, 0, 999_999)) errors["quota_teams"] = between(0);
    return errors;
}

const kShown = [
    "title.zh", "title.en", "summary.zh", "summary.en", "description.zh", "description.en", "venue", "venue.zh", "venue.en", "slug", "type", "visibility", "reg_open", "reg_close",
    "edit_deadline", "starts", "ends", "team_min", "team_max", "quota_teams", "review_stages", "organisation",
];

// Asks before the page is left with unsaved input.
export function useUnsaved(dirty: boolean): void {
    const t = useText();
    useEffect(() => {
        if (!dirty) return;
        setLeaveGuard(async () => (await ask({ title: t.common.unsavedTitle, body: t.common.unsavedBody, confirm: t.common.unsavedLeave, cancel: t.common.unsavedStay, danger: true })).ok);
        const warn = (event: BeforeUnloadEvent) => event.preventDefault();
        addEventListener("beforeunload", warn);
        return () => {
            setLeaveGuard(null);
            removeEventListener("beforeunload", warn);
        };
    }, [dirty, t]);
}

export function EventCreate() {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [start] = useState(fresh);
    const [draft, setDraft] = useState<Draft>(start);
    const mine = useRights();
    const places = mine.organisations.filter((one) => one.permissions.includes("event.create"));
    const own = onPlatform(mine, "org.create");
    const [organisation, setOrganisation] = useState(own ? "" : (places[0]?.id ?? ""));
    useUnsaved(JSON.stringify(draft) !== JSON.stringify(start));
    const submit = () => form.run(async () => {
        const body = { ...toBody(draft), ...(organisation ? { organisation } : {}) };
        const event = await post<EventDetail>("/events", body, { key: form.key(body) });
        await loadRights(); // the first event of an organiser comes with an organisation
        toast(a.edit.created);
        await navigate(`/admin/events/${event.id}/divisions`, { force: true });
    }, check(draft, a, t.field.required, t.field.atLeast));
    return (
        <>
            <PageHead title={a.edit.createTitle} lead={a.edit.createLead} back={{ href: "/admin/events", label: a.events.title }} />
            <Form form={form} onSubmit={() => void submit()} shown={kShown}>
                {(own ? places.length > 0 : places.length > 1) && (
                    <Card>
                        <Select label={a.orgs.organisation} name="organisation" value={organisation} onChange={setOrganisation} error={form.errors["organisation"]}
                            choices={[...(own ? [{ value: "", label: a.orgs.ownOrganisation }] : []), ...places.map((one) => ({ value: one.id, label: one.name }))]} />
                    </Card>
                )}
                <EventFields draft={draft} setDraft={setDraft} form={form} creating />
                <div class="form-actions"><Button type="submit" kind="primary" size="large" busy={form.busy}>{a.edit.create}</Button></div>
            </Form>
        </>
    );
}

export function EventSettings({ event, reload }: EventTabProps) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [draft, setDraft] = useState<Draft>(() => ofEvent(event));
    const [base, setBase] = useState(event);
    useEffect(() => {
        setDraft(ofEvent(event));
        setBase(event);
    }, [event.rev]);
    useUnsaved(JSON.stringify(draft) !== JSON.stringify(ofEvent(base)));
    const submit = () => form.run(async () => {
        const changed = await call<EventDetail>("PATCH", `/organiser/events/${event.id}`, { body: changedOnly(toBody(ofEvent(base)), toBody(draft)), rev: base.rev });
        setBase({ ...base, ...changed });
        setDraft(ofEvent({ ...base, ...changed }));
        toast(t.common.saved);
        await reload();
    }, check(draft, a, t.field.required, t.field.atLeast));
    return (
        <Form form={form} onSubmit={() => void submit()} shown={kShown} onReload={() => { form.clear(); void reload(); }}>
            <EventFields draft={draft} setDraft={setDraft} form={form} />
            <div class="form-actions"><Button type="submit" kind="primary" size="large" busy={form.busy}>{t.common.save}</Button></div>
        </Form>
    );
}

function changedOnly(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(after).filter(([key, value]) => JSON.stringify(before[key]) !== JSON.stringify(value)));
}

function EventFields({ draft, setDraft, form, creating }: { draft: Draft; setDraft: (draft: Draft) => void; form: FormControl; creating?: boolean }) {
    const a = useAdminText();
    const set = <K extends keyof Draft>(key: K) => (value: Draft[K]) => setDraft({ ...draft, [key]: value });
    const error = (name: string) => ({ name, error: form.errors[name] ?? form.errors[name.split(".")[0]!] });
    const english = Boolean(draft.titleEn || draft.summaryEn || draft.descriptionEn || draft.venueEn || form.errors["title.en"]);
    return (
        <div class="stack">
            <Card title={a.edit.basics}>
                <div class="form-section">
                    <TextInput label={a.edit.titleZh} {...error("title.zh")} value={draft.titleZh} onInput={set("titleZh")} maxLength={120} />
                    <TextInput label={a.edit.summaryZh} optional name="summary.zh" error={form.errors["summary.zh"]} value={draft.summaryZh} onInput={set("summaryZh")} maxLength={500} />
                    <TextArea label={a.edit.descriptionZh} optional name="description.zh" error={form.errors["description.zh"]} value={draft.descriptionZh} onInput={set("descriptionZh")} rows={6} maxLength={20000} />
                    <details class="more-fields" open={english}>
                        <summary>{a.edit.english}</summary>
                        <div class="form-section">
                            <TextInput label={a.edit.titleEn} optional name="title.en" error={form.errors["title.en"]} value={draft.titleEn} onInput={set("titleEn")} maxLength={120} />
                            <TextInput label={a.edit.summaryEn} optional name="summary.en" error={form.errors["summary.en"]} value={draft.summaryEn} onInput={set("summaryEn")} maxLength={500} />
                            <TextArea label={a.edit.descriptionEn} optional name="description.en" error={form.errors["description.en"]} value={draft.descriptionEn} onInput={set("descriptionEn")} rows={6} maxLength={20000} />
                            <TextInput label={a.edit.venueEn} optional name="venue.en" error={form.errors["venue.en"]} value={draft.venueEn} onInput={set("venueEn")} maxLength={120} />
                        </div>
                    </details>
                    <div class="form-grid form-grid-2">
                        <TextInput label={a.edit.venue} optional {...error("venue.zh")} value={draft.venueZh} onInput={set("venueZh")} maxLength={200} />
                        <TextInput label={a.edit.slug} optional={creating ?? false} help={a.edit.slugHelp(location.origin, draft.slug)} {...error("slug")} value={draft.slug} onInput={(value) => set("slug")(value.toLowerCase())} maxLength={60} />
                        <Select label={a.edit.type} {...error("type")} value={draft.type} onChange={set("type")}
                            choices={(["COMPETITION", "ACTIVITY", "TRAINING"] as const).map((value) => ({ value, label: a.edit.types[value] }))} />
                        <Select label={a.edit.visibility} {...error("visibility")} value={draft.visibility} onChange={set("visibility")}
                            choices={(["PUBLIC", "LINK"] as const).map((value) => ({ value, label: a.edit.visibilities[value] }))} />
                    </div>
                </div>
            </Card>
            <Card title={a.edit.schedule} lead={draft.tz === kDefaultZone ? a.edit.scheduleLead : a.edit.scheduleZone(draft.tz)}>
                <div class="form-grid form-grid-2">
                    <TextInput type="datetime-local" label={a.edit.regOpen} {...error("reg_open")} value={draft.regOpen} onInput={set("regOpen")} />
                    <TextInput type="datetime-local" label={a.edit.regClose} {...error("reg_close")} value={draft.regClose} onInput={set("regClose")} />
                    <TextInput type="datetime-local" label={a.edit.starts} {...error("starts")} value={draft.starts} onInput={set("starts")} />
                    <TextInput type="datetime-local" label={a.edit.ends} {...error("ends")} value={draft.ends} onInput={set("ends")} />
                    <TextInput type="datetime-local" optional label={a.edit.editDeadline} help={a.edit.editDeadlineHelp} {...error("edit_deadline")} value={draft.editDeadline} onInput={set("editDeadline")} />
                </div>
            </Card>
            <Card title={a.edit.rules}>
                <div class="form-section">
                    <div class="form-grid">
                        <TextInput label={a.edit.teamMin} inputMode="numeric" {...error("team_min")} value={draft.teamMin} onInput={set("teamMin")} maxLength={4} />
                        <TextInput label={a.edit.teamMax} inputMode="numeric" {...error("team_max")} value={draft.teamMax} onInput={set("teamMax")} maxLength={4} />
                        <TextInput label={a.edit.quotaTeams} optional inputMode="numeric" help={a.edit.quotaTeamsHelp} {...error("quota_teams")} value={draft.quota} onInput={set("quota")} maxLength={6} />
                    </div>
                    <Checkbox label={a.edit.review} help={a.edit.reviewHelp} {...error("review_stages")} checked={draft.review} onChange={set("review")} />
                </div>
            </Card>
        </div>
    );
}
