import { useState } from "preact/hooks";
import { call, list, post } from "../core/api";
import { useLoad } from "../core/hooks";
import { stamp } from "../core/time";
import type { I18nText } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { useMine, useProof, withProof, type Mine } from "../public/account/frame";
import { Badge, Button, Empty, Failed, Loading, Notice, PageHead } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { Choices, Select, TextInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { DialogButtons, askAndAct, copyAndTell } from "./acts";
import { allOf, inEvent, inOrganisation, useRights, type Rights } from "./rights";

export interface ApiToken {
    id: string;
    name: string;
    permissions: string[];
    organisation: { id: string; name: string } | null;
    event: { id: string; title: I18nText } | null;
    created: string;
    expires: string;
    last_used: string | null;
    token?: string; // shown once
}

// What only signed-in people may do is not for tokens (net/permissions.def).
const kSessionOnly = new Set(["device.manage", "member.manage", "org.own", "org.create", "user.manage"]);
const kDays = [7, 30, 90, 365];

export function TokensPage() {
    const a = useAdminText();
    const own = useMine();
    const tokens = useLoad(async (signal) => (await list<ApiToken>("/me/tokens", {}, { signal })).items, []);
    const [making, setMaking] = useState(false);
    const create = <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>{a.tokens.create}</Button>;
    return (
        <>
            <PageHead title={a.tokens.title} lead={a.tokens.lead} actions={tokens.data && tokens.data.length > 0 && create} />
            {tokens.error && !tokens.data && <Failed error={tokens.error} retry={() => void tokens.reload()} />}
            {!tokens.data && !tokens.error && <Loading />}
            {tokens.data && (
                <div class="card">
                    {tokens.data.length === 0 ? <Empty icon="lock" title={a.tokens.empty} actions={create}>{a.tokens.emptyBody}</Empty>
                        : <TokenRows tokens={tokens.data} path="/me/tokens" manage reload={tokens.reload} />}
                </div>
            )}
            {making && own.error && !own.data && <Failed error={own.error} retry={() => void own.reload()} />}
            {making && own.data && <CreateToken own={own.data} onClose={() => { setMaking(false); void tokens.reload(); }} />}
        </>
    );
}

export function TokenRows({ tokens, path, manage, reload }: { tokens: ApiToken[]; path: string; manage: boolean; reload: () => Promise<void> }) {
    const a = useAdminText();
    const lang = useLang();
    const revoke = async (token: ApiToken) => {
        const words = { title: a.tokens.revokeTitle(token.name), body: a.tokens.revokeBody, confirm: a.tokens.revoke };
        if (await askAndAct(words, () => call("DELETE", `${path}/${token.id}`), a.tokens.revoked)) await reload();
    };
    return (
        <ul class="rows">
            {tokens.map((token) => (
                <li key={token.id} class="row row-between">
                    <div class="token-row">
                        <strong>{token.name}</strong>
                        <span class="chips">{token.permissions.map((one) => <Badge key={one}>{a.access.permissions[one] ?? one}</Badge>)}</span>
                        <small class="muted">
                            {token.event ? a.tokens.boundEvent(pick(token.event.title, lang)) : token.organisation ? a.tokens.boundOrganisation(token.organisation.name) : a.tokens.everywhere}
                        </small>
                        <small class="muted num">{a.tokens.expires} {stamp(token.expires, lang)} · {a.tokens.lastUsed} {token.last_used ? stamp(token.last_used, lang) : a.tokens.never}</small>
                    </div>
                    {manage && <Button size="small" kind="quiet" label={`${a.tokens.revoke}: ${token.name}`} onClick={() => void revoke(token)}>{a.tokens.revoke}</Button>}
                </li>
            ))}
        </ul>
    );
}

type Bounds = { organisation?: string; event?: string };

// What the person may hand on where the token works: "", "o:<id>" or "e:<id>".
function grantable(mine: Rights, where: string): string[] {
    const id = where.slice(2);
    const held = [...allOf(mine)].filter((one) => !kSessionOnly.has(one));
    if (where.startsWith("o:")) return held.filter((one) => inOrganisation(mine, id, one));
    if (where.startsWith("e:")) return held.filter((one) => inEvent(mine, { id }, one));
    return held;
}

const bounds = (where: string): Bounds => (where.startsWith("o:") ? { organisation: where.slice(2) } : where.startsWith("e:") ? { event: where.slice(2) } : {});

function CreateToken({ own, onClose }: { own: Mine; onClose: () => void }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const mine = useRights();
    const form = useForm();
    const proof = useProof(own);
    const [name, setName] = useState("");
    const [where, setWhere] = useState("");
    const [chosen, setChosen] = useState<string[]>([]);
    const [days, setDays] = useState("90");
    const [made, setMade] = useState<ApiToken | null>(null);
    const possible = grantable(mine, where);
    const permissions = chosen.filter((one) => possible.includes(one));
    const submit = () => form.run(() => withProof(form, async () => {
        const body = { name: name.trim(), permissions, expires_in_days: Number(days), ...bounds(where), ...proof.body() };
        setMade(await post<ApiToken>("/me/tokens", body, { key: form.key(body) }));
    }), { ...(name.trim() ? {} : { name: t.field.required }), ...(permissions.length > 0 ? {} : { permissions: a.tokens.permissionsMissing }), ...proof.check() });
    if (made?.token) {
        return (
            <Modal title={a.tokens.made} onClose={() => undefined}>
                <Notice tone="warn" live>{a.tokens.once}</Notice>
                <p class="secret" aria-label={a.tokens.token}>{made.token}</p>
                <div class="dialog-actions">
                    <Button onClick={onClose}>{a.tokens.done}</Button>
                    <Button kind="primary" icon="copy" onClick={() => void copyAndTell(made.token!, a.tokens.copied)}>{a.tokens.copy}</Button>
                </div>
            </Modal>
        );
    }
    return (
        <Modal title={a.tokens.create} onClose={onClose} wide>
            <Form form={form} onSubmit={() => void submit()} shown={["name", "organisation", "event", "permissions", "expires_in_days", "password", "code"]}>
                <TextInput label={a.tokens.name} help={a.tokens.nameHelp} name="name" value={name} onInput={setName} error={form.errors["name"]} maxLength={60} />
                <div class="form-grid">
                    <Select label={a.tokens.bounds} name="organisation" value={where} onChange={setWhere} error={form.errors["organisation"] ?? form.errors["event"]}
                        choices={[
                            { value: "", label: a.tokens.everywhere },
                            ...mine.organisations.map((one) => ({ value: `o:${one.id}`, label: a.tokens.boundOrganisation(one.name) })),
                            ...mine.events.map((one) => ({ value: `e:${one.id}`, label: a.tokens.boundEvent(pick(one.title, lang)) })),
                        ]} />
                    <Select label={a.tokens.days} name="expires_in_days" value={days} onChange={setDays} error={form.errors["expires_in_days"]}
                        choices={kDays.map((count) => ({ value: String(count), label: a.tokens.daysText(count) }))} />
                </div>
                {possible.length === 0 ? <Notice tone="warn">{a.tokens.noPermissions}</Notice> : (
                    <Choices label={a.tokens.permissions} name="permissions" many values={permissions} onChange={setChosen} error={form.errors["permissions"]}
                        choices={possible.map((one) => ({ value: one, label: a.access.permissions[one] ?? one, note: one }))} />
                )}
                {proof.fields(form)}
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.create} />
            </Form>
        </Modal>
    );
}
