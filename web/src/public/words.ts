// Which tone each state has: one table, so that a state looks the same everywhere.
import type { Availability, EventState, Phase, RegistrationState, TeamState } from "../core/types";
import type { Roster } from "../core/registration";
import type { Dictionary } from "../i18n";
import type { RegistrationDictionary } from "../i18n/registration";
import type { Tone } from "../ui/basic";
import type { IconName } from "../ui/icons";

export const phaseTone: Record<Phase, Tone> = { UPCOMING: "info", OPEN: "ok", CLOSED: "neutral", RUNNING: "accent", FINISHED: "neutral" };
export const eventTone: Record<EventState, Tone> = { DRAFT: "neutral", PUBLISHED: "ok", PAUSED: "warn", CANCELLED: "bad", ARCHIVED: "neutral" };
export const availabilityTone: Record<Availability, Tone> = { OK: "ok", HELD: "warn", RESERVED: "warn", GONE: "bad" };
export const teamTone: Record<TeamState, Tone> = { FORMING: "warn", READY: "info", SUBMITTED: "accent", LOCKED: "neutral", DISBANDED: "neutral" };
// One person alone forms no team.
export const teamStateText = (team: Pick<Roster, "kind" | "state">, t: Dictionary, r: RegistrationDictionary): string =>
    (team.kind === "SOLO" ? r.team.soloState[team.state] : undefined) ?? t.team.state[team.state];
export const registrationTone: Record<RegistrationState, Tone> = {
    DRAFT: "neutral", IN_REVIEW: "info", RETURNED: "warn", CONFIRMED: "ok", REJECTED: "bad", WITHDRAWN: "neutral", CANCELLED: "neutral",
    EXPIRED: "neutral", WAITLISTED: "warn", AWAITING_PAYMENT: "warn", POOLED: "info", CANCEL_REQUESTED: "warn", CHECKED_IN: "accent",
    COMPLETED: "ok", NO_SHOW: "neutral", NOT_DRAWN: "bad",
};
export const registrationIcon: Record<RegistrationState, IconName> = {
    DRAFT: "edit", IN_REVIEW: "clock", RETURNED: "edit", CONFIRMED: "check", REJECTED: "close", WITHDRAWN: "back", CANCELLED: "close",
    EXPIRED: "clock", WAITLISTED: "list", AWAITING_PAYMENT: "clock", POOLED: "star", CANCEL_REQUESTED: "clock", CHECKED_IN: "check",
    COMPLETED: "flag", NO_SHOW: "close", NOT_DRAWN: "close",
};

// Ended registrations hold no places; a team whose registration ended may submit anew.
export const endedStates: ReadonlySet<RegistrationState> = new Set(["REJECTED", "WITHDRAWN", "EXPIRED", "NOT_DRAWN", "CANCELLED"]);
