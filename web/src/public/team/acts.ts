import { asApiError } from "../../core/hooks";
import type { Action, Roster, RosterMember } from "../../core/registration";
import { errorText } from "../../ui/basic";
import { toast } from "../../ui/toast";

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
export const may = (team: Roster, what: string): boolean => team.may.includes(what);

// All that one fills in oneself is there; only a guardian may still have to agree.
export const formDone = (member: RosterMember): boolean =>
    member.complete || (member.consent === true && ["REQUIRED", "SENT", "REFUSED"].includes(member.guardian_state ?? ""));

export const actionsOf = (team: Roster): Action[] => team.registration?.actions ?? [];
