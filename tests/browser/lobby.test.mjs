// Around the game in the browser: rooms that nobody may watch, refusals that say why, the queue over a lost connection, people one has blocked.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { after, before } from "node:test";
import WebSocket from "ws";
import { checkAccessibility, checkLayout, kPhone, launch, openPerson, scene, signInPage } from "./support/browser.mjs";
import { register, startServer } from "./support/server.mjs";

const kNarrow = { ...kPhone, viewport: { width: 320, height: 640 } };
const kQueue = ["queue1", "queue2", "queue3", "queue4", "queue5", "queue6"];
let server;
let browser;
const people = {};
before(async () => {
    server = await startServer();
    browser = await launch();
    for (const name of ["host", "guest", "loud", "third", "fourth", "fifth", ...kQueue]) people[name] = await register(server.base, name);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function enter(login, next, options = kPhone) {
    const person = await openPerson(browser, server.base, { ...options, reducedMotion: "reduce" });
    await signInPage(person.page, login, next);
    return person;
}

// Somebody without a page, by plain JSON.
async function socketOf(name) {
    const socket = new WebSocket(`${server.base.replace("http", "ws")}/ws`);
    await once(socket, "open");
    const waiting = new Map();
    const welcome = new Promise((resolve) => waiting.set("welcome", resolve));
    socket.on("message", (text) => {
        const frame = JSON.parse(text);
        waiting.get(frame.t === "ack" ? frame.id : frame.t === "ev" ? frame.name : frame.t)?.(frame);
    });
    socket.send(JSON.stringify({ t: "hello", auth: { token: people[name].token } }));
    await welcome;
    let ids = 0;
    return {
        close: () => socket.close(),
        heard: (event) => new Promise((resolve) => waiting.set(event, resolve)),
        ask: (command, data = {}) => new Promise((resolve) => {
            waiting.set(++ids, resolve);
            socket.send(JSON.stringify({ t: "cmd", id: ids, name: command, data: { cmdId: randomBytes(8).toString("hex"), ...data } }));
        }),
    };
}

scene("a room that nobody may watch does not offer it; a refusal says what is wrong", async () => {
    const host = await enter("host", "/avalon", kNarrow);
    await host.page.getByRole("button", { name: /创建房间/ }).click();
    const dialog = host.page.getByRole("dialog");
    const password = dialog.getByLabel("密码");
    await password.evaluate((input) => input.removeAttribute("maxlength"));  // the page would not let it be written
    await password.fill("芝".repeat(33));
    await dialog.getByRole("checkbox", { name: "允许观战" }).setChecked(false);
    await dialog.getByRole("checkbox", { name: "公开在大厅里" }).setChecked(true);
    await dialog.getByRole("button", { name: "创建并进入" }).click();
    await host.page.getByText("密码过长").waitFor();
    await password.fill("芝麻");
    await dialog.getByRole("button", { name: "创建并进入" }).click();
    await host.page.locator(".av-code-big").waitFor();
    const code = await host.page.locator(".av-code-big").innerText();

    const guest = await enter("guest", `/avalon/r/${code}`, kNarrow);
    await guest.page.getByRole("button", { name: "坐下一起玩" }).waitFor();
    assert.equal(await guest.page.getByRole("button", { name: "观战" }).count(), 0);
    await host.page.getByRole("button", { name: "用机器人补满" }).click();
    await host.page.getByText("5/5 人").waitFor();
    await guest.page.reload();
    await guest.page.getByText("这个房间不允许观战").waitFor();
    await guest.page.goto("/avalon");
    await guest.page.locator(".av-room-row").waitFor();
    assert.equal(await guest.page.locator(".av-room-go").innerText(), "");
    await checkLayout(guest.page, "the lobby");
    await host.close();
    await guest.close();
});

scene("who waits for a table waits on after a lost connection that the server has forgotten", async () => {
    const guest = await openPerson(browser, server.base, { ...kPhone, reducedMotion: "reduce" });
    let cut = false;
    let lines = [];
    await guest.page.routeWebSocket(/\/ws$/, (line) => {
        if (cut) line.close();
        else lines = [line, line.connectToServer()];
    });
    await signInPage(guest.page, "guest", "/avalon");
    await guest.page.getByRole("button", { name: /快速匹配/ }).click();
    await guest.page.getByRole("dialog").getByRole("button", { name: "开始匹配" }).click();
    await guest.page.locator(".av-queue").waitFor();
    cut = true;
    for (const line of lines) await line.close();
    // As after a restart of the server, or a minute without a connection: there is no place any more.
    const other = await socketOf("guest");
    assert.ok((await other.ask("queue:leave")).ok);
    other.close();
    cut = false;
    await guest.page.evaluate(() => globalThis.dispatchEvent(new Event("online")));
    const others = await Promise.all(["host", "third", "fourth", "fifth"].map(socketOf));
    for (const one of others) assert.ok((await one.ask("queue:join", { players: 5 })).ok);
    await guest.page.getByRole("dialog").getByRole("button", { name: "不玩了" }).click();
    await guest.page.locator(".av-queue", { hasText: "你已退出匹配" }).waitFor();
    for (const one of others) one.close();
    await guest.close();
});

scene("whom one has blocked is not heard, and is forgiven among one's own figures", async () => {
    const loud = await socketOf("loud");
    const made = await loud.ask("room:create", { players: 5 });
    const guest = await enter("guest", `/avalon/r/${made.code.toUpperCase()}`);
    await guest.page.getByRole("button", { name: "坐下一起玩" }).click();
    await guest.page.locator(".av-table").waitFor();
    await guest.page.getByRole("button", { name: "聊天" }).click();
    await loud.ask("room:chat", { roomId: made.roomId, text: "吵吵嚷嚷" });
    await guest.page.locator(".av-line", { hasText: "吵吵嚷嚷" }).waitFor();
    await guest.page.getByRole("button", { name: "桌面" }).click();
    await guest.page.locator('[data-seat="0"]').click();
    await guest.page.getByRole("button", { name: "拉黑" }).click();
    await guest.page.getByRole("dialog").filter({ hasText: "以后快速匹配不会遇到他" }).getByRole("button", { name: "拉黑" }).last().click();
    await guest.page.locator(".av-line", { hasText: "吵吵嚷嚷" }).waitFor({ state: "detached" });
    await loud.ask("room:chat", { roomId: made.roomId, text: "还在吗" });
    await guest.page.goto("/avalon/me");
    await guest.page.getByRole("heading", { name: "拉黑的人" }).waitFor();
    await checkAccessibility(guest.page, "own figures with somebody blocked");
    await guest.page.getByRole("button", { name: /移出黑名单/ }).click();
    await guest.page.getByRole("heading", { name: "拉黑的人" }).waitFor({ state: "detached" });
    await guest.page.goto(`/avalon/r/${made.code.toUpperCase()}`);
    await guest.page.getByRole("button", { name: "聊天" }).click();
    await guest.page.locator(".av-line", { hasText: "还在吗" }).waitFor();
    loud.close();
    await guest.close();
});

scene("a person is reported with a kind, from the room and from his page; one sees what became of it", async () => {
    const loud = await socketOf("loud");
    const made = await loud.ask("room:create", { players: 5 });
    const guest = await enter("third", `/avalon/r/${made.code.toUpperCase()}`, kNarrow);
    await guest.page.getByRole("button", { name: "坐下一起玩" }).click();
    await guest.page.locator(".av-table").waitFor();
    await guest.page.locator('[data-seat="0"]').click();
    const [profile] = await Promise.all([guest.context.waitForEvent("page"), guest.page.getByRole("link", { name: "看资料" }).click()]);
    await profile.locator(".av-me h1").waitFor();
    await checkLayout(profile, "a player's page");
    await checkAccessibility(profile, "a player's page");
    await profile.getByRole("button", { name: "举报" }).click();
    const dialog = profile.getByRole("dialog");
    await dialog.getByRole("button", { name: "举报" }).click();
    await dialog.locator(".field-error", { hasText: "请选择类型" }).waitFor();
    await dialog.getByLabel("类型").selectOption("spam");
    await dialog.getByLabel("说明发生了什么").fill("一直刷屏");
    await checkAccessibility(profile, "a report");
    await dialog.getByRole("button", { name: "举报" }).click();
    await profile.getByText("已举报，谢谢").waitFor();
    await profile.close();
    await guest.page.getByRole("button", { name: "举报" }).click();
    const second = guest.page.getByRole("dialog", { name: /举报/ });
    await second.getByLabel("类型").selectOption("abuse");
    await second.getByLabel("说明发生了什么").fill("骂人");
    await second.getByRole("button", { name: "举报" }).click();
    await guest.page.getByText("已举报，谢谢").waitFor();
    await guest.page.goto("/avalon/me");
    await guest.page.getByRole("heading", { name: "我的举报" }).waitFor();
    const told = await guest.page.locator("section", { has: guest.page.getByRole("heading", { name: "我的举报" }) }).innerText();
    for (const words of ["刷屏", "一直刷屏", "辱骂", "骂人", "待处理"]) assert.ok(told.includes(words), words);
    await checkLayout(guest.page, "own reports");
    await checkAccessibility(guest.page, "own reports");
    loud.close();
    await guest.close();
});

scene("the host sees who watches, puts one out and lets him in again; a line of the chat opens the sheet of its speaker", async () => {
    const host = await enter("host", "/avalon", kNarrow);
    await host.page.getByRole("button", { name: /创建房间/ }).click();
    await host.page.getByRole("dialog").getByRole("button", { name: "创建并进入" }).click();
    await host.page.locator(".av-code-big").waitFor();
    const code = await host.page.locator(".av-code-big").innerText();
    const [watcher, speaker] = await Promise.all(["third", "fourth"].map(socketOf));
    assert.ok((await watcher.ask("room:join", { code, as: "spectator" })).ok);
    const seated = await speaker.ask("room:join", { code });
    await speaker.ask("room:chat", { roomId: seated.roomId, text: "各位好" });

    await host.page.getByRole("button", { name: "聊天" }).click();
    await host.page.locator(".av-line", { hasText: "各位好" }).getByRole("button").click();
    const sheet = host.page.getByRole("dialog");
    for (const name of ["移出房间", "举报", "拉黑"]) await sheet.getByRole("button", { name }).waitFor();
    await checkAccessibility(host.page, "the sheet of a speaker");
    await sheet.getByRole("button", { name: "关闭" }).click();

    await host.page.getByRole("button", { name: "菜单" }).click();
    await host.page.getByRole("button", { name: "观战的人" }).click();
    await host.page.getByRole("dialog").getByRole("button", { name: /移出房间/ }).click();
    await host.page.getByRole("heading", { name: "被移出的人" }).waitFor();
    await checkLayout(host.page, "who watches and who was put out");
    await checkAccessibility(host.page, "who watches and who was put out");
    const refused = await watcher.ask("room:join", { code, as: "spectator" });
    assert.deepEqual([refused.ok, refused.code], [false, "NOT_ADMITTED"]);
    await host.page.getByRole("button", { name: /让他回来/ }).click();
    await host.page.getByRole("heading", { name: "被移出的人" }).waitFor({ state: "detached" });
    assert.ok((await watcher.ask("room:join", { code, as: "spectator" })).ok);
    watcher.close();
    speaker.close();
    await host.close();
});

scene("a quick match brings six to one table, and the game begins", async () => {
    const own = await enter(kQueue[0], "/avalon");
    await own.page.getByRole("button", { name: /快速匹配/ }).click();
    const dialog = own.page.getByRole("dialog");
    await dialog.locator(".av-size").filter({ hasText: "6" }).click();
    await dialog.getByRole("button", { name: "开始匹配" }).click();
    await own.page.locator(".av-queue", { hasText: "6 人局" }).waitFor();
    const others = await Promise.all(kQueue.slice(1).map(socketOf));
    const matches = others.map((one) => one.heard("queue:match"));
    const rooms = others.map((one) => one.heard("queue:room"));
    for (const one of others) assert.ok((await one.ask("queue:join", { players: 6 })).ok);
    await own.page.getByRole("dialog").getByRole("button", { name: "准备好了" }).click();
    await Promise.all(others.map(async (one, i) => {
        const { data } = await matches[i];
        const answer = await one.ask("queue:accept", { matchId: data.matchId, random: randomBytes(16).toString("hex") });
        assert.ok(answer.ok, JSON.stringify(answer));
    }));
    await own.page.getByText("我的身份").waitFor();
    const ids = new Set((await Promise.all(rooms)).map(({ data }) => data.roomId));
    assert.equal(ids.size, 1, "all sit at one table");
    assert.equal(await own.page.locator("[data-seat]").count(), 6);
    assert.match(own.page.url(), /\/avalon\/r\/[A-Z0-9]{6}$/);
    await checkLayout(own.page, "the table of a quick match");
    for (const one of others) one.close();
    await own.close();
});
