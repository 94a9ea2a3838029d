// Making an account: anybody's, and that of the first administrator.
import { useEffect, useState } from "preact/hooks";
import { kLoginName, kPasswordMin, type AuthOptions, type Channel, type SecondStep, type SignInAnswer } from "../core/account";
import { post } from "../core/api";
import { navigate, safeNext, usePlace } from "../core/router";
import { signedIn, useSession } from "../core/session";
import type { Session } from "../core/types";
import { useText } from "../i18n";
import { useAccountText } from "../i18n/account";
import { Button, Loading, Notice, PageHead } from "../ui/basic";
import { PasswordInput, TextInput } from "../ui/fields";
import { Form, useForm, type FieldErrors } from "../ui/form";
import { toast } from "../ui/toast";
import { AddressInput, ChannelSwitch, CodeFields, addressError, channelsOf, cleanAddress, cleanCode, codeError, useAuthOptions, useCode, withCode } from "./one_time_code";
import { SecondStepPage } from "./second_step";

// What has to be verified here, of what this server can send.
function neededChannels(options: AuthOptions): Channel[] {
    const { registration_needs: needs } = options;
    if (needs === "nothing") return [];
    return needs === "either" ? channelsOf(options) : [needs];
}

// The account is made; `enter` gets its session, `ask` the second step that comes first (staff, where it is required).
interface Took {
    enter: (session: Session) => Promise<void>;
    ask: (step: SecondStep) => void;
}

function useNewAccount(next: string): Took & { step: SecondStep | null } {
    const t = useText();
    const [step, setStep] = useState<SecondStep | null>(null);
    const enter = async (session: Session) => {
        signedIn(session);
        toast(t.auth.welcome(session.user.display_name));
        await navigate(next, { replace: true });
    };
    return { step, ask: setStep, enter };
}

function NewAccount({ kind, channels, took, token }: { kind: "register" | "setup"; channels: Channel[]; took: Took; token: string }) {
    const t = useText();
    const a = useAccountText();
    const [loginName, setLoginName] = useState("");
    const [displayName, setDisplayName] = useState("");
    const [password, setPassword] = useState("");
    const [channel, setChannel] = useState<Channel>(channels[0] ?? "email");
    const [to, setTo] = useState("");
    const [typed, setTyped] = useState("");
    const code = useCode("register");
    const form = useForm();
    const proving = channels.length > 0;

    const check = (): FieldErrors => {
        const errors: FieldErrors = {};
        if (!displayName.trim()) errors["display_name"] = t.field.required;
        if (!loginName.trim()) errors["login_name"] = t.field.required;
        else if (!kLoginName.test(loginName.trim())) errors["login_name"] = t.auth.loginNameBad;
        if (!password) errors["password"] = t.field.required;
        else if ([...password].length < kPasswordMin) errors["password"] = t.auth.passwordShort;
        return { ...errors, ...(proving && !code.sent ? addressError(channel, to, t.field) : {}), ...(code.sent ? codeError(typed) : {}) };
    };
    const create = async () => {
        const body: Record<string, unknown> = { login_name: loginName.trim(), password, display_name: displayName.trim(), client: "browser" };
        if (kind === "setup") body["token"] = token;
        if (code.sent) body["verify"] = { channel: code.sent.channel, to: code.sent.to, code: cleanCode(typed) };
        const answer = await post<SignInAnswer>(`/auth/${kind}`, body, { anonymous: true });
        await ("second_step" in answer ? took.ask(answer.second_step) : took.enter(answer));
    };
    const submit = () => form.run(
        () => (proving && !code.sent ? code.send(channel, cleanAddress(channel, to)) : withCode(form, create)),
        check(),
    );
    const words = kind === "setup" ? t.auth.setupSubmit : proving && !code.sent ? a.code.send : t.auth.register;
    return (
        <Form form={form} onSubmit={() => void submit()} shown={["login_name", "display_name", "password", "to", "code"]}>
            <TextInput label={t.auth.displayName} help={t.auth.displayNameHelp} name="display_name" value={displayName} onInput={setDisplayName}
                error={form.errors["display_name"]} autoComplete="name" maxLength={64} />
            <TextInput label={t.auth.loginName} help={t.auth.loginNameHelp} name="login_name" value={loginName}
                onInput={setLoginName} error={form.errors["login_name"]} autoComplete="username" maxLength={64} />
            <PasswordInput label={t.auth.password} help={t.auth.passwordHelp} name="password" value={password}
                onInput={setPassword} error={form.errors["password"]} fresh />
            {proving && !code.sent && (
                <>
                    <ChannelSwitch channels={channels} value={channel} onChange={(value) => { setChannel(value); setTo(""); form.clear(); }} />
                    <AddressInput channel={channel} value={to} onInput={setTo} error={form.errors["to"]} />
                </>
            )}
            <CodeFields code={code} form={form} value={typed} onInput={setTyped} />
            <Button type="submit" kind="primary" size="large" wide busy={form.busy}>{words}</Button>
        </Form>
    );
}

export function RegisterPage() {
    const t = useText();
    const a = useAccountText();
    const { query } = usePlace();
    const session = useSession();
    const options = useAuthOptions();
    const next = safeNext(query.get("next"));
    const took = useNewAccount(next);
    useEffect(() => {
        if (session.status === "in") void navigate(next, { replace: true });
    }, [session.status]);

    const signIn = `/signin${next === "/" ? "" : `?next=${encodeURIComponent(next)}`}`;
    const channels = options ? neededChannels(options) : [];
    const stuck = options && options.registration_needs !== "nothing" && !channels.some((channel) => channelsOf(options).includes(channel));
    if (took.step) return <SecondStepPage step={took.step} onDone={took.enter} onOver={() => void navigate(signIn)} />;
    return (
        <div class="slim">
            <PageHead title={t.auth.registerTitle} lead={channels.length > 0 ? `${t.auth.registerLead}${a.signIn.verifyLead}` : t.auth.registerLead} />
            {!options ? <Loading /> : (
                <div class="card auth-card">
                    {!options.registration_open ? <Notice tone="warn">{a.signIn.closed}</Notice>
                        : stuck ? <Notice tone="warn">{a.code.none}</Notice>
                            : <NewAccount kind="register" channels={channels} took={took} token="" />}
                    <p class="muted">{t.auth.haveAccount} <a href={signIn}>{t.auth.toSignIn}</a></p>
                </div>
            )}
        </div>
    );
}

export function SetupPage() {
    const t = useText();
    const { query } = usePlace();
    const token = query.get("token") ?? "";
    const took = useNewAccount("/admin");
    // The link is spent by now, the account is there: who begins anew signs in.
    if (took.step) return <SecondStepPage step={took.step} onDone={took.enter} onOver={() => void navigate("/signin?next=/admin")} />;
    return (
        <div class="slim">
            <PageHead title={t.auth.setupTitle} lead={t.auth.setupLead} />
            {!token ? <Notice tone="warn">{t.auth.setupMissing}</Notice> : (
                <div class="card auth-card"><NewAccount kind="setup" channels={[]} took={took} token={token} /></div>
            )}
        </div>
    );
}
