// A room as this page knows it: a whole view, then patches in order. Pure, so that the tests reach every case.
import { gameOf, roomOf, type Wire } from "./decode";
import type { ChatLine, RoomView, You } from "./types";

type RawYou = Omit<You, "host">;

interface RawView {
    you: RawYou;
    room: Wire;
    game: Wire | null;
    chat: ChatLine[];
}

export interface RoomState {
    roomId: string;
    seq: number;
    raw: RawView; // as the server words it: patches apply to this
    view: RoomView;
}

export interface ViewMessage {
    roomId: string;
    seq: number;
    view: RawView;
}

interface Patch {
    set?: Record<string, unknown>;
    add?: Record<string, unknown[]>;
}

export interface EventMessage {
    roomId: string;
    seq: number;
    type: string;
    data: { you?: Patch; room?: Patch; game?: Patch | null; chat?: ChatLine[] };
}

export const kChatMax = 100;

export function patched<T extends object>(old: T | null, patch: Patch): T {
    const next: Record<string, unknown> = { ...(old ?? {}), ...(patch.set ?? {}) };
    for (const [member, more] of Object.entries(patch.add ?? {})) {
        const had = next[member];
        next[member] = [...(Array.isArray(had) ? had : []), ...more];
    }
    return next as T;
}

const youOf = (raw: RawView): You => ({ ...raw.you, host: raw.you.userId !== "" && raw.room["host"] === raw.you.userId });

export function fromView(message: ViewMessage): RoomState {
    const raw = message.view;
    return {
        roomId: message.roomId, seq: message.seq, raw,
        view: { you: youOf(raw), room: roomOf(raw.room), game: raw.game ? gameOf(raw.game) : null, chat: raw.chat ?? [] },
    };
}

// "gap": something was missed, the room has to be asked for again. "old": known already. "other": of a room that is not shown.
export type Applied = { kind: "ok"; state: RoomState } | { kind: "gap" | "old" | "other" };

export function withEvent(state: RoomState | null, message: EventMessage): Applied {
    if (!state || state.roomId !== message.roomId) return { kind: "other" };
    if (message.seq <= state.seq) return { kind: "old" };
    if (message.seq !== state.seq + 1) return { kind: "gap" };
    const { you, room, game, chat } = message.data;
    const raw: RawView = { ...state.raw };
    const view: RoomView = { ...state.view };
    if (you) raw.you = patched(raw.you, you);
    if (room) {
        raw.room = patched(raw.room, room);
        view.room = roomOf(raw.room);
    }
    if (you || room) view.you = youOf(raw);
    if (game === null) view.game = raw.game = null;
    else if (game) {
        raw.game = patched(raw.game, game);
        view.game = gameOf(raw.game);
    }
    if (chat) view.chat = raw.chat = [...raw.chat, ...chat].slice(-kChatMax);
    return { kind: "ok", state: { roomId: state.roomId, seq: message.seq, raw, view } };
}
