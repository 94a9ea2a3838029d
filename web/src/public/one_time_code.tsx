// One-time codes by e-mail or SMS: asking for one, the countdown until the next, and the fields.
import { useEffect, useRef, useState } from "preact/hooks";
import type { AuthOptions, Channel, CodePurpose } from "../core/account";
import { isForeignPhone } from "../core/account";
import { isEmail, isMobile } from "../core/answers";
import { ApiError, get, post } from "../core/api";
import { useLoad } from "../core/hooks";
import { useText } from "../i18n";
import { accountText, useAccountText } from "../i18n/account";
import { Button } from "../ui/basic";
import { TextInput } from "../ui/fields";
import type { FieldErrors, FormControl } from "../ui/form";

const kDigits = /^\d{6}$/;

// Where the server does not answer, the pages offer what always works: the password.
const kPlain: AuthOptions = { registration_open: true, registration_needs: "nothing", email_codes: false, phone_codes: false, wechat_web: false, email_invitations: false };

export function useAuthOptions(): AuthOptions | null {
    const options = useLoad((signal) => get<AuthOptions>("/auth/options", { anonymous: true, signal }), []);
    return options.data ?? (options.error ? kPlain : null);
}

export function channelsOf(options: AuthOptions): Channel[] {
    return [...(options.email_codes ? ["email" as const] : []), ...(options.phone_codes ? ["phone" as const] : [])];
}

export interface SentCode {
    channel: Channel;
    to: string; // empty: to one's own address
    minutes: number;
}

export interface CodeControl {
    sent: SentCode | null;
    left: number; // seconds until another may be asked for
    send: (channel: Channel, to?: string) => Promise<void>;
    again: () => Promise<void>;
    forget: () => void;
}

interface CodeAnswer {
    expires_in: number;
    resend_in: number;
}

// Counts the seconds down to 0.
function useCountdown(): [number, (seconds: number) => void] {
    const [until, setUntil] = useState(0);
    const [now, setNow] = useState(0);
    const left = Math.max(0, Math.ceil((until - now) / 1000));
    useEffect(() => {
        if (left === 0) return;
        const timer = setInterval(() => setNow(Date.now()), 500);
        return () => clearInterval(timer);
    }, [until, left === 0]);
    return [left, (seconds) => { setNow(Date.now()); setUntil(Date.now() + seconds * 1000); }];
}

export function useCode(purpose: CodePurpose): CodeControl {
    const [sent, setSent] = useState<SentCode | null>(null);
    const [left, wait] = useCountdown();
    const own = purpose === "confirm";
    const send = async (channel: Channel, to = "") => {
        try {
            const answer = await post<CodeAnswer>("/auth/code", { channel, purpose, ...(own ? {} : { to }) },
                { anonymous: purpose === "sign-in" || purpose === "register" || purpose === "reset" });
            setSent({ channel, to, minutes: Math.max(1, Math.round(answer.expires_in / 60)) });
            wait(answer.resend_in);
        } catch (error) {
            if (!(error instanceof ApiError) || error.status !== 429) throw error;
            wait(error.retryAfterSeconds);
            const t = accountText();
            throw new ApiError(0, error.code, t.code.tooOften(t.wait(Math.max(1, error.retryAfterSeconds))), [], error.requestId);
        }
    };
    return {
        sent, left, send,
        again: async () => { if (sent) await send(sent.channel, sent.to); },
        forget: () => setSent(null),
    };
}

export const cleanCode = (code: string): string => code.normalize("NFKC").replace(/\s/g, "");

export function codeError(code: string): FieldErrors {
    return kDigits.test(cleanCode(code)) ? {} : { code: accountText().code.bad };
}

export function addressError(channel: Channel, address: string, words: { required: string; email: string }): FieldErrors {
    const text = address.trim();
    if (!text) return { to: words.required };
    if (channel === "email") return isEmail(text) ? {} : { to: words.email };
    return isMobile(text) || isForeignPhone(text) ? {} : { to: accountText().code.phoneBad };
}

// The server's phone numbers: 11 digits, or + and the country's number.
export function cleanAddress(channel: Channel, address: string): string {
    const text = address.normalize("NFKC").trim();
    return channel === "email" ? text : text.replace(/[\s-]/g, "").replace(/^0086/, "+86");
}

// A refused code belongs to its field; everything else is told above the form.
export async function withCode(form: FormControl, work: () => Promise<void>, field = "code"): Promise<void> {
    try {
        await work();
    } catch (error) {
        if (!(error instanceof ApiError) || error.code !== "BAD_CODE") throw error;
        form.fail({ [field]: error.message });
    }
}

export function AddressInput({ channel, label, value, onInput, error }: {
    channel: Channel; label?: string; value: string; onInput: (value: string) => void; error?: string | undefined;
}) {
    const t = useAccountText();
    return channel === "email"
        ? <TextInput key="email" label={label ?? t.code.email} name="to" type="email" inputMode="email" autoComplete="email" value={value} onInput={onInput} error={error} maxLength={254} />
        : <TextInput key="phone" label={label ?? t.code.phone} help={t.code.phoneHelp} name="to" type="tel" inputMode="tel" autoComplete="tel" value={value} onInput={onInput} error={error} maxLength={20} />;
}

export function ChannelSwitch({ channels, value, onChange }: { channels: Channel[]; value: Channel; onChange: (channel: Channel) => void }) {
    const t = useAccountText();
    if (channels.length < 2) return null;
    return (
        <div class="segmented segmented-wide" role="group" aria-label={t.code.channel}>
            {channels.map((channel) => (
                <button key={channel} type="button" aria-pressed={channel === value} onClick={() => onChange(channel)}>{t.code[channel]}</button>
            ))}
        </div>
    );
}

// Where the code went, the field for it, and what to do when it does not come. The field takes the focus.
export function CodeFields({ code, form, value, onInput, name = "code", label, other = true }: {
    code: CodeControl; form: FormControl; value: string; onInput: (value: string) => void; name?: string; label?: string; other?: boolean;
}) {
    const t = useAccountText();
    const common = useText();
    const box = useRef<HTMLDivElement>(null);
    const { sent } = code;
    useEffect(() => {
        if (sent) box.current?.querySelector("input")?.focus();
    }, [sent !== null]);
    if (!sent) return null;
    const again = () => void form.run(async () => {
        await code.again();
        box.current?.querySelector("input")?.focus();
    });
    return (
        <div class="stack-s" ref={box}>
            <p class="code-sent" role="status">{sent.to ? t.code.sent(sent.to, sent.minutes) : t.code.sentOwn(sent.minutes)}</p>
            <TextInput label={label ?? t.code.label} help={t.code.help} name={name} value={value} onInput={onInput} error={form.errors[name]}
                inputMode="numeric" autoComplete="one-time-code" maxLength={12} mono />
            <div class="row">
                <Button size="small" kind="quiet" disabled={code.left > 0} onClick={again}>{code.left > 0 ? t.code.againIn(t.wait(code.left)) : t.code.again}</Button>
                {other && (
                    <Button size="small" kind="quiet" onClick={() => { form.clear(); onInput(""); code.forget(); }}>
                        {sent.to ? (sent.channel === "email" ? t.code.otherEmail : t.code.otherPhone) : common.common.back}
                    </Button>
                )}
            </div>
        </div>
    );
}
