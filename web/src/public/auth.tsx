import { useEffect, useState } from "preact/hooks";
import { post } from "../core/api";
import { navigate, safeNext, usePlace } from "../core/router";
import { signedIn, useSession } from "../core/session";
import type { Session } from "../core/types";
import { useText } from "../i18n";
import { Button, Notice, PageHead } from "../ui/basic";
import { PasswordInput, TextInput } from "../ui/fields";
import { Form, useForm, type FieldErrors } from "../ui/form";
import { toast } from "../ui/toast";

export const kPasswordMin = 8;
export const kLoginName = /^[A-Za-z0-9._-]{3,32}$/;

// Sign in, register, and the first administrator: one form, three doors.
export function AuthPage({ kind }: { kind: "signin" | "register" | "setup" }) {
    const t = useText();
    const { query } = usePlace();
    const session = useSession();
    const next = safeNext(query.get("next"));
    const setupToken = query.get("token") ?? "";
    const fresh = kind !== "signin";
    const [loginName, setLoginName] = useState("");
    const [displayName, setDisplayName] = useState("");
    const [password, setPassword] = useState("");
    const form = useForm();

    // Somebody signed in already (perhaps in another tab) has nothing to do here.
    useEffect(() => {
        if (session.status === "in" && kind !== "setup") void navigate(next, { replace: true });
    }, [session.status]);

    const check = (): FieldErrors => {
        const errors: FieldErrors = {};
        if (!loginName.trim()) errors["login_name"] = t.field.required;
        else if (fresh && !kLoginName.test(loginName.trim())) errors["login_name"] = t.auth.loginNameBad;
        if (fresh && !displayName.trim()) errors["display_name"] = t.field.required;
        if (!password) errors["password"] = t.field.required;
        else if (fresh && [...password].length < kPasswordMin) errors["password"] = t.auth.passwordShort;
        return errors;
    };

    const submit = () => form.run(async () => {
        const body: Record<string, string> = { login_name: loginName.trim(), password, client: "browser" };
        if (fresh) body["display_name"] = displayName.trim();
        if (kind === "setup") body["token"] = setupToken;
        const path = { signin: "/auth/login", register: "/auth/register", setup: "/auth/setup" }[kind];
        const data = await post<Session>(path, body, { anonymous: true });
        signedIn(data);
        if (fresh) toast(t.auth.welcome(data.user.display_name));
        await navigate(kind === "setup" ? "/admin" : next, { replace: true });
    }, check());

    const words = {
        signin: { title: t.auth.signInTitle, lead: t.auth.signInLead, submit: t.auth.signIn },
        register: { title: t.auth.registerTitle, lead: t.auth.registerLead, submit: t.auth.register },
        setup: { title: t.auth.setupTitle, lead: t.auth.setupLead, submit: t.auth.setupSubmit },
    }[kind];
    const other = `${kind === "signin" ? "/register" : "/signin"}${next === "/" ? "" : `?next=${encodeURIComponent(next)}`}`;

    return (
        <div class="slim">
            <PageHead title={words.title} lead={words.lead} />
            {kind === "setup" && !setupToken ? <Notice tone="warn">{t.auth.setupMissing}</Notice> : (
                <div class="card auth-card">
                    <Form form={form} onSubmit={() => void submit()} shown={["login_name", "display_name", "password"]}>
                        {fresh && (
                            <TextInput label={t.auth.displayName} help={t.auth.displayNameHelp} name="display_name" value={displayName} onInput={setDisplayName}
                                error={form.errors["display_name"]} autoComplete="name" maxLength={64} />
                        )}
                        <TextInput label={t.auth.loginName} help={fresh ? t.auth.loginNameHelp : undefined} name="login_name" value={loginName}
                            onInput={setLoginName} error={form.errors["login_name"]} autoComplete="username" maxLength={64} />
                        <PasswordInput label={t.auth.password} help={fresh ? t.auth.passwordHelp : undefined} name="password" value={password}
                            onInput={setPassword} error={form.errors["password"]} fresh={fresh} />
                        <Button type="submit" kind="primary" size="large" wide busy={form.busy}>{words.submit}</Button>
                    </Form>
                    {kind !== "setup" && (
                        <p class="muted">
                            {kind === "signin" ? t.auth.noAccount : t.auth.haveAccount} <a href={other}>{kind === "signin" ? t.auth.toRegister : t.auth.toSignIn}</a>
                        </p>
                    )}
                </div>
            )}
        </div>
    );
}
