// The plain JSON socket of the game (/ws): commands with answers, events, and a connection that comes back by itself. A phone that goes to the
// background loses its socket within seconds, so that is the normal case and not an error: commands without an answer are sent again with the
// same cmdId, and the server answers a repeated one as it did the first time.
export interface Ack {
    ok: boolean;
    seq?: number;
    code?: string;
    message?: string;
    reason?: string;
    field?: string;
    retryAfter?: number;
    [member: string]: unknown;
}

export class CommandError extends Error {
    constructor(readonly code: string, message: string, readonly reason = "", readonly field = "", readonly retryAfter = 0) {
        super(message);
        this.name = "CommandError";
    }
}

// "off": nobody asked for it. "lost": was there, and is being sought again. "refused": there is no use in trying.
export type LinkState = "off" | "connecting" | "on" | "lost" | "refused";

export interface Port {
    send(text: string): void;
    close(): void;
    onopen: (() => void) | null;
    onmessage: ((event: { data: unknown }) => void) | null;
    onclose: (() => void) | null;
}

export interface WireOptions {
    open: () => Port;
    token: () => Promise<string | null>;
    renew: (stale: string) => Promise<string | null>;
    locale: () => string;
    newId: () => string;
    event: (name: string, data: unknown) => void;
    state: (state: LinkState, why: { code: string; message: string } | null) => void;
    ready: () => void; // before commands that waited are sent again
}

interface Pending {
    name: string;
    data: Record<string, unknown>;
    resolve: (ack: Ack) => void;
    reject: (error: CommandError) => void;
    timer: ReturnType<typeof setTimeout>;
}

const kRetryFirstMs = 400;
const kRetryMaxMs = 10_000;
const kSilentMs = 7_000; // a command without any frame from the server for so long: the connection is dead
const kGiveUpMs = 25_000;
const kHelloMs = 10_000;
const kFinal = new Set(["BANNED", "UNAUTHENTICATED"]);

export class Wire {
    private port: Port | null = null;
    private on = false;
    private wanted = false;
    private was = false;
    private failures = 0;
    private nextId = 1;
    private pending = new Map<number, Pending>();
    private retry: ReturnType<typeof setTimeout> | undefined;
    private guard: ReturnType<typeof setTimeout> | undefined;
    private token = "";
    private renewed = false;

    constructor(private readonly options: WireOptions) {}

    start(): void {
        if (this.wanted) return;
        this.wanted = true;
        this.failures = 0;
        void this.connect();
    }

    stop(): void {
        this.wanted = false;
        this.was = false;
        clearTimeout(this.retry);
        this.drop();
        for (const id of [...this.pending.keys()]) this.fail(id, "NETWORK");
        this.options.state("off", null);
    }

    // Something says that the network is back (the page is seen again): do not wait any longer.
    hurry(): void {
        if (!this.wanted) return;
        if (!this.port) {
            clearTimeout(this.retry);
            this.failures = 0;
            void this.connect();
        } else if (this.on) {
            this.port.send('{"t":"ping"}');
            this.expectFrame();
        }
    }

    command(name: string, data: Record<string, unknown>): Promise<Ack> {
        return new Promise((resolve, reject) => {
            const id = this.nextId++;
            const timer = setTimeout(() => this.fail(id, "TIMEOUT"), kGiveUpMs);
            this.pending.set(id, { name, data: { cmdId: this.options.newId(), ...data }, resolve, reject, timer });
            if (this.on) this.write(id);
        });
    }

    private fail(id: number, code: string): void {
        const pending = this.pending.get(id);
        if (!pending) return;
        this.pending.delete(id);
        clearTimeout(pending.timer);
        pending.reject(new CommandError(code, ""));
    }

    private write(id: number): void {
        const pending = this.pending.get(id);
        if (!pending) return;
        this.port?.send(JSON.stringify({ t: "cmd", id, name: pending.name, data: pending.data }));
        this.expectFrame();
    }

