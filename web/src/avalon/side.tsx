import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../ui/basic";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toast";
import { complain } from "./acts";
import { Thing } from "./art";
import { inRoom } from "./client";
import { nameOf } from "./model";
import { tell } from "./moments";
import type { ChatLine, Face, Game, Proposal, RoomView } from "./types";
import { PersonSheet } from "./watchers";
import { useWords } from "./words";

type Name = (seat: number | null) => string;

// Who voted how, proposal by proposal: players down the side, proposals across.
export function History({ game, name }: { game: Game | null; name: Name }) {
    const w = useWords();
    const box = useRef<HTMLDivElement>(null);
    const columns = game?.proposals.length ?? 0;
    useEffect(() => {
        if (box.current) box.current.scrollLeft = box.current.scrollWidth;
    }, [columns]);
    if (!game || columns === 0) return <p class="av-empty">{w.history.empty}</p>;
    const facts = game.log.map((entry) => tell(entry, game, w, name)).filter((moment) => moment !== null);
    return (
        <div class="av-history">
            <div class="av-grid-box" ref={box} tabIndex={0} role="region" aria-label={w.history.title}>
                <table class="av-grid">
                    <thead>
                        <tr><th scope="col"><span class="sr">{w.history.player}</span></th>{game.proposals.map((one) => <Column key={`${one.round}/${one.attempt}`} proposal={one} game={game} />)}</tr>
                    </thead>
                    <tbody>
                        {game.seats.map((_, seat) => (
                            <tr key={seat}>
                                <th scope="row">{name(seat)}</th>
                                {game.proposals.map((one) => <Cell key={`${one.round}/${one.attempt}`} proposal={one} seat={seat} />)}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            <p class="av-legend">{w.history.legend}</p>
            <h3>{w.history.log}</h3>
            <ol class="av-facts">{facts.map((fact, i) => <li key={i}>{fact!.text}</li>).reverse()}</ol>
        </div>
    );
}

function Column({ proposal, game }: { proposal: Proposal; game: Game }) {
    const w = useWords();
    const quest = game.quests.find((one) => one.round === proposal.round);
    const went = proposal.result === "approved" || proposal.result === "carried";
    return (
        <th scope="col" class={`av-col av-col-${proposal.result}`}>
            <span aria-hidden="true">{proposal.quest}.{proposal.attempt}</span>
            {went && quest && <i class={quest.succeeded ? "good" : "evil"}>{quest.succeeded ? "✓" : quest.fails}</i>}
            <span class="sr">{w.parts([w.history.proposalLabel(proposal.quest, proposal.attempt), w.history.result[proposal.result], ...(went && quest ? [w.questDone(quest.fails, quest.succeeded)] : [])])}</span>
        </th>
    );
}

function Cell({ proposal, seat }: { proposal: Proposal; seat: number }) {
    const w = useWords();
    const on = proposal.team.includes(seat);
    const vote = proposal.approvers ? proposal.approvers.includes(seat) : null;
    const words = w.parts([proposal.leader === seat ? w.seatState.leader : "", on ? w.seatState.onTeam : "", vote === null ? "" : vote ? w.seatState.approved : w.seatState.rejected].filter(Boolean));
    return (
        <td class={on ? "on" : ""}>
            <span class={vote === null ? "none" : vote ? "yes" : "no"} aria-hidden="true">{vote === null ? "·" : <Thing name={vote ? "check" : "cross"} size={13} />}</span>
            {proposal.leader === seat && <b aria-hidden="true">★</b>}
            <span class="sr">{words}</span>
        </td>
    );
}

const kTextMax = 200;

export function Chat({ view }: { view: RoomView }) {
    const w = useWords();
    const [text, setText] = useState("");
    const [busy, setBusy] = useState(false);
    const [about, setAbout] = useState<Face | null>(null);
    const end = useRef<HTMLDivElement>(null);
    const last = view.chat[view.chat.length - 1]?.id;
    useEffect(() => {
        const box = end.current?.parentElement;
        if (box) box.scrollTop = box.scrollHeight;
    }, [last]);
    const send = async () => {
        const line = text.trim();
        if (!line || busy) return;
        if ([...line].length > kTextMax) return toast(w.chat.tooLong, "bad");
        setBusy(true);
        try {
            await inRoom("room:chat", { text: line });
            setText("");
        } catch (error) {
            complain(error);
        } finally {
            setBusy(false);
        }
    };
    return (
        <div class="av-chat">
            <div class="av-lines" tabIndex={0} role="log" aria-label={w.chat.title}>
                {view.chat.length === 0 && <p class="av-empty">{w.chat.empty}</p>}
                {view.chat.map((line) => <Line key={line.id} line={line} view={view} onAbout={setAbout} />)}
                <div ref={end} />
            </div>
            {view.you.spectator && <p class="av-legend">{w.chat.spectatorsNote}</p>}
            <form class="av-say" onSubmit={(event) => { event.preventDefault(); void send(); }}>
                <input class="input" value={text} maxLength={kTextMax} aria-label={w.chat.place} placeholder={w.chat.place} enterkeyhint="send" autocomplete="off" onInput={(event) => setText(event.currentTarget.value)} />
                <Button type="submit" kind="primary" busy={busy} disabled={!text.trim()}>{w.chat.send}</Button>
            </form>
            {about && <PersonSheet view={view} face={about} onClose={() => setAbout(null)} />}
        </div>
    );
}

function Line({ line, view, onAbout }: { line: ChatLine; view: RoomView; onAbout: (face: Face) => void }) {
    const w = useWords();
    const player = view.room.players.find((one) => one.userId === line.from);
    const seat = player && view.game ? view.game.seats.findIndex((one) => one.player === player.player) : (player?.player ?? -1);
    const mine = line.from === view.you.userId;
    const time = new Date(line.at);
    return (
        <p class={`av-line${mine ? " av-line-mine" : ""}`}>
            <span class="av-line-who">{seat >= 0 && <b class="num">{seat + 1}</b>}
                {mine ? line.nickname : <button type="button" class="av-line-name" aria-haspopup="dialog" onClick={() => onAbout({ userId: line.from, nickname: line.nickname })}>{line.nickname}</button>}{line.channel === "spectators" && <i>{w.chat.spectators}</i>}
                <time dateTime={time.toISOString()}>{`${time.getHours()}:${String(time.getMinutes()).padStart(2, "0")}`}</time></span>
            <span class="av-line-text">{line.text}</span>
        </p>
    );
}

export function Sides({ view, tab, setTab, unread }: { view: RoomView; tab: "history" | "chat"; setTab: (tab: "history" | "chat") => void; unread: number }) {
    const w = useWords();
    return (
        <>
            <div class="av-side-tabs" role="tablist">
                {(["history", "chat"] as const).map((one) => (
                    <button key={one} type="button" role="tab" aria-selected={tab === one} onClick={() => setTab(one)}>
                        {one === "history" ? <Icon name="list" size={16} /> : <Thing name="speech" size={16} />}{one === "history" ? w.room.history : w.room.chat}
                        {one === "chat" && unread > 0 && tab !== "chat" && <b class="av-unread">{unread}</b>}
                    </button>
                ))}
            </div>
            <div class="av-side-body">{tab === "history" ? <History game={view.game} name={nameOf(view, w)} /> : <Chat view={view} />}</div>
        </>
    );
}
