import { useState } from "preact/hooks";
import { call, get } from "../../core/api";
import { useBusy, useDraft } from "../../core/hooks";
import { useSession, userChanged } from "../../core/session";
import type { User } from "../../core/types";
import { setLang, useLang, useText, type Lang } from "../../i18n";
import { useAccountText } from "../../i18n/account";
import { Button, Card, Loading } from "../../ui/basic";
import { Select, TextInput } from "../../ui/fields";
import { Form, useForm } from "../../ui/form";
import { ThemeSwitch, leave } from "../../ui/shell";
import { toast } from "../../ui/toast";
import { AccountFrame, useMine } from "./frame";

export function ProfilePage() {
    const t = useText();
    const a = useAccountText();
    const lang = useLang();
    const session = useSession();
    const mine = useMine();
    const user = session.status === "in" ? session.user : null;
    const [name, setName] = useDraft(user?.display_name ?? "", user?.id ?? "");
    const [locale, setLocale] = useState<Lang>(user?.locale?.startsWith("en") ? "en" : user?.locale ? "zh" : lang);
    const [leaving, runLeaving] = useBusy();
    const form = useForm();
    const save = () => form.run(async () => {
        const now = await get<User>("/me");
        const changed = await call<User>("PATCH", "/me", { body: { display_name: name.trim(), locale: locale === "zh" ? "zh-CN" : "en" }, rev: now.rev });
        userChanged(changed);
        setLang(locale);
        toast(t.common.saved);
    }, name.trim() ? {} : { display_name: t.field.required });
    if (!user) return <Loading />;
    return (
        <AccountFrame mine={mine}>
            <Card title={a.profile.title} id="profile">
                <Form form={form} onSubmit={() => void save()} shown={["display_name", "locale"]}>
                    <dl class="answers">
                        <div><dt>{t.auth.loginName}</dt><dd>{user.login_name || a.profile.noLoginName}</dd></div>
                        <div><dt>{t.auth.roleLabel}</dt><dd>{t.roles[user.role]}</dd></div>
                    </dl>
                    <TextInput label={t.auth.displayName} name="display_name" value={name} onInput={setName} error={form.errors["display_name"]} autoComplete="name" maxLength={64} />
                    <Select label={t.nav.language} name="locale" value={locale} onChange={(value) => setLocale(value as Lang)} error={form.errors["locale"]}
                        choices={[{ value: "zh", label: "中文" }, { value: "en", label: "English" }]} />
                    <div class="form-actions"><Button type="submit" kind="primary" busy={form.busy}>{t.auth.saveProfile}</Button></div>
                </Form>
            </Card>
            <Card title={t.nav.theme}><ThemeSwitch /></Card>
            <div><Button icon="door" busy={leaving} onClick={() => void runLeaving(() => leave(t))}>{t.nav.signOut}</Button></div>
        </AccountFrame>
    );
}
