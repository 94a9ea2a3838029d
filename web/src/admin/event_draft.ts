// What the event's settings look like while they are edited: one entry a member of the event's JSON, numbers and times as they are typed.
import { fromLocalInput, isZone, kDefaultZone, toLocalInput } from "../core/time";
import type { I18nText } from "../core/types";
import type { AdminDictionary } from "../i18n/admin";
import type { FieldErrors } from "../ui/form";
import type { OrganiserEvent } from "./model";

const kTexts = ["title", "summary", "description", "venue", "rules"] as const;
const kTimes = ["reg_open", "reg_close", "edit_deadline", "cancel_deadline", "roster_lock_at", "starts", "ends"] as const;
const kWords = ["type", "visibility", "mode", "hold_policy", "cancel_policy", "waitlist_policy", "promotion", "admission", "review_stages"] as const;
const kFlags = ["reset_review_on_edit", "waitlist_enabled"] as const;

// [least, most, may be left empty]
const kNumbers = {
    team_min: [1, 100, false], team_max: [1, 100, false], sub_max: [0, 50, false], entries_max_per_person: [1, 100, false], quota_teams: [0, 999_999, true],
    draft_ttl_hours: [1, 2160, false], return_ttl_hours: [1, 2160, false], offer_ttl_hours: [1, 2160, false], waitlist_cap: [1, 1_000_000, true],
    max_skips: [0, 100, false], skip_hours: [1, 720, false], admission_rate: [1, 10_000, false], guardian_under_age: [0, 21, false],
    minor_under_age: [0, 21, false], retention_days: [1, 3650, true],
} as const;

type TextKey = (typeof kTexts)[number];
type TimeKey = (typeof kTimes)[number];
type WordKey = (typeof kWords)[number];
type FlagKey = (typeof kFlags)[number];
export type NumberKey = keyof typeof kNumbers;

export type Draft = Record<TextKey, I18nText> & Record<TimeKey | WordKey | NumberKey, string> & Record<FlagKey, boolean> & { slug: string; tz: string };
export type SetDraft = <K extends keyof Draft>(key: K) => (value: Draft[K]) => void;

const kNumberKeys = Object.keys(kNumbers) as NumberKey[];
const kEmpty: I18nText = { zh: "", en: "" };
const kStart: Partial<Record<WordKey | NumberKey, string>> = {
    type: "COMPETITION", visibility: "PUBLIC", mode: "TEAM", hold_policy: "AT_SUBMIT", cancel_policy: "SELF", waitlist_policy: "STRICT", promotion: "AUTO", admission: "OPEN", review_stages: "1",
    team_min: "2", team_max: "5", sub_max: "0", entries_max_per_person: "1", draft_ttl_hours: "24", return_ttl_hours: "72", offer_ttl_hours: "24", max_skips: "3", skip_hours: "24",
    admission_rate: "50", guardian_under_age: "14", minor_under_age: "18",
};

export function freshDraft(): Draft {
    const inDays = (days: number, hour: number) => `${toLocalInput(new Date(Date.now() + days * 86_400_000).toISOString()).slice(0, 10)}T${String(hour).padStart(2, "0")}:00`;
    return {
        ...blank(), reg_open: inDays(0, 0), reg_close: inDays(14, 18), starts: inDays(28, 9), ends: inDays(28, 17),
    };
}

function blank(): Draft {
    const words = Object.fromEntries([...kTimes, ...kWords, ...kNumberKeys].map((key) => [key, (kStart as Record<string, string>)[key] ?? ""]));
    return { ...Object.fromEntries(kTexts.map((key) => [key, kEmpty])), ...words, reset_review_on_edit: false, waitlist_enabled: false, slug: "", tz: kDefaultZone } as Draft;
}

export function draftOf(event: OrganiserEvent): Draft {
    const given = event as unknown as Record<string, unknown>;
    const draft = blank() as unknown as Record<string, unknown>;
    const zone = event.tz ?? kDefaultZone;
    for (const key of kTexts) {
        const text = given[key];
        draft[key] = typeof text === "string" ? { zh: text, en: "" } : { zh: (text as I18nText | undefined)?.zh ?? "", en: (text as I18nText | undefined)?.en ?? "" };
    }
    for (const key of kTimes) draft[key] = toLocalInput(given[key] as string | null, zone);
    for (const key of [...kWords, ...kNumberKeys]) if (given[key] !== undefined) draft[key] = given[key] === null ? "" : String(given[key]);
    for (const key of kFlags) draft[key] = given[key] === true;
    return { ...(draft as unknown as Draft), slug: event.slug ?? "", tz: zone };
}

// Everything as the API takes it. Members that the way of taking part rules out are left out.
export function bodyOf(draft: Draft): Record<string, unknown> {
    const body: Record<string, unknown> = { tz: draft.tz };
    for (const key of kTexts) body[key] = { zh: draft[key].zh.trim(), en: draft[key].en.trim() };
    for (const key of kTimes) body[key] = fromLocalInput(draft[key], draft.tz) || null;
    for (const key of kWords) body[key] = key === "review_stages" ? Number(draft[key]) : draft[key];
    for (const key of kFlags) body[key] = draft[key];
    for (const key of kNumberKeys) body[key] = draft[key].trim() === "" ? null : Number(draft[key]);
    if (draft.mode === "SOLO") Object.assign(body, { team_min: 1, team_max: 1, sub_max: 0 });
    if (draft.mode === "BOTH") body["team_min"] = 1;
    if (draft.slug.trim()) body["slug"] = draft.slug.trim();
    return body;
}

export const changedOnly = (before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(after).filter(([key, value]) => JSON.stringify(before[key]) !== JSON.stringify(value)));

export const isCount = (text: string, min: number, max: number) => /^\d{1,7}$/.test(text.trim()) && Number(text) >= min && Number(text) <= max;

export function checkDraft(draft: Draft, a: AdminDictionary, required: string): FieldErrors {
    const errors: FieldErrors = {};
    if (!draft.title.zh.trim()) errors["title.zh"] = required;
    if (draft.slug.trim() && !/^[a-z0-9](?:[a-z0-9-]{1,58})[a-z0-9]$/.test(draft.slug.trim())) errors["slug"] = a.edit.slugBad;
    if (!isZone(draft.tz)) errors["tz"] = a.setup.zoneUnknown;
    for (const key of ["reg_open", "reg_close", "starts", "ends"] as const) if (!draft[key]) errors[key] = required;
    if (draft.reg_open && draft.reg_close && draft.reg_close <= draft.reg_open) errors["reg_close"] = a.edit.orderRegistration;
    if (draft.starts && draft.ends && draft.ends <= draft.starts) errors["ends"] = a.edit.orderEvent;
    for (const key of kNumberKeys) {
        const [least, most, empty] = kNumbers[key];
        if (empty && draft[key].trim() === "") continue;
        if (!isCount(draft[key], least, most)) errors[key] = a.setup.between(least, most);
    }
    if (draft.mode === "SOLO") for (const key of ["team_min", "team_max", "sub_max"]) delete errors[key];
    else if (!errors["team_min"] && !errors["team_max"] && Number(draft.team_max) < Number(draft.team_min)) errors["team_max"] = a.edit.orderTeam;
    return errors;
}

// Names of all fields of the settings, with those of the parts of texts.
export const kDraftFields: string[] = [
    ...kTexts.flatMap((key) => [key, `${key}.zh`, `${key}.en`]), ...kTimes, ...kWords, ...kFlags, ...kNumberKeys, "slug", "tz", "organisation",
];
