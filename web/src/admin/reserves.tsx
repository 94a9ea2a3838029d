// Places kept aside for invited teams, each lot with a code.
import { useState } from "preact/hooks";
import { post } from "../core/api";
import { stamp } from "../core/time";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Card, Notice } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { Select, TextInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { DialogButtons, askAndAct, copyAndTell } from "./acts";
import type { EventTabProps } from "./event";
import { divisionOf, type Reserve } from "./model";
import { PagedTable, usePaged } from "./parts";

export function ReservesTab({ event }: EventTabProps) {
    const a = useAdminText();
    const lang = useLang();
    const paged = usePaged<Reserve>(`/organiser/events/${event.id}/reserves`, {});
    const [making, setMaking] = useState(false);
    const [made, setMade] = useState<{ code: string } | null>(null);
    const close = async (reserve: Reserve) => {
        await askAndAct({ title: a.reserves.closeTitle(reserve.note), body: a.reserves.closeBody(reserve.teams_left), confirm: a.reserves.close }, () => post(`/organiser/events/${event.id}/reserves/${reserve.id}/close`), a.reserves.closed);
        await paged.reload();
    };
    const add = event.divisions.length > 0 && <Button size="small" kind="primary" icon="plus" onClick={() => setMaking(true)}>{a.reserves.add}</Button>;
    return (
        <Card title={a.reserves.title} lead={a.reserves.lead} actions={paged.items.length > 0 && add}>
            <div class="stack-s">
                {made && (
                    <Notice tone="ok" live title={a.reserves.made} actions={<Button size="small" icon="copy" onClick={() => void copyAndTell(made.code, a.reserves.copied)}>{a.reserves.copy}</Button>}>
                        <p class="secret">{made.code}</p>
                        <p>{a.reserves.once}</p>
                    </Notice>
                )}
                <PagedTable paged={paged} empty={{ title: a.reserves.empty, body: a.reserves.emptyBody, actions: add || undefined }} head={[a.reserves.note, a.registrations.division, a.reserves.code, a.reserves.left, a.reserves.created, ""]}
                    row={(reserve) => (
                        <tr key={reserve.id}>
                            <td class="cell-head">{reserve.note || "—"}</td>
                            <td data-label={a.registrations.division}>{pick(divisionOf(reserve.division, event.divisions), lang)}</td>
                            <td data-label={a.reserves.code} class="mono">…{reserve.code_hint}</td>
                            <td data-label={a.reserves.left} class="num">{a.reserves.leftOf(reserve.teams_left, reserve.teams)}</td>
                            <td data-label={a.reserves.created} class="num nowrap">{stamp(reserve.created, lang, event.tz)}</td>
                            <td class="cell-actions">{reserve.state === "OPEN" ? <Button size="small" kind="quiet" onClick={() => void close(reserve)}>{a.reserves.close}</Button> : <Badge>{a.reserves.ended}</Badge>}</td>
                        </tr>
                    )} />
            </div>
            {making && <ReserveDialog event={event} onClose={() => setMaking(false)} onDone={(reserve) => { setMaking(false); setMade(reserve); void paged.reload(); }} />}
        </Card>
    );
}

function ReserveDialog({ event, onClose, onDone }: { event: EventTabProps["event"]; onClose: () => void; onDone: (made: { code: string }) => void }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const form = useForm();
    const [division, setDivision] = useState(event.divisions[0]!.id);
    const [teams, setTeams] = useState("1");
    const [persons, setPersons] = useState("");
    const [note, setNote] = useState("");
    const bad = (text: string) => !/^\d{1,6}$/.test(text.trim());
    const submit = () => form.run(async () => {
        const body = { division, teams: Number(teams), ...(persons.trim() ? { persons: Number(persons) } : {}), note: note.trim() };
        onDone(await post<{ code: string }>(`/organiser/events/${event.id}/reserves`, body, { key: form.key(body) }));
    }, { ...(bad(teams) || Number(teams) < 1 ? { teams: t.field.atLeast(1) } : {}), ...(persons.trim() && bad(persons) ? { persons: t.field.integer } : {}), ...(note.trim() ? {} : { note: t.field.required }) });
    return (
        <Modal title={a.reserves.add} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["division", "teams", "persons", "note"]}>
                <TextInput label={a.reserves.note} help={a.reserves.noteHelp} name="note" value={note} onInput={setNote} error={form.errors["note"]} maxLength={100} />
                <Select label={a.registrations.division} name="division" value={division} onChange={setDivision} error={form.errors["division"]} choices={event.divisions.map((one) => ({ value: one.id, label: pick(one.name, lang) }))} />
                <TextInput label={a.reserves.teams} name="teams" inputMode="numeric" value={teams} onInput={setTeams} error={form.errors["teams"]} maxLength={6} />
                <TextInput label={a.reserves.persons} optional help={a.reserves.personsHelp} name="persons" inputMode="numeric" value={persons} onInput={setPersons} error={form.errors["persons"]} maxLength={6} />
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.create} />
            </Form>
        </Modal>
    );
}
