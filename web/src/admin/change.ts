// {state: DRAFT} to {state: PUBLISHED} as "state: DRAFT → PUBLISHED".
export function changeText(before: unknown, after: unknown): string {
    const record = (value: unknown) => (value && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : {});
    const [old, now] = [record(before), record(after)];
    const show = (value: unknown) => (value === undefined || value === null ? "∅" : typeof value === "object" ? JSON.stringify(value) : String(value));
    return [...new Set([...Object.keys(old), ...Object.keys(now)])]
        .filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]))
        .map((key) => `${key}: ${key in old ? `${show(old[key])} → ` : ""}${show(now[key])}`)
        .join("\n");
}
