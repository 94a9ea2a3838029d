// The clients of Socket.IO 2, 3 and 4 and of WeChat mini-programs, as they come from npm, against the real server.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { io as io4 } from "socket.io-client";
import WebSocket from "ws";
import { startPath, startServer } from "./lib/conformance_server.mjs";

const require = createRequire(import.meta.url);
const io2 = require("socket.io-client-2");
const { io: io3 } = require("socket.io-client-3");

// Where connections can be recovered, events for protocol 5 carry their offset as one more argument, as the reference has it.
let server;
let recovering;
before(async () => {
    [server, recovering] = await Promise.all([startServer(), startServer("--recovery")]);
});
after(async () => {
    assert.deepEqual(await Promise.all([server.stop(), recovering.stop()]), [0, 0]);
});

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const ack = (socket, ...args) => new Promise((resolve) => socket.emit("message-with-ack", ...args, (...answer) => resolve(answer)));

function next(socket, event) {
    return new Promise((resolve) => socket.once(event, (...args) => resolve(args)));
}

async function opened(t, io, options = {}, port = server.port, nsp = "") {
    const socket = io(`http://127.0.0.1:${port}${nsp}`, { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 100, ...options });
    t.after(() => socket.close());
    const auth = next(socket, "auth");
    await next(socket, "connect");
    return { socket, auth: await auth };
}

// A beat has to come within 200 ms here, which a busy machine may miss by itself. With a server that does not beat nobody ever stays.
const kBusyRounds = 5;
async function staysQuietly(t, io, transports) {
    const { socket } = await opened(t, io, { transports, reconnection: false });
    const lost = next(socket, "disconnect").then(() => "lost");
    // Clients of protocol 3 beat by themselves at the interval they are told.
    if ((await Promise.race([lost, pause(1200)])) === "lost") return false;
    const [answer] = await Promise.race([lost.then((word) => [word]), ack(socket, "still")]);
    return answer === "still";
}

async function speaks(socket) {
    const back = next(socket, "message-back");
    socket.emit("message", 1, "2", { 3: [true] });
    assert.deepEqual(await back, [1, "2", { 3: [true] }]);
    assert.deepEqual(await ack(socket, 1, "圆桌 🎲", { a: null }), [1, "圆桌 🎲", { a: null }]);
    assert.deepEqual(await ack(socket), []);
    const [binary] = await ack(socket, Buffer.from([1, 2, 3, 255]));
    assert.deepEqual([...new Uint8Array(binary.buffer ? binary : new Uint8Array(binary))], [1, 2, 3, 255]);
    const two = next(socket, "message-back");
    socket.emit("message", Buffer.from([1]), { deep: [Buffer.from([2, 3])] });
    const [one, { deep }] = await two;
    assert.deepEqual([Buffer.from(one), Buffer.from(deep[0])], [Buffer.from([1]), Buffer.from([2, 3])]);
    const order = [];
    const all = new Promise((resolve) => socket.on("message-back", (n) => order.push(n) === 500 && resolve()));
    for (let n = 0; n < 500; n++) socket.emit("message", n);
    await all;
    assert.deepEqual(order, Array.from({ length: 500 }, (_, n) => n));
}

