// What the signed-in person may do, and where: pages show only what works. The server decides all the same.
import { get } from "../core/api";
import { Cell, useCell } from "../core/cell";
import { session } from "../core/session";
import { kStaffHint, remember } from "../core/storage";
import type { I18nText } from "../core/types";

export interface PlaceRights {
    id: string;
    slug: string;
    role: string;
    permissions: string[];
}

export interface Rights {
    platform: string[];
    organisations: (PlaceRights & { name: string })[];
    events: (PlaceRights & { title: I18nText; expires: string | null })[];
}

export const rights = new Cell<Rights | null>(null);
export const useRights = (): Rights => useCell(rights) ?? { platform: [], organisations: [], events: [] };

// Organisers may begin without any right of their own; others need one somewhere.
export const isStaff = (mine: Rights): boolean => mine.platform.length + mine.organisations.length + mine.events.length > 0;

export async function loadRights(signal?: AbortSignal): Promise<Rights> {
    const loaded = await get<Rights>("/me/rights", signal ? { signal } : {});
    rights.set(loaded);
    const state = session.value;
    // The menus of the public pages show the console to those who were seen to have something there.
    if (state.status === "in") remember(kStaffHint, isStaff(loaded) ? state.user.id : null);
    return loaded;
}

session.watch((state) => {
    if (state.status === "out") rights.set(null);
});

export const onPlatform = (mine: Rights, permission: string): boolean => mine.platform.includes(permission);

export const inOrganisation = (mine: Rights, organisation: string, permission: string): boolean =>
    onPlatform(mine, permission) || mine.organisations.some((one) => one.id === organisation && one.permissions.includes(permission));

// A right in an event may come from the event, from its organisation or from the platform.
export const inEvent = (mine: Rights, event: { id: string; organisation?: { id: string } }, permission: string): boolean =>
    inOrganisation(mine, event.organisation?.id ?? "", permission) || mine.events.some((one) => one.id === event.id && one.permissions.includes(permission));

export const anywhere = (mine: Rights, permission: string): boolean =>
    onPlatform(mine, permission) || [...mine.organisations, ...mine.events].some((one) => one.permissions.includes(permission));

// Every permission the person has somewhere: what a token may carry.
export const allOf = (mine: Rights): Set<string> => new Set([...mine.platform, ...[...mine.organisations, ...mine.events].flatMap((one) => one.permissions)]);

// Organisers (who may make organisations) make events in their own; others in an organisation where they may.
export const canCreateEvent = (mine: Rights): boolean => onPlatform(mine, "org.create") || anywhere(mine, "event.create");
