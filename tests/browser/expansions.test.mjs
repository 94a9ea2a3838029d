// Avalon with all its expansions at one table, played by one person on a phone with bots in the other seats: Lady of the Lake, Excalibur, the
// two Lancelots with their loyalty deck, plot cards. Everything that is asked of the person is answered on the page.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import { checkAccessibility, checkLayout, kPhone, launch, openPerson, scene, signInPage } from "./support/browser.mjs";
import { register, startServer } from "./support/server.mjs";

const kGameMs = 200_000;
// What the page says when each expansion has its turn; every one comes in the first three quests.
const kSeen = { lady: /湖中仙女/, excalibur: /王者之剑/, plot: /分发计策牌|交给谁？/, loyalty: /效忠牌：/ };

let server;
let browser;
before(async () => {
    server = await startServer({ RT_AVALON_BOT_WAIT_MAX_MS: "1500" });
    browser = await launch();
    await register(server.base, "solo", "林中人");
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const panel = (page) => page.locator(".av-panel");
const button = (page, name) => panel(page).getByRole("button", { name }).first();

const pictures = process.env.RT_PICTURES;
const taken = new Set();
async function picture(page, name) {
    if (!pictures || taken.has(name)) return;
    taken.add(name);
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `expansions-${name}.png`) });
}

async function createRoom(page) {
    await page.getByRole("button", { name: /创建房间/ }).click();
    const form = page.getByRole("dialog");
    await form.locator(".av-size").filter({ hasText: "7" }).click();
    await form.locator(".av-pick", { hasText: "兰斯洛特" }).first().click();
    await form.getByLabel("兰斯洛特", { exact: true }).waitFor();
    for (const name of ["湖中仙女", "王者之剑", "计策牌"]) await form.getByRole("checkbox", { name }).check();
    await picture(page, "create");
    await checkLayout(page, "the set-up with expansions");
    await form.getByRole("button", { name: "创建并进入" }).click();
    await page.locator(".av-code-big").waitFor();
    await page.getByRole("button", { name: "用机器人补满" }).click();
    await page.getByRole("button", { name: "准备", exact: true }).click();
    await picture(page, "room");
    await page.getByRole("button", { name: "开始游戏" }).click();
    await page.getByText("我的身份").waitFor();
}

// Answers what the panel asks. A move that comes too late, because the clock or the table went on, is no mistake.
async function answer(page, title) {
    const press = (name) => button(page, name).click({ timeout: 2000 }).catch(() => undefined);
    if (/看清身份/.test(title)) return press("我看好了");
    const team = /^选 (\d) 人/.exec(title);
    if (team) {
        for (const seat of (await page.locator(".av-seat-may").all()).slice(0, Number(team[1]))) {
            if ((await seat.getAttribute("aria-pressed")) === "false") await seat.click({ timeout: 2000 }).catch(() => undefined);
        }
        await panel(page).locator(".av-chip").last().click({ timeout: 2000 }).catch(() => undefined);
        await picture(page, "team");
        return press(/^(确定队伍|最终队伍)$/);
    }
    if (/你同意这支队伍|请公开投票/.test(title)) return press("赞成");
    if (/请出任务牌/.test(title)) {
        await press("成功");
        if ((await button(page, "确定：成功").count()) === 0) await press("失败");
        return press(/^确定：/);
    }
    if (/要用「(引领胜利|王者归来)」/.test(title)) return press("使用");
    if (/拿走哪张计策牌/.test(title)) return press(/的「/);
    const candidate = page.locator(".av-seat-may").first();
    if ((await candidate.count()) === 0) return undefined;
    await candidate.click({ timeout: 2000 }).catch(() => undefined);
    return press(/^(确定：|指认)/);
}

scene("a game with every expansion is played to its end on a phone", async () => {
    const { page, close } = await openPerson(browser, server.base, { ...kPhone, reducedMotion: "reduce" });
    await signInPage(page, "solo", "/avalon");
    await createRoom(page);
    const seen = new Set();
    const deadline = Date.now() + kGameMs;
    while ((await page.locator(".av-end").count()) === 0) {
        assert.ok(Date.now() < deadline, `the game did not end; seen so far: ${[...seen]}`);
        const text = await page.locator("body").innerText();
        const title = await panel(page).locator("h2").innerText({ timeout: 1000 }).catch(() => "");
        for (const [name, words] of Object.entries(kSeen)) {
            if (!words.test(name === "loyalty" ? text : title)) continue;
            if (!seen.has(name)) await checkLayout(page, name);
            seen.add(name);
            await picture(page, name);
        }
        await answer(page, title);
        await page.waitForTimeout(100);
    }
    await page.locator(".av-end h2").waitFor();
    await checkLayout(page, "the end");
    // Whoever sits at the edge: the longest names of roles, in both languages.
    for (const name of ["兰斯洛特（好）", "Minion of Mordred"]) {
        await page.locator(".av-label").evaluateAll((labels, text) => labels.forEach((label) => (label.lastChild.textContent = text)), name);
        await checkLayout(page, `the end with ${name} at every seat`);
    }
    await page.reload();
    await checkAccessibility(page, "the end of a game with expansions");
    await picture(page, "end");
    await page.getByRole("button", { name: "记录" }).click();
    await picture(page, "log");
    const log = await page.locator("body").innerText();
    for (const words of ["用湖中仙女查验了", "把「", "效忠牌："]) assert.ok(log.includes(words), `the log tells of ${words}`);
    assert.deepEqual([...seen].sort(), Object.keys(kSeen).sort());
    await close();
});
