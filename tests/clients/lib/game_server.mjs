// The real server with accounts, and players of the game on it: by any client of Socket.IO, or by plain JSON on /ws.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import WebSocket from "ws";

const PASSWORD = "correct horse battery";
const LIMITS = ["address_per_15min", "user_per_15min", "sign_in_per_15min", "token_address_per_15min", "cost_address_per_minute", "cost_user_per_minute"];

export async function startGame(...options) {
    const data = mkdtempSync(join(tmpdir(), "rt-game-"));
    const unlimited = LIMITS.flatMap((name) => ["--set", `limits.${name}=1000000`]);
    const words = ["serve", "--data", data, "--listen", "127.0.0.1:0", "--set", "auth.bcrypt_cost=4", "--set", "log.console_requests=true", ...unlimited, ...options];
    const server = spawn(process.env.RT_BINARY, words, { stdio: ["ignore", "ignore", "pipe"] });
    const log = [];
    const ready = new Promise((resolve, reject) => {
        server.once("exit", () => reject(new Error("the server did not become ready:\n" + log.slice(-20).join("\n"))));
        createInterface({ input: server.stderr }).on("line", (line) => {
            log.push(line);
            const match = /ready in .* on http:\/\/127\.0\.0\.1:(\d+)/.exec(line);
            if (match) resolve(Number(match[1]));
        });
    });
    const port = await ready;
    async function post(path, body, token) {
        const headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) };
        const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
        const text = await answer.text();
        return { status: answer.status, body: text ? JSON.parse(text) : null };
    }
    return {
        port,
        log,
        post,
        // An access token.
        async account(name) {
            const made = spawnSync(process.env.RT_BINARY, ["--data", data, "user", "create", name, "--role", "user", "--password-stdin"], { input: PASSWORD + "\n" });
            if (made.status !== 0) throw new Error(made.stderr.toString());
            const { body } = await post("/auth/login", { login_name: name, password: PASSWORD, client: "native" });
            return body.data.access_token;
        },
        async stop() {
            server.kill("SIGTERM");
            const [code] = await once(server, "exit");
            rmSync(data, { recursive: true });
            return code;
        },
    };
}

// What a client does with the events of rooms, as docs/avalon-protocol.md says.
class Player {
    views = {};
    events = [];
    refused = null;
    recoveries = 0;
    #waiting = new Set();

    // Until test() is true.
    until(test) {
        if (test()) return Promise.resolve();
        return new Promise((resolve) => this.#waiting.add({ test, resolve }));
    }

    changed() {
        for (const wait of [...this.#waiting]) {
            if (!wait.test()) continue;
            this.#waiting.delete(wait);
            wait.resolve();
        }
    }

    take(name, data) {
        this.events.push([name, data]);
        if (name === "room:view") this.views[data.roomId] = { seq: data.seq, view: data.view };
        if (name === "room:event") this.#patch(data);
        this.changed();
    }

    #patch(event) {
        const room = this.views[event.roomId];
        if (!room || event.seq <= room.seq) return; // sent twice: by the recovery of the connection, and as asked for
        if (event.seq !== room.seq + 1) throw new Error(`event ${event.seq} after ${room.seq}`);
        room.seq = event.seq;
        for (const [part, patch] of Object.entries(event.data)) {
            if (part === "chat") room.view.chat.push(...patch);
            else if (patch === null) room.view[part] = null;
            else {
                const target = (room.view[part] ??= {});
                Object.assign(target, patch.set);
                for (const [name, items] of Object.entries(patch.add ?? {})) target[name] = target[name].concat(items);
            }
        }
    }

    ask(name, data = {}) {
        return this.send(name, { cmdId: randomBytes(8).toString("hex"), ...data });
    }

    async do(name, data = {}) {
        const answer = await this.ask(name, data);
        if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer)}`);
        return answer;
    }

    game(room) {
        return this.views[room]?.view.game ?? null;
    }
}

class SocketIoPlayer extends Player {
    constructor(io, port, options) {
        super();
        this.socket = io(`http://127.0.0.1:${port}`, { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 100, ...options });
        for (const name of ["room:view", "room:event", "room:closed", "queue:state", "queue:match", "queue:room"]) {
            this.socket.on(name, (data) => this.take(name, data));
        }
        for (const name of ["connect_error", "error"]) {
            this.socket.on(name, (error) => {
                this.refused = error;
                this.changed();
            });
        }
        this.socket.on("disconnect", () => this.changed());
        this.socket.on("connect", () => {
            if (this.socket.recovered) ++this.recoveries;
            for (const [roomId, { seq }] of Object.entries(this.views)) this.socket.emit("room:resume", { roomId, seq }, () => {});
            this.changed();
        });
    }

    connected() {
        return this.socket.connected;
    }

    send(name, data) {
        return new Promise((resolve) => this.socket.emit(name, data, resolve));
    }

    close() {
        this.socket.close();
    }
}

