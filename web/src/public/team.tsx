import { useState } from "preact/hooks";
import { checkAnswers } from "../core/answers";
import { call, get, post } from "../core/api";
import { asApiError, useBusy, useIdempotencyKey, useLoad, usePolling } from "../core/hooks";
import { navigate } from "../core/router";
import type { EventDetail, Member, RegistrationRef, Team } from "../core/types";
import { pick, useLang, useText, type Dictionary } from "../i18n";
import { Badge, Button, Card, Failed, Loading, Notice, PageHead, errorText } from "../ui/basic";
import { ask } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/menu";
import { toast } from "../ui/toast";
import { InvitePanel } from "./invite";
import { MemberForm, TeamForm } from "./member_form";
import { RoundTable, initial } from "./round_table";
import { endedStates, registrationIcon, registrationTone, teamTone } from "./words";

const kPollMs = 15_000;

export function TeamPage({ params }: { params: Record<string, string> }) {
    const id = params["id"]!;
    const team = useLoad((signal) => get<Team>(`/teams/${encodeURIComponent(id)}`, { signal }), [id]);
    const slug = team.data?.event.slug || team.data?.event.id;
    const event = useLoad(async (signal) => (slug ? get<EventDetail>(`/events/${encodeURIComponent(slug)}`, { signal }) : null), [slug]);
    usePolling(() => void team.reload(), kPollMs, team.data !== null && team.data.state !== "DISBANDED");
    if (team.error && !team.data) return <Failed error={team.error} retry={() => void team.reload()} />;
    if (!team.data) return <Loading />;
    return <TeamView team={team.data} event={event.data} reload={() => team.reload()} />;
}

export interface TeamProps {
    team: Team;
    event: EventDetail | null;
    reload: () => Promise<void>;
}

const activeMember = (member: Member) => ["JOINED", "CONFIRMED"].includes(member.state);

function TeamView({ team, event, reload }: TeamProps) {
    const t = useText();
    const lang = useLang();
    const [editing, setEditing] = useState<"mine" | "team" | null>(null);
    const members = team.members.filter(activeMember);
    const me = members.find((member) => member.is_me);
    const captain = team.my_role === "CAPTAIN";
    const registration = team.registration;
    const live = registration !== null && !endedStates.has(registration.state);
    const drafting = team.state === "FORMING" || team.state === "READY";
    const stop = () => setEditing(null);
    const done = async (words: string) => {
        setEditing(null);
        toast(words);
        await reload();
    };

    return (
        <>
            <PageHead title={team.name} back={{ href: "/mine", label: t.nav.mine }}
                lead={<><a href={`/e/${encodeURIComponent(team.event.slug || team.event.id)}`}>{pick(team.event.title, lang)}</a> · {pick(team.division.name, lang)}</>}
                eyebrow={<StateBadge team={team} />} actions={<TeamMenu team={team} reload={reload} captain={captain} live={live} />} />
            <div class="columns team-columns">
                <div class="stack">
                    {team.state !== "DISBANDED" && <Steps team={team} />}
                    {registration && <Result registration={registration} />}
                    {editing === "mine" && event && (
                        <Card title={t.team.yourInfo}><MemberForm team={team} event={event} me={me} onDone={() => void done(t.team.mineSaved)} onCancel={stop} /></Card>
                    )}
                    {editing === "team" && event && (
                        <Card title={t.team.editTeam}><TeamForm team={team} event={event} onDone={() => void done(t.team.teamSaved)} onCancel={stop} reload={reload} /></Card>
                    )}
                    {editing === null && me && !me.complete && team.state !== "DISBANDED" && (
                        <Notice tone="warn" title={t.team.mineTodo} actions={<Button kind="primary" size="small" onClick={() => setEditing("mine")}>{t.team.fillMine}</Button>} />
                    )}
                    {(drafting || registration?.state === "RETURNED") && <SubmitPanel team={team} event={event} captain={captain} reload={reload} />}
                    <Members team={team} members={members} captain={captain} reload={reload} edit={setEditing} />
                </div>
                <div class="stack aside">
                    <div class="card team-table"><RoundTable members={members} max={team.team_max} /></div>
                    {captain && team.state !== "DISBANDED" && team.state !== "LOCKED" && <InvitePanel team={team} />}
                </div>
            </div>
        </>
    );
}

function StateBadge({ team }: { team: Team }) {
    const t = useText();
    if (team.registration && team.state !== "DISBANDED" && !endedStates.has(team.registration.state)) {
        const state = team.registration.state;
        return <Badge tone={registrationTone[state]}>{t.registration.state[state]}</Badge>;
    }
    return <Badge tone={teamTone[team.state]}>{t.team.state[team.state]}</Badge>;
}

