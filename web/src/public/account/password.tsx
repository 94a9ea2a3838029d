import { useState } from "preact/hooks";
import { kPasswordMin } from "../../core/account";
import { post } from "../../core/api";
import { signedIn, useSession } from "../../core/session";
import type { Session } from "../../core/types";
import { useText } from "../../i18n";
import { useAccountText } from "../../i18n/account";
import { Button, Card, LinkButton } from "../../ui/basic";
import { Checkbox, PasswordInput } from "../../ui/fields";
import { Form, useForm, type FieldErrors } from "../../ui/form";
import { toast } from "../../ui/toast";
import { withProof, type Mine } from "./frame";

function ChangeForm({ onDone }: { onDone: () => void }) {
    const common = useText();
    const t = useAccountText();
    const session = useSession();
    const [current, setCurrent] = useState("");
    const [password, setPassword] = useState("");
    const [tokens, setTokens] = useState(true);
    const form = useForm();
    const check = (): FieldErrors => ({
        ...(current ? {} : { current_password: common.field.required }),
        ...([...password].length >= kPasswordMin ? {} : { password: common.auth.passwordShort }),
    });
    const change = async () => {
        signedIn(await post<Session>("/me/password", { current_password: current, password, client: "browser", tokens }));
        toast(t.password.changed);
        onDone();
    };
    const submit = () => form.run(() => withProof({ ...form, fail: (errors) => form.fail({ current_password: errors["password"] ?? "" }) }, change), check());
    return (
        <Form form={form} onSubmit={() => void submit()} shown={["current_password", "password"]}>
            <input class="sr" type="text" autocomplete="username" value={session.status === "in" ? session.user.login_name : ""} readOnly tabIndex={-1} aria-hidden="true" />
            <PasswordInput label={t.password.current} name="current_password" value={current} onInput={setCurrent} error={form.errors["current_password"]} />
            <PasswordInput label={t.password.next} help={common.auth.passwordHelp} name="password" value={password} onInput={setPassword} error={form.errors["password"]} fresh />
            <Checkbox label={t.password.tokens} checked={tokens} onChange={setTokens} />
            <div class="form-actions">
                <Button type="submit" kind="primary" busy={form.busy}>{t.password.change}</Button>
                <Button onClick={onDone}>{common.common.cancel}</Button>
            </div>
        </Form>
    );
}

export function PasswordCard({ mine }: { mine: Mine }) {
    const t = useAccountText();
    const [open, setOpen] = useState(false);
    return (
        <Card title={t.password.title} lead={t.password.lead} id="password">
            {!mine.meta.password && <div class="stack-s"><p>{t.password.none}</p><div><LinkButton href="/forgot?next=/account/security">{t.password.set}</LinkButton></div></div>}
            {mine.meta.password && (open ? <ChangeForm onDone={() => setOpen(false)} /> : <div><Button icon="lock" onClick={() => setOpen(true)}>{t.password.change}</Button></div>)}
        </Card>
    );
}
