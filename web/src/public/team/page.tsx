import { useState } from "preact/hooks";
import { get } from "../../core/api";
import { useLoad, usePolling } from "../../core/hooks";
import { eventPath, isActive, loadEvent, teamName, type PublicEvent, type Roster } from "../../core/registration";
import { dateTime } from "../../core/time";
import { pick, useLang, useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Badge, Button, Card, Failed, LinkButton, Loading, Notice, PageHead } from "../../ui/basic";
import { toast } from "../../ui/toast";
import { isOneself, usePersons } from "../person_picker";
import { endedStates, registrationTone, teamStateText, teamTone } from "../words";
import { formDone, may } from "./acts";
import { AfterApproval } from "./after_approval";
import { FileFindings } from "./file_findings";
import { ClubCard } from "./club";
import { MemberForm, TeamForm } from "./forms";
import { InvitePanel } from "./invite";
import { TeamMenu } from "./menu";
import { Members } from "./members";
import { NewDocuments } from "./new_documents";
import { Pending, WaitingForCaptain } from "./pending";
import { RoundTable } from "./round_table";
import { Settings } from "./settings";
import { Result } from "./status";
import { SubmitPanel } from "./submit";
import { Substitutions } from "./substitute";

const kPollMs = 15_000;

export function TeamPage({ params }: { params: Record<string, string> }) {
    const id = params["id"]!;
    const team = useLoad((signal) => get<Roster>(`/teams/${encodeURIComponent(id)}`, { signal }), [id]);
    const slug = team.data?.event.slug || team.data?.event.id;
    const event = useLoad(async (signal) => (slug ? loadEvent(slug, true, signal) : null), [slug]);
    usePolling(() => void team.reload(), kPollMs, team.data !== null && team.data.state !== "DISBANDED");
    if (team.error && !team.data) return <Failed error={team.error} retry={() => void team.reload()} />;
    if (!team.data) return <Loading />;
    const locked = Boolean(event.data?.locked);
    if (team.data.my_state === "PENDING_CAPTAIN") return <WaitingForCaptain team={team.data} />;
    return <TeamView team={team.data} event={locked ? null : event.data} locked={locked} reload={() => team.reload()} />;
}

export interface TeamProps {
    team: Roster;
    event: PublicEvent | null;
    reload: () => Promise<void>;
}

// What is being filled in on this page: the team's form, or that of the member with this id.
export type Editing = { what: "team" } | { what: "member"; id: string } | null;

function TeamView({ team, event, locked, reload }: TeamProps & { locked: boolean }) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const [editing, setEditing] = useState<Editing>(null);
    const members = team.members.filter(isActive);
    const me = members.find((member) => member.is_me);
    const persons = usePersons(members.some((member) => member.managed)).data ?? [];
    const captain = team.my_role === "CAPTAIN";
    const solo = team.kind === "SOLO";
    const drafting = team.state === "FORMING" || team.state === "READY";
    const open = team.state !== "DISBANDED";
    const stop = () => setEditing(null);
    const done = async (words: string) => {
        setEditing(null);
        toast(words);
        await reload();
    };
    const edited = editing?.what === "member" ? team.members.find((member) => member.id === editing.id) : undefined;
    return (
        <>
            <PageHead title={teamName(team)} back={{ href: "/mine", label: t.nav.mine }}
                lead={<><a href={eventPath(team.event)}>{pick(team.event.title, lang)}</a> · {pick(team.division.name, lang)}{team.club && ` · ${team.club.name}`}</>}
                eyebrow={<StateBadge team={team} />} actions={<TeamMenu team={team} reload={reload} />} />
            <div class="columns team-columns">
                <div class="stack">
                    {open && !solo && <Steps team={team} />}
                    {team.registration && <Result team={team} registration={team.registration} reload={reload} />}
                    {team.registration?.deficient_since && <Notice tone="warn">{r.team.deficient}</Notice>}
                    {edited && event && (
                        <Card title={isOneself(persons, edited) ? t.team.yourInfo : r.found.personInfo(edited.name)} id="edit">
                            <MemberForm team={team} event={event} me={edited} onDone={() => void done(t.team.mineSaved)} onCancel={stop} onChanged={reload} />
                        </Card>
                    )}
                    {editing?.what === "team" && event && (
                        <Card title={t.team.editTeam} id="edit"><TeamForm team={team} event={event} onDone={() => void done(t.team.teamSaved)} onCancel={stop} reload={reload} /></Card>
                    )}
                    {locked && open && <Notice tone="info" title={r.team.eventLocked} actions={<LinkButton size="small" href={eventPath(team.event)}>{t.team.backToEvent}</LinkButton>}>{r.team.eventLockedBody}</Notice>}
                    {editing === null && !locked && me && isOneself(persons, me) && !formDone(me) && open && (
                        <Notice tone="warn" title={t.team.mineTodo} actions={<Button kind="primary" size="small" onClick={() => setEditing({ what: "member", id: me.id })}>{t.team.fillMine}</Button>} />
                    )}
                    {editing?.what !== "member" && !locked && (drafting || team.registration?.state === "RETURNED") && <NewDocuments team={team} members={members} reload={reload} />}
                    {(drafting || team.registration?.state === "RETURNED") && <SubmitPanel team={team} event={event} captain={captain} reload={reload} />}
                    {event && <FileFindings team={team} event={event} />}
                    {event && <AfterApproval team={team} event={event} me={me} />}
                    <Pending team={team} reload={reload} />
                    <Members team={team} members={members} captain={captain} persons={persons} editable={!locked} reload={reload} edit={setEditing} />
                    <Substitutions team={team} />
                    {team.roster_lock_at && open && !solo && <p class="muted">{team.locked ? r.team.locked : r.team.lockAt(dateTime(team.roster_lock_at, lang))}</p>}
                </div>
                <div class="stack aside">
                    {!solo && <div class="card team-table"><RoundTable members={members.filter((member) => member.counted !== false)} max={team.team_max} /></div>}
                    {!solo && may(team, "invite") && <InvitePanel team={team} reload={reload} />}
                    {!solo && team.join_policy && may(team, "edit") && <Settings team={team} reload={reload} />}
                    {!solo && drafting && may(team, "edit") && <ClubCard team={team} reload={reload} />}
                </div>
            </div>
        </>
    );
}

function StateBadge({ team }: { team: Roster }) {
    const t = useText();
    const r = useRegistrationText();
    if (team.registration && team.state !== "DISBANDED" && !endedStates.has(team.registration.state) && team.registration.state !== "DRAFT") {
        const state = team.registration.state;
        return <Badge tone={registrationTone[state]}>{t.registration.state[state]}</Badge>;
    }
    return <Badge tone={teamTone[team.state]}>{teamStateText(team, t, r)}</Badge>;
}

const kSettled: ReadonlySet<string> = new Set(["CONFIRMED", "CANCEL_REQUESTED", "CHECKED_IN", "COMPLETED"]);

function Steps({ team }: { team: Roster }) {
    const t = useText();
    const registration = team.registration && !endedStates.has(team.registration.state) && team.registration.state !== "DRAFT" ? team.registration : null;
    const at = registration ? (kSettled.has(registration.state) ? 4 : 3) : team.state === "READY" ? 2 : team.member_count >= team.team_min ? 1 : 0;
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
