// Boards as the figures name them ("7:merlin,servant*3,assassin,minion*2+lady+deck"), in words.
import type { Role } from "./types";
import type { Words } from "./words";

export function boardName(board: string, w: Words): { title: string; roles: string } {
    const [head = "", ...options] = board.split("+");
    const [players = "", roles = ""] = head.split(":");
    const shown = roles.split(",").map((one) => {
        const [role = "", copies] = one.split("*");
        const name = w.roles[role as Role]?.name ?? role;
        return copies ? `${name}×${copies}` : name;
    });
    return { title: w.parts([w.lobby.people(Number(players)), ...options.map((one) => w.boardOptions[one] ?? one)]), roles: w.list(shown) };
}
