// What the server says about a room and its game (docs/avalon-protocol.md).
export type Side = "good" | "evil";
export type Role =
    | "merlin" | "percival" | "servant" | "assassin" | "minion" | "morgana" | "mordred" | "oberon" | "lancelot_good" | "lancelot_evil";
export type Phase =
    | "lobby" | "reveal" | "lead" | "plot_deal" | "plot_card" | "propose" | "discuss" | "charge_vote" | "vote" | "king" | "found" | "quest"
    | "excalibur" | "ambush" | "lady" | "assassinate" | "end" | "voided";
export type Mark = "nothing" | "evil" | "merlin" | "merlin_or_morgana" | "evil_lancelot" | "lancelot";
export type PlotCard =
    | "lead_to_victory" | "ambush" | "king_returns" | "restore_honor" | "charge" | "true_nature" | "are_you_the_one" | "found_you" | "strength";
export type Strength = "easy" | "normal" | "hard";

export interface Options {
    lady: boolean;
    excalibur: boolean;
    plot: boolean;
    targeting: boolean;
    hammer: boolean;
    anonymousVotes: boolean;
    hiddenHistory: boolean;
    shuffleSeats: boolean;
    lancelot: "none" | "hidden_deck" | "open_deck" | "known";
    lancelotMustPlay: "by_variant" | "off" | "on";
    evilReveal: "none" | "all";
    speech: "free" | "round";
    speechSeconds: number;
    timeout: "default" | "random" | "pause";
    timer: "half" | "normal" | "long" | "double" | "endless";
}

export interface Setup {
    roles: Role[];
    options: Options;
}

export interface SeatView {
    player: number;
    bot: boolean;
    role: Role | null;
    side: Side | null;
    mark: Mark;
    assassin: boolean;
}

export interface Proposal {
    round: number;
    quest: number;
    attempt: number;
    leader: number;
    team: number[];
    sword: number | null;
    result: "open" | "approved" | "rejected" | "carried" | "cancelled";
    approvals: number;
    approvers: number[] | null;
    open: number[];
    openApprovals: number[];
}

export interface QuestResult {
    round: number;
    quest: number;
    team: number[];
    fails: number;
    succeeded: boolean;
    sword: number | null;
    swordTarget: number | null;
    shown: number | null;
    shownSuccess: boolean;
    failed: number[] | null;
}

export interface HeldCard {
    seat: number;
    card: PlotCard;
}

export interface Secret {
    viewer: number;
    kind: "lady" | "shown" | "neighbour" | "excalibur" | "ambush";
    subject: number;
    round: number;
    yes: boolean;
}

export interface LogEntry {
    type: string;
    round: number;
    attempt: number;
    by: number | null;
    target: number | null;
    number: number;
    yes: boolean;
    card: PlotCard | null;
}

export interface Action {
    type: "ready" | "select" | "propose" | "vote" | "quest" | "target" | "card" | "pass";
    seats: number[];
    swords: number[];
    pick: number;
    quests: number[];
    sizes: number[];
    mayYes: boolean;
    mayNo: boolean;
    cards: HeldCard[];
    card: PlotCard | null;
}

export interface Outcome {
    winner: Side;
    reason: "three_successes" | "assassin_missed" | "assassinated" | "three_fails" | "five_rejections";
    shooter: number | null;
    shot: number | null;
}

export interface Clock {
    endsAt: number;
    ms: number;
    held: boolean;
}

export interface Game {
    viewer: "seat" | "spectator" | "all";
    seat: number | null;
    setup: Setup;
    gameId: string;
    commitment: string;
    seed: string;
    clientBytes: string[];
    phase: Phase;
    waits: number;
    paused: boolean;
    seats: SeatView[];
    leader: number | null;
    round: number;
    rejects: number;
    successes: number;
    fails: number;
    waiting: number[];
    actor: number | null;
    ready: number[];
    tentative: { team: number[]; quest: number; sword: number | null };
    discussed: boolean;
    proposals: Proposal[];
    voted: number[];
    cardsIn: number;
    found: number | null;
    ambushed: number[];
    quests: QuestResult[];
    myChoice: number | null;
    lady: number | null;
    ladyHeld: number[];
    switched: boolean;
    loyalty: ("no_change" | "switch")[];
    loyaltyTurned: number;
    plotTable: PlotCard[];
    plotHeld: HeldCard[];
    plotInstant: HeldCard | null;
    plotLeft: number;
    evilRevealed: boolean;
    outcome: Outcome | null;
    secrets: Secret[];
    log: LogEntry[];
    actions: Action[];
    pauseVotes: number[];
    pauseNeeded: number;
    voidVotes: number[];
    voidNeeded: number;
    botVotes: number[][];
    clock?: Clock | null;
}

export interface RoomPlayer {
    player: number;
    kind: "empty" | "user" | "bot";
    userId?: string;
    nickname?: string;
    avatar?: string;
    rating?: number | null;
    strength?: Strength;
    ready?: boolean;
    online?: boolean;
    afk?: boolean;
    left?: boolean;
    awaySince?: number | null;
}

export interface Warning {
    severity: "error" | "warning";
    reason: string;
    message?: string;
    field: string;
}

export interface Room {
    roomId: string;
    code: string;
    name: string;
    state: "LOBBY" | "PLAYING" | "ENDED";
    listed: boolean;
    locked: boolean;
    link?: string | null;
    host: string | null;
    size: number;
    setup: Setup;
    warnings: Warning[];
    players: RoomPlayer[];
    spectators: { allowed: boolean; delay: number; count: number };
    gameNo: number;
    gameId: string | null;
    commitment: string | null;
    quickMatch: boolean;
    rematch: string[];
}

export interface Face {
    userId: string;
    nickname: string;
}

export interface You {
    userId: string;
    player: number | null;
    seat: number | null;
    spectator: boolean;
    host: boolean;
    watchers?: Face[] | null; // for the host
    removed?: Face[] | null;
}

export interface ChatLine {
    id: number | string;
    at: number;
    from: string;
    nickname: string;
    channel: "players" | "spectators";
    text: string;
}

export interface RoomView {
    you: You;
    room: Room;
    game: Game | null;
    chat: ChatLine[];
}

export interface ListedRoom {
    roomId: string;
    code: string;
    name: string;
    size: number;
    seated: number;
    locked: boolean;
    state: Room["state"];
    spectators: number;
    watchable: boolean;
    host: { nickname: string } | null;
}

export interface MyRoom {
    roomId: string;
    code: string;
    name?: string;
    state: Room["state"];
    player: number | null;
    left: boolean; // a game under way that one left
}
