import { useState } from "preact/hooks";
import { call } from "../../core/api";
import type { PublicEvent, Roster, RosterMember } from "../../core/registration";
import { relative } from "../../core/time";
import type { Answers } from "../../core/types";
import { useLang, useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Button } from "../../ui/basic";
import { DynamicFields, answerErrors, answerNames, askedAnswers } from "../../ui/dynamic_form";
import { TextInput } from "../../ui/fields";
import { Form, useForm, type FieldErrors } from "../../ui/form";
import { ConsentCheck } from "../consents";

interface Props {
    team: Roster;
    event: PublicEvent;
    onDone: () => void;
    onCancel: () => void;
}

const codeOf = (team: Roster, event: PublicEvent): string | undefined => event.divisions.find((division) => division.id === team.division.id)?.code;

// Name, answers and agreement of oneself or of a person one manages.
export function MemberForm({ team, event, me, onDone, onCancel }: Props & { me: RosterMember }) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const fields = event.forms?.member?.fields ?? [];
    const documents = event.documents ?? [];
    const given = (me.consents ?? []).filter((one) => !one.withdrawn_at);
    const current = documents.length > 0 ? documents.every((document) => given.some((one) => one.kind === document.kind && one.version === document.version)) : (me.consent ?? me.complete);
    const [name, setName] = useState(me.name);
    const [answers, setAnswers] = useState<Answers>(me.answers ?? {});
    const [consent, setConsent] = useState(Boolean(current));
    const form = useForm();
    const code = codeOf(team, event);
    const about = { ...(code ? { division: code } : {}), role: me.role };
    const check = (): FieldErrors => ({
        ...(name.trim() ? {} : { name: t.field.required }),
        ...answerErrors(fields, answers, "answers.", about),
        ...(consent ? {} : { consent: t.team.consentNeeded }),
    });
    const submit = () => form.run(async () => {
        const body = { name: name.trim(), answers: askedAnswers(fields, answers, about), consent: true };
        await call("PUT", `/teams/${team.id}/members/${me.is_me ? "me" : me.id}`, { body });
        onDone();
    }, check());
    return (
        <Form form={form} onSubmit={() => void submit()} shown={["name", "consent", ...answerNames(fields)]}>
            <TextInput label={t.team.realName} name="name" value={name} onInput={setName} error={form.errors["name"]} autoComplete={me.is_me ? "name" : "off"} maxLength={60} />
            <DynamicFields fields={fields} answers={answers} onChange={setAnswers} errors={form.errors} about={about} />
            <ConsentCheck event={event.id} documents={documents} checked={consent} onChange={setConsent} error={form.errors["consent"]} />
            {given.length > 0 && !current && <p class="muted">{r.consent.changed}</p>}
            {current && given.length > 0 && (
                <p class="muted">{given.filter((one) => one.version > 0).map((one) => `${r.consent.kinds[one.kind] ?? one.kind}: ${r.consent.given(one.version, relative(one.at, lang))}`).join("；")}</p>
            )}
            <div class="form-actions">
                <Button type="submit" kind="primary" busy={form.busy}>{t.common.save}</Button>
                <Button onClick={onCancel}>{t.common.cancel}</Button>
            </div>
        </Form>
    );
}

// The team's name and the team form; by the captain.
export function TeamForm({ team, event, onDone, onCancel, reload }: Props & { reload: () => Promise<void> }) {
    const t = useText();
    const fields = event.forms?.team?.fields ?? [];
    const [rev] = useState(team.rev); // of what is being edited, whatever the page learns meanwhile
    const [name, setName] = useState(team.name);
    const [answers, setAnswers] = useState<Answers>(team.answers ?? {});
    const form = useForm();
    const code = codeOf(team, event);
    const about = code ? { division: code } : {};
    const check = (): FieldErrors => ({ ...(name.trim() ? {} : { name: t.field.required }), ...answerErrors(fields, answers, "answers.", about) });
    const submit = () => form.run(async () => {
        await call("PATCH", `/teams/${team.id}`, { body: { name: name.trim(), answers: askedAnswers(fields, answers, about) }, rev });
        onDone();
    }, check());
    return (
        <Form form={form} onSubmit={() => void submit()} shown={["name", ...answerNames(fields)]} onReload={() => { onCancel(); void reload(); }}>
            <TextInput label={t.team.teamName} help={t.team.teamNameHelp} name="name" value={name} onInput={setName} error={form.errors["name"]} maxLength={60} />
            <DynamicFields fields={fields} answers={answers} onChange={setAnswers} errors={form.errors} about={about} />
            <div class="form-actions">
                <Button type="submit" kind="primary" busy={form.busy}>{t.common.save}</Button>
                <Button onClick={onCancel}>{t.common.cancel}</Button>
            </div>
        </Form>
    );
}
