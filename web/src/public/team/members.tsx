// The roster: who is in, in which role, and what each one still lacks.
import { useState } from "preact/hooks";
import { call, post } from "../../core/api";
import type { ManagedPerson, Roster, RosterMember } from "../../core/registration";
import { useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Badge, Button, Card } from "../../ui/basic";
import { ask } from "../../ui/dialog";
import { Icon } from "../../ui/icons";
import { Menu } from "../../ui/menu";
import { isOneself, personOf } from "../person_picker";
import { formDone, may, useAct } from "./acts";
import { AddPerson } from "./add_person";
import { GuardianLink } from "./guardian_link";
import type { Editing } from "./page";
import { initial } from "./round_table";
import { SubstituteDialog } from "./substitute";

type Words = ReturnType<typeof useText>["team"]["role"];
const kRoles: (keyof Words)[] = ["PLAYER", "SUBSTITUTE", "COACH", "LEADER", "MANAGER"];

interface Props {
    team: Roster;
    captain: boolean;
    persons: ManagedPerson[];
    editable: boolean; // whether the page has the forms
    reload: () => Promise<void>;
    edit: (what: Editing) => void;
}

export function Members({ members, ...props }: Props & { members: RosterMember[] }) {
    const { team, editable, reload, edit } = props;
    const t = useText();
    const r = useRegistrationText();
    const [adding, setAdding] = useState(false);
    const solo = team.kind === "SOLO";
    const counted = members.filter((member) => member.counted !== false);
    const free = Math.max(0, team.team_max - counted.length);
    const extras = [team.sub_max ? r.team.subs(team.sub_count ?? 0, team.sub_max) : null, team.staff_count ? r.team.staff(team.staff_count) : null].filter(Boolean);
    return (
        <Card title={solo ? r.team.soloMember : `${t.team.members} ${t.team.memberCount(counted.length, team.team_max)}`} lead={extras.length > 0 && !solo ? extras.join(" · ") : undefined} id="members"
            actions={may(team, "edit") && editable && !solo && <Button size="small" icon="edit" onClick={() => edit({ what: "team" })}>{t.team.editTeam}</Button>}>
            <ul class="members">
                {members.map((member) => <MemberRow key={member.id} member={member} {...props} />)}
                {!solo && may(team, "invite") && free > 0 && (
                    <li class="member">
                        <span class="avatar avatar-empty" aria-hidden="true"><Icon name="plus" size={18} /></span>
                        <p class="muted">{counted.length < team.team_min ? t.team.needMore(team.team_min - counted.length) : t.team.seatsLeft(free)}</p>
                        <span />
                    </li>
                )}
            </ul>
            {!solo && editable && may(team, "enter") && (
                <div class="card-foot"><Button size="small" icon="user" onClick={() => setAdding(true)}>{r.team.addPerson}</Button></div>
            )}
            {adding && <AddPerson team={team} onClose={() => setAdding(false)} reload={reload} />}
        </Card>
    );
}

function MemberRow({ team, member, captain, persons, editable, reload, edit }: Props & { member: RosterMember }) {
    const t = useText();
    const r = useRegistrationText();
    const [guardian, setGuardian] = useState(false);
    const mine = member.is_me || Boolean(member.managed);
    const self = isOneself(persons, member);
    const filled = formDone(member);
    const open = team.state !== "DISBANDED" && team.state !== "LOCKED";
    const guard = member.guardian_state && member.guardian_state !== "NOT_NEEDED" ? member.guardian_state : null;
    const role = member.role as keyof Words;
    const lacks = (team.unmet ?? []).filter((one) => one.member === member.id && one.rule !== "GUARDIAN" && one.rule !== "MEMBERS_INCOMPLETE");
    return (
        <li class="member">
            <span class="avatar" aria-hidden="true">{initial(member.name)}</span>
            <div>
                <p class="member-name">{member.name}{self && <small>{t.team.me}</small>}{!self && member.managed && <small>{r.team.managed}</small>}</p>
                <p class="row">
                    {team.kind !== "SOLO" && role !== "PLAYER" && <Badge tone={role === "CAPTAIN" ? "accent" : "neutral"}>{t.team.role[role] ?? member.role}</Badge>}
                    {(member.complete || !filled) && (
                        <Badge tone={member.complete ? "ok" : "warn"} icon={member.complete ? "check" : "clock"}>
                            {member.complete ? t.team.memberState.CONFIRMED : t.team.memberState.JOINED}
                        </Badge>
                    )}
                    {guard && <Badge tone={guard === "GRANTED" ? "ok" : guard === "REFUSED" ? "bad" : "warn"}>{r.team.guardian[guard]}</Badge>}
                </p>
                {lacks.length > 0 && (mine || captain) && <p class="muted lacks">{lacks.map((one) => one.text).join("；")}</p>}
                {guard && guard !== "GRANTED" && (mine || captain) && open && (
                    <Button size="small" kind={mine && filled ? "primary" : "quiet"} onClick={() => setGuardian(true)}>{r.team.guardianLink}</Button>
                )}
            </div>
            <div class="member-end">
                {mine && open && editable && <Button size="small" onClick={() => edit({ what: "member", id: member.id })}>{filled ? t.common.edit : self ? t.team.fillMine : r.team.fillFor(member.name)}</Button>}
                <MemberMenu team={team} member={member} reload={reload} />
            </div>
            {guardian && <GuardianLink team={team} member={member} parent={personOf(persons, member)?.relation === "CHILD"} onClose={() => setGuardian(false)} reload={reload} />}
        </li>
    );
}

