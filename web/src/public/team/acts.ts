import { asApiError } from "../../core/hooks";
import type { Action, Roster } from "../../core/registration";
import { errorText } from "../../ui/basic";
import { toast } from "../../ui/toast";
import { endedStates } from "../words";

// Does, says so, and shows the new state.
export function useAct(reload: () => Promise<void>): (work: () => Promise<unknown>, words: string) => Promise<boolean> {
    return async (work, words) => {
        let good = true;
        try {
            await work();
            toast(words);
        } catch (error) {
            good = false;
            toast(errorText(asApiError(error)), "bad");
        }
        await reload();
        return good;
    };
}

// What the viewer may do now, as the server says.
export function may(team: Roster, what: string): boolean {
    if (team.may) return team.may.includes(what);
    const open = team.state !== "DISBANDED" && team.state !== "LOCKED";
    const live = team.registration !== null && !endedStates.has(team.registration.state);
    if (team.my_role === "CAPTAIN") return (open && ["edit", "invite", "remove", "handover"].includes(what)) || (!live && what === "disband");
    return team.my_role !== null && what === "leave";
}

export function actionsOf(team: Roster): Action[] {
    if (team.registration?.actions) return team.registration.actions;
    if (!team.registration || team.my_role !== "CAPTAIN" || endedStates.has(team.registration.state)) return [];
    return [team.registration.state === "CONFIRMED" ? "cancel" : "withdraw"];
}