class PlainPlayer extends Player {
    #acks = new Map();
    #next = 1;
    #welcome = false;

    constructor(port, auth, headers = {}) {
        super();
        this.socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, [], { headers, perMessageDeflate: false });
        this.socket.on("open", () => this.#frame({ t: "hello", auth }));
        this.socket.on("error", (error) => {
            this.refused = error;
            this.changed();
        });
        this.socket.on("message", (text) => this.#message(JSON.parse(text.toString())));
    }

    #message(frame) {
        if (frame.t === "welcome") this.#welcome = true;
        if (frame.t === "error") this.refused = frame;
        if (frame.t === "ack") {
            this.#acks.get(frame.id)(frame);
            this.#acks.delete(frame.id);
        }
        if (frame.t === "ev") this.take(frame.name, frame.data);
        this.changed();
    }

    #frame(frame) {
        this.socket.send(JSON.stringify(frame));
    }

    connected() {
        return this.#welcome;
    }

    send(name, data) {
        const id = this.#next++;
        return new Promise((resolve) => {
            this.#acks.set(id, resolve);
            this.#frame({ t: "cmd", id, name, data });
        });
    }

    close() {
        this.socket.close();
    }
}

export const socketIoPlayer = (io, port, options) => new SocketIoPlayer(io, port, options);
export const plainPlayer = (port, auth, headers) => new PlainPlayer(port, auth, headers);

// The command that does the first thing the view asks of the player, or null.
export function answerTo(game, roomId) {
    const action = game?.actions[0];
    if (!action) return null;
    const team = action.seats?.slice(0, action.pick);
    switch (action.type) {
        case "ready":
            return ["game:ready", { roomId }];
        case "select":
        case "propose":
            return ["game:propose", { roomId, team }];
        case "vote":
            return ["game:vote", { roomId, approve: true }];
        case "quest":
            return ["game:quest", { roomId, success: !action.may_no }];
        case "target":
            return ["game:target", { roomId, target: action.seats[0] }];
        default:
            return ["game:pass", { roomId }];
    }
}

// Plays for one player until the game is over. An answer that came too late is no mistake: something else was done first.
export async function playOut(player, roomId) {
    const over = () => ["end", "voided"].includes(player.game(roomId)?.phase);
    const seen = () => player.views[roomId]?.seq;
    while (!over()) {
        const before = seen();
        const connected = player.connected();
        const move = connected ? answerTo(player.game(roomId), roomId) : null;
        if (move) {
            const answer = await Promise.race([player.ask(...move), player.until(() => !player.connected()).then(() => null)]);
            if (answer && !answer.ok && !["ILLEGAL_MOVE", "NOT_YOUR_TURN"].includes(answer.code)) throw new Error(JSON.stringify(answer));
        }
        await player.until(() => over() || seen() !== before || player.connected() !== connected || (move && !answerTo(player.game(roomId), roomId)));
    }
}