function MemberMenu({ team, member, reload }: { team: Roster; member: RosterMember; reload: () => Promise<void> }) {
    const t = useText();
    const r = useRegistrationText();
    const act = useAct(reload);
    const [replacing, setReplacing] = useState(false);
    const path = `/teams/${team.id}/members/${member.id}`;
    const handover = async () => {
        const { ok } = await ask({ title: t.team.handoverTitle(member.name), body: t.team.handoverBody, confirm: t.team.handover });
        if (ok) await act(() => post(`/teams/${team.id}/handover`, { member: member.id }), t.team.handedOver(member.name));
    };
    const remove = async () => {
        const { ok } = await ask({ title: t.team.removeTitle(member.name), body: t.team.removeBody, confirm: t.common.remove, danger: true });
        if (ok) await act(() => call("DELETE", path), t.team.removed(member.name));
    };
    const leave = async () => {
        const { ok } = await ask({ title: r.team.leaveForTitle(member.name), confirm: r.team.leaveFor(member.name), danger: true });
        if (ok) await act(() => post(`/teams/${team.id}/leave`, { member: member.id }), t.team.left);
    };
    const roles = may(team, "role") ? kRoles.filter((role) => role !== member.role && (role !== "SUBSTITUTE" || (team.sub_max ?? 0) > 0)) : [];
    const items: preact.ComponentChildren[] = [];
    const other = !member.is_me && member.role !== "CAPTAIN";
    if (other && !member.managed && may(team, "handover") && member.counted !== false) items.push(<button key="handover" type="button" onClick={() => void handover()}><Icon name="flag" size={18} />{t.team.handoverTo(member.name)}</button>);
    if (other && team.kind !== "SOLO") for (const role of roles) items.push(<button key={role} type="button" onClick={() => void act(() => call("PATCH", path, { body: { role } }), r.team.roleChanged(member.name, t.team.role[role]))}><Icon name="user" size={18} />{r.team.role(t.team.role[role])}</button>);
    if ((may(team, "substitute") || may(team, "request_substitution")) && member.counted !== false && member.role !== "CAPTAIN") items.push(<button key="out" type="button" onClick={() => setReplacing(true)}><Icon name="refresh" size={18} />{r.team.substitute}</button>);
    if (other && may(team, "remove")) items.push(<button key="remove" type="button" class="menu-danger" onClick={() => void remove()}><Icon name="trash" size={18} />{t.team.removeMember(member.name)}</button>);
    else if (other && member.managed && !may(team, "remove")) items.push(<button key="leave" type="button" class="menu-danger" onClick={() => void leave()}><Icon name="door" size={18} />{r.team.leaveFor(member.name)}</button>);
    return (
        <>
            {items.length > 0 && <Menu label={`${t.team.more}: ${member.name}`} summary={<Icon name="more" />}>{items}</Menu>}
            {replacing && <SubstituteDialog team={team} out={member} onClose={() => setReplacing(false)} reload={reload} />}
        </>
    );
}
