import assert from "node:assert/strict";
import { test } from "node:test";
import { boardOf, defaultSetup, filled, goodSeats, kSizes, sideOf, withRole } from "../src/avalon/board";
import { gameOf, setupForWire, setupOf } from "../src/avalon/decode";
import { optionsInPlay } from "../src/avalon/explain";
import { check, commitment, draw } from "../src/avalon/fairness";
import { joinSeen, type SeenDeal } from "../src/avalon/seen";
import { isAway } from "../src/avalon/model";
import { between } from "../src/avalon/moments";
import { kChatMax, fromView, withEvent, type EventMessage, type RoomState } from "../src/avalon/store";
import type { Game, Options, Role, RoomView } from "../src/avalon/types";
import { Wire, type LinkState, type Port } from "../src/avalon/wire";
import { wordsEn } from "../src/avalon/words_en";
import { wordsZh } from "../src/avalon/words_zh";

const wireGame = (more: Record<string, unknown> = {}) => ({
    viewer: "seat", seat: 0, setup: { roles: ["merlin"], options: { lancelot: 2, shuffle_seats: true } }, game_id: "g", commitment: "c", phase: "propose", waits: 1, paused: false,
    seats: [{ player: 1, bot: false, role: "merlin", side: "good" }, { player: 0, bot: true, mark: "evil" }], leader: 0, round: 1, rejects: 0, successes: 0, fails: 0, waiting: [0], actor: 0, ready: [],
    tentative: { team: [], quest: 1, sword: null }, discussed: false, proposals: [], voted: [], cards_in: 0, quests: [], my_choice: null, lady: { holder: 1, held: [1] }, lancelot: null, plot: null,
    evil_revealed: false, outcome: null, secrets: [], actions: [{ type: "propose", seats: [0, 1], pick: 2 }], pause: { votes: [0], needed: 2 }, void: { votes: [], needed: 3 }, bot_votes: [[], []], log: [], ...more,
});
const room = { roomId: "R", code: "ABC234", host: "me", players: [], setup: { roles: [], options: {} } };
const whole = (seq = 5): RoomState => fromView({ roomId: "R", seq, view: { you: { userId: "me", player: 0, seat: 0, spectator: false }, room, game: wireGame(), chat: [] } });
const event = (seq: number, data: EventMessage["data"], roomId = "R"): EventMessage => ({ roomId, seq, type: "game", data });

function ok(applied: ReturnType<typeof withEvent>): RoomState {
    assert.equal(applied.kind, "ok");
    return (applied as { state: RoomState }).state;
}

test("a room is a view and the patches after it, in their order only", () => {
    const start = whole();
    assert.equal(start.view.you.host, true);
    const next = ok(withEvent(start, event(6, { game: { set: { phase: "vote", my_choice: 1 }, add: { log: [{ type: "voted", round: 1, attempt: 1, by: 0, number: 0, yes: true }] } } })));
    assert.deepEqual([next.view.game?.phase, next.view.game?.myChoice, next.view.game?.log.length, start.view.game?.log.length], ["vote", 1, 1, 0]);
    assert.equal(withEvent(next, event(6, {})).kind, "old");
    assert.equal(withEvent(next, event(8, {})).kind, "gap");
    assert.equal(withEvent(next, event(7, {}, "S")).kind, "other");
    assert.equal(withEvent(null, event(1, {})).kind, "other");
    const over = ok(withEvent(next, event(7, { game: null, room: { set: { host: "other" } } })));
    assert.deepEqual([over.view.game, over.view.you.host], [null, false]);
    const again = ok(withEvent(over, event(8, { game: { set: wireGame({ game_id: "h" }) } })));
    assert.equal(again.view.game?.gameId, "h");
});

test("the chat keeps its last lines", () => {
    let state = whole(0);
    for (let i = 1; i <= kChatMax + 5; i++) state = ok(withEvent(state, event(i, { chat: [{ id: i, at: 0, from: "me", nickname: "n", channel: "players", text: "t" }] })));
    assert.deepEqual([state.view.chat.length, state.view.chat[0]?.id], [kChatMax, 6]);
});

test("the words of the wire become the types of the page, resting where nothing is said", () => {
    const game = gameOf(wireGame({ proposals: [{ round: 1, quest: 1, attempt: 1, leader: 0, team: [0], sword: null, result: "open", approvals: 0 }] }));
    assert.deepEqual(game.seats[1], { player: 0, bot: true, role: null, side: null, mark: "evil", assassin: false });
    assert.deepEqual([game.lady, game.ladyHeld, game.pauseVotes, game.voidNeeded, game.plotHeld, game.seed], [1, [1], [0], 3, [], ""]);
    assert.deepEqual([game.proposals[0]?.approvers, game.proposals[0]?.open, game.actions[0]?.mayYes], [null, [], false]);
    assert.equal(game.setup.options.lancelot, "open_deck");
    const setup = { ...defaultSetup(7), options: { ...defaultSetup(7).options, anonymousVotes: true, lancelot: "known" as const } };
    const wire = setupForWire(setup);
    assert.deepEqual([(wire["options"] as Record<string, unknown>)["anonymous_votes"], (wire["options"] as Record<string, unknown>)["lancelot"]], [true, 3]);
    assert.deepEqual(setupOf(wire), setup);
});

