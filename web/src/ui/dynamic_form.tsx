// A form made of fields that the organiser designed: used by members, by captains, and as the editor's live preview.
import { checkAnswers, textMax, type Problem } from "../core/answers";
import type { Answers, AnswerValue, FormField } from "../core/types";
import { pick, text, useLang, useText, type Dictionary } from "../i18n";
import { Choices, TextArea, TextInput } from "./fields";
import type { FieldErrors } from "./form";
import { Icon } from "./icons";

export function problemText(problem: Problem, t: Dictionary = text()): string {
    switch (problem.kind) {
        case "tooLong": return t.field.tooLong(problem.limit);
        case "tooShort": return t.field.tooShort(problem.limit);
        case "atLeast": return t.field.atLeast(problem.limit);
        case "atMost": return t.field.atMost(problem.limit);
        case "pickMin": return t.field.pickMin(problem.limit);
        case "pickMax": return t.field.pickMax(problem.limit);
        default: return t.field[problem.kind];
    }
}

// Problems of the answers as form errors: `answers.size`.
export function answerErrors(fields: FormField[], answers: Answers, prefix = "answers."): FieldErrors {
    return Object.fromEntries(Object.entries(checkAnswers(fields, answers)).map(([key, problem]) => [prefix + key, problemText(problem)]));
}

export function answerNames(fields: FormField[], prefix = "answers."): string[] {
    return fields.flatMap((field) => [prefix + field.key, field.key]);
}

export function DynamicFields({ fields, answers, onChange, errors, prefix = "answers." }: {
    fields: FormField[]; answers: Answers; onChange: (answers: Answers) => void; errors: FieldErrors; prefix?: string;
}) {
    return (
        <>
            {fields.map((field) => (
                <DynamicField key={field.key} field={field} value={answers[field.key]} error={errors[prefix + field.key] ?? errors[field.key]}
                    onChange={(value) => onChange({ ...answers, [field.key]: value })} name={prefix + field.key} />
            ))}
        </>
    );
}

const kInputTypes = { email: "email", mobile_cn: "tel", date: "date" } as const;
const kInputModes = { email: "email", mobile_cn: "tel", int: "numeric" } as const;
const kAutoComplete: Partial<Record<FormField["type"], string>> = { email: "email", mobile_cn: "tel-national" };

function DynamicField({ field, value, error, onChange, name }: {
    field: FormField; value: AnswerValue | undefined; error: string | undefined; onChange: (value: AnswerValue) => void; name: string;
}) {
    const t = useText();
    const lang = useLang();
    const help = pick(field.help, lang);
    const base = {
        label: pick(field.label, lang) || field.key,
        help: help || field.sensitive ? <>{help}{field.sensitive && <span class="sensitive"><Icon name="lock" size={14} />{t.field.sensitive}</span>}</> : undefined,
        optional: !field.required,
        error,
        name,
    };
    switch (field.type) {
        case "textarea":
            return <TextArea {...base} value={String(value ?? "")} onInput={onChange} maxLength={textMax(field)} />;
        case "bool":
            return (
                <Choices {...base} values={value === true ? ["1"] : []} many choices={[{ value: "1", label: t.common.yes }]}
                    onChange={(values) => onChange(values.length > 0)} />
            );
        case "single":
        case "multi": {
            const many = field.type === "multi";
            const values = Array.isArray(value) ? value : value ? [String(value)] : [];
            return (
                <Choices {...base} many={many} values={values} choices={(field.options ?? []).map((option) => ({ value: option.id, label: pick(option.label, lang) || option.id }))}
                    onChange={(next) => onChange(many ? next : (next[0] ?? null))} />
            );
        }
        case "int":
            return (
                <TextInput {...base} value={value === null || value === undefined ? "" : String(value)} inputMode="numeric" maxLength={16}
                    onInput={(next) => onChange(next.trim() === "" ? null : /^[+-]?\d+$/.test(next.trim()) ? Number(next) : next)} />
            );
        default: {
            const type = kInputTypes[field.type as keyof typeof kInputTypes] ?? "text";
            const mode = kInputModes[field.type as keyof typeof kInputModes];
            const length = field.type === "text" ? textMax(field) : field.type === "mobile_cn" || field.type === "id_card_cn" ? 24 : 254;
            return (
                <TextInput {...base} type={type} inputMode={mode} value={String(value ?? "")} onInput={onChange} maxLength={length}
                    autoComplete={kAutoComplete[field.type] ?? "off"} />
            );
        }
    }
}

// Answers as a list of label and value, for reading.
export function AnswerList({ fields, answers }: { fields: FormField[]; answers: Answers | undefined }) {
    const t = useText();
    const lang = useLang();
    const known = fields.length > 0 ? fields : Object.keys(answers ?? {}).map((key): FormField => ({ key, type: "text", label: { zh: key, en: key }, required: false }));
    if (known.length === 0) return null;
    return (
        <dl class="answers">
            {known.map((field) => (
                <div key={field.key}>
                    <dt>{pick(field.label, lang)}</dt>
                    <dd>{answerText(field, answers?.[field.key], t, lang) || <span class="muted">—</span>}</dd>
                </div>
            ))}
        </dl>
    );
}

function answerText(field: FormField, value: AnswerValue | undefined, t: Dictionary, lang: "zh" | "en"): string {
    if (value === undefined || value === null) return "";
    if (typeof value === "boolean") return value ? t.common.yes : t.common.no;
    const name = (id: string) => pick(field.options?.find((option) => option.id === id)?.label, lang) || id;
    if (Array.isArray(value)) return value.map(name).join(lang === "zh" ? "、" : ", ");
    return field.type === "single" ? name(String(value)) : String(value);
}
