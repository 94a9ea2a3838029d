import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { checkAnswers } from "../core/answers";
import { call, get } from "../core/api";
import { asApiError, useLoad } from "../core/hooks";
import { setQuery, usePlace } from "../core/router";
import type { Answers, FieldOption, FieldType, FormField, FormVersion } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useAdminText, type AdminDictionary } from "../i18n/admin";
import { Badge, Button, Card, Empty, Failed, Loading, Notice } from "../ui/basic";
import { ask } from "../ui/dialog";
import { DynamicFields, problemText } from "../ui/dynamic_form";
import { Checkbox, TextArea, TextInput } from "../ui/fields";
import { Form, useForm, type FieldErrors } from "../ui/form";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toast";
import type { EventTabProps } from "./event";
import { useUnsaved } from "./unsaved";

type Scope = "member" | "team";

const kTypes: FieldType[] = ["text", "textarea", "int", "single", "multi", "bool", "date", "email", "mobile_cn", "id_card_cn"];
const kFieldsMax = 60;
const kOptionsMax = 100;

export function FormsTab({ event }: EventTabProps) {
    const a = useAdminText();
    const { query } = usePlace();
    const scope: Scope = query.get("form") === "team" ? "team" : "member";
    return (
        <div class="stack">
            <div class="segmented segmented-start" role="group" aria-label={a.forms.title}>
                {(["member", "team"] as const).map((value) => (
                    <button key={value} type="button" aria-pressed={scope === value} onClick={() => setQuery({ form: value === "team" ? "team" : null })}>{a.forms[value]}</button>
                ))}
            </div>
            <FormLoader key={scope} event={event.id} scope={scope} />
        </div>
    );
}

function FormLoader({ event, scope }: { event: string; scope: Scope }) {
    const form = useLoad(async (signal): Promise<FormVersion> => {
        try {
            return await get<FormVersion>(`/organiser/events/${event}/forms/${scope}`, { signal });
        } catch (error) {
            if (asApiError(error).status === 404) return { fields: [] };
            throw error;
        }
    }, [event, scope]);
    if (form.error && !form.data) return <Failed error={form.error} retry={() => void form.reload()} />;
    if (!form.data) return <Loading />;
    return <FormEditor event={event} scope={scope} version={form.data} />;
}

function newField(type: FieldType, taken: string[], a: AdminDictionary): FormField {
    const bases: Partial<Record<FieldType, string>> = { email: "email", mobile_cn: "mobile", id_card_cn: "id_card", date: "date" };
    const base = bases[type] ?? type;
    let key = base;
    for (let n = 2; taken.includes(key); n++) key = `${base}_${n}`;
    const field: FormField = { key, type, label: { zh: a.forms.types[type], en: "" }, required: true };
    if (type === "single" || type === "multi") field.options = [newOption([]), newOption(["a"])];
    if (type === "id_card_cn" || type === "mobile_cn" || type === "email") field.sensitive = true;
    return field;
}

function newOption(taken: string[]): FieldOption {
    for (let n = 0; ; n++) {
        const id = n < 26 ? String.fromCharCode(97 + n) : `o${n}`;
        if (!taken.includes(id)) return { id, label: { zh: "", en: "" } };
    }
}

// What is wrong with the form itself: `fields.2.key`.
export function formProblems(fields: FormField[], a: AdminDictionary, required: string): FieldErrors {
    const errors: FieldErrors = {};
    fields.forEach((field, i) => {
        const at = `fields.${i}`;
        if (!field.label.zh.trim()) errors[`${at}.label.zh`] = required;
        if (!/^[a-z][a-z0-9_]{0,31}$/.test(field.key)) errors[`${at}.key`] = a.forms.keyBad;
        else if (fields.findIndex((other) => other.key === field.key) < i) errors[`${at}.key`] = a.forms.keyTwice;
        if (field.options) {
            if (field.options.length < 2) errors[`${at}.options`] = a.forms.optionsNeeded;
            else if (field.options.some((option) => !option.label.zh.trim())) errors[`${at}.options`] = required;
        }
        if (field.min !== undefined && field.max !== undefined && field.max < field.min) errors[`${at}.max`] = a.edit.orderTeam;
    });
    return errors;
}

