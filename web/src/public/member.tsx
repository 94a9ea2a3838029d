import { useEffect, useState } from "preact/hooks";
import { cleanAnswers } from "../core/answers";
import { call, get, list, post } from "../core/api";
import { useBusy, useLoad } from "../core/hooks";
import { navigate } from "../core/router";
import { useSession, userChanged } from "../core/session";
import { dateRange } from "../core/time";
import type { Answers, InviteLookup, MyRegistration, Team, User } from "../core/types";
import { pick, setLang, useLang, useText, type Lang } from "../i18n";
import { Badge, Button, Card, Empty, Failed, LinkButton, Loading, Notice, PageHead } from "../ui/basic";
import { DynamicFields, answerErrors, answerNames } from "../ui/dynamic_form";
import { Checkbox, Select, TextInput } from "../ui/fields";
import { Form, useForm, type FieldErrors } from "../ui/form";
import { ThemeSwitch, leave } from "../ui/shell";
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

export function AccountPage() {
    const t = useText();
    const lang = useLang();
    const session = useSession();
    const user = session.status === "in" ? session.user : null;
    const [name, setName] = useState(user?.display_name ?? "");
    const [locale, setLocale] = useState<Lang>(user?.locale?.startsWith("en") ? "en" : user?.locale ? "zh" : lang);
    const [leaving, runLeaving] = useBusy();
    const form = useForm();
    useEffect(() => setName(user?.display_name ?? ""), [user?.id]);
    const save = () => form.run(async () => {
        const now = await get<User>("/me");
        const changed = await call<User>("PATCH", "/me", { body: { display_name: name.trim(), locale: locale === "zh" ? "zh-CN" : "en" }, rev: now.rev });
        userChanged(changed);
        setLang(locale);
        toast(t.common.saved);
    }, name.trim() ? {} : { display_name: t.field.required });
    if (!user) return <Loading />;
    return (
        <div class="narrow">
            <PageHead title={t.auth.accountTitle} lead={t.auth.accountLead} />
            <div class="stack">
                <div class="card">
                    <Form form={form} onSubmit={() => void save()} shown={["display_name", "locale"]}>
                        <dl class="answers">
                            <div><dt>{t.auth.loginName}</dt><dd>{user.login_name}</dd></div>
                            <div><dt>{t.auth.roleLabel}</dt><dd>{t.roles[user.role]}</dd></div>
                        </dl>
                        <TextInput label={t.auth.displayName} name="display_name" value={name} onInput={setName} error={form.errors["display_name"]} autoComplete="name" maxLength={64} />
                        <Select label={t.nav.language} name="locale" value={locale} onChange={(value) => setLocale(value as Lang)} error={form.errors["locale"]}
                            choices={[{ value: "zh", label: "中文" }, { value: "en", label: "English" }]} />
                        <div class="form-actions"><Button type="submit" kind="primary" busy={form.busy}>{t.auth.saveProfile}</Button></div>
                    </Form>
                </div>
                <Card title={t.nav.theme}><ThemeSwitch /></Card>
                <div><Button icon="door" busy={leaving} onClick={() => void runLeaving(() => leave(t))}>{t.nav.signOut}</Button></div>
            </div>
        </div>
    );
}
