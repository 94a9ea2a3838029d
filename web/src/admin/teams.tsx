// All teams of an event, also those that have not submitted: an organiser may submit a complete one on its behalf.
import { useState } from "preact/hooks";
import { post } from "../core/api";
import { setQuery, usePlace } from "../core/router";
import { stamp } from "../core/time";
import type { I18nText, RegistrationRef, TeamState } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { teamTone, registrationTone, endedStates } from "../public/words";
import { Badge, Button } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { TextArea, TextInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import { DialogButtons } from "./acts";
import type { EventTabProps } from "./event";
import { FilterSelect, PagedTable, SearchBox, usePaged } from "./parts";
import { inEvent, useRights } from "./rights";

interface TeamRow {
    id: string;
    name: string;
    state: TeamState;
    division: { id: string; name: I18nText };
    members: number;
    confirmed: number;
    captain: { name: string } | null;
    registration: Pick<RegistrationRef, "id" | "state" | "friendly_no"> | null;
    created: string;
}

const kStates: TeamState[] = ["FORMING", "READY", "SUBMITTED", "LOCKED", "DISBANDED"];

export function TeamsTab({ event }: EventTabProps) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const { query } = usePlace();
    const [q, state, division] = [query.get("q"), query.get("state"), query.get("division")];
    const paged = usePaged<TeamRow>(`/organiser/events/${event.id}/teams`, { q, state, division });
    const [submitting, setSubmitting] = useState<TeamRow | null>(null);
    const edits = inEvent(useRights(), event, "reg.edit");
    const live = (team: TeamRow) => team.registration !== null && !endedStates.has(team.registration.state) && team.registration.state !== "DRAFT";
    return (
        <div class="stack-s">
            <p class="muted">{a.teams.lead}</p>
            <div class="filters">
                <SearchBox label={a.teams.search} value={q ?? ""} onSearch={(text) => setQuery({ q: text })} />
                <FilterSelect label={t.common.state} value={state ?? ""} onChange={(value) => setQuery({ state: value })}
                    choices={[{ value: "", label: a.registrations.allStates }, ...kStates.map((value) => ({ value, label: t.team.state[value] }))]} />
                {event.divisions.length > 1 && (
                    <FilterSelect label={a.registrations.division} value={division ?? ""} onChange={(value) => setQuery({ division: value })}
                        choices={[{ value: "", label: a.registrations.allDivisions }, ...event.divisions.map((one) => ({ value: one.id, label: pick(one.name, lang) }))]} />
                )}
            </div>
            <PagedTable paged={paged} empty={{ title: a.teams.empty, body: a.teams.emptyBody }}
                head={[a.registrations.team, t.common.state, a.registrations.division, a.registrations.captain, a.registrations.members, a.teams.created, ""]}
                row={(team) => (
                    <tr key={team.id}>
                        <td class="cell-head"><a class="table-link" href={`/teams/${team.id}`}>{team.name || team.captain?.name}</a></td>
                        <td data-label={t.common.state}>
                            {live(team) ? <a href={`/admin/registrations/${team.registration!.id}`}><Badge tone={registrationTone[team.registration!.state]}>{t.registration.state[team.registration!.state]}</Badge></a>
                                : <Badge tone={teamTone[team.state]}>{t.team.state[team.state]}</Badge>}
                        </td>
                        <td data-label={a.registrations.division}>{pick(team.division.name, lang)}</td>
                        <td data-label={a.registrations.captain}>{team.captain?.name ?? "—"}</td>
                        <td data-label={a.registrations.members} class="num">{a.teams.complete(team.confirmed, team.members)}</td>
                        <td data-label={a.teams.created} class="num nowrap">{stamp(team.created, lang, event.tz)}</td>
                        <td class="cell-actions">
                            {edits && team.state === "READY" && <Button size="small" label={`${a.teams.submit}: ${team.name || team.captain?.name}`} onClick={() => setSubmitting(team)}>{a.teams.submit}</Button>}
                        </td>
                    </tr>
                )} />
            {submitting && <SubmitDialog team={submitting} onClose={() => setSubmitting(null)} onDone={() => { setSubmitting(null); void paged.reload(); }} />}
        </div>
    );
}

function SubmitDialog({ team, onClose, onDone }: { team: TeamRow; onClose: () => void; onDone: () => void }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [reason, setReason] = useState("");
    const [code, setCode] = useState("");
    const submit = () => form.run(async () => {
        const body = { reason: reason.trim(), ...(code.trim() ? { reserve_code: code.trim() } : {}) };
        const made = await post<RegistrationRef>(`/organiser/teams/${team.id}/submit`, body, { key: form.key(body) });
        toast(a.teams.submitted(t.registration.state[made.state]));
        onDone();
    }, reason.trim() ? {} : { reason: t.field.required });
    return (
        <Modal title={a.teams.submitTitle(team.name || team.captain?.name || "")} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["reason", "reserve_code"]}>
                <p class="muted">{a.teams.submitBody}</p>
                <TextArea label={a.wait.reason} rows={2} name="reason" value={reason} onInput={setReason} error={form.errors["reason"]} maxLength={500} />
                <TextInput label={a.teams.reserveCode} optional help={a.teams.reserveHelp} name="reserve_code" mono value={code} onInput={setCode} error={form.errors["reserve_code"]} maxLength={12} />
                <DialogButtons busy={form.busy} onClose={onClose} label={a.teams.submit} />
            </Form>
        </Modal>
    );
}