for (const [name, io] of [["2", io2], ["3", io3], ["4", io4]]) {
    describe(`socket.io-client ${name}`, () => {
        for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
            test(`by ${transports.join(" then ")}`, async (t) => {
                const { socket } = await opened(t, io, { transports });
                await speaks(socket);
                const engine = socket.io.engine;
                if (transports.length === 2 && engine.transport.name !== "websocket") await once(engine, "upgrade");
                assert.equal(engine.transport.name, transports.at(-1));
                await speaks(socket);
            });
        }

        for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
            test(`without binary frames, by ${transports.join(" then ")}`, async (t) => {
                const { socket } = await opened(t, io, { transports, forceBase64: true });
                const engine = socket.io.engine;
                if (transports.length === 2 && engine.transport.name !== "websocket") await once(engine, "upgrade");
                assert.equal(engine.transport.supportsBinary, false);
                const forms = new Set();
                if (transports.at(-1) === "websocket") engine.transport.ws.addEventListener("message", ({ data }) => forms.add(typeof data));
                await speaks(socket);
                if (transports.at(-1) === "websocket") assert.deepEqual([...forms], ["string"]);
            });
        }

        test("stays while nothing is said", async (t) => {
            for (const transports of [["polling"], ["websocket"]]) {
                let stayed = false;
                for (let round = 0; round < kBusyRounds && !stayed; round++) stayed = await staysQuietly(t, io, transports);
                assert.ok(stayed, transports[0]);
            }
        });

        test("other namespaces, and one that is not there", async (t) => {
            const { socket } = await opened(t, io, {}, server.port, "/custom");
            await speaks(socket);
            const wrong = io(`http://127.0.0.1:${server.port}/random`, { forceNew: true, reconnection: false });
            t.after(() => wrong.close());
            const [error] = await next(wrong, name === "2" ? "error" : "connect_error");
            assert.equal(error.message ?? error, "Invalid namespace");
        });

        test("comes back when its connection is cut", async (t) => {
            const path = await startPath(recovering.port);
            t.after(() => path.close());
            const { socket } = await opened(t, io, { transports: ["websocket"] }, path.port);
            const id = socket.id;
            for (let round = 0; round < 3; round++) {
                const back = next(socket, "connect");
                path.cut();
                await back;
                assert.deepEqual(await ack(socket, round), [round]);
            }
            assert.equal(socket.id === id, name === "4", "only the newest recovers");
        });
    });
}

describe("connection state recovery", () => {
    for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
        test(`what was missed comes, by ${transports.join(" then ")}`, async (t) => {
            const path = await startPath(recovering.port);
            t.after(() => path.close());
            const { socket } = await opened(t, io4, { transports, auth: { token: "t" } }, path.port);
            if (transports.length === 2 && socket.io.engine.transport.name !== "websocket") await once(socket.io.engine, "upgrade");
            const id = socket.id;
            const received = [];
            socket.on("message-back", (n) => received.push(n));
            assert.equal(socket.recovered, false);
            await ack(socket, "warm");
            // The answer to a POST may come after the acknowledgement it brought about.
            while (!socket.io.engine.transport.writable) await pause(5);
            path.deafen();
            // A client that polls sends the first only: the answer to its POST does not come.
            const sent = transports.at(-1) === "polling" ? 1 : 20;
            for (let n = 0; n < 20; n++) socket.emit("message", n);
            await pause(100);
            const back = next(socket, "connect");
            path.cut();
            await back;
            assert.equal(socket.recovered, true);
            assert.equal(socket.id, id);
            await ack(socket, "after");
            assert.deepEqual(received, Array.from({ length: sent }, (_, n) => n));
        });
    }
});

// What WeChat gives to a mini-program, over a WebSocket of node.
const wx = {
    connectSocket({ url, header, protocols }) {
        const socket = new WebSocket(url, Array.isArray(protocols) ? protocols : [], { headers: header, perMessageDeflate: false });
        socket.binaryType = "arraybuffer";
        return {
            onOpen: (call) => socket.on("open", () => call({})),
            onMessage: (call) => socket.on("message", (data, binary) => call({ data: binary ? data : data.toString() })),
            onClose: (call) => socket.on("close", (code, reason) => call({ code, reason: reason.toString() })),
            onError: (call) => socket.on("error", (error) => call({ errMsg: String(error) })),
            send: ({ data, success, fail }) => socket.send(data, (error) => (error ? fail?.({ errMsg: String(error) }) : success?.())),
            close: ({ code, reason } = {}) => socket.close(code ?? 1000, reason),
        };
    },
};

for (const name of ["weapp.socket.io-2", "weapp.socket.io"]) {
    test(`${name} in a mini-program`, async (t) => {
        globalThis.wx = wx;
        globalThis.window = globalThis;
        t.after(() => delete globalThis.window);
        const weapp = require(name);
        const io = weapp.io ?? weapp.default ?? weapp;
        const path = await startPath(server.port);
        t.after(() => path.close());
        const { socket } = await opened(t, io, { transports: ["websocket"] }, path.port);
        const back = next(socket, "message-back");
        socket.emit("message", 1, "2", { 3: [true] });
        assert.deepEqual(await back, [1, "2", { 3: [true] }]);
        assert.deepEqual(await ack(socket, "圆桌 🎲"), ["圆桌 🎲"]);
        const again = next(socket, "connect");
        path.cut();
        await again;
        assert.deepEqual(await ack(socket, "back"), ["back"]);
    });
}
