import { Cell, useCell } from "./cell";

export interface Place {
    path: string;
    query: URLSearchParams;
    visit: number; // counts navigations, so that a page knows whether it is the first one
}

let visits = 0;

function readPlace(): Place {
    return { path: location.pathname, query: new URLSearchParams(location.search), visit: visits };
}

export const place = new Cell<Place>(readPlace());
export const usePlace = (): Place => useCell(place);

// Asked before leaving a page with unsaved input; resolves to true when leaving is fine.
type LeaveGuard = () => Promise<boolean>;
let leaveGuard: LeaveGuard | null = null;
export function setLeaveGuard(guard: LeaveGuard | null): void {
    leaveGuard = guard;
}

function arrive(): void {
    visits += 1;
    place.set(readPlace());
}

export async function navigate(to: string, options: { replace?: boolean; force?: boolean } = {}): Promise<void> {
    if (leaveGuard && !options.force && !(await leaveGuard())) return;
    leaveGuard = null;
    if (options.replace) history.replaceState(null, "", to);
    else history.pushState(null, "", to);
    arrive();
    if (!location.hash) scrollTo({ top: 0, behavior: "instant" as ScrollBehavior });
}

// Changes the query without a new page: filters and tabs.
export function setQuery(changes: Record<string, string | null>): void {
    const query = new URLSearchParams(location.search);
    for (const [key, value] of Object.entries(changes)) {
        if (value === null || value === "") query.delete(key);
        else query.set(key, value);
    }
    const text = query.toString();
    history.replaceState(null, "", location.pathname + (text ? `?${text}` : ""));
    place.set(readPlace());
}

const kServerPaths = /^\/(api|assets|metrics|health|livez|readyz|ws|socket\.io)(\/|$)/;

function onClick(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || kServerPaths.test(link.pathname)) return;
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    event.preventDefault();
    void navigate(link.pathname + link.search + link.hash);
}

export function startRouter(): void {
    document.addEventListener("click", onClick);
    addEventListener("popstate", arrive);
}

// `/teams/:id` against `/teams/abc` gives {id: "abc"}; null when it does not fit.
export function match(pattern: string, path: string): Record<string, string> | null {
    const wanted = pattern.split("/").filter(Boolean);
    const got = path.split("/").filter(Boolean);
    if (wanted.length !== got.length) return null;
    const params: Record<string, string> = {};
    for (let i = 0; i < wanted.length; i++) {
        const part = wanted[i]!;
        if (part.startsWith(":")) {
            try {
                params[part.slice(1)] = decodeURIComponent(got[i]!);
            } catch {
                return null;
            }
        } else if (part !== got[i]) return null;
    }
    return params;
}

// Where to go after signing in. Only paths of this site are taken: `//host` and `/\host` name other sites.
export function safeNext(next: string | null): string {
    if (!next || !/^\/(?![/\\])/.test(next) || /[\u0000-\u001f\\]/.test(next)) return "/";
    return next;
}
