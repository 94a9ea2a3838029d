// The organiser's form while it is edited: kinds of fields, what each may have, and what is wrong with it.
import type { FieldOption, FieldType, FormField, TreeNode } from "../../core/types";
import type { AdminDictionary } from "../../i18n/admin";
import type { FieldErrors } from "../../ui/form";

export const kCommonTypes: FieldType[] = ["text", "textarea", "int", "single", "multi", "dropdown", "bool", "date", "mobile_cn", "id_card_cn", "email", "image", "section"];
export const kMoreTypes: FieldType[] = ["decimal", "money", "rating", "size", "cascade", "address", "country", "phone", "passport", "url", "time", "datetime", "daterange", "file", "signature", "consent", "markdown"];
export const kFieldsMax = 60;
export const kOptionsMax = 100;
export const kLabelMax = 100;
export const kHelpMax = 500;
export const kTextMax = 5000;

const kWithOptions = new Set<FieldType>(["single", "multi", "dropdown", "size"]);
const kBounded = new Set<FieldType>(["text", "textarea", "int", "decimal", "money", "multi", "rating"]);
const kUploads = new Set<FieldType>(["file", "image"]);
const kUnique = new Set<FieldType>(["text", "int", "email", "mobile_cn", "id_card_cn", "phone", "passport"]);
const kAlwaysSensitive = new Set<FieldType>(["id_card_cn", "passport"]);
const kOftenSensitive = new Set<FieldType>(["mobile_cn", "email", "phone", "address"]);

export const hasOptions = (type: FieldType) => kWithOptions.has(type);
export const isBounded = (type: FieldType) => kBounded.has(type);
export const isUpload = (type: FieldType) => kUploads.has(type);
export const mayBeUnique = (type: FieldType) => kUnique.has(type);
export const isAlwaysSensitive = (type: FieldType) => kAlwaysSensitive.has(type);
export const hasTree = (type: FieldType) => type === "cascade" || type === "address";
// Something to read, not to answer.
export const isText = (type: FieldType) => type === "section" || type === "markdown";

const kBases: Partial<Record<FieldType, string>> = { email: "email", mobile_cn: "mobile", id_card_cn: "id_card", date: "date" };
const kSizes = ["XS", "S", "M", "L", "XL", "XXL"];

export function newField(type: FieldType, taken: string[], a: AdminDictionary): FormField {
    const base = kBases[type] ?? type;
    let key = base;
    for (let n = 2; taken.includes(key); n++) key = `${base}_${n}`;
    const field: FormField = { key, type, label: { zh: a.forms.types[type], en: "" }, required: !isText(type) };
    if (type === "size") field.options = kSizes.map((id) => ({ id: id.toLowerCase(), label: { zh: id, en: id } }));
    else if (hasOptions(type)) field.options = [newOption([]), newOption(["a"])];
    if (kAlwaysSensitive.has(type) || kOftenSensitive.has(type)) field.sensitive = true;
    if (type === "rating") field.max = 5;
    if (type === "decimal") field.decimals = 2;
    if (type === "cascade") field.tree = [];
    return field;
}

export function newOption(taken: string[]): FieldOption {
    for (let n = 0; ; n++) {
        const id = n < 26 ? String.fromCharCode(97 + n) : `o${n}`;
        if (!taken.includes(id)) return { id, label: { zh: "", en: "" } };
    }
}

