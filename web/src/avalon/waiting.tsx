// Before the start: who is here, who is ready, what is still missing.
import { Button } from "../ui/basic";
import { useAct } from "./acts";
import { dealBytes, inRoom } from "./client";
import { BoardNote, share } from "./play";
import type { RoomView } from "./types";
import { useWords } from "./words";

export function WaitingPanel({ view }: { view: RoomView }) {
    const w = useWords();
    const [busy, act] = useAct();
    const { room, you } = view;
    const me = room.players.find((player) => player.player === you.player);
    const free = room.players.filter((player) => player.kind === "empty");
    const unready = room.players.filter((player) => player.kind === "user" && !player.ready);
    const errors = room.warnings.filter((one) => one.severity === "error");
    const fill = () => act(async () => {
        for (const player of free) await inRoom("room:bot", { player: player.player, strength: "normal" });
    });
    const ready = (on: boolean) => act(() => inRoom("game:ready", on ? { ready: true, random: dealBytes(room) } : { ready: false }));
    const missing = free.length > 0 ? w.room.waitSeats(free.length) : unready.length > 0 ? w.room.waitReady(unready.length) : you.host ? "" : w.room.waitHost;
    return (
        <section class="av-panel" aria-labelledby="av-ask">
            <h2 id="av-ask">{me ? (me.ready ? w.room.isReady : w.room.notReady) : w.room.noSeat}</h2>
            <p class="av-ask-note" role="status">{missing || (me && !me.ready ? w.room.readyNote : "")}</p>
            {room.warnings.map((one) => <p key={one.reason} class={one.severity === "error" ? "av-bad" : "av-warn"}>{w.warnings[one.reason] ?? one.reason}</p>)}
            <div class="av-ask-acts">
                {you.host && free.length === 0 && unready.length === 0 && <Button kind="primary" size="large" wide busy={busy} disabled={errors.length > 0} onClick={() => void act(() => inRoom("room:start"))}>{w.room.start}</Button>}
                {me && !me.ready && <Button kind="primary" size="large" wide busy={busy} onClick={() => void ready(true)}>{w.room.ready}</Button>}
                <div class="av-few">
                    {me?.ready && <Button busy={busy} onClick={() => void ready(false)}>{w.room.unready}</Button>}
                    {free.length > 0 && <Button icon="share" onClick={() => void share(view, w.room.copied)}>{w.room.share}</Button>}
                    {you.host && free.length > 0 && <Button icon="plus" busy={busy} onClick={() => void fill()}>{w.room.fillBots}</Button>}
                </div>
            </div>
            <BoardNote view={view} />
        </section>
    );
}
