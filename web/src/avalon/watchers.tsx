// People without a chair: what one can do about somebody who spoke, and the host's list of those who watch or were put out.
import { useState } from "preact/hooks";
import { Button } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { useAct } from "./acts";
import { inRoom } from "./client";
import { About } from "./player";
import type { Face, RoomView } from "./types";
import { useWords } from "./words";

// The sheet of a person, seated or not.
export function PersonSheet({ view, face, onClose }: { view: RoomView; face: Face; onClose: () => void }) {
    const w = useWords();
    const [busy, act] = useAct();
    const { you, room } = view;
    const seated = room.players.some((player) => player.userId === face.userId);
    const watches = you.watchers?.some((one) => one.userId === face.userId) ?? false;
    const mayKick = you.host && (watches || (seated && room.state === "LOBBY"));
    const kick = () => void act(async () => {
        await inRoom("room:kick", { userId: face.userId });
        onClose();
    });
    return (
        <Modal title={face.nickname} onClose={onClose}>
            <div class="av-sheet-acts">
                {mayKick && <Button kind="danger" busy={busy} onClick={kick}>{w.room.kick}</Button>}
                <About userId={face.userId} name={face.nickname} room={room.roomId} game={room.gameId} />
            </div>
            <div class="dialog-actions"><Button onClick={onClose}>{w.close}</Button></div>
        </Modal>
    );
}

export function WatchersDialog({ view, onClose }: { view: RoomView; onClose: () => void }) {
    const w = useWords();
    const [busy, act] = useAct();
    const [open, setOpen] = useState<Face | null>(null);
    const watchers = view.you.watchers ?? [];
    const removed = view.you.removed ?? [];
    return (
        <Modal title={w.room.watchers} onClose={onClose}>
            {watchers.length === 0 ? <p class="muted">{w.room.noWatchers}</p> : (
                <ul class="av-rooms">
                    {watchers.map((one) => (
                        <li key={one.userId} class="av-room-row"><span class="av-room-name"><strong>{one.nickname}</strong></span>
                            <Button size="small" onClick={() => setOpen(one)}>{w.room.choose}<span class="sr">{w.colon}{one.nickname}</span></Button>
                            <Button size="small" kind="danger" busy={busy} onClick={() => void act(() => inRoom("room:kick", { userId: one.userId }))}>{w.room.kick}<span class="sr">{w.colon}{one.nickname}</span></Button></li>
                    ))}
                </ul>
            )}
            {removed.length > 0 && (
                <section class="av-section av-links" aria-labelledby="av-removed">
                    <h3 id="av-removed">{w.room.removed}</h3>
                    <p class="muted">{w.room.removedNote}</p>
                    <ul class="av-rooms">
                        {removed.map((one) => (
                            <li key={one.userId} class="av-room-row"><span class="av-room-name"><strong>{one.nickname}</strong></span>
                                <Button size="small" busy={busy} onClick={() => void act(() => inRoom("room:readmit", { userId: one.userId }))}>{w.room.readmit}<span class="sr">{w.colon}{one.nickname}</span></Button></li>
                        ))}
                    </ul>
                </section>
            )}
            <div class="dialog-actions"><Button onClick={onClose}>{w.close}</Button></div>
            {open && <PersonSheet view={view} face={open} onClose={() => setOpen(null)} />}
        </Modal>
    );
}
