// Copies: an event from a template of the organisation, a template or a copy from an event.
import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { call, list, post } from "../core/api";
import { useLoad } from "../core/hooks";
import { navigate } from "../core/router";
import { fromLocalInput, kDefaultZone, stamp, toLocalInput } from "../core/time";
import type { I18nText } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Button, Failed, Loading } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { TextInput } from "../ui/fields";
import { Form, useForm, type FieldErrors } from "../ui/form";
import { toast } from "../ui/toast";
import { DialogButtons, askAndAct } from "./acts";
import type { OrganiserEvent } from "./model";
import { loadRights } from "./rights";

interface Template { id: string; name: string; created: string }

const kTimes = ["reg_open", "reg_close", "starts", "ends"] as const;

function checkCopy(title: string, starts: string, required: string): FieldErrors {
    return { ...(title.trim() ? {} : { "title.zh": required }), ...(starts ? {} : { starts: required }) };
}

const templatesOf = (organisation: string) => `/organisations/${organisation}/event-templates`;

export function TemplatePicker({ organisations }: { organisations: { id: string; name: string }[] }) {
    const a = useAdminText();
    const [open, setOpen] = useState(false);
    if (organisations.length === 0) return null;
    return (
        <>
            <Button icon="copy" onClick={() => setOpen(true)}>{a.templates.use}</Button>
            {open && <TemplateDialog organisations={organisations} onClose={() => setOpen(false)} />}
        </>
    );
}

function TemplateDialog({ organisations, onClose }: { organisations: { id: string; name: string }[]; onClose: () => void }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const [chosen, setChosen] = useState<{ path: string; template: Template } | null>(null);
    const all = useLoad(async (signal) => Promise.all(organisations.map(async (one) => ({ ...one, templates: (await list<Template>(templatesOf(one.id), {}, { signal })).items }))), []);
    const remove = async (path: string, template: Template) => {
        await askAndAct({ title: a.templates.removeTitle(template.name), body: a.templates.removeBody, confirm: t.common.delete }, () => call("DELETE", `${path}/${template.id}`), a.templates.removed);
        await all.reload();
    };
    if (chosen) return <UseTemplate {...chosen} onClose={onClose} />;
    const groups = all.data?.filter((group) => group.templates.length > 0) ?? [];
    return (
        <Modal wide title={a.templates.use} onClose={onClose}>
            {all.error && <Failed error={all.error} retry={() => void all.reload()} />}
            {!all.data && !all.error && <Loading />}
            {all.data && groups.length === 0 && <p class="muted">{a.templates.none}</p>}
            {groups.map((group) => (
                <section key={group.id} class="stack-s" aria-label={group.name}>
                    {groups.length > 1 && <h3>{group.name}</h3>}
                    <ul class="rows">
                        {group.templates.map((template) => (
                            <li key={template.id} class="row row-between">
                                <span>{template.name}<small class="muted block num">{stamp(template.created, lang)}</small></span>
                                <span class="row">
                                    <Button size="small" kind="primary" label={`${a.templates.choose}: ${template.name}`} onClick={() => setChosen({ path: templatesOf(group.id), template })}>{a.templates.choose}</Button>
                                    <Button size="small" kind="quiet" icon="trash" label={`${t.common.delete}: ${template.name}`} onClick={() => void remove(templatesOf(group.id), template)} />
                                </span>
                            </li>
                        ))}
                    </ul>
                </section>
            ))}
            <div class="dialog-actions"><Button onClick={onClose}>{t.common.close}</Button></div>
        </Modal>
    );
}

function UseTemplate({ path, template, onClose }: { path: string; template: Template; onClose: () => void }) {
    const a = useAdminText();
    return (
        <CopyForm name={template.name} heading={template.name} lead={a.templates.shifted} button={a.templates.create} starts="" zone={kDefaultZone} onClose={onClose}
            send={(body, key) => post<OrganiserEvent>(`${path}/${template.id}/events`, body, { key })} />
    );
}

export function CloneDialog({ event, onClose }: { event: OrganiserEvent; onClose: () => void }) {
    const a = useAdminText();
    const zone = event.tz ?? kDefaultZone;
    return (
        <CopyForm name={a.templates.copyOf(event.title.zh)} heading={a.templates.cloneTitle} lead={a.templates.cloneLead} button={a.templates.clone} starts={toLocalInput(event.starts, zone)} zone={zone}
            from={event} onClose={onClose} send={(body, key) => post<OrganiserEvent>(`/organiser/events/${event.id}/clone`, body, { key })} />
    );
}

interface CopyBody { title: I18nText; starts: string }

// A new event has a name and a day; all other times keep their distance from it.
function CopyForm({ name, heading, lead, button, starts, zone, from, send, onClose }: {
    name: string; heading: string; lead: string; button: string; starts: string; zone: string; from?: OrganiserEvent;
    send: (body: CopyBody, key: string) => Promise<OrganiserEvent>; onClose: () => void;
}) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [title, setTitle] = useState(name);
    const [day, setDay] = useState(starts);
    const submit = () => form.run(async () => {
        const body = { title: { zh: title.trim(), en: from?.title.en ?? "" }, starts: fromLocalInput(day, zone) };
        const event = await send(body, form.key(body));
        await loadRights();
        toast(a.templates.made);
        await navigate(`/admin/events/${event.id}/settings`, { force: true });
    }, checkCopy(title, day, t.field.required));
    return (
        <Modal wide title={heading} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["title", "title.zh", "starts"]}>
                <p class="muted">{lead}</p>
                <TextInput label={a.edit.titleZh} name="title.zh" error={form.errors["title.zh"] ?? form.errors["title"]} value={title} onInput={setTitle} maxLength={120} />
                <TextInput type="datetime-local" label={a.edit.starts} name="starts" error={form.errors["starts"]} value={day} onInput={setDay} help={from ? a.templates.shifted : undefined} />
                {from && day && <Shifted event={from} by={new Date(fromLocalInput(day, zone)).getTime() - new Date(from.starts).getTime()} />}
                <DialogButtons busy={form.busy} onClose={onClose} label={button} />
            </Form>
        </Modal>
    );
}

function Shifted({ event, by }: { event: OrganiserEvent; by: number }) {
    const a = useAdminText();
    const lang = useLang();
    const labels = { reg_open: a.edit.regOpen, reg_close: a.edit.regClose, starts: a.edit.starts, ends: a.edit.ends };
    if (!Number.isFinite(by)) return null;
    return (
        <dl class="pairs">
            {kTimes.map((name) => (
                <Fragment key={name}>
                    <dt>{labels[name]}</dt>
                    <dd class="num">{stamp(new Date(new Date(event[name]).getTime() + by).toISOString(), lang, event.tz)}</dd>
                </Fragment>
            ))}
        </dl>
    );
}

export function SaveTemplateDialog({ event, onClose }: { event: OrganiserEvent; onClose: () => void }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const form = useForm();
    const [name, setName] = useState(pick(event.title, lang));
    const submit = () => form.run(async () => {
        await post(`/organiser/events/${event.id}/save-as-template`, { name: name.trim() });
        toast(a.templates.saved);
        onClose();
    }, name.trim() ? {} : { name: t.field.required });
    return (
        <Modal title={a.templates.save} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["name"]}>
                <p class="muted">{a.templates.saveLead}</p>
                <TextInput label={t.common.name} name="name" error={form.errors["name"]} value={name} onInput={setName} maxLength={100} />
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.save} />
            </Form>
        </Modal>
    );
}
