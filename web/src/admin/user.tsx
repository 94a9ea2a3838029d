// One account as administrators see it.
import { useState } from "preact/hooks";
import { call, get, list } from "../core/api";
import { asApiError, useLoad, type Loaded } from "../core/hooks";
import { useSession } from "../core/session";
import { stamp } from "../core/time";
import type { AdminUser, I18nText } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Card, Failed, Loading, Notice, PageHead } from "../ui/basic";
import { toast } from "../ui/toast";
import { act, askAndAct } from "./acts";
import { Expiry, RoleBadge } from "./grants";
import { onPlatform, useRights } from "./rights";
import { TokenRows, type ApiToken } from "./tokens";
import { PasswordDialog, RoleDialog } from "./users";

interface UserDetail extends AdminUser {
    password: boolean;
    identities: { id: string; kind: string; issuer: string; shown: string; verified_at: string }[];
    sessions: { id: string; device: string; client: string; method: string; browser: boolean; second_step: boolean; created: string; last_used: string; expires: string }[];
    locks: { kind: string; attempts: number; wait_s: number; last: string }[];
    second_step: boolean;
    second_step_required?: boolean;
    delete_at: string | null;
}

interface PartProps { user: UserDetail; manage: boolean; reload: () => Promise<void> }

export function UserPage({ id }: { id: string }) {
    const a = useAdminText();
    const t = useText();
    const mine = useRights();
    const session = useSession();
    const [open, setOpen] = useState<"role" | "password" | null>(null);
    const path = `/admin/users/${encodeURIComponent(id)}`;
    const loaded = useLoad((signal) => get<UserDetail>(path, { signal }), [path]);
    if (loaded.error && !loaded.data) return <Failed error={loaded.error} retry={() => void loaded.reload()} />;
    if (!loaded.data) return <Loading />;
    const user = loaded.data;
    const self = session.status === "in" && session.user.id === user.id;
    const manage = onPlatform(mine, "user.manage");
    const setStatus = async () => {
        const change = () => call("PATCH", path, { body: { status: user.status === "ACTIVE" ? "LOCKED" : "ACTIVE" }, rev: user.rev });
        if (user.status === "ACTIVE") await askAndAct({ title: a.users.lockTitle(user.display_name), body: a.users.lockBody, confirm: a.users.lock }, change, a.users.changed);
        else await act(change, a.users.changed);
        await loaded.reload();
    };
    const endAccount = async () => {
        const words = { title: a.userPage.deleteTitle(user.display_name), body: a.userPage.deleteBody, confirm: a.userPage.delete };
        if (await askAndAct(words, () => call("POST", `${path}/delete`), a.userPage.deleteDone)) await loaded.reload();
    };
    const done = (words: string) => {
        setOpen(null);
        toast(words);
        void loaded.reload();
    };
    const part: PartProps = { user, manage, reload: loaded.reload };
    return (
        <>
            <PageHead title={user.display_name} back={{ href: "/admin/users", label: a.users.title }}
                eyebrow={<><RoleBadge role={user.role} /><Badge tone={user.status === "ACTIVE" ? "ok" : "bad"}>{a.users.status[user.status]}</Badge>{self && <span>{a.users.self}</span>}</>}
                actions={manage && !self && user.status !== "DELETED" && (
                    <>
                        <Button size="small" icon="shield" onClick={() => setOpen("role")}>{a.users.setRole}</Button>
                        <Button size="small" icon="lock" onClick={() => setOpen("password")}>{a.users.setPassword}</Button>
                        <Button size="small" kind={user.status === "ACTIVE" ? "quiet" : "primary"} onClick={() => void setStatus()}>{user.status === "ACTIVE" ? a.users.lock : a.users.unlock}</Button>
                        {!user.delete_at && <Button size="small" kind="danger" onClick={() => void endAccount()}>{a.userPage.delete}</Button>}
                    </>
                )} />
            <div class="split">
                <div class="stack">
                    <Account user={user} />
                    <SecondStep {...part} />
                    <Locks {...part} />
                </div>
                <div class="stack">
                    <Sessions {...part} />
                    <Roles id={user.id} />
                    <Tokens id={user.id} manage={manage} />
                </div>
            </div>
            {open === "role" && <RoleDialog user={user} onClose={() => setOpen(null)} onDone={() => done(a.users.changed)} />}
            {open === "password" && <PasswordDialog user={user} onClose={() => setOpen(null)} onDone={() => done(a.users.passwordSet)} />}
            <span class="sr" role="status">{loaded.loading ? t.common.loading : ""}</span>
        </>
    );
}

