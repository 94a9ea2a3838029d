// Entering a person one manages (a child) in the team, or in the place of somebody who goes out.
import { useState } from "preact/hooks";
import { post } from "../../core/api";
import { useLoad } from "../../core/hooks";
import { loadEvent, type ManagedPerson, type PublicEvent, type Roster, type RosterMember } from "../../core/registration";
import type { Answers } from "../../core/types";
import { useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Button, Loading } from "../../ui/basic";
import { Modal } from "../../ui/dialog";
import { DynamicFields, answerErrors, answerNames, askedAnswers } from "../../ui/dynamic_form";
import { Form, useForm, type FieldErrors } from "../../ui/form";
import { toast } from "../../ui/toast";
import { ConsentCheck, agreementTo, unlessChanged } from "../consents";
import { PersonPicker, ageOn, usePersons } from "../person_picker";

interface Props {
    team: Roster;
    out?: RosterMember;
    onClose: () => void;
    reload: () => Promise<void>;
}

export function AddPerson(props: Props) {
    const { team, out, onClose } = props;
    const r = useRegistrationText();
    const event = useLoad((signal) => loadEvent(team.event.id, true, signal), [team.event.id]);
    return (
        <Modal title={out ? r.team.substituteTitle(out.name) : r.team.addPerson} onClose={onClose} wide>
            {event.data ? <AddForm {...props} event={event.data} reloadEvent={event.reload} /> : <Loading />}
        </Modal>
    );
}

function AddForm({ team, out, event, onClose, reload, reloadEvent }: Props & { event: PublicEvent; reloadEvent: () => Promise<void> }) {
    const t = useText();
    const r = useRegistrationText();
    const persons = usePersons();
    const fields = event.forms?.member?.fields ?? [];
    const documents = event.documents ?? [];
    const [person, setPerson] = useState<ManagedPerson | null>(null);
    const [answers, setAnswers] = useState<Answers>({});
    const [consent, setConsent] = useState(false);
    const form = useForm();
    const code = event.divisions.find((division) => division.id === team.division.id)?.code;
    const age = ageOn(person?.birth_date ?? null, event.starts);
    const about = { ...(code ? { division: code } : {}), role: "PLAYER", ...(age === null ? {} : { age }), ...(person?.gender ? { sex: person.gender } : {}) };
    const check = (): FieldErrors => ({
        ...(person ? {} : { person: t.field.chooseOne }),
        ...answerErrors(fields, answers, "answers.", about),
        ...(consent ? {} : { consent: t.team.consentNeeded }),
    });
    const againUnticked = () => {
        setConsent(false);
        return reloadEvent();
    };
    const submit = () => form.run(async () => {
        const body = { person: person!.id, answers: askedAnswers(fields, answers, about), ...agreementTo(documents), ...(out ? { out: out.id } : {}) };
        await unlessChanged(() => post(`/teams/${team.id}/${out ? "substitutions" : "members"}`, body, { key: form.key(body) }), againUnticked);
        toast(out ? r.team.substituteDone : r.team.added(person!.name));
        onClose();
        await reload();
    }, check());
    return (
        <Form form={form} onSubmit={() => void submit()} shown={["person", "consent", ...answerNames(fields)]}>
            <p class="muted">{out ? r.team.substituteBody : r.team.addPersonLead}</p>
            <PersonPicker persons={persons} value={person?.id ?? ""} label={r.found.who} self={false} error={form.errors["person"]} onChange={(_, next) => setPerson(next)} />
            {person && (
                <>
                    <DynamicFields fields={fields} answers={answers} onChange={setAnswers} errors={form.errors} about={about} />
                    <ConsentCheck event={event.id} documents={documents} checked={consent} onChange={setConsent} error={form.errors["consent"]} />
                </>
            )}
            <div class="dialog-actions">
                <Button onClick={onClose}>{t.common.cancel}</Button>
                <Button type="submit" kind="primary" busy={form.busy}>{out ? r.team.substitute : t.join.submit}</Button>
            </div>
        </Form>
    );
}
