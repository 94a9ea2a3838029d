// The console's pages for moderators of the game: a report is read and decided, a player is muted and let off; and how the pages look.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launch, openPerson, scene, signInPage } from "./support/browser.mjs";
import { looks, visit } from "./support/looks.mjs";
import { register, signIn, startServer } from "./support/server.mjs";

let server;
let browser;
let admin;
let loud;
let quiet;
before(async () => {
    server = await startServer();
    browser = await launch();
    admin = await signIn(server.base, "admin");
    loud = await register(server.base, "loud", "本名甲");
    quiet = await register(server.base, "quiet", "本名乙");
    await loud.call("PATCH", "/avalon/profile", { nickname: "雷声", avatar: "bear" }, { "If-Match": '"0"' });
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const report = (text) => quiet.post("/avalon/reports", { player: loud.user.id, kind: "abuse", text });
const dialog = (page) => page.getByRole("dialog");

scene("a report is taken and upheld, the player is muted, and the mute is lifted", async () => {
    await report("一直在骂人");
    const person = await openPerson(browser, server.base);
    const { page } = person;
    await signInPage(page, "admin", "/admin");
    await page.getByRole("link", { name: "阿瓦隆" }).click();
    await page.getByRole("link", { name: "雷声" }).first().click();
    await page.getByText("一直在骂人").waitFor();
    assert.equal(await page.getByText("本名甲").count(), 0);
    await page.getByRole("button", { name: "开始处理" }).click();
    await page.getByText("处理中", { exact: true }).waitFor();
    await page.getByLabel("处理备注").fill("已看聊天");
    await page.getByRole("button", { name: "属实" }).click();
    await page.getByText("属实", { exact: true }).first().waitFor();
    await page.getByRole("link", { name: "查看玩家" }).click();
    await page.getByRole("button", { name: "禁言或封禁" }).click();
    await dialog(page).getByRole("button", { name: "禁言或封禁" }).click();
    await dialog(page).getByText("请填写这一项").waitFor();
    await dialog(page).getByLabel("原因").fill("辱骂其他玩家");
    await dialog(page).getByRole("button", { name: "禁言或封禁" }).click();
    await page.getByText("生效中").waitFor();
    assert.equal((await loud.get("/avalon/profile")).muted, true);
    await page.getByRole("button", { name: "解除: 禁言" }).click();
    await dialog(page).getByLabel("原因").fill("已经道歉");
    await dialog(page).getByRole("button", { name: "解除" }).click();
    await page.getByText("已结束").waitFor();
    assert.equal((await loud.get("/avalon/profile")).muted, false);
    await person.close();
});

scene("players are found by a part of the nickname", async () => {
    const person = await openPerson(browser, server.base);
    const { page } = person;
    await signInPage(page, "admin", "/admin/avalon/players");
    await page.getByRole("searchbox").fill("雷");
    await page.getByRole("link", { name: "雷声" }).waitFor();
    await page.getByRole("searchbox").fill("没有这个人");
    await page.getByText("没有找到玩家").waitFor();
    await person.close();
});

scene("whoever is no moderator does not get there", async () => {
    const person = await openPerson(browser, server.base);
    await signInPage(person.page, "quiet", "/admin/avalon");
    await person.page.waitForLoadState("networkidle");
    assert.equal(await person.page.getByText("雷声").count(), 0);
    await person.close();
});

for (const look of looks) {
    scene(`pages of moderators: ${look.name}`, async () => {
        const { id } = await report("说明文字");
        await admin.post(`/avalon/moderation/players/${loud.user.id}/restrictions`, { kind: "BAN", hours: null, reason: "多次作弊" });
        const person = await openPerson(browser, server.base, look.options);
        await signInPage(person.page, "admin", "/account");
        await visit(person, ["/admin/avalon", "/admin/avalon/reports?state=ALL", `/admin/avalon/reports/${id}`, "/admin/avalon/players?q=雷", `/admin/avalon/players/${loud.user.id}`], look);
        if (process.env.RT_SCREENSHOTS) {
            for (const path of ["/admin/avalon/reports?state=ALL", `/admin/avalon/reports/${id}`, `/admin/avalon/players/${loud.user.id}`]) {
                await person.page.goto(path);
                await person.page.waitForLoadState("networkidle");
                await person.page.screenshot({ path: `${process.env.RT_SCREENSHOTS}/${look.name}${path.replaceAll("/", "-").replace(/\?.*/, "")}.png` });
            }
        }
        await person.close();
    });
}
