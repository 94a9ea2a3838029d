// The game by the clients people have: Socket.IO 2, 3 and 4 as they come from npm, and plain JSON, at one table.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { io as io4 } from "socket.io-client";
import WebSocket from "ws";
import { startPath } from "./lib/conformance_server.mjs";
import { plainPlayer, playOut, socketIoPlayer, startGame } from "./lib/game_server.mjs";

const require = createRequire(import.meta.url);
const io2 = require("socket.io-client-2");
const { io: io3 } = require("socket.io-client-3");

let server;
let path;
const tokens = [];
before(async () => {
    server = await startGame("--set", "avalon.bot_wait_max_ms=30", "--set", "avalon.rooms_per_user_max=50");
    path = await startPath(server.port);
    for (let i = 0; i < 6; i++) tokens.push(await server.account(`player${i}`));
});
after(async () => {
    path.close();
    assert.equal(await server.stop(), 0);
    assert.deepEqual(server.log.filter((line) => line.includes('"level":"error"')), []);
});

const bearer = (token) => ({ Authorization: `Bearer ${token}` });

// Each by another client, and by the way of signing in that its users have.
const clients = [
    ["socket.io-client 2 by polling, the token in the query", (token, port) => socketIoPlayer(io2, port, { transports: ["polling"], query: { token, locale: "en" } })],
    ["socket.io-client 2 by WebSocket, with a header", (token, port) => socketIoPlayer(io2, port, { transports: ["websocket"], extraHeaders: { ...bearer(token), "Accept-Language": "en" } })],
    ["socket.io-client 3, upgraded", (token, port) => socketIoPlayer(io3, port, { auth: { token, locale: "en" } })],
    ["socket.io-client 4 by WebSocket", (token, port) => socketIoPlayer(io4, port, { transports: ["websocket"], auth: { token, locale: "en" } })],
    ["plain JSON on /ws", (token, port) => plainPlayer(port, { token, locale: "en" })],
];

async function opened(t, number, port = server.port) {
    const [name, open] = clients[number];
    const player = open(tokens[number], port);
    t.after(() => player.close());
    await player.until(() => player.connected() || player.refused);
    assert.equal(player.refused, null, name);
    return player;
}

test("five clients and two bots play a whole game; two of them lose their connection", async (t) => {
    const players = [];
    for (let i = 0; i < clients.length; i++) players.push(await opened(t, i, i === 0 || i === 3 ? path.port : server.port));
    const host = players[2];
    const { roomId, code } = await host.do("room:create", { players: 7 });
    for (const player of players) if (player !== host) await player.do("room:join", { code });
    for (const place of [5, 6]) await host.do("room:bot", { roomId, player: place, strength: "normal" });
    for (const player of players) await player.do("game:ready", { roomId, random: randomBytes(16).toString("hex") });
    await host.do("room:start", { roomId });
    for (const player of players) await player.until(() => player.game(roomId)?.phase === "reveal");
    // The phone in the pocket: both connections through the path end, and nobody helps the clients.
    path.down();
    const left = [players[0], players[3]];
    await Promise.all(left.map((player) => player.until(() => !player.connected())));
    path.up();
    await Promise.all(left.map((player) => player.until(() => player.connected())));
    assert.equal(players[3].recoveries, 1, "the newest client recovers its connection");
    await Promise.all(players.map((player) => playOut(player, roomId)));
    const results = players.map((player) => player.game(roomId));
    for (const game of results) {
        assert.equal(game.phase, "end");
        assert.deepEqual(game.seats.map((seat) => seat.role), results[0].seats.map((seat) => seat.role));
        assert.deepEqual(game.quests, results[0].quests);
    }
    await host.do("room:chat", { roomId, text: "good game" });
    for (const player of players) await player.until(() => player.views[roomId].view.chat.at(-1)?.text === "good game");
});

