// Accounts, roles, organisations, devices, tokens, limits and the audit trail in the console, each by the people it is for.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { kPhone, launch, openPerson, scene, signInPage } from "./support/browser.mjs";
import { looks, visit } from "./support/looks.mjs";
import { kPassword, makeEvent, makeOrganiser, register, signIn, startServer } from "./support/server.mjs";

let server;
let browser;
let admin;
let organiser;
let event;
before(async () => {
    server = await startServer();
    browser = await launch();
    admin = await signIn(server.base, "admin");
    organiser = await makeOrganiser(server.base);
    event = await makeEvent(organiser, { slug: "with-people" });
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const dialog = (page) => page.getByRole("dialog");
const mainOf = (page) => page.getByRole("main");

// One action from the menu of a row.
async function fromMenu(page, name, action) {
    await page.getByLabel(`操作: ${name}`, { exact: true }).click();
    await page.getByRole("button", { name: action }).click();
}

for (const look of looks) {
    scene(`pages about people and rights: ${look.name}`, async () => {
        const tag = looks.indexOf(look);
        const lin = await register(server.base, `looks-${tag}`, "林悦");
        const organisation = await admin.post("/organisations", { name: `第一中学 ${tag}`, slug: `school-${tag}` });
        await admin.post(`/organisations/${organisation.id}/invitations`, { role: "editor" });
        await admin.post("/admin/grants", { user: `looks-${tag}`, role: "auditor", expires: "2031-01-01T00:00:00Z" });
        await admin.post(`/organiser/events/${event.id}/grants`, { user: `looks-${tag}`, role: "reviewer" });
        await admin.post("/me/tokens", { name: "每晚导出", permissions: ["event.view", "export"], organisation: organisation.id, password: kPassword });
        const person = await openPerson(browser, server.base, look.options);
        await signInPage(person.page, "admin", "/account");
        await visit(person, [
            `/admin/users/${lin.user.id}`, "/admin/access", "/admin/access/matrix", "/admin/organisations", "/admin/organisations?all=1", `/admin/organisations/${organisation.id}`,
            `/admin/events/${event.id}/people`, `/admin/events/${event.id}/devices`, "/admin/tokens", "/admin/keys", "/admin/limits", "/admin/audit?action=grant.",
        ], look);
        await person.close();
    });
}

scene("an administrator ends sessions, disables and enables an account", async () => {
    const gu = await register(server.base, "guyu", "谷雨");
    const person = await openPerson(browser, server.base);
    const { page } = person;
    await signInPage(page, "admin", "/admin/users");
    await page.getByRole("searchbox").fill("谷雨");
    await page.getByRole("link", { name: "谷雨" }).click();
    await page.getByRole("heading", { level: 1, name: "谷雨" }).waitFor();
    await page.getByRole("button", { name: "全部结束" }).click();
    await dialog(page).getByRole("button", { name: "全部结束" }).click();
    await page.getByText("当前没有登录的设备").waitFor();
    await assert.rejects(gu.get("/me"), /401/);
    await page.getByRole("button", { name: "停用" }).click();
    await dialog(page).getByRole("button", { name: "停用" }).click();
    await page.getByText("已停用", { exact: true }).waitFor();
    await assert.rejects(signIn(server.base, "guyu"), /40[13]/);
    await page.getByRole("button", { name: "启用" }).click();
    await page.getByText("正常", { exact: true }).waitFor();
    await signIn(server.base, "guyu");
    await person.close();
});

scene("a platform role opens the pages it is for, until it is revoked", async () => {
    await register(server.base, "auditor-lin", "林审计");
    const person = await openPerson(browser, server.base);
    await signInPage(person.page, "admin", "/admin/access");
    await person.page.getByRole("button", { name: "授予角色" }).click();
    await dialog(person.page).getByRole("button", { name: "授予角色" }).click();
    await person.page.getByText("请先选择一个人").waitFor();
    await person.page.getByRole("searchbox").fill("auditor-lin");
    await person.page.getByRole("radio", { name: /林审计/ }).check();
    await person.page.getByRole("radio", { name: /审计员/ }).check();
    await dialog(person.page).getByRole("button", { name: "授予角色" }).click();
    await person.page.getByText("已授予").waitFor();

    const lin = await openPerson(browser, server.base, kPhone);
    await signInPage(lin.page, "auditor-lin", "/admin/limits");
    await lin.page.getByText("rate.user_general").waitFor();
    assert.equal(await lin.page.getByRole("button", { name: /^调整/ }).count(), 0, "an auditor changes nothing");
    assert.equal(await lin.page.getByRole("link", { name: "维护公告" }).count(), 0);
    await lin.page.goto("/admin/notice");
    await mainOf(lin.page).getByText("没有权限").waitFor();

    await fromMenu(person.page, "林审计", "撤销");
    await dialog(person.page).getByRole("button", { name: "撤销" }).click();
    await person.page.getByText("已撤销").waitFor();
    await lin.page.goto("/admin/audit");
    await lin.page.getByText("这里没有你可以管理的内容").waitFor();
    await lin.close();
    await person.close();
});

scene("an organisation: made, joined by a link, handed over, left", async () => {
    await register(server.base, "chen", "陈晨");
    const owner = await openPerson(browser, server.base, { expected: [422] });
    await signInPage(owner.page, organiser.user.login_name, "/admin/organisations");
    await owner.page.getByRole("button", { name: "新建组织" }).first().click();
    await owner.page.getByLabel("名称").fill("城市定向协会");
    await owner.page.getByLabel(/^链接名/).fill("city-club");
    await dialog(owner.page).getByRole("button", { name: "创建" }).click();
    await owner.page.getByRole("heading", { level: 1, name: "城市定向协会" }).waitFor();
    await owner.page.getByRole("button", { name: "邀请成员" }).click();
    await dialog(owner.page).getByRole("radio", { name: /编辑/ }).check();
    await dialog(owner.page).getByRole("button", { name: "生成链接" }).click();
    const link = await owner.page.getByLabel("邀请链接").innerText();
    await dialog(owner.page).getByRole("button", { name: "关闭" }).click();

    const chen = await openPerson(browser, server.base, { ...kPhone, expected: [404, 409, 410] });
    await signInPage(chen.page, "chen", "/account");
    await chen.page.goto(link);
    await chen.page.getByText("「城市定向协会」邀请你加入").waitFor();
    await chen.page.getByRole("button", { name: "接受邀请" }).click();
    await chen.page.getByText("已加入「城市定向协会」").waitFor();
    await chen.page.goto("/admin/organisations");
    await chen.page.getByRole("link", { name: "城市定向协会" }).click();
    await chen.page.getByRole("heading", { level: 1, name: "城市定向协会" }).waitFor();
    assert.equal(await chen.page.getByRole("button", { name: "邀请成员" }).count(), 0, "an editor invites nobody");
    await chen.page.goto("/account");
    await chen.page.getByLabel("姓名或昵称").waitFor();
    await chen.page.goto(link);
    await chen.page.getByText("这个邀请不存在、已过期或已被使用").waitFor();

    await owner.page.reload();
    await fromMenu(owner.page, "城市定向协会", "移交所有权");
    await dialog(owner.page).getByRole("radio", { name: /陈晨/ }).check();
    await dialog(owner.page).getByRole("button", { name: "移交所有权" }).click();
    await owner.page.getByText("所有权已移交").waitFor();
    await owner.page.getByRole("row", { name: /陈晨.*所有者/ }).waitFor();
    await fromMenu(owner.page, "城市定向协会", "退出组织");
    await dialog(owner.page).getByRole("button", { name: "退出组织" }).click();
    await owner.page.waitForURL("**/admin/organisations");
    await owner.page.getByText("已退出组织").waitFor();
    assert.equal(await owner.page.getByText("city-club").count(), 0);
    await chen.close();
    await owner.close();
});

scene("a reviewer of one event sees its registrations and not its settings", async () => {
    await register(server.base, "reviewer", "沈评");
    const person = await openPerson(browser, server.base);
    await signInPage(person.page, organiser.user.login_name, `/admin/events/${event.id}/people`);
    await person.page.getByRole("button", { name: "授予角色" }).click();
    await person.page.getByLabel("对方的用户名").fill("reviewer");
    await dialog(person.page).getByRole("radio", { name: /审核员/ }).check();
    await dialog(person.page).getByRole("button", { name: "授予角色" }).click();
    await person.page.getByRole("row", { name: /沈评.*审核员/ }).waitFor();
    await person.close();

    const reviewer = await openPerson(browser, server.base);
    await signInPage(reviewer.page, "reviewer", "/admin");
    await reviewer.page.waitForURL("**/admin/events");
    await reviewer.page.getByRole("link", { name: "2026 城市定向挑战赛" }).click();
    const tabs = reviewer.page.getByRole("navigation", { name: "2026 城市定向挑战赛" });
    await tabs.getByRole("link", { name: "报名", exact: true }).waitFor();
    await reviewer.page.goto("/");
    await reviewer.page.getByRole("navigation").getByRole("link", { name: "管理后台" }).waitFor();
    await reviewer.page.goBack();
    await tabs.getByRole("link", { name: "报名", exact: true }).waitFor();
    assert.equal(await tabs.getByRole("link", { name: "设置" }).count(), 0);
    assert.equal(await reviewer.page.getByRole("button", { name: "暂停报名" }).count(), 0);
    await reviewer.page.goto(`/admin/events/${event.id}/settings`);
    await mainOf(reviewer.page).getByText("没有权限").waitFor();
    await reviewer.close();
});

scene("a device is paired with the code on the screen, and unpaired", async () => {
    const person = await openPerson(browser, server.base);
    await signInPage(person.page, organiser.user.login_name, `/admin/events/${event.id}/devices`);
    await person.page.getByRole("button", { name: "配对设备" }).click();
    await person.page.getByLabel("设备名称").fill("东门");
    await dialog(person.page).getByRole("button", { name: "确定" }).click();
    const code = await person.page.locator(".pairing-code").innerText();
    const answer = await fetch(`${server.base}/api/v1/devices/pair`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ code }),
    });
    assert.equal(answer.status, 201);
    const { token } = (await answer.json()).data;
    await person.page.getByText("“东门”已配对").waitFor();
    const own = () => fetch(`${server.base}/api/v1/devices/me`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal((await own()).status, 200);
    await person.page.getByRole("button", { name: "取消配对: 东门" }).click();
    await dialog(person.page).getByRole("button", { name: "取消配对" }).click();
    await person.page.getByText("还没有配对的设备").waitFor();
    assert.equal((await own()).status, 401);
    await person.close();
});

