// What is still missing, in words; then submitting, with a code for reserved places where one has one.
import { useState } from "preact/hooks";
import { checkAnswers } from "../../core/answers";
import { post } from "../../core/api";
import { visibleFields } from "../../core/expression";
import { asApiError, useBusy, useIdempotencyKey } from "../../core/hooks";
import { eventPath, isActive, type Placed, type PublicEvent, type Roster, type RosterMember } from "../../core/registration";
import { useText, type Dictionary } from "../../i18n";
import { useRegistrationText, type RegistrationDictionary } from "../../i18n/registration";
import { Button, Card, LinkButton, Notice, errorText } from "../../ui/basic";
import { ask } from "../../ui/dialog";
import { TextInput } from "../../ui/fields";
import { Icon } from "../../ui/icons";
import { toast } from "../../ui/toast";
import { may } from "./acts";
import type { TeamProps } from "./page";

// Who is missing what, by name. The server decides; its words are shown where this page finds no reason of its own.
function lackOf(member: RosterMember, t: Dictionary, r: RegistrationDictionary): string {
    const guardian = member.guardian_state && member.guardian_state !== "NOT_NEEDED" && member.guardian_state !== "GRANTED" ? r.team.guardian[member.guardian_state] : null;
    if (guardian && member.consent !== false) return r.team.lacks(member.name, guardian);
    return member.is_me ? t.team.missingMine : t.team.missingForm(member.name);
}

function missingTexts(team: Roster, event: PublicEvent | null, t: Dictionary, r: RegistrationDictionary): string[] {
    if (team.missing.length === 0 && team.state !== "FORMING") return [];
    const found: string[] = [];
    if (team.member_count < team.team_min) found.push(t.team.missingPeople(team.team_min - team.member_count));
    const lacking = new Set((team.unmet ?? []).map((one) => one.member));
    for (const member of team.members) if (isActive(member) && !member.complete && member.counted !== false) found.push(lackOf(member, t, r));
    for (const member of team.members) if (isActive(member) && member.complete && lacking.has(member.id)) found.push(...team.unmet!.filter((one) => one.member === member.id).map((one) => one.text));
    const fields = visibleFields(event?.forms?.team?.fields ?? [], team.answers ?? {}).filter((field) => !team.answers_masked || !field.sensitive);
    if (Object.keys(checkAnswers(fields, team.answers ?? {})).length > 0) found.push(t.team.missingTeamForm);
    const covered = new Set(["SIZE_MIN", "MEMBERS_INCOMPLETE", "TEAM_FORM", "CONSENT", "MEMBER_FORM"]);
    for (const rule of team.unmet ?? []) if (!covered.has(rule.rule) && rule.member === null) found.push(rule.text);
    return found.length > 0 ? found : team.missing;
}

interface Problem {
    text: string;
    queue: boolean;
}

export function SubmitPanel({ team, event, captain, reload }: TeamProps & { captain: boolean }) {
    const t = useText();
    const r = useRegistrationText();
    const [busy, run] = useBusy();
    const key = useIdempotencyKey();
    const [problem, setProblem] = useState<Problem | null>(null);
    const [coded, setCoded] = useState(false);
    const [code, setCode] = useState("");
    const returned = team.registration?.state === "RETURNED";
    const solo = team.kind === "SOLO";
    const missing = missingTexts(team, event, t, r);
    const ready = returned ? missing.length === 0 : team.state === "READY";

    const failure = (error: unknown): Problem => {
        const known = asApiError(error);
        if (known.code === "ADMISSION_REQUIRED") return { text: r.admission.required, queue: true };
        if (known.code === "QUOTA_FULL") return { text: t.errors.quotaFull, queue: false };
        if (known.code === "DOCUMENT_CHANGED") {
            const named = known.details.map((detail) => team.members.find((member) => detail.field === `members.${member.id}`)?.name).filter(Boolean);
            return { text: r.consent.waitsFor(named.join(r.consent.between)), queue: false };
        }
        if (known.code === "WAITLIST_FULL") return { text: r.submit.waitlistFull, queue: false };
        return { text: errorText(known), queue: false };
    };
    const submit = async () => {
        const words = solo ? r.team.soloSubmitBody : event && event.review_stages === 0 ? t.team.submitBodyNoReview(team.member_count) : t.team.submitBody(team.member_count);
        const { ok } = await ask({ title: returned ? t.team.resubmit : t.team.submitTitle, body: words, confirm: t.team.submit });
        if (!ok) return;
        await run(async () => {
            setProblem(null);
            try {
                const path = returned ? `/registrations/${team.registration!.id}/resubmit` : `/teams/${team.id}/submit`;
                const body = code.trim() && !returned ? { reserve_code: code.trim() } : {};
                const placed = await post<Placed>(path, body, { key: key({ path, body, rev: team.rev }) });
                if (placed.state === "WAITLISTED") toast(r.submit.waitlisted);
                if (placed.state === "POOLED") toast(r.submit.pooled);
            } catch (error) {
                setProblem(failure(error));
            }
            await reload();
        });
    };
    const notice = problem && (
        <Notice tone={problem.queue ? "warn" : "bad"} live actions={problem.queue && <LinkButton size="small" href={eventPath(team.event)}>{r.admission.openQueue}</LinkButton>}>{problem.text}</Notice>
    );
    if (!ready && missing.length > 0) {
        return (
            <Card title={t.team.missingTitle} id="missing">
                <ul class="todo">{missing.map((item) => <li key={item}><Icon name="alert" size={17} />{item}</li>)}</ul>
                {notice}
            </Card>
        );
    }
    if (captain && ready && !returned && !may(team, "submit")) return <Notice tone="info">{r.submit.closed}</Notice>;
    return (
        <section class="card stack-s">
            {notice}
            <p>{solo ? r.team.soloWaiting : captain ? t.team.allReady : t.team.waitCaptain}</p>
            {captain && (
                <>
                    {coded && !returned && <TextInput label={r.submit.reserveCode} help={r.submit.reserveHelp} name="reserve_code" value={code} onInput={setCode} maxLength={24} optional autoCapitalize="characters" />}
                    <Button kind="primary" size="large" wide busy={busy} disabled={!ready} onClick={() => void submit()}>{returned ? t.team.resubmit : t.team.submit}</Button>
                    {!coded && !returned && <div><Button size="small" kind="quiet" onClick={() => setCoded(true)}>{r.submit.reserve}</Button></div>}
                </>
            )}
        </section>
    );
}
