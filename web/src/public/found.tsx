import { useState } from "preact/hooks";
import { ApiError, post } from "../core/api";
import { cleanAnswers } from "../core/answers";
import { navigate } from "../core/router";
import { useSession } from "../core/session";
import type { Answers, EventDetail, FormField, Team } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { Button, Card, PageHead } from "../ui/basic";
import { Checkbox, Choices, TextInput } from "../ui/fields";
import { DynamicFields, answerErrors, answerNames } from "../ui/dynamic_form";
import { fieldName } from "../ui/field_name";
import { Form, useForm, type FieldErrors } from "../ui/form";
import { Guard } from "../ui/guard";
import { toast } from "../ui/toast";

interface Props {
    event: EventDetail;
    division: string | null;
    onBack: () => void;
}

export function FoundTeam(props: Props) {
    return <Guard><FoundForm {...props} /></Guard>;
}

// Team and the captain's own form on one page and in one request: there is no team without its captain's data.
function FoundForm({ event, division: wanted }: Props) {
    const t = useText();
    const lang = useLang();
    const session = useSession();
    const teamFields = event.forms?.team?.fields ?? [];
    const memberFields = event.forms?.member?.fields ?? [];
    const [division, setDivision] = useState(wanted ?? (event.divisions.length === 1 ? event.divisions[0]!.id : ""));
    const [name, setName] = useState("");
    const [teamAnswers, setTeamAnswers] = useState<Answers>({});
    const [myName, setMyName] = useState(session.status === "in" ? session.user.display_name : "");
    const [answers, setAnswers] = useState<Answers>({});
    const [consent, setConsent] = useState(false);
    const form = useForm();

    const check = (): FieldErrors => {
        const errors: FieldErrors = {};
        if (!division) errors["division"] = t.field.chooseOne;
        if (!name.trim()) errors["name"] = t.field.required;
        Object.assign(errors, answerErrors(teamFields, teamAnswers, "team."));
        if (!myName.trim()) errors["me.name"] = t.field.required;
        Object.assign(errors, answerErrors(memberFields, answers, "me."));
        if (!consent) errors["consent"] = t.team.consentNeeded;
        return errors;
    };

    const submit = () => form.run(async () => {
        const body = {
            division, name: name.trim(), answers: cleanAnswers(teamFields, teamAnswers),
            member: { name: myName.trim(), answers: cleanAnswers(memberFields, answers), consent: true },
        };
        const team = await besideFields(teamFields, () => post<Team>(`/events/${event.id}/teams`, body, { key: form.key(body) }));
        toast(t.team.founded);
        await navigate(`/teams/${team.id}`);
    }, check());

    const shown = ["division", "name", "me.name", "consent", ...answerNames(teamFields, "team."), ...answerNames(memberFields, "me.")];
    return (
        <div class="narrow">
            <PageHead title={t.team.foundTitle} lead={t.team.foundLead(pick(event.title, lang))}
                back={{ href: `/e/${encodeURIComponent(event.slug || event.id)}`, label: t.common.back }} />
            <Form form={form} onSubmit={() => void submit()} shown={shown}>
                <Card title={t.team.teamInfo}>
                    <div class="form-section">
                        {event.divisions.length > 1 && (
                            <Choices cards label={t.team.division} name="division" values={division ? [division] : []} error={form.errors["division"]}
                                onChange={(values) => setDivision(values[0] ?? "")}
                                choices={event.divisions.map((item) => ({
                                    value: item.id,
                                    label: pick(item.name, lang),
                                    note: `${t.events.teamSize(item.team_min ?? event.team_min, item.team_max ?? event.team_max)} · ${t.events.availability[item.availability ?? "OK"]}`,
                                }))} />
                        )}
                        <TextInput label={t.team.teamName} help={t.team.teamNameHelp} name="name" value={name} onInput={setName} maxLength={60}
                            error={form.errors["name"]} />
                        <DynamicFields fields={teamFields} answers={teamAnswers} onChange={setTeamAnswers} errors={form.errors} prefix="team." />
                    </div>
                </Card>
                <Card title={t.team.yourInfo} lead={t.team.yourInfoLead}>
                    <div class="form-section">
                        <TextInput label={t.team.realName} name="me.name" value={myName} onInput={setMyName} error={form.errors["me.name"]}
                            autoComplete="name" maxLength={60} />
                        <DynamicFields fields={memberFields} answers={answers} onChange={setAnswers} errors={form.errors} prefix="me." />
                        <Checkbox label={t.team.consent} name="consent" checked={consent} onChange={setConsent} error={form.errors["consent"]} />
                    </div>
                </Card>
                <Button type="submit" kind="primary" size="large" wide busy={form.busy}>{t.team.foundSubmit}</Button>
            </Form>
        </div>
    );
}

// The page has two forms in one: `team.` and `me.` tell their fields apart, the server says `answers.` of both.
async function besideFields<T>(teamFields: FormField[], work: () => Promise<T>): Promise<T> {
    try {
        return await work();
    } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const place = (name: string): string => {
            const field = fieldName(name);
            const key = field.replace(/^(member\.)?answers\./, "");
            if (key === field) return field.replace(/^member\./, "me.");
            return !field.startsWith("member.") && teamFields.some((one) => one.key === key) ? `team.${key}` : `me.${key}`;
        };
        const details = error.details.map((detail) => ({ ...detail, field: place(detail.field) }));
        throw new ApiError(error.status, error.code, error.message, details, error.requestId, error.retryAfterSeconds);
    }
}
