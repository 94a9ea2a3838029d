// What one can do about a seat: read about the person, keep a note, and, as host, change who sits there.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { useAct } from "./acts";
import { inRoom } from "./client";
import type { Place } from "./model";
import { About } from "./player";
import type { RoomView, Strength } from "./types";
import { useWords } from "./words";

export const kNotes = ["none", "good", "evil", "key"] as const;
export type Note = typeof kNotes[number];

export function useNotes(gameId: string | null): [(seat: number) => Note, (seat: number, note: Note) => void] {
    const key = `rt.notes.${gameId ?? ""}`;
    const read = (): Record<number, Note> => {
        try {
            return JSON.parse(sessionStorage.getItem(key) ?? "{}") as Record<number, Note>;
        } catch {
            return {};
        }
    };
    const [kept, setKept] = useState<{ key: string; notes: Record<number, Note> }>(() => ({ key, notes: read() }));
    const notes = kept.key === key ? kept.notes : read();
    const set = (seat: number, note: Note) => {
        const next = { ...notes, [seat]: note };
        setKept({ key, notes: next });
        try {
            sessionStorage.setItem(key, JSON.stringify(next));
        } catch {
            // Forbidden storage: the notes last as long as the page.
        }
    };
    return [(seat) => notes[seat] ?? "none", set];
}

export function SeatSheet({ view, place, note, setNote, onClose }: { view: RoomView; place: Place; note: Note; setNote: (note: Note) => void; onClose: () => void }) {
    const w = useWords();
    const [busy, act] = useAct();
    const { you, room } = view;
    const lobby = room.state === "LOBBY";
    const done = (work: () => Promise<unknown>) => void act(async () => {
        await work();
        onClose();
    });
    const number = place.player.player;
    let body: ComponentChildren;
    if (place.empty) body = <EmptySeat view={view} player={number} done={done} busy={busy} />;
    else {
        body = (
            <>
                {place.player.rating ? <p class="muted num">{w.room.rating(place.player.rating)}</p> : null}
                {place.bot && <p class="muted">{w.room.bot}{place.player.strength ? ` · ${w.strengths[place.player.strength]}` : ""}</p>}
                {place.offline && <p class="av-bad">{w.room.offline}</p>}
                {place.cards.map((card) => <p key={card}><strong>{w.plot[card].name}</strong>{w.colon}{w.plot[card].note}</p>)}
                {view.game && !place.me && (
                    <fieldset>
                        <legend class="field-label">{w.room.mark}</legend>
                        <div class="segmented">{kNotes.map((one) => <button key={one} type="button" aria-pressed={note === one} onClick={() => setNote(one)}>{w.room.marks[one]}</button>)}</div>
                    </fieldset>
                )}
                <div class="av-sheet-acts">
                    {lobby && place.me && <Button busy={busy} onClick={() => done(() => inRoom("room:seat", { player: null }))}>{w.room.standUp}</Button>}
                    {lobby && you.host && place.bot && <Button busy={busy} onClick={() => done(() => inRoom("room:bot", { player: number, strength: null }))}>{w.room.removeBot}</Button>}
                    {you.host && place.player.kind === "user" && !place.me && (
                        <>
                            {lobby && <Button busy={busy} onClick={() => done(() => inRoom("room:host", { userId: place.player.userId }))}>{w.room.makeHost}</Button>}
                            {lobby && <Button kind="danger" busy={busy} onClick={() => done(() => inRoom("room:kick", { userId: place.player.userId }))}>{w.room.kick}</Button>}
                        </>
                    )}
                    {place.player.kind === "user" && !place.me && place.player.userId && <About userId={place.player.userId} room={room.roomId} name={place.name} game={room.gameId} />}
                </div>
            </>
        );
    }
    return <Modal title={place.empty ? w.room.empty : w.room.seatTitle(place.index, place.name)} onClose={onClose}>{body}<div class="dialog-actions"><Button onClick={onClose}>{w.close}</Button></div></Modal>;
}

function EmptySeat({ view, player, done, busy }: { view: RoomView; player: number; done: (work: () => Promise<unknown>) => void; busy: boolean }) {
    const w = useWords();
    return (
        <div class="av-sheet-acts">
            <Button kind="primary" size="large" wide busy={busy} onClick={() => done(() => inRoom("room:seat", { player }))}>{w.room.sit}</Button>
            {view.you.host && (
                <div class="av-choices" role="group" aria-label={w.room.addBot}>
                    <span class="av-choices-title">{w.room.addBot}</span>
                    {(["easy", "normal", "hard"] as Strength[]).map((strength) => <button key={strength} type="button" class="av-chip" onClick={() => done(() => inRoom("room:bot", { player, strength }))}>{w.strengths[strength]}</button>)}
                </div>
            )}
        </div>
    );
}
