import { useState } from "preact/hooks";
import { call, get, list, post } from "../core/api";
import { useLoad, type Loaded } from "../core/hooks";
import { navigate } from "../core/router";
import { useSession } from "../core/session";
import { stamp } from "../core/time";
import type { EventSummary } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Card, Empty, Failed, Loading, PageHead } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { Choices } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/menu";
import { toast } from "../ui/toast";
import { eventTone } from "../public/words";
import { DialogButtons, act, askAndAct } from "./acts";
import { GrantTable, kOrganisationRoles, useGrants, type Grant } from "./grants";
import { Invitations } from "./invitations";
import { OrganisationFields, kSlug, type Organisation } from "./organisations";
import { loadRights, onPlatform, useRights } from "./rights";

export function OrganisationPage({ id }: { id: string }) {
    const a = useAdminText();
    const mine = useRights();
    const path = `/organisations/${encodeURIComponent(id)}`;
    const loaded = useLoad((signal) => get<Organisation>(path, { signal }), [path]);
    const members = useGrants(`${path}/members`);
    const [open, setOpen] = useState<"edit" | "handover" | null>(null);
    const rights = useRights();
    if (loaded.error && !loaded.data) return <Failed error={loaded.error} retry={() => void loaded.reload()} />;
    if (!loaded.data) return <Loading />;
    const organisation = loaded.data;
    const can = (permission: string) => organisation.permissions?.includes(permission) ?? false;
    const role = rights.organisations.find((one) => one.id === organisation.id)?.role;
    const active = organisation.state === "ACTIVE";
    const roles = can("org.own") ? kOrganisationRoles : kOrganisationRoles.slice(1);
    return (
        <>
            <PageHead title={organisation.name} back={{ href: "/admin/organisations", label: a.orgs.title }} lead={<span class="mono">{organisation.slug}</span>}
                eyebrow={<><Badge tone={active ? "ok" : "bad"}>{a.orgs.states[organisation.state]}</Badge>{organisation.personal && <Badge>{a.orgs.personal}</Badge>}</>}
                actions={<Actions organisation={organisation} can={can} member={role !== undefined} reload={loaded.reload} onOpen={setOpen} />} />
            <div class="stack">
                <Card title={a.orgs.members}>
                    <GrantTable grants={members} path={`${path}/members`} place={a.orgs.members} roles={roles} manage={can("member.manage")} linkUsers={onPlatform(mine, "user.view")} />
                </Card>
                {can("member.manage") && active && <Invitations path={path} name={organisation.name} roles={roles} />}
                <Events id={organisation.id} />
            </div>
            {open === "edit" && <EditOrganisation organisation={organisation} path={path} onClose={() => setOpen(null)} onDone={() => { setOpen(null); void loaded.reload(); void loadRights(); }} />}
            {open === "handover" && (
                <HandOver organisation={organisation} path={path} members={members} onClose={() => setOpen(null)}
                    onDone={() => { setOpen(null); void loaded.reload(); void members.reload(); void loadRights(); }} />
            )}
        </>
    );
}

function Actions({ organisation, can, member, reload, onOpen }: {
    organisation: Organisation; can: (permission: string) => boolean; member: boolean; reload: () => Promise<void>; onOpen: (what: "edit" | "handover") => void;
}) {
    const a = useAdminText();
    const t = useText();
    const mine = useRights();
    const path = `/organisations/${organisation.id}`;
    const active = organisation.state === "ACTIVE";
    const setState = (state: Organisation["state"]) => call("PATCH", path, { body: { state }, rev: organisation.rev });
    const close = async () => {
        await askAndAct({ title: a.orgs.closeTitle(organisation.name), body: a.orgs.closeBody, confirm: a.orgs.close }, () => setState("CLOSED"), a.orgs.closed);
        await reload();
    };
    const reopen = async () => {
        await act(() => setState("ACTIVE"), a.orgs.reopened);
        await reload();
    };
    const leave = async () => {
        const words = { title: a.orgs.leaveTitle(organisation.name), body: a.orgs.leaveBody, confirm: a.orgs.leave };
        if (!(await askAndAct(words, () => call("POST", `${path}/leave`), a.orgs.left))) return;
        await loadRights();
        await navigate("/admin/organisations");
    };
    const more = member || (can("org.own") && active);
    return (
        <>
            {can("org.edit") && active && <Button size="small" icon="edit" onClick={() => onOpen("edit")}>{a.orgs.edit}</Button>}
            {!active && onPlatform(mine, "user.manage") && <Button size="small" kind="primary" onClick={() => void reopen()}>{a.orgs.reopen}</Button>}
            {more && (
                <Menu label={`${t.common.actions}: ${organisation.name}`} summary={<Icon name="more" />}>
                    {can("org.own") && active && member && <button type="button" onClick={() => onOpen("handover")}><Icon name="share" size={18} />{a.orgs.handOver}</button>}
                    {member && <button type="button" onClick={() => void leave()}><Icon name="door" size={18} />{a.orgs.leave}</button>}
                    {can("org.own") && active && <button type="button" class="menu-danger" onClick={() => void close()}><Icon name="lock" size={18} />{a.orgs.close}</button>}
                </Menu>
            )}
        </>
    );
}

