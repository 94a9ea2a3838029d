// What has just happened, told from the difference of two views: for the live region, for the stage that plays it, for the list of events.
import type { Game, LogEntry, Proposal, QuestResult } from "./types";
import type { Words } from "./words";

export interface Moment {
    text: string;
    stage?: { kind: "vote"; proposal: Proposal } | { kind: "quest"; result: QuestResult } | { kind: "loyalty"; switched: boolean } | { kind: "end" };
}

export type NameOf = (seat: number | null) => string;

function decided(entry: LogEntry, game: Game, words: Words, name: NameOf): Moment | null {
    const proposal = game.proposals.find((one) => one.round === entry.round && one.attempt === entry.attempt);
    if (!proposal || proposal.result === "open") return null;
    const team = words.list(proposal.team.map(name));
    const m = words.moment;
    const text = { approved: m.approved(team), rejected: m.rejected, carried: m.carried(team), cancelled: m.cancelled }[proposal.result];
    if (proposal.result === "carried") return { text };
    return { text: text + words.aside(m.tally(proposal.approvals, game.seats.length - proposal.approvals)), stage: { kind: "vote", proposal } };
}

// One public fact in words; null for what need not be said.
export function tell(entry: LogEntry, game: Game, words: Words, name: NameOf): Moment | null {
    const m = words.moment;
    const card = entry.card ? words.plot[entry.card].name : "";
    switch (entry.type) {
        case "started": return { text: m.started };
        case "leader_moved": return { text: m.leader(name(entry.target)) };
        case "proposed": {
            const proposal = game.proposals.find((one) => one.round === entry.round && one.attempt === entry.attempt);
            return proposal ? { text: m.proposed(name(proposal.leader), words.list(proposal.team.map(name))) } : null;
        }
        case "team_decided": return decided(entry, game, words, name);
        case "quest_resolved": {
            const result = game.quests.find((one) => one.round === entry.round);
            return result ? { text: (result.succeeded ? m.success(result.quest) : m.failure(result.quest)) + words.aside(m.fails(result.fails)), stage: { kind: "quest", result } } : null;
        }
        case "loyalty_turned": return { text: entry.yes ? m.loyaltySwitch : m.loyaltySame, stage: { kind: "loyalty", switched: entry.yes } };
        case "lady_used": return { text: m.lady(name(entry.by), name(entry.target)) };
        case "sword_used": return { text: m.sword(name(entry.by), name(entry.target)) };
        case "plot_given": return { text: m.plotGiven(name(entry.by), name(entry.target), card) };
        case "plot_taken": return { text: m.plotTaken(name(entry.by), name(entry.target), card) };
        case "plot_spent": return { text: m.plotSpent(name(entry.by), card, entry.target === null ? "" : name(entry.target)) };
        case "evil_revealed": return { text: m.evilRevealed };
        case "shot": return { text: m.shot(name(entry.by), name(entry.target)) };
        case "ended": return game.outcome ? { text: m.won(words.side[game.outcome.winner]) + words.colon + words.reasons[game.outcome.reason], stage: { kind: "end" } } : null;
        case "paused": return { text: m.paused };
        case "resumed": return { text: m.resumed };
        case "voided": return { text: m.voided };
        case "seat_given_to_bot": return { text: m.givenToBot(name(entry.target)) };
        case "seat_taken_back": return { text: m.takenBack(name(entry.by)) };
        case "timed_out": return { text: m.timedOut(name(entry.by)) };
        default: return null;
    }
}

// Of one game only: another game, or a view after a long absence, begins silently.
export function between(before: Game | null, after: Game | null, words: Words, name: NameOf): Moment[] {
    if (!after || before?.gameId !== after.gameId) return [];
    const told = after.log.slice(before.log.length).map((entry) => tell(entry, after, words, name)).filter((moment): moment is Moment => moment !== null);
    const mine = (game: Game) => game.actions.some((action) => action.type !== "select" || game.phase === "propose");
    if (mine(after) && !mine(before) && after.phase !== "reveal") told.push({ text: words.moment.yourTurn });
    return told;
}
