// One goes out, another comes in, in one step: a substitute of the team, or a person the captain manages.
import { useState } from "preact/hooks";
import { list, post, type Page } from "../../core/api";
import { useLoad } from "../../core/hooks";
import { isActive, type Roster, type RosterMember } from "../../core/registration";
import { useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Badge, Button, Card, Notice } from "../../ui/basic";
import { Modal } from "../../ui/dialog";
import { Choices } from "../../ui/fields";
import { Form, useForm } from "../../ui/form";
import { toast } from "../../ui/toast";
import { may } from "./acts";
import { AddPerson } from "./add_person";

interface Substitution {
    id: string;
    state: string;
    out: { name: string };
    in: { name: string };
    at: string;
}

export function SubstituteDialog({ team, out, onClose, reload }: { team: Roster; out: RosterMember; onClose: () => void; reload: () => Promise<void> }) {
    const t = useText();
    const r = useRegistrationText();
    const candidates = team.members.filter((member) => isActive(member) && member.role === "SUBSTITUTE");
    const [person, setPerson] = useState(false);
    const [chosen, setChosen] = useState(candidates[0]?.id ?? "");
    const form = useForm();
    const submit = () => form.run(async () => {
        const body = { out: out.id, in: chosen };
        const made = await post<{ state: string }>(`/teams/${team.id}/substitutions`, body, { key: form.key(body) });
        toast(made.state === "REQUESTED" ? r.team.substituteAsked : r.team.substituteDone);
        onClose();
        await reload();
    }, chosen ? {} : { in: t.field.chooseOne });
    const mine = team.my_role === "CAPTAIN" && may(team, "substitute") && <Button kind="quiet" icon="user" onClick={() => setPerson(true)}>{r.team.substitutePerson}</Button>;
    if (person) return <AddPerson team={team} out={out} onClose={onClose} reload={reload} />;
    return (
        <Modal title={r.team.substituteTitle(out.name)} onClose={onClose}>
            {candidates.length === 0 ? (
                <>
                    <p>{may(team, "substitute") ? r.team.substituteNobody : r.team.substituteNobodyLocked}</p>
                    <div class="dialog-actions">{mine}<Button onClick={onClose}>{t.common.close}</Button></div>
                </>
            ) : (
                <Form form={form} onSubmit={() => void submit()} shown={["in"]}>
                    {team.locked ? <Notice tone="warn">{r.team.substituteLocked}</Notice> : <p class="muted">{r.team.substituteBody}</p>}
                    <Choices label={r.team.substituteChoose} name="in" values={[chosen]} error={form.errors["in"]} onChange={(values) => setChosen(values[0] ?? "")}
                        choices={candidates.map((member) => ({ value: member.id, label: member.name, note: member.complete ? t.team.memberState.CONFIRMED : t.team.memberState.JOINED }))} />
                    <div>{mine}</div>
                    <div class="dialog-actions">
                        <Button onClick={onClose}>{t.common.cancel}</Button>
                        <Button type="submit" kind="primary" busy={form.busy}>{r.team.substitute}</Button>
                    </div>
                </Form>
            )}
        </Modal>
    );
}

// What was asked for and what became of it; empty lists show nothing.
export function Substitutions({ team }: { team: Roster }) {
    const r = useRegistrationText();
    const after = team.registration !== null;
    const rows = useLoad<Substitution[]>(async (signal) => {
        if (!after) return [];
        const page: Page<Substitution> = await list(`/teams/${team.id}/substitutions`, {}, { signal });
        return page.items;
    }, [team.id, team.rev, after]);
    if (!rows.data?.length) return null;
    return (
        <Card title={r.team.substitutions} id="substitutions">
            <ul>
                {rows.data.map((row) => (
                    <li key={row.id} class="row row-between invite-row">
                        <span>{r.team.substitutionRow(row.out.name, row.in.name)}</span>
                        <Badge tone={row.state === "APPROVED" ? "ok" : row.state === "REJECTED" ? "bad" : "warn"}>{r.team.substitutionState[row.state] ?? row.state}</Badge>
                    </li>
                ))}
            </ul>
        </Card>
    );
}
