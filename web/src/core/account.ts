// The JSON of identity: signing in, and what one may do with one's own account.
import type { Session } from "./types";

// What the server asks of them (src/auth/domain/credentials.h), said before it is asked.
export const kPasswordMin = 8;
export const kLoginName = /^[A-Za-z0-9._-]{3,32}$/;

export type Channel = "email" | "phone";
export type CodePurpose = "sign-in" | "register" | "reset" | "verify" | "change" | "confirm";

// What this server offers to people who are not signed in.
export interface AuthOptions {
    registration_open: boolean;
    registration_needs: "nothing" | Channel | "either";
    email_codes: boolean;
    phone_codes: boolean;
    wechat_web: boolean;
    email_invitations: boolean;
}

export interface SecondStep {
    token: string;
    methods: string[]; // totp, recovery; or enrol alone
}

export type SignInAnswer = Session | { second_step: SecondStep };

export interface Enrolment {
    secret: string;
    uri: string;
}

export type IdentityKind = "EMAIL" | "PHONE" | "WECHAT_MINI" | "WECHAT_WEB" | "WECHAT_UNION";

export interface Identity {
    id: string;
    kind: IdentityKind;
    shown: string; // masked
    verified_at: string;
}

export interface IdentityMeta {
    password: boolean;
    prove_by: ("password" | Channel)[]; // what shows that it is oneself
    fresh_sign_in: boolean; // the sign-in of a moment ago does, where nothing else can
    second_step: boolean;
    second_step_required: boolean;
    recovery_codes_left: number;
    delete_at: string | null;
}

export interface DeviceSession {
    id: string;
    device: string;
    client: string; // masked address
    method: string;
    browser: boolean;
    created: string;
    last_used: string;
    current: boolean;
    second_step: boolean;
}

export interface Organisation {
    id: string;
    slug: string;
    name: string;
    state: "ACTIVE" | "CLOSED";
    personal: boolean;
    role: string;
}

export interface OrganisationInvitation {
    organisation: { id: string; slug: string; name: string };
    role: string;
    expires: string;
}

export const channelOf = (kind: IdentityKind): Channel | null => (kind === "EMAIL" ? "email" : kind === "PHONE" ? "phone" : null);

// "JBSWY3DP EHPK3PXP": as people copy it by hand.
export const grouped = (secret: string): string => secret.replace(/(.{4})(?=.)/g, "$1 ");

// A phone of the mainland, or of anywhere with + and the country's number.
export const isForeignPhone = (text: string): boolean => /^\+[1-9]\d{6,14}$/.test(text.replace(/[\s-]/g, ""));
