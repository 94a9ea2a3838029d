// What this browser saw of a deal before it was made, per room and number of the game. The server cannot change it afterwards, so the check at
// the end compares with this and not with what the server says by then.
import type { Role } from "./types";

export interface SeenDeal {
    bytes?: string | undefined; // what this page added
    commitment?: string | undefined; // as it was when it did
    role?: Role | undefined; // as it was shown at the start
}

const keyOf = (roomId: string, gameNo: number) => `rt.deal.${roomId}.${gameNo}`;

// A commitment or a role that was seen is not overwritten: the first one counts. The bytes given last are the ones that count.
export function joinSeen(before: SeenDeal, now: SeenDeal): SeenDeal {
    return { bytes: now.bytes ?? before.bytes, commitment: before.commitment ?? now.commitment, role: before.role ?? now.role };
}

export function keepDeal(roomId: string, gameNo: number, now: SeenDeal): void {
    try {
        sessionStorage.setItem(keyOf(roomId, gameNo), JSON.stringify(joinSeen(seenDeal(roomId, gameNo), now)));
    } catch {
        // Forbidden storage: the check after the game says less.
    }
}

export function seenDeal(roomId: string, gameNo: number): SeenDeal {
    try {
        const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(roomId, gameNo)) ?? "{}");
        return kept !== null && typeof kept === "object" ? (kept as SeenDeal) : {};
    } catch {
        return {};
    }
}