function FormEditor({ event, scope, version }: { event: string; scope: Scope; version: FormVersion }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const form = useForm();
    const [saved, setSaved] = useState(version);
    const [fields, setFields] = useState<FormField[]>(version.fields);
    const [open, setOpen] = useState<number | null>(null);
    const list = useRef<HTMLDivElement>(null);
    const dirty = JSON.stringify(fields) !== JSON.stringify(saved.fields);
    useUnsaved(dirty);

    const change = (index: number, field: FormField) => setFields(fields.map((old, i) => (i === index ? field : old)));
    const move = (index: number, by: number) => {
        const next = [...fields];
        const [moved] = next.splice(index, 1);
        next.splice(index + by, 0, moved!);
        setFields(next);
        setOpen(open === index ? index + by : null);
        form.clear();
    };
    const remove = async (index: number) => {
        const label = pick(fields[index]!.label, lang);
        const { ok } = await ask({ title: a.forms.removeTitle(label), body: a.forms.removeBody, confirm: t.common.delete, danger: true });
        if (!ok) return;
        setFields(fields.filter((_, i) => i !== index));
        setOpen(null);
        form.clear();
    };
    const add = (type: FieldType) => {
        setFields([...fields, newField(type, fields.map((field) => field.key), a)]);
        setOpen(fields.length);
        requestAnimationFrame(() => requestAnimationFrame(() => list.current?.querySelector<HTMLInputElement>(".field-item-body input")?.select()));
    };
    const save = () => {
        const problems = formProblems(fields, a, t.field.required);
        const first = Object.keys(problems)[0];
        if (first) setOpen(Number(first.split(".")[1]));
        return form.run(async () => {
            const next = await call<FormVersion>("PUT", `/organiser/events/${event}/forms/${scope}`, { body: { fields: fields.map(tidy) }, rev: saved.no ?? 0 });
            const fresh = { ...next, fields: next.fields ?? fields };
            setSaved(fresh);
            setFields(fresh.fields);
            setOpen(null);
            toast(a.forms.saved(next.no ?? 1));
        }, problems);
    };

    return (
        <div class="split split-wide">
            <Card title={scope === "team" ? a.forms.team : a.forms.member} lead={scope === "team" ? a.forms.teamLead : a.forms.memberLead}
                actions={<Badge>{saved.no ? a.forms.version(saved.no) : a.forms.noVersion}</Badge>}>
                <Form form={form} onSubmit={() => void save()} shown={Object.keys(form.errors).filter((name) => name.startsWith("fields."))}>
                    <div class="stack-s" ref={list}>
                        {fields.length === 0 && <Empty icon="list" title={a.forms.empty}>{a.forms.emptyBody}</Empty>}
                        {fields.map((field, index) => (
                            <FieldItem key={index} field={field} index={index} last={index === fields.length - 1} open={open === index} errors={form.errors}
                                onToggle={() => setOpen(open === index ? null : index)} onChange={(next) => change(index, next)}
                                onMove={(by) => move(index, by)} onRemove={() => void remove(index)} />
                        ))}
                    </div>
                    <div class="stack-s">
                        <h3>{a.forms.addField}</h3>
                        <div class="add-types">
                            {kTypes.map((type) => (
                                <Button key={type} size="small" icon="plus" disabled={fields.length >= kFieldsMax || (type === "id_card_cn" && fields.some((field) => field.type === type))} onClick={() => add(type)}>{a.forms.types[type]}</Button>
                            ))}
                        </div>
                    </div>
                    <div class="form-actions">
                        <Button type="submit" kind="primary" busy={form.busy} disabled={!dirty}>{a.forms.save}</Button>
                    </div>
                </Form>
            </Card>
            <div class="aside"><Preview fields={fields} scope={scope} /></div>
        </div>
    );
}