function Account({ user }: { user: UserDetail }) {
    const a = useAdminText();
    const lang = useLang();
    return (
        <Card title={a.userPage.account}>
            {user.delete_at && <Notice tone="warn" title={a.userPage.deletionAt(stamp(user.delete_at, lang))}>{a.userPage.deletionNote}</Notice>}
            <dl class="pairs">
                <dt>{a.userPage.loginName}</dt><dd class="mono">{user.login_name}</dd>
                <dt>{a.userPage.password}</dt><dd>{user.password ? a.userPage.passwordSet : a.userPage.passwordNone}</dd>
                <dt>{a.users.created}</dt><dd class="num">{stamp(user.created, lang)}</dd>
                <dt>{a.users.lastActive}</dt><dd class="num">{user.last_active_at ? stamp(user.last_active_at, lang) : a.users.never}</dd>
            </dl>
            <h3 class="list-title">{a.userPage.identities}</h3>
            {user.identities.length === 0 ? <p class="muted">{a.userPage.identitiesNone}</p> : (
                <ul class="rows">
                    {user.identities.map((one) => (
                        <li key={one.id} class="row row-between">
                            <span><strong>{a.userPage.kinds[one.kind] ?? one.kind}</strong> <span class="mono">{one.shown}</span></span>
                            <small class="muted num">{a.userPage.verified} {stamp(one.verified_at, lang)}</small>
                        </li>
                    ))}
                </ul>
            )}
        </Card>
    );
}

function SecondStep({ user, manage, reload }: PartProps) {
    const a = useAdminText();
    const reset = async () => {
        const words = { title: a.userPage.stepResetTitle(user.display_name), body: a.userPage.stepResetBody, confirm: a.userPage.stepReset };
        if (await askAndAct(words, () => call("POST", `/admin/users/${user.id}/reset-totp`), a.userPage.stepResetDone)) await reload();
    };
    return (
        <Card title={a.userPage.step} actions={manage && user.second_step && <Button size="small" onClick={() => void reset()}>{a.userPage.stepReset}</Button>}>
            <p class="row">
                <Badge tone={user.second_step ? "ok" : "neutral"}>{user.second_step ? a.userPage.stepOn : a.userPage.stepOff}</Badge>
                {user.second_step_required && <span class="muted">{a.userPage.stepRequired}</span>}
            </p>
        </Card>
    );
}

function Locks({ user, manage, reload }: PartProps) {
    const a = useAdminText();
    const lang = useLang();
    const unlock = async () => {
        if (await act(() => call("POST", `/admin/users/${user.id}/unlock`), a.userPage.unlocked)) await reload();
    };
    return (
        <Card title={a.userPage.locks} actions={manage && user.locks.length > 0 && <Button size="small" onClick={() => void unlock()}>{a.userPage.unlock}</Button>}>
            {user.locks.length === 0 ? <p class="muted">{a.userPage.locksNone}</p> : (
                <ul class="rows">
                    {user.locks.map((lock) => (
                        <li key={lock.kind} class="row row-between">
                            <span><strong>{a.userPage.lockKinds[lock.kind] ?? lock.kind}</strong> {a.userPage.lockText(lock.attempts)}<small class="muted block num">{stamp(lock.last, lang)}</small></span>
                            {lock.wait_s > 0 && <Badge tone="warn">{a.userPage.lockWait(lock.wait_s)}</Badge>}
                        </li>
                    ))}
                </ul>
            )}
        </Card>
    );
}

