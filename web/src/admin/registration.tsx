import { get, post } from "../core/api";
import { asApiError, useBusy, useLoad } from "../core/hooks";
import { dateTime, stamp } from "../core/time";
import type { EventDetail, FormField, RegistrationDetail, RegistrationState } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Card, Failed, Loading, PageHead, errorText } from "../ui/basic";
import { ask } from "../ui/dialog";
import { AnswerList } from "../ui/dynamic_form";
import { toast } from "../ui/toast";
import { registrationTone } from "../public/words";
import { inEvent, useRights } from "./rights";

export function RegistrationPage({ id }: { id: string }) {
    const a = useAdminText();
    const lang = useLang();
    const mine = useRights();
    const loaded = useLoad((signal) => get<RegistrationDetail>(`/organiser/registrations/${encodeURIComponent(id)}`, { signal }), [id]);
    const eventId = loaded.data?.event?.id;
    const event = useLoad(async (signal) => (eventId ? get<EventDetail>(`/organiser/events/${eventId}`, { signal }) : null), [eventId]);
    if (loaded.error && !loaded.data) return <Failed error={loaded.error} retry={() => void loaded.reload()} />;
    if (!loaded.data) return <Loading />;
    const item = loaded.data;
    const reviews = event.data !== null && inEvent(mine, event.data, "reg.review");
    const forms = item.forms ?? event.data?.forms;
    const sensitive = [...(forms?.team?.fields ?? []), ...(forms?.member?.fields ?? [])].some((field) => field.sensitive);
    return (
        <>
            <PageHead title={item.team.name}
                back={eventId ? { href: `/admin/events/${eventId}/registrations`, label: pick(item.event?.title, lang) || a.registrations.title } : { href: "/admin/events", label: a.events.title }}
                eyebrow={<StateLine item={item} />} lead={<>{pick(item.division.name, lang)}{item.submitted_at && ` · ${a.registrations.submitted} ${dateTime(item.submitted_at, lang)}`}</>}
                actions={reviews && <ReviewActions item={item} reload={loaded.reload} />} />
            <div class="split split-wide">
                <div class="stack">
                    {((forms?.team?.fields.length ?? 0) > 0 || Object.keys(item.team.answers ?? {}).length > 0) && (
                        <Card title={a.registrations.teamAnswers}><AnswerList fields={forms?.team?.fields ?? []} answers={item.team.answers} /></Card>
                    )}
                    <Card title={a.registrations.memberAnswers} lead={sensitive ? a.registrations.masked : undefined}>
                        {item.members.map((member) => <MemberAnswers key={member.id} member={member} fields={forms?.member?.fields ?? []} />)}
                    </Card>
                </div>
                <Card title={a.registrations.history}><History item={item} /></Card>
            </div>
        </>
    );
}

function StateLine({ item }: { item: RegistrationDetail }) {
    const t = useText();
    return (
        <>
            <Badge tone={registrationTone[item.state]}>{t.registration.state[item.state]}</Badge>
            {item.friendly_no !== null && <span class="mono">{item.friendly_no}</span>}
        </>
    );
}

function ReviewActions({ item, reload }: { item: RegistrationDetail; reload: () => Promise<void> }) {
    const a = useAdminText();
    const [busy, run] = useBusy();
    if (item.state !== "IN_REVIEW") return null;
    const act = async (action: "APPROVE" | "REJECT" | "RETURN") => {
        const name = item.team.name;
        const words = {
            APPROVE: { title: a.registrations.approveTitle(name), body: a.registrations.approveBody, confirm: a.registrations.approve, done: a.registrations.approved },
            REJECT: { title: a.registrations.rejectTitle(name), body: a.registrations.rejectBody, confirm: a.registrations.reject, done: a.registrations.rejected },
            RETURN: { title: a.registrations.returnTitle(name), body: a.registrations.returnBody, confirm: a.registrations.return, done: a.registrations.returned },
        }[action];
        const answer = await ask({ ...words, danger: action === "REJECT", reason: { label: a.registrations.reason, required: action !== "APPROVE" } });
        if (!answer.ok) return;
        await run(async () => {
            try {
                await post(`/organiser/registrations/${item.id}/review`, answer.reason ? { action, reason: answer.reason } : { action }, { rev: item.rev });
                toast(words.done);
            } catch (error) {
                toast(errorText(asApiError(error)), "bad");
            }
            await reload();
        });
    };
    return (
        <>
            <Button kind="primary" icon="check" busy={busy} onClick={() => void act("APPROVE")}>{a.registrations.approve}</Button>
            <Button onClick={() => void act("RETURN")}>{a.registrations.return}</Button>
            <Button kind="quiet" onClick={() => void act("REJECT")}>{a.registrations.reject}</Button>
        </>
    );
}

function MemberAnswers({ member, fields }: { member: RegistrationDetail["members"][number]; fields: FormField[] }) {
    const t = useText();
    return (
        <div class="member-answers">
            <h3 class="row">{member.name}{member.role === "CAPTAIN" && <Badge tone="accent">{t.team.role.CAPTAIN}</Badge>}</h3>
            <AnswerList fields={fields} answers={member.answers} />
        </div>
    );
}

function History({ item }: { item: RegistrationDetail }) {
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
                        <span>{to && t.registration.state[to] ? <Badge tone={registrationTone[to]}>{t.registration.state[to]}</Badge> : <span class="mono">{entry.action}</span>} {actor(entry.actor)}</span>
                        {entry.reason && <span>{entry.reason}</span>}
                        <small class="muted num">{stamp(entry.at, lang)}</small>
                    </li>
                );
            })}
        </ol>
    );
}