function Steps({ team }: { team: Team }) {
    const t = useText();
    const registration = team.registration && !endedStates.has(team.registration.state) ? team.registration : null;
    const at = registration ? (registration.state === "CONFIRMED" ? 4 : 3) : team.state === "READY" ? 2 : team.member_count >= team.team_min ? 1 : 0;
    return (
        <ol class="steps" aria-label={t.team.stepsLabel}>
            {t.team.steps.map((step, i) => (
                <li key={step} class={i < at ? "done" : i === at ? "now" : ""} aria-current={i === at ? "step" : undefined}>
                    <span>{step}<span class="sr">{i < at ? ` (${t.team.stepDone})` : i === at ? ` (${t.team.stepNow})` : ""}</span></span>
                </li>
            ))}
        </ol>
    );
}

function Result({ registration }: { registration: RegistrationRef }) {
    const t = useText();
    const { state } = registration;
    return (
        <section class={`result tone-${registrationTone[state]}`} aria-label={t.registration.state[state]}>
            <div class="result-head">
                <p class="result-state"><Icon name={registrationIcon[state]} size={26} />{t.registration.state[state]}</p>
                {registration.friendly_no !== null && (
                    <p class="result-number"><small class="muted">{t.registration.number}</small><strong>{registration.friendly_no}</strong></p>
                )}
            </div>
            <p>{t.registration.next[state]}</p>
            {registration.decision_reason && (
                <div class="reason"><small class="muted">{t.registration.reason}</small><p>{registration.decision_reason}</p></div>
            )}
        </section>
    );
}

// Who is missing what, by name. The server decides, and its words are shown where this page finds no reason of its own.
function missingTexts(team: Team, event: EventDetail | null, t: Dictionary): string[] {
    if (team.missing.length === 0 && team.state !== "FORMING") return [];
    const found: string[] = [];
    if (team.member_count < team.team_min) found.push(t.team.missingPeople(team.team_min - team.member_count));
    for (const member of team.members) if (activeMember(member) && !member.complete) found.push(member.is_me ? t.team.missingMine : t.team.missingForm(member.name));
    if (event && Object.keys(checkAnswers(event.forms?.team?.fields ?? [], team.answers ?? {})).length > 0) found.push(t.team.missingTeamForm);
    return found.length > 0 ? found : team.missing;
}

function SubmitPanel({ team, event, captain, reload }: TeamProps & { captain: boolean }) {
    const t = useText();
    const [busy, run] = useBusy();
    const key = useIdempotencyKey();
    const [problem, setProblem] = useState<string | null>(null);
    const returned = team.registration?.state === "RETURNED";
    const missing = missingTexts(team, event, t);
    const ready = returned ? missing.length === 0 : team.state === "READY";

    const submit = async () => {
        const words = event && event.review_stages === 0 ? t.team.submitBodyNoReview(team.member_count) : t.team.submitBody(team.member_count);
        const { ok } = await ask({ title: returned ? t.team.resubmit : t.team.submitTitle, body: words, confirm: t.team.submit });
        if (!ok) return;
        await run(async () => {
            setProblem(null);
            try {
                const path = returned ? `/registrations/${team.registration!.id}/resubmit` : `/teams/${team.id}/submit`;
                await post(path, {}, { key: key({ path, rev: team.rev }) });
            } catch (error) {
                const known = asApiError(error);
                setProblem(known.code === "QUOTA_FULL" ? t.errors.quotaFull : errorText(known));
            }
            await reload();
        });
    };

    if (!ready && missing.length > 0) {
        return (
            <Card title={t.team.missingTitle}>
                <ul class="todo">{missing.map((item) => <li key={item}><Icon name="alert" size={17} />{item}</li>)}</ul>
                {problem && <Notice tone="bad" live>{problem}</Notice>}
            </Card>
        );
    }
    return (
        <section class="card stack-s">
            {problem && <Notice tone="bad" live>{problem}</Notice>}
            <p>{captain ? t.team.allReady : t.team.waitCaptain}</p>
            {captain && <Button kind="primary" size="large" wide busy={busy} disabled={!ready} onClick={() => void submit()}>{returned ? t.team.resubmit : t.team.submit}</Button>}
        </section>
    );
}

