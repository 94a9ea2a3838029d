// Joining a team: by a code typed or a link followed.
import { useState } from "preact/hooks";
import { get, post } from "../core/api";
import { useLoad } from "../core/hooks";
import type { Invited, ManagedPerson, Roster } from "../core/registration";
import { navigate } from "../core/router";
import { useSession } from "../core/session";
import type { Answers } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useRegistrationText } from "../i18n/registration";
import { Badge, Button, Card, Failed, LinkButton, Loading, Notice, PageHead } from "../ui/basic";
import { DynamicFields, answerErrors, answerNames, askedAnswers } from "../ui/dynamic_form";
import type { EventDocument } from "../ui/dynamic_form_parts";
import { TextInput } from "../ui/fields";
import { Form, useForm, type FieldErrors } from "../ui/form";
import { toast } from "../ui/toast";
import { kCode, normalCode } from "./code";
import { ConsentCheck, agreementTo, unlessChanged } from "./consents";
import { PersonPicker, kMyself, usePersons } from "./person_picker";

// A link carries a long token, which is not to be changed; a code is read as people type it.
const kTokenMin = 16;
const readCode = (text: string): string => (text.length >= kTokenMin ? text : normalCode(text));

export function JoinPage({ params }: { params: Record<string, string> }) {
    const code = params["code"];
    const session = useSession();
    if (!code) return <CodeForm />;
    if (session.status === "unknown") return <Loading />;
    return session.status === "in" ? <Invitation code={readCode(code)} /> : <SignInFirst code={code} />;
}

function CodeForm() {
    const t = useText();
    const [code, setCode] = useState("");
    const form = useForm();
    const submit = () => form.run(
        () => navigate(`/join/${encodeURIComponent(normalCode(code))}`),
        kCode.test(normalCode(code)) ? {} : { code: t.join.codeBad },
    );
    return (
        <div class="slim">
            <PageHead title={t.join.title} lead={t.join.lead} />
            <div class="card">
                <Form form={form} onSubmit={() => void submit()} shown={["code"]}>
                    <div class="code-input">
                        <TextInput label={t.join.code} help={t.join.codeHelp} name="code" value={code} onInput={setCode} error={form.errors["code"]}
                            maxLength={12} autoCapitalize="characters" />
                    </div>
                    <Button type="submit" kind="primary" size="large" wide busy={form.busy}>{t.join.look}</Button>
                </Form>
            </div>
        </div>
    );
}

function SignInFirst({ code }: { code: string }) {
    const t = useText();
    const next = encodeURIComponent(`/join/${code}`);
    return (
        <div class="slim">
            <PageHead title={t.join.title} lead={t.join.needAccount} />
            <div class="card stack-s">
                <LinkButton href={`/register?next=${next}`} kind="primary" size="large" wide>{t.nav.register}</LinkButton>
                <LinkButton href={`/signin?next=${next}`} size="large" wide>{t.nav.signIn}</LinkButton>
            </div>
        </div>
    );
}

function Invitation({ code }: { code: string }) {
    const t = useText();
    const found = useLoad((signal) => post<Invited>("/invites/lookup", { code }, { signal }), [code]);
    if (found.data) {
        const join = (body: Record<string, unknown>, key: string) => post<Roster>("/invites/join", { code, ...body }, { key });
        return <JoinForm invite={found.data} join={join} />;
    }
    if (!found.error) return <Loading />;
    const { status } = found.error;
    if (status !== 404 && status !== 410 && status !== 409 && status !== 422) return <Failed error={found.error} retry={() => void found.reload()} />;
    return (
        <div class="slim">
            <PageHead title={t.join.title} />
            <div class="card stack-s">
                <Notice tone="warn">{status === 404 || status === 422 ? t.join.badCode : found.error.code === "TEAM_FULL" ? t.join.full : t.join.spent}</Notice>
                <LinkButton href="/join" wide>{t.join.otherCode}</LinkButton>
            </div>
        </div>
    );
}

// `join` sends what was filled in: to a code's route or to that of a direct invitation.
export function JoinForm({ invite, join, onDecline }: {
    invite: Invited; join: (body: Record<string, unknown>, key: string) => Promise<Roster>; onDecline?: () => void;
}) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const session = useSession();
    const own = session.status === "in" ? session.user.display_name : "";
    const fields = invite.forms?.member?.fields ?? [];
    const texts = useLoad<EventDocument[]>((signal) => get(`/events/${invite.event.id}/documents`, { signal }), [invite.event.id]);
    const documents = texts.data ?? [];
    const persons = usePersons();
    const [person, setPerson] = useState<ManagedPerson | null>(null);
    const [name, setName] = useState(own);
    const [answers, setAnswers] = useState<Answers>({});
    const [consent, setConsent] = useState(false);
    const form = useForm();
    const full = invite.team.member_count >= invite.team.team_max && (!invite.role || invite.role === "PLAYER");
    const about = invite.role ? { role: invite.role } : {};
    const check = (): FieldErrors => ({
        ...(person || name.trim() ? {} : { name: t.field.required }),
        ...answerErrors(fields, answers, "answers.", about),
        ...(consent ? {} : { consent: t.team.consentNeeded }),
    });
    const againUnticked = () => {
        setConsent(false);
        return texts.reload();
    };
    const submit = () => form.run(async () => {
        const body = { ...(person ? { person: person.id } : { name: name.trim() }), answers: askedAnswers(fields, answers, about), ...agreementTo(texts.error ? null : documents) };
        const team = await unlessChanged(() => join(body, form.key(body)), againUnticked);
        toast(team.my_state === "PENDING_CAPTAIN" ? r.team.waitApproval : t.join.joined(team.name));
        await navigate(`/teams/${team.id}`);
    }, check());
    const role = invite.role && invite.role !== "PLAYER" ? t.team.role[invite.role as keyof typeof t.team.role] : null;
    return (
        <div class="narrow stack">
            <PageHead title={invite.team.name} eyebrow={<>{t.join.invited}{role && <Badge tone="accent">{r.invitations.asRole(role)}</Badge>}</>}
                lead={<>{pick(invite.event.title, lang)} · {pick(invite.division.name, lang)} · {t.team.memberCount(invite.team.member_count, invite.team.team_max)}</>} />
            {full ? <Notice tone="warn">{t.join.full}</Notice> : (
                <Card title={person ? r.found.personInfo(person.name) : t.join.yourInfo}>
                    <Form form={form} onSubmit={() => void submit()} shown={["name", "person", "consent", ...answerNames(fields)]}>
                        <PersonPicker persons={persons} value={person?.id ?? kMyself} label={r.found.who} error={form.errors["person"]} onChange={(_, next) => setPerson(next)} />
                        {!person && <TextInput label={t.team.realName} name="name" value={name} onInput={setName} error={form.errors["name"]} autoComplete="name" maxLength={60} />}
                        <DynamicFields fields={fields} answers={answers} onChange={setAnswers} errors={form.errors} about={about} />
                        <ConsentCheck event={invite.event.id} documents={documents} checked={consent} onChange={setConsent} error={form.errors["consent"]} />
                        <Button type="submit" kind="primary" size="large" wide busy={form.busy}>{onDecline ? r.invitations.accept : t.join.submit}</Button>
                    </Form>
                </Card>
            )}
            {onDecline && <div><Button kind="quiet" onClick={onDecline}>{r.invitations.decline}</Button></div>}
        </div>
    );
}
