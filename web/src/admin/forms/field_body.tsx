// What can be set of one field.
import { fromFen, toFen } from "../../core/answers";
import type { FormField } from "../../core/types";
import { useState } from "preact/hooks";
import { useText } from "../../i18n";
import { useAdminText } from "../../i18n/admin";
import { Notice } from "../../ui/basic";
import { Checkbox, Select, TextArea, TextInput } from "../../ui/fields";
import type { FieldErrors } from "../../ui/form";
import { mayDecide } from "./condition";
import { ConditionEditor } from "./condition_editor";
import { hasOptions, hasTree, isAlwaysSensitive, isBounded, isText, isUpload, kHelpMax, kLabelMax, kTextMax, mayBeUnique, type Caps } from "./model";
import { OptionList } from "./option_list";
import { TreeInput } from "./tree_input";

export interface FieldProps {
    field: FormField;
    at: string;
    errors: FieldErrors;
    before: FormField[];
    caps: Caps | null; // null: options have none here
    onChange: (field: FormField) => void;
    onCaps: (caps: Caps) => void;
}

type NumberMember = "min" | "max" | "retention_days" | "decimals" | "max_kb" | "count";

export function FieldBody(props: FieldProps) {
    const { field, at, errors, before, caps, onChange, onCaps } = props;
    const a = useAdminText();
    const t = useText();
    const help = field.help ?? { zh: "", en: "" };
    const answered = !isText(field.type);
    return (
        <div class="field-item-body">
            <div class="form-grid">
                <TextInput label={a.forms.labelZh} value={field.label.zh} onInput={(zh) => onChange({ ...field, label: { ...field.label, zh } })} error={errors[`${at}.label.zh`] ?? errors[`${at}.label`]} maxLength={kLabelMax} />
                <TextInput label={a.forms.labelEn} optional value={field.label.en} onInput={(en) => onChange({ ...field, label: { ...field.label, en } })} error={errors[`${at}.label.en`]} maxLength={kLabelMax} />
            </div>
            {hasOptions(field.type) && <OptionList field={field} caps={caps} at={at} errors={errors} onChange={(options) => onChange({ ...field, options })} onCaps={onCaps} />}
            {hasTree(field.type) && <TreeInput optional={field.type === "address"} tree={field.tree ?? []} error={errors[`${at}.tree`]} onChange={(tree) => onChange({ ...field, tree })} />}
            {!answered && (
                <div class="form-grid">
                    <TextArea label={a.builder.bodyZh} optional={field.type === "section"} rows={5} help={a.setup.markdownHelp} value={help.zh} onInput={(zh) => onChange({ ...field, help: { ...help, zh } })} error={errors[`${at}.help.zh`] ?? errors[`${at}.help`]} maxLength={kTextMax} />
                    <TextArea label={a.builder.bodyEn} optional rows={5} value={help.en} onInput={(en) => onChange({ ...field, help: { ...help, en } })} error={errors[`${at}.help.en`]} maxLength={kTextMax} />
                </div>
            )}
            {answered && (
                <div class="row row-wide">
                    <Checkbox label={a.forms.required} checked={field.required} onChange={(required) => onChange({ ...field, required })} />
                    <Checkbox label={a.forms.sensitive} checked={isAlwaysSensitive(field.type) || (field.sensitive ?? false)} disabled={isAlwaysSensitive(field.type)} onChange={(sensitive) => onChange({ ...field, sensitive })} />
                </div>
            )}
            {(before.some(mayDecide) || field.visible_if) && (
                <ConditionEditor value={field.visible_if ?? ""} before={before} error={errors[`${at}.visible_if`]} onChange={(visible_if) => onChange({ ...field, visible_if })} />
            )}
            <MoreSettings {...props} />
            {errors[at] && <Notice tone="bad">{errors[at] ?? t.errors.unknown}</Notice>}
        </div>
    );
}

