import { useEffect, useState } from "preact/hooks";

// A value that components may watch. Small on purpose: session, language, theme, location and toasts are all there is.
export class Cell<T> {
    private watchers = new Set<(value: T) => void>();
    constructor(private current: T) {}

    get value(): T {
        return this.current;
    }

    set(next: T): void {
        if (Object.is(next, this.current)) return;
        this.current = next;
        for (const watcher of [...this.watchers]) watcher(next);
    }

    watch(watcher: (value: T) => void): () => void {
        this.watchers.add(watcher);
        return () => this.watchers.delete(watcher);
    }
}

export function useCell<T>(cell: Cell<T>): T {
    const [value, setValue] = useState<T>(() => cell.value);
    useEffect(() => {
        setValue(() => cell.value);
        return cell.watch((next) => setValue(() => next));
    }, [cell]);
    return value;
}
