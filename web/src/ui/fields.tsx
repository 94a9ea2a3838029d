import type { ComponentChildren, JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { useText } from "../i18n";
import { Icon } from "./icons";

interface FieldProps {
    label: ComponentChildren;
    help?: ComponentChildren;
    error?: string | undefined;
    optional?: boolean;
    name?: string; // finds the field for an error of the server: data-field
}

interface FrameProps extends FieldProps {
    id: string;
    children: ComponentChildren;
}

const describedBy = (id: string, props: FieldProps): string | undefined =>
    [props.help ? `${id}-help` : "", props.error ? `${id}-error` : ""].filter(Boolean).join(" ") || undefined;

function FieldError({ id, error }: { id: string; error?: string | undefined }) {
    if (!error) return null;
    return <p class="field-error" id={`${id}-error`}><Icon name="alert" size={16} />{error}</p>;
}

function LabelText({ label, optional }: { label: ComponentChildren; optional?: boolean | undefined }) {
    const t = useText();
    return <>{label}{optional && <span class="field-optional">{t.common.optional}</span>}</>;
}

function Frame({ id, label, help, error, optional, children }: FrameProps) {
    return (
        <div class={error ? "field field-bad" : "field"}>
            <label for={id} class="field-label"><LabelText label={label} optional={optional} /></label>
            {children}
            <FieldError id={id} error={error} />
            {help && <p class="field-help" id={`${id}-help`}>{help}</p>}
        </div>
    );
}

interface InputProps extends FieldProps {
    value: string;
    onInput: (value: string) => void;
    type?: "text" | "email" | "tel" | "url" | "date" | "time" | "datetime-local" | "number" | "search";
    autoComplete?: string;
    inputMode?: JSX.HTMLAttributes<HTMLInputElement>["inputMode"];
    maxLength?: number;
    min?: string | number;
    max?: string | number;
    placeholder?: string;
    required?: boolean;
    disabled?: boolean;
    readOnly?: boolean;
    spellcheck?: boolean;
    autoCapitalize?: "off" | "characters";
    mono?: boolean;
}

export function TextInput(props: InputProps) {
    const id = useId();
    return (
        <Frame {...props} id={id}>
            <input id={id} class={props.mono ? "input input-mono" : "input"} type={props.type ?? "text"} value={props.value}
                data-field={props.name} autocomplete={props.autoComplete ?? "off"} inputMode={props.inputMode} maxLength={props.maxLength}
                min={props.min} max={props.max} placeholder={props.placeholder} disabled={props.disabled} readOnly={props.readOnly}
                spellcheck={props.spellcheck ?? false} autocapitalize={props.autoCapitalize ?? "off"}
                aria-required={!props.optional || undefined} aria-invalid={props.error ? true : undefined} aria-describedby={describedBy(id, props)}
                onInput={(event) => props.onInput(event.currentTarget.value)} />
        </Frame>
    );
}

export function PasswordInput(props: FieldProps & { value: string; onInput: (value: string) => void; fresh?: boolean }) {
    const id = useId();
    const t = useText();
    const [shown, setShown] = useState(false);
    return (
        <Frame {...props} id={id}>
            <div class="input-with-button">
                <input id={id} class="input" type={shown ? "text" : "password"} value={props.value} data-field={props.name}
                    autocomplete={props.fresh ? "new-password" : "current-password"} spellcheck={false} autocapitalize="off" maxLength={128}
                    aria-required="true" aria-invalid={props.error ? true : undefined} aria-describedby={describedBy(id, props)}
                    onInput={(event) => props.onInput(event.currentTarget.value)} />
                <button type="button" class="input-button" aria-label={shown ? t.auth.hidePassword : t.auth.showPassword} aria-pressed={shown}
                    onClick={() => setShown(!shown)}>
                    <Icon name={shown ? "eyeOff" : "eye"} />
                </button>
            </div>
        </Frame>
    );
}

export function TextArea(props: FieldProps & { value: string; onInput: (value: string) => void; rows?: number; maxLength?: number }) {
    const id = useId();
    return (
        <Frame {...props} id={id}>
            <textarea id={id} class="input" rows={props.rows ?? 4} value={props.value} maxLength={props.maxLength} data-field={props.name}
                aria-required={!props.optional || undefined} aria-invalid={props.error ? true : undefined} aria-describedby={describedBy(id, props)}
                onInput={(event) => props.onInput(event.currentTarget.value)} />
        </Frame>
    );
}

export interface Choice {
    value: string;
    label: string;
    note?: ComponentChildren;
    disabled?: boolean;
}

export function Select(props: FieldProps & { value: string; onChange: (value: string) => void; choices: Choice[]; disabled?: boolean }) {
    const id = useId();
    return (
        <Frame {...props} id={id}>
            <div class="select">
                <select id={id} class="input" value={props.value} data-field={props.name} disabled={props.disabled}
                    aria-invalid={props.error ? true : undefined} aria-describedby={describedBy(id, props)}
                    onChange={(event) => props.onChange(event.currentTarget.value)}>
                    {props.choices.map((choice) => (
                        <option key={choice.value} value={choice.value} disabled={choice.disabled}>{choice.label}</option>
                    ))}
                </select>
                <Icon name="down" size={16} />
            </div>
        </Frame>
    );
}

export function Checkbox(props: FieldProps & { checked: boolean; onChange: (checked: boolean) => void; disabled?: boolean }) {
    const id = useId();
    return (
        <div class={props.error ? "field field-bad" : "field"}>
            <div class="check">
                <input id={id} type="checkbox" checked={props.checked} data-field={props.name} disabled={props.disabled}
                    aria-invalid={props.error ? true : undefined} aria-describedby={describedBy(id, props)}
                    onChange={(event) => props.onChange(event.currentTarget.checked)} />
                <label for={id}><LabelText label={props.label} optional={props.optional} /></label>
            </div>
            {props.help && <p class="field-help" id={`${id}-help`}>{props.help}</p>}
            <FieldError id={id} error={props.error} />
        </div>
    );
}

// Radio buttons or check boxes drawn as a list of rows; `many` decides which.
export function Choices(props: FieldProps & { many?: boolean; values: string[]; onChange: (values: string[]) => void; choices: Choice[]; cards?: boolean }) {
    const id = useId();
    const toggle = (value: string, on: boolean) => {
        if (!props.many) props.onChange([value]);
        else props.onChange(on ? [...props.values, value] : props.values.filter((other) => other !== value));
    };
    return (
        <fieldset class={props.error ? "field field-bad" : "field"} aria-describedby={describedBy(id, props)} data-invalid={props.error ? "true" : undefined}>
            <legend class="field-label"><LabelText label={props.label} optional={props.optional} /></legend>
            {props.help && <p class="field-help" id={`${id}-help`}>{props.help}</p>}
            <div class={props.cards ? "choices choices-cards" : "choices"}>
                {props.choices.map((choice, index) => (
                    <label key={choice.value} class={choice.disabled ? "choice choice-off" : "choice"}>
                        <input type={props.many ? "checkbox" : "radio"} name={id} value={choice.value} checked={props.values.includes(choice.value)}
                            disabled={choice.disabled} data-field={index === 0 ? props.name : undefined}
                            onChange={(event) => toggle(choice.value, event.currentTarget.checked)} />
                        <span class="choice-text">{choice.label}{choice.note && <small>{choice.note}</small>}</span>
                    </label>
                ))}
            </div>
            <FieldError id={id} error={props.error} />
        </fieldset>
    );
}
