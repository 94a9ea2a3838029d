// Answers as a list of label and value, for reading.
import { fromFen, isAsked } from "../core/answers";
import { countries } from "../core/countries";
import type { Answers, AnswerValue, FormField } from "../core/types";
import { pick, useLang, useText, type Dictionary } from "../i18n";
import { FileAnswer } from "./dynamic_form_files";
import { pathText } from "./dynamic_form_parts";

export function AnswerList({ fields, answers }: { fields: FormField[]; answers: Answers | undefined }) {
    const t = useText();
    const lang = useLang();
    const known = fields.length > 0 ? fields.filter(isAsked) : Object.keys(answers ?? {}).map((key): FormField => ({ key, type: "text", label: { zh: key, en: key }, required: false }));
    if (known.length === 0) return null;
    return (
        <dl class="answers">
            {known.map((field) => (
                <div key={field.key}>
                    <dt>{pick(field.label, lang)}</dt>
                    <dd>{shown(field, answers?.[field.key], t, lang) || <span class="muted">—</span>}</dd>
                </div>
            ))}
        </dl>
    );
}

function shown(field: FormField, value: AnswerValue | undefined, t: Dictionary, lang: "zh" | "en"): preact.ComponentChildren {
    if (Array.isArray(value) && ["file", "image", "signature"].includes(field.type)) return value.length > 0 && <FileAnswer ids={value} field={field} />;
    return answerText(field, value, t, lang);
}

function answerText(field: FormField, value: AnswerValue | undefined, t: Dictionary, lang: "zh" | "en"): string {
    if (value === undefined || value === null) return "";
    if (typeof value === "boolean") return value ? t.common.yes : t.common.no;
    const name = (id: string) => pick(field.options?.find((option) => option.id === id)?.label, lang) || id;
    if (Array.isArray(value)) {
        if (field.type === "cascade") return pathText(field.tree, value, lang);
        if (field.type === "daterange") return value.join(" – ");
        if (field.type === "address") return [value[0] ? pathText(field.tree, value[0].split("/"), lang) : "", value[1], value[2]].filter(Boolean).join(" ");
        return value.map(name).join(lang === "zh" ? "、" : ", ");
    }
    if (field.type === "money" && typeof value === "number") return fromFen(value);
    if (field.type === "country") return countries(lang).find((country) => country.code === value)?.name ?? String(value);
    return ["single", "dropdown", "size"].includes(field.type) ? name(String(value)) : String(value);
}
