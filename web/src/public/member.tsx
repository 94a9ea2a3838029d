import { useState } from "preact/hooks";
import { cleanAnswers } from "../core/answers";
import { list, post } from "../core/api";
import { useLoad } from "../core/hooks";
import { navigate } from "../core/router";
import { useSession } from "../core/session";
import { dateRange } from "../core/time";
import type { Answers, InviteLookup, MyRegistration, Team } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { Badge, Button, Card, Empty, Failed, LinkButton, Loading, Notice, PageHead } from "../ui/basic";
import { DynamicFields, answerErrors, answerNames } from "../ui/dynamic_form";
import { Checkbox, TextInput } from "../ui/fields";
import { Form, useForm, type FieldErrors } from "../ui/form";
import { toast } from "../ui/toast";
import { kCode, normalCode } from "./code";
import { endedStates, registrationTone, teamTone } from "./words";

export function JoinPage({ params }: { params: Record<string, string> }) {
    const code = params["code"];
    const session = useSession();
    if (!code) return <CodeForm />;
    if (session.status === "unknown") return <Loading />;
    return session.status === "in" ? <Invitation code={normalCode(code)} /> : <SignInFirst code={code} />;
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
    const found = useLoad((signal) => post<InviteLookup>("/invites/lookup", { code }, { signal }), [code]);
    if (found.data) return <JoinForm code={code} invite={found.data} />;
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

function JoinForm({ code, invite }: { code: string; invite: InviteLookup }) {
    const t = useText();
    const lang = useLang();
    const session = useSession();
    const fields = invite.forms?.member?.fields ?? [];
    const [name, setName] = useState(session.status === "in" ? session.user.display_name : "");
    const [answers, setAnswers] = useState<Answers>({});
    const [consent, setConsent] = useState(false);
    const form = useForm();
    const full = invite.team.member_count >= invite.team.team_max;
    const check = (): FieldErrors => ({
        ...(name.trim() ? {} : { name: t.field.required }),
        ...answerErrors(fields, answers),
        ...(consent ? {} : { consent: t.team.consentNeeded }),
    });
    const submit = () => form.run(async () => {
        const body = { code, name: name.trim(), answers: cleanAnswers(fields, answers), consent: true };
        const team = await post<Team>("/invites/join", body, { key: form.key(body) });
        toast(t.join.joined(team.name));
        await navigate(`/teams/${team.id}`);
    }, check());
    return (
        <div class="narrow">
            <PageHead title={invite.team.name} eyebrow={t.join.invited}
                lead={<>{pick(invite.event.title, lang)} · {pick(invite.division.name, lang)} · {t.team.memberCount(invite.team.member_count, invite.team.team_max)}</>} />
            {full ? <Notice tone="warn">{t.join.full}</Notice> : (
                <Card title={t.join.yourInfo}>
                    <Form form={form} onSubmit={() => void submit()} shown={["name", "consent", ...answerNames(fields)]}>
                        <TextInput label={t.team.realName} name="name" value={name} onInput={setName} error={form.errors["name"]} autoComplete="name" maxLength={60} />
                        <DynamicFields fields={fields} answers={answers} onChange={setAnswers} errors={form.errors} />
                        <Checkbox label={t.team.consent} name="consent" checked={consent} onChange={setConsent} error={form.errors["consent"]} />
                        <Button type="submit" kind="primary" size="large" wide busy={form.busy}>{t.join.submit}</Button>
                    </Form>
                </Card>
            )}
        </div>
    );
}

function needsMe(item: MyRegistration): boolean {
    const { team, registration } = item;
    if (team.state === "DISBANDED") return false;
    if (registration?.state === "RETURNED") return true;
    return team.state === "READY" && team.my_role === "CAPTAIN";
}

export function MinePage() {
    const t = useText();
    const lang = useLang();
    const mine = useLoad((signal) => list<MyRegistration>("/me/registrations", { limit: "100" }, { signal }), []);
    return (
        <>
            <PageHead title={t.mine.title} lead={t.mine.lead} actions={<LinkButton href="/join" icon="users">{t.nav.join}</LinkButton>} />
            {mine.loading && !mine.data && <Loading />}
            {mine.error && !mine.data && <Failed error={mine.error} retry={() => void mine.reload()} />}
            {mine.data?.items.length === 0 && (
                <div class="card">
                    <Empty icon="users" title={t.mine.emptyTitle} actions={<><LinkButton href="/" kind="primary">{t.nav.events}</LinkButton><LinkButton href="/join">{t.events.joinWithCode}</LinkButton></>}>
                        {t.mine.emptyBody}
                    </Empty>
                </div>
            )}
            <ul class="event-list">
                {mine.data?.items.map((item) => {
                    const { team, registration, event } = item;
                    const live = registration && !endedStates.has(registration.state);
                    return (
                        <li key={team.id} class="card reg-item">
                            <div class="row row-between">
                                <p class="row">
                                    <Badge tone={registration && (live || team.state === "DISBANDED") ? registrationTone[registration.state] : teamTone[team.state]}>
                                        {registration && (live || team.state === "DISBANDED") ? t.registration.state[registration.state] : t.team.state[team.state]}
                                    </Badge>
                                    {needsMe(item) && <Badge tone="warn" icon="alert">{t.mine.todo}</Badge>}
                                </p>
                                {registration?.friendly_no != null && <span class="muted num">{t.registration.number} {registration.friendly_no}</span>}
                            </div>
                            <h2><a href={`/teams/${team.id}`}>{team.name}</a></h2>
                            <p class="muted">{pick(event.title, lang)}{event.starts && ` · ${dateRange(event.starts, event.ends, lang, event.tz)}`}</p>
                        </li>
                    );
                })}
            </ul>
        </>
    );
}
