import { useState } from "preact/hooks";
import { kLoginName, kPasswordMin } from "../core/account";
import { call, post } from "../core/api";
import { asApiError } from "../core/hooks";
import { setQuery, usePlace } from "../core/router";
import { useSession } from "../core/session";
import { stamp } from "../core/time";
import type { AdminUser, Role } from "../core/types";
import { useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, PageHead, errorText } from "../ui/basic";
import { Modal, ask } from "../ui/dialog";
import { Choices, PasswordInput, TextInput } from "../ui/fields";
import { Form, useForm, type FieldErrors } from "../ui/form";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/menu";
import { toast } from "../ui/toast";
import { DialogButtons } from "./acts";
import { FilterSelect, PagedTable, SearchBox, usePaged } from "./parts";
import { onPlatform, useRights } from "./rights";

const kRoles: Role[] = ["user", "organiser", "admin"];
type Open = { kind: "new" } | { kind: "role" | "password"; user: AdminUser } | null;

export function UsersPage() {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const session = useSession();
    const { query } = usePlace();
    const filter = { q: query.get("q"), role: query.get("role") };
    const paged = usePaged<AdminUser>("/admin/users", filter);
    const [open, setOpen] = useState<Open>(null);
    const me = session.status === "in" ? session.user.id : "";
    const manage = onPlatform(useRights(), "user.manage");

    const lock = async (user: AdminUser) => {
        const locking = user.status === "ACTIVE";
        if (locking) {
            const { ok } = await ask({ title: a.users.lockTitle(user.display_name), body: a.users.lockBody, confirm: a.users.lock, danger: true });
            if (!ok) return;
        }
        try {
            await call("PATCH", `/admin/users/${user.id}`, { body: { status: locking ? "LOCKED" : "ACTIVE" }, rev: user.rev });
            toast(a.users.changed);
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
        await paged.reload();
    };
    const done = async (words: string) => {
        setOpen(null);
        toast(words);
        await paged.reload();
    };
    return (
        <>
            <PageHead title={a.users.title} lead={a.users.lead} actions={manage && <Button kind="primary" icon="plus" onClick={() => setOpen({ kind: "new" })}>{a.users.add}</Button>} />
            <div class="filters">
                <SearchBox label={a.users.search} value={filter.q ?? ""} onSearch={(q) => setQuery({ q })} />
                <FilterSelect label={a.users.role} value={filter.role ?? ""} onChange={(role) => setQuery({ role })}
                    choices={[{ value: "", label: a.users.allRoles }, ...kRoles.map((role) => ({ value: role, label: t.roles[role] }))]} />
            </div>
            <PagedTable paged={paged} empty={{ title: a.users.empty }} head={[a.users.name, a.users.role, t.common.state, a.users.created, a.users.lastActive, ""]}
                row={(user) => (
                    <tr key={user.id}>
                        <td class="cell-head">
                            <div><a class="table-link" href={`/admin/users/${user.id}`}>{user.display_name}</a>{user.id === me && <small class="muted"> {a.users.self}</small>}<small class="muted block">{user.login_name}</small></div>
                        </td>
                        <td data-label={a.users.role}><Badge tone={user.role === "admin" ? "accent" : user.role === "organiser" ? "info" : "neutral"}>{t.roles[user.role]}</Badge></td>
                        <td data-label={t.common.state}><Badge tone={user.status === "ACTIVE" ? "ok" : "bad"}>{a.users.status[user.status]}</Badge></td>
                        <td data-label={a.users.created} class="num">{stamp(user.created, lang)}</td>
                        <td data-label={a.users.lastActive} class="num">{user.last_active_at ? stamp(user.last_active_at, lang) : a.users.never}</td>
                        <td class="cell-actions end">
                            {manage && user.id !== me && user.status !== "DELETED" && (
                                <Menu label={`${t.common.actions}: ${user.display_name}`} summary={<Icon name="more" />}>
                                    <button type="button" onClick={() => setOpen({ kind: "role", user })}><Icon name="shield" size={18} />{a.users.setRole}</button>
                                    <button type="button" onClick={() => setOpen({ kind: "password", user })}><Icon name="lock" size={18} />{a.users.setPassword}</button>
                                    <button type="button" class={user.status === "ACTIVE" ? "menu-danger" : undefined} onClick={() => void lock(user)}>
                                        <Icon name="door" size={18} />{user.status === "ACTIVE" ? a.users.lock : a.users.unlock}
                                    </button>
                                </Menu>
                            )}
                        </td>
                    </tr>
                )} />
            {open?.kind === "new" && <NewUser onClose={() => setOpen(null)} onDone={() => void done(a.users.created_)} />}
            {open?.kind === "role" && <RoleDialog user={open.user} onClose={() => setOpen(null)} onDone={() => void done(a.users.changed)} />}
            {open?.kind === "password" && <PasswordDialog user={open.user} onClose={() => setOpen(null)} onDone={() => void done(a.users.passwordSet)} />}
        </>
    );
}

interface DialogProps { onClose: () => void; onDone: () => void }

function RoleChoice({ role, onChange, error }: { role: Role; onChange: (role: Role) => void; error: string | undefined }) {
    const a = useAdminText();
    const t = useText();
    return (
        <Choices label={a.users.role} name="role" values={[role]} onChange={(values) => onChange(values[0] as Role)} error={error}
            choices={kRoles.map((value) => ({ value, label: t.roles[value], note: a.users.roleHelp[value] }))} />
    );
}

function NewUser({ onClose, onDone }: DialogProps) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [loginName, setLoginName] = useState("");
    const [name, setName] = useState("");
    const [password, setPassword] = useState("");
    const [role, setRole] = useState<Role>("organiser");
    const check = (): FieldErrors => ({
        ...(name.trim() ? {} : { display_name: t.field.required }),
        ...(kLoginName.test(loginName.trim()) ? {} : { login_name: t.auth.loginNameBad }),
        ...([...password].length >= kPasswordMin ? {} : { password: t.auth.passwordShort }),
    });
    const submit = () => form.run(async () => {
        const body = { login_name: loginName.trim(), password, display_name: name.trim(), role };
        await post("/admin/users", body, { key: form.key(body) });
        onDone();
    }, check());
    return (
        <Modal title={a.users.addTitle} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["login_name", "display_name", "password", "role"]}>
                <TextInput label={a.users.name} name="display_name" value={name} onInput={setName} error={form.errors["display_name"]} maxLength={64} />
                <TextInput label={a.users.loginName} help={t.auth.loginNameHelp} name="login_name" value={loginName} onInput={setLoginName} error={form.errors["login_name"]} maxLength={32} />
                <PasswordInput label={t.auth.password} help={t.auth.passwordHelp} name="password" value={password} onInput={setPassword} error={form.errors["password"]} fresh />
                <RoleChoice role={role} onChange={setRole} error={form.errors["role"]} />
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.create} />
            </Form>
        </Modal>
    );
}

export function RoleDialog({ user, onClose, onDone }: DialogProps & { user: AdminUser }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [role, setRole] = useState<Role>(user.role);
    const submit = () => form.run(async () => {
        await call("PATCH", `/admin/users/${user.id}`, { body: { role }, rev: user.rev });
        onDone();
    });
    return (
        <Modal title={`${a.users.setRole} · ${user.display_name}`} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["role"]} onReload={onDone}>
                <RoleChoice role={role} onChange={setRole} error={form.errors["role"]} />
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.save} />
            </Form>
        </Modal>
    );
}

export function PasswordDialog({ user, onClose, onDone }: DialogProps & { user: AdminUser }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [password, setPassword] = useState("");
    const submit = () => form.run(async () => {
        await post(`/admin/users/${user.id}/password`, { password });
        onDone();
    }, [...password].length >= kPasswordMin ? {} : { password: t.auth.passwordShort });
    return (
        <Modal title={`${a.users.setPassword} · ${user.display_name}`} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["password"]}>
                <PasswordInput label={a.users.newPassword} help={t.auth.passwordHelp} name="password" value={password} onInput={setPassword} error={form.errors["password"]} fresh />
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.save} />
            </Form>
        </Modal>
    );
}
