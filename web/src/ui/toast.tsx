import { useEffect } from "preact/hooks";
import { Cell, useCell } from "../core/cell";
import { useText } from "../i18n";
import { Icon } from "./icons";

interface Toast {
    id: number;
    tone: "ok" | "bad";
    text: string;
}

const toasts = new Cell<Toast[]>([]);
let next = 1;

export function toast(text: string, tone: Toast["tone"] = "ok"): void {
    toasts.set([...toasts.value.slice(-2), { id: next++, tone, text }]);
}

function dismiss(id: number): void {
    toasts.set(toasts.value.filter((item) => item.id !== id));
}

function ToastItem({ item }: { item: Toast }) {
    const t = useText();
    useEffect(() => {
        const timer = setTimeout(() => dismiss(item.id), item.tone === "bad" ? 9000 : 5000);
        return () => clearTimeout(timer);
    }, [item.id]);
    return (
        <div class={`toast toast-${item.tone}`}>
            <Icon name={item.tone === "ok" ? "check" : "alert"} size={18} />
            <span>{item.text}</span>
            <button type="button" class="toast-close" aria-label={t.common.close} onClick={() => dismiss(item.id)}><Icon name="close" size={16} /></button>
        </div>
    );
}

// The live region is always there, so that screen readers notice what is put into it.
export function Toasts() {
    const items = useCell(toasts);
    return (
        <div class="toasts" role="status" aria-live="polite">
            {items.map((item) => <ToastItem key={item.id} item={item} />)}
        </div>
    );
}
