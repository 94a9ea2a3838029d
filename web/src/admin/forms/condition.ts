// "Show only when ...": what the organiser chooses, as the expression that the server evaluates, and back.
import type { FieldType, FormField } from "../../core/types";

export type Operator = "==" | "!=" | ">" | ">=" | "<" | "<=" | "has" | "not_has" | "answered" | "not_answered";

export interface Row {
    field: string;
    operator: Operator;
    value: string;
}

export interface Condition {
    join: "and" | "or";
    rows: Row[];
}

const kNumberTypes = new Set<FieldType>(["int", "money", "rating"]);
const kOrderedTypes = new Set<FieldType>(["date", "time", "datetime"]);
const kNoRule = new Set<FieldType>(["section", "markdown"]);

export const mayDecide = (field: FormField): boolean => !kNoRule.has(field.type) && !field.sensitive;

export function operatorsOf(field: FormField | undefined): Operator[] {
    if (!field) return ["answered", "not_answered"];
    if (field.type === "multi") return ["has", "not_has", "answered", "not_answered"];
    if (kNumberTypes.has(field.type)) return ["==", "!=", ">", ">=", "<", "<=", "answered", "not_answered"];
    if (kOrderedTypes.has(field.type)) return [">=", "<=", "==", "answered", "not_answered"];
    if (field.options || field.type === "bool" || field.type === "consent" || field.type === "text" || field.type === "country") return ["==", "!=", "answered", "not_answered"];
    return ["answered", "not_answered"];
}

const needsValue = (operator: Operator) => operator !== "answered" && operator !== "not_answered";

function literal(value: string, field: FormField | undefined): string {
    if (field?.type === "bool" || field?.type === "consent") return value;
    if (field && kNumberTypes.has(field.type)) return /^-?\d+$/.test(value) ? value : "0";
    return `"${value.replace(/[\\"]/g, "\\$&")}"`;
}

export function write(condition: Condition, fields: FormField[]): string {
    const terms = condition.rows.filter((row) => row.field && (!needsValue(row.operator) || row.value !== "")).map((row) => {
        const field = fields.find((one) => one.key === row.field);
        switch (row.operator) {
            case "answered": return `answered(${row.field})`;
            case "not_answered": return `not answered(${row.field})`;
            case "has": return `${row.field} has ${literal(row.value, undefined)}`;
            case "not_has": return `not (${row.field} has ${literal(row.value, undefined)})`;
            default: return `${row.field} ${row.operator} ${literal(row.value, field)}`;
        }
    });
    return terms.join(` ${condition.join} `);
}

const kKey = "[a-z][a-z0-9_]*";
const kValue = String.raw`"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false`;
const kTerms: [RegExp, (found: RegExpExecArray) => Row][] = [
    [new RegExp(`^not answered\\((${kKey})\\)`), (found) => ({ field: found[1]!, operator: "not_answered", value: "" })],
    [new RegExp(`^answered\\((${kKey})\\)`), (found) => ({ field: found[1]!, operator: "answered", value: "" })],
    [new RegExp(`^not \\((${kKey}) has (${kValue})\\)`), (found) => ({ field: found[1]!, operator: "not_has", value: plain(found[2]!) })],
    [new RegExp(`^(${kKey}) has (${kValue})`), (found) => ({ field: found[1]!, operator: "has", value: plain(found[2]!) })],
    [new RegExp(`^(${kKey}) (==|!=|>=|<=|>|<) (${kValue})`), (found) => ({ field: found[1]!, operator: found[2] as Operator, value: plain(found[3]!) })],
];

const plain = (text: string): string => (text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text);

// Null for an expression that the rows cannot show: it is then edited as text.
export function read(text: string): Condition | null {
    let rest = text.trim();
    const condition: Condition = { join: "and", rows: [] };
    let join: string | null = null;
    while (rest !== "") {
        const row = kTerms.map(([pattern, make]) => { const found = pattern.exec(rest); return found ? { row: make(found), length: found[0].length } : null; }).find((one) => one !== null);
        if (!row) return null;
        condition.rows.push(row.row);
        rest = rest.slice(row.length);
        if (rest === "") break;
        const word = /^ (and|or) /.exec(rest)?.[1];
        if (!word || (join !== null && join !== word)) return null;
        join = word;
        rest = rest.slice(word.length + 2);
        if (rest === "") return null;
    }
    if (join === "or") condition.join = "or";
    return condition;
}