// Without what a field's type does not have, and without empty texts.
export function tidy(field: FormField): FormField {
    const clean: FormField = { key: field.key, type: field.type, label: field.label, required: isText(field.type) ? false : field.required };
    if (field.help && (field.help.zh.trim() || field.help.en.trim())) clean.help = field.help;
    if (field.visible_if?.trim()) clean.visible_if = field.visible_if.trim();
    if (isText(field.type)) return clean;
    if (field.options && hasOptions(field.type)) clean.options = field.options;
    if (field.min !== undefined && isBounded(field.type)) clean.min = field.min;
    if (field.max !== undefined && isBounded(field.type)) clean.max = field.max;
    if (field.sensitive) clean.sensitive = true;
    if (field.retention_days) clean.retention_days = field.retention_days;
    if (field.unique_scope && field.unique_scope !== "NONE" && mayBeUnique(field.type)) clean.unique_scope = field.unique_scope;
    if (field.pattern && field.type === "text") clean.pattern = field.pattern;
    if (field.type === "decimal" && field.decimals !== undefined) clean.decimals = field.decimals;
    if (isUpload(field.type)) {
        if (field.accept?.length) clean.accept = field.accept;
        if (field.max_kb) clean.max_kb = field.max_kb;
        if (field.count) clean.count = field.count;
    }
    if (hasTree(field.type) && field.tree?.length) clean.tree = field.tree;
    return clean;
}

// What is wrong with the form itself: `fields.2.key`.
export function formProblems(fields: FormField[], a: AdminDictionary, required: string): FieldErrors {
    const errors: FieldErrors = {};
    fields.forEach((field, i) => {
        const at = `fields.${i}`;
        if (!field.label.zh.trim()) errors[`${at}.label.zh`] = required;
        if (!/^[a-z][a-z0-9_]{0,31}$/.test(field.key)) errors[`${at}.key`] = a.forms.keyBad;
        else if (fields.findIndex((other) => other.key === field.key) !== i) errors[`${at}.key`] = a.forms.keyTwice;
        if (hasOptions(field.type)) {
            if ((field.options ?? []).length === 0) errors[`${at}.options`] = a.forms.optionsNeeded;
            else if (field.options!.some((option) => !option.label.zh.trim())) errors[`${at}.options`] = required;
        }
        if (field.type === "cascade" && (field.tree ?? []).length === 0) errors[`${at}.tree`] = required;
        if (field.min !== undefined && field.max !== undefined && field.min > field.max) errors[`${at}.max`] = a.builder.order;
    });
    return errors;
}

// How many may choose an option, as typed; by `capKey`.
export type Caps = Record<string, string>;
export const capKey = (field: string, option: string): string => `${field} ${option}`;

// A tree as people write it: one entry a line, two spaces deeper for what lies below.
export function treeText(tree: TreeNode[], depth = 0): string {
    return tree.map((node) => `${"  ".repeat(depth)}${node.label.zh}\n${treeText(node.children ?? [], depth + 1)}`).join("");
}

export function parseTree(text: string, before: TreeNode[] = []): TreeNode[] {
    const root: TreeNode[] = [];
    const path: { depth: number; node: TreeNode }[] = [];
    for (const line of text.split("\n")) {
        if (!line.trim()) continue;
        const depth = (/^[ \t]*/.exec(line)?.[0] ?? "").replace(/\t/g, "  ").length;
        while (path.length > 0 && path[path.length - 1]!.depth >= depth) path.pop();
        const parent = path[path.length - 1];
        const node: TreeNode = { id: "", label: { zh: line.trim(), en: "" } };
        (parent ? (parent.node.children ??= []) : root).push(node);
        path.push({ depth, node });
    }
    return identified(root, before);
}

// A node keeps its id while its text stays, or while it stays where it is: answers name it. What is new takes no former id.
function identified(nodes: TreeNode[], before: TreeNode[]): TreeNode[] {
    const same = nodes.map((node) => before.find((old) => old.label.zh === node.label.zh));
    const free = (old: TreeNode | undefined) => old && !same.includes(old) ? old : undefined;
    const kept = nodes.map((_, i) => (same[i] && same.indexOf(same[i]) === i ? same[i] : same[i] ? undefined : free(before[i])));
    const taken = new Set(before.map((old) => old.id));
    return nodes.map((node, i) => {
        const old = kept[i];
        let id = old?.id ?? "";
        for (let n = i + 1; !id; n++) if (!taken.has(`n${n}`)) id = `n${n}`;
        taken.add(id);
        const label = old && old.label.zh === node.label.zh ? old.label : { ...node.label, en: old?.label.en ?? "" };
        return { id, label, ...(node.children ? { children: identified(node.children, old?.children ?? []) } : {}) };
    });
}
