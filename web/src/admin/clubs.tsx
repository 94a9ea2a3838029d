// Clubs of the organisation: several teams under one name, and how many entries each may have in a division.
import { useState } from "preact/hooks";
import { call, get, post } from "../core/api";
import { useLoad } from "../core/hooks";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Button, Card, Failed, Loading, Notice } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { TextInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import { DialogButtons, PersonPicker, act, askAndAct, copyAndTell } from "./acts";
import type { EventTabProps } from "./event";
import type { OrganiserDivision } from "./model";
import { PagedTable, usePaged } from "./parts";

interface Club {
    id: string;
    name: string;
    code_hint: string;
    code?: string; // only when it was just made
    managers?: { id: string; login_name: string; display_name: string }[]; // of one club
    rev: number;
}
interface ClubLimit { entries_max: number | null; used: { club: { id: string; name: string }; used: number }[] }

export function ClubsTab({ event }: EventTabProps) {
    const a = useAdminText();
    const t = useText();
    const base = `/organisations/${event.organisation!.id}/clubs`;
    const clubs = usePaged<Club>(base, {});
    const [making, setMaking] = useState(false);
    const [opened, setOpened] = useState<Club | null>(null);
    const [shown, setShown] = useState<Club | null>(null);
    const newCode = async (club: Club) => {
        await askAndAct({ title: a.clubs.newCodeTitle(club.name), body: a.clubs.newCodeBody, confirm: a.clubs.newCode }, async () => setShown(await post<Club>(`${base}/${club.id}/code`)), a.clubs.codeMade);
    };
    const add = <Button size="small" kind="primary" icon="plus" onClick={() => setMaking(true)}>{a.clubs.add}</Button>;
    return (
        <div class="stack">
            <Card title={a.clubs.title} lead={a.clubs.lead} actions={clubs.items.length > 0 && add}>
                <div class="stack-s">
                    {shown?.code && (
                        <Notice tone="ok" live title={a.clubs.codeOf(shown.name)} actions={<Button size="small" icon="copy" onClick={() => void copyAndTell(shown.code!, a.reserves.copied)}>{a.reserves.copy}</Button>}>
                            <p class="secret">{shown.code}</p><p>{a.reserves.once}</p>
                        </Notice>
                    )}
                    <PagedTable paged={clubs} empty={{ title: a.clubs.empty, body: a.clubs.emptyBody, actions: add }} head={[t.common.name, a.clubs.code, ""]}
                        row={(club) => (
                            <tr key={club.id}>
                                <td class="cell-head">{club.name}</td>
                                <td data-label={a.clubs.code} class="mono">····{club.code_hint}</td>
                                <td class="cell-actions">
                                    <span class="row row-end">
                                        <Button size="small" kind="quiet" label={`${a.clubs.open}: ${club.name}`} onClick={() => setOpened(club)}>{a.clubs.open}</Button>
                                        <Button size="small" kind="quiet" label={`${a.clubs.newCode}: ${club.name}`} onClick={() => void newCode(club)}>{a.clubs.newCode}</Button>
                                    </span>
                                </td>
                            </tr>
                        )} />
                </div>
            </Card>
            <Card title={a.clubs.limits} lead={a.clubs.limitsLead}>
                <ul class="rows">{event.divisions.map((division) => <LimitRow key={division.id} division={division} />)}</ul>
            </Card>
            {making && <MakeDialog onClose={() => setMaking(false)} onSend={async (name) => { setShown(await post<Club>(base, { name })); setMaking(false); await clubs.reload(); }} />}
            {opened && <ClubDialog path={`${base}/${opened.id}`} club={opened} onClose={() => { setOpened(null); void clubs.reload(); }} />}
        </div>
    );
}

function LimitRow({ division }: { division: OrganiserDivision }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const form = useForm();
    const limit = useLoad((signal) => get<ClubLimit>(`/organiser/divisions/${division.id}/club-limit`, { signal }), [division.id]);
    const [editing, setEditing] = useState(false);
    const [text, setText] = useState("");
    const used = limit.data?.used.filter((one) => one.used > 0) ?? [];
    const submit = () => form.run(async () => {
        await call("PUT", `/organiser/divisions/${division.id}/club-limit`, { body: { entries_max: text.trim() ? Number(text) : null } });
        setEditing(false);
        toast(t.common.saved);
        await limit.reload();
    }, /^\d{0,5}$/.test(text.trim()) ? {} : { entries_max: t.field.integer });
    return (
        <li class="row row-between">
            <span>{pick(division.name, lang)}{used.length > 0 && <small class="muted block">{used.map((one) => `${one.club.name} ${one.used}`).join(lang === "zh" ? "、" : ", ")}</small>}</span>
            <span class="row"><span class="num">{limit.data ? (limit.data.entries_max === null ? t.common.unlimited : a.clubs.max(limit.data.entries_max)) : ""}</span>
                <Button size="small" kind="quiet" label={`${t.common.edit}: ${pick(division.name, lang)}`} onClick={() => { setText(limit.data?.entries_max == null ? "" : String(limit.data.entries_max)); setEditing(true); }}>{t.common.edit}</Button></span>
            {editing && (
                <Modal title={`${a.clubs.limits} · ${pick(division.name, lang)}`} onClose={() => setEditing(false)}>
                    <Form form={form} onSubmit={() => void submit()} shown={["entries_max"]}>
                        <TextInput label={a.clubs.entriesMax} optional help={a.divisions.capHelp} inputMode="numeric" name="entries_max" value={text} onInput={setText} error={form.errors["entries_max"]} maxLength={5} />
                        <DialogButtons busy={form.busy} onClose={() => setEditing(false)} label={t.common.save} />
                    </Form>
                </Modal>
            )}
        </li>
    );
}

function MakeDialog({ onClose, onSend }: { onClose: () => void; onSend: (name: string) => Promise<void> }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [name, setName] = useState("");
    return (
        <Modal title={a.clubs.add} onClose={onClose}>
            <Form form={form} onSubmit={() => void form.run(() => onSend(name.trim()), name.trim() ? {} : { name: t.field.required })} shown={["name"]}>
                <TextInput label={t.common.name} name="name" value={name} onInput={setName} error={form.errors["name"]} maxLength={60} />
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.create} />
            </Form>
        </Modal>
    );
}

