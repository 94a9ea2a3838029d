import { useEffect, useRef } from "preact/hooks";
import { remaining, useNow } from "../core/clock";
import { useRegistrationText } from "../i18n/registration";

// Days and a clock until an instant. `onOver` is called once when it is reached. Screen readers hear it when they come by, not every second.
export function Countdown({ until, onOver, label }: { until: string; onOver?: () => void; label?: string }) {
    const r = useRegistrationText();
    const now = useNow(1000);
    const left = remaining(until, now);
    const told = useRef(false);
    useEffect(() => {
        if (!left.over || told.current) return;
        told.current = true;
        onOver?.();
    }, [left.over]);
    return (
        <p class="countdown" role="timer" aria-live="off">
            {label && <small>{label}</small>}
            <strong>{r.event.countdown(left.days, left.clock)}</strong>
        </p>
    );
}

export function useClockText(until: string | null | undefined): string {
    const r = useRegistrationText();
    const now = useNow(until ? 1000 : 0);
    if (!until) return "";
    const left = remaining(until, now);
    return r.event.countdown(left.days, left.clock);
}
