// The JSON of the API, as far as the pages read it.
export interface I18nText {
    zh: string;
    en: string;
}

export type Role = "user" | "organiser" | "admin";

export interface User {
    id: string;
    login_name: string;
    display_name: string;
    role: Role;
    locale?: string;
    rev?: number;
}

export interface Session {
    access_token: string;
    expires_in: number;
    user: User;
}

export interface AdminUser extends User {
    rev: number;
    status: "ACTIVE" | "LOCKED" | "DELETED";
    created: string;
    last_active_at: string | null;
}

export type Availability = "OK" | "HELD" | "RESERVED" | "GONE";
export type EventState = "DRAFT" | "PUBLISHED" | "PAUSED" | "CANCELLED" | "ARCHIVED";
export type Phase = "UPCOMING" | "OPEN" | "CLOSED" | "RUNNING" | "FINISHED";

export interface EventSummary {
    id: string;
    slug: string;
    title: I18nText;
    summary: I18nText;
    venue: I18nText | string;
    tz?: string;
    starts: string;
    ends: string;
    reg_open: string;
    reg_close: string;
    phase: Phase;
    state?: EventState;
    cover?: Cover | null;
    organisation?: { id: string; slug: string; name: string };
    availability?: Availability;
    places_left?: number | null;
    rev?: number;
}

export interface Division {
    id: string;
    code: string;
    name: I18nText;
    team_min: number | null;
    team_max: number | null;
    cap_teams?: number | null;
    cap_persons?: number | null;
    availability?: Availability;
    places_left?: number | null;
    rev?: number;
}

export type FieldType =
    | "text" | "textarea" | "int" | "decimal" | "money" | "bool" | "single" | "multi" | "dropdown" | "cascade" | "date" | "time" | "datetime"
    | "daterange" | "email" | "mobile_cn" | "phone" | "id_card_cn" | "passport" | "url" | "country" | "address" | "file" | "image" | "signature"
    | "size" | "rating" | "consent" | "section" | "markdown";

export interface FieldOption {
    id: string;
    label: I18nText;
    quota?: string; // the OPTION quota that bounds how often it is taken
}

// A node of a cascade: provinces, cities, districts.
export interface TreeNode {
    id: string;
    label: I18nText;
    children?: TreeNode[];
}

export type DocumentKind = "TERMS" | "WAIVER" | "PRIVACY";

export interface FormField {
    key: string;
    type: FieldType;
    label: I18nText;
    help?: I18nText;
    required: boolean;
    options?: FieldOption[];
    min?: number;
    max?: number;
    sensitive?: boolean;
    retention_days?: number;
    unique_scope?: "NONE" | "TEAM" | "EVENT";
    visible_if?: string;
    pattern?: string;
    decimals?: number;
    accept?: string[];
    max_kb?: number;
    count?: number;
    tree?: TreeNode[];
}

export type FormScope = "team" | "member";
export type FormStage = "submit" | "after_approval";

export interface FormVersion {
    form_version?: string | null;
    no?: number;
    fields: FormField[];
}

export type AnswerValue = string | number | boolean | string[] | null;
export type Answers = Record<string, AnswerValue>;

export interface EventDetail extends EventSummary {
    description: I18nText;
    type?: string;
    visibility?: "PUBLIC" | "LINK" | "PRIVATE";
    mode?: string;
    edit_deadline?: string | null;
    team_min: number;
    team_max: number;
    review_stages: number;
    hold_policy?: string;
    quota_teams?: number | null;
    rules?: I18nText;
    sub_max?: number;
    roster_lock_at?: string | null;
    cancel_deadline?: string | null;
    cancel_policy?: "SELF" | "REQUEST" | "NONE";
    entries_max_per_person?: number;
    waitlist_enabled?: boolean;
    admission?: "OPEN" | "RATE" | "LOTTERY";
    admission_rate?: number;
    guardian_under_age?: number;
    minor_under_age?: number;
    retention_days?: number | null;
    images?: Picture[];
    cancel_reason?: string | null;
    divisions: Division[];
    forms?: { team?: FormVersion | null; member?: FormVersion | null };
}

// The bytes are at /files/{id} of the API.
export interface Cover {
    id: string;
    alt: I18nText;
}

export interface Picture {
    id: string;
    url: string;
}

export type TeamState = "FORMING" | "READY" | "SUBMITTED" | "LOCKED" | "DISBANDED";
export type RegistrationState =
    | "DRAFT" | "POOLED" | "WAITLISTED" | "IN_REVIEW" | "RETURNED" | "AWAITING_PAYMENT" | "CONFIRMED" | "CANCEL_REQUESTED" | "CHECKED_IN"
    | "COMPLETED" | "NO_SHOW" | "REJECTED" | "WITHDRAWN" | "EXPIRED" | "NOT_DRAWN" | "CANCELLED";

export interface Member {
    id: string;
    name: string;
    role: string;
    state: string;
    complete: boolean;
    is_me: boolean;
    answers?: Answers;
}

export interface RegistrationRef {
    id: string;
    state: RegistrationState;
    friendly_no: string | number | null;
    decision_reason?: string | null;
    rev: number;
}

export interface Team {
    id: string;
    event: { id: string; slug: string; title: I18nText };
    division: { id: string; name: I18nText };
    name: string;
    state: TeamState;
    my_role: string | null;
    member_count: number;
    confirmed_count: number;
    team_min: number;
    team_max: number;
    answers?: Answers;
    answers_masked?: boolean; // what is sensitive in them
    members: Member[];
    registration: RegistrationRef | null;
    missing: string[];
    rev: number;
}

export interface Invite {
    id: string;
    kind?: "CODE" | "LINK" | "DIRECT";
    role?: string;
    code?: string | null;
    code_hint?: string | null;
    url?: string | null;
    max_uses: number | null;
    used: number;
    expires: string | null;
    revoked?: boolean;
}

export interface Quota {
    id: string;
    scope: string;
    unit: string;
    division?: { id: string; name: I18nText } | string | null;
    cap: number | null;
    held: number;
    confirmed: number;
    blocked: number;
    state: string;
    rev: number;
}

export type FunnelStep = "viewed" | "founded" | "ready" | "submitted" | "approved" | "checked_in";

export interface EventFigures {
    teams: number;
    members: number;
    submitted: number;
    in_review: number;
    waitlisted: number;
    returned: number;
    confirmed: number;
    rejected: number;
    withdrawn: number;
    cancelled: number;
    cancel_requested: number;
    review_backlog: { count: number; oldest: string | null };
    funnel: Record<FunnelStep, number>;
    fill: { division: { id: string; name: I18nText } | string | null; unit: "TEAM" | "PERSON"; name: I18nText | null; cap: number | null; used: number }[];
    by_day: { day: string; count: number }[];
}

export interface RegistrationRow {
    id: string;
    friendly_no: string | number | null;
    state: RegistrationState;
    team: { id: string; name: string };
    division: { id: string; name: I18nText };
    captain: { name: string } | string | null;
    members: number;
    submitted_at: string | null;
    rev: number;
}

export interface RegistrationDetail extends Omit<RegistrationRow, "members" | "team"> {
    event?: { id: string; title: I18nText; slug: string };
    team: { id: string; name: string; answers?: Answers };
    members: { id: string; name: string; role: string; state: string; complete?: boolean; answers?: Answers }[];
    decision_reason?: string | null;
    history: { at: string; actor?: string | { display_name?: string; login_name?: string } | null; action?: string; state?: string; from?: string; to?: string; after?: { state?: string } | null; reason?: string | null }[];
    forms?: { team?: FormVersion | null; member?: FormVersion | null };
}
