import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { call, list, post } from "../core/api";
import { useLoad, type Loaded } from "../core/hooks";
import { useSession } from "../core/session";
import { fromLocalInput, stamp, toLocalInput } from "../core/time";
import { useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Empty, Failed, Loading, type Tone } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { Choices } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/menu";
import { toast } from "../ui/toast";
import { DialogButtons, ExpiryInput, PersonPicker, askAndAct, isPast } from "./acts";
import { loadRights } from "./rights";

export interface Grant {
    id: string;
    user: { id: string; login_name: string; display_name: string };
    role: string;
    granted_at: string;
    expires: string | null;
    rev: number;
}

export const kOrganisationRoles = ["owner", "manager", "editor", "reviewer", "finance", "checkin", "viewer"];
export const kEventRoles = kOrganisationRoles.slice(1);

const kRoleTone: Record<string, Tone> = { owner: "accent", admin: "accent", auditor: "info", manager: "info" };

export function RoleBadge({ role }: { role: string }) {
    const a = useAdminText();
    return <Badge tone={kRoleTone[role] ?? "neutral"}>{a.access.roles[role] ?? role}</Badge>;
}

export function Expiry({ at }: { at: string | null }) {
    const a = useAdminText();
    const lang = useLang();
    if (!at) return <>{a.access.noExpiry}</>;
    const over = new Date(at).getTime() <= Date.now();
    return <>{stamp(at, lang)}{over && <> <Badge tone="warn">{a.access.expired}</Badge></>}</>;
}

export const useGrants = (path: string): Loaded<Grant[]> =>
    useLoad(async (signal) => (await list<Grant>(path, { limit: "100" }, { signal })).items, [path]);

// The people with a role somewhere. `manage`: the viewer may change and take roles here.
export function GrantTable({ grants, path, place, roles, manage, linkUsers, empty }: {
    grants: Loaded<Grant[]>; path: string; place: string; roles: string[]; manage: boolean; linkUsers: boolean; empty?: ComponentChildren;
}) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const session = useSession();
    const [open, setOpen] = useState<Grant | null>(null);
    const me = session.status === "in" ? session.user.id : "";
    if (grants.error && !grants.data) return <Failed error={grants.error} retry={() => void grants.reload()} />;
    if (!grants.data) return <Loading />;
    if (grants.data.length === 0) return <Empty icon="users" title={a.access.empty}>{empty}</Empty>;
    const changed = async (grant: Grant) => {
        await grants.reload();
        if (grant.user.id === me) await loadRights().catch(() => undefined);
    };
    const take = async (grant: Grant) => {
        const words = { title: a.access.takeTitle(grant.user.display_name, a.access.roles[grant.role] ?? grant.role), body: a.access.takeBody, confirm: a.access.take };
        if (await askAndAct(words, () => call("DELETE", `${path}/${grant.id}`), a.access.taken)) await changed(grant);
    };
    return (
        <>
            <div class="table-box" tabIndex={0} role="region" aria-label={place}>
                <table class="table table-cards">
                    <thead>
                        <tr>
                            <th scope="col">{a.access.person}</th><th scope="col">{a.access.role}</th><th scope="col">{a.access.since}</th><th scope="col">{a.access.expires}</th>
                            {manage && <th scope="col"><span class="sr">{t.common.actions}</span></th>}
                        </tr>
                    </thead>
                    <tbody>
                        {grants.data.map((grant) => (
                            <tr key={grant.id}>
                                <td class="cell-head">
                                    <div>
                                        {linkUsers ? <a class="table-link" href={`/admin/users/${grant.user.id}`}>{grant.user.display_name}</a> : <strong>{grant.user.display_name}</strong>}
                                        {grant.user.id === me && <small class="muted"> {a.users.self}</small>}<small class="muted block">{grant.user.login_name}</small>
                                    </div>
                                </td>
                                <td data-label={a.access.role}><RoleBadge role={grant.role} /></td>
                                <td data-label={a.access.since} class="num nowrap">{stamp(grant.granted_at, lang)}</td>
                                <td data-label={a.access.expires} class="num"><span><Expiry at={grant.expires} /></span></td>
                                {manage && (
                                    <td class="cell-actions end">
                                        <Menu label={`${t.common.actions}: ${grant.user.display_name}`} summary={<Icon name="more" />}>
                                            <button type="button" onClick={() => setOpen(grant)}><Icon name="edit" size={18} />{a.access.change}</button>
                                            <button type="button" class="menu-danger" onClick={() => void take(grant)}><Icon name="trash" size={18} />{a.access.take}</button>
                                        </Menu>
                                    </td>
                                )}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            {open && <ChangeGrant grant={open} path={path} roles={roles} onClose={() => setOpen(null)} onDone={() => { const grant = open; setOpen(null); void changed(grant); }} />}
        </>
    );
}

export function RoleChoice({ roles, value, onChange, error }: { roles: string[]; value: string; onChange: (role: string) => void; error: string | undefined }) {
    const a = useAdminText();
    return (
        <Choices label={a.access.role} name="role" values={[value]} onChange={([role]) => onChange(role ?? value)} error={error}
            choices={roles.map((role) => ({ value: role, label: a.access.roles[role] ?? role, note: a.access.roleNotes[role] }))} />
    );
}

function ChangeGrant({ grant, path, roles, onClose, onDone }: { grant: Grant; path: string; roles: string[]; onClose: () => void; onDone: () => void }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [role, setRole] = useState(grant.role);
    const [expires, setExpires] = useState(toLocalInput(grant.expires));
    const submit = () => form.run(async () => {
        await call("PATCH", `${path}/${grant.id}`, { body: { role, expires: fromLocalInput(expires) || null }, rev: grant.rev });
        toast(a.access.changed);
        onDone();
    }, isPast(expires) ? { expires: a.access.expiresPast } : {});
    return (
        <Modal title={a.access.changeTitle(grant.user.display_name)} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["role", "expires"]} onReload={onDone}>
                <RoleChoice roles={roles} value={role} onChange={setRole} error={form.errors["role"]} />
                <ExpiryInput value={expires} onInput={setExpires} error={form.errors["expires"]} />
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.save} />
            </Form>
        </Modal>
    );
}

export function GiveGrant({ path, place, roles, onClose, onDone }: { path: string; place: string; roles: string[]; onClose: () => void; onDone: () => void }) {
    const a = useAdminText();
    const form = useForm();
    const [user, setUser] = useState("");
    const [role, setRole] = useState(roles[roles.length - 1]!);
    const [expires, setExpires] = useState("");
    const submit = () => form.run(async () => {
        const body = { user, role, expires: fromLocalInput(expires) || null };
        await post(path, body, { key: form.key(body) });
        toast(a.access.given);
        onDone();
    }, { ...(user ? {} : { user: a.access.userMissing }), ...(isPast(expires) ? { expires: a.access.expiresPast } : {}) });
    return (
        <Modal title={a.access.giveTitle(place)} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["user", "role", "expires"]}>
                <PersonPicker value={user} onChange={setUser} error={form.errors["user"]} />
                <RoleChoice roles={roles} value={role} onChange={setRole} error={form.errors["role"]} />
                <ExpiryInput value={expires} onInput={setExpires} error={form.errors["expires"]} />
                <DialogButtons busy={form.busy} onClose={onClose} label={a.access.give} />
            </Form>
        </Modal>
    );
}

export function GiveButton({ onClick }: { onClick: () => void }) {
    const a = useAdminText();
    return <Button kind="primary" icon="plus" onClick={onClick}>{a.access.give}</Button>;
}
