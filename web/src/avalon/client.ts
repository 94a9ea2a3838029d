// The page's one connection to the game, and what it told: the room, the queue, the state of the line.
import { newKey } from "../core/api";
import { Cell } from "../core/cell";
import { currentToken, renewToken, session } from "../core/session";
import { lang } from "../i18n";
import { keepDeal, type SeenDeal } from "./seen";
import { fromView, withEvent, type EventMessage, type RoomState, type ViewMessage } from "./store";
import { CommandError, Wire, type Ack, type LinkState, type Port } from "./wire";
import { words } from "./words";

export interface Closed {
    roomId: string;
    reason: string;
}

export interface Queue {
    state: "idle" | "waiting" | "matched" | "check";
    players?: number | undefined;
    since?: number | undefined;
    ready?: number | undefined;
    reason?: string | undefined;
    matchId?: string | undefined;
    gameId?: string | undefined;
    commitment?: string | undefined;
    expiresAt?: number | undefined;
    accepted?: boolean | undefined;
}

export const link = new Cell<{ state: LinkState; why: { code: string; message: string } | null }>({ state: "off", why: null });
export const room = new Cell<RoomState | null>(null);
export const closed = new Cell<Closed | null>(null);
export const queue = new Cell<Queue>({ state: "idle" });
export const matchedRoom = new Cell<{ code: string } | null>(null);
let matched = "";
let accepted: SeenDeal | null = null;

const wire = new Wire({
    open: () => new WebSocket(`${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws`) as unknown as Port,
    token: currentToken,
    renew: renewToken,
    locale: () => (lang.value === "zh" ? "zh-CN" : "en"),
    newId: newKey,
    event: onEvent,
    state: (state, why) => link.set({ state, why }),
    ready: () => {
        if (room.value) resume();
        queueAgain();
    },
});

function resume(): void {
    const now = room.value;
    if (!now) return;
    wire.command("room:resume", { roomId: now.roomId, seq: now.seq }).catch((error: unknown) => {
        if (!(error instanceof CommandError) || error.code === "NETWORK" || error.code === "TIMEOUT") return;
        const gone = () => {
            if (room.value?.roomId === now.roomId) onClosed({ roomId: now.roomId, reason: "gone" });
        };
        // Who only watches is forgotten after a minute without a connection, and may come in again.
        if (error.code !== "NOT_ADMITTED" || !now.view.you.spectator) return gone();
        wire.command("room:join", { roomId: now.roomId, as: "spectator" }).catch(gone);
    });
}

function onClosed(told: Closed): void {
    if (room.value?.roomId !== told.roomId) return;
    room.set(null);
    closed.set(told);
}

// The server keeps a place for a minute, and none over its restart: who waits asks for it again, and is told if there is none.
function queueAgain(): void {
    const { state, players } = queue.value;
    if (state !== "waiting" || !players) return;
    wire.command("queue:join", { players }).catch((error: unknown) => {
        if (!(error instanceof CommandError) || error.code === "NETWORK" || error.code === "TIMEOUT") return;
        if (queue.value.state === "waiting") queue.set({ state: "idle" });
    });
}

let asked = 0; // the seq that a resume was sent for, so that a burst after a gap asks once

function shown(state: RoomState): void {
    room.set(state);
    const { game, room: table } = state.view;
    const role = game && game.phase === "reveal" && game.seat !== null ? game.seats[game.seat]?.role : null;
    if (role) keepDeal(state.roomId, table.gameNo, { role });
}

function onRoomEvent(message: EventMessage): void {
    const applied = withEvent(room.value, message);
    if (applied.kind === "ok") shown(applied.state);
    else if (applied.kind === "gap" && room.value && asked !== room.value.seq) {
        asked = room.value.seq;
        resume();
    }
}

function onEvent(name: string, data: unknown): void {
    if (name === "room:view") {
        asked = 0;
        closed.set(null);
        const state = fromView(data as ViewMessage);
        shown(state);
        if (matched === state.roomId) {
            matched = "";
            matchedRoom.set({ code: state.view.room.code });
        }
    } else if (name === "room:event") onRoomEvent(data as EventMessage);
    else if (name === "room:closed") onClosed(data as Closed);
    else if (name === "queue:state") queue.set(queued(data as Queue));
    else if (name === "queue:match") queue.set({ ...(data as Queue), state: "check", accepted: false });
    else if (name === "queue:room") {
        queue.set({ state: "idle" });
        matched = (data as { roomId: string }).roomId; // its view follows
        if (accepted) keepDeal(matched, 1, accepted);
        accepted = null;
    }
}

// While the ready check runs, the state says how many are ready.
function queued(told: Queue): Queue {
    const { state, matchId, gameId, commitment, expiresAt, accepted, since } = queue.value;
    if (state === "waiting" && told.state === "waiting") return { ...told, since };
    return state === "check" && told.state === "matched" ? { ...told, state, matchId, gameId, commitment, expiresAt, accepted } : told;
}

export function connect(): void {
    wire.start();
}

session.watch((now) => {
    if (now.status === "out") {
        wire.stop();
        room.set(null);
        queue.set({ state: "idle" });
    }
});

addEventListener("online", () => wire.hurry());
document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
        wire.hurry();
        if (link.value.state === "on") resume();
    }
});

// Throws CommandError; its message is what the person should read.
export async function command(name: string, data: Record<string, unknown> = {}): Promise<Ack> {
    connect();
    try {
        return await wire.command(name, data);
    } catch (error) {
        if (!(error instanceof CommandError) || error.message) throw error;
        const t = words();
        throw new CommandError(error.code, error.code === "TIMEOUT" || error.code === "NETWORK" ? t.link.noAnswer : t.link.failed, error.reason, error.field, error.retryAfter);
    }
}

// Of the room that is shown.
export function inRoom(name: string, data: Record<string, unknown> = {}): Promise<Ack> {
    const now = room.value;
    if (!now) return Promise.reject(new CommandError("NETWORK", words().link.noAnswer));
    return command(name, { roomId: now.roomId, ...data });
}

// Leaves the page, not the seat. Who only watches has nothing to come back to: he goes.
export function forgetRoom(): void {
    const now = room.value;
    if (now?.view.you.spectator) command("room:leave", { roomId: now.roomId }).catch(() => undefined);
    room.set(null);
    closed.set(null);
}

export function takeBackFromOtherDevice(roomId: string): Promise<Ack> {
    return command("room:resume", { roomId });
}

// The bytes a player adds to the deal. Kept with the commitment he gives them for, so that the page can say afterwards whether both held.
export function dealBytes(table: { roomId: string; gameNo: number; commitment: string | null }): string {
    const bytes = newKey();
    keepDeal(table.roomId, table.gameNo, { bytes, commitment: table.commitment ?? undefined });
    return bytes;
}

// Of a quick match: given before the room is there.
export function matchBytes(): string {
    accepted = { bytes: newKey(), commitment: queue.value.commitment };
    return accepted.bytes!;
}
