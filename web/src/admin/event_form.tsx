import { useEffect, useState } from "preact/hooks";
import { call, post } from "../core/api";
import { navigate } from "../core/router";
import { useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Button, Card, PageHead } from "../ui/basic";
import { Select } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import type { EventTabProps } from "./event";
import { bodyOf, changedOnly, checkDraft, draftOf, freshDraft, kDraftFields, type Draft, type SetDraft } from "./event_draft";
import { BasicsGroup, SizeGroup, TimesGroup } from "./event_fields";
import { AdmissionGroup, CancelGroup, PrivacyGroup, ReviewGroup, WaitlistGroup } from "./event_rules";
import type { OrganiserEvent } from "./model";
import { loadRights, onPlatform, useRights } from "./rights";
import { TemplatePicker } from "./templates";
import { useUnsaved } from "./unsaved";

// What a new event always says; the rest only where it is not as the server would have it.
const kAlways = ["title", "summary", "description", "venue", "type", "tz", "visibility", "mode", "reg_open", "reg_close", "edit_deadline", "starts", "ends", "team_min", "team_max",
    "review_stages", "hold_policy", "quota_teams", "slug"];

export function EventCreate() {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [start] = useState(freshDraft);
    const [draft, setDraft] = useState<Draft>(start);
    const mine = useRights();
    const places = mine.organisations.filter((one) => one.permissions.includes("event.create"));
    const own = onPlatform(mine, "org.create");
    const [organisation, setOrganisation] = useState(own ? "" : (places[0]?.id ?? ""));
    useUnsaved(JSON.stringify(draft) !== JSON.stringify(start));
    const set: SetDraft = (key) => (value) => setDraft({ ...draft, [key]: value });
    const submit = () => form.run(async () => {
        const all = bodyOf(draft);
        const body = { ...Object.fromEntries(kAlways.filter((key) => all[key] !== undefined).map((key) => [key, all[key]])), ...(organisation ? { organisation } : {}) };
        const event = await post<OrganiserEvent>("/events", body, { key: form.key(body) });
        await loadRights(); // the first event of an organiser comes with an organisation
        toast(a.edit.created);
        await navigate(`/admin/events/${event.id}/divisions`, { force: true });
    }, checkDraft(draft, a, t.field.required));
    const props = { draft, set, form, creating: true };
    return (
        <>
            <PageHead title={a.edit.createTitle} lead={a.edit.createLead} back={{ href: "/admin/events", label: a.events.title }} actions={<TemplatePicker organisations={places} />} />
            <Form form={form} onSubmit={() => void submit()} shown={kDraftFields}>
                {(own ? places.length > 0 : places.length > 1) && (
                    <Card>
                        <Select label={a.orgs.organisation} name="organisation" value={organisation} onChange={setOrganisation} error={form.errors["organisation"]}
                            choices={[...(own ? [{ value: "", label: a.orgs.ownOrganisation }] : []), ...places.map((one) => ({ value: one.id, label: one.name }))]} />
                    </Card>
                )}
                <div class="stack">
                    <BasicsGroup {...props} />
                    <TimesGroup {...props} />
                    <SizeGroup {...props} />
                    <ReviewGroup {...props} />
                </div>
                <p class="muted">{a.setup.laterLead}</p>
                <div class="form-actions"><Button type="submit" kind="primary" size="large" busy={form.busy}>{a.edit.create}</Button></div>
            </Form>
        </>
    );
}

export function EventSettings({ event, reload }: EventTabProps) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [draft, setDraft] = useState<Draft>(() => draftOf(event));
    const [base, setBase] = useState(event);
    useEffect(() => {
        setDraft(draftOf(event));
        setBase(event);
    }, [event.rev]);
    const dirty = JSON.stringify(draft) !== JSON.stringify(draftOf(base));
    useUnsaved(dirty);
    const set: SetDraft = (key) => (value) => setDraft({ ...draft, [key]: value });
    const submit = () => form.run(async () => {
        const changed = await call<OrganiserEvent>("PATCH", `/organiser/events/${event.id}`, { body: changedOnly(bodyOf(draftOf(base)), bodyOf(draft)), rev: base.rev });
        setBase({ ...base, ...changed });
        setDraft(draftOf({ ...base, ...changed }));
        toast(t.common.saved);
        await reload();
    }, checkDraft(draft, a, t.field.required));
    const props = { draft, set, form, fixed: (base.state ?? "DRAFT") !== "DRAFT" };
    const groups = [["basics", a.edit.basics], ["times", a.edit.schedule], ["who", a.setup.who], ["review", a.setup.review], ["waitlist", a.setup.waitlist], ["admission", a.setup.admission],
        ["cancel", a.setup.cancel], ["privacy", a.setup.privacy]] as const;
    return (
        <div class="with-index">
            <nav class="page-index" aria-label={a.setup.groups}>
                {groups.map(([id, label]) => <a key={id} href={`#${id}`}>{label}</a>)}
            </nav>
            <Form form={form} onSubmit={() => void submit()} shown={kDraftFields} onReload={() => { form.clear(); void reload(); }}>
                <div class="stack">
                    <BasicsGroup {...props} />
                    <TimesGroup {...props} />
                    <SizeGroup {...props} />
                    <ReviewGroup {...props} />
                    <WaitlistGroup {...props} />
                    <AdmissionGroup {...props} />
                    <CancelGroup {...props} />
                    <PrivacyGroup {...props} />
                </div>
                <div class="form-actions save-bar">
                    <Button type="submit" kind="primary" size="large" busy={form.busy} disabled={!dirty}>{t.common.save}</Button>
                    {dirty && <span class="muted">{a.setup.unsaved}</span>}
                </div>
            </Form>
        </div>
    );
}
