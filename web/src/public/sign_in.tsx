// Signing in: by password, by a code, by WeChat, and the second step where the server asks for it.
import { useEffect, useState } from "preact/hooks";
import type { AuthOptions, Channel, SecondStep, SignInAnswer } from "../core/account";
import { post } from "../core/api";
import { kApiBase } from "../core/api_base";
import { navigate, safeNext, usePlace } from "../core/router";
import { signedIn, takeUpSession, useSession } from "../core/session";
import type { Session } from "../core/types";
import { useText } from "../i18n";
import { useAccountText } from "../i18n/account";
import { Button, LinkButton, Loading, Notice, PageHead } from "../ui/basic";
import { PasswordInput, TextInput } from "../ui/fields";
import { Form, useForm, type FieldErrors } from "../ui/form";
import { AddressInput, CodeFields, addressError, channelsOf, cleanAddress, cleanCode, codeError, useAuthOptions, useCode, withCode } from "./one_time_code";
import { SecondStepPage } from "./second_step";

type Method = "password" | Channel;
type Took = (answer: SignInAnswer) => Promise<void>;

const insideWechat = (): boolean => /MicroMessenger/i.test(navigator.userAgent);

function PasswordForm({ onDone }: { onDone: Took }) {
    const t = useText();
    const a = useAccountText();
    const [name, setName] = useState("");
    const [password, setPassword] = useState("");
    const form = useForm();
    const check = (): FieldErrors => ({
        ...(name.trim() ? {} : { login_name: t.field.required }),
        ...(password ? {} : { password: t.field.required }),
    });
    const submit = () => form.run(
        async () => onDone(await post<SignInAnswer>("/auth/login", { login_name: name.trim(), password, client: "browser" }, { anonymous: true })),
        check(),
    );
    return (
        <Form form={form} onSubmit={() => void submit()} shown={["login_name", "password"]}>
            <TextInput label={a.signIn.name} name="login_name" value={name} onInput={setName} error={form.errors["login_name"]} autoComplete="username" maxLength={100} />
            <PasswordInput label={t.auth.password} name="password" value={password} onInput={setPassword} error={form.errors["password"]} />
            <Button type="submit" kind="primary" size="large" wide busy={form.busy}>{t.auth.signIn}</Button>
        </Form>
    );
}

function CodeForm({ channel, open, onDone }: { channel: Channel; open: boolean; onDone: Took }) {
    const t = useText();
    const a = useAccountText();
    const [to, setTo] = useState("");
    const [typed, setTyped] = useState("");
    const code = useCode("sign-in");
    const form = useForm();
    const submit = () => {
        if (!code.sent) return form.run(() => code.send(channel, cleanAddress(channel, to)), addressError(channel, to, t.field));
        const body = { channel, to: code.sent.to, code: cleanCode(typed), client: "browser" };
        return form.run(() => withCode(form, async () => onDone(await post<SignInAnswer>("/auth/code/sign-in", body, { anonymous: true }))), codeError(typed));
    };
    return (
        <Form form={form} onSubmit={() => void submit()} shown={["to", "code"]}>
            {code.sent ? <CodeFields code={code} form={form} value={typed} onInput={setTyped} />
                : <AddressInput channel={channel} value={to} onInput={setTo} error={form.errors["to"]} />}
            <Button type="submit" kind="primary" size="large" wide busy={form.busy} disabled={!code.sent && code.left > 0}>
                {code.sent ? t.auth.signIn : code.left > 0 ? a.code.againIn(a.wait(code.left)) : a.code.send}
            </Button>
            {open && <p class="field-help">{a.signIn.newByCode}</p>}
        </Form>
    );
}

function MethodSwitch({ methods, value, onChange }: { methods: Method[]; value: Method; onChange: (method: Method) => void }) {
    const a = useAccountText();
    const names = { password: a.signIn.byPassword, email: a.signIn.byEmail, phone: a.signIn.byPhone };
    if (methods.length < 2) return null;
    return (
        <div class="segmented segmented-wide" role="group" aria-label={a.signIn.method}>
            {methods.map((method) => (
                <button key={method} type="button" aria-pressed={method === value} onClick={() => onChange(method)}>{names[method]}</button>
            ))}
        </div>
    );
}

// Goes to WeChat and comes back here, where the cookie that came is taken up.
function WechatButton({ next }: { next: string }) {
    const a = useAccountText();
    const back = `/signin?wechat=1${next === "/" ? "" : `&next=${encodeURIComponent(next)}`}`;
    return (
        <>
            <p class="or"><span>{a.signIn.or}</span></p>
            <LinkButton href={`${kApiBase}/auth/wechat/web/start?return=${encodeURIComponent(back)}`} size="large" wide>{a.signIn.wechat}</LinkButton>
        </>
    );
}

function Ways({ options, next, onDone }: { options: AuthOptions; next: string; onDone: Took }) {
    const t = useText();
    const a = useAccountText();
    const methods: Method[] = ["password", ...channelsOf(options)];
    const [method, setMethod] = useState<Method>("password");
    const query = next === "/" ? "" : `?next=${encodeURIComponent(next)}`;
    return (
        <div class="card auth-card">
            <MethodSwitch methods={methods} value={method} onChange={setMethod} />
            {method === "password" ? <PasswordForm onDone={onDone} /> : <CodeForm key={method} channel={method} open={options.registration_open} onDone={onDone} />}
            {options.wechat_web && insideWechat() && <WechatButton next={next} />}
            <div class="row row-between auth-links">
                {options.registration_open && <p class="muted">{t.auth.noAccount} <a href={`/register${query}`}>{t.auth.toRegister}</a></p>}
                {method === "password" && <p><a href={`/forgot${query}`}>{a.signIn.forgot}</a></p>}
            </div>
        </div>
    );
}

// The token of a second step that a sign-in by redirects left behind; out of the address bar at once.
function stepOfHash(): SecondStep | null {
    const fragment = new URLSearchParams(location.hash.slice(1));
    const token = fragment.get("second_step");
    if (!token) return null;
    history.replaceState(null, "", location.pathname + location.search);
    return { token, methods: fragment.get("methods")?.split(",") ?? ["totp", "recovery"] };
}

export function SignInPage() {
    const t = useText();
    const a = useAccountText();
    const { query } = usePlace();
    const session = useSession();
    const options = useAuthOptions();
    const next = safeNext(query.get("next") ?? query.get("return"));
    const [step, setStep] = useState<SecondStep | null>(stepOfHash);
    const failed = query.has("sign_in_error");
    const [returning, setReturning] = useState(query.has("wechat") && !failed && !step);

    // Somebody signed in already (perhaps in another tab) has nothing to do here.
    useEffect(() => {
        if (session.status === "in") void navigate(next, { replace: true });
    }, [session.status]);
    useEffect(() => {
        if (returning) void takeUpSession().finally(() => setReturning(false));
    }, []);

    const enter = async (data: Session) => {
        signedIn(data);
        await navigate(next, { replace: true });
    };
    const took: Took = async (answer) => ("second_step" in answer ? setStep(answer.second_step) : enter(answer));

    if (step) return <SecondStepPage step={step} onDone={enter} onOver={() => setStep(null)} />;
    return (
        <div class="slim">
            <PageHead title={t.auth.signInTitle} lead={t.auth.signInLead} />
            <div class="stack">
                {failed && <Notice tone="bad" live>{a.signIn.failed}</Notice>}
                {options && !returning ? <Ways options={options} next={next} onDone={took} /> : <Loading />}
            </div>
        </div>
    );
}
