import { useEffect, useState } from "preact/hooks";
import { useCell } from "../core/cell";
import { serverNow, useNow } from "../core/clock";
import { Button } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { useAct } from "./acts";
import { kSizes } from "./board";
import { command, matchBytes, queue } from "./client";
import { useWords } from "./words";

export function QuickMatch({ onClose }: { onClose: () => void }) {
    const w = useWords();
    const [players, setPlayers] = useState(5);
    const [busy, act] = useAct();
    const start = () => act(async () => {
        await command("queue:join", { players });
        if (queue.value.state === "idle") queue.set({ state: "waiting", players, since: serverNow() });
        onClose();
    });
    return (
        <Modal title={w.queue.title} onClose={onClose}>
            <fieldset>
                <legend class="field-label">{w.queue.pick}</legend>
                <SizePicker value={players} onChange={setPlayers} />
            </fieldset>
            <div class="dialog-actions"><Button kind="primary" size="large" wide busy={busy} onClick={() => void start()}>{w.queue.start}</Button></div>
        </Modal>
    );
}

export function SizePicker({ value, onChange }: { value: number; onChange: (players: number) => void }) {
    const w = useWords();
    return (
        <div class="av-sizes" role="radiogroup" aria-label={w.create.players}>
            {kSizes.map((size) => (
                <label key={size} class="av-size">
                    <input type="radio" name="players" class="sr" checked={value === size} onChange={() => onChange(size)} />
                    <span>{size}</span>
                </label>
            ))}
        </div>
    );
}

// Seen on every page while one waits for a table.
export function QueueBar() {
    const w = useWords();
    const now = useCell(queue);
    const [busy, act] = useAct();
    const time = useNow(now.state === "waiting" ? 1000 : 0);
    if (now.state === "check") return <ReadyCheck />;
    if (now.state === "idle") return now.reason && w.queue.reasons[now.reason] ? <p class="av-queue" role="status">{w.queue.reasons[now.reason]}</p> : null;
    const waited = now.since ? Math.max(0, Math.round((time - now.since) / 1000)) : null;
    return (
        <div class="av-queue" role="status">
            <span class="spinner" aria-hidden="true" />
            <span>{now.reason && w.queue.reasons[now.reason] && <>{w.queue.reasons[now.reason]}<br /></>}{w.queue.waiting(now.players ?? 0)}{waited !== null && <small aria-hidden="true"> · {w.queue.waited(waited)}</small>}</span>
            <Button size="small" busy={busy} onClick={() => void act(async () => {
                await command("queue:leave");
                queue.set({ state: "idle" });
            })}>{w.queue.cancel}</Button>
        </div>
    );
}

function ReadyCheck() {
    const w = useWords();
    const now = useCell(queue);
    const [busy, act] = useAct();
    const time = useNow(250);
    const left = Math.max(0, Math.ceil(((now.expiresAt ?? time) - time) / 1000));
    useEffect(() => {
        document.title = `★ ${w.queue.found}`;
    }, [w]);
    useEffect(() => {
        // The server tells what became of it; a lost message must not leave the question on the screen.
        if (now.expiresAt && time > now.expiresAt + 4000) queue.set({ state: "idle" });
    }, [time, now.expiresAt]);
    const answer = (accept: boolean) => act(async () => {
        await command(accept ? "queue:accept" : "queue:refuse", accept ? { matchId: now.matchId, random: matchBytes() } : { matchId: now.matchId });
        if (queue.value.state === "check") queue.set(accept ? { ...queue.value, accepted: true } : { state: "idle" });
    });
    return (
        <Modal title={w.queue.found} onClose={() => undefined}>
            <p role="status" class="muted">{now.accepted ? w.queue.accepted : w.queue.left(left)}{now.ready !== undefined && ` · ${w.queue.ready(now.ready, now.players ?? 0)}`}</p>
            {!now.accepted && (
                <div class="dialog-actions">
                    <Button onClick={() => void answer(false)}>{w.queue.refuse}</Button>
                    <Button kind="primary" busy={busy} onClick={() => void answer(true)}>{w.queue.accept}</Button>
                </div>
            )}
        </Modal>
    );
}
