import { useState } from "preact/hooks";
import { Button, LinkButton } from "../ui/basic";
import { useAct } from "./acts";
import { RoleSign } from "./art";
import { DealCheck } from "./check";
import { inRoom } from "./client";
import { seenDeal } from "./seen";
import type { RoomView } from "./types";
import { useWords } from "./words";

export function EndPanel({ view, name }: { view: RoomView; name: (seat: number | null) => string }) {
    const w = useWords();
    const [busy, act] = useAct();
    const [checking, setChecking] = useState(false);
    const game = view.game!;
    const { outcome } = game;
    const voided = game.phase === "voided" || !outcome;
    const mine = game.seat === null ? null : (game.seats[game.seat]?.side ?? null);
    const merlin = game.seats.findIndex((seat) => seat.role === "merlin");
    const here = view.room.players.filter((player) => player.kind === "user" && player.online && !player.left).length;
    // Somebody may have gone since: then it is worth saying again.
    const wants = view.room.rematch.includes(view.you.userId) && view.room.rematch.length * 2 <= here;
    return (
        <>
            <section class={`av-panel av-end${voided ? "" : ` av-end-${outcome.winner}`}`} aria-labelledby="av-ask">
                <p class="av-end-crest" aria-hidden="true"><RoleSign role={voided || outcome.winner === "good" ? "percival" : "mordred"} size={52} /></p>
                <h2 id="av-ask">{voided ? w.end.voided : w.end[outcome.winner]}</h2>
                <p class="av-ask-note">{voided ? w.end.voidedNote : w.reasons[outcome.reason]}</p>
                {!voided && <p class="av-end-more">
                    {mine && <strong>{mine === outcome.winner ? w.end.youWon : w.end.youLost}</strong>}
                    {outcome.shot !== null && <span>{w.end.shot(name(outcome.shooter), name(outcome.shot))}</span>}
                    {merlin >= 0 && <span>{w.end.merlinWas(name(merlin))}</span>}
                </p>}
                {view.room.spectators.delay > 0 && <p class="av-ask-note">{w.end.later(view.room.spectators.delay)}</p>}
                <div class="av-ask-acts">
                    {game.seat !== null && <Button kind="primary" size="large" wide busy={busy} disabled={wants} onClick={() => void act(() => inRoom("room:rematch"))}>{w.end.again}{view.room.rematch.length > 0 && ` · ${w.end.againDone(view.room.rematch.length)}`}</Button>}
                    <div class="av-pair">
                        {game.gameId && <LinkButton href={`/avalon/games/${game.gameId}`} icon="refresh">{w.end.replay}</LinkButton>}
                        {game.seed && <Button icon="shield" onClick={() => setChecking(true)}>{w.end.check}</Button>}
                    </div>
                </div>
            </section>
            {checking && <DealCheck game={game} seen={seenDeal(view.room.roomId, view.room.gameNo)} onClose={() => setChecking(false)} />}
        </>
    );
}
