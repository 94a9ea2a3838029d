// Who is signed in. The access token lives in this page's memory only; the refresh token is an HttpOnly cookie that
// scripts never see. One tab at a time renews (navigator.locks), because a refresh token may be used once.
import { kApiBase } from "./api_base";
import { Cell, useCell } from "./cell";
import { remember, remembered } from "./storage";
import type { Session, User } from "./types";

export type SessionState =
    | { status: "unknown" } // a cookie may exist; asking
    | { status: "out" }
    | { status: "in"; user: User };

// Whether a cookie is likely: saves anonymous visitors a request that can only fail.
const kHint = "session";
const kRenewEarlyMs = 30_000;

export const session = new Cell<SessionState>(remembered(kHint) ? { status: "unknown" } : { status: "out" });
export const useSession = (): SessionState => useCell(session);

interface Token {
    text: string;
    expires: number;
}

let token: Token | null = null;
let renewing: Promise<string | null> | null = null;

type Message = { kind: "signed-in"; token: Token; user: User } | { kind: "signed-out" };
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("rt-session");

function take(next: Token, user: User): void {
    token = next;
    const now = session.value;
    if (now.status === "in" && JSON.stringify(now.user) === JSON.stringify(user)) return;
    session.set({ status: "in", user });
}

function forget(): void {
    token = null;
    if (session.value.status !== "out") session.set({ status: "out" });
}

channel?.addEventListener("message", (event: MessageEvent<Message>) => {
    if (event.data.kind === "signed-in") take(event.data.token, event.data.user);
    else forget();
});

export function signedIn(data: Session): void {
    const next = { text: data.access_token, expires: Date.now() + data.expires_in * 1000 };
    remember(kHint, "1");
    take(next, data.user);
    channel?.postMessage({ kind: "signed-in", token: next, user: data.user } satisfies Message);
}

export function userChanged(user: User): void {
    if (!token) return;
    take(token, user);
    channel?.postMessage({ kind: "signed-in", token, user } satisfies Message);
}

// The server has ended this browser's session, by a request of this page.
export function signedOut(): void {
    remember(kHint, null);
    forget();
    channel?.postMessage({ kind: "signed-out" } satisfies Message);
}

function alone<T>(work: () => Promise<T>): Promise<T> {
    return navigator.locks ? (navigator.locks.request("rt-refresh", work) as Promise<T>) : work();
}

// An answer that was lost on its way may be asked for again, soon: the server gives the same cookie.
const kRepeatMs = 1000;

function askServer(): Promise<Response> {
    return fetch(`${kApiBase}/auth/refresh`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: "{}",
        credentials: "same-origin",
        cache: "no-store",
    });
}

async function askForToken(stale: string | null): Promise<string | null> {
    // Another tab may have renewed while this one waited for the lock.
    if (token && token.text !== stale && token.expires > Date.now() + kRenewEarlyMs) return token.text;
    let response: Response;
    try {
        response = await askServer().catch(async () => {
            await new Promise((resolve) => setTimeout(resolve, kRepeatMs));
            return askServer();
        });
    } catch {
        return null; // not reached: still signed in, as far as anybody knows
    }
    if (response.ok) {
        const data = ((await response.json()) as { data: Session }).data;
        signedIn(data);
        return data.access_token;
    }
    if (response.status === 401 || response.status === 403) signedOut();
    return null;
}

// A new token after `stale` was refused; null when nobody is signed in.
export function renewToken(stale: string | null): Promise<string | null> {
    renewing ??= alone(() => askForToken(stale)).finally(() => {
        renewing = null;
    });
    return renewing;
}

// The token to send, renewed shortly before it ends; null for an anonymous visitor.
export async function currentToken(): Promise<string | null> {
    if (session.value.status === "out") return null;
    if (token && token.expires > Date.now() + kRenewEarlyMs) return token.text;
    return renewToken(token?.text ?? null);
}

// After a sign-in by redirects (WeChat): the cookie has come, the page does not know yet.
export async function takeUpSession(): Promise<boolean> {
    return (await renewToken(null)) !== null;
}

// Called once at the start: turns "unknown" into "in" or "out".
export async function startSession(): Promise<void> {
    if (session.value.status !== "unknown") return;
    await renewToken(null);
    if (session.value.status === "unknown") session.set({ status: "out" });
}

// Ends the session at the server, then here. Where the server is not reached the session lives on, and so this throws
// instead of pretending: the cookie cannot be removed from here.
export async function signOut(): Promise<void> {
    const headers: Record<string, string> = { "Content-Type": "application/json", Accept: "application/json" };
    if (token) headers["Authorization"] = `Bearer ${token.text}`;
    const response = await fetch(`${kApiBase}/auth/logout`, { method: "POST", headers, body: "{}", credentials: "same-origin" });
    if (!response.ok && response.status !== 401) throw new Error(`sign-out was answered ${response.status}`);
    signedOut();
}
