// A document that has a new version since somebody agreed: read it and agree, without touching what was filled in.
import { useState } from "preact/hooks";
import { call } from "../../core/api";
import type { Roster, RosterMember } from "../../core/registration";
import { useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Button, Card } from "../../ui/basic";
import { Form, useForm } from "../../ui/form";
import { toast } from "../../ui/toast";
import { ConsentCheck, agreementTo, unlessChanged } from "../consents";
import { formDone } from "./acts";

export const mustAgreeAgain = (member: RosterMember): boolean =>
    member.managed === true && formDone(member) && (member.documents ?? []).some((document) => !document.accepted);

export function NewDocuments({ team, members, reload }: { team: Roster; members: RosterMember[]; reload: () => Promise<void> }) {
    return <>{members.filter(mustAgreeAgain).map((member) => <Again key={member.id} team={team} member={member} reload={reload} />)}</>;
}

function Again({ team, member, reload }: { team: Roster; member: RosterMember; reload: () => Promise<void> }) {
    const t = useText();
    const r = useRegistrationText();
    const [agreed, setAgreed] = useState(false);
    const form = useForm();
    const unread = (member.documents ?? []).filter((document) => !document.accepted);
    const againUnticked = () => {
        setAgreed(false);
        return reload();
    };
    const submit = () => form.run(async () => {
        const body = { name: member.name, ...agreementTo(unread) };
        await unlessChanged(() => call("PUT", `/teams/${team.id}/members/${member.is_me ? "me" : member.id}`, { body }), againUnticked);
        toast(r.consent.agreedAgain);
        await reload();
    }, agreed ? {} : { consent: t.team.consentNeeded });
    return (
        <Card title={r.consent.newVersion(member.name)} lead={r.consent.changed} id={`documents-${member.id}`}>
            <Form form={form} onSubmit={() => void submit()} shown={["consent"]}>
                <ConsentCheck event={team.event.id} documents={unread} checked={agreed} onChange={setAgreed} error={form.errors["consent"]} />
                <div class="form-actions"><Button type="submit" kind="primary" busy={form.busy}>{r.consent.agreeAgain}</Button></div>
            </Form>
        </Card>
    );
}