function MoreSettings({ field, at, errors, onChange }: FieldProps) {
    const a = useAdminText();
    const help = field.help ?? { zh: "", en: "" };
    const bounded = isBounded(field.type);
    const wrong = ["key", "min", "max", "help", "help.zh", "pattern", "retention_days", "decimals", "accept", "max_kb", "count", "unique_scope"].some((name) => errors[`${at}.${name}`]) || undefined;
    const limitTo = (name: NumberMember) => (value: number | undefined) => {
        const next = { ...field };
        if (value === undefined) delete next[name];
        else next[name] = value;
        onChange(next);
    };
    const limit = (name: NumberMember) => (text: string) => limitTo(name)(/^-?\d+$/.test(text.trim()) ? Number(text) : undefined);
    const number = (name: NumberMember, label: string | undefined, hint?: string) => (
        <TextInput label={label ?? name} optional inputMode="numeric" help={hint} value={field[name] === undefined ? "" : String(field[name])} onInput={limit(name)} error={errors[`${at}.${name}`]} maxLength={9} />
    );
    return (
        <details class="more-fields" open={wrong}>
            <summary>{a.forms.more}</summary>
            <div class="form-section">
                {!isText(field.type) && (
                    <div class="form-grid">
                        <TextArea label={a.forms.helpZh} optional rows={2} value={help.zh} onInput={(zh) => onChange({ ...field, help: { ...help, zh } })} error={errors[`${at}.help.zh`]} maxLength={kHelpMax} />
                        <TextArea label={a.forms.helpEn} optional rows={2} value={help.en} onInput={(en) => onChange({ ...field, help: { ...help, en } })} error={errors[`${at}.help.en`]} maxLength={kHelpMax} />
                    </div>
                )}
                <div class="form-grid">
                    {bounded && field.type !== "rating" && field.type !== "money" && number("min", a.forms.min[field.type])}
                    {bounded && field.type !== "money" && number("max", a.forms.max[field.type])}
                    {field.type === "money" && (["min", "max"] as const).map((name) => <YuanInput key={name} label={a.forms[name].money} value={field[name]} error={errors[`${at}.${name}`]} onChange={limitTo(name)} />)}
                    {field.type === "decimal" && number("decimals", a.builder.decimals)}
                    {isUpload(field.type) && number("count", a.builder.count)}
                    {isUpload(field.type) && number("max_kb", a.builder.maxKb)}
                    {field.type === "file" && (
                        <Select label={a.builder.accept} value={acceptOf(field)} error={errors[`${at}.accept`]} onChange={(kind) => onChange({ ...field, accept: kAccepts[kind as keyof typeof kAccepts] ?? [] })}
                            choices={(["any", "pdf", "image"] as const).map((value) => ({ value, label: a.builder.accepts[value] }))} />
                    )}
                    {field.type === "text" && <TextInput label={a.builder.pattern} optional mono help={a.builder.patternHelp} value={field.pattern ?? ""} onInput={(pattern) => onChange({ ...field, pattern })} error={errors[`${at}.pattern`]} maxLength={200} />}
                    {mayBeUnique(field.type) && (
                        <Select label={a.builder.unique} value={field.unique_scope ?? "NONE"} error={errors[`${at}.unique_scope`]} onChange={(scope) => onChange({ ...field, unique_scope: scope as NonNullable<FormField["unique_scope"]> })}
                            choices={(["NONE", "TEAM", "EVENT"] as const).map((value) => ({ value, label: a.builder.uniques[value] }))} />
                    )}
                    {!isText(field.type) && number("retention_days", a.builder.retention, a.builder.retentionHelp)}
                    <TextInput label={a.forms.key} help={a.forms.keyHelp} mono value={field.key} onInput={(key) => onChange({ ...field, key: key.toLowerCase() })} error={errors[`${at}.key`]} maxLength={32} />
                </div>
            </div>
        </details>
    );
}

const kAccepts = { any: [], pdf: ["application/pdf"], image: ["image/jpeg", "image/png", "image/webp"] };
const acceptOf = (field: FormField): string => (!field.accept?.length ? "any" : field.accept.every((type) => type.startsWith("image/")) ? "image" : "pdf");

function YuanInput({ label, value, error, onChange }: { label: string | undefined; value: number | undefined; error: string | undefined; onChange: (value: number | undefined) => void }) {
    const [typed, setTyped] = useState(value === undefined ? "" : fromFen(value));
    return <TextInput label={label ?? ""} optional inputMode="decimal" value={typed} error={error} maxLength={14} onInput={(text) => { setTyped(text); onChange(toFen(text) ?? undefined); }} />;
}
