// The second step: asked for in a sign-in, set up, and its recovery codes. The account's pages use the same parts.
import { useEffect, useState } from "preact/hooks";
import { grouped, type Enrolment, type SecondStep } from "../core/account";
import { ApiError, post } from "../core/api";
import { useLoad } from "../core/hooks";
import type { Session } from "../core/types";
import { useText } from "../i18n";
import { useAccountText } from "../i18n/account";
import { Button, Failed, Loading, Notice, PageHead } from "../ui/basic";
import { Checkbox, TextInput } from "../ui/fields";
import { Form, useForm, type FieldErrors } from "../ui/form";
import { toast } from "../ui/toast";
import { normalCode } from "./code";
import { copyText } from "../ui/copy";
import { cleanCode, withCode } from "./one_time_code";
import { QrCode } from "./qr";

const kRecoveryCode = /^[0-9A-HJKMNP-TV-Z]{16}$/;
const kTotpCode = /^\d{6}$/;

export function TotpInput({ value, onInput, error, label }: { value: string; onInput: (value: string) => void; error?: string | undefined; label?: string }) {
    const t = useAccountText();
    return (
        <TextInput label={label ?? t.step.code} help={label ? undefined : t.step.codeHelp} name="code" value={value} onInput={onInput} error={error}
            inputMode="numeric" autoComplete="one-time-code" maxLength={12} mono />
    );
}

export function useTotpCheck(): (code: string) => FieldErrors {
    const t = useAccountText();
    return (code): FieldErrors => (kTotpCode.test(cleanCode(code)) ? {} : { code: t.step.codeBad });
}

// Either way to give the second step; `submit` gets what the server wants.
export function StepForm({ onSubmit, words, children, kind = "primary" }: {
    onSubmit: (method: "totp" | "recovery", code: string) => Promise<void>; words: string; children?: preact.ComponentChildren; kind?: "primary" | "danger";
}) {
    const t = useAccountText();
    const [recovery, setRecovery] = useState(false);
    const [code, setCode] = useState("");
    const form = useForm();
    const check = useTotpCheck();
    const problems = (): FieldErrors => {
        if (!recovery) return check(code);
        return kRecoveryCode.test(normalCode(code)) ? {} : { code: t.step.recoveryBad };
    };
    const submit = () => form.run(
        () => withCode(form, () => onSubmit(recovery ? "recovery" : "totp", recovery ? normalCode(code) : cleanCode(code))),
        problems(),
    );
    useEffect(() => form.box.current?.querySelector<HTMLInputElement>("[data-field=code]")?.focus(), [recovery]);
    return (
        <Form form={form} onSubmit={() => void submit()} shown={["code"]}>
            {recovery
                ? <TextInput key="recovery" label={t.step.recovery} help={t.step.leadRecovery} name="code" value={code} onInput={setCode} error={form.errors["code"]}
                    autoComplete="off" autoCapitalize="characters" maxLength={40} mono />
                : <TotpInput key="totp" value={code} onInput={setCode} error={form.errors["code"]} />}
            {children}
            <Button type="submit" kind={kind} size="large" wide busy={form.busy}>{words}</Button>
            <Button kind="quiet" onClick={() => { setRecovery(!recovery); setCode(""); form.clear(); }}>{recovery ? t.step.useTotp : t.step.useRecovery}</Button>
        </Form>
    );
}

// QR code and key of a new second step, then the first code. `begin` asks the server for them, `confirm` gives the code.
export function EnrolForm({ begin, confirm }: { begin: () => Promise<Enrolment>; confirm: (code: string) => Promise<void> }) {
    const t = useAccountText();
    const [code, setCode] = useState("");
    const form = useForm();
    const check = useTotpCheck();
    const enrolment = useLoad(begin, []);
    if (!enrolment.data) return enrolment.error ? <Failed error={enrolment.error} /> : <Loading />;
    const { secret, uri } = enrolment.data;
    const copy = async () => { if (await copyText(secret)) toast(t.step.secretCopied); };
    return (
        <Form form={form} onSubmit={() => void form.run(() => withCode(form, () => confirm(cleanCode(code))), check(code))} shown={["code"]}>
            <p class="field-label">{t.step.scan}</p>
            <QrCode text={uri} label={t.step.scanLabel} />
            <p><a href={uri}>{t.step.openApp}</a></p>
            <div class="secret-line">
                <p class="muted">{t.step.manual}</p>
                <p class="secret-text" aria-label={t.step.secret}>{grouped(secret)}</p>
                <Button size="small" icon="copy" onClick={() => void copy()}>{t.step.copySecret}</Button>
            </div>
            <TotpInput label={t.step.type} value={code} onInput={setCode} error={form.errors["code"]} />
            <Button type="submit" kind="primary" size="large" wide busy={form.busy}>{t.step.confirm}</Button>
        </Form>
    );
}

