// Founding a team, or entering alone: the details of the team and of the first member on one page and in one request.
import { useState } from "preact/hooks";
import { ApiError, post } from "../../core/api";
import { eventPath, type ManagedPerson, type PublicEvent, type Roster } from "../../core/registration";
import { navigate } from "../../core/router";
import { useSession } from "../../core/session";
import type { Answers, FormField } from "../../core/types";
import { pick, useLang, useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Button, Card, PageHead } from "../../ui/basic";
import { DynamicFields, answerErrors, answerNames, askedAnswers } from "../../ui/dynamic_form";
import { fieldName } from "../../ui/field_name";
import { Choices, TextInput } from "../../ui/fields";
import { Form, useForm, type FieldErrors } from "../../ui/form";
import { Guard } from "../../ui/guard";
import { toast } from "../../ui/toast";
import { ConsentCheck, agreementTo, unlessChanged } from "../consents";
import { PersonPicker, ageOn, kMyself, usePersons } from "../person_picker";
import { ruleTexts } from "./view";

interface Props {
    event: PublicEvent;
    kind: "TEAM" | "SOLO";
    division: string | null;
    reload: () => Promise<void>;
}

export function FoundPage({ params }: { params: Props }) {
    return <Guard><FoundForm {...params} /></Guard>;
}

function FoundForm({ event, kind, division: wanted, reload }: Props) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const session = useSession();
    const solo = kind === "SOLO";
    const own = session.status === "in" ? session.user.display_name : "";
    const teamFields = event.forms?.team?.fields ?? [];
    const memberFields = event.forms?.member?.fields ?? [];
    const documents = event.documents ?? [];
    const persons = usePersons();
    const [division, setDivision] = useState(wanted ?? (event.divisions.length === 1 ? event.divisions[0]!.id : ""));
    const [name, setName] = useState("");
    const [teamAnswers, setTeamAnswers] = useState<Answers>({});
    const [person, setPerson] = useState<ManagedPerson | null>(null);
    const [myName, setMyName] = useState(own);
    const [answers, setAnswers] = useState<Answers>({});
    const [consent, setConsent] = useState(false);
    const [coded, setCoded] = useState(false);
    const [reserveCode, setReserveCode] = useState("");
    const form = useForm();
    // Where the founding takes the place, it may be one that is kept; elsewhere the code is given with the submit.
    const takesPlace = event.hold_policy === "AT_CREATE" && event.admission !== "LOTTERY";
    const code = event.divisions.find((one) => one.id === division)?.code;
    const age = ageOn(person?.birth_date ?? null, event.starts);
    const about = { ...(code ? { division: code } : {}), role: solo ? "PLAYER" : "CAPTAIN", ...(age === null ? {} : { age }), ...(person?.gender ? { sex: person.gender } : {}) };

    const check = (): FieldErrors => ({
        ...(division ? {} : { division: t.field.chooseOne }),
        ...(solo || name.trim() ? {} : { name: t.field.required }),
        ...answerErrors(teamFields, teamAnswers, "team.", about),
        ...(person || myName.trim() ? {} : { "me.name": t.field.required }),
        ...answerErrors(memberFields, answers, "me.", about),
        ...(consent ? {} : { consent: t.team.consentNeeded }),
    });
    const againUnticked = () => {
        setConsent(false);
        return reload();
    };
    const submit = () => form.run(async () => {
        const member = { ...(person ? { person: person.id } : { name: myName.trim() }), answers: askedAnswers(memberFields, answers, about), ...agreementTo(documents) };
        const group = askedAnswers(teamFields, teamAnswers, about);
        const kept = takesPlace && reserveCode.trim() ? { reserve_code: reserveCode.trim() } : {};
        const body = solo ? { division, ...member, team_answers: group, ...kept } : { division, name: name.trim(), answers: group, member, ...kept };
        const path = `/events/${event.id}/${solo ? "entries" : "teams"}`;
        const team = await unlessChanged(() => besideFields(solo, teamFields, () => post<Roster>(path, body, { key: form.key(body) })), againUnticked);
        toast(solo ? r.found.soloMade : t.team.founded);
        await navigate(`/teams/${team.id}`);
    }, check());

    const shown = ["division", "name", "me.name", "me.person", "consent", ...(takesPlace ? ["reserve_code"] : []), ...answerNames(teamFields, "team."), ...answerNames(memberFields, "me.")];
    return (
        <div class="narrow">
            <PageHead title={solo ? r.found.soloTitle : t.team.foundTitle} lead={solo ? r.found.soloLead(pick(event.title, lang)) : t.team.foundLead(pick(event.title, lang))}
                back={{ href: eventPath(event), label: t.common.back }} />
            <Form form={form} onSubmit={() => void submit()} shown={shown}>
                {(!solo || event.divisions.length > 1 || teamFields.length > 0) && (
                    <Card title={solo ? t.team.division : t.team.teamInfo}>
                        <div class="form-section">
                            {event.divisions.length > 1 && <DivisionChoice event={event} solo={solo} value={division} onChange={setDivision} error={form.errors["division"]} />}
                            {!solo && <TextInput label={t.team.teamName} help={t.team.teamNameHelp} name="name" value={name} onInput={setName} maxLength={60} error={form.errors["name"]} />}
                            <DynamicFields fields={teamFields} answers={teamAnswers} onChange={setTeamAnswers} errors={form.errors} prefix="team." about={about} />
                        </div>
                    </Card>
                )}
                <Card title={person ? r.found.personInfo(person.name) : t.team.yourInfo} lead={solo ? undefined : t.team.yourInfoLead}>
                    <div class="form-section">
                        <PersonPicker persons={persons} value={person?.id ?? kMyself} label={solo ? r.found.who : r.found.whoTeam} error={form.errors["me.person"]}
                            onChange={(_, next) => setPerson(next)} />
                        {!person && <TextInput label={t.team.realName} name="me.name" value={myName} onInput={setMyName} error={form.errors["me.name"]} autoComplete="name" maxLength={60} />}
                        <DynamicFields fields={memberFields} answers={answers} onChange={setAnswers} errors={form.errors} prefix="me." about={about} />
                        <ConsentCheck event={event.id} documents={documents} checked={consent} onChange={setConsent} error={form.errors["consent"]} />
                    </div>
                </Card>
                {takesPlace && !coded && <div><Button size="small" kind="quiet" onClick={() => setCoded(true)}>{r.submit.reserve}</Button></div>}
                {takesPlace && coded && <TextInput label={r.submit.reserveCode} help={r.submit.reserveHelp} name="reserve_code" value={reserveCode} onInput={setReserveCode} error={form.errors["reserve_code"]} maxLength={24} optional autoCapitalize="characters" />}
                <Button type="submit" kind="primary" size="large" wide busy={form.busy}>{solo ? r.found.soloSubmit : t.team.foundSubmit}</Button>
            </Form>
        </div>
    );
}

