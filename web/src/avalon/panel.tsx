// What is asked of this player now, or whom the table waits for: the one place where a move is made.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useNow } from "../core/clock";
import { Button } from "../ui/basic";
import { toast } from "../ui/toast";
import { useAct } from "./acts";
import { Thing } from "./art";
import { inRoom } from "./client";
import { lastProposal } from "./model";
import { teamOf, type Pick } from "./pick";
import type { Action, Game } from "./types";
import { useWords, type Words } from "./words";

type Name = (seat: number | null) => string;
interface PanelProps {
    game: Game;
    name: Name;
    pick: Pick;
}

const find = (game: Game, type: Action["type"]) => game.actions.find((action) => action.type === type) ?? null;

export function Panel(props: PanelProps) {
    const { game } = props;
    return (
        <section class={`av-panel${game.actions.length > 0 && !game.paused ? " av-panel-mine" : ""}`} aria-labelledby="av-ask" key={game.paused ? "paused" : `${game.phase}/${game.waits}`}>
            <ClockBar game={game} />
            {game.paused ? <Paused game={game} /> : <Asked {...props} />}
        </section>
    );
}

function ClockBar({ game }: { game: Game }) {
    const w = useWords();
    const clock = game.clock;
    const running = Boolean(clock && !clock.held && !game.paused);
    const now = useNow(running ? 500 : 0);
    if (!clock || game.paused) return null;
    if (clock.held) return <p class="av-clock-text">{w.ask.held}</p>;
    const left = Math.max(0, clock.endsAt - now);
    const seconds = Math.ceil(left / 1000);
    return (
        <div class={`av-clock${seconds <= 10 ? " av-clock-late" : ""}`}>
            <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="4" class="av-clock-track" /><rect width={clock.ms > 0 ? Math.min(100, (left / clock.ms) * 100) : 0} height="4" class="av-clock-left" /></svg>
            <span class="num" role="timer" aria-label={w.ask.secondsLeft(seconds)}>{seconds}</span>
        </div>
    );
}

function Ask({ title, note, children }: { title: string; note?: ComponentChildren; children?: ComponentChildren }) {
    return (
        <>
            <h2 id="av-ask">{title}</h2>
            {note && <p class="av-ask-note">{note}</p>}
            {children && <div class="av-ask-acts">{children}</div>}
        </>
    );
}

function Paused({ game }: { game: Game }) {
    const w = useWords();
    const [busy, act] = useAct();
    return <Ask title={w.ask.paused} note={w.ask.pausedNote}>{game.seat !== null && <Button kind="primary" busy={busy} onClick={() => void act(() => inRoom("game:resume"))}>{w.votes.resume}</Button>}</Ask>;
}

function Asked(props: PanelProps) {
    const { game } = props;
    const w = useWords();
    if (props.pick.action && props.pick.action.type !== "target") return <TeamAsk {...props} />;
    switch (game.phase) {
        case "reveal": return <RevealAsk {...props} />;
        case "discuss": return <DiscussAsk {...props} />;
        case "propose": return <Ask title={w.ask.leaderPicks(props.name(game.leader))} note={w.ask.leaderPicksNote} />;
        case "vote": case "charge_vote": return <VoteAsk {...props} />;
        case "quest": return <QuestAsk {...props} />;
        case "lead": case "king": return <CardAsk {...props} />;
        case "plot_card": return <PlotCardAsk {...props} />;
        default: return <TargetAsk {...props} />;
    }
}

function RevealAsk({ game }: PanelProps) {
    const w = useWords();
    const [busy, act] = useAct();
    if (!find(game, "ready")) return <Ask title={w.ask.readyDone} note={`${game.ready.length}/${game.seats.length}`} />;
    return <Ask title={w.ask.ready} note={w.ask.readyNote}><Button kind="primary" size="large" wide busy={busy} onClick={() => void act(() => inRoom("game:ready"))}>{w.ask.readyButton}</Button></Ask>;
}

function TeamAsk({ game, name, pick }: PanelProps) {
    const w = useWords();
    const [busy, act] = useAct();
    const propose = find(game, "propose");
    const action = pick.action!;
    const swords = action.swords.filter((seat) => pick.seats.includes(seat));
    const complete = pick.seats.length === pick.size && (action.swords.length === 0 || pick.sword !== null);
    const pass = game.phase === "discuss" ? find(game, "pass") : null;
    return (
        <Ask title={w.ask.pick(pick.size)} note={<span role="status">{w.ask.picked(pick.seats.length, pick.size)} · {w.rejectsShort(game.rejects)}</span>}>
            {action.swords.length > 0 && pick.seats.length > 0 && (
                <div class="av-choices" role="group" aria-label={w.ask.sword}>
                    <span class="av-choices-title"><Thing name="sword" size={16} />{w.ask.sword}</span>
                    {swords.map((seat) => <button key={seat} type="button" class="av-chip" aria-pressed={pick.sword === seat} onClick={() => pick.setSword(seat)}>{name(seat)}</button>)}
                </div>
            )}
            {propose && (
                <Button kind="primary" size="large" wide busy={busy} disabled={!complete} onClick={() => void act(() => inRoom("game:propose", teamOf(pick, action)))}>
                    {game.setup.options.speech === "round" && game.discussed ? w.ask.finalTeam : w.ask.propose}
                </Button>
            )}
            {pass && <Button wide onClick={() => void act(() => inRoom("game:pass"))}>{w.ask.discussDone}</Button>}
        </Ask>
    );
}