scene("an API token is shown once, works, and ends when it is revoked", async () => {
    const person = await openPerson(browser, server.base);
    await signInPage(person.page, organiser.user.login_name, "/admin/tokens");
    await person.page.getByRole("button", { name: "新建令牌" }).click();
    await dialog(person.page).getByRole("button", { name: "创建" }).click();
    await person.page.getByText("至少选择一项权限").waitFor();
    await person.page.getByLabel("名称").fill("每晚导出");
    await dialog(person.page).getByRole("checkbox", { name: /event\.view/ }).check();
    await dialog(person.page).getByLabel("当前密码", { exact: true }).fill(kPassword);
    await dialog(person.page).getByRole("button", { name: "创建" }).click();
    const token = await person.page.getByLabel("令牌", { exact: true }).innerText();
    const ask = () => fetch(`${server.base}/api/v1/organiser/events`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal((await ask()).status, 200);
    await dialog(person.page).getByRole("button", { name: "我已保存" }).click();
    await person.page.getByRole("button", { name: "作废: 每晚导出" }).waitFor();
    assert.equal(await person.page.getByText(token).count(), 0);
    await person.page.getByRole("button", { name: "作废: 每晚导出" }).click();
    await dialog(person.page).getByRole("button", { name: "作废" }).click();
    await person.page.getByText("还没有令牌").waitFor();
    assert.equal((await ask()).status, 401);
    await person.close();
});

scene("a limit is changed and taken back, and the audit trail tells both", async () => {
    const person = await openPerson(browser, server.base, { expected: [422] });
    const { page } = person;
    const limit = async () => (await admin.get("/admin/limits")).find((one) => one.name === "rate.user_export");
    const configured = (await limit()).limit;
    await signInPage(page, "admin", "/admin/limits");
    await page.getByRole("button", { name: "调整: 导出，每个账号" }).click();
    await page.getByLabel("上限").fill("0");
    await dialog(page).getByRole("button", { name: "保存" }).click();
    await page.getByText(/请填写 1 至/).waitFor();
    await page.getByLabel("上限").fill("41");
    await dialog(page).getByRole("button", { name: "保存" }).click();
    await page.getByText("已生效").waitFor();
    assert.equal((await limit()).limit, 41);
    await page.getByRole("button", { name: "恢复配置值: 导出，每个账号" }).click();
    await dialog(page).getByRole("button", { name: "恢复配置值" }).click();
    await page.getByText("已调整").waitFor({ state: "detached" });
    assert.equal((await limit()).limit, configured);

    await page.goto("/admin/audit");
    await page.getByRole("textbox", { name: "动作" }).fill("limits.");
    await page.getByRole("button", { name: "查看" }).click();
    await page.getByText("limits.change").nth(1).waitFor();
    await page.getByRole("table").locator("ins", { hasText: "41" }).first().waitFor();
    assert.equal(await page.getByText("session.begin").count(), 0);
    await page.getByLabel("操作者").fill("nobody-of-that-name");
    await page.getByRole("button", { name: "查看" }).click();
    await page.getByText("没有这个对象").waitFor();
    await page.getByRole("button", { name: "清除筛选" }).click();
    await page.getByText("session.begin").first().waitFor();
    await person.close();
});

scene("someone without any right is told so", async () => {
    await register(server.base, "plain", "普通人");
    const person = await openPerson(browser, server.base, kPhone);
    await signInPage(person.page, "plain", "/admin/users");
    await person.page.getByText("这里没有你可以管理的内容").waitFor();
    await person.close();
});
