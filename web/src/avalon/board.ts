// The numbers of the game that the pages show (docs/avalon-rules.md). The server decides; these only explain.
import type { Options, Role, Setup, Side } from "./types";

// What the note of a role depends on.
export interface Board {
    has: (role: Role) => boolean;
    lancelot: Options["lancelot"];
    mustFail: boolean; // the Lancelot who is Evil
}
export const mustFail = (options: Options): boolean => options.lancelot !== "none" && (options.lancelotMustPlay === "on" || (options.lancelotMustPlay === "by_variant" && options.lancelot === "open_deck"));
export const boardOf = (setup: Setup): Board => ({ has: (role) => setup.roles.includes(role), lancelot: setup.options.lancelot, mustFail: mustFail(setup.options) });

export const kSizes = [5, 6, 7, 8, 9, 10] as const;
const kGood: Record<number, number> = { 5: 3, 6: 4, 7: 4, 8: 5, 9: 6, 10: 6 };
const kTeams: Record<number, readonly number[]> = { 5: [2, 3, 2, 3, 3], 6: [2, 3, 4, 3, 4], 7: [2, 3, 3, 4, 4], 8: [3, 4, 4, 5, 5], 9: [3, 4, 4, 5, 5], 10: [3, 4, 4, 5, 5] };
const kBoards: Record<number, Role[]> = {
    5: ["merlin", "percival", "servant", "assassin", "morgana"],
    6: ["merlin", "percival", "servant", "servant", "assassin", "morgana"],
    7: ["merlin", "percival", "servant", "servant", "assassin", "morgana", "oberon"],
    8: ["merlin", "percival", "servant", "servant", "servant", "assassin", "minion", "morgana"],
    9: ["merlin", "percival", "servant", "servant", "servant", "servant", "assassin", "morgana", "mordred"],
    10: ["merlin", "percival", "servant", "servant", "servant", "servant", "assassin", "morgana", "mordred", "oberon"],
};

export const kGoodRoles: readonly Role[] = ["merlin", "percival", "lancelot_good", "servant"];
export const kEvilRoles: readonly Role[] = ["assassin", "morgana", "mordred", "oberon", "lancelot_evil", "minion"];
export const sideOf = (role: Role): Side => (kGoodRoles.includes(role) ? "good" : "evil");
export const goodSeats = (players: number): number => kGood[players] ?? 0;
export const teamSize = (players: number, quest: number): number => kTeams[players]?.[quest - 1] ?? 0;
export const failsRequired = (players: number, quest: number): number => (players >= 7 && quest === 4 ? 2 : 1);

export const kDefaults: Options = {
    lady: false, excalibur: false, plot: false, targeting: false, hammer: false, anonymousVotes: false, hiddenHistory: false, shuffleSeats: true,
    lancelot: "none", lancelotMustPlay: "by_variant", evilReveal: "none", speech: "free", speechSeconds: 60, timeout: "default", timer: "normal",
};

export const defaultSetup = (players: number): Setup => ({ roles: [...(kBoards[players] ?? [])], options: { ...kDefaults } });

export const count = (roles: Role[], role: Role): number => roles.filter((one) => one === role).length;

// Who makes room when a side has more roles than seats.
const kFirstToGo: readonly Role[] = ["oberon", "mordred", "morgana", "lancelot_evil", "percival", "assassin"];
const pairOf = (role: Role): Role | null => (role === "lancelot_good" ? "lancelot_evil" : role === "lancelot_evil" ? "lancelot_good" : null);

function fitted(roles: Role[], keep: Role, players: number): Role[] {
    const over = (side: Side) => roles.filter((role) => sideOf(role) === side).length > (side === "good" ? goodSeats(players) : players - goodSeats(players));
    for (const role of kFirstToGo) {
        if (role === keep || role === pairOf(keep) || !over(sideOf(role))) continue;
        roles = roles.filter((one) => one !== role && one !== pairOf(role));
    }
    return roles;
}

// One role more or less; servants and minions make up the number of their side, and a role that finds no seat takes that of another.
export function withRole(roles: Role[], role: Role, on: boolean, players: number): Role[] {
    const chosen = roles.filter((one) => one !== "servant" && one !== "minion" && one !== role);
    if (on) chosen.push(role);
    const pair = pairOf(role);
    const all = pair ? chosen.filter((one) => one !== pair).concat(on ? [pair] : []) : chosen;
    return filled(fitted(all, role, players), players);
}

export function filled(chosen: Role[], players: number): Role[] {
    const special = chosen.filter((one) => one !== "servant" && one !== "minion");
    const good = special.filter((one) => sideOf(one) === "good").length;
    const evil = special.length - good;
    const servants = Math.max(0, goodSeats(players) - good);
    const minions = Math.max(0, players - goodSeats(players) - evil);
    return [...special, ...Array<Role>(servants).fill("servant"), ...Array<Role>(minions).fill("minion")];
}
