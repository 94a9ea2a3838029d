export interface Change {
    key: string;
    from?: string; // not there: it was not set before
    to?: string; // not there: it is gone
}

const isRecord = (value: unknown): value is Record<string, unknown> => value !== null && typeof value === "object" && !Array.isArray(value);

// {a: {b: 1}} as {"a.b": 1}; lists stay whole.
function flat(value: unknown, prefix = "", out: Map<string, unknown> = new Map()): Map<string, unknown> {
    if (!isRecord(value)) return out;
    for (const [key, inner] of Object.entries(value)) {
        if (isRecord(inner) && Object.keys(inner).length > 0) flat(inner, `${prefix}${key}.`, out);
        else out.set(prefix + key, inner);
    }
    return out;
}

// Stored times are microseconds since 1970.
const isTime = (value: unknown): value is number => typeof value === "number" && value >= 1e15 && value < 1e16;

const show = (value: unknown): string =>
    isTime(value) ? new Date(value / 1000).toISOString() : value === null || value === undefined ? "∅" : Array.isArray(value) ? value.map(show).join(", ") : isRecord(value) ? JSON.stringify(value) : String(value);

// What differs between two records, field by field.
export function changes(before: unknown, after: unknown): Change[] {
    const [old, now] = [flat(before), flat(after)];
    return [...new Set([...old.keys(), ...now.keys()])]
        .filter((key) => JSON.stringify(old.get(key)) !== JSON.stringify(now.get(key)))
        .map((key) => ({ key, ...(old.has(key) ? { from: show(old.get(key)) } : {}), ...(now.has(key) ? { to: show(now.get(key)) } : {}) }));
}