    private expectFrame(): void {
        clearTimeout(this.guard);
        this.guard = setTimeout(() => this.lost(), kSilentMs);
    }

    private async connect(): Promise<void> {
        this.options.state(this.was ? "lost" : "connecting", null);
        const token = await this.options.token();
        if (!this.wanted || this.port) return;
        if (!token) {
            this.again();
            return;
        }
        this.token = token;
        let port: Port;
        try {
            port = this.options.open();
        } catch {
            this.again();
            return;
        }
        this.port = port;
        const mine = (work: () => void) => () => {
            if (this.port === port) work();
        };
        port.onopen = mine(() => port.send(JSON.stringify({ t: "hello", auth: { token, locale: this.options.locale() } })));
        port.onmessage = (event) => {
            if (this.port === port) this.frame(String(event.data));
        };
        port.onclose = mine(() => this.lost());
        clearTimeout(this.guard);
        this.guard = setTimeout(mine(() => this.lost()), kHelloMs);
    }

    private drop(): void {
        const port = this.port;
        this.port = null;
        this.on = false;
        clearTimeout(this.guard);
        if (port) port.close();
    }

    private lost(): void {
        this.drop();
        this.again();
    }

    private again(): void {
        if (!this.wanted) return;
        this.options.state(this.was ? "lost" : "connecting", null);
        this.failures += 1;
        const wait = Math.min(kRetryMaxMs, kRetryFirstMs * 2 ** Math.min(this.failures - 1, 6));
        clearTimeout(this.retry);
        this.retry = setTimeout(() => void this.connect(), wait * (0.6 + Math.random() * 0.4));
    }

    private frame(text: string): void {
        if (this.on) clearTimeout(this.guard);
        let frame: Record<string, unknown>;
        try {
            frame = JSON.parse(text) as Record<string, unknown>;
        } catch {
            return;
        }
        if (frame["t"] === "ack") this.answered(frame);
        else if (frame["t"] === "ev") this.options.event(String(frame["name"]), frame["data"]);
        else if (frame["t"] === "welcome") this.welcomed();
        else if (frame["t"] === "error") void this.refused(frame);
    }

    private welcomed(): void {
        clearTimeout(this.guard);
        this.on = true;
        this.was = true;
        this.failures = 0;
        this.renewed = false;
        this.options.state("on", null);
        this.options.ready();
        for (const id of this.pending.keys()) this.write(id);
    }

    private answered(frame: Record<string, unknown>): void {
        const id = Number(frame["id"]);
        const pending = this.pending.get(id);
        if (!pending) return;
        const ack = frame as unknown as Ack;
        if (!ack.ok && ack.code === "TOKEN_EXPIRED") {
            // Sent again after the next hello.
            void this.renewAndConnect();
            return;
        }
        this.pending.delete(id);
        clearTimeout(pending.timer);
        if (ack.ok) pending.resolve(ack);
        else pending.reject(new CommandError(ack.code ?? "", ack.message ?? "", ack.reason, ack.field, ack.retryAfter));
    }

    private async renewAndConnect(): Promise<boolean> {
        this.drop();
        const fresh = this.renewed ? null : await this.options.renew(this.token);
        this.renewed = true;
        if (!this.wanted) return true;
        if (!fresh) return false;
        void this.connect();
        return true;
    }

    private async refused(frame: Record<string, unknown>): Promise<void> {
        const data = (frame["data"] ?? {}) as { code?: string };
        const code = String(data.code ?? "");
        if (code === "TOKEN_EXPIRED" || code === "UNAUTHENTICATED") {
            if (await this.renewAndConnect()) return;
        }
        this.drop();
        if (!kFinal.has(code)) {
            this.again();
            return;
        }
        this.wanted = false;
        this.options.state("refused", { code, message: String(frame["message"] ?? "") });
        for (const id of [...this.pending.keys()]) this.fail(id, code);
    }
}
