import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { usePlace } from "../core/router";

// A disclosure that closes on Escape, on a click elsewhere and when the place changes. It is placed when it opens: on the
// side where there is room, and above a scrolling table that would cut it off.
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
    const place = () => {
        const panel = box.current?.querySelector<HTMLElement>(".menu-panel");
        if (!box.current?.open || !panel) return;
        const at = box.current.getBoundingClientRect();
        const below = at.bottom + panel.offsetHeight + 12 < innerHeight;
        panel.style.position = "fixed";
        panel.style.top = `${below ? at.bottom + 6 : Math.max(8, at.top - panel.offsetHeight - 6)}px`;
        const width = document.documentElement.clientWidth;
        const onTheRight = at.right >= panel.offsetWidth + 8;
        panel.style.right = onTheRight ? `${Math.max(8, width - at.right)}px` : "auto";
        panel.style.left = onTheRight ? "auto" : `${Math.max(8, at.left)}px`;
        addEventListener("scroll", () => close(false), { once: true, capture: true, passive: true });
    };
    return (
        <details class="menu" ref={box} onToggle={place} onKeyDown={(event) => { if (event.key === "Escape") { event.stopPropagation(); close(true); } }}>
            <summary class="menu-button" aria-label={label}>{summary}</summary>
            <div class="menu-panel" onClick={(event) => { if ((event.target as Element).closest("button:not([aria-pressed])")) close(false); }}>{children}</div>
        </details>
    );
}
