// A message to those who registered: everybody, or what the filters find; its progress is shown.
import { useState } from "preact/hooks";
import { post } from "../core/api";
import { stamp } from "../core/time";
import type { I18nText, RegistrationState } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Button, Notice } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { Choices, Select, TextArea, TextInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { DialogButtons } from "./acts";
import type { EventTabProps } from "./event";
import { JobProgress } from "./jobs";
import type { Job } from "./model";
import { PagedTable, usePaged } from "./parts";

interface Announcement {
    id: string;
    subject: I18nText;
    body: I18nText;
    created: string;
    by: { display_name?: string } | string | null;
}

const kStates: RegistrationState[] = ["CONFIRMED", "IN_REVIEW", "RETURNED", "WAITLISTED"];

export function AnnouncementsTab({ event }: EventTabProps) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const paged = usePaged<Announcement>(`/organiser/events/${event.id}/announcements`, {});
    const [writing, setWriting] = useState(false);
    const [reading, setReading] = useState<Announcement | null>(null);
    const write = <Button kind="primary" icon="edit" onClick={() => setWriting(true)}>{a.news.write}</Button>;
    return (
        <div class="stack-s">
            <div class="row row-between"><p class="muted">{a.news.lead}</p>{paged.items.length > 0 && write}</div>
            <PagedTable paged={paged} empty={{ title: a.news.empty, body: a.news.emptyBody, actions: write }} head={[a.news.subject, a.news.by, a.jobs.when, ""]}
                row={(one) => (
                    <tr key={one.id}>
                        <td class="cell-head">{pick(one.subject, lang)}</td>
                        <td data-label={a.news.by}>{typeof one.by === "string" ? one.by : (one.by?.display_name ?? "—")}</td>
                        <td data-label={a.jobs.when} class="num nowrap">{stamp(one.created, lang, event.tz)}</td>
                        <td class="cell-actions"><Button size="small" kind="quiet" onClick={() => setReading(one)}>{t.common.details}</Button></td>
                    </tr>
                )} />
            {writing && <WriteDialog event={event} onClose={() => { setWriting(false); void paged.reload(); }} />}
            {reading && (
                <Modal wide title={pick(reading.subject, lang)} onClose={() => setReading(null)}>
                    <p class="pre">{pick(reading.body, lang)}</p>
                    <div class="dialog-actions"><Button onClick={() => setReading(null)}>{t.common.close}</Button></div>
                </Modal>
            )}
        </div>
    );
}

function WriteDialog({ event, onClose }: { event: EventTabProps["event"]; onClose: () => void }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const form = useForm();
    const [subject, setSubject] = useState<I18nText>({ zh: "", en: "" });
    const [body, setBody] = useState<I18nText>({ zh: "", en: "" });
    const [audience, setAudience] = useState("CAPTAINS");
    const [state, setState] = useState("CONFIRMED");
    const [division, setDivision] = useState("");
    const [job, setJob] = useState<Job | null>(null);
    const submit = () => form.run(async () => {
        const message = { subject, body, audience, filter: { ...(state ? { state } : {}), ...(division ? { division } : {}) } };
        setJob(await post<Job>(`/organiser/events/${event.id}/announcements`, message, { key: form.key(message) }));
    }, { ...(subject.zh.trim() ? {} : { "subject.zh": t.field.required }), ...(body.zh.trim() ? {} : { "body.zh": t.field.required }) });
    if (job) {
        return (
            <Modal title={a.news.sending} onClose={onClose}>
                <JobProgress event={event.id} job={job} />
                <div class="dialog-actions"><Button kind="primary" onClick={onClose}>{t.common.close}</Button></div>
            </Modal>
        );
    }
    return (
        <Modal wide title={a.news.write} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["subject", "subject.zh", "subject.en", "body", "body.zh", "body.en", "audience", "filter"]}>
                <div class="form-grid">
                    <Select label={a.news.who} value={state} onChange={setState} error={form.errors["filter"]} choices={[{ value: "", label: a.registrations.allStates }, ...kStates.map((value) => ({ value, label: t.registration.state[value] }))]} />
                    {event.divisions.length > 1 && <Select label={a.registrations.division} value={division} onChange={setDivision} choices={[{ value: "", label: a.registrations.allDivisions }, ...event.divisions.map((one) => ({ value: one.id, label: pick(one.name, lang) }))]} />}
                </div>
                <Choices label={a.news.audience} cards name="audience" values={[audience]} onChange={([value]) => setAudience(value ?? "CAPTAINS")} error={form.errors["audience"]}
                    choices={(["CAPTAINS", "MEMBERS"] as const).map((value) => ({ value, label: a.news.audiences[value], note: a.news.audienceNotes[value] }))} />
                <TextInput label={a.news.subject} name="subject.zh" value={subject.zh} onInput={(zh) => setSubject({ ...subject, zh })} error={form.errors["subject.zh"] ?? form.errors["subject"]} maxLength={120} />
                <TextArea label={a.news.body} name="body.zh" rows={6} value={body.zh} onInput={(zh) => setBody({ ...body, zh })} error={form.errors["body.zh"] ?? form.errors["body"]} maxLength={4000} />
                <details class="more-fields" open={Boolean(subject.en || body.en)}>
                    <summary>{a.edit.english}</summary>
                    <div class="form-section">
                        <TextInput label={a.news.subjectEn} optional name="subject.en" value={subject.en} onInput={(en) => setSubject({ ...subject, en })} error={form.errors["subject.en"]} maxLength={120} />
                        <TextArea label={a.news.bodyEn} optional name="body.en" rows={4} value={body.en} onInput={(en) => setBody({ ...body, en })} error={form.errors["body.en"]} maxLength={4000} />
                    </div>
                </details>
                <Notice tone="info">{a.news.once}</Notice>
                <DialogButtons busy={form.busy} onClose={onClose} label={a.news.send} />
            </Form>
        </Modal>
    );
}