test("a board stays whole whatever is chosen", () => {
    for (const size of kSizes) {
        const { roles } = defaultSetup(size);
        assert.equal(roles.length, size);
        for (const [role, on] of [["mordred", true], ["oberon", true], ["lancelot_good", true], ["percival", false], ["merlin", false]] as const) {
            const next = withRole(roles, role, on, size);
            assert.equal(next.includes(role), on);
            if (next.filter((one) => sideOf(one) === "evil").length <= size - goodSeats(size)) assert.equal(next.length, size, `${size} ${role}`);
            assert.equal(next.includes("lancelot_good"), next.includes("lancelot_evil"));
        }
        assert.equal(filled([], size).filter((role) => role === "servant").length, goodSeats(size));
    }
});

test("what happened is told once, in order, and not of another game", () => {
    const before = gameOf(wireGame({ actions: [] }));
    const after = gameOf(wireGame({
        proposals: [{ round: 1, quest: 1, attempt: 1, leader: 0, team: [0, 1], sword: null, result: "rejected", approvals: 1, approvers: [0] }],
        log: [{ type: "team_decided", round: 1, attempt: 1, number: 1, yes: false }, { type: "phase_entered", round: 1, attempt: 2, number: 0, yes: false }],
    }));
    const told = between(before, after, wordsEn, (seat) => `S${seat}`);
    assert.deepEqual(told.map((moment) => moment.stage?.kind ?? moment.text), ["vote", wordsEn.moment.yourTurn]);
    assert.match(told[0]!.text, /rejected.*1 for, 1 against/);
    assert.deepEqual(between(null, after, wordsEn, String), []);
    assert.deepEqual(between({ ...before, gameId: "other" }, after, wordsEn, String), []);
    assert.deepEqual(between(after, after, wordsEn, String), []);
});

test("both languages say the same things", () => {
    const paths = (value: unknown, at = ""): string[] => (value !== null && typeof value === "object" ? Object.entries(value).flatMap(([key, inner]) => paths(inner, `${at}.${key}`)) : [`${at}:${typeof value}`]);
    assert.deepEqual(paths(wordsEn).sort(), paths(wordsZh).sort());
});


test("the deal follows from the seed, and a changed one is noticed", async () => {
    const seed = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    const bytes = ["ffeeddccbbaa99887766554433221100", "0123456789abcdef0123456789abcdef"];
    const setup = defaultSetup(7);
    const deal = await draw(setup, seed, bytes);
    assert.deepEqual(deal, await draw(setup, seed, [...bytes].reverse()), "the order of the clients does not matter");
    const game = {
        ...gameOf(wireGame()), setup, seed, clientBytes: bytes, gameId: "g1", commitment: await commitment("g1", seed),
        seats: deal.roles.map((role, i) => ({ player: deal.order[i]!, bot: false, role, side: sideOf(role), mark: "nothing" as const, assassin: deal.assassin === i })),
    } satisfies Game;
    assert.equal((await check(game, { commitment: game.commitment, bytes: bytes[0]! })).good, true);
    const swapped = { ...game, seats: [...game.seats.slice(1), game.seats[0]!] };
    assert.equal((await check(swapped, {})).good, false);
    const wrong = await check({ ...game, commitment: "0".repeat(64) }, { bytes: "00".repeat(16) });
    assert.deepEqual(wrong.findings.filter((finding) => !finding.good).map((finding) => finding.what), ["commitment", "mine"]);
});

test("a commitment and a role that were changed after this page saw them are noticed", async () => {
    const setup = defaultSetup(5);
    const bytes = "ffeeddccbbaa99887766554433221100";
    const seed = "ab".repeat(32);
    const deal = await draw(setup, seed, [bytes]);
    const game = {
        ...gameOf(wireGame()), setup, seed, clientBytes: [bytes], gameId: "g1", commitment: await commitment("g1", seed), seat: 0,
        seats: deal.roles.map((role, i) => ({ player: deal.order[i]!, bot: false, role, side: sideOf(role), mark: "nothing" as const, assassin: deal.assassin === i })),
    } satisfies Game;
    const other = await commitment("g1", "cd".repeat(32));
    const seen = joinSeen(joinSeen({}, { commitment: other, bytes: "00" }), { commitment: game.commitment, bytes });
    assert.deepEqual(seen, { commitment: other, bytes, role: undefined }, "the first commitment and the last bytes count");
    const bad = async (what: SeenDeal) => (await check(game, what)).findings.filter((finding) => !finding.good).map((finding) => finding.what);
    assert.deepEqual(await bad(seen), ["commitment"]);
    assert.deepEqual(await bad({ commitment: game.commitment, bytes, role: deal.roles[0]! }), []);
    assert.deepEqual(await bad({ role: deal.roles.find((role) => role !== deal.roles[0])! }), ["role"]);
});

