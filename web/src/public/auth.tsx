// Making an account: anybody's, and that of the first administrator.
import { useEffect, useState } from "preact/hooks";
import { kLoginName, kPasswordMin, type AuthOptions, type Channel } from "../core/account";
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

// What has to be verified here, of what this server can send.
function neededChannels(options: AuthOptions): Channel[] {
    const { registration_needs: needs } = options;
    if (needs === "nothing") return [];
    return needs === "either" ? channelsOf(options) : [needs];
}

function NewAccount({ kind, channels, next, token }: { kind: "register" | "setup"; channels: Channel[]; next: string; token: string }) {
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
        const data = await post<Session>(`/auth/${kind}`, body, { anonymous: true });
        signedIn(data);
        toast(t.auth.welcome(data.user.display_name));
        await navigate(kind === "setup" ? "/admin" : next, { replace: true });
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
    useEffect(() => {
        if (session.status === "in") void navigate(next, { replace: true });
    }, [session.status]);

    const channels = options ? neededChannels(options) : [];
    const stuck = options && options.registration_needs !== "nothing" && !channels.some((channel) => channelsOf(options).includes(channel));
    return (
        <div class="slim">
            <PageHead title={t.auth.registerTitle} lead={channels.length > 0 ? `${t.auth.registerLead}${a.signIn.verifyLead}` : t.auth.registerLead} />
            {!options ? <Loading /> : (
                <div class="card auth-card">
                    {!options.registration_open ? <Notice tone="warn">{a.signIn.closed}</Notice>
                        : stuck ? <Notice tone="warn">{a.code.none}</Notice>
                            : <NewAccount kind="register" channels={channels} next={next} token="" />}
                    <p class="muted">{t.auth.haveAccount} <a href={`/signin${next === "/" ? "" : `?next=${encodeURIComponent(next)}`}`}>{t.auth.toSignIn}</a></p>
                </div>
            )}
        </div>
    );
}

export function SetupPage() {
    const t = useText();
    const { query } = usePlace();
    const token = query.get("token") ?? "";
    return (
        <div class="slim">
            <PageHead title={t.auth.setupTitle} lead={t.auth.setupLead} />
            {!token ? <Notice tone="warn">{t.auth.setupMissing}</Notice> : (
                <div class="card auth-card"><NewAccount kind="setup" channels={[]} next="/admin" token={token} /></div>
            )}
        </div>
    );
}
