import { useState } from "preact/hooks";
import type { AuthOptions } from "../core/account";
import { call, get, list, post } from "../core/api";
import { useLoad } from "../core/hooks";
import { stamp } from "../core/time";
import { useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Button, Card, Failed, Loading, Notice } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { Select, TextInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { QrCode } from "../public/qr";
import { DialogButtons, askAndAct, copyAndTell } from "./acts";
import { RoleBadge, RoleChoice } from "./grants";

interface Invitation {
    id: string;
    role: string;
    target: string | null;
    created: string;
    expires: string;
    url: string | null; // with the token, shown once; null: it went by mail
}

const kDays = [1, 3, 7, 30];
const kEmail = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export function Invitations({ path, name, roles }: { path: string; name: string; roles: string[] }) {
    const a = useAdminText();
    const lang = useLang();
    const invitations = useLoad((signal) => list<Invitation>(`${path}/invitations`, {}, { signal }), [path]);
    const [making, setMaking] = useState(false);
    const revoke = async (one: Invitation) => {
        const words = { title: a.orgs.revokeTitle, body: a.orgs.revokeBody, confirm: a.orgs.revoke };
        if (await askAndAct(words, () => call("DELETE", `${path}/invitations/${one.id}`), a.orgs.revoked)) await invitations.reload();
    };
    return (
        <Card title={a.orgs.invitations} lead={a.orgs.invitationsLead} actions={<Button kind="primary" icon="plus" onClick={() => setMaking(true)}>{a.orgs.invite}</Button>}>
            {invitations.error && !invitations.data && <Failed error={invitations.error} retry={() => void invitations.reload()} />}
            {!invitations.data && !invitations.error && <Loading />}
            {invitations.data && invitations.data.items.length === 0 && <p class="muted">{a.orgs.invitationsNone}</p>}
            <ul class="rows">
                {invitations.data?.items.map((one) => (
                    <li key={one.id} class="row row-between">
                        <span class="row"><RoleBadge role={one.role} />{one.target}<small class="muted num">{a.orgs.inviteUntil(stamp(one.expires, lang))}</small></span>
                        <Button size="small" kind="quiet" onClick={() => void revoke(one)}>{a.orgs.revoke}</Button>
                    </li>
                ))}
            </ul>
            {making && <Invite path={path} name={name} roles={roles} onClose={() => { setMaking(false); void invitations.reload(); }} />}
        </Card>
    );
}

function Invite({ path, name, roles, onClose }: { path: string; name: string; roles: string[]; onClose: () => void }) {
    const a = useAdminText();
    const form = useForm();
    const [role, setRole] = useState("editor");
    const [days, setDays] = useState("7");
    const [email, setEmail] = useState("");
    const options = useLoad((signal) => get<AuthOptions>("/auth/options", { anonymous: true, signal }), []);
    const to = email.trim();
    const [made, setMade] = useState<Invitation | null>(null);
    const submit = () => form.run(async () => {
        const body = { role, expires_in_hours: Number(days) * 24, ...(to ? { email: to } : {}) };
        setMade(await post<Invitation>(`${path}/invitations`, body, { key: form.key(body) }));
    }, to && !kEmail.test(to) ? { email: a.orgs.inviteEmailBad } : {});
    return (
        <Modal title={`${a.orgs.invite} · ${name}`} onClose={onClose}>
            {made ? <Made invitation={made} onClose={onClose} /> : (
                <Form form={form} onSubmit={() => void submit()} shown={["role", "expires_in_hours", "email"]}>
                    <RoleChoice roles={roles} value={role} onChange={setRole} error={form.errors["role"]} />
                    <Select label={a.orgs.inviteHours} name="expires_in_hours" value={days} onChange={setDays} error={form.errors["expires_in_hours"]}
                        choices={kDays.map((count) => ({ value: String(count), label: a.orgs.inviteDays(count) }))} />
                    {options.data?.email_invitations && (
                        <TextInput label={a.orgs.inviteEmail} help={a.orgs.inviteEmailHelp} name="email" type="email" inputMode="email" value={email} onInput={setEmail}
                            error={form.errors["email"]} optional maxLength={254} />
                    )}
                    <DialogButtons busy={form.busy} onClose={onClose} label={to ? a.orgs.inviteSend : a.orgs.inviteMake} />
                </Form>
            )}
        </Modal>
    );
}

function Made({ invitation, onClose }: { invitation: Invitation; onClose: () => void }) {
    const a = useAdminText();
    const t = useText();
    if (!invitation.url) {
        return (
            <div class="stack-s">
                <Notice tone="ok" live>{a.orgs.inviteSent(invitation.target ?? "")}</Notice>
                <p class="muted">{a.orgs.inviteSentBody}</p>
                <div class="dialog-actions"><Button kind="primary" onClick={onClose}>{t.common.close}</Button></div>
            </div>
        );
    }
    const link = new URL(invitation.url, location.origin).href;
    return (
        <div class="stack-s">
            <Notice tone="warn" live>{a.orgs.inviteOnce}</Notice>
            <p class="secret" aria-label={a.orgs.inviteLink}>{link}</p>
            <QrCode text={link} label={a.orgs.inviteQr} />
            <div class="dialog-actions">
                <Button onClick={onClose}>{t.common.close}</Button>
                <Button kind="primary" icon="copy" onClick={() => void copyAndTell(link, a.orgs.copied)}>{t.team.copyLink}</Button>
            </div>
        </div>
    );
}
