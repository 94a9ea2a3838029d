// The server's time, as its answers tell it: a phone's own clock may be minutes off, and places open at a second.
import { useEffect, useState } from "preact/hooks";

const kTrustedMs = 2000; // the header has whole seconds; a smaller difference is no difference
let ahead = 0;

export function noteServerTime(header: string | null): void {
    const at = header ? Date.parse(header) : NaN;
    if (Number.isNaN(at)) return;
    const difference = at + 500 - Date.now();
    ahead = Math.abs(difference) > kTrustedMs ? difference : 0;
}

export const serverNow = (): number => Date.now() + ahead;

// Now, told again every `ms`; 0 stops it.
export function useNow(ms: number): number {
    const [now, setNow] = useState(serverNow());
    useEffect(() => {
        if (ms === 0) return;
        setNow(serverNow());
        const timer = setInterval(() => setNow(serverNow()), ms);
        return () => clearInterval(timer);
    }, [ms]);
    return now;
}

export interface Remaining {
    days: number;
    clock: string; // 03:04:05
    over: boolean;
}

export function remaining(until: string | number, now: number): Remaining {
    const left = Math.max(0, Math.ceil((new Date(until).getTime() - now) / 1000));
    const two = (n: number) => String(n).padStart(2, "0");
    return { days: Math.floor(left / 86400), clock: `${two(Math.floor(left / 3600) % 24)}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`, over: left === 0 };
}