function saveFile(name: string, text: string): void {
    const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

// Shown once; one goes on after saying that they are saved.
export function RecoveryCodes({ codes, owner, onDone }: { codes: string[]; owner: string; onDone: () => Promise<void> | void }) {
    const t = useAccountText();
    const common = useText();
    const [kept, setKept] = useState(false);
    const form = useForm();
    const text = `${t.step.fileHead(owner)}\r\n\r\n${codes.join("\r\n")}\r\n`;
    const copy = async () => { if (await copyText(codes.join("\n"))) toast(t.step.copied); };
    return (
        <Form form={form} onSubmit={() => void form.run(async () => { await onDone(); }, kept ? {} : { keep: t.step.keepNeeded })} shown={["keep"]}>
            <p class="muted">{t.step.codesLead}</p>
            <Notice tone="warn">{t.step.codesOnce}</Notice>
            <ul class="recovery-codes">{codes.map((code) => <li key={code}>{code}</li>)}</ul>
            <div class="row">
                <Button icon="download" onClick={() => saveFile(t.step.file, text)}>{t.step.download}</Button>
                <Button icon="copy" onClick={() => void copy()}>{common.common.copy}</Button>
            </div>
            <Checkbox label={t.step.keep} name="keep" checked={kept} onChange={setKept} error={form.errors["keep"]} />
            <Button type="submit" kind="primary" size="large" wide busy={form.busy}>{t.step.done}</Button>
        </Form>
    );
}

// In the middle of a sign-in. `onDone` gets the session, `onOver` begins anew.
export function SecondStepPage({ step, onDone, onOver }: { step: SecondStep; onDone: (session: Session) => Promise<void>; onOver: () => void }) {
    const t = useAccountText();
    const [ended, setEnded] = useState(false);
    const [fresh, setFresh] = useState<(Session & { recovery_codes: string[] }) | null>(null);
    const { token } = step;
    const enrolling = step.methods.includes("enrol");

    // Each part is a page of its own to whoever listens or looks; the form of one field takes the focus itself.
    useEffect(() => {
        scrollTo({ top: 0, behavior: "instant" as ScrollBehavior });
        if (enrolling || ended) document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    }, [ended, fresh !== null]);

    // A wrong code is the form's matter; a sign-in that is over cannot be gone on with.
    const guarded = async <T,>(work: () => Promise<T>): Promise<T> => {
        try {
            return await work();
        } catch (error) {
            if (error instanceof ApiError && (error.status === 401 || error.status === 404 || error.status === 410)) setEnded(true);
            throw error;
        }
    };
    const ask = <T,>(path: string, body: object) => guarded(() => post<T>(path, { token, ...body }, { anonymous: true }));
    const over = <Button kind="quiet" icon="back" onClick={onOver}>{t.signIn.startOver}</Button>;

    if (ended) {
        return (
            <div class="slim">
                <PageHead title={t.step.title} />
                <div class="card stack-s">
                    <Notice tone="warn" live>{t.step.ended}</Notice>
                    <Button kind="primary" wide onClick={onOver}>{t.signIn.startOver}</Button>
                </div>
            </div>
        );
    }
    if (fresh) {
        return (
            <div class="slim">
                <PageHead title={t.step.codesTitle} />
                <div class="card"><RecoveryCodes codes={fresh.recovery_codes} owner={fresh.user.login_name || fresh.user.display_name} onDone={() => onDone(fresh)} /></div>
            </div>
        );
    }
    return (
        <div class="slim">
            <PageHead title={enrolling ? t.step.enrolTitle : t.step.title} lead={enrolling ? t.step.enrolLead : t.step.lead} />
            <div class="card auth-card">
                {enrolling
                    ? <EnrolForm begin={() => ask<Enrolment>("/auth/second-step/enrol", {})}
                        confirm={async (code) => setFresh(await ask<Session & { recovery_codes: string[] }>("/auth/second-step/confirm", { code }))} />
                    : <StepForm words={t.step.submit} onSubmit={async (method, code) => onDone(await ask<Session>("/auth/second-step", { method, code }))} />}
                <div>{over}</div>
            </div>
        </div>
    );
}
