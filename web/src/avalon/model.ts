// What each place at the table shows, out of the view: one list for the table, the panel and the lists beside them.
import type { Action, Game, PlotCard, Role, RoomPlayer, RoomView, Side } from "./types";
import type { Words } from "./words";

export interface Place {
    index: number; // seat in the game, player number before it
    player: RoomPlayer;
    name: string;
    empty: boolean;
    bot: boolean;
    me: boolean;
    host: boolean;
    offline: boolean;
    leader: boolean;
    onTeam: boolean; // of the proposal on the table
    idea: boolean; // of the leader's tentative team
    sword: boolean;
    lady: boolean;
    ladyHeld: boolean;
    voted: boolean;
    vote: boolean | null; // when it is public
    waiting: boolean;
    ready: boolean;
    role: Role | null;
    side: Side | null;
    mark: string;
    markSide: Side | "unsure" | null;
    assassin: boolean;
    cards: PlotCard[];
}

const kTeamPhases = new Set(["charge_vote", "vote", "king", "found", "quest", "excalibur", "ambush"]);
const kIdeaPhases = new Set(["propose", "discuss"]);

export const lastProposal = (game: Game) => game.proposals[game.proposals.length - 1] ?? null;

export function playerName(player: RoomPlayer | undefined, words: Words): string {
    if (!player) return "";
    if (player.kind === "bot") return player.nickname || `${words.room.bot} ${String.fromCharCode(65 + player.player)}`;
    return player.nickname || words.room.empty;
}

export function nameOf(view: RoomView, words: Words): (seat: number | null) => string {
    const { game, room } = view;
    return (seat) => {
        if (seat === null) return words.seat(null);
        const number = game ? game.seats[seat]?.player : seat;
        return words.who(seat, playerName(room.players.find((one) => one.player === number), words));
    };
}

function voteOf(game: Game, seat: number): boolean | null {
    const last = lastProposal(game);
    if (!last) return null;
    if (last.result === "open") return last.open.includes(seat) ? last.openApprovals.includes(seat) : null;
    // Shown until the leader's next team lies on the table.
    const fresh = last.round === game.round || game.phase === "lady" || game.phase === "assassinate" || game.phase === "end";
    if (!fresh || !last.approvers || last.result === "carried") return null;
    return last.approvers.includes(seat);
}

function markSide(game: Game, seat: number): Place["markSide"] {
    const { mark } = game.seats[seat]!;
    if (mark === "evil" || mark === "evil_lancelot") return "evil";
    if (mark === "merlin") return "good";
    if (mark === "merlin_or_morgana" || mark === "lancelot") return "unsure";
    const told = [...game.secrets].reverse().find((secret) => secret.subject === seat && secret.viewer === game.seat && (secret.kind === "lady" || secret.kind === "shown" || secret.kind === "neighbour"));
    return told ? (told.yes ? "good" : "evil") : null;
}

function markText(game: Game, seat: number, words: Words): string {
    const { mark } = game.seats[seat]!;
    if (mark !== "nothing") return words.marks[mark];
    const side = markSide(game, seat);
    return side === "good" || side === "evil" ? words.sideOf[side] : "";
}

const resting: Omit<Place, "index" | "player" | "name" | "empty" | "bot" | "me" | "host" | "offline" | "cards"> = {
    leader: false, onTeam: false, idea: false, sword: false, lady: false, ladyHeld: false, voted: false, vote: null, waiting: false, ready: false,
    role: null, side: null, mark: "", markSide: null, assassin: false,
};

function placeInRoom(view: RoomView, player: RoomPlayer, words: Words): Place {
    return {
        ...resting, cards: [], index: player.player, player, name: playerName(player, words), empty: player.kind === "empty", bot: player.kind === "bot", me: view.you.player === player.player,
        host: player.kind === "user" && player.userId === view.room.host, offline: player.kind === "user" && player.online === false, ready: player.kind === "bot" || player.ready === true,
    };
}

