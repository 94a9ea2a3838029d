// From the words of the wire to the types of this page: names in camelCase, everything present, what belongs to an expansion that is not in
// play at its resting value.
import { kDefaults } from "./board";
import type { Action, Game, LogEntry, Options, Proposal, QuestResult, Room, SeatView, Setup } from "./types";

export type Wire = Record<string, unknown>;

const camel = (key: string): string => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function renamed(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(renamed);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [camel(key), renamed(inner)]));
}

const kLancelots: readonly Options["lancelot"][] = ["none", "hidden_deck", "open_deck", "known"];

export function setupOf(wire: Wire): Setup {
    const options = renamed(wire["options"] ?? {}) as Omit<Options, "lancelot"> & { lancelot?: number | Options["lancelot"] };
    const lancelot = typeof options.lancelot === "number" ? kLancelots[options.lancelot]! : (options.lancelot ?? "none");
    return { roles: (wire["roles"] ?? []) as Setup["roles"], options: { ...kDefaults, ...options, lancelot } };
}

export function setupForWire(setup: Setup): Wire {
    const options = Object.fromEntries(Object.entries(setup.options).map(([key, value]) => [snake(key), value]));
    return { roles: setup.roles, options: { ...options, lancelot: kLancelots.indexOf(setup.options.lancelot) } };
}

export function roomOf(wire: Wire): Room {
    const room = wire as unknown as Room;
    return { ...room, code: room.code.toUpperCase(), setup: setupOf((wire["setup"] ?? {}) as Wire) };
}

const kSeat: SeatView = { player: 0, bot: false, role: null, side: null, mark: "nothing", assassin: false };
const kAction: Action = { type: "ready", seats: [], swords: [], pick: 0, quests: [], sizes: [], mayYes: false, mayNo: false, cards: [], card: null };
const kLog: LogEntry = { type: "", round: 0, attempt: 0, by: null, target: null, number: 0, yes: false, card: null };
const kProposal = { sword: null, approvers: null, open: [], openApprovals: [] };
const kQuest = { sword: null, swordTarget: null, shown: null, shownSuccess: false, failed: null };

const all = <T extends object>(items: unknown, resting: object): T[] => ((items ?? []) as T[]).map((item) => ({ ...resting, ...item }));

interface Nested {
    lady?: { holder: number | null; held: number[] } | null;
    lancelot?: { switched: boolean; cards: Game["loyalty"]; turned: number } | null;
    plot?: { table: Game["plotTable"]; held: Game["plotHeld"]; instant: Game["plotInstant"]; left: number; found: number | null; ambushed: number[] } | null;
    pause?: { votes: number[]; needed: number };
    void?: { votes: number[]; needed: number };
}

export function gameOf(wire: Wire): Game {
    const setup = setupOf((wire["setup"] ?? {}) as Wire);
    const game = renamed({ ...wire, setup: null }) as unknown as Omit<Game, "lady"> & Nested;
    const { lady, lancelot, plot, pause, void: voids, ...rest } = game;
    return {
        ...rest,
        setup,
        seed: rest.seed ?? "", clientBytes: rest.clientBytes ?? [],
        seats: all<SeatView>(rest.seats, kSeat), proposals: all<Proposal>(rest.proposals, kProposal), quests: all<QuestResult>(rest.quests, kQuest),
        actions: all<Action>(rest.actions, kAction), log: all<LogEntry>(rest.log, kLog), secrets: rest.secrets ?? [],
        waiting: rest.waiting ?? [], ready: rest.ready ?? [], voted: rest.voted ?? [], botVotes: rest.botVotes ?? [],
        myChoice: rest.myChoice ?? null, actor: rest.actor ?? null, outcome: outcomeOf(rest.outcome), evilRevealed: rest.evilRevealed ?? false,
        lady: lady?.holder ?? null, ladyHeld: lady?.held ?? [],
        switched: lancelot?.switched ?? false, loyalty: lancelot?.cards ?? [], loyaltyTurned: lancelot?.turned ?? 0,
        plotTable: plot?.table ?? [], plotHeld: plot?.held ?? [], plotInstant: plot?.instant ?? null, plotLeft: plot?.left ?? 0,
        found: plot?.found ?? null, ambushed: plot?.ambushed ?? [],
        pauseVotes: pause?.votes ?? [], pauseNeeded: pause?.needed ?? 0, voidVotes: voids?.votes ?? [], voidNeeded: voids?.needed ?? 0,
    };
}

const outcomeOf = (outcome: Game["outcome"] | undefined): Game["outcome"] => (outcome ? { ...outcome, shooter: outcome.shooter ?? null, shot: outcome.shot ?? null } : null);
