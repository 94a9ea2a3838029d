// The JSON of registering: rosters, places, guardians and messages, as far as the public pages read it.
import { get } from "./api";
import type { Division, EventDetail, EventSummary, FormVersion, I18nText, Member, RegistrationRef, Team } from "./types";
import type { EventDocument } from "../ui/dynamic_form_parts";

// What a team still lacks; `member` where it concerns one alone.
export interface Unmet {
    rule: string;
    member: string | null;
    text: string;
}

export interface RosterMember extends Member {
    counted?: boolean;
    managed?: boolean;
    guardian_state?: "NOT_NEEDED" | "REQUIRED" | "SENT" | "GRANTED" | "REFUSED";
    guardian?: { state: string; link_expires: string | null; at: string | null; relation: string | null } | null;
    consents?: { kind: string; version: number; at: string; withdrawn_at?: string | null }[];
    consent?: boolean;
    documents?: (EventDocument & { accepted: boolean })[]; // of who manages the member
}

export type Action = "withdraw" | "cancel" | "request_cancel" | "resubmit" | "accept_offer" | "decline_offer";

export interface Placed extends RegistrationRef {
    review_stages?: number;
    review_stage?: number;
    deficient_since?: string | null;
    actions: Action[];
    clock?: { kind: "draft" | "return" | "offer"; until: string } | null;
    waitlist?: { position: number | null; of: number | null; offer: { expires: string | null } | null; collecting?: boolean; collected?: number; needed?: number } | null;
}

export type JoinPolicy = "CODE" | "LINK" | "APPROVAL" | "CLOSED";

export interface InvitedRow {
    id: string;
    invite: string;
    target: string;
    role: string;
    state: string;
    expires: string | null;
}

export interface Roster extends Omit<Team, "members" | "registration"> {
    kind?: "TEAM" | "SOLO";
    join_policy?: JoinPolicy;
    sub_count?: number;
    sub_max?: number;
    staff_count?: number;
    roster_lock_at?: string | null;
    locked?: boolean;
    club?: { id: string; name: string } | null;
    may: string[];
    unmet?: Unmet[];
    my_state?: string;
    members: RosterMember[];
    pending?: RosterMember[];
    invited?: InvitedRow[];
    registration: Placed | null;
    edit_deadline?: string | null;
    cancel_deadline?: string | null;
}

export interface DivisionRules {
    age_on?: string | null;
    age_min?: number | null;
    age_max?: number | null;
    gender?: "F" | "M" | null;
    female_min?: number | null;
    female_max?: number | null;
    male_min?: number | null;
    male_max?: number | null;
}

export interface PublicDivision extends Division {
    description?: I18nText;
    sub_max?: number | null;
    rules?: DivisionRules | null;
    reg_open?: string | null; // its own window
    reg_close?: string | null;
}

export interface PublicEvent extends Omit<EventDetail, "divisions" | "forms"> {
    divisions: PublicDivision[];
    documents?: EventDocument[];
    waiting?: number;
    live?: string;
    locked?: boolean;
    access?: { passcode: boolean; list: boolean };
    forms?: { team?: FormVersion | null; member?: FormVersion | null; team_after_approval?: FormVersion | null; member_after_approval?: FormVersion | null };
}

export interface ManagedPerson {
    id: string;
    relation: "SELF" | "CHILD" | "TEAMMATE" | "OTHER";
    name: string;
    id_type: string | null;
    id_no: string | null;
    birth_date: string | null;
    gender: "F" | "M" | null;
    rev: number;
}

export interface Invited {
    team: { name: string; member_count: number; team_max: number };
    event: EventSummary;
    division: { id: string; name: I18nText };
    role?: string;
    approval?: boolean;
    forms: { member?: FormVersion | null };
}

export interface MyInvitation extends Invited {
    id: string;
    role: string;
    state?: string;
    inviter: string | { display_name: string } | null;
    expires: string | null;
}

export interface MyEntry {
    team: Roster;
    registration: Placed | null;
    event: EventSummary;
}

// Who entered others too has an entry for each of them: a team once.
export const byTeam = (entries: MyEntry[]): MyEntry[] => entries.filter((one, i) => entries.findIndex((other) => other.team.id === one.team.id) === i);

// An event as the viewer may see it: one behind a passcode or a list opens to those it knows.
export async function loadEvent(name: string, signedIn: boolean, signal: AbortSignal): Promise<PublicEvent> {
    const path = `/events/${encodeURIComponent(name)}`;
    const seen = await get<PublicEvent>(path, { signal, anonymous: true });
    return seen.locked && signedIn ? get<PublicEvent>(`/me${path}`, { signal }) : seen;
}

// An entry of one person has no name of its own.
export const teamName = (team: Pick<Roster, "name" | "members">): string => team.name || team.members?.[0]?.name || "";

export const isActive = (member: Member): boolean => member.state === "JOINED" || member.state === "CONFIRMED";
export const eventPath = (event: { slug?: string; id: string }): string => `/e/${encodeURIComponent(event.slug || event.id)}`;