// A club's name and its managers.
function ClubDialog({ path, club, onClose }: { path: string; club: Club; onClose: () => void }) {
    const a = useAdminText();
    const t = useText();
    const renaming = useForm();
    const adding = useForm();
    const [name, setName] = useState(club.name);
    const [user, setUser] = useState("");
    const whole = useLoad((signal) => get<Club>(path, { signal }), [path]);
    const rename = () => renaming.run(async () => {
        await call("PATCH", path, { body: { name: name.trim() }, rev: whole.data!.rev });
        toast(t.common.saved);
        await whole.reload();
    }, name.trim() ? {} : { name: t.field.required });
    const add = () => adding.run(async () => {
        await post(`${path}/managers`, { user });
        setUser("");
        toast(t.common.saved);
        await whole.reload();
    }, user ? {} : { user: t.field.required });
    const remove = async (manager: string) => {
        if (await act(() => call("DELETE", `${path}/managers/${manager}`), t.common.saved)) await whole.reload();
    };
    const managers = whole.data?.managers ?? [];
    return (
        <Modal title={club.name} onClose={onClose}>
            {whole.error && <Failed error={whole.error} />}
            {!whole.data && !whole.error && <Loading />}
            {whole.data && (
                <div class="stack">
                    <Form form={renaming} onSubmit={() => void rename()} shown={["name"]} onReload={() => void whole.reload()}>
                        <TextInput label={t.common.name} name="name" value={name} onInput={setName} error={renaming.errors["name"]} maxLength={60} />
                        <div class="form-actions"><Button type="submit" size="small" busy={renaming.busy} disabled={name.trim() === whole.data.name}>{t.common.save}</Button></div>
                    </Form>
                    <section class="stack-s" aria-label={a.clubs.managers}>
                        <h3>{a.clubs.managers}</h3>
                        <p class="muted">{a.clubs.managerLead}</p>
                        {managers.length > 0 && (
                            <ul class="rows">
                                {managers.map((one) => (
                                    <li key={one.id} class="row row-between">
                                        <span>{one.display_name}<small class="muted block">{one.login_name}</small></span>
                                        <Button size="small" kind="quiet" icon="trash" label={`${t.common.remove}: ${one.display_name}`} onClick={() => void remove(one.id)} />
                                    </li>
                                ))}
                            </ul>
                        )}
                        <Form form={adding} onSubmit={() => void add()} shown={["user"]}>
                            <PersonPicker value={user} onChange={setUser} error={adding.errors["user"]} />
                            <div class="form-actions"><Button type="submit" size="small" busy={adding.busy}>{a.clubs.addManager}</Button></div>
                        </Form>
                    </section>
                    <div class="dialog-actions"><Button onClick={onClose}>{t.common.close}</Button></div>
                </div>
            )}
        </Modal>
    );
}
