// Forms that are asked for once the place is sure.
import { useState } from "preact/hooks";
import { call, get } from "../../core/api";
import { useLoad } from "../../core/hooks";
import type { PublicEvent, Roster, RosterMember } from "../../core/registration";
import type { Answers, FormField } from "../../core/types";
import { useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Badge, Button, Card } from "../../ui/basic";
import { DynamicFields, answerErrors, answerNames, askedAnswers } from "../../ui/dynamic_form";
import { Form, useForm } from "../../ui/form";
import { toast } from "../../ui/toast";

interface Asked {
    form: { fields: FormField[] } | null;
    answers: Answers | null;
}

export function AfterApproval({ team, event, me }: { team: Roster; event: PublicEvent; me: RosterMember | undefined }) {
    const r = useRegistrationText();
    const sure = team.registration !== null && ["CONFIRMED", "CHECKED_IN"].includes(team.registration.state);
    const ofTeam = sure && Boolean(event.forms?.team_after_approval) && team.my_role === "CAPTAIN";
    const ofMe = sure && Boolean(event.forms?.member_after_approval) && me !== undefined;
    if (!ofTeam && !ofMe) return null;
    return (
        <Card title={r.team.afterTitle} id="after">
            <div class="settings">
                {ofTeam && <One label={r.team.afterTeam} path={`/teams/${team.id}/forms/after-approval`} />}
                {ofMe && <One label={r.team.afterMine} path={`/teams/${team.id}/members/me/forms/after-approval`} />}
            </div>
        </Card>
    );
}

function One({ label, path }: { label: string; path: string }) {
    const r = useRegistrationText();
    const t = useText();
    const asked = useLoad<Asked>((signal) => get(path, { signal }), [path]);
    const [open, setOpen] = useState(false);
    const fields = asked.data?.form?.fields ?? [];
    if (fields.length === 0) return null;
    const filled = Object.keys(asked.data?.answers ?? {}).length > 0;
    if (open) return <Fill fields={fields} answers={asked.data?.answers ?? {}} path={path} onDone={async () => { setOpen(false); await asked.reload(); }} onCancel={() => setOpen(false)} />;
    return (
        <div class="setting">
            <span class="setting-text"><span class="setting-name">{label}</span>{filled && <Badge tone="ok" icon="check">{r.team.afterDone}</Badge>}</span>
            <Button size="small" kind={filled ? "secondary" : "primary"} onClick={() => setOpen(true)}>{filled ? t.common.edit : r.team.afterFill}</Button>
        </div>
    );
}

function Fill({ fields, answers: before, path, onDone, onCancel }: { fields: FormField[]; answers: Answers; path: string; onDone: () => Promise<void>; onCancel: () => void }) {
    const t = useText();
    const r = useRegistrationText();
    const [answers, setAnswers] = useState<Answers>(before);
    const form = useForm();
    const submit = () => form.run(async () => {
        await call("PUT", path, { body: { answers: askedAnswers(fields, answers) } });
        toast(r.team.afterSaved);
        await onDone();
    }, answerErrors(fields, answers));
    return (
        <Form form={form} onSubmit={() => void submit()} shown={answerNames(fields)}>
            <DynamicFields fields={fields} answers={answers} onChange={setAnswers} errors={form.errors} />
            <div class="form-actions">
                <Button type="submit" kind="primary" busy={form.busy}>{t.common.save}</Button>
                <Button onClick={onCancel}>{t.common.cancel}</Button>
            </div>
        </Form>
    );
}