class FakePort implements Port {
    sent: Record<string, unknown>[] = [];
    closed = false;
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: unknown }) => void) | null = null;
    onclose: (() => void) | null = null;
    send(text: string): void {
        this.sent.push(JSON.parse(text) as Record<string, unknown>);
    }
    close(): void {
        this.closed = true;
    }
    say(frame: unknown): void {
        this.onmessage?.({ data: JSON.stringify(frame) });
    }
}

function line(tokens: (string | null)[] = ["t1"]) {
    const ports: FakePort[] = [];
    const states: LinkState[] = [];
    const events: unknown[] = [];
    let id = 0;
    const wire = new Wire({
        open: () => {
            ports.push(new FakePort());
            return ports[ports.length - 1]!;
        },
        token: async () => tokens[0]!, renew: async () => { tokens.shift(); return tokens[0] ?? null; }, locale: () => "en", newId: () => `c${++id}`,
        event: (name, data) => events.push([name, data]), state: (state) => states.push(state), ready: () => events.push("ready"),
    });
    return { wire, ports, states, events };
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

test("a command without an answer is sent again, as the same one, when the line is back", async () => {
    const { wire, ports, states, events } = line();
    wire.start();
    await settle();
    ports[0]!.onopen!();
    assert.deepEqual(ports[0]!.sent[0], { t: "hello", auth: { token: "t1", locale: "en" } });
    ports[0]!.say({ t: "welcome", id: "s" });
    const answer = wire.command("game:vote", { approve: true });
    ports[0]!.onclose!();
    wire.hurry();
    await settle();
    ports[1]!.onopen!();
    ports[1]!.say({ t: "welcome", id: "s2" });
    assert.deepEqual(ports[1]!.sent[1], ports[0]!.sent[1]);
    ports[1]!.say({ t: "ack", id: 1, ok: true, seq: 9 });
    assert.equal((await answer).seq, 9);
    assert.deepEqual(events, ["ready", "ready"]);
    assert.ok(states.includes("lost"));
    wire.stop();
});

test("a refused command says what the server says; an expired token is renewed and the command repeated", async () => {
    const { wire, ports } = line(["old", "new"]);
    wire.start();
    await settle();
    ports[0]!.onopen!();
    ports[0]!.say({ t: "welcome", id: "s" });
    const first = wire.command("room:start", {});
    ports[0]!.say({ t: "ack", id: 1, ok: false, code: "ILLEGAL_MOVE", message: "not everybody is ready", reason: "r" });
    await assert.rejects(first, (error: Error & { reason?: string }) => error.message === "not everybody is ready" && error.reason === "r");
    const second = wire.command("room:start", {});
    ports[0]!.say({ t: "ack", id: 2, ok: false, code: "TOKEN_EXPIRED", message: "" });
    await settle();
    await settle();
    assert.equal(ports[0]!.closed, true);
    ports[1]!.onopen!();
    assert.deepEqual((ports[1]!.sent[0]!["auth"] as { token: string }).token, "new");
    ports[1]!.say({ t: "welcome", id: "s" });
    ports[1]!.say({ t: "ack", id: 2, ok: true });
    assert.equal((await second).ok, true);
    wire.stop();
});

test("who is banned is told so, and not asked again", async () => {
    const { wire, ports, states } = line();
    wire.start();
    await settle();
    const waiting = wire.command("lobby:mine", {});
    ports[0]!.onopen!();
    ports[0]!.say({ t: "error", message: "banned", data: { code: "BANNED" } });
    await assert.rejects(waiting);
    assert.equal(states[states.length - 1], "refused");
    assert.equal(ports.length, 1);
});

test("a set of roles always has as many as there are players, whatever is picked", () => {
    const picks = ["mordred", "oberon", "lancelot_evil", "lancelot_good", "morgana", "percival"] as const;
    for (const size of kSizes) {
        for (const first of picks) {
            for (const second of picks) {
                const roles = withRole(withRole(defaultSetup(size).roles, first, true, size), second, true, size);
                assert.equal(roles.length, size, `${size} players with ${first} and ${second}`);
                assert.equal(roles.filter((role) => sideOf(role) === "good").length, goodSeats(size));
                assert.ok(roles.includes(second), `${second} was picked`);
                assert.equal(roles.includes("lancelot_good"), roles.includes("lancelot_evil"), "the Lancelots come as a pair");
            }
        }
    }
});

test("a seat may go to a bot after three minutes of absence, whether its person has no connection or does nothing", () => {
    const seats = [{ player: 1 }, { player: 0 }];
    const away = (player: object, ms: number) => {
        const players = [{ player: 0, kind: "user", awaySince: null }, { player: 1, kind: "user", ...player }];
        return isAway({ game: { seats }, room: { players } } as unknown as RoomView, 0, 1_000_000 + ms);
    };
    assert.equal(away({ online: false, awaySince: 1_000_000 }, 179_999), false);
    assert.equal(away({ online: false, awaySince: 1_000_000 }, 180_000), true);
    assert.equal(away({ online: true, afk: true, awaySince: 1_000_000 }, 180_000), true);
    assert.equal(away({ online: true, afk: false, awaySince: null }, 180_000), false);
});

test("the note of a role says what holds on this board", () => {
    const setup = (roles: Role[], options: Partial<Options> = {}) => ({ roles, options: { ...defaultSetup(7).options, ...options } });
    const note = (role: Role, roles: Role[], options: Partial<Options> = {}) => wordsEn.roles[role].note(boardOf(setup([role, ...roles], options)));
    assert.match(note("percival", ["merlin", "morgana"]), /Morgana/);
    assert.doesNotMatch(note("percival", ["merlin", "assassin"]), /Morgana/);
    assert.match(note("percival", ["assassin"]), /no Merlin/);
    for (const role of ["assassin", "minion", "morgana", "mordred"] as const) {
        assert.match(note(role, ["merlin", "oberon"]), /not Oberon/);
        assert.doesNotMatch(note(role, ["merlin"]), /Oberon/);
    }
    assert.match(note("merlin", ["mordred"]), /not Mordred/);
    assert.doesNotMatch(note("merlin", ["morgana"]), /Mordred/);
    for (const role of ["lancelot_good", "lancelot_evil"] as const) {
        assert.match(note(role, [], { lancelot: "hidden_deck" }), /change sides/);
        assert.doesNotMatch(note(role, [], { lancelot: "hidden_deck" }), /must play Fail|know each other/);
        assert.match(note(role, [], { lancelot: "hidden_deck", lancelotMustPlay: "on" }), /must play Fail/);
        assert.match(note(role, [], { lancelot: "open_deck" }), /must play Fail/);
        assert.doesNotMatch(note(role, [], { lancelot: "open_deck", lancelotMustPlay: "off" }), /must play Fail/);
        assert.match(note(role, [], { lancelot: "known" }), /nobody changes sides/);
        assert.match(note(role, [], { lancelot: "known" }), /know each other/);
    }
    assert.match(note("lancelot_evil", [], { lancelot: "known", lancelotMustPlay: "on" }), /must play Fail/);
    assert.doesNotMatch(note("lancelot_good", [], { lancelot: "known", lancelotMustPlay: "on" }), /must play Fail/);
    // Both languages tell apart the same boards.
    const boards = (["hidden_deck", "open_deck", "known"] as const).flatMap((lancelot) => (["off", "on"] as const).map((lancelotMustPlay) => setup(["lancelot_evil", "oberon"], { lancelot, lancelotMustPlay })));
    const told = (words: typeof wordsZh) => new Set(boards.map((board) => words.roles.lancelot_evil.note(boardOf(board)))).size;
    assert.equal(told(wordsZh), told(wordsEn));
});

test("who comes in is told every option that is not as usual", () => {
    const usual = defaultSetup(7);
    const all = { allowed: true, delay: 0, count: 0 };
    const names = (options: Partial<Options>, spectators = all) => optionsInPlay({ ...usual, options: { ...usual.options, ...options } }, spectators, wordsEn).map((one) => one.name);
    assert.deepEqual(names({}), []);
    assert.deepEqual(names({ lady: true, excalibur: true, plot: true, targeting: true, hammer: true, anonymousVotes: true, hiddenHistory: true }).length, 7);
    assert.deepEqual(names({ shuffleSeats: false }), ["Seats stay"]);
    assert.deepEqual(names({ speech: "round", speechSeconds: 45 }), ["Speak in turns (45 s)"]);
    assert.deepEqual(names({ lancelot: "hidden_deck", lancelotMustPlay: "on" }).at(-1), "Evil Lancelot must play Fail");
    assert.deepEqual(names({ lancelot: "open_deck", lancelotMustPlay: "off" }).at(-1), "Evil Lancelot plays freely");
    assert.deepEqual(names({ evilReveal: "all" }).length, 1);
    assert.match(optionsInPlay(usual, { ...all, delay: 180 }, wordsEn)[0]?.note ?? "", /3 min/);
    assert.deepEqual(names({}, { ...all, allowed: false }), ["No spectators"]);
});
