export function Console(_: { params: Record<string, string> }) { return null; }
