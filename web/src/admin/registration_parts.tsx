// The parts of one registration's page: what was answered, and its history.
import { stamp } from "../core/time";
import type { FormField, FormVersion, RegistrationState } from "../core/types";
import { useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Card } from "../ui/basic";
import { AnswerList } from "../ui/dynamic_form";
import { registrationTone } from "../public/words";
import type { FullMember, FullRegistration } from "./registration_model";

// Files have their own card, where they can be opened.
const withoutFiles = (fields: FormField[] | undefined) => (fields ?? []).filter((field) => !["file", "image", "signature"].includes(field.type));

export function Answers({ item, forms }: { item: FullRegistration; forms: FullRegistration["forms"] }) {
    const a = useAdminText();
    const team = withoutFiles(forms?.team?.fields);
    const member = withoutFiles(forms?.member?.fields);
    const sensitive = [...team, ...member].some((field) => field.sensitive);
    const answered = Object.keys(item.team.answers ?? {}).length > 0;
    return (
        <>
            {(team.length > 0 || answered) && <Card title={a.registrations.teamAnswers}><AnswerList fields={team} answers={item.team.answers} /></Card>}
            <Card title={a.registrations.memberAnswers} lead={sensitive ? a.registrations.masked : undefined}>
                {item.members.map((one) => <MemberAnswers key={one.id} member={one} fields={member} later={forms?.member_after_approval} />)}
            </Card>
        </>
    );
}

function MemberAnswers({ member, fields, later }: { member: FullMember; fields: FormField[]; later: FormVersion | null | undefined }) {
    const t = useText();
    const a = useAdminText();
    const guardian = member.guardian_state && member.guardian_state !== "NOT_NEEDED" ? member.guardian_state : null;
    return (
        <div class="member-answers">
            <h3 class="row">
                {member.name}
                {member.role !== "PLAYER" && <Badge tone={member.role === "CAPTAIN" ? "accent" : "neutral"}>{t.team.role[member.role as keyof typeof t.team.role] ?? member.role}</Badge>}
                {guardian && <Badge tone={guardian === "GRANTED" ? "ok" : guardian === "REFUSED" ? "bad" : "warn"}>{a.one.guardian[guardian as keyof typeof a.one.guardian] ?? guardian}</Badge>}
            </h3>
            <AnswerList fields={fields} answers={member.answers} />
            {later && member.after_approval && <AnswerList fields={withoutFiles(later.fields)} answers={member.after_approval} />}
        </div>
    );
}

export function History({ item }: { item: FullRegistration }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const entries = item.history ?? [];
    if (entries.length === 0) return <p class="muted">{a.registrations.noHistory}</p>;
    const actor = (value: (typeof entries)[number]["actor"]) =>
        typeof value === "string" ? value : (value?.display_name ?? value?.login_name ?? a.registrations.anonymous);
    return (
        <ol class="history">
            {entries.map((entry, i) => {
                const to = (entry.to ?? entry.state ?? entry.after?.state) as RegistrationState | undefined;
                return (
                    <li key={i}>
                        <span>{to && t.registration.state[to] ? <Badge tone={registrationTone[to]}>{t.registration.state[to]}</Badge> : <span>{a.one.historyActions[entry.action ?? ""] ?? entry.action}</span>} {actor(entry.actor)}</span>
                        {entry.reason && <span>{entry.reason}</span>}
                        <small class="muted num">{stamp(entry.at, lang)}</small>
                    </li>
                );
            })}
        </ol>
    );
}
