import { useState } from "preact/hooks";
import { fromFen, toFen } from "../../core/answers";
import { countries } from "../../core/countries";
import type { FormField } from "../../core/types";
import { pick, useLang, useText } from "../../i18n";
import { useAdminText } from "../../i18n/admin";
import { Button } from "../../ui/basic";
import { Checkbox, TextInput } from "../../ui/fields";
import { mayDecide, operatorsOf, read, write, type Condition, type Row } from "./condition";

const kRowsMax = 10;

interface Props {
    value: string;
    before: FormField[]; // a field may only look at those above it
    error: string | undefined;
    onChange: (value: string) => void;
}

// When a field is shown: always, or by rules that are chosen, or by an expression.
export function ConditionEditor({ value, before, error, onChange }: Props) {
    const a = useAdminText();
    const [asText, setAsText] = useState(() => read(value) === null);
    const fields = before.filter(mayDecide);
    const fresh = (): Row => ({ field: fields[0]?.key ?? "", operator: operatorsOf(fields[0])[0]!, value: "" });
    // What is chosen may still lack a value, and so says nothing yet.
    const [rows, setRows] = useState<Condition>(() => read(value) ?? { join: "and", rows: [] });
    const change = (next: Condition) => {
        setRows(next);
        onChange(write(next, before));
    };
    return (
        <fieldset class="field condition">
            <legend class="field-label">{a.builder.visible}</legend>
            {asText ? (
                <TextInput label={a.builder.expression} optional mono help={a.builder.expressionHelp} value={value} onInput={onChange} error={error} maxLength={500} />
            ) : (
                <>
                    <Checkbox label={a.builder.visibleOn} checked={rows.rows.length > 0} onChange={(on) => change({ join: "and", rows: on ? [fresh()] : [] })} />
                    {rows.rows.map((row, index) => (
                        <ConditionRow key={index} row={row} number={index + 1} fields={fields}
                            onChange={(next) => change({ ...rows, rows: rows.rows.map((old, i) => (i === index ? next : old)) })}
                            onRemove={() => change({ ...rows, rows: rows.rows.filter((_, i) => i !== index) })} />
                    ))}
                    {rows.rows.length > 1 && (
                        <div class="segmented segmented-start" role="group" aria-label={a.builder.join}>
                            {(["and", "or"] as const).map((join) => <button key={join} type="button" aria-pressed={rows.join === join} onClick={() => change({ ...rows, join })}>{a.builder.joins[join]}</button>)}
                        </div>
                    )}
                    {rows.rows.length > 0 && rows.rows.length < kRowsMax && <div><Button size="small" icon="plus" onClick={() => setRows({ ...rows, rows: [...rows.rows, fresh()] })}>{a.builder.addRule}</Button></div>}
                    {error && <p class="field-error">{error}</p>}
                </>
            )}
            {(asText || rows.rows.length > 0) && <div>
                <Button size="small" kind="quiet" disabled={asText && read(value) === null} onClick={() => { if (asText) setRows(read(value) ?? rows); setAsText(!asText); }}>{asText ? a.builder.asRules : a.builder.asText}</Button>
            </div>}
        </fieldset>
    );
}

function ConditionRow({ row, number, fields, onChange, onRemove }: {
    row: Row; number: number; fields: FormField[]; onChange: (row: Row) => void; onRemove: () => void;
}) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const field = fields.find((one) => one.key === row.field);
    const operators = operatorsOf(field);
    const pickField = (key: string) => {
        const operator = operatorsOf(fields.find((one) => one.key === key))[0]!;
        onChange({ field: key, operator, value: "" });
    };
    const names = (key: string) => `${a.builder.rule(number)} · ${key}`;
    return (
        <div class="condition-row">
            <select class="input" aria-label={names(a.builder.field)} value={row.field} onChange={(event) => pickField(event.currentTarget.value)}>
                {fields.map((one) => <option key={one.key} value={one.key}>{pick(one.label, lang) || one.key}</option>)}
            </select>
            <select class="input" aria-label={names(a.builder.operator)} value={row.operator} onChange={(event) => onChange({ ...row, operator: event.currentTarget.value as Row["operator"] })}>
                {operators.map((one) => <option key={one} value={one}>{a.builder.operators[one]}</option>)}
            </select>
            {row.operator !== "answered" && row.operator !== "not_answered" ? <ValueInput row={row} field={field} label={names(a.builder.value)} onChange={(value) => onChange({ ...row, value })} /> : <span />}
            <Button size="small" kind="quiet" icon="close" label={`${t.common.remove}: ${a.builder.rule(number)}`} onClick={onRemove} />
        </div>
    );
}

function ValueInput({ row, field, label, onChange }: { row: Row; field: FormField | undefined; label: string; onChange: (value: string) => void }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    let choices: { value: string; label: string }[] | null = null;
    if (field?.type === "bool" || field?.type === "consent") choices = [{ value: "true", label: t.common.yes }, { value: "false", label: t.common.no }];
    else if (field?.options) choices = field.options.map((option) => ({ value: option.id, label: pick(option.label, lang) || option.id }));
    if (field?.type === "country") choices = countries(lang).map((country) => ({ value: country.code, label: country.name }));
    if (!choices) return <PlainValue row={row} field={field} label={label} onChange={onChange} />;
    return (
        <select class="input" aria-label={label} value={row.value} onChange={(event) => onChange(event.currentTarget.value)}>
            <option value="">{a.builder.choose}</option>
            {choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}
        </select>
    );
}

const kInputs: Partial<Record<FormField["type"], string>> = { date: "date", time: "time", datetime: "datetime-local" };

// Amounts are typed in yuan and compared in fen.
function PlainValue({ row, field, label, onChange }: { row: Row; field: FormField | undefined; label: string; onChange: (value: string) => void }) {
    const money = field?.type === "money";
    const [typed, setTyped] = useState(money && row.value !== "" ? fromFen(Number(row.value)) : row.value);
    const number = field?.type === "int" || field?.type === "rating";
    return (
        <input class="input" aria-label={label} type={kInputs[field?.type ?? "text"] ?? "text"} value={money ? typed : row.value} inputMode={money ? "decimal" : number ? "numeric" : undefined} maxLength={60}
            onInput={(event) => {
                const text = event.currentTarget.value;
                setTyped(text);
                onChange(money ? String(toFen(text) ?? "") : number ? text.replace(/[^\d-]/g, "") : text);
            }} />
    );
}
