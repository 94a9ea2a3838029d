import type { Answers, FormField, FormVersion, I18nText, RegistrationDetail, RegistrationState } from "../core/types";

// What the organiser may do now, in the words of the API.
export type OrganiserAction =
    | "approve" | "return" | "reject" | "waitlist" | "grant_cancel" | "refuse_cancel" | "reopen" | "withdraw" | "cancel" | "accept_offer" | "decline_offer" | "resubmit" | "move";

export interface FullMember {
    id: string;
    name: string;
    role: string;
    state: string;
    complete?: boolean;
    answers?: Answers;
    after_approval?: Answers;
    guardian_state?: string;
    consents?: { kind: string; version: number; at: string }[];
}

export interface FullRegistration extends Omit<RegistrationDetail, "members" | "forms"> {
    members: FullMember[];
    actions?: OrganiserAction[];
    review_stage?: number;
    review_stages?: number;
    source?: string;
    deficient?: boolean;
    deficient_since?: string | null;
    clock?: { kind: "draft" | "return" | "offer"; until: string } | null;
    waitlist?: { position: number; of: number; offer: { expires: string } | null; collecting?: boolean; collected?: number; needed?: number } | null;
    event?: { id: string; title: I18nText; slug: string };
    forms?: { team?: FormVersion | null; member?: FormVersion | null; team_after_approval?: FormVersion | null; member_after_approval?: FormVersion | null };
}

// Of all forms, so that an answer of any of them has its label.
export const fieldsOf = (forms: FullRegistration["forms"]): FormField[] =>
    [forms?.team, forms?.member, forms?.team_after_approval, forms?.member_after_approval].flatMap((form) => form?.fields ?? []);

// Before the API tells: what a state allows.
export function actionsOf(item: { state: RegistrationState; actions?: OrganiserAction[] }): OrganiserAction[] {
    if (item.actions) return item.actions;
    return item.state === "IN_REVIEW" ? ["approve", "return", "reject"] : [];
}
