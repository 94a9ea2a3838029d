// Checks answers against a form's fields, with the same rules as the server, so that most mistakes show before a request.
// The server decides; this only saves a round trip. Pure.
import type { Answers, AnswerValue, FormField } from "./types";

export type Problem =
    | { kind: "required" | "chooseOne" | "integer" | "email" | "mobile" | "idCard" | "date" }
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

export function isEmptyAnswer(value: AnswerValue | undefined): boolean {
    return value === undefined || value === null || value === "" || (typeof value === "string" && !value.trim()) || (Array.isArray(value) && value.length === 0);
}

export function checkAnswer(field: FormField, value: AnswerValue | undefined): Problem | null {
    const choosing = field.type === "single" || field.type === "multi" || field.type === "bool";
    if (isEmptyAnswer(value) || (field.type === "bool" && field.required && value !== true)) {
        return field.required ? { kind: choosing ? "chooseOne" : field.type === "date" ? "date" : "required" } : null;
    }
    const text = typeof value === "string" ? value.trim() : "";
    const length = [...text].length;
    switch (field.type) {
        case "text":
        case "textarea":
            if (length > textMax(field)) return { kind: "tooLong", limit: textMax(field) };
            if (field.min !== undefined && length < field.min) return { kind: "tooShort", limit: field.min };
            return null;
        case "int":
            if (typeof value !== "number" || !Number.isSafeInteger(value)) return { kind: "integer" };
            if (field.min !== undefined && value < field.min) return { kind: "atLeast", limit: field.min };
            if (field.max !== undefined && value > field.max) return { kind: "atMost", limit: field.max };
            return null;
        case "multi": {
            const count = (value as string[]).length;
            if (field.min !== undefined && count < field.min) return { kind: "pickMin", limit: field.min };
            if (field.max !== undefined && count > field.max) return { kind: "pickMax", limit: field.max };
            return null;
        }
        case "email":
            return isEmail(text) ? null : { kind: "email" };
        case "mobile_cn":
            return isMobile(text) ? null : { kind: "mobile" };
        case "id_card_cn":
            return isIdCard(text) ? null : { kind: "idCard" };
        case "date":
            return isDate(text) ? null : { kind: "date" };
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

// What is sent: trimmed, without empty answers, only fields that the form has.
export function cleanAnswers(fields: FormField[], answers: Answers): Answers {
    const clean: Answers = {};
    for (const field of fields) {
        const value = answers[field.key];
        if (isEmptyAnswer(value)) continue;
        clean[field.key] = typeof value === "string" ? value.trim() : value!;
    }
    return clean;
}