function DivisionChoice({ event, solo, value, onChange, error }: { event: PublicEvent; solo: boolean; value: string; onChange: (id: string) => void; error: string | undefined }) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const note = (item: PublicEvent["divisions"][number]) => [
        solo ? null : t.events.teamSize(item.team_min ?? event.team_min, item.team_max ?? event.team_max), ...ruleTexts(item.rules, r), t.events.availability[item.availability ?? "OK"],
    ].filter(Boolean).join(" · ");
    return (
        <Choices cards label={t.team.division} name="division" values={value ? [value] : []} error={error} onChange={(values) => onChange(values[0] ?? "")}
            choices={event.divisions.map((item) => ({ value: item.id, label: pick(item.name, lang), note: note(item) }))} />
    );
}

// The page has two forms in one: `team.` and `me.` tell their fields apart, the server says `answers.` of both.
async function besideFields<T>(solo: boolean, teamFields: FormField[], work: () => Promise<T>): Promise<T> {
    try {
        return await work();
    } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const place = (name: string): string => {
            const field = fieldName(name).replace(/^team_answers\./, "team.");
            if (field.startsWith("team.")) return field;
            const key = field.replace(/^(member\.)?answers\./, "");
            if (field === "reserve_code") return field;
            if (key === field) return solo && field === "name" ? "me.name" : field.replace(/^member\./, "me.");
            return !solo && !field.startsWith("member.") && teamFields.some((one) => one.key === key) ? `team.${key}` : `me.${key}`;
        };
        const details = error.details.map((detail) => ({ ...detail, field: place(detail.field) }));
        throw new ApiError(error.status, error.code, error.message, details, error.requestId, error.retryAfterSeconds);
    }
}
