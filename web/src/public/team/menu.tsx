import { post } from "../../core/api";
import { asApiError } from "../../core/hooks";
import { eventPath, type Roster } from "../../core/registration";
import { navigate } from "../../core/router";
import { useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { errorText } from "../../ui/basic";
import { ask } from "../../ui/dialog";
import { Icon } from "../../ui/icons";
import { Menu } from "../../ui/menu";
import { toast } from "../../ui/toast";
import { actionsOf, may, useAct } from "./acts";

export function TeamMenu({ team, reload }: { team: Roster; reload: () => Promise<void> }) {
    const t = useText();
    const r = useRegistrationText();
    const act = useAct(reload);
    const solo = team.kind === "SOLO";
    const actions = actionsOf(team);
    const asking = actions.includes("request_cancel");
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
        const { ok } = await ask({ title: solo ? r.team.soloDisbandTitle : t.team.disbandTitle, body: solo ? r.team.soloDisbandBody : t.team.disbandBody, confirm: solo ? r.team.soloDisband : t.team.disband, danger: true });
        if (ok) await act(() => post(`/teams/${team.id}/disband`), t.team.disbanded);
    };
    const withdraw = async () => {
        const { ok } = await ask({ title: t.team.withdrawTitle, body: t.team.withdrawBody, confirm: t.team.withdraw, cancel: t.common.back, danger: true });
        if (ok) await act(() => post(`/registrations/${team.registration!.id}/withdraw`), t.team.withdrawn);
    };
    const cancel = async () => {
        const { ok, reason } = await ask({
            title: asking ? r.status.requestCancelTitle : t.team.cancelTitle, body: asking ? r.status.requestCancelBody : t.team.cancelBody,
            confirm: asking ? r.status.requestCancel : t.team.cancel, cancel: t.common.back, danger: true, ...(asking ? { reason: { label: r.status.cancelReason, required: false } } : {}),
        });
        if (ok) await act(() => post(`/registrations/${team.registration!.id}/cancel`, reason ? { reason } : {}), asking ? r.status.cancelRequested : t.team.cancelled);
    };
    if (team.state === "DISBANDED") return null;
    return (
        <Menu label={t.team.more} summary={<><Icon name="more" size={18} />{t.team.more}</>}>
            <a href={eventPath(team.event)}><Icon name="calendar" size={18} />{t.team.backToEvent}</a>
            {actions.includes("withdraw") && <button type="button" class="menu-danger" onClick={() => void withdraw()}><Icon name="back" size={18} />{t.team.withdraw}</button>}
            {(asking || actions.includes("cancel")) && <button type="button" class="menu-danger" onClick={() => void cancel()}><Icon name="back" size={18} />{asking ? r.status.requestCancel : t.team.cancel}</button>}
            {may(team, "disband") && <button type="button" class="menu-danger" onClick={() => void disband()}><Icon name="trash" size={18} />{solo ? r.team.soloDisband : t.team.disband}</button>}
            {may(team, "leave") && <button type="button" class="menu-danger" onClick={() => void leave()}><Icon name="door" size={18} />{t.team.leave}</button>}
        </Menu>
    );
}
