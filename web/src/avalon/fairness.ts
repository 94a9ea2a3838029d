// The deal, drawn again from the seed that the server committed to before the start (docs/avalon-rules.md, "The deal"). Nothing here trusts the
// server: the inputs are the published commitment, the seed, the clients' bytes and what the players saw.
import type { SeenDeal } from "./seen";
import type { Game, PlotCard, Role } from "./types";

const kRoles: readonly Role[] = ["merlin", "percival", "servant", "assassin", "minion", "morgana", "mordred", "oberon", "lancelot_good", "lancelot_evil"];
const kEvil = new Set<Role>(["assassin", "minion", "morgana", "mordred", "oberon", "lancelot_evil"]);
const kPlot: readonly [PlotCard, number, number][] = [
    ["lead_to_victory", 2, 2], ["ambush", 2, 2], ["king_returns", 1, 3], ["restore_honor", 1, 1], ["charge", 1, 2], ["true_nature", 0, 1], ["are_you_the_one", 0, 2], ["found_you", 0, 1], ["strength", 0, 1],
];
const kLargeTable = 7;
const kLoyaltyOpen = 5;

export interface Deal {
    order: number[];
    roles: Role[];
    assassin: number | null;
    leader: number;
    loyalty: ("no_change" | "switch")[];
    plot: PlotCard[];
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hexOf = (bytes: ArrayBuffer): string => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
        out.set(part, at);
        at += part.length;
    }
    return out;
}

export async function commitment(gameId: string, seed: string): Promise<string> {
    return hexOf(await crypto.subtle.digest("SHA-256", joined([new TextEncoder().encode(`avalon-deal-1${gameId}`), bytesOf(seed)])));
}

class Stream {
    private words: number[] = [];
    private counter = 0;
    constructor(private readonly key: CryptoKey, private readonly salt: Uint8Array) {}

    static async of(seed: string, clientBytes: string[]): Promise<Stream> {
        const key = await crypto.subtle.importKey("raw", joined([bytesOf(seed)]), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
        return new Stream(key, joined([...clientBytes].sort().map(bytesOf)));
    }

    private async word(): Promise<number> {
        if (this.words.length === 0) {
            const counter = new Uint8Array(4);
            new DataView(counter.buffer).setUint32(0, this.counter++);
            const block = new DataView(await crypto.subtle.sign("HMAC", this.key, joined([this.salt, counter])));
            for (let i = 0; i < 32; i += 4) this.words.push(block.getUint32(i));
        }
        return this.words.shift()!;
    }

    async below(bound: number): Promise<number> {
        const limit = Math.floor(2 ** 32 / bound) * bound;
        let word = await this.word();
        while (word >= limit) word = await this.word();
        return word % bound;
    }

    async shuffle<T>(items: T[]): Promise<void> {
        for (let i = items.length; i > 1; i--) {
            const other = await this.below(i);
            [items[i - 1], items[other]] = [items[other]!, items[i - 1]!];
        }
    }
}

async function assassinOf(roles: Role[], stream: Stream): Promise<number | null> {
    if (!roles.includes("merlin")) return null;
    if (roles.includes("assassin")) return roles.indexOf("assassin");
    const may = roles.map((role, seat) => ({ role, seat })).filter(({ role }) => kEvil.has(role) && role !== "oberon" && role !== "lancelot_evil");
    return may[await stream.below(may.length)]!.seat;
}

export async function draw(setup: Game["setup"], seed: string, clientBytes: string[]): Promise<Deal> {
    const stream = await Stream.of(seed, clientBytes);
    const order = setup.roles.map((_, player) => player);
    if (setup.options.shuffleSeats) await stream.shuffle(order);
    const roles = [...setup.roles].sort((a, b) => kRoles.indexOf(a) - kRoles.indexOf(b));
    await stream.shuffle(roles);
    const assassin = await assassinOf(roles, stream);
    const leader = await stream.below(roles.length);
    const same = { none: 0, hidden_deck: 3, open_deck: 5, known: 0 }[setup.options.lancelot];
    const loyalty: Deal["loyalty"] = same === 0 ? [] : [...Array<"no_change">(same).fill("no_change"), "switch", "switch"];
    if (loyalty.length > 0) await stream.shuffle(loyalty);
    const plot = setup.options.plot ? kPlot.flatMap(([card, small, large]) => Array<PlotCard>(roles.length >= kLargeTable ? large : small).fill(card)) : [];
    if (plot.length > 0) await stream.shuffle(plot);
    return { order, roles, assassin, leader, loyalty: loyalty.slice(0, kLoyaltyOpen), plot };
}

export type Finding = "commitment" | "seats" | "roles" | "assassin" | "leader" | "loyalty" | "plot" | "mine" | "role";
export interface Verdict {
    findings: { what: Finding; good: boolean }[];
    good: boolean;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

// `seen`: what this page saw before the start and gave; what it did not see is not compared.
export async function check(game: Game, seen: SeenDeal): Promise<Verdict> {
    const deal = await draw(game.setup, game.seed, game.clientBytes);
    const findings: Verdict["findings"] = [];
    const add = (what: Finding, good: boolean) => findings.push({ what, good });
    const made = await commitment(game.gameId, game.seed);
    add("commitment", made === game.commitment && (seen.commitment === undefined || made === seen.commitment));
    add("seats", same(game.seats.map((seat) => seat.player), deal.order));
    add("roles", same(game.seats.map((seat) => seat.role), deal.roles));
    if (deal.assassin !== null) add("assassin", same(game.seats.flatMap((seat, i) => (seat.assassin ? [i] : [])), [deal.assassin]));
    const moved = game.log.find((entry) => entry.type === "leader_moved" || entry.type === "proposed");
    const first = moved?.type === "proposed" ? moved.by : game.proposals[0]?.leader;
    if (!game.setup.options.plot && typeof first === "number") add("leader", first === deal.leader);
    if (deal.loyalty.length > 0) add("loyalty", same(game.loyalty, deal.loyalty.slice(0, game.loyalty.length)));
    if (game.setup.options.plot) {
        const given = game.log.filter((entry) => entry.type === "plot_given").map((entry) => entry.card);
        add("plot", same(given, deal.plot.slice(0, given.length)));
    }
    if (seen.bytes !== undefined) add("mine", game.clientBytes.includes(seen.bytes));
    if (seen.role !== undefined && game.seat !== null) add("role", game.seats[game.seat]?.role === seen.role);
    return { findings, good: findings.every((finding) => finding.good) };
}