// `peek`: the player looks at his own role now; else nothing on the table may give it away to who looks over his shoulder.
export function places(view: RoomView, words: Words, peek: boolean): Place[] {
    const { game, room } = view;
    if (!game) return room.players.map((player) => placeInRoom(view, player, words));
    const last = lastProposal(game);
    const team = kTeamPhases.has(game.phase) ? (last?.team ?? []) : [];
    const idea: { team: number[]; sword: number | null } = kIdeaPhases.has(game.phase) ? game.tentative : { team: [], sword: null };
    const over = game.phase === "end" || game.phase === "voided";
    return game.seats.map((seat, index) => {
        const player = room.players.find((one) => one.player === seat.player) ?? { player: seat.player, kind: "empty" as const };
        return {
            ...placeInRoom(view, player, words), index, empty: false, bot: seat.bot, me: game.seat === index, leader: game.leader === index && !over,
            onTeam: team.includes(index), idea: idea.team.includes(index),
            sword: (team.length > 0 && last?.sword === index) || idea.sword === index, lady: game.lady === index, ladyHeld: game.ladyHeld.includes(index) && game.lady !== index,
            voted: (game.phase === "vote" || game.phase === "charge_vote") && game.voted.includes(index), vote: voteOf(game, index),
            waiting: game.phase !== "reveal" && game.waiting.includes(index), ready: game.phase === "reveal" && game.ready.includes(index),
            role: index === game.seat && !over ? null : seat.role, side: index === game.seat && !over ? null : seat.side, ...(peek && !over ? { mark: markText(game, index, words), markSide: markSide(game, index), assassin: seat.assassin && index !== game.seat } : { assassin: seat.assassin && over }),
            cards: game.plotHeld.filter((held) => held.seat === index).map((held) => held.card),
        };
    });
}

// The action whose seats are tapped on the table, if there is one.
export function picking(game: Game | null): Action | null {
    if (!game) return null;
    return game.actions.find((action) => action.type === "propose") ?? game.actions.find((action) => action.type === "select")
        ?? game.actions.find((action) => action.type === "target" && action.seats.length > 0 && action.cards.length === 0) ?? null;
}

export function sizeOf(action: Action, quest: number | null): number {
    if (action.type === "target") return 1;
    const at = action.quests.indexOf(quest ?? action.quests[0] ?? -1);
    return at >= 0 ? (action.sizes[at] ?? action.pick) : action.pick;
}

// Everything a seat's picture says, in words.
export function spoken(place: Place, words: Words, chosen: boolean): string {
    const s = words.seatState;
    const parts = [words.who(place.index, place.empty ? words.room.empty : place.name)];
    if (place.me) parts.push(s.you);
    if (place.leader) parts.push(s.leader);
    if (place.onTeam) parts.push(s.onTeam);
    if (place.idea && !chosen) parts.push(s.picked);
    if (chosen) parts.push(s.chosen);
    if (place.sword) parts.push(s.sword);
    if (place.lady) parts.push(s.lady);
    if (place.vote !== null) parts.push(place.vote ? s.approved : s.rejected);
    else if (place.voted) parts.push(s.voted);
    if (place.waiting) parts.push(s.waiting);
    if (place.ready) parts.push(s.ready);
    if (place.role) parts.push(words.roles[place.role].name);
    if (place.mark) parts.push(place.mark);
    if (place.assassin) parts.push(s.assassin);
    if (place.offline) parts.push(s.offline);
    if (place.bot && !place.empty) parts.push(s.bot);
    for (const card of place.cards) parts.push(words.plot[card].name);
    return words.parts(parts);
}

const kAwayMs = 180_000;
// Not connected, or connected and silent: the server says since when.
export function isAway(view: RoomView, seat: number, now: number): boolean {
    const number = view.game?.seats[seat]?.player;
    const player = view.room.players.find((one) => one.player === number);
    return Boolean(player && player.kind === "user" && player.awaySince && now - player.awaySince >= kAwayMs);
}