function DiscussAsk({ game, name }: PanelProps) {
    const w = useWords();
    const [busy, act] = useAct();
    if (!find(game, "pass")) return <Ask title={w.ask.discussWait(name(game.actor))} note={w.ask.leaderPicksNote} />;
    return <Ask title={w.ask.discussMe} note={w.ask.discussNote}><Button kind="primary" size="large" wide busy={busy} onClick={() => void act(() => inRoom("game:pass"))}>{w.ask.discussDone}</Button></Ask>;
}

function VoteAsk({ game, name }: PanelProps) {
    const w = useWords();
    const [busy, act] = useAct();
    const team = w.list((lastProposal(game)?.team ?? []).map((seat) => name(seat)));
    const open = game.phase === "charge_vote";
    if (!find(game, "vote")) {
        const waiting = game.phase === "charge_vote" ? w.ask.chargeWait : w.ask.waitVotes(game.seats.length - game.voted.length);
        return <Ask title={game.myChoice !== null ? w.ask.voted(game.myChoice === 1) : w.phase[game.phase]} note={`${waiting} · ${team}`} />;
    }
    const vote = (approve: boolean) => void act(() => inRoom("game:vote", { approve }));
    return (
        <Ask title={open ? w.ask.charge : w.ask.vote} note={team}>
            <div class="av-pair">
                <button type="button" class="av-big av-big-no" aria-disabled={busy} onClick={() => vote(false)}><Thing name="cross" size={26} />{w.ask.reject}</button>
                <button type="button" class="av-big av-big-yes" aria-disabled={busy} onClick={() => vote(true)}><Thing name="check" size={26} />{w.ask.approve}</button>
            </div>
        </Ask>
    );
}

// Both cards look the same to everybody, so that who looks over a shoulder learns nothing before one is chosen.
function QuestAsk({ game }: PanelProps) {
    const w = useWords();
    const [busy, act] = useAct();
    const [card, setCard] = useState<boolean | null>(null);
    const action = find(game, "quest");
    const size = lastProposal(game)?.team.length ?? 0;
    const progress = w.ask.cardsIn(game.cardsIn, size);
    if (!action) return <Ask title={game.myChoice !== null ? w.ask.played(game.myChoice === 1) : w.ask.onQuest} note={progress} />;
    const choose = (success: boolean) => {
        if (success ? action.mayYes : action.mayNo) setCard(success);
        else toast(success ? w.ask.mustFail : w.ask.goodOnly, "bad");
    };
    return (
        <Ask title={w.ask.card} note={`${w.ask.cardNote} ${progress}`}>
            <div class="av-pair av-cards">
                {[true, false].map((success) => (
                    <button key={String(success)} type="button" class={`av-card av-card-${success ? "good" : "evil"}`} aria-pressed={card === success} onClick={() => choose(success)}>
                        <Thing name={success ? "star" : "dagger"} size={30} />{success ? w.ask.success : w.ask.fail}
                    </button>
                ))}
            </div>
            <Button kind="primary" size="large" wide busy={busy} disabled={card === null} onClick={() => void act(() => inRoom("game:quest", { success: card === true }))}>
                {card === null ? w.ask.card : w.ask.confirm(card ? w.ask.success : w.ask.fail)}
            </Button>
        </Ask>
    );
}

function CardAsk({ game, name }: PanelProps) {
    const w = useWords();
    const [busy, act] = useAct();
    const card = game.phase === "lead" ? "lead_to_victory" : "king_returns";
    if (!find(game, "card")) return <Ask title={game.actor === null ? w.phase[game.phase] : w.ask.cardWait(name(game.actor), w.plot[card].name)} />;
    return (
        <Ask title={game.phase === "lead" ? w.ask.lead : w.ask.king} note={w.plot[card].note}>
            <div class="av-pair">
                <Button size="large" busy={busy} onClick={() => void act(() => inRoom("game:pass"))}>{w.ask.pass}</Button>
                <Button kind="primary" size="large" busy={busy} onClick={() => void act(() => inRoom("game:card"))}>{w.ask.use}</Button>
            </div>
        </Ask>
    );
}

function PlotCardAsk(props: PanelProps) {
    const { game, name } = props;
    const w = useWords();
    const [busy, act] = useAct();
    const action = game.actions.find((one) => one.type === "target" && one.cards.length > 0);
    if (!action) return <TargetAsk {...props} />;
    return (
        <Ask title={w.ask.restore} note={w.plot.restore_honor.note}>
            {action.cards.map((held, i) => (
                <Button key={i} wide busy={busy} onClick={() => void act(() => inRoom("game:target", { target: held.seat, card: held.card }))}>{w.ask.take(name(held.seat), w.plot[held.card].name)}</Button>
            ))}
        </Ask>
    );
}

