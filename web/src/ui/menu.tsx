import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { usePlace } from "../core/router";

// A disclosure that closes on Escape, on a click elsewhere and when the place changes.
export function Menu({ summary, label, children }: { summary: ComponentChildren; label: string; children: ComponentChildren }) {
    const box = useRef<HTMLDetailsElement>(null);
    const here = usePlace();
    const close = (focus: boolean) => {
        if (!box.current?.open) return;
        box.current.open = false;
        if (focus) box.current.querySelector("summary")?.focus();
    };
    useEffect(() => close(false), [here]);
    useEffect(() => {
        const outside = (event: Event) => {
            if (!box.current?.contains(event.target as Node)) close(false);
        };
        document.addEventListener("pointerdown", outside);
        document.addEventListener("focusin", outside);
        return () => {
            document.removeEventListener("pointerdown", outside);
            document.removeEventListener("focusin", outside);
        };
    }, []);
    return (
        <details class="menu" ref={box} onKeyDown={(event) => { if (event.key === "Escape") { event.stopPropagation(); close(true); } }}>
            <summary class="menu-button" aria-label={label}>{summary}</summary>
            <div class="menu-panel" onClick={(event) => { if ((event.target as Element).closest("button:not([aria-pressed])")) close(false); }}>{children}</div>
        </details>
    );
}
