import { useState } from "preact/hooks";
import { list, post } from "../core/api";
import { useLoad } from "../core/hooks";
import { navigate, setQuery, usePlace } from "../core/router";
import { stamp } from "../core/time";
import { useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Empty, Failed, Loading, PageHead } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { TextInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import { DialogButtons } from "./acts";
import { RoleBadge } from "./grants";
import { PagedTable, SearchBox, usePaged } from "./parts";
import { loadRights, onPlatform, useRights } from "./rights";

export interface Organisation {
    id: string;
    slug: string;
    name: string;
    state: "ACTIVE" | "CLOSED";
    personal: boolean;
    created: string;
    rev: number;
    role?: string;
    permissions?: string[];
}

export const kSlug = /^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$/;

export function OrganisationsPage() {
    const a = useAdminText();
    const mine = useRights();
    const { query } = usePlace();
    const [creating, setCreating] = useState(false);
    const seesAll = onPlatform(mine, "user.view");
    const all = seesAll && query.get("all") === "1";
    const create = onPlatform(mine, "org.create") ? <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>{a.orgs.create}</Button> : null;
    return (
        <>
            <PageHead title={a.orgs.title} lead={a.orgs.lead} actions={create} />
            {seesAll && (
                <nav class="tabs" aria-label={a.orgs.title}>
                    <a href="/admin/organisations" aria-current={all ? undefined : "page"}>{a.orgs.mine}</a>
                    <a href="/admin/organisations?all=1" aria-current={all ? "page" : undefined}>{a.orgs.all}</a>
                </nav>
            )}
            {all ? <All /> : <Mine create={create} />}
            {creating && <CreateOrganisation onClose={() => setCreating(false)} />}
        </>
    );
}

function Row({ one, role }: { one: Organisation; role: boolean }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    return (
        <tr>
            <td class="cell-head">
                <div>
                    <a class="table-link" href={`/admin/organisations/${one.id}`}>{one.name}</a>{one.personal && <> <Badge>{a.orgs.personal}</Badge></>}
                    <small class="muted block mono">{one.slug}</small>
                </div>
            </td>
            {role && <td data-label={a.orgs.myRole}>{one.role && <RoleBadge role={one.role} />}</td>}
            <td data-label={t.common.state}><Badge tone={one.state === "ACTIVE" ? "ok" : "bad"}>{a.orgs.states[one.state]}</Badge></td>
            <td data-label={a.orgs.created} class="num nowrap">{stamp(one.created, lang)}</td>
        </tr>
    );
}

function Mine({ create }: { create: preact.ComponentChildren }) {
    const a = useAdminText();
    const t = useText();
    const mine = useLoad((signal) => list<Organisation>("/organisations", {}, { signal }), []);
    if (mine.error && !mine.data) return <Failed error={mine.error} retry={() => void mine.reload()} />;
    if (!mine.data) return <Loading />;
    if (mine.data.items.length === 0) return <div class="card"><Empty icon="flag" title={a.orgs.empty} actions={create}>{a.orgs.emptyBody}</Empty></div>;
    return (
        <div class="table-box" tabIndex={0} role="region" aria-label={a.orgs.mine}>
            <table class="table table-cards">
                <thead><tr><th scope="col">{a.orgs.name}</th><th scope="col">{a.orgs.myRole}</th><th scope="col">{t.common.state}</th><th scope="col">{a.orgs.created}</th></tr></thead>
                <tbody>{mine.data.items.map((one) => <Row key={one.id} one={one} role />)}</tbody>
            </table>
        </div>
    );
}

function All() {
    const a = useAdminText();
    const t = useText();
    const { query } = usePlace();
    const q = query.get("q");
    const paged = usePaged<Organisation>("/admin/organisations", { q });
    return (
        <>
            <div class="filters"><SearchBox label={a.orgs.search} value={q ?? ""} onSearch={(text) => setQuery({ q: text })} /></div>
            <PagedTable paged={paged} empty={{ title: a.orgs.emptyAll }} head={[a.orgs.name, t.common.state, a.orgs.created]} row={(one) => <Row key={one.id} one={one} role={false} />} />
        </>
    );
}

function CreateOrganisation({ onClose }: { onClose: () => void }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [name, setName] = useState("");
    const [slug, setSlug] = useState("");
    const submit = () => form.run(async () => {
        const body = { name: name.trim(), ...(slug.trim() ? { slug: slug.trim() } : {}) };
        const made = await post<Organisation>("/organisations", body, { key: form.key(body) });
        await loadRights();
        toast(a.orgs.createdToast);
        onClose();
        await navigate(`/admin/organisations/${made.id}`);
    }, { ...(name.trim() ? {} : { name: t.field.required }), ...(slug.trim() && !kSlug.test(slug.trim()) ? { slug: a.orgs.slugBad } : {}) });
    return (
        <Modal title={a.orgs.create} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["name", "slug"]}>
                <OrganisationFields form={form} name={name} setName={setName} slug={slug} setSlug={setSlug} optional />
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.create} />
            </Form>
        </Modal>
    );
}

export function OrganisationFields({ form, name, setName, slug, setSlug, optional }: {
    form: { errors: Record<string, string> }; name: string; setName: (text: string) => void; slug: string; setSlug: (text: string) => void; optional?: boolean;
}) {
    const a = useAdminText();
    return (
        <>
            <TextInput label={a.orgs.name} name="name" value={name} onInput={setName} error={form.errors["name"]} maxLength={80} />
            <TextInput label={a.orgs.slug} name="slug" value={slug} onInput={setSlug} error={form.errors["slug"]} maxLength={60} {...(optional ? { optional, help: a.orgs.slugHelp } : {})} />
        </>
    );
}