function EditOrganisation({ organisation, path, onClose, onDone }: { organisation: Organisation; path: string; onClose: () => void; onDone: () => void }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [name, setName] = useState(organisation.name);
    const [slug, setSlug] = useState(organisation.slug);
    const submit = () => form.run(async () => {
        const body = { ...(name.trim() === organisation.name ? {} : { name: name.trim() }), ...(slug.trim() === organisation.slug ? {} : { slug: slug.trim() }) };
        if (Object.keys(body).length > 0) await call("PATCH", path, { body, rev: organisation.rev });
        toast(a.orgs.saved);
        onDone();
    }, { ...(name.trim() ? {} : { name: t.field.required }), ...(kSlug.test(slug.trim()) || slug.trim() === organisation.slug ? {} : { slug: a.orgs.slugBad }) });
    return (
        <Modal title={a.orgs.edit} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["name", "slug"]} onReload={onDone}>
                <OrganisationFields form={form} name={name} setName={setName} slug={slug} setSlug={setSlug} />
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.save} />
            </Form>
        </Modal>
    );
}

function HandOver({ organisation, path, members, onClose, onDone }: { organisation: Organisation; path: string; members: Loaded<Grant[]>; onClose: () => void; onDone: () => void }) {
    const a = useAdminText();
    const t = useText();
    const session = useSession();
    const form = useForm();
    const [user, setUser] = useState("");
    const me = session.status === "in" ? session.user.id : "";
    const others = members.data?.filter((grant) => grant.user.id !== me) ?? [];
    const submit = () => form.run(async () => {
        await post(`${path}/handover`, { user });
        toast(a.orgs.handedOver);
        onDone();
    }, user ? {} : { user: a.access.userMissing });
    return (
        <Modal title={a.orgs.handOverTitle(organisation.name)} onClose={onClose}>
            {others.length === 0 ? (
                <>
                    <p>{a.orgs.handOverNone}</p>
                    <div class="dialog-actions"><Button onClick={onClose}>{t.common.close}</Button></div>
                </>
            ) : (
                <Form form={form} onSubmit={() => void submit()} shown={["user"]}>
                    <p class="dialog-body">{a.orgs.handOverBody}</p>
                    <Choices label={a.orgs.handOverTo} name="user" values={[user]} onChange={([id]) => setUser(id ?? "")} error={form.errors["user"]}
                        choices={others.map((grant) => ({ value: grant.user.id, label: grant.user.display_name, note: `${grant.user.login_name} · ${a.access.roles[grant.role] ?? grant.role}` }))} />
                    <DialogButtons busy={form.busy} onClose={onClose} label={a.orgs.handOver} danger />
                </Form>
            )}
        </Modal>
    );
}

function Events({ id }: { id: string }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const events = useLoad((signal) => list<EventSummary>("/organiser/events", { organisation: id, limit: "100" }, { signal }), [id]);
    return (
        <Card title={a.orgs.events}>
            {events.error && !events.data && <Failed error={events.error} retry={() => void events.reload()} />}
            {!events.data && !events.error && <Loading />}
            {events.data && events.data.items.length === 0 && <Empty icon="calendar" title={a.orgs.eventsNone} />}
            <ul class="rows">
                {events.data?.items.map((event) => {
                    const state = event.state ?? "PUBLISHED";
                    return (
                        <li key={event.id} class="row row-between">
                            <span><a class="table-link" href={`/admin/events/${event.id}`}>{pick(event.title, lang)}</a><small class="muted block num">{stamp(event.starts, lang, event.tz)}</small></span>
                            <Badge tone={eventTone[state]}>{t.events.state[state]}</Badge>
                        </li>
                    );
                })}
            </ul>
        </Card>
    );
}