// Without what a field's type does not have, and without empty texts.
function tidy(field: FormField): FormField {
    const clean: FormField = { key: field.key, type: field.type, label: field.label, required: field.required };
    if (field.help && (field.help.zh.trim() || field.help.en.trim())) clean.help = field.help;
    if (field.options) clean.options = field.options;
    if (field.min !== undefined) clean.min = field.min;
    if (field.max !== undefined) clean.max = field.max;
    if (field.sensitive) clean.sensitive = true;
    return clean;
}

function FieldItem({ field, index, last, open, errors, onToggle, onChange, onMove, onRemove }: {
    field: FormField; index: number; last: boolean; open: boolean; errors: FieldErrors; onToggle: () => void; onChange: (field: FormField) => void;
    onMove: (by: number) => void; onRemove: () => void;
}) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const label = pick(field.label, lang) || a.forms.newLabel;
    const at = `fields.${index}`;
    const bad = Object.keys(errors).some((name) => name.startsWith(`${at}.`) || name === at);
    return (
        <div class={bad ? "field-item field-item-bad" : "field-item"}>
            <div class="field-item-head">
                <button type="button" class="field-item-name" aria-expanded={open} onClick={onToggle}>
                    {label}<small>{a.forms.types[field.type]}{field.required ? ` · ${t.common.required}` : ""}</small>
                </button>
                {field.sensitive && <Icon name="lock" size={16} />}
                <Button size="small" kind="quiet" icon="up" label={a.forms.moveUp(label)} disabled={index === 0} onClick={() => onMove(-1)} />
                <Button size="small" kind="quiet" icon="down" label={a.forms.moveDown(label)} disabled={last} onClick={() => onMove(1)} />
                <Button size="small" kind="quiet" icon="trash" label={a.forms.removeField(label)} onClick={onRemove} />
            </div>
            {open && <FieldBody field={field} at={at} errors={errors} onChange={onChange} />}
        </div>
    );
}

function FieldBody({ field, at, errors, onChange }: { field: FormField; at: string; errors: FieldErrors; onChange: (field: FormField) => void }) {
    const a = useAdminText();
    const t = useText();
    const help = field.help ?? { zh: "", en: "" };
    const range = field.type in a.forms.min;
    const needsMore = ["key", "min", "max", "help.zh"].some((name) => errors[`${at}.${name}`]) || undefined;
    const limit = (key: "min" | "max") => (text: string) => {
        const next = { ...field };
        if (/^-?\d+$/.test(text.trim())) next[key] = Number(text);
        else delete next[key];
        onChange(next);
    };
    return (
        <div class="field-item-body">
            <div class="form-grid">
                <TextInput label={a.forms.labelZh} value={field.label.zh} onInput={(zh) => onChange({ ...field, label: { ...field.label, zh } })} error={errors[`${at}.label.zh`] ?? errors[`${at}.label`]} maxLength={120} />
                <TextInput label={a.forms.labelEn} optional value={field.label.en} onInput={(en) => onChange({ ...field, label: { ...field.label, en } })} error={errors[`${at}.label.en`]} maxLength={120} />
            </div>
            {field.options && <OptionList options={field.options} error={errors[`${at}.options`]} onChange={(options) => onChange({ ...field, options })} />}
            <div class="row row-wide">
                <Checkbox label={a.forms.required} checked={field.required} onChange={(required) => onChange({ ...field, required })} />
                <Checkbox label={a.forms.sensitive} checked={field.sensitive ?? false} onChange={(sensitive) => onChange({ ...field, sensitive })} />
            </div>
            <details class="more-fields" open={needsMore}>
                <summary>{a.forms.more}</summary>
                <div class="form-section">
                    <div class="form-grid">
                        <TextArea label={a.forms.helpZh} optional rows={2} value={help.zh} onInput={(zh) => onChange({ ...field, help: { ...help, zh } })} maxLength={300} />
                        <TextArea label={a.forms.helpEn} optional rows={2} value={help.en} onInput={(en) => onChange({ ...field, help: { ...help, en } })} maxLength={300} />
                    </div>
                    <div class="form-grid">
                        {range && <TextInput label={a.forms.min[field.type]} optional inputMode="numeric" value={field.min === undefined ? "" : String(field.min)} onInput={limit("min")} error={errors[`${at}.min`]} maxLength={9} />}
                        {range && <TextInput label={a.forms.max[field.type]} optional inputMode="numeric" value={field.max === undefined ? "" : String(field.max)} onInput={limit("max")} error={errors[`${at}.max`]} maxLength={9} />}
                        <TextInput label={a.forms.key} help={a.forms.keyHelp} mono value={field.key} onInput={(key) => onChange({ ...field, key: key.toLowerCase() })} error={errors[`${at}.key`]} maxLength={32} />
                    </div>
                </div>
            </details>
            {errors[at] && <Notice tone="bad">{errors[at] ?? t.errors.unknown}</Notice>}
        </div>
    );
}

