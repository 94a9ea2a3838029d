// Where the HTTP API is. The server writes it into the page when it is configured to be elsewhere.
const meta = typeof document.querySelector === "function" ? document.querySelector<HTMLMetaElement>('meta[name="roundtable-api"]') : null;

export const kApiBase = meta?.content || "/api/v1";
