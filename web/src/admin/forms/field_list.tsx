import { useRef, useState } from "preact/hooks";
import type { FieldType, FormField } from "../../core/types";
import { pick, useLang, useText } from "../../i18n";
import { useAdminText } from "../../i18n/admin";
import { Button } from "../../ui/basic";
import type { FieldErrors } from "../../ui/form";
import { Icon } from "../../ui/icons";
import { FieldBody } from "./field_body";
import type { Caps } from "./model";

// What is being dragged: a field of the list, or a kind of field from below it.
export type Lifted = { from: number } | { type: FieldType };

interface Props {
    fields: FormField[];
    open: number | null;
    errors: FieldErrors;
    caps: Caps | null;
    lifted: Lifted | null;
    onLift: (lifted: Lifted | null) => void;
    onOpen: (index: number | null) => void;
    onMove: (from: number, to: number) => void;
    onInsert: (type: FieldType, at: number) => void;
    onRemove: (index: number) => void;
    onChange: (index: number, field: FormField) => void;
    onCaps: (caps: Caps) => void;
}

// The fields in order. They are dragged by their handle, or moved with the arrow keys while it has the focus.
export function FieldList(props: Props) {
    const { fields, lifted, onLift, onMove, onInsert } = props;
    const a = useAdminText();
    const lang = useLang();
    const [over, setOver] = useState<number | null>(null);
    const [said, setSaid] = useState("");
    const list = useRef<HTMLOListElement>(null);
    const from = lifted && "from" in lifted ? lifted.from : null;
    const byKey = (index: number, to: number) => {
        if (to < 0 || to >= fields.length || to === index) return;
        setSaid(a.builder.movedTo(pick(fields[index]!.label, lang), to + 1, fields.length));
        onMove(index, to);
        // At once: the next key is for the same field. Rows stay where they are; what they show moves.
        list.current?.querySelectorAll<HTMLElement>(".drag-handle")[to]?.focus();
    };
    const drop = (at: number) => {
        if (lifted && "from" in lifted) onMove(lifted.from, at);
        else if (lifted) onInsert(lifted.type, at);
        onLift(null);
        setOver(null);
    };
    const hint = (index: number) => (over !== index || !lifted || from === index ? undefined : `drop-here ${from !== null && from < index ? "drop-after" : "drop-before"}`);
    return (
        <>
            <ol class="field-list" ref={list} onDragLeave={(event) => { if (!list.current?.contains(event.relatedTarget as Node | null)) setOver(null); }}>
                {fields.map((field, index) => (
                    <li key={index} class={hint(index)} onDragOver={(event) => { if (lifted) { event.preventDefault(); setOver(index); } }} onDrop={(event) => { event.preventDefault(); drop(index); }}>
                        <FieldItem {...props} field={field} index={index} raised={from === index} onKey={(to) => byKey(index, to)}
                            onDrag={(event) => { event.dataTransfer?.setData("text/plain", field.key); onLift({ from: index }); }} onDragEnd={() => { onLift(null); setOver(null); }} />
                    </li>
                ))}
                {lifted && from === null && (
                    <li class={over === fields.length ? "drop-end drop-end-here" : "drop-end"} onDragOver={(event) => { event.preventDefault(); setOver(fields.length); }}
                        onDrop={(event) => { event.preventDefault(); drop(fields.length); }}>{a.builder.dropHere}</li>
                )}
            </ol>
            <p class="sr" role="status">{said}</p>
        </>
    );
}

const kSteps: Record<string, (index: number, last: number) => number> = {
    ArrowUp: (index) => index - 1, ArrowDown: (index) => index + 1, Home: () => 0, End: (_, last) => last,
};

function FieldItem({ field, index, fields, open, errors, caps, raised, onOpen, onMove, onRemove, onChange, onCaps, onKey, onDrag, onDragEnd }: Props & {
    field: FormField; index: number; raised: boolean; onKey: (to: number) => void; onDrag: (event: DragEvent) => void; onDragEnd: () => void;
}) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const label = pick(field.label, lang) || a.forms.newLabel;
    const at = `fields.${index}`;
    const bad = Object.keys(errors).some((name) => name.startsWith(`${at}.`) || name === at);
    const notes = [a.forms.types[field.type], field.required ? t.common.required : "", field.visible_if ? a.builder.conditional : ""].filter(Boolean).join(" · ");
    return (
        <div class={`field-item${bad ? " field-item-bad" : ""}${raised ? " field-item-lifted" : ""}`}>
            <div class="field-item-head">
                <button type="button" class="drag-handle" draggable aria-label={a.builder.handle(label)} title={a.builder.handleHelp} onDragStart={onDrag} onDragEnd={onDragEnd}
                    onKeyDown={(event) => {
                        const step = kSteps[event.key];
                        if (!step) return;
                        event.preventDefault();
                        onKey(step(index, fields.length - 1));
                    }}><Icon name="menu" size={16} /></button>
                <button type="button" class="field-item-name" aria-expanded={open === index} onClick={() => onOpen(open === index ? null : index)}>
                    {label}<small>{notes}</small>
                </button>
                {field.sensitive && <Icon name="lock" size={16} />}
                <span class="move-buttons">
                    <Button size="small" kind="quiet" icon="up" label={a.forms.moveUp(label)} disabled={index === 0} onClick={() => onMove(index, index - 1)} />
                    <Button size="small" kind="quiet" icon="down" label={a.forms.moveDown(label)} disabled={index === fields.length - 1} onClick={() => onMove(index, index + 1)} />
                </span>
                <Button size="small" kind="quiet" icon="trash" label={a.forms.removeField(label)} onClick={() => onRemove(index)} />
            </div>
            {open === index && <FieldBody key={index} field={field} at={at} errors={errors} before={fields.slice(0, index)} caps={caps} onChange={(next) => onChange(index, next)} onCaps={onCaps} />}
        </div>
    );
}
