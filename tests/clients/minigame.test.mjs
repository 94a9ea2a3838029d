// The sample client for WeChat mini-games (docs/examples/wechat-minigame), with a wx of our own: it plays a game with bots by its buttons, and its
// connection is cut twice on the way.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import WebSocket from "ws";
import { startGame } from "./lib/game_server.mjs";

const kHost = "team.example.org";
const kWaitMs = 60_000;
const require = createRequire(import.meta.url);
const folder = join(process.env.RT_SOURCE_DIR, "docs/examples/wechat-minigame");

let server;
let socket; // the newest
before(async () => {
    server = await startGame("--set", "avalon.bot_wait_max_ms=30", "--set", "limits.socket_per_2s=1000");
});
after(async () => assert.equal(await server.stop(), 0));

// What the sample uses of wx, over the network of this machine.
function fakeWx(port, stored) {
    const storage = new Map(Object.entries(stored));
    return {
        getStorageSync: (key) => storage.get(key) ?? "",
        setStorageSync: (key, value) => storage.set(key, value),
        removeStorageSync: (key) => storage.delete(key),
        login: ({ fail }) => fail({ errMsg: "login:fail" }),
        onShow: () => undefined,
        onNetworkStatusChange: () => undefined,
        getRandomValues: ({ length, success }) => success({ randomValues: Uint8Array.from(randomBytes(length)).buffer }),
        request: ({ url, method, data, header, success, fail }) => {
            assert.ok(url.startsWith(`https://${kHost}/`));
            fetch(url.replace(`https://${kHost}`, `http://127.0.0.1:${port}`), { method, headers: { "Content-Type": "application/json", ...header }, body: JSON.stringify(data) })
                .then(async (answer) => success({ statusCode: answer.status, data: await answer.json() }), fail);
        },
        connectSocket: ({ url }) => {
            assert.equal(url, `wss://${kHost}/ws`);
            socket = new WebSocket(`ws://127.0.0.1:${port}/ws`);
            const own = socket;
            return {
                onOpen: (work) => own.on("open", work),
                onMessage: (work) => own.on("message", (text) => work({ data: text.toString() })),
                onClose: (work) => own.on("close", work),
                onError: (work) => own.on("error", work),
                send: ({ data }) => own.send(data),
                close: () => own.close(),
            };
        },
    };
}

test("the sample plays a whole game with bots by its buttons, and comes back twice", async () => {
    await server.account("mini");
    const { body } = await server.post("/auth/login", { login_name: "mini", password: "correct horse battery", client: "native" });
    globalThis.wx = fakeWx(server.port, { "avalon.refresh_token": body.data.refresh_token });
    const { AvalonClient, randomHex } = require(join(folder, "avalon.js"));
    const { buttonsOf, linesOf } = require(join(folder, "picture.js"));
    let picked = [];
    let changed = () => undefined;
    const client = new AvalonClient({ host: kHost, onChange: () => changed() });
    const tools = { randomHex, redraw: () => undefined, choose: (seats) => (picked = seats), ask: () => undefined };
    const buttons = () => buttonsOf(client, picked, tools);
    const press = (label) => {
        const found = buttons().find((button) => button.label.startsWith(label));
        assert.ok(found, `${label} among ${buttons().map((button) => button.label)}`);
        return found.press();
    };
    const until = (what, true_now) => new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${what}: ${linesOf(client, picked).join(" | ")}`)), kWaitMs);
        changed = () => {
            if (!true_now()) return;
            clearTimeout(timer);
            changed = () => undefined;
            resolve();
        };
        changed();
    });
    const room = () => client.room?.view.room;

    client.start();
    await until("connected", () => client.state === "on");
    // The answer is lost with the connection; the command goes out again on the next one.
    socket.pause();
    const made = press("创建房间");
    await new Promise((resolve) => setImmediate(resolve));
    socket.terminate();
    await made;
    await until("the room", () => client.room !== null);
    for (let seated = 2; seated <= 5; seated++) {
        await press("加机器人");
        await until("a bot", () => room().players.filter((player) => player.kind !== "empty").length === seated);
    }
    press("准备");
    await until("ready", () => room().players[0].ready);
    await press("开始");
    await until("the game", () => client.room.view.game);

    let cut = false;
    const game = () => client.room.view.game;
    const over = () => game().phase === "end";
    const end = Date.now() + kWaitMs;
    while (!over()) {
        assert.ok(Date.now() < end, linesOf(client, picked).join(" | "));
        if (!cut && game().proposals.length > 1) {
            cut = true;
            socket.terminate();
            await until("the loss is noticed", () => client.state === "lost");
            await until("connected again", () => client.state === "on");
        }
        const action = game().actions.find((one) => one.type !== "select");
        if (!action) {
            const { waits } = game();
            await until("the others", () => over() || game().waits !== waits || game().actions.some((one) => one.type !== "select"));
            continue;
        }
        const seats = action.type === "propose" ? action.pick : action.type === "target" ? 1 : 0;
        picked = [];
        for (let i = 0; i < seats; i++) buttons()[i].press();
        assert.equal(picked.length, seats);
        const last = { propose: "提议", target: "确定", vote: "赞成", quest: "成功", ready: "看好了", card: "使用", pass: "跳过" };
        await Promise.resolve(press(last[action.type])).catch((error) => assert.match(error.code, /ILLEGAL_MOVE|NOT_YOUR_TURN/));
    }
    assert.ok(cut, "the connection was cut during the game");
    assert.ok(linesOf(client, picked).some((line) => line.includes("获胜")));
    client.wanted = false;
    client.drop();
});