function targetTitle(game: Game, w: Words): [string, string | undefined] {
    switch (game.phase) {
        case "plot_deal": return [w.ask.plotDeal(game.plotTable[0] ? w.plot[game.plotTable[0]].name : ""), game.plotTable[0] ? w.plot[game.plotTable[0]].note : undefined];
        case "plot_card": return [w.ask.plotCard(game.plotInstant ? w.plot[game.plotInstant.card].name : ""), game.plotInstant ? w.plot[game.plotInstant.card].note : undefined];
        case "found": return [w.ask.found, w.plot.found_you.note];
        case "ambush": return [w.ask.ambush, w.plot.ambush.note];
        case "excalibur": return [w.ask.excalibur, w.switches.excalibur.note];
        case "lady": return [w.ask.lady, w.ask.ladyNote];
        case "assassinate": return [w.ask.assassinate, w.ask.assassinateNote];
        default: return [w.phase[game.phase], undefined];
    }
}

function waitTitle(game: Game, w: Words, name: Name): string {
    const who = name(game.actor);
    switch (game.phase) {
        case "plot_deal": return w.ask.plotDealWait(who);
        case "plot_card": return game.plotInstant ? w.ask.cardWait(name(game.plotInstant.seat), w.plot[game.plotInstant.card].name) : w.phase.plot_card;
        case "found": return w.ask.cardWait(who, w.plot.found_you.name);
        case "ambush": return w.ask.cardWait(who, w.plot.ambush.name);
        case "excalibur": return w.ask.excaliburWait(who);
        case "lady": return w.ask.ladyWait(name(game.lady));
        case "assassinate": return w.ask.assassinateWait;
        default: return w.phase[game.phase];
    }
}

function TargetAsk({ game, name, pick }: PanelProps) {
    const w = useWords();
    const [busy, act] = useAct();
    const target = find(game, "target");
    if (!target) return <Ask title={waitTitle(game, w, name)} note={game.phase === "assassinate" ? w.ask.assassinateNote : undefined} />;
    const [title, note] = targetTitle(game, w);
    const seat = pick.seats[0] ?? null;
    const shot = game.phase === "assassinate";
    return (
        <Ask title={title} note={note}>
            <div class={find(game, "pass") ? "av-pair" : "av-single"}>
                {find(game, "pass") && <Button size="large" onClick={() => void act(() => inRoom("game:pass"))}>{w.ask.pass}</Button>}
                <Button kind={shot ? "danger" : "primary"} size="large" busy={busy} disabled={seat === null} onClick={() => void act(() => inRoom("game:target", { target: seat }))}>
                    {seat === null ? w.ask.chooseSeat : shot ? w.ask.shoot(name(seat)) : w.ask.confirm(name(seat))}
                </Button>
            </div>
        </Ask>
    );
}

// Votes beside the game: pause, void, a bot for who is away.
export function TableVotes({ game, name, userAway, missing }: { game: Game; name: Name; userAway: (seat: number, now: number) => boolean; missing: boolean }) {
    const w = useWords();
    // Nothing else happens when somebody has been away for long enough.
    const now = useNow(missing ? 5000 : 0);
    const [busy, act] = useAct();
    const mine = game.seat;
    if (mine === null || game.phase === "end" || game.phase === "voided") return null;
    const rows: ComponentChildren[] = [];
    const row = (key: string, text: string, button: string, work: () => void) => rows.push(
        <div key={key} class="av-vote-row"><span>{text}</span><Button size="small" busy={busy} onClick={work}>{button}</Button></div>,
    );
    if (game.seats[mine]?.bot) row("back", w.votes.takenByBot, w.votes.takeBack, () => void act(() => inRoom("game:takeback")));
    if (game.pauseVotes.length > 0 && !game.paused) {
        const did = game.pauseVotes.includes(mine);
        row("pause", w.votes.pauseNow(game.pauseVotes.length, game.pauseNeeded), did ? w.votes.pauseBack : w.votes.agree, () => void act(() => inRoom("game:pause", { yes: !did })));
    }
    if (game.voidVotes.length > 0) {
        const did = game.voidVotes.includes(mine);
        row("void", w.votes.voidNow(game.voidVotes.length, game.voidNeeded), did ? w.votes.voidBack : w.votes.agree, () => void act(() => inRoom("game:void", { yes: !did })));
    }
    game.seats.forEach((seat, i) => {
        const votes = game.botVotes[i] ?? [];
        if (i === mine || seat.bot || (votes.length === 0 && !userAway(i, now))) return;
        const did = votes.includes(mine);
        row(`bot${i}`, votes.length > 0 ? w.votes.botNow(name(i), votes.length) : w.votes.awayEnough(name(i)), did ? w.votes.botBack : w.votes.bot, () => void act(() => inRoom("game:bot", { target: i, yes: !did })));
    });
    return rows.length > 0 ? <div class="av-votes">{rows}</div> : null;
}

export function useTitle(text: string): void {
    useEffect(() => {
        document.title = text;
    }, [text]);
}
