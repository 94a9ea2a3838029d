// The captain's way without a pointer: Tab, arrows, Space and Enter only, and the focus never gets lost.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launch, openPerson, scene } from "./support/browser.mjs";
import { kPassword, makeEvent, makeOrganiser, startServer } from "./support/server.mjs";

let server;
let browser;
before(async () => {
    server = await startServer();
    browser = await launch();
    await makeEvent(await makeOrganiser(server.base), { slug: "keys", title: "键盘杯", divisions: 2 });
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

// Presses Tab until the focused element has this name; each stop must be visible and show where the focus is.
async function tabTo(page, name, presses = 60) {
    for (let i = 0; i < presses; i++) {
        await page.keyboard.press("Tab");
        const at = await page.evaluate(() => {
            const element = document.activeElement;
            if (!element || element === document.body) return { name: "", visible: true, ring: true };
            const box = element.getBoundingClientRect();
            const style = getComputedStyle(element);
            const holder = element.closest(".event-item");
            const ring = (s) => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0;
            const label = element.getAttribute("aria-label") ?? (element.labels?.[0]?.innerText || element.innerText || "");
            return { name: label.trim(), visible: box.width > 0 && box.height > 0, ring: ring(style) || (holder && ring(getComputedStyle(holder))) };
        });
        assert.ok(at.visible, `the focus is on something invisible before ${name}: ${at.name}`);
        assert.ok(at.ring, `no visible focus on ${at.name}`);
        if (name instanceof RegExp ? name.test(at.name) : at.name.startsWith(name)) return;
    }
    assert.fail(`Tab does not reach ${name}`);
}

// The page with this heading has come, and the router has moved the focus to it: a Tab pressed before that would be overtaken.
async function arrive(page, heading) {
    await page.waitForFunction((text) => document.activeElement?.tagName === "H1" && document.activeElement.textContent.trim() === text, heading);
}

const focusedName = (page) => page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");

scene("register, found a team and share the invitation by keyboard", async () => {
    const person = await openPerson(browser, server.base);
    const { page } = person;
    await page.goto("/");
    await page.getByRole("link", { name: "键盘杯" }).waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await focusedName(page), "跳到正文");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "main");
    await tabTo(page, "键盘杯");
    await page.keyboard.press("Enter");
    await arrive(page, "键盘杯");
    await tabTo(page, "组建队伍");
    await page.keyboard.press("Enter");
    await arrive(page, "登录");
    await tabTo(page, "注册一个");
    await page.keyboard.press("Enter");
    await arrive(page, "注册账号");
    await tabTo(page, "姓名或昵称");
    await page.keyboard.type("李明");
    await tabTo(page, "用户名");
    await page.keyboard.type("keys-captain");
    await tabTo(page, "密码");
    await page.keyboard.type(kPassword);
    await page.keyboard.press("Enter");
    await arrive(page, "组建队伍");

    // An empty form: the focus goes to the first mistake, which is described to a screen reader.
    await tabTo(page, /^组建队伍$/);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.tagName === "INPUT");
    assert.equal(await page.evaluate(() => document.activeElement.closest("[data-invalid]") !== null || document.activeElement.getAttribute("aria-invalid") === "true"), true);
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await tabTo(page, "队名");
    await page.keyboard.type("键盘手");
    await tabTo(page, "学校或单位");
    await page.keyboard.type("一中");
    await tabTo(page, "手机号");
    await page.keyboard.type("13800138000");
    await tabTo(page, "小号");
    await page.keyboard.press("ArrowDown");
    await tabTo(page, "我同意");
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await arrive(page, "键盘手");
    await tabTo(page, "生成邀请链接");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "复制链接" }).waitFor();

    // A menu opens and closes, and gives the focus back; so does a dialog.
    await page.getByLabel("更多操作", { exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "解散队伍" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "解散队伍" }).waitFor({ state: "hidden" });
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "更多操作");
    await page.keyboard.press("Enter");
    await tabTo(page, "解散队伍");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "键盘手" }).waitFor();
    await person.close();
});
