// Avalon in the browser against the real server: five people play a whole game on their phones, one of whom loses the connection and comes
// back; one person plays with bots; somebody who watches learns no roles.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { checkAccessibility, checkLayout, kDesktop, kPhone, launch, openPerson, scene, signInPage } from "./support/browser.mjs";
import { register, startServer } from "./support/server.mjs";

let server;
let browser;
before(async () => {
    server = await startServer({ RT_AVALON_BOT_WAIT_MAX_MS: "100" });
    browser = await launch();
    for (const name of ["qing", "wang", "chen", "zhou", "ming", "solo", "guest"]) await register(server.base, name, `玩家${name}`);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

// RT_PICTURES=FOLDER keeps pictures of the way, to look at.
const pictures = process.env.RT_PICTURES;
async function picture(page, name) {
    if (!pictures) return;
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}.png`) });
}

async function enter(login, next, options = kPhone) {
    const person = await openPerson(browser, server.base, { ...options, reducedMotion: "reduce" });
    await signInPage(person.page, login, next);
    return person;
}

const panel = (page) => page.locator(".av-panel");
const seat = (page, index) => page.locator(`[data-seat="${index}"]`);
const button = (page, name) => panel(page).getByRole("button", { name });

// What the panel of a player asks for now. Answers whether there was anything to do.
async function act(page, wish) {
    const title = await panel(page).locator("h2").innerText({ timeout: 500 }).catch(() => "");
    const press = async (name) => {
        await button(page, name).first().click({ timeout: 1500 }).catch(() => undefined);
        return true;
    };
    if (/看清身份/.test(title)) return press("我看好了");
    if (/^选 (\d) 人/.test(title)) {
        const size = Number(/^选 (\d) 人/.exec(title)[1]);
        for (let i = 0; i < size; i++) {
            const chosen = seat(page, wish.team(i));
            if ((await chosen.getAttribute("aria-pressed")) !== "true") await chosen.click();
        }
        await press("确定队伍");
        // Until the table shows that it was heard, the same question stands there.
        await panel(page).locator("h2", { hasText: title }).waitFor({ state: "hidden", timeout: 5000 }).catch(() => undefined);
        return true;
    }
    if (/你同意这支队伍/.test(title)) return press("赞成");
    if (/请出任务牌/.test(title) && (await button(page, "成功").count()) > 0) {
        await button(page, "成功").click();
        return press("确定：成功");
    }
    if (/谁是梅林/.test(title)) {
        const candidate = page.locator(".av-seat-may").first();
        if ((await candidate.count()) === 0) return false;
        await candidate.click();
        return press(/^指认/);
    }
    return false;
}

async function playToTheEnd(people, wish, eachRound) {
    const deadline = Date.now() + 150_000;
    for (let round = 0; ; round++) {
        if (Date.now() > deadline) throw new Error("the game did not end");
        await eachRound?.(round);
        let done = 0;
        for (const person of people) {
            if (await act(person.page, wish)) done += 1;
            if ((await person.page.locator(".av-end").count()) > 0) done += 100;
        }
        if (done >= 100) return;
        if (done === 0) await people[0].page.waitForTimeout(150);
    }
}

async function createRoom(page, fill = () => undefined) {
    await page.getByRole("button", { name: /创建房间/ }).click();
    const dialog = page.getByRole("dialog");
    await fill(dialog);
    await dialog.getByRole("button", { name: "创建并进入" }).click();
    await page.locator(".av-code-big").waitFor();
    return page.locator(".av-code-big").innerText();
}

// Links to the replay: all-seeing, and with the eyes of one seat, who does not see who the others are before the end; one is taken back.
async function shared(page) {
    await page.getByRole("button", { name: "分享回放" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("还没有链接").waitFor();
    const made = async (eyes) => {
        await dialog.getByLabel("视角").selectOption(eyes);
        const [answer] = await Promise.all([page.waitForResponse((one) => one.url().endsWith("/shares") && one.request().method() === "POST"), dialog.getByRole("button", { name: "生成链接并复制" }).click()]);
        return (await answer.json()).data.url;
    };
    const whole = await made("all");
    const byOne = await made("2");
    assert.equal(await dialog.locator(".av-link-row").count(), 2);
    await checkAccessibility(page, "the links to a replay");
    await picture(page, "share-1280");
    const stranger = await openPerson(browser, server.base, { ...kPhone, expected: [410] });
    await stranger.page.goto(byOne);
    await stranger.page.getByRole("button", { name: "下一步" }).waitFor();
    assert.ok((await stranger.page.locator(".av-label-good, .av-label-evil, .av-label-unsure").count()) < 5, "one seat does not know every role");
    await stranger.page.goto(whole);
    await stranger.page.getByRole("button", { name: "结尾" }).click();
    await stranger.page.locator(".av-said", { hasText: "获胜" }).waitFor();
    await checkLayout(stranger.page, "a shared replay");
    await picture(stranger.page, "replay-375");
    await dialog.getByRole("button", { name: /收回.*上帝视角/ }).click();
    await page.getByText("链接已收回").waitFor();
    assert.equal(await dialog.locator(".av-link-row").count(), 1);
    await stranger.page.reload();
    await stranger.page.getByRole("link", { name: "回到大厅" }).waitFor();
    await stranger.close();
    await dialog.getByRole("button", { name: "关闭" }).click();
}

// The replay of the game that is over, for its player and for who has the link; what it left in the player's figures.
async function seenAgain(page) {
    await page.getByRole("link", { name: "看回放" }).click();
    await page.getByRole("button", { name: "结尾" }).click();
    await page.locator(".av-said", { hasText: "获胜" }).waitFor();
    assert.equal(await page.locator(".av-label-good").count(), 3, "the all-seeing replay shows every role");
    await picture(page, "replay-1280");
    await page.getByRole("button", { name: "开头" }).click();
    await page.getByText("第 1 / ").first().waitFor();
    await page.getByRole("button", { name: "下一步" }).click();
    await page.getByText("第 2 / ").first().waitFor();
    await checkAccessibility(page, "the replay");
    await shared(page);
    await page.getByRole("link", { name: "我的战绩" }).click();
    await page.getByRole("heading", { name: "最近的对局" }).waitFor();
    await page.locator(".av-room-row").first().waitFor();
    await page.locator(".av-board-figures summary").click();
    await page.locator(".av-board-figures .av-role-list li").waitFor();
    await checkAccessibility(page, "own figures");
    await picture(page, "me-1280");
}

scene("five people play a whole game; one loses the connection and comes back; who watches learns no roles", async () => {
    const host = await enter("qing", "/avalon");
    await host.page.getByRole("button", { name: /创建房间/ }).waitFor();
    await checkAccessibility(host.page, "the lobby");
    await checkLayout(host.page, "the lobby");
    await picture(host.page, "lobby-375");
    const code = await createRoom(host.page, (dialog) => dialog.getByRole("checkbox", { name: "随机座位" }).setChecked(false));
    const others = [];
    for (const name of ["wang", "chen", "zhou", "ming"]) {
        const person = await enter(name, `/avalon/r/${code}`, name === "ming" ? kDesktop : kPhone);
        await person.page.getByRole("button", { name: "坐下一起玩" }).click();
        await person.page.locator(".av-table").waitFor();
        others.push(person);
    }
    const guest = await enter("guest", `/avalon/r/${code}`, kDesktop);
    await guest.page.getByRole("button", { name: "观战" }).click();
    const all = [host, ...others];
    for (const person of all) await person.page.getByRole("button", { name: "准备", exact: true }).click();
    await checkAccessibility(host.page, "a room before the start");
    await picture(host.page, "room-375");
    await host.page.getByRole("button", { name: "开始游戏" }).click();
    for (const person of all) await person.page.getByText("我的身份").waitFor();

    const roles = [];
    for (const person of all) {
        await person.page.locator(".av-role-button").click();
        roles.push(await person.page.locator(".av-role-text strong").innerText());
        await picture(person.page, `role-${roles.length}`);
        await person.page.locator(".av-role-button").click();
    }
    assert.deepEqual([...roles].sort(), ["刺客", "忠臣", "梅林", "派西维尔", "莫甘娜"].sort());

    await host.page.getByRole("button", { name: "聊天" }).click();
    await host.page.getByLabel("说点什么").fill("大家好");
    await host.page.getByRole("button", { name: "发送" }).click();
    await host.page.locator(".av-line", { hasText: "大家好" }).waitFor();
    await host.page.getByRole("button", { name: "桌面" }).click();

    // A good team would make the game long; all go along with every team and play Success, so good wins three quests and the shot decides.
    let lost = false;
    await playToTheEnd(all, { team: (i) => i }, async (round) => {
        if (round === 3) await picture(others[3].page, "table-1280");
        if (lost || (await others[0].page.locator(".av-quest-good").count()) === 0) return;
        lost = true;
        await picture(others[1].page, "table-375");
        const before = await guest.page.locator("body").innerText();
        for (const word of ["梅林是", "刺客 ", "指认了"]) assert.ok(!before.includes(word), `who watches must not read ${word}`);
        assert.equal(await guest.page.locator(".av-label-good, .av-label-evil, .av-label-unsure, .av-role").count(), 0, "no seat shows a role to who watches");
        await checkAccessibility(others[1].page, "the table");
        await others[0].context.setOffline(true);
        await others[0].page.evaluate(() => globalThis.dispatchEvent(new Event("online")));
        await others[0].page.getByText("正在自动恢复").waitFor();
        await picture(others[0].page, "lost-375");
        await others[0].context.setOffline(false);
        await others[0].page.evaluate(() => globalThis.dispatchEvent(new Event("online")));
        await others[0].page.getByText("正在自动恢复").waitFor({ state: "detached" });
    });
    assert.ok(lost, "somebody was away for a while");
    for (const person of [...all, guest]) await person.page.locator(".av-end h2").waitFor();
    const verdicts = await Promise.all([...all, guest].map((person) => person.page.locator(".av-end h2").innerText()));
    assert.equal(new Set(verdicts).size, 1, "all see the same end");
    await picture(host.page, "end-375");
    await picture(guest.page, "end-1280");
    await checkAccessibility(host.page, "the end");

    await host.page.getByRole("button", { name: "核对发牌" }).click();
    await host.page.getByRole("button", { name: "开始核对" }).click();
    await host.page.getByText("全部一致：这局发牌没有被动过").waitFor();
    await host.page.getByText("你的随机数参与了发牌").waitFor();
    await picture(host.page, "check-375");
    await host.page.getByRole("dialog").getByRole("button", { name: "关闭" }).click();
    await seenAgain(others[3].page);
    for (const person of all.slice(0, 3)) await person.page.getByRole("button", { name: /再来一局/ }).click();
    await host.page.locator(".av-code-big").waitFor();
    // The browser says in the console that it was offline.
    const { problems } = others[0];
    problems.splice(0, problems.length, ...problems.filter((text) => !text.includes("ERR_INTERNET_DISCONNECTED")));
    for (const person of [...all, guest]) await person.close();
});

scene("one person plays with bots to the end, and goes on in another tab", async () => {
    const solo = await enter("solo", "/avalon");
    await createRoom(solo.page);
    await solo.page.getByRole("button", { name: "用机器人补满" }).click();
    await solo.page.getByRole("button", { name: "准备", exact: true }).click();
    await solo.page.getByRole("button", { name: "开始游戏" }).click();
    await solo.page.getByText("我的身份").waitFor();
    const tab = await solo.context.newPage();
    await tab.goto(solo.page.url());
    await tab.getByText("我的身份").waitFor();
    await solo.page.getByRole("heading", { name: "在另一台设备上继续" }).waitFor();
    await solo.page.getByRole("button", { name: "改在这里继续" }).click();
    await solo.page.getByText("我的身份").waitFor();
    await tab.close();
    let pictured = false;
    await playToTheEnd([solo], { team: (i) => i }, async () => {
        if (pictured || (await solo.page.locator(".av-quest-good, .av-quest-evil").count()) === 0) return;
        pictured = true;
        await picture(solo.page, "bots-375");
    });
    assert.ok(pictured, "a quest was done before the end");
    await solo.page.locator(".av-end h2", { hasText: /获胜/ }).waitFor();
    assert.equal(await solo.page.locator(".av-label-good, .av-label-evil").count(), 5, "all roles are shown, those of bots too");
    await solo.page.getByRole("button", { name: "记录" }).click();
    assert.ok((await solo.page.locator(".av-grid thead th").count()) > 3, "three quests took three proposals");
    await solo.page.getByRole("button", { name: "桌面" }).click();
    await solo.page.getByRole("button", { name: "菜单" }).click();
    await solo.page.getByRole("button", { name: "离开房间" }).click();
    await solo.page.getByRole("dialog").getByRole("button", { name: "离开房间" }).click();
    await solo.page.getByRole("heading", { name: "阿瓦隆" }).waitFor();
    await solo.close();
});
