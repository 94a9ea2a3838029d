// The JSON of the organiser's routes that only the console reads.
import type { DocumentKind, EventDetail, I18nText, RegistrationState } from "../core/types";

export interface OrganiserEvent extends EventDetail {
    live?: string;
    divisions: OrganiserDivision[];
    draft_ttl_hours?: number;
    return_ttl_hours?: number;
    offer_ttl_hours?: number;
    reset_review_on_edit?: boolean;
    waitlist_policy?: "STRICT" | "BEST_FIT" | "ACCUMULATE";
    waitlist_cap?: number | null;
    max_skips?: number;
    skip_hours?: number;
    promotion?: "AUTO" | "OFFER";
    has_passcode?: boolean;
}

export interface DivisionRules {
    age_on?: string;
    age_min?: number;
    age_max?: number;
    gender?: "F" | "M";
    grades?: string[];
    grade_field?: string;
    female_min?: number;
    female_max?: number;
    male_min?: number;
    male_max?: number;
}

export interface OrganiserDivision {
    id: string;
    code: string;
    name: I18nText;
    description?: I18nText;
    team_min: number | null;
    team_max: number | null;
    sub_max?: number | null;
    reg_open?: string | null;
    reg_close?: string | null;
    cap_teams?: number | null;
    cap_persons?: number | null;
    position?: number;
    rules?: DivisionRules | null;
    rev?: number;
}

export interface FormVersionRow {
    no: number;
    published_at: string;
    answers: number;
}

export interface FormDiff {
    added: string[];
    removed: string[];
    changed: { key: string; members: string[] }[];
    moved: string[];
    breaks: boolean;
}

export interface QuotaRow {
    id: string;
    scope: "EVENT" | "DIVISION" | "OPTION" | "CUSTOM";
    unit: "TEAM" | "PERSON" | "OPTION";
    name?: I18nText | null;
    division?: { id: string; name: I18nText } | string | null;
    divisions?: { id: string; name: I18nText }[];
    option?: { form: string; field: string; option: string } | null;
    cap: number | null;
    held: number;
    confirmed: number;
    blocked: number;
    free?: number | null;
    over_cap_allowed?: number;
    state: "OPEN" | "CLOSED";
    rev: number;
}

export interface LedgerRow {
    at: string;
    cause: string;
    held: number;
    confirmed: number;
    blocked: number;
    registration: { id: string; friendly_no?: string | number | null } | string | null;
}

export interface Reserve {
    id: string;
    division: { id: string; name: I18nText } | string;
    note: string;
    code?: string;
    code_hint?: string;
    teams: number;
    persons: number;
    teams_left: number;
    persons_left: number;
    state: string;
    created: string;
    rev: number;
}

export interface Tag {
    id: string;
    name: string;
    color?: string | null;
    count?: number;
    rev?: number;
}

export interface Note {
    id: string;
    text: string;
    by: { display_name?: string } | string | null;
    created: string;
    mine: boolean;
}

export interface Job {
    id: string;
    kind: "BULK" | "ANNOUNCE";
    action?: string | null;
    state: "PREPARING" | "RUNNING" | "DONE" | "FAILED" | "CANCELLED";
    total: number;
    done: number;
    succeeded: number;
    failed: number;
    created: string;
    error?: string | null;
}

export interface JobResult {
    registration: { id: string; friendly_no: string | number | null; team?: { id: string; name: string } | string | null };
    state: string;
    code?: string | null;
}

export interface DuplicateGroup {
    kind: "user" | "id" | "phone" | "email";
    members: {
        member: string;
        name: string;
        role: string;
        team: { id: string; name: string };
        division: string;
        registration: { id: string; friendly_no: string | number | null; state: RegistrationState } | null;
    }[];
}

export interface WaitlistRow {
    registration: { id: string; friendly_no: string | number | null; state: RegistrationState };
    team: { id: string; name: string };
    division: string;
    persons: number;
    priority: number;
    skips: number;
    offer: { state: string; expires: string | null } | null;
    since: string;
}

export interface Admission {
    mode: "OPEN" | "RATE" | "LOTTERY";
    opens: string | null;
    served: number;
    last: number;
    rate: number;
    lottery: { commitment: string | null; state: "OPEN" | "CLOSED" | "DRAWING" | "DRAWN"; pool: number | null; seed: string | null } | null;
}

// The name of a division that a row gives as an id or with its name.
export function divisionOf(value: { id: string; name: I18nText } | string | null | undefined, divisions: OrganiserDivision[]): I18nText | string | null {
    if (!value) return null;
    const id = typeof value === "string" ? value : value.id;
    return divisions.find((one) => one.id === id)?.name ?? (typeof value === "string" ? value : value.name);
}

export interface OrganiserDocument {
    id: string;
    kind: DocumentKind;
    version: number;
    title: I18nText;
    current: boolean;
    published_at: string;
    text?: I18nText;
}

export interface AllowEntry {
    id: string;
    kind: "PHONE" | "ID" | "STUDENT_NO";
    hint: string;
    note: string;
    claimed_at: string | null;
}

export interface AnswerFile {
    id: string;
    field: string;
    file: string;
    member: string | null; // null: of the team's form
    type: string | null;
    bytes: number | null;
    state: "PENDING" | "OK" | "REJECTED";
    reason: string | null;
    rev: number;
}
