// Checks answers against a form's fields, with the same rules as the server, so that most mistakes show before a request.
// The server decides; this only saves a round trip. Pure.
import type { Answers, AnswerValue, TreeNode, FieldType, FormField } from "./types";

export type Problem =
    | { kind: "required" | "chooseOne" | "integer" | "email" | "mobile" | "idCard" | "date" }
    | { kind: "decimal" | "money" | "phone" | "passport" | "url" | "time" | "datetime" | "range" | "cascade" | "addressDetail" | "addressRegion" | "pattern" | "fileNeeded" | "signatureNeeded" | "ratingNeeded" | "consentNeeded" }
    | { kind: "tooLong" | "tooShort" | "atLeast" | "atMost" | "pickMin" | "pickMax"; limit: number };

const kTextMax = 200;
const kTextareaMax = 2000;

export function textMax(field: FormField): number {
    return field.max ?? (field.type === "textarea" ? kTextareaMax : kTextMax);
}

// GB 11643: 17 digits, a check character by ISO 7064 MOD 11-2, a birth date that exists.
export function isIdCard(typed: string): boolean {
    const text = compact(typed);
    if (!/^[1-9]\d{16}[\dXx]$/.test(text)) return false;
    const [year, month, day] = [Number(text.slice(6, 10)), Number(text.slice(10, 12)), Number(text.slice(12, 14))];
    if (year < 1900 || !isDate(`${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`) || month < 1 || day < 1) return false;
    let sum = 0;
    for (let i = 0; i < 17; i++) sum += Number(text[i]) * (2 ** (17 - i) % 11);
    return "10X98765432"[sum % 11] === text[17]!.toUpperCase();
}

// As the server reads numbers: full-width forms, spaces and dashes do not matter.
function compact(text: string): string {
    return text.normalize("NFKC").replace(/[\s-]/g, "");
}

export function isMobile(text: string): boolean {
    return /^(\+86|0086)?1[3-9]\d{9}$/.test(compact(text));
}

export function isEmail(text: string): boolean {
    return text.length <= 254 && /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/.test(text);
}

