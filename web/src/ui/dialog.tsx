import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Cell, useCell } from "../core/cell";
import { useText } from "../i18n";
import { Button } from "./basic";
import { TextArea } from "./fields";

interface Question {
    title: string;
    body?: ComponentChildren;
    confirm: string;
    cancel?: string;
    danger?: boolean;
    reason?: { label: string; required: boolean };
    answer: (result: { ok: boolean; reason: string }) => void;
}

const open = new Cell<Question | null>(null);

// Asks with a native modal dialog; the focus goes back to where it was.
export function ask(question: Omit<Question, "answer">): Promise<{ ok: boolean; reason: string }> {
    return new Promise((resolve) => {
        open.value?.answer({ ok: false, reason: "" });
        open.set({ ...question, answer: resolve });
    });
}

export function Dialogs() {
    const question = useCell(open);
    return question ? <ConfirmDialog key={question.title} question={question} /> : null;
}

function ConfirmDialog({ question }: { question: Question }) {
    const t = useText();
    const [reason, setReason] = useState("");
    const [missing, setMissing] = useState(false);
    const finish = (ok: boolean) => {
        if (ok && question.reason?.required && !reason.trim()) {
            setMissing(true);
            return;
        }
        open.set(null);
        question.answer({ ok, reason: reason.trim() });
    };
    return (
        <Modal title={question.title} onClose={() => finish(false)}>
            <form noValidate onSubmit={(event) => { event.preventDefault(); finish(true); }}>
                {question.body && <div class="dialog-body">{question.body}</div>}
                {question.reason && (
                    <TextArea label={question.reason.label} optional={!question.reason.required} value={reason} onInput={setReason} rows={3}
                        error={missing && !reason.trim() ? t.field.required : undefined} maxLength={500} />
                )}
                <div class="dialog-actions">
                    <Button onClick={() => finish(false)}>{question.cancel ?? t.common.cancel}</Button>
                    <Button type="submit" kind={question.danger ? "danger" : "primary"}>{question.confirm}</Button>
                </div>
            </form>
        </Modal>
    );
}

export function Modal({ title, children, onClose, wide }: { title: string; children: ComponentChildren; onClose: () => void; wide?: boolean }) {
    const box = useRef<HTMLDialogElement>(null);
    const id = useId();
    useEffect(() => {
        const before = document.activeElement;
        const dialog = box.current;
        dialog?.showModal();
        return () => {
            dialog?.close();
            if (before instanceof HTMLElement && before.isConnected) before.focus();
        };
    }, []);
    return (
        <dialog ref={box} class={wide ? "dialog dialog-wide" : "dialog"} aria-labelledby={id}
            onCancel={(event) => { event.preventDefault(); onClose(); }}
            onClick={(event) => { if (event.target === box.current) onClose(); }}>
            <div class="dialog-inner">
                <h2 id={id}>{title}</h2>
                {children}
            </div>
        </dialog>
    );
}