for (const [number, [name]] of clients.entries()) {
    test(`refusals say what was wrong: ${name}`, async (t) => {
        const player = await opened(t, number);
        const { roomId } = await player.do("room:create", { players: 5 });
        const view = () => JSON.stringify(player.views[roomId]);
        await player.until(() => view());
        const before = view();
        for (const [command, data, wanted] of [
            ["room:join", { code: "zzzzzz" }, { code: "NOT_FOUND" }],
            ["game:vote", { roomId, approve: true }, { code: "ILLEGAL_MOVE", reason: "not_started" }],
            ["game:ready", { roomId, random: "00" }, { code: "VALIDATION_FAILED", field: "random" }],
            ["room:kick", { roomId }, { code: "VALIDATION_FAILED", field: "userId" }],
            ["room:dance", { roomId }, { code: "BAD_REQUEST" }],
            ["room:chat", { roomId, text: "x".repeat(201) }, { code: "VALIDATION_FAILED", field: "text" }],
            ["room:start", { roomId, cmdId: "" }, { code: "VALIDATION_FAILED", field: "cmdId" }],
        ]) {
            const answer = await player.ask(command, data);
            assert.equal(answer.ok, false, command);
            for (const [member, value] of Object.entries(wanted)) assert.equal(answer[member], value, `${command}: ${JSON.stringify(answer)}`);
            assert.match(answer.message, /^[A-Z]/, "in the language that was asked for");
        }
        assert.equal(view(), before);
        await player.do("room:leave", { roomId });
    });
}

test("who is nobody does not come in, and is told why", async (t) => {
    const wrong = tokens[0].slice(0, -6) + "AAAAAA";
    for (const token of ["", wrong]) {
        for (const player of [
            socketIoPlayer(io2, server.port, { query: { token }, reconnection: false }),
            socketIoPlayer(io3, server.port, { auth: { token }, reconnection: false }),
            socketIoPlayer(io4, server.port, { auth: { token }, reconnection: false }),
            // Where a client can say it in its auth, a token in the address counts for nothing.
            socketIoPlayer(io4, server.port, { query: { token: tokens[0] }, reconnection: false }),
            plainPlayer(server.port, { token }),
        ]) {
            t.after(() => player.close());
            await player.until(() => player.refused || player.connected());
            assert.equal(player.connected(), false);
            assert.equal(player.refused.data?.code ?? player.refused.code, "UNAUTHENTICATED");
        }
    }
});

test("the token in the query is in no log", () => {
    for (const line of server.log) for (const token of tokens) assert.ok(!line.includes(token.slice(-40)));
});

test("a cookie is no sign-in for sockets, and a page of another site opens none", async () => {
    const headers = { Cookie: `rt_access=${tokens[0]}; refresh=${tokens[0]}` };
    const player = socketIoPlayer(io4, server.port, { transports: ["websocket"], extraHeaders: headers, reconnection: false });
    await player.until(() => player.refused || player.connected());
    player.close();
    assert.equal(player.refused?.data?.code, "UNAUTHENTICATED");
    for (const place of ["/ws", "/socket.io/?EIO=4&transport=websocket", "/socket.io/?EIO=3&transport=websocket"]) {
        const socket = new WebSocket(`ws://127.0.0.1:${server.port}${place}`, { origin: "https://evil.example", headers: bearer(tokens[0]) });
        const message = await new Promise((resolve) => socket.on("error", (error) => resolve(error.message)));
        assert.match(message, /403/, place);
    }
});

for (const [number, [name]] of clients.entries()) {
    test(`who signs out can do nothing any more: ${name}`, async (t) => {
        const token = await server.account(`leaver${number}`);
        const player = clients[number][1](token, server.port);
        t.after(() => player.close());
        await player.until(() => player.connected());
        await player.do("lobby:mine");
        assert.equal((await server.post("/auth/logout-everywhere", undefined, token)).status, 204);
        const ended = player.until(() => player.gone);
        player.socket.on(player.socket.emit && player.socket.io ? "disconnect" : "close", () => {
            player.gone = true;
            player.changed();
        });
        // Whoever says something is put out at once, who says nothing a few seconds later.
        if (number % 2 === 0) {
            const answer = await Promise.race([player.ask("room:create", { players: 5 }), ended]);
            if (answer) assert.equal(answer.code, "UNAUTHENTICATED");
        }
        await ended;
    });
}
