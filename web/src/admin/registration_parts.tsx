// The parts of one registration's page: what was answered, notes, likely duplicates, history.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { call, list, post } from "../core/api";
import { useLoad } from "../core/hooks";
import { stamp } from "../core/time";
import type { Answers as AnswersOf, FormField, FormVersion, RegistrationState } from "../core/types";
import { useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Card } from "../ui/basic";
import { AnswerList } from "../ui/dynamic_form";
import { TextArea } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { registrationTone } from "../public/words";
import { act } from "./acts";
import { CorrectButton } from "./corrections";
import { DuplicateRows } from "./duplicates";
import type { DuplicateGroup, Note, OrganiserDivision } from "./model";
import type { FullMember, FullRegistration } from "./registration_model";

// Files have their own card, where they can be opened.
const withoutFiles = (fields: FormField[] | undefined) => (fields ?? []).filter((field) => !["file", "image", "signature"].includes(field.type));

export function Answers({ item, forms, onCorrected }: { item: FullRegistration; forms: FullRegistration["forms"]; onCorrected?: (() => Promise<void>) | undefined }) {
    const a = useAdminText();
    const team = withoutFiles(forms?.team?.fields);
    const member = withoutFiles(forms?.member?.fields);
    const sensitive = [...team, ...member].some((field) => field.sensitive);
    const answered = Object.keys(item.team.answers ?? {}).length > 0;
    return (
        <>
            {(team.length > 0 || (answered && !forms?.team)) && <Card title={a.registrations.teamAnswers} actions={onCorrected && <CorrectButton path={`/organiser/teams/${item.team.id}/answers`} name={item.team.name} fields={team} answers={item.team.answers} onDone={onCorrected} />}><AnswerList fields={team} answers={item.team.answers} /></Card>}
            <Card title={a.registrations.memberAnswers} lead={sensitive ? a.registrations.masked : undefined}>
                {item.members.map((one) => (
                    <MemberAnswers key={one.id} member={one} form={forms?.member} later={forms?.member_after_approval}
                        correct={onCorrected && <CorrectButton path={`/organiser/teams/${item.team.id}/members/${one.id}/answers`} name={one.name} fields={member} answers={one.answers} onDone={onCorrected} />} />
                ))}
            </Card>
        </>
    );
}

function MemberAnswers({ member, form, later, correct }: { member: FullMember; form: FormVersion | null | undefined; later: FormVersion | null | undefined; correct: ComponentChildren }) {
    const t = useText();
    const a = useAdminText();
    const guardian = member.guardian_state && member.guardian_state !== "NOT_NEEDED" ? member.guardian_state : null;
    return (
        <div class="member-answers">
            <h3 class="row">
                {member.name}
                {member.role !== "PLAYER" && <Badge tone={member.role === "CAPTAIN" ? "accent" : "neutral"}>{t.team.role[member.role as keyof typeof t.team.role] ?? member.role}</Badge>}
                {guardian && <Badge tone={guardian === "GRANTED" ? "ok" : guardian === "REFUSED" ? "bad" : "warn"}>{a.one.guardian[guardian as keyof typeof a.one.guardian] ?? guardian}</Badge>}
                {correct}
            </h3>
            <FormAnswers form={form} answers={member.answers} />
            {later && member.after_approval && <FormAnswers form={later} answers={member.after_approval} />}
        </div>
    );
}

// A form that asks for files alone has nothing else to show.
function FormAnswers({ form, answers }: { form: FormVersion | null | undefined; answers: AnswersOf | undefined }) {
    const fields = withoutFiles(form?.fields);
    return fields.length === 0 && (form?.fields.length ?? 0) > 0 ? null : <AnswerList fields={fields} answers={answers} />;
}

export function Notes({ item, edits }: { item: FullRegistration; edits: boolean }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const form = useForm();
    const [text, setText] = useState("");
    const notes = useLoad(async (signal) => (await list<Note>(`/organiser/registrations/${item.id}/notes`, {}, { signal })).items, [item.id]);
    if (!notes.data) return null;
    const submit = () => form.run(async () => {
        await post(`/organiser/registrations/${item.id}/notes`, { text: text.trim() });
        setText("");
        await notes.reload();
    }, text.trim() ? {} : { text: t.field.required });
    const remove = async (note: Note) => {
        if (await act(() => call("DELETE", `/organiser/registrations/${item.id}/notes/${note.id}`), a.one.noteRemoved)) await notes.reload();
    };
    return (
        <Card title={a.one.notes} lead={a.one.notesLead}>
            <div class="stack-s">
                {notes.data.length > 0 && (
                    <ul class="rows">
                        {notes.data.map((note) => (
                            <li key={note.id} class="row row-between">
                                <span class="pre">{note.text}<small class="muted block">{typeof note.by === "string" ? note.by : (note.by?.display_name ?? a.registrations.anonymous)} · {stamp(note.created, lang)}</small></span>
                                {(note.mine || edits) && <Button size="small" kind="quiet" icon="trash" label={a.one.removeNote} onClick={() => void remove(note)} />}
                            </li>
                        ))}
                    </ul>
                )}
                <Form form={form} onSubmit={() => void submit()} shown={["text"]}>
                    <TextArea label={a.one.newNote} name="text" rows={2} value={text} onInput={setText} error={form.errors["text"]} maxLength={2000} />
                    <div class="form-actions"><Button type="submit" size="small" busy={form.busy}>{a.one.addNote}</Button></div>
                </Form>
            </div>
        </Card>
    );
}

export function Duplicates({ id, divisions }: { id: string; divisions: OrganiserDivision[] }) {
    const a = useAdminText();
    const found = useLoad(async (signal) => (await list<DuplicateGroup>(`/organiser/registrations/${id}/duplicates`, {}, { signal })).items, [id]);
    if (!found.data || found.data.length === 0) return null;
    return <Card title={a.duplicates.title} lead={a.duplicates.oneLead}><DuplicateRows groups={found.data} divisions={divisions} /></Card>;
}

export function History({ item }: { item: FullRegistration }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const entries = item.history ?? [];
    if (entries.length === 0) return <p class="muted">{a.registrations.noHistory}</p>;
    const actor = (value: (typeof entries)[number]["actor"]) =>
        typeof value === "string" ? value : (value?.display_name ?? value?.login_name ?? a.registrations.anonymous);
    return (
        <ol class="history">
            {entries.map((entry, i) => {
                const to = (entry.to ?? entry.state ?? entry.after?.state) as RegistrationState | undefined;
                return (
                    <li key={i}>
                        <span>{to && t.registration.state[to] ? <Badge tone={registrationTone[to]}>{t.registration.state[to]}</Badge> : <span>{a.one.historyActions[entry.action ?? ""] ?? entry.action}</span>} {actor(entry.actor)}</span>
                        {entry.reason && <span>{entry.reason}</span>}
                        <small class="muted num">{stamp(entry.at, lang)}</small>
                    </li>
                );
            })}
        </ol>
    );
}
