// What all pages of the account share: tabs, the notice of a planned deletion, and proving that it is oneself.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Channel, Identity, IdentityMeta } from "../../core/account";
import { ApiError, act, listWith } from "../../core/api";
import { kApiBase } from "../../core/api_base";
import { asApiError, useBusy, useLoad, type Loaded } from "../../core/hooks";
import { usePlace } from "../../core/router";
import { dateTime } from "../../core/time";
import { useLang, useText } from "../../i18n";
import { accountText, useAccountText } from "../../i18n/account";
import { Button, LinkButton, Notice, PageHead, errorText } from "../../ui/basic";
import { PasswordInput } from "../../ui/fields";
import type { FieldErrors, FormControl } from "../../ui/form";
import { toast } from "../../ui/toast";
import { CodeFields, cleanCode, useAuthOptions, useCode } from "../one_time_code";

export interface Mine {
    items: Identity[];
    meta: IdentityMeta;
}

export const useMine = (): Loaded<Mine> => useLoad((signal) => listWith<Identity, IdentityMeta>("/me/identities", { signal }), []);

function PlannedEnd({ mine }: { mine: Loaded<Mine> }) {
    const t = useAccountText();
    const lang = useLang();
    const [busy, run] = useBusy();
    const at = mine.data?.meta.delete_at;
    if (!at) return null;
    const keep = () => run(async () => {
        try {
            await act("/me/delete/cancel");
            toast(t.data.kept);
            await mine.reload();
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
    });
    return (
        <Notice tone="warn" title={t.data.planned(dateTime(at, lang))} actions={<Button kind="primary" busy={busy} onClick={() => void keep()}>{t.data.keep}</Button>}>
            {t.data.plannedBody}
        </Notice>
    );
}

export function AccountFrame({ mine, children }: { mine: Loaded<Mine>; children: ComponentChildren }) {
    const common = useText();
    const t = useAccountText();
    const { path } = usePlace();
    const tabs = [
        { href: "/account", label: t.tabs.profile },
        { href: "/account/security", label: t.tabs.security },
        { href: "/account/devices", label: t.tabs.devices },
        { href: "/account/organisations", label: t.tabs.organisations },
        { href: "/account/data", label: t.tabs.data },
    ];
    const here = tabs.find((tab) => tab.href === path);
    const nav = useRef<HTMLElement>(null);
    // On a phone the tabs may be wider than the screen; the present one is to be seen.
    useEffect(() => nav.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" }), [path]);
    return (
        <div class="account">
            <PageHead title={common.auth.accountTitle} plainTitle={here ? `${here.label} · ${common.auth.accountTitle}` : common.auth.accountTitle} />
            <nav class="tabs" aria-label={t.tabs.label} ref={nav}>
                {tabs.map((tab) => <a key={tab.href} href={tab.href} aria-current={tab.href === path ? "page" : undefined}>{tab.label}</a>)}
            </nav>
            <div class="stack">
                <PlannedEnd mine={mine} />
                {children}
            </div>
        </div>
    );
}

// The password, or for those without one a code to their own address; who has WeChat alone signs in anew. `codeKey` is
// what the route calls that code.
export interface Proof {
    possible: boolean;
    check: () => FieldErrors;
    body: () => Record<string, string>;
    fields: (form: FormControl) => ComponentChildren;
}

export function useProof(mine: Mine, codeKey: "code" | "confirm_code" = "code"): Proof {
    const t = useAccountText();
    const common = useText();
    const [password, setPassword] = useState("");
    const [typed, setTyped] = useState("");
    const code = useCode("confirm");
    const channels = mine.meta.prove_by.filter((one): one is Channel => one !== "password");
    const options = useAuthOptions();
    const { path } = usePlace();
    if (mine.meta.fresh_sign_in) return { possible: true, check: () => ({}), body: () => ({}), fields: () => null };
    if (mine.meta.password) {
        return {
            possible: true,
            check: (): FieldErrors => (password ? {} : { password: common.field.required }),
            body: () => ({ password }),
            fields: (form) => <PasswordInput label={t.proof.password} name="password" value={password} onInput={setPassword} error={form.errors["password"]} />,
        };
    }
    const send = (form: FormControl, channel: Channel) => void form.run(() => code.send(channel));
    return {
        possible: channels.length > 0,
        check: (): FieldErrors => (code.sent && /^\d{6}$/.test(cleanCode(typed)) ? {} : { [codeKey]: t.code.bad }),
        body: () => ({ [codeKey]: cleanCode(typed) }),
        fields: (form) => (
            <div class="stack-s">
                {!code.sent && <p class="field-label">{t.proof.lead}</p>}
                {!code.sent && (
                    <div class="row">
                        {channels.map((channel) => (
                            <Button key={channel} busy={form.busy} onClick={() => send(form, channel)}>{channel === "email" ? t.proof.send : t.proof.sendPhone}</Button>
                        ))}
                    </div>
                )}
                {channels.length === 0 && (
                    <Notice tone="warn" actions={options?.wechat_web && (
                        <LinkButton href={`${kApiBase}/auth/wechat/web/start?return=${encodeURIComponent(path)}`}>{t.proof.wechat}</LinkButton>
                    )}>
                        {t.proof.impossible}
                    </Notice>
                )}
                <CodeFields code={code} form={form} value={typed} onInput={setTyped} name={codeKey} label={t.proof.code} other={false} />
            </div>
        ),
    };
}

// A wrong password is told at its field.
export async function withProof(form: FormControl, work: () => Promise<void>, codeField = "code"): Promise<void> {
    try {
        await work();
    } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (error.code === "BAD_CREDENTIALS") form.fail({ password: accountText().proof.passwordBad });
        else if (error.code === "BAD_CODE") form.fail({ [codeField]: error.message });
        else throw error;
    }
}
