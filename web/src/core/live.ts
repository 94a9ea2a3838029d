// What changes by itself on an event's page: places left and the queue, told over one WebSocket. Where that fails (a proxy, an old
// network), the page asks every few seconds instead, and goes on trying the socket.
import { useEffect, useRef, useState } from "preact/hooks";
import { kApiBase } from "./api_base";
import type { Availability } from "./types";

export interface AvailabilityFrame {
    type: "availability";
    event: string;
    availability: Availability;
    places_left: number | null;
    waiting?: number;
    divisions: { id: string; availability: Availability; places_left: number | null }[];
}

export interface AdmissionFrame {
    type: "admission";
    event: string;
    served: number;
    last: number;
    rate: number;
    sold_out: boolean;
}

export interface Live {
    places: AvailabilityFrame | null;
    queue: AdmissionFrame | null;
    connected: boolean;
}

const kRetryMs = 1500;
const kRetryMaxMs = 30_000;
const kPollMs = 5000;

const address = (): string => `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${kApiBase}/live`;

// An event, and what its pages subscribe by.
export interface LiveEvent {
    id: string;
    live: string;
}

interface Watch extends LiveEvent {
    frame: (frame: AvailabilityFrame | AdmissionFrame) => void;
    state: (connected: boolean) => void;
}

// Keeps a socket open until it is told to stop. Waits a little longer after each failure, by chance, so that thousands of pages do not come back
// in the same second.
function watch({ id, live, frame, state }: Watch): () => void {
    let socket: WebSocket | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    let stopped = false;
    const open = () => {
        try {
            socket = new WebSocket(address());
        } catch {
            again();
            return;
        }
        socket.onopen = () => socket?.send(JSON.stringify({ subscribe: live }));
        socket.onmessage = (message) => {
            const told = read(message.data);
            if (!told || told.event !== id) return;
            failures = 0;
            state(true);
            frame(told);
        };
        socket.onclose = again;
    };
    const again = () => {
        if (stopped) return;
        socket = null;
        state(false);
        failures += 1;
        const wait = Math.min(kRetryMaxMs, kRetryMs * 2 ** Math.min(failures, 5));
        timer = setTimeout(open, wait * (0.5 + Math.random() / 2));
    };
    open();
    return () => {
        stopped = true;
        clearTimeout(timer);
        socket?.close();
    };
}

function read(data: unknown): AvailabilityFrame | AdmissionFrame | null {
    try {
        const told = JSON.parse(String(data)) as AvailabilityFrame | AdmissionFrame;
        return told.type === "availability" || told.type === "admission" ? told : null;
    } catch {
        return null;
    }
}

// `ask` is called while there is no socket and the page is seen.
export function useLive(of: LiveEvent | null, ask: () => void, pollMs = kPollMs): Live {
    const [live, setLive] = useState<Live>({ places: null, queue: null, connected: false });
    const latest = useRef(ask);
    latest.current = ask;
    const [id, name] = [of?.id, of?.live];
    useEffect(() => {
        if (!id || !name) return;
        setLive({ places: null, queue: null, connected: false });
        return watch({
            id,
            live: name,
            frame: (told) => setLive((old) => (told.type === "availability" ? { ...old, places: told } : { ...old, queue: told })),
            state: (connected) => setLive((old) => (old.connected === connected ? old : { ...old, connected })),
        });
    }, [id, name]);
    useEffect(() => {
        if (!id || live.connected) return;
        const tick = () => {
            if (!document.hidden) latest.current();
        };
        const timer = setInterval(tick, pollMs);
        document.addEventListener("visibilitychange", tick);
        return () => {
            clearInterval(timer);
            document.removeEventListener("visibilitychange", tick);
        };
    }, [id, live.connected, pollMs]);
    return live;
}
