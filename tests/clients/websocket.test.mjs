// The npm client `ws` against the server's WebSocket.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, test } from "node:test";
import WebSocket from "ws";

let server;
let port;

before(async () => {
    server = spawn(join(process.env.RT_BUILD_DIR, "tests", "net_test_server"), { stdio: ["pipe", "pipe", "inherit"] });
    const [line] = await once(server.stdout, "data");
    port = Number(line.toString().trim());
});

after(async () => {
    server.stdin.end();
    const [code] = await once(server, "exit");
    assert.equal(code, 0);
});

async function connect(options = {}, protocols = [], path = "/ws") {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, { perMessageDeflate: false, ...options });
    await once(socket, "open");
    return socket;
}

async function closed(socket) {
    const [code, reason] = await once(socket, "close");
    return [code, reason.toString()];
}

test("text and binary of every length form come back", async () => {
    const socket = await connect();
    for (const size of [0, 1, 125, 126, 65535, 65536, 1 << 20]) {
        const data = Buffer.alloc(size, "x");
        socket.send(data);
        const [message, binary] = await once(socket, "message");
        assert.equal(binary, true);
        assert.ok(message.equals(data));
    }
    socket.send("圆桌 🎲");
    const [text, binary] = await once(socket, "message");
    assert.equal(binary, false);
    assert.equal(text.toString(), "圆桌 🎲");
    socket.close(1000, "done");
    assert.deepEqual(await closed(socket), [1000, ""]);
});

test("fragments, pings between them, and pongs", async () => {
    const socket = await connect();
    socket.send("one ", { fin: false });
    socket.ping("between");
    socket.send("two ", { fin: false });
    socket.send("three", { fin: true });
    const [[pong], [message]] = await Promise.all([once(socket, "pong"), once(socket, "message")]);
    assert.equal(pong.toString(), "between");
    assert.equal(message.toString(), "one two three");
    socket.terminate();
});

test("a message to the room reaches every client", async () => {
    const sockets = await Promise.all(Array.from({ length: 20 }, () => connect()));
    const messages = sockets.map((socket) => once(socket, "message"));
    sockets[0].send("room hello");
    for (const [message] of await Promise.all(messages)) assert.equal(message.toString(), "hello");
    for (const socket of sockets) socket.close();
    await Promise.all(sockets.map(closed));
});

test("many messages keep their order", async () => {
    const socket = await connect();
    const received = [];
    const all = new Promise((resolve) => {
        socket.on("message", (message) => {
            received.push(Number(message.toString()));
            if (received.length === 5000) resolve();
        });
    });
    for (let i = 0; i < 5000; i++) socket.send(String(i));
    await all;
    assert.deepEqual(received, Array.from({ length: 5000 }, (_, i) => i));
    socket.close(4321, "own code");
    assert.equal((await closed(socket))[0], 4321);
});

test("a message over the limit ends the connection with 1009", async () => {
    const socket = await connect();
    socket.on("error", () => {});
    socket.send(Buffer.alloc((1 << 20) + 1));
    assert.equal((await closed(socket))[0], 1009);
});

test("subprotocols are chosen, and compression is not agreed where it is off", async () => {
    const chosen = await connect({}, ["other", "echo.v1"]);
    assert.equal(chosen.protocol, "echo.v1");
    chosen.terminate();
    const deflate = await connect({ perMessageDeflate: true });
    assert.equal(deflate.extensions, "");
    deflate.send("plain");
    assert.equal((await once(deflate, "message"))[0].toString(), "plain");
    deflate.terminate();
});

for (const [path, perMessageDeflate] of [
    ["/deflate", true],
    ["/deflate", { threshold: 0, clientMaxWindowBits: 10, serverMaxWindowBits: 9 }],
    ["/deflate", { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true }],
    ["/deflate-kept", { threshold: 0 }],
    ["/deflate-kept", { threshold: 0, clientMaxWindowBits: true, serverNoContextTakeover: true }],
]) {
    test(`compressed messages at ${path} with ${JSON.stringify(perMessageDeflate)}`, async () => {
        const socket = await connect({ perMessageDeflate }, [], path);
        assert.match(socket.extensions, /permessage-deflate/);
        for (const size of [0, 1, 63, 64, 1000, 65535, 65536, 300_000, 1 << 20]) {
            const text = "圆桌 round table ".repeat(size / 20 + 1).slice(0, size / 2);
            const noise = Buffer.from(Array.from({ length: Math.min(size, 5000) }, (_, i) => (i * i * 31) & 255));
            for (const data of [text, text, noise]) {
                socket.send(data);
                const [message, binary] = await once(socket, "message");
                assert.equal(binary, typeof data !== "string");
                assert.ok(message.equals(Buffer.from(data)), `${size} bytes`);
            }
        }
        socket.send("one ".repeat(100), { fin: false });
        socket.ping("between");
        socket.send("two", { fin: true });
        const [[pong], [message]] = await Promise.all([once(socket, "pong"), once(socket, "message")]);
        assert.equal(pong.toString(), "between");
        assert.equal(message.toString(), `${"one ".repeat(100)}two`);
        socket.close(1000);
        assert.equal((await closed(socket))[0], 1000);
    });
}

test("a compressed message over the limit ends the connection with 1009", async () => {
    const socket = await connect({ perMessageDeflate: true }, [], "/deflate");
    socket.on("error", () => {});
    socket.send(Buffer.alloc((1 << 20) + 1));
    assert.equal((await closed(socket))[0], 1009);
});

test("a message to the room reaches those who compress and those who do not", async () => {
    const sockets = await Promise.all([
        connect(), connect({ perMessageDeflate: true }, [], "/deflate"), connect({ perMessageDeflate: true }, [], "/deflate"),
        connect({ perMessageDeflate: true }, [], "/deflate-kept"),
    ]);
    for (let round = 0; round < 20; round++) {
        const text = `round ${round} ${"of the table ".repeat(100)}`;
        const messages = sockets.map((socket) => once(socket, "message"));
        sockets[round % sockets.length].send(`room ${text}`);
        for (const [message] of await Promise.all(messages)) assert.equal(message.toString(), text);
    }
    for (const socket of sockets) socket.close();
    await Promise.all(sockets.map(closed));
});

test("a foreign origin is refused with 403", async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { origin: "https://evil.example" });
    const [error] = await once(socket, "error");
    assert.match(error.message, /403/);
});
