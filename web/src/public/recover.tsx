// Getting an account back: a new password by a code, and the undo link of a change of address.
import { useState } from "preact/hooks";
import { kPasswordMin, type AuthOptions, type Channel } from "../core/account";
import { post } from "../core/api";
import { useBusy, asApiError } from "../core/hooks";
import { navigate, usePlace } from "../core/router";
import { session, signedOut } from "../core/session";
import { useText } from "../i18n";
import { useAccountText } from "../i18n/account";
import { Button, LinkButton, Loading, Notice, PageHead, errorText } from "../ui/basic";
import { PasswordInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import { AddressInput, ChannelSwitch, CodeFields, addressError, channelsOf, cleanAddress, cleanCode, codeError, useAuthOptions, useCode, withCode } from "./one_time_code";

function ResetForm({ options, back }: { options: AuthOptions; back: string }) {
    const t = useText();
    const a = useAccountText();
    const channels = channelsOf(options);
    const [channel, setChannel] = useState<Channel>(channels[0] ?? "email");
    const [to, setTo] = useState("");
    const [typed, setTyped] = useState("");
    const [password, setPassword] = useState("");
    const code = useCode("reset");
    const form = useForm();
    const reset = async () => {
        await post("/auth/reset", { channel: code.sent!.channel, to: code.sent!.to, code: cleanCode(typed), password }, { anonymous: true });
        if (session.value.status === "in") signedOut();
        toast(a.forgot.done);
        await navigate(back, { replace: true });
    };
    const submit = () => (code.sent
        ? form.run(() => withCode(form, reset), { ...codeError(typed), ...([...password].length < kPasswordMin ? { password: t.auth.passwordShort } : {}) })
        : form.run(() => code.send(channel, cleanAddress(channel, to)), addressError(channel, to, t.field)));
    return (
        <Form form={form} onSubmit={() => void submit()} shown={["to", "code", "password"]}>
            {!code.sent && (
                <>
                    <ChannelSwitch channels={channels} value={channel} onChange={(value) => { setChannel(value); setTo(""); form.clear(); }} />
                    <AddressInput channel={channel} value={to} onInput={setTo} error={form.errors["to"]} />
                </>
            )}
            <CodeFields code={code} form={form} value={typed} onInput={setTyped} />
            {code.sent && (
                <>
                    <PasswordInput label={a.forgot.password} help={t.auth.passwordHelp} name="password" value={password} onInput={setPassword} error={form.errors["password"]} fresh />
                    <p class="field-help">{a.forgot.note}</p>
                </>
            )}
            <Button type="submit" kind="primary" size="large" wide busy={form.busy} disabled={!code.sent && code.left > 0}>
                {code.sent ? a.forgot.submit : code.left > 0 ? a.code.againIn(a.wait(code.left)) : a.code.send}
            </Button>
        </Form>
    );
}

export function ForgotPage() {
    const t = useText();
    const a = useAccountText();
    const { query } = usePlace();
    const options = useAuthOptions();
    const next = query.get("next");
    const back = `/signin${next ? `?next=${encodeURIComponent(next)}` : ""}`;
    return (
        <div class="slim">
            <PageHead title={a.forgot.title} lead={a.forgot.lead} back={{ href: back, label: t.auth.signInTitle }} />
            {!options ? <Loading /> : (
                <div class="card auth-card">
                    {channelsOf(options).length === 0 ? <Notice tone="warn">{a.code.none}</Notice> : <ResetForm options={options} back={back} />}
                </div>
            )}
        </div>
    );
}

// Kept while the page lives, not in the address bar, where it would stay in the history.
function takeToken(query: URLSearchParams): string {
    const token = query.get("token") ?? "";
    if (token) history.replaceState(null, "", location.pathname);
    return token;
}

export function UndoPage() {
    const a = useAccountText();
    const { query } = usePlace();
    const [token] = useState(() => takeToken(query));
    const [done, setDone] = useState(false);
    const [problem, setProblem] = useState("");
    const [busy, run] = useBusy();
    // On a press of the button only: programs that look at mail follow links.
    const undo = () => run(async () => {
        setProblem("");
        try {
            await post("/auth/undo", { token }, { anonymous: true });
            if (session.value.status === "in") signedOut();
            setDone(true);
        } catch (error) {
            setProblem(errorText(asApiError(error)));
        }
    });
    return (
        <div class="slim">
            <PageHead title={done ? a.undo.doneTitle : a.undo.title} lead={done ? undefined : a.undo.lead} />
            <div class="card stack-s">
                {!token && <Notice tone="warn">{a.undo.missing}</Notice>}
                {done && <Notice tone="ok" live>{a.undo.doneBody}</Notice>}
                {done && <LinkButton href="/forgot" kind="primary" size="large" wide>{a.undo.setPassword}</LinkButton>}
                {problem && <Notice tone="bad" live>{problem}</Notice>}
                {token && !done && <p class="muted">{a.undo.body}</p>}
                {token && !done && <Button kind="primary" size="large" wide busy={busy} onClick={() => void undo()}>{a.undo.submit}</Button>}
            </div>
        </div>
    );
}