function OptionList({ options, error, onChange }: { options: FieldOption[]; error: string | undefined; onChange: (options: FieldOption[]) => void }) {
    const a = useAdminText();
    const t = useText();
    const set = (index: number, label: FieldOption["label"]) => onChange(options.map((option, i) => (i === index ? { ...option, label } : option)));
    return (
        <fieldset class={error ? "field field-bad" : "field"} data-invalid={error ? "true" : undefined}>
            <legend class="field-label">{a.forms.options}</legend>
            {options.map((option, index) => (
                <div key={option.id} class="option-row">
                    <input class="input" aria-label={`${a.forms.options} ${index + 1} · ${a.forms.optionZh}`} placeholder={a.forms.optionZh} value={option.label.zh} maxLength={80}
                        onInput={(event) => set(index, { ...option.label, zh: event.currentTarget.value })} />
                    <input class="input" aria-label={`${a.forms.options} ${index + 1} · ${a.forms.optionEn}`} placeholder={`${a.forms.optionEn} (${t.common.optional})`} value={option.label.en} maxLength={80}
                        onInput={(event) => set(index, { ...option.label, en: event.currentTarget.value })} />
                    <Button size="small" kind="quiet" icon="close" label={`${t.common.remove}: ${a.forms.options} ${index + 1}`} onClick={() => onChange(options.filter((_, i) => i !== index))} />
                </div>
            ))}
            <div><Button size="small" icon="plus" disabled={options.length >= kOptionsMax} onClick={() => onChange([...options, newOption(options.map((option) => option.id))])}>{a.forms.addOption}</Button></div>
            {error && <p class="field-error"><Icon name="alert" size={16} />{error}</p>}
        </fieldset>
    );
}

// The form as a participant meets it; it can be tried out, nothing is sent.
function Preview({ fields, scope }: { fields: FormField[]; scope: Scope }) {
    const a = useAdminText();
    const t = useText();
    const [answers, setAnswers] = useState<Answers>({});
    const [errors, setErrors] = useState<FieldErrors>({});
    const usable = useMemo(() => fields.filter((field, i) => field.key && fields.findIndex((other) => other.key === field.key) === i), [fields]);
    useEffect(() => setErrors({}), [fields]);
    const test = () => {
        const found = Object.fromEntries(Object.entries(checkAnswers(usable, answers)).map(([key, problem]) => [key, problemText(problem)]));
        setErrors(found);
        if (Object.keys(found).length === 0) toast(a.forms.testOk);
    };
    return (
        <Card title={a.forms.preview} lead={a.forms.previewLead} id="preview">
            <div class="form">
                {scope === "member" && <TextInput label={t.team.realName} value="" onInput={() => undefined} disabled />}
                <DynamicFields fields={usable} answers={answers} onChange={setAnswers} errors={errors} prefix="" />
                {usable.length > 0 && <div><Button size="small" onClick={test}>{a.forms.testIt}</Button></div>}
            </div>
        </Card>
    );
}