export function isDate(text: string): boolean {
    const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
    if (!found) return false;
    const date = new Date(`${text}T00:00:00Z`);
    return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

export function isTime(text: string): boolean {
    return /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
}

export function isDateTime(text: string): boolean {
    return isDate(text.slice(0, 10)) && text[10] === "T" && isTime(text.slice(11));
}

// Any country's: an optional +, 5 to 20 digits; spaces, dashes and brackets do not matter.
export function isPhone(text: string): boolean {
    return /^\+?\d{5,20}$/.test(text.normalize("NFKC").replace(/[\s()-]/g, ""));
}

export function isPassport(text: string): boolean {
    return /^[A-Z0-9]{5,20}$/.test(compact(text).toUpperCase());
}

export function isUrl(text: string): boolean {
    try {
        return text.length <= 2000 && /^https?:$/.test(new URL(text).protocol);
    } catch {
        return false;
    }
}

// Sections and texts are read, not answered.
export const isAsked = (field: FormField): boolean => field.type !== "section" && field.type !== "markdown";

// The path of a cascade leads to a node without children.
export function isWholePath(tree: TreeNode[] | undefined, path: string[]): boolean {
    let level = tree ?? [];
    for (const id of path) {
        const node = level.find((one) => one.id === id);
        if (!node) return false;
        level = node.children ?? [];
    }
    return level.length === 0;
}

const compactNumber = (text: string): string => text.normalize("NFKC").replace(/\s/g, "");

// "12.50" yuan as 1250 fen; null where it is no amount.
export function toFen(text: string): number | null {
    const found = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(compactNumber(text));
    return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
}

export const fromFen = (fen: number): string => `${Math.trunc(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;

function matches(pattern: string | undefined, text: string): boolean {
    if (!pattern) return true;
    try {
        return new RegExp(`^(?:${pattern})$`, "u").test(text);
    } catch {
        return true; // the server's kind of expression: it decides
    }
}

export function isEmptyAnswer(value: AnswerValue | undefined): boolean {
    return value === undefined || value === null || value === "" || (typeof value === "string" && !value.trim()) || (Array.isArray(value) && value.length === 0);
}

type Limits = { kind: "atLeast" | "atMost" | "pickMin" | "pickMax" | "tooShort" | "tooLong"; limit: number };

function within(value: number, field: FormField, low: Limits["kind"], high: Limits["kind"]): Problem | null {
    if (field.min !== undefined && value < field.min) return { kind: low, limit: field.min };
    if (field.max !== undefined && value > field.max) return { kind: high, limit: field.max };
    return null;
}

const kMissing: Partial<Record<FieldType, Problem["kind"]>> = {
    single: "chooseOne", multi: "chooseOne", dropdown: "chooseOne", size: "chooseOne", bool: "chooseOne", country: "chooseOne", cascade: "cascade",
    date: "date", time: "time", datetime: "datetime", daterange: "range", file: "fileNeeded", image: "fileNeeded", signature: "signatureNeeded",
    rating: "ratingNeeded", consent: "consentNeeded", address: "addressDetail",
};

const kShapes: Partial<Record<FieldType, { good: (text: string) => boolean; kind: Problem["kind"] }>> = {
    email: { good: isEmail, kind: "email" },
    mobile_cn: { good: isMobile, kind: "mobile" },
    phone: { good: isPhone, kind: "phone" },
    id_card_cn: { good: isIdCard, kind: "idCard" },
    passport: { good: isPassport, kind: "passport" },
    url: { good: isUrl, kind: "url" },
    date: { good: isDate, kind: "date" },
    time: { good: isTime, kind: "time" },
    datetime: { good: isDateTime, kind: "datetime" },
};

function checkText(field: FormField, text: string): Problem | null {
    const length = [...text].length;
    if (length > textMax(field)) return { kind: "tooLong", limit: textMax(field) };
    if (field.min !== undefined && length < field.min) return { kind: "tooShort", limit: field.min };
    return matches(field.pattern, text) ? null : { kind: "pattern" };
}

function checkDecimal(field: FormField, text: string): Problem | null {
    const found = /^-?\d{1,15}(?:\.(\d+))?$/.exec(compactNumber(text));
    if (!found || (found[1]?.length ?? 0) > (field.decimals ?? 2)) return { kind: "decimal" };
    return within(Number(compactNumber(text)), field, "atLeast", "atMost");
}

export function checkAnswer(field: FormField, value: AnswerValue | undefined): Problem | null {
    if (!isAsked(field)) return null;
    const agreeing = field.type === "bool" || field.type === "consent";
    if (isEmptyAnswer(value) || (agreeing && field.required && value !== true)) {
        return field.required ? ({ kind: kMissing[field.type] ?? "required" } as Problem) : null;
    }
    const text = typeof value === "string" ? value.trim() : "";
    const many = Array.isArray(value) ? value : [];
    const shape = kShapes[field.type];
    if (shape) return shape.good(text) ? null : ({ kind: shape.kind } as Problem);
    switch (field.type) {
        case "text":
        case "textarea":
            return checkText(field, text);
        case "int":
        case "rating":
            if (typeof value !== "number" || !Number.isSafeInteger(value)) return { kind: "integer" };
            return within(value, field, "atLeast", "atMost");
        case "money":
            return typeof value === "number" && Number.isSafeInteger(value) ? null : { kind: "money" };
        case "decimal":
            return checkDecimal(field, text);
        case "multi":
            return within(many.length, field, "pickMin", "pickMax");
        case "cascade":
            return isWholePath(field.tree, many) ? null : { kind: "cascade" };
        case "address":
            if (!isWholePath(field.tree, many[0] ? many[0].split("/") : [])) return { kind: "addressRegion" };
            return many[1]?.trim() ? null : { kind: "addressDetail" };
        case "daterange":
            return many.length === 2 && isDate(many[0]!) && isDate(many[1]!) && many[0]! <= many[1]! ? null : { kind: "range" };
        default:
            return null;
    }
}

export function checkAnswers(fields: FormField[], answers: Answers): Record<string, Problem> {
    const found: Record<string, Problem> = {};
    for (const field of fields) {
        const problem = checkAnswer(field, answers[field.key]);
        if (problem) found[field.key] = problem;
    }
    return found;
}

// What is sent: trimmed, without empty answers, only fields that the form asks for.
export function cleanAnswers(fields: FormField[], answers: Answers): Answers {
    const clean: Answers = {};
    for (const field of fields) {
        const value = answers[field.key];
        if (!isAsked(field) || isEmptyAnswer(value)) continue;
        clean[field.key] = typeof value === "string" ? value.trim() : value!;
    }
    return clean;
}
