import { lang } from "../i18n";
import { kApiBase } from "./api_base";
import { noteServerTime } from "./clock";
import { currentToken, renewToken } from "./session";

export interface FieldError {
    field: string;
    reason: string;
}

export class ApiError extends Error {
    constructor(
        readonly status: number, // 0: the server was not reached
        readonly code: string,
        message: string,
        readonly details: FieldError[] = [],
        readonly requestId = "",
        readonly retryAfterSeconds = 0,
    ) {
        super(message);
        this.name = "ApiError";
    }
}

export interface Page<T> {
    items: T[];
    next: string | null;
    rev?: number; // of the list as a whole, where it has one
}

export interface CallOptions {
    body?: unknown;
    rev?: number | undefined; // sent as If-Match
    key?: string; // Idempotency-Key
    signal?: AbortSignal;
    anonymous?: boolean; // without the access token: sign-in routes and public reads
    keepalive?: boolean;
}

interface Envelope {
    success?: boolean;
    data?: unknown;
    meta?: { next_cursor?: string | null };
    code?: string;
    message?: string;
    requestId?: string;
    details?: FieldError[];
}

const kTimeoutMs = 30_000;

// randomUUID exists only in secure contexts; a server on a plain local address is not one.
export function newKey(): string {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function send(method: string, path: string, options: CallOptions, token: string | null): Promise<Response> {
    const headers: Record<string, string> = {
        Accept: "application/json",
        "Accept-Language": lang.value === "zh" ? "zh-CN" : "en",
    };
    if (token) headers["Authorization"] = `Bearer ${token}`;
    if (options.body !== undefined) headers["Content-Type"] = "application/json";
    if (options.key) headers["Idempotency-Key"] = options.key;
    if (options.rev !== undefined) headers["If-Match"] = `"${options.rev}"`;
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(), kTimeoutMs);
    const outer = () => timer.abort();
    options.signal?.addEventListener("abort", outer);
    try {
        const response = await fetch(kApiBase + path, {
            method,
            headers,
            body: options.body === undefined ? null : JSON.stringify(options.body),
            signal: timer.signal,
            credentials: "same-origin",
            cache: method === "GET" ? "no-cache" : "no-store",
            keepalive: options.keepalive ?? false,
        });
        noteServerTime(response.headers.get("Date"));
        return response;
    } catch (error) {
        if (options.signal?.aborted) throw error;
        throw new ApiError(0, timer.signal.aborted ? "TIMEOUT" : "NETWORK", "");
    } finally {
        clearTimeout(timeout);
        options.signal?.removeEventListener("abort", outer);
    }
}

async function failure(response: Response): Promise<ApiError> {
    let envelope: Envelope = {};
    try {
        envelope = (await response.json()) as Envelope;
    } catch {
        // Not ours (a proxy's page): the status is all there is to tell.
    }
    const retry = Number(response.headers.get("Retry-After") ?? "0");
    return new ApiError(
        response.status,
        envelope.code ?? `HTTP_${response.status}`,
        envelope.message ?? "",
        envelope.details ?? [],
        envelope.requestId ?? response.headers.get("X-Request-Id") ?? "",
        Number.isFinite(retry) ? retry : 0,
    );
}

async function request(method: string, path: string, options: CallOptions): Promise<Response> {
    if (options.anonymous) {
        const response = await send(method, path, options, null);
        if (!response.ok) throw await failure(response);
        return response;
    }
    const token = await currentToken();
    let response = await send(method, path, options, token);
    if (response.status === 401 && token) {
        const error = await failure(response);
        if (error.code !== "TOKEN_EXPIRED" && error.code !== "UNAUTHENTICATED") throw error;
        const renewed = await renewToken(token);
        if (!renewed) throw error;
        response = await send(method, path, options, renewed);
    }
    if (!response.ok) throw await failure(response);
    return response;
}

export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const response = await request(method, path, options);
    if (response.status === 204) return undefined as T;
    return ((await response.json()) as Envelope).data as T;
}

export async function list<T>(path: string, query: Record<string, string | null | undefined> = {}, options: CallOptions = {}): Promise<Page<T>> {
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) if (value) search.set(key, value);
    const text = search.toString();
    const response = await request("GET", path + (text ? `?${text}` : ""), options);
    const envelope = (await response.json()) as Envelope;
    const rev = /^"(\d+)"$/.exec(response.headers.get("ETag") ?? "")?.[1];
    return { items: (envelope.data ?? []) as T[], next: envelope.meta?.next_cursor ?? null, ...(rev === undefined ? {} : { rev: Number(rev) }) };
}

// A list that tells something besides its rows.
export async function listWith<T, M>(path: string, options: CallOptions = {}): Promise<{ items: T[]; meta: M }> {
    const response = await request("GET", path, options);
    const envelope = (await response.json()) as Envelope;
    return { items: (envelope.data ?? []) as T[], meta: (envelope.meta ?? {}) as M };
}

// A file behind the access token: fetched, then handed to the browser as a download.
export async function download(path: string, fallbackName: string): Promise<void> {
    const response = await request("GET", path, {});
    const named = /filename\*=UTF-8''([^;]+)/i.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
    const plain = /filename="([^"]+)"/i.exec(response.headers.get("Content-Disposition") ?? "")?.[1];
    const url = URL.createObjectURL(await response.blob());
    const link = document.createElement("a");
    link.href = url;
    link.download = named ? decodeURIComponent(named) : (plain ?? fallbackName);
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export const get = <T>(path: string, options?: CallOptions): Promise<T> => call<T>("GET", path, options);
// For routes whose path says it all: they take no body, not even an empty one.
export const act = <T = void>(path: string): Promise<T> => call<T>("POST", path);
export const post = <T>(path: string, body?: unknown, options?: CallOptions): Promise<T> =>
    call<T>("POST", path, { ...options, body: body ?? {} });
