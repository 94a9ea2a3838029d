import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiError, newKey } from "./api";

export interface Loaded<T> {
    data: T | null;
    error: ApiError | null;
    loading: boolean;
    reload: () => Promise<void>;
    set: (data: T) => void;
}

export function asApiError(error: unknown): ApiError {
    if (error instanceof ApiError) return error;
    return new ApiError(0, "PAGE", error instanceof Error ? error.message : String(error));
}

// Loads when `deps` change. What was shown stays until the next answer, so a reload does not flicker.
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, deps: readonly unknown[]): Loaded<T> {
    const [state, setState] = useState<{ data: T | null; error: ApiError | null; loading: boolean }>({
        data: null, error: null, loading: true,
    });
    const latest = useRef(load);
    latest.current = load;
    const abort = useRef<AbortController | null>(null);

    const run = useCallback(async (keep: boolean) => {
        abort.current?.abort();
        const mine = new AbortController();
        abort.current = mine;
        setState((old) => ({ data: keep ? old.data : null, error: null, loading: true }));
        try {
            const data = await latest.current(mine.signal);
            if (!mine.signal.aborted) setState({ data, error: null, loading: false });
        } catch (error) {
            if (!mine.signal.aborted) setState((old) => ({ data: keep ? old.data : null, error: asApiError(error), loading: false }));
        }
    }, []);

    useEffect(() => {
        void run(false);
        return () => abort.current?.abort();
    }, deps);

    const reload = useCallback(() => run(true), [run]);
    const set = useCallback((data: T) => setState({ data, error: null, loading: false }), []);
    return { ...state, reload, set };
}

// Runs `work` every `ms` while the page is visible, and when it becomes visible again.
export function usePolling(work: () => void, ms: number, active = true): void {
    const latest = useRef(work);
    latest.current = work;
    useEffect(() => {
        if (!active) return;
        const tick = () => {
            if (!document.hidden) latest.current();
        };
        const timer = setInterval(tick, ms);
        document.addEventListener("visibilitychange", tick);
        return () => {
            clearInterval(timer);
            document.removeEventListener("visibilitychange", tick);
        };
    }, [ms, active]);
}

// One key for one intention: kept while the same body is tried again, new when the body changes.
export function useIdempotencyKey(): (body: unknown) => string {
    const last = useRef<{ body: string; key: string } | null>(null);
    return useCallback((body: unknown) => {
        const text = JSON.stringify(body);
        if (last.current?.body !== text) last.current = { body: text, key: newKey() };
        return last.current.key;
    }, []);
}

// A draft of what is shown. It begins anew when `key` changes; at once, since an effect would run after the first keys were typed.
export function useDraft<T>(fresh: T, key: string): [T, (draft: T) => void] {
    const [state, setState] = useState({ key, draft: fresh });
    return [state.key === key ? state.draft : fresh, (draft: T) => setState({ key, draft })];
}

// Guards a handler that must not run twice at once.
export function useBusy(): [boolean, <T>(work: () => Promise<T>) => Promise<T | undefined>] {
    const [busy, setBusy] = useState(false);
    const running = useRef(false);
    const alive = useRef(true);
    useEffect(() => () => void (alive.current = false), []);
    const run = useCallback(async <T>(work: () => Promise<T>): Promise<T | undefined> => {
        if (running.current) return undefined;
        running.current = true;
        setBusy(true);
        try {
            return await work();
        } finally {
            running.current = false;
            if (alive.current) setBusy(false);
        }
    }, []);
    return [busy, run];
}
