// The options of a choice, and how many may have each.
import type { FieldOption, FormField } from "../../core/types";
import { useText } from "../../i18n";
import { useAdminText } from "../../i18n/admin";
import { Button } from "../../ui/basic";
import type { FieldErrors } from "../../ui/form";
import { Icon } from "../../ui/icons";
import { capKey, kLabelMax, kOptionsMax, newOption, type Caps } from "./model";

interface Props {
    field: FormField;
    at: string;
    errors: FieldErrors;
    caps: Caps | null;
    onChange: (options: FieldOption[]) => void;
    onCaps: (caps: Caps) => void;
}

export function OptionList({ field, at, errors, caps, onChange, onCaps }: Props) {
    const a = useAdminText();
    const t = useText();
    const options = field.options ?? [];
    const wrong = Object.entries(errors).find(([name]) => name === `${at}.options` || name.startsWith(`${at}.options.`))?.[1];
    const set = (index: number, label: FieldOption["label"]) => onChange(options.map((option, i) => (i === index ? { ...option, label } : option)));
    // Several lines become several options.
    const paste = (index: number, event: ClipboardEvent) => {
        const lines = (event.clipboardData?.getData("text") ?? "").split(/\r?\n/).map((line) => line.trim().slice(0, kLabelMax)).filter(Boolean);
        if (lines.length < 2) return;
        event.preventDefault();
        const next = [...options];
        lines.forEach((zh, i) => {
            const empty = i === 0 || next[index + i]?.label.zh.trim() === "";
            const option = empty ? next[index + i]! : newOption(next.map((one) => one.id));
            next.splice(index + i, empty ? 1 : 0, { ...option, label: { zh, en: "" } });
        });
        onChange(next.slice(0, kOptionsMax));
    };
    const name = (index: number, what: string) => `${a.forms.options} ${index + 1} · ${what}`;
    return (
        <fieldset class={wrong ? "field field-bad" : "field"} data-invalid={wrong ? "true" : undefined}>
            <legend class="field-label">{a.forms.options}</legend>
            <p class="field-help">{a.builder.optionsHelp}{caps && ` ${a.builder.capHelp}`}</p>
            {options.map((option, index) => (
                <div key={option.id} class={caps ? "option-row option-row-cap" : "option-row"}>
                    <input class="input" aria-label={name(index, a.forms.optionZh)} placeholder={a.forms.optionZh} value={option.label.zh} maxLength={kLabelMax}
                        onPaste={(event) => paste(index, event)} onInput={(event) => set(index, { ...option.label, zh: event.currentTarget.value })} />
                    <input class="input" aria-label={name(index, a.forms.optionEn)} placeholder={`${a.forms.optionEn} (${t.common.optional})`} value={option.label.en} maxLength={kLabelMax}
                        onInput={(event) => set(index, { ...option.label, en: event.currentTarget.value })} />
                    {caps && (
                        <input class="input" aria-label={name(index, a.builder.cap)} placeholder={a.builder.capNone} value={caps[capKey(field.key, option.id)] ?? ""} inputMode="numeric" maxLength={7}
                            onInput={(event) => onCaps({ ...caps, [capKey(field.key, option.id)]: event.currentTarget.value.replace(/\D/g, "") })} />
                    )}
                    <Button size="small" kind="quiet" icon="close" label={`${t.common.remove}: ${a.forms.options} ${index + 1}`} onClick={() => onChange(options.filter((_, i) => i !== index))} />
                </div>
            ))}
            <div><Button size="small" icon="plus" disabled={options.length >= kOptionsMax} onClick={() => onChange([...options, newOption(options.map((option) => option.id))])}>{a.forms.addOption}</Button></div>
            {wrong && <p class="field-error"><Icon name="alert" size={16} />{wrong}</p>}
        </fieldset>
    );
}