function Sessions({ user, manage, reload }: PartProps) {
    const a = useAdminText();
    const lang = useLang();
    const end = async (id: string) => {
        const words = { title: a.userPage.endTitle, body: a.userPage.endBody, confirm: a.userPage.end };
        if (await askAndAct(words, () => call("POST", `/admin/users/${user.id}/sessions/${id}/end`), a.userPage.ended)) await reload();
    };
    const endAll = async () => {
        const words = { title: a.userPage.endAllTitle(user.display_name), body: a.userPage.endAllBody, confirm: a.userPage.endAll };
        if (await askAndAct(words, () => call("POST", `/admin/users/${user.id}/end-sessions`), a.userPage.endedAll)) await reload();
    };
    return (
        <Card title={a.userPage.sessions} actions={manage && user.sessions.length > 0 && <Button size="small" onClick={() => void endAll()}>{a.userPage.endAll}</Button>}>
            {user.sessions.length === 0 ? <p class="muted">{a.userPage.sessionsNone}</p> : (
                <ul class="rows">
                    {user.sessions.map((one) => (
                        <li key={one.id} class="row row-between">
                            <span>
                                <strong>{one.device || a.userPage.device}</strong>{one.second_step && <> <Badge tone="ok" icon="shield">{a.userPage.withStep}</Badge></>}
                                <small class="muted block">{a.userPage.methods[one.method] ?? one.method} · <span class="mono">{one.client}</span></small>
                                <small class="muted block num">{a.userPage.lastUsed} {stamp(one.last_used, lang)}</small>
                            </span>
                            {manage && <Button size="small" kind="quiet" label={`${a.userPage.end}: ${one.device}`} onClick={() => void end(one.id)}>{a.userPage.end}</Button>}
                        </li>
                    ))}
                </ul>
            )}
        </Card>
    );
}

interface RoleRow {
    id: string;
    role: string;
    expires: string | null;
    organisation: { id: string; name: string } | null;
    event: { id: string; title: I18nText } | null;
}

function Roles({ id }: { id: string }) {
    const a = useAdminText();
    const lang = useLang();
    const rows = useLoad(async (signal) => (await list<RoleRow>(`/admin/users/${id}/grants`, {}, { signal })).items, [id]);
    return (
        <Card title={a.userPage.grants} lead={a.userPage.grantsLead}>
            <Part loaded={rows} none={a.userPage.grantsNone}>
                {(items) => (
                    <ul class="rows">
                        {items.map((row) => (
                            <li key={row.id} class="row row-between">
                                <span>
                                    {row.event ? <a href={`/admin/events/${row.event.id}/people`}>{pick(row.event.title, lang)}</a>
                                        : row.organisation ? <a href={`/admin/organisations/${row.organisation.id}`}>{row.organisation.name}</a> : a.access.platform}
                                    {row.expires && <small class="muted block num"><Expiry at={row.expires} /></small>}
                                </span>
                                <RoleBadge role={row.role} />
                            </li>
                        ))}
                    </ul>
                )}
            </Part>
        </Card>
    );
}

function Tokens({ id, manage }: { id: string; manage: boolean }) {
    const a = useAdminText();
    const path = `/admin/users/${id}/tokens`;
    const tokens = useLoad(async (signal) => (await list<ApiToken>(path, {}, { signal })).items, [path]);
    return (
        <Card title={a.userPage.tokens}>
            <Part loaded={tokens} none={a.userPage.tokensNone}>{(items) => <TokenRows tokens={items} path={path} manage={manage} reload={tokens.reload} />}</Part>
        </Card>
    );
}

function Part<T>({ loaded, none, children }: { loaded: Loaded<T[]>; none: string; children: (items: T[]) => preact.ComponentChildren }) {
    if (loaded.error && !loaded.data) return <Failed error={asApiError(loaded.error)} retry={() => void loaded.reload()} />;
    if (!loaded.data) return <Loading />;
    return loaded.data.length === 0 ? <p class="muted">{none}</p> : <>{children(loaded.data)}</>;
}