function Members({ team, members, captain, reload, edit }: {
    team: Team; members: Member[]; captain: boolean; reload: () => Promise<void>; edit: (what: "mine" | "team") => void;
}) {
    const t = useText();
    const free = Math.max(0, team.team_max - members.length);
    const open = team.state !== "DISBANDED" && team.state !== "LOCKED";
    return (
        <Card title={`${t.team.members} ${t.team.memberCount(members.length, team.team_max)}`} id="members"
            actions={captain && open && <Button size="small" icon="edit" onClick={() => edit("team")}>{t.team.editTeam}</Button>}>
            <ul class="members">
                {members.map((member) => (
                    <li key={member.id} class="member">
                        <span class="avatar" aria-hidden="true">{initial(member.name)}</span>
                        <div>
                            <p class="member-name">{member.name}{member.is_me && <small>{t.team.me}</small>}</p>
                            <p class="row">
                                {member.role === "CAPTAIN" && <Badge tone="accent">{t.team.role.CAPTAIN}</Badge>}
                                <Badge tone={member.complete ? "ok" : "warn"} icon={member.complete ? "check" : "clock"}>
                                    {member.complete ? t.team.memberState.CONFIRMED : t.team.memberState.JOINED}
                                </Badge>
                            </p>
                        </div>
                        <div class="member-end">
                            {member.is_me && open && <Button size="small" onClick={() => edit("mine")}>{member.complete ? t.common.edit : t.team.fillMine}</Button>}
                            {captain && !member.is_me && open && <MemberMenu team={team} member={member} reload={reload} />}
                        </div>
                    </li>
                ))}
                {open && free > 0 && (
                    <li class="member">
                        <span class="avatar avatar-empty" aria-hidden="true"><Icon name="plus" size={18} /></span>
                        <p class="muted">{members.length < team.team_min ? t.team.needMore(team.team_min - members.length) : t.team.seatsLeft(free)}</p>
                        <span />
                    </li>
                )}
            </ul>
        </Card>
    );
}

// Asks, does, says so, and shows the new state.
function useAct(reload: () => Promise<void>): (work: () => Promise<unknown>, words: string) => Promise<void> {
    return async (work, words) => {
        try {
            await work();
            toast(words);
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
        await reload();
    };
}

function MemberMenu({ team, member, reload }: { team: Team; member: Member; reload: () => Promise<void> }) {
    const t = useText();
    const act = useAct(reload);
    const handover = async () => {
        const { ok } = await ask({ title: t.team.handoverTitle(member.name), body: t.team.handoverBody, confirm: t.team.handover });
        if (ok) await act(() => post(`/teams/${team.id}/handover`, { member: member.id }), t.team.handedOver(member.name));
    };
    const remove = async () => {
        const { ok } = await ask({ title: t.team.removeTitle(member.name), body: t.team.removeBody, confirm: t.common.remove, danger: true });
        if (ok) await act(() => call("DELETE", `/teams/${team.id}/members/${member.id}`), t.team.removed(member.name));
    };
    return (
        <Menu label={`${t.team.more}: ${member.name}`} summary={<Icon name="more" />}>
            <button type="button" onClick={() => void handover()}><Icon name="flag" size={18} />{t.team.handoverTo(member.name)}</button>
            <button type="button" class="menu-danger" onClick={() => void remove()}><Icon name="trash" size={18} />{t.team.removeMember(member.name)}</button>
        </Menu>
    );
}

function TeamMenu({ team, captain, live, reload }: { team: Team; captain: boolean; live: boolean; reload: () => Promise<void> }) {
    const t = useText();
    const act = useAct(reload);
    if (team.state === "DISBANDED" || !team.my_role) return null;
    const leave = async () => {
        const { ok } = await ask({ title: t.team.leaveTitle, body: t.team.leaveBody, confirm: t.team.leave, danger: true });
        if (!ok) return;
        try {
            await post(`/teams/${team.id}/leave`);
            toast(t.team.left);
            await navigate("/mine");
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
    };
    const disband = async () => {
        const { ok } = await ask({ title: t.team.disbandTitle, body: t.team.disbandBody, confirm: t.team.disband, danger: true });
        if (ok) await act(() => post(`/teams/${team.id}/disband`), t.team.disbanded);
    };
    const end = async (verb: "withdraw" | "cancel") => {
        const confirmed = verb === "cancel";
        const { ok } = await ask({
            title: confirmed ? t.team.cancelTitle : t.team.withdrawTitle, body: confirmed ? t.team.cancelBody : t.team.withdrawBody,
            confirm: confirmed ? t.team.cancel : t.team.withdraw, cancel: t.common.back, danger: true,
        });
        if (ok) await act(() => post(`/registrations/${team.registration!.id}/${verb}`), confirmed ? t.team.cancelled : t.team.withdrawn);
    };
    const confirmed = team.registration?.state === "CONFIRMED";
    return (
        <Menu label={t.team.more} summary={<><Icon name="more" size={18} />{t.team.more}</>}>
            <a href={`/e/${encodeURIComponent(team.event.slug || team.event.id)}`}><Icon name="calendar" size={18} />{t.team.backToEvent}</a>
            {captain && live && <button type="button" class="menu-danger" onClick={() => void end(confirmed ? "cancel" : "withdraw")}><Icon name="back" size={18} />{confirmed ? t.team.cancel : t.team.withdraw}</button>}
            {captain && !live && <button type="button" class="menu-danger" onClick={() => void disband()}><Icon name="trash" size={18} />{t.team.disband}</button>}
            {!captain && <button type="button" class="menu-danger" onClick={() => void leave()}><Icon name="door" size={18} />{t.team.leave}</button>}
        </Menu>
    );
}
