import { useState } from "preact/hooks";
import { cleanAnswers } from "../core/answers";
import { call } from "../core/api";
import type { Answers, EventDetail, Member, Team } from "../core/types";
import { useText } from "../i18n";
import { Button } from "../ui/basic";
import { DynamicFields, answerErrors, answerNames } from "../ui/dynamic_form";
import { Checkbox, TextInput } from "../ui/fields";
import { Form, useForm, type FieldErrors } from "../ui/form";

interface Props {
    team: Team;
    event: EventDetail;
    onDone: () => void;
    onCancel: () => void;
}

// One's own name, answers and consent.
export function MemberForm({ team, event, me, onDone, onCancel }: Props & { me: Member | undefined }) {
    const t = useText();
    const fields = event.forms?.member?.fields ?? [];
    const [name, setName] = useState(me?.name ?? "");
    const [answers, setAnswers] = useState<Answers>(me?.answers ?? {});
    const [consent, setConsent] = useState(me?.complete ?? false);
    const form = useForm();
    const check = (): FieldErrors => ({
        ...(name.trim() ? {} : { name: t.field.required }),
        ...answerErrors(fields, answers),
        ...(consent ? {} : { consent: t.team.consentNeeded }),
    });
    const submit = () => form.run(async () => {
        await call("PUT", `/teams/${team.id}/members/me`, { body: { name: name.trim(), answers: cleanAnswers(fields, answers), consent: true } });
        onDone();
    }, check());
    return (
        <Form form={form} onSubmit={() => void submit()} shown={["name", "consent", ...answerNames(fields)]}>
            <TextInput label={t.team.realName} name="name" value={name} onInput={setName} error={form.errors["name"]} autoComplete="name" maxLength={60} />
            <DynamicFields fields={fields} answers={answers} onChange={setAnswers} errors={form.errors} />
            <Checkbox label={t.team.consent} name="consent" checked={consent} onChange={setConsent} error={form.errors["consent"]} />
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
    const check = (): FieldErrors => ({ ...(name.trim() ? {} : { name: t.field.required }), ...answerErrors(fields, answers) });
    const submit = () => form.run(async () => {
        await call("PATCH", `/teams/${team.id}`, { body: { name: name.trim(), answers: cleanAnswers(fields, answers) }, rev });
        onDone();
    }, check());
    return (
        <Form form={form} onSubmit={() => void submit()} shown={["name", ...answerNames(fields)]} onReload={() => { onCancel(); void reload(); }}>
            <TextInput label={t.team.teamName} help={t.team.teamNameHelp} name="name" value={name} onInput={setName} error={form.errors["name"]} maxLength={60} />
            <DynamicFields fields={fields} answers={answers} onChange={setAnswers} errors={form.errors} />
            <div class="form-actions">
                <Button type="submit" kind="primary" busy={form.busy}>{t.common.save}</Button>
                <Button onClick={onCancel}>{t.common.cancel}</Button>
            </div>
        </Form>
    );
}
