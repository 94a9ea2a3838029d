// A form made of fields that the organiser designed: used by members, by captains, and as the editor's live preview.
import { useRef } from "preact/hooks";
import { checkAnswers, cleanAnswers, textMax, type Problem } from "../core/answers";
import { visibleFields, type Circumstances } from "../core/expression";
import type { Answers, AnswerValue, FormField } from "../core/types";
import { pick, text, useLang, useText, type Dictionary } from "../i18n";
import { fieldsText } from "../i18n/registration";
import { FilesField, SignatureField } from "./dynamic_form_files";
import { AddressField, CascadeField, ConsentField, CountryField, DateRangeField, DropdownField, MoneyField, RatingField, SizeField } from "./dynamic_form_parts";
import { Choices, TextArea, TextInput } from "./fields";
import type { FieldErrors } from "./form";
import { Icon } from "./icons";
import { Markdown } from "./markdown";

export { AnswerList } from "./dynamic_form_answers";

export function problemText(problem: Problem, t: Dictionary = text()): string {
    switch (problem.kind) {
        case "tooLong": return t.field.tooLong(problem.limit);
        case "tooShort": return t.field.tooShort(problem.limit);
        case "atLeast": return t.field.atLeast(problem.limit);
        case "atMost": return t.field.atMost(problem.limit);
        case "pickMin": return t.field.pickMin(problem.limit);
        case "pickMax": return t.field.pickMax(problem.limit);
        case "required":
        case "chooseOne":
        case "integer":
        case "email":
        case "mobile":
        case "idCard":
        case "date": return t.field[problem.kind];
        default: return fieldsText().problem[problem.kind];
    }
}

// Problems of the answers as form errors: `answers.size`. Hidden fields have none.
export function answerErrors(fields: FormField[], answers: Answers, prefix = "answers.", about: Circumstances = {}): FieldErrors {
    const problems = checkAnswers(visibleFields(fields, answers, about), answers);
    return Object.fromEntries(Object.entries(problems).map(([key, problem]) => [prefix + key, problemText(problem)]));
}

export function answerNames(fields: FormField[], prefix = "answers."): string[] {
    return fields.flatMap((field) => [prefix + field.key, field.key]);
}

// What is sent: the answers to the fields that are shown.
export const askedAnswers = (fields: FormField[], answers: Answers, about: Circumstances = {}): Answers => cleanAnswers(visibleFields(fields, answers, about), answers);

export function DynamicFields({ fields, answers, onChange, errors, prefix = "answers.", about }: {
    fields: FormField[]; answers: Answers; onChange: (answers: Answers) => void; errors: FieldErrors; prefix?: string; about?: Circumstances;
}) {
    // A file may have arrived since this was drawn, and others were answered meanwhile: none may lose the other's answer.
    const latest = useRef(answers);
    latest.current = answers;
    const change = (key: string, value: AnswerValue) => {
        latest.current = { ...latest.current, [key]: value };
        onChange(latest.current);
    };
    return (
        <>
            {visibleFields(fields, answers, about).map((field) => (
                <DynamicField key={field.key} field={field} value={answers[field.key]} error={errors[prefix + field.key] ?? errors[field.key]}
                    onChange={(value) => change(field.key, value)} name={prefix + field.key} />
            ))}
        </>
    );
}

type InputType = NonNullable<Parameters<typeof TextInput>[0]["type"]>;
const kInputTypes: Partial<Record<FormField["type"], InputType>> = {
    email: "email", mobile_cn: "tel", phone: "tel", date: "date", time: "time", datetime: "datetime-local", url: "url",
};
const kInputModes: Partial<Record<FormField["type"], "email" | "tel" | "url" | "decimal">> = { email: "email", mobile_cn: "tel", phone: "tel", url: "url", decimal: "decimal" };
const kAutoComplete: Partial<Record<FormField["type"], string>> = { email: "email", mobile_cn: "tel-national", phone: "tel" };
const kLengths: Partial<Record<FormField["type"], number>> = { mobile_cn: 24, phone: 32, id_card_cn: 24, passport: 24, decimal: 24, url: 2000 };

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
    const part = { ...base, field, value, onChange };
    switch (field.type) {
        case "section":
            return <div class="form-part"><h3>{base.label}</h3>{help && <Markdown text={help} />}</div>;
        case "markdown":
            return <Markdown text={help || base.label} />;
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
        case "money": return <MoneyField {...part} />;
        case "dropdown": return <DropdownField {...part} />;
        case "size": return <SizeField {...part} />;
        case "country": return <CountryField {...part} />;
        case "cascade": return <CascadeField {...part} />;
        case "address": return <AddressField {...part} />;
        case "daterange": return <DateRangeField {...part} />;
        case "rating": return <RatingField {...part} />;
        case "consent": return <ConsentField {...part} />;
        case "file":
        case "image": return <FilesField {...part} />;
        case "signature": return <SignatureField {...base} value={value} onChange={onChange} />;
        default:
            return (
                <TextInput {...base} type={kInputTypes[field.type] ?? "text"} inputMode={kInputModes[field.type]} value={String(value ?? "")} onInput={onChange}
                    maxLength={field.type === "text" ? textMax(field) : (kLengths[field.type] ?? 254)} autoComplete={kAutoComplete[field.type] ?? "off"} />
            );
    }
}
