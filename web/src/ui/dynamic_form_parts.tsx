// Fields of more than one input: regions, addresses, amounts, spans of days, ratings and agreements.
import { useId, useState } from "preact/hooks";
import { fromFen, toFen } from "../core/answers";
import { countries } from "../core/countries";
import { get } from "../core/api";
import { useLoad } from "../core/hooks";
import type { AnswerValue, FormField, I18nText, TreeNode } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useFieldsText } from "../i18n/registration";
import { Button, Failed, Loading } from "./basic";
import { Modal } from "./dialog";
import type { BaseProps } from "./dynamic_form_files";
import { Choices, Select, TextInput } from "./fields";
import { Icon } from "./icons";
import { Markdown } from "./markdown";

export interface EventDocument {
    id: string;
    kind: "TERMS" | "WAIVER" | "PRIVACY";
    version: number;
    title: I18nText;
    text?: I18nText;
}

type Part = BaseProps & { field: FormField; value: AnswerValue | undefined; onChange: (value: AnswerValue) => void };

const textsOf = (value: AnswerValue | undefined): string[] => (Array.isArray(value) ? value : []);

function Group({ label, help, optional, error, children }: BaseProps & { children: preact.ComponentChildren }) {
    const id = useId();
    const t = useText();
    return (
        <fieldset class={error ? "field field-bad" : "field"} data-invalid={error ? "true" : undefined}
            aria-describedby={[help ? `${id}-help` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ") || undefined}>
            <legend class="field-label">{label}{optional && <span class="field-optional">{t.common.optional}</span>}</legend>
            {help && <p class="field-help" id={`${id}-help`}>{help}</p>}
            {children}
            {error && <p class="field-error" id={`${id}-error`}><Icon name="alert" size={16} />{error}</p>}
        </fieldset>
    );
}

// One list a level; choosing one opens the next.
function Levels({ tree, path, onChange, name, levelName }: {
    tree: TreeNode[]; path: string[]; onChange: (path: string[]) => void; name: string | undefined; levelName: (depth: number) => string;
}) {
    const t = useFieldsText();
    const lang = useLang();
    const levels: TreeNode[][] = [tree];
    for (const id of path) {
        const children = levels[levels.length - 1]!.find((node) => node.id === id)?.children;
        if (!children?.length) break;
        levels.push(children);
    }
    return (
        <div class="form-grid levels">
            {levels.map((nodes, depth) => (
                <Select key={depth} label={levelName(depth)} name={depth === 0 ? name : undefined} value={path[depth] ?? ""}
                    onChange={(id) => onChange(id ? [...path.slice(0, depth), id] : path.slice(0, depth))}
                    choices={[{ value: "", label: t.choose }, ...nodes.map((node) => ({ value: node.id, label: pick(node.label, lang) || node.id }))]} />
            ))}
        </div>
    );
}

export function CascadeField({ field, value, onChange, ...base }: Part) {
    const t = useFieldsText();
    const path = textsOf(value);
    return <Group {...base}><Levels levelName={t.step} tree={field.tree ?? []} path={path} onChange={(next) => onChange(next.length > 0 ? next : null)} name={base.name} /></Group>;
}

export function pathText(tree: TreeNode[] | undefined, path: string[], lang: "zh" | "en"): string {
    const names: string[] = [];
    let level = tree ?? [];
    for (const id of path) {
        const node = level.find((one) => one.id === id);
        names.push(node ? pick(node.label, lang) || id : id);
        level = node?.children ?? [];
    }
    return names.join(lang === "zh" ? " " : ", ");
}

export function MoneyField({ value, onChange, field: _field, ...base }: Part) {
    const t = useFieldsText();
    const [typed, setTyped] = useState(typeof value === "number" ? fromFen(value) : "");
    return (
        <TextInput {...base} label={<>{base.label} <span class="field-optional">{t.yuan}</span></>} value={typed} inputMode="decimal" maxLength={16}
            onInput={(next) => {
                setTyped(next);
                onChange(next.trim() === "" ? null : (toFen(next) ?? next));
            }} />
    );
}

export function DateRangeField({ value, onChange, field: _field, ...base }: Part) {
    const t = useFieldsText();
    const [from = "", to = ""] = textsOf(value);
    const change = (a: string, b: string) => onChange(a || b ? [a, b] : null);
    return (
        <Group {...base}>
            <div class="form-grid">
                <TextInput label={t.from} type="date" name={base.name} value={from} onInput={(next) => change(next, to)} />
                <TextInput label={t.to} type="date" min={from || undefined} value={to} onInput={(next) => change(from, next)} />
            </div>
        </Group>
    );
}

export function RatingField({ field, value, onChange, ...base }: Part) {
    const t = useFieldsText();
    const id = useId();
    const best = Math.min(10, field.max ?? 5);
    const chosen = typeof value === "number" ? value : 0;
    return (
        <Group {...base}>
            <div class="rating">
                {Array.from({ length: best }, (_, i) => i + 1).map((star) => (
                    <label key={star} class={star <= chosen ? "star star-on" : "star"}>
                        <input type="radio" class="sr" name={id} value={star} checked={star === chosen} data-field={star === 1 ? base.name : undefined} onChange={() => onChange(star)} />
                        <Icon name="star" size={26} /><span class="sr">{t.stars(star)}</span>
                    </label>
                ))}
            </div>
        </Group>
    );
}

export function DropdownField({ field, value, onChange, ...base }: Part) {
    const t = useFieldsText();
    const lang = useLang();
    return (
        <Select {...base} value={typeof value === "string" ? value : ""} onChange={(next) => onChange(next || null)}
            choices={[{ value: "", label: t.choose }, ...(field.options ?? []).map((option) => ({ value: option.id, label: pick(option.label, lang) || option.id }))]} />
    );
}

export function SizeField({ field, value, onChange, ...base }: Part) {
    const lang = useLang();
    return (
        <div class="chips">
            <Choices {...base} values={typeof value === "string" ? [value] : []} onChange={(next) => onChange(next[0] ?? null)}
                choices={(field.options ?? []).map((option) => ({ value: option.id, label: pick(option.label, lang) || option.id }))} />
        </div>
    );
}

export function CountryField({ value, onChange, field: _field, ...base }: Part) {
    const t = useFieldsText();
    const lang = useLang();
    return (
        <Select {...base} value={typeof value === "string" ? value : ""} onChange={(next) => onChange(next || null)}
            choices={[{ value: "", label: t.choose }, ...countries(lang).map((country) => ({ value: country.code, label: country.name }))]} />
    );
}

// The answer: region ids as one text ("11/1101"), the street, the postcode.
export function AddressField({ field, value, onChange, ...base }: Part) {
    const t = useFieldsText();
    const [region = "", detail = "", postcode = ""] = textsOf(value);
    const change = (next: string[]) => onChange(next.some((part) => part.trim()) ? next : null);
    return (
        <Group {...base}>
            <div class="form-section">
                {(field.tree?.length ?? 0) > 0 && <Levels levelName={t.level} tree={field.tree!} path={region ? region.split("/") : []} name={base.name} onChange={(path) => change([path.join("/"), detail, postcode])} />}
                <TextInput label={t.detail} help={t.detailHelp} autoComplete="street-address" maxLength={200} name={field.tree?.length ? undefined : base.name} value={detail} onInput={(next) => change([region, next, postcode])} />
                <TextInput label={t.postcode} optional inputMode="numeric" maxLength={10} value={postcode} onInput={(next) => change([region, detail, next])} autoComplete="postal-code" />
            </div>
        </Group>
    );
}

// Opens the text that is agreed to, as it stands in that version.
export function DocumentLink({ event, document }: { event: string; document: EventDocument }) {
    const t = useFieldsText();
    const common = useText();
    const lang = useLang();
    const [open, setOpen] = useState(false);
    const title = pick(document.title, lang);
    return (
        <>
            <button type="button" class="link-button" onClick={() => setOpen(true)}>{t.openDocument(title)}</button>
            {open && (
                <Modal title={title} onClose={() => setOpen(false)} wide>
                    <DocumentText event={event} document={document} />
                    <div class="dialog-actions"><Button kind="primary" onClick={() => setOpen(false)}>{common.common.close}</Button></div>
                </Modal>
            )}
        </>
    );
}

function DocumentText({ event, document }: { event: string; document: EventDocument }) {
    const t = useFieldsText();
    const lang = useLang();
    const found = useLoad<EventDocument>(async (signal) => (document.text ? document : get(`/events/${event}/documents/${document.id}`, { signal })), [document.id]);
    if (found.error) return <Failed error={found.error} retry={() => void found.reload()} />;
    if (!found.data) return <Loading />;
    return (
        <div class="document" tabIndex={0}>
            <p class="muted">{t.documentVersion(document.version)}</p>
            <Markdown text={pick(found.data.text, lang)} />
        </div>
    );
}

export function ConsentField({ field: _field, value, onChange, ...base }: Part) {
    const t = useFieldsText();
    const id = useId();
    return (
        <div class={base.error ? "field field-bad" : "field"}>
            <div class="check">
                <input id={id} type="checkbox" checked={value === true} data-field={base.name} aria-invalid={base.error ? true : undefined}
                    aria-describedby={base.error ? `${id}-error` : undefined} onChange={(change) => onChange(change.currentTarget.checked)} />
                <label for={id}>{base.label}</label>
            </div>
            {base.help && <p class="field-help">{base.help}</p>}
            {base.error && <p class="field-error" id={`${id}-error`}><Icon name="alert" size={16} />{base.error || t.problem.consentNeeded}</p>}
        </div>
    );
}
