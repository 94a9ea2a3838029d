// People who asked to join, for the captain; and what such a person sees meanwhile.
import { call, post } from "../../core/api";
import { asApiError } from "../../core/hooks";
import { eventPath, type Roster, type RosterMember } from "../../core/registration";
import { navigate } from "../../core/router";
import { relative } from "../../core/time";
import { pick, useLang, useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Badge, Button, Card, Notice, PageHead, errorText } from "../../ui/basic";
import { ask } from "../../ui/dialog";
import { toast } from "../../ui/toast";
import { useAct } from "./acts";
import { initial } from "./round_table";

export function Pending({ team, reload }: { team: Roster; reload: () => Promise<void> }) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const act = useAct(reload);
    const pending = team.pending ?? [];
    const invited = (team.invited ?? []).filter((row) => row.state === "INVITED");
    const approve = (member: RosterMember) => act(() => post(`/teams/${team.id}/members/${member.id}/approve`), r.team.approved(member.name));
    const revoke = (invite: string) => act(() => call("DELETE", `/invites/${invite}`), t.team.inviteRevoked);
    const reject = async (member: RosterMember) => {
        const { ok } = await ask({ title: r.team.rejectTitle(member.name), confirm: r.team.reject, danger: true });
        if (ok) await act(() => post(`/teams/${team.id}/members/${member.id}/reject`), r.team.rejected(member.name));
    };
    return (
        <>
            {pending.length > 0 && (
                <Card title={r.team.pendingTitle} lead={r.team.pendingLead} id="pending">
                    <ul class="members">
                        {pending.map((member) => (
                            <li key={member.id} class="member">
                                <span class="avatar" aria-hidden="true">{initial(member.name)}</span>
                                <p class="member-name">{member.name}</p>
                                <div class="member-end">
                                    <Button size="small" kind="primary" onClick={() => void approve(member)}>{r.team.approve}</Button>
                                    <Button size="small" kind="quiet" onClick={() => void reject(member)}>{r.team.reject}</Button>
                                </div>
                            </li>
                        ))}
                    </ul>
                </Card>
            )}
            {invited.length > 0 && (
                <Card title={r.team.invitedTitle} id="invited">
                    <ul>
                        {invited.map((row) => (
                            <li key={row.id} class="row row-between invite-row">
                                <span>{row.target}<small class="muted block">{r.team.invitedState[row.state]}{row.expires && ` · ${t.team.inviteExpires(relative(row.expires, lang))}`}</small></span>
                                <span class="row">
                                    <Badge>{t.team.role[row.role as keyof typeof t.team.role] ?? row.role}</Badge>
                                    <Button size="small" kind="quiet" onClick={() => void revoke(row.invite)}>{t.team.inviteRevoke}</Button>
                                </span>
                            </li>
                        ))}
                    </ul>
                </Card>
            )}
        </>
    );
}

export function WaitingForCaptain({ team }: { team: Roster }) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const back = async () => {
        try {
            await post(`/teams/${team.id}/leave`);
            toast(t.team.left);
            await navigate("/mine");
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
    };
    return (
        <div class="narrow stack">
            <PageHead title={team.name} back={{ href: "/mine", label: t.nav.mine }} lead={<><a href={eventPath(team.event)}>{pick(team.event.title, lang)}</a> · {pick(team.division.name, lang)}</>} />
            <Notice tone="info" title={r.team.waitApproval}>{r.team.waitApprovalBody}</Notice>
            <div><Button onClick={() => void back()}>{r.team.withdrawJoin}</Button></div>
        </div>
    );
}
