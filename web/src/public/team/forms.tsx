import { useEffect, useState } from "preact/hooks";
import { call } from "../../core/api";
import type { PublicEvent, Roster, RosterMember } from "../../core/registration";
import type { Answers } from "../../core/types";
import { useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Button } from "../../ui/basic";
import { DynamicFields, answerErrors, answerNames, askedAnswers } from "../../ui/dynamic_form";
import type { EventDocument } from "../../ui/dynamic_form_parts";
import { TextInput } from "../../ui/fields";
import { Form, useForm, type FieldErrors } from "../../ui/form";
import { ConsentCheck, agreementTo, unlessChanged } from "../consents";
import { GivenConsents } from "./given";

interface Props {
    team: Roster;
    event: PublicEvent;
    onDone: () => void;
    onCancel: () => void;
}

const codeOf = (team: Roster, event: PublicEvent): string | undefined => event.divisions.find((division) => division.id === team.division.id)?.code;

// Name, answers and agreement of oneself or of a person one manages.
export function MemberForm({ team, event, me, onDone, onCancel, onChanged }: Props & { me: RosterMember; onChanged: () => Promise<void> }) {
    const t = useText();
    const r = useRegistrationText();
    const fields = event.forms?.member?.fields ?? [];
    // The member's own are as new as the team; the event was loaded with the page.
    const documents = me.documents ?? event.documents ?? [];
    const given = (me.consents ?? []).filter((one) => !one.withdrawn_at);
    const accepted = (document: EventDocument) => given.some((one) => one.kind === document.kind && one.version === document.version);
    const current = documents.length > 0 ? documents.every(accepted) : (me.consent ?? me.complete);
    const [name, setName] = useState(me.name);
    const [answers, setAnswers] = useState<Answers>(me.answers ?? {});
    const [consent, setConsent] = useState(Boolean(current));
    useEffect(() => setConsent(Boolean(current)), [current]);
    const form = useForm();
    const code = codeOf(team, event);
    const about = { ...(code ? { division: code } : {}), role: me.role };
    const check = (): FieldErrors => ({
        ...(name.trim() ? {} : { name: t.field.required }),
        ...answerErrors(fields, answers, "answers.", about),
        ...(consent ? {} : { consent: t.team.consentNeeded }),
    });
    const againUnticked = () => {
        setConsent(false);
        return onChanged();
    };
    const submit = () => form.run(async () => {
        const body = { name: name.trim(), answers: askedAnswers(fields, answers, about), ...agreementTo(documents) };
        await unlessChanged(() => call("PUT", `/teams/${team.id}/members/${me.is_me ? "me" : me.id}`, { body }), againUnticked);
        onDone();
    }, check());
    return (
        <Form form={form} onSubmit={() => void submit()} shown={["name", "consent", ...answerNames(fields)]}>
            <TextInput label={t.team.realName} name="name" value={name} onInput={setName} error={form.errors["name"]} autoComplete={me.is_me ? "name" : "off"} maxLength={60} />
            <DynamicFields fields={fields} answers={answers} onChange={setAnswers} errors={form.errors} about={about} />
            <ConsentCheck event={event.id} documents={documents} checked={consent} onChange={setConsent} error={form.errors["consent"]} />
            {given.length > 0 && !current && <p class="muted">{r.consent.changed}</p>}
            <GivenConsents team={team} member={me} onDone={onChanged} />
            <div class="form-actions">
                <Button type="submit" kind="primary" busy={form.busy}>{t.common.save}</Button>
                <Button onClick={onCancel}>{t.common.cancel}</Button>
            </div>
        </Form>
    );
}

// The team's name and the team form; by the captain, or by an organiser, who sees what is sensitive masked: it stays as it is.
export function TeamForm({ team, event, onDone, onCancel, reload }: Props & { reload: () => Promise<void> }) {
    const t = useText();
    const fields = (event.forms?.team?.fields ?? []).filter((field) => !team.answers_masked || !field.sensitive);
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
