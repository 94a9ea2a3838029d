// Signing in with codes and a second step, getting an account back, and what one does with one's own account.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before } from "node:test";
import { holdsFocus, kPhone, launch, openPerson, scene, signInPage } from "./support/browser.mjs";
import { looks, visit } from "./support/looks.mjs";
import { startMail } from "./support/mail.mjs";
import { kPassword, makeOrganiser, register, startServer } from "./support/server.mjs";
import { freshPeriod, totp } from "./support/totp.mjs";

const kNewPassword = "green lantern 52 orchard";

let mail;
let server; // anybody may register
let strict; // staff need a second step, registration needs an e-mail address
let browser;
let verifiedAt = 0;
before(async () => {
    mail = await startMail();
    const settings = { ...mail.settings, RT_AUTH_CODES_PER_ADDRESS_HOUR: "10000" };
    [server, strict] = await Promise.all([
        startServer(settings),
        startServer({ ...settings, RT_AUTH_STAFF_SECOND_STEP: "always", RT_AUTH_REGISTRATION_NEEDS: "email" }),
    ]);
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await server?.stop();
    await strict?.stop();
    await mail?.stop();
});

const button = (page, name) => page.getByRole("button", { name, exact: true });
const dialog = (page) => page.locator("dialog[open]");
const userButton = (page) => page.getByLabel(/^账号: /);
const fillPassword = (page, text) => page.getByLabel("密码", { exact: true }).fill(text);

async function giveName(page, name, password = kPassword) {
    await page.getByLabel("用户名").fill(name);
    await fillPassword(page, password);
    await button(page, "登录").click();
}

async function signOut(page) {
    await userButton(page).click();
    await button(page, "退出登录").first().click();
    await page.getByRole("link", { name: "登录", exact: true }).waitFor();
}

async function askForCode(page, address) {
    await page.goto("/signin");
    await button(page, "邮箱验证码").click();
    await page.getByLabel("邮箱", { exact: true }).fill(address);
    await page.getByLabel("邮箱", { exact: true }).press("Enter");
    await page.getByLabel("验证码", { exact: true }).waitFor();
}

scene("a code by mail signs in, and makes the account the first time", async () => {
    const person = await openPerson(browser, server.base, { ...kPhone, expected: [422] });
    const { page } = person;
    await askForCode(page, "lin@example.org");
    const input = page.getByLabel("验证码", { exact: true });
    await holdsFocus(input); // the code can be typed at once
    assert.equal(await input.getAttribute("autocomplete"), "one-time-code");
    assert.equal(await input.getAttribute("inputmode"), "numeric");
    assert.ok(await page.getByRole("button", { name: /后可重新发送/ }).isDisabled(), "not again at once");
    const code = await mail.code("lin@example.org");

    await input.fill(code === "000000" ? "111111" : "000000");
    await button(page, "登录").click();
    await page.getByText("验证码错误或已失效").waitFor();
    await input.fill(code);
    await button(page, "登录").click();
    await userButton(page).waitFor();
    await person.close();
});

scene("a second code within the minute is refused, and the page says when it may be asked for", async () => {
    const person = await openPerson(browser, server.base, { expected: [429] });
    const { page } = person;
    await askForCode(page, "busy@example.org");
    await page.reload();
    await button(page, "邮箱验证码").click();
    await page.getByLabel("邮箱", { exact: true }).fill("busy@example.org");
    await button(page, "发送验证码").click();
    await page.getByText(/发送太频繁了，请在 \d+ 秒后再试/).waitFor();
    await page.getByRole("button", { name: /后可重新发送/ }).waitFor();
    await person.close();
});

scene("where an address must be verified, registering asks for the code", async () => {
    const person = await openPerson(browser, strict.base, kPhone);
    const { page } = person;
    await page.goto("/register");
    await page.getByLabel("姓名或昵称").fill("苏青");
    await page.getByLabel("用户名").fill("suqing");
    await fillPassword(page, kPassword);
    await page.getByLabel("邮箱", { exact: true }).fill("su@example.org");
    await button(page, "发送验证码").click();
    verifiedAt = Date.now();
    await page.getByLabel("验证码", { exact: true }).fill(await mail.code("su@example.org"));
    await button(page, "注册并继续").click();
    await userButton(page).waitFor();
    await signOut(page);
    await page.goto("/signin");
    await giveName(page, "su@example.org");
    await userButton(page).waitFor();
    await person.close();
});

scene("staff set up a second step while signing in; then a code of the app or a recovery code is asked for", async () => {
    const person = await openPerson(browser, strict.base, { ...kPhone, expected: [422] });
    const { page } = person;
    await page.goto("/signin");
    await giveName(page, "admin");
    await page.getByRole("heading", { name: "启用两步验证" }).waitFor();
    await page.getByLabel("设置验证器应用的二维码").waitFor();
    assert.match(await page.getByRole("link", { name: "在这台设备的验证器应用中打开" }).getAttribute("href"), /^otpauth:\/\/totp\//);
    const secret = await page.locator(".secret-text").innerText();
    await page.getByLabel("2. 输入应用上显示的 6 位数字").fill(totp(secret));
    await button(page, "启用").click();

    await page.getByRole("heading", { name: "保存恢复代码" }).waitFor();
    const codes = await page.locator(".recovery-codes li").allInnerTexts();
    assert.ok(codes.length >= 8);
    const [file] = await Promise.all([page.waitForEvent("download"), button(page, "下载").click()]);
    assert.ok(readFileSync(await file.path(), "utf8").includes(codes[0]));
    await button(page, "完成").click();
    await page.getByText("请先保存恢复代码").waitFor();
    await page.getByLabel("我已经保存了恢复代码").check();
    await button(page, "完成").click();
    await userButton(page).waitFor();
    await signOut(page);

    await page.goto("/signin?next=/account");
    await giveName(page, "admin");
    const input = page.getByLabel("动态码", { exact: true });
    await input.fill("12345");
    await button(page, "验证并登录").click();
    await page.getByText("动态码是 6 位数字").waitFor();
    await input.fill(totp(secret, 1));
    await button(page, "验证并登录").click();
    await page.waitForURL(/\/account$/);
    await signOut(page);

    await page.goto("/signin");
    await giveName(page, "admin");
    await button(page, "手机不在身边？使用恢复代码").click();
    await page.getByLabel("恢复代码", { exact: true }).fill(codes[0].toLowerCase());
    await button(page, "验证并登录").click();
    await userButton(page).waitFor();
    await signOut(page);

    await page.goto("/signin");
    await giveName(page, "admin");
    await button(page, "手机不在身边？使用恢复代码").click();
    await page.getByLabel("恢复代码", { exact: true }).fill(codes[0]);
    await button(page, "验证并登录").click();
    await page.getByText("验证码错误或已失效").waitFor();
    await person.close();
});

scene("the link of the first start makes the administrator, who sets up a second step and is in the console", async () => {
    const fresh = await startServer({ RT_AUTH_STAFF_SECOND_STEP: "always" }, { fresh: true });
    try {
        const person = await openPerson(browser, fresh.base, kPhone);
        const { page } = person;
        const [, link] = fresh.output().match(/(\/setup\?token=[\w-]+)/);
        await page.goto(link);
        await page.getByLabel("姓名或昵称").fill("周悦");
        await page.getByLabel("用户名").fill("zhouyue");
        await fillPassword(page, kPassword);
        await page.locator("form button[type=submit]").click();
        await page.getByRole("heading", { name: "启用两步验证" }).waitFor();
        const secret = await page.locator(".secret-text").innerText();
        await page.getByLabel("2. 输入应用上显示的 6 位数字").fill(totp(secret));
        await button(page, "启用").click();
        await page.getByRole("heading", { name: "保存恢复代码" }).waitFor();
        await page.getByLabel("我已经保存了恢复代码").check();
        await button(page, "完成").click();
        await page.waitForURL(/\/admin/);
        await userButton(page).waitFor();
        await person.close();
    } finally {
        await fresh.stop();
    }
});

scene("who gives up in the middle of it signs in, and goes on there", async () => {
    const fresh = await startServer({ RT_AUTH_STAFF_SECOND_STEP: "always" }, { fresh: true });
    try {
        const person = await openPerson(browser, fresh.base);
        const { page } = person;
        await page.goto(fresh.output().match(/(\/setup\?token=[\w-]+)/)[1]);
        await page.getByLabel("姓名或昵称").fill("周悦");
        await page.getByLabel("用户名").fill("zhouyue");
        await fillPassword(page, kPassword);
        await page.locator("form button[type=submit]").click();
        await button(page, "重新登录").click();
        await page.waitForURL(/\/signin\?next=/);
        await giveName(page, "zhouyue");
        await page.getByRole("heading", { name: "启用两步验证" }).waitFor();
        await person.close();
    } finally {
        await fresh.stop();
    }
});

scene("an e-mail address is added, changed, and the change undone by the link that went to the former one", async () => {
    const person = await openPerson(browser, server.base, { ...kPhone, expected: [401] });
    await register(server.base, "mover", "何晴");
    const { page } = person;
    await signInPage(page, "mover", "/account/security");
    await button(page, "绑定邮箱").click();
    await dialog(page).getByLabel("邮箱", { exact: true }).fill("he@example.org");
    await button(dialog(page), "发送验证码").click();
    await dialog(page).getByLabel("验证码", { exact: true }).fill(await mail.code("he@example.org"));
    await dialog(page).getByLabel("当前密码", { exact: true }).fill(kPassword);
    await button(dialog(page), "绑定").click();
    await page.getByText(/^h.*@example\.org$/).waitFor();
    assert.equal(await page.getByText("he@example.org").count(), 0, "only a part is shown");

    await button(page, "更换邮箱").click();
    await dialog(page).getByLabel("新邮箱", { exact: true }).fill("thief@example.net");
    await button(dialog(page), "发送验证码").click();
    await dialog(page).getByLabel("验证码", { exact: true }).fill(await mail.code("thief@example.net"));
    await dialog(page).getByLabel("当前密码", { exact: true }).fill("not this one 11");
    await button(dialog(page), "更换").click();
    await dialog(page).getByText("密码不正确").waitFor();
    await dialog(page).getByLabel("当前密码", { exact: true }).fill(kPassword);
    await button(dialog(page), "更换").click();
    await page.getByText(/@example\.net$/).waitFor();

    const link = await mail.link("he@example.org");
    assert.match(link, /^\/account\/undo\?token=/);
    await page.goto(link);
    await button(page, "撤销更改").waitFor();
    await page.waitForURL((at) => at.search === ""); // the token is not left in the history
    await button(page, "撤销更改").click();
    await page.getByRole("heading", { name: "更改已撤销" }).waitFor();
    await page.getByRole("link", { name: "设置新密码" }).waitFor();
    await page.goto("/account");
    await page.waitForURL(/\/signin/);
    await person.close();
});

scene("the password is changed, and the other devices are signed out", async () => {
    const person = await openPerson(browser, server.base, { expected: [401] });
    const other = await openPerson(browser, server.base, { ...kPhone, expected: [401] });
    await register(server.base, "changer", "郑凡");
    const { page } = person;
    await signInPage(other.page, "changer", "/account");
    await signInPage(page, "changer", "/account/security");
    await button(page, "修改密码").click();
    await page.getByLabel("当前密码", { exact: true }).fill("wrong horse 99 gate");
    await page.getByLabel("新密码", { exact: true }).fill(kNewPassword);
    await button(page, "修改密码").click();
    await page.getByText("密码不正确").waitFor();
    await page.getByLabel("当前密码", { exact: true }).fill(kPassword);
    await button(page, "修改密码").click();
    await page.getByText("密码已修改，其他设备已退出登录").waitFor();
    await page.reload();
    await userButton(page).waitFor();
    await other.page.reload();
    await other.page.waitForURL(/\/signin/);
    await other.close();
    await person.close();
});

scene("the second step is turned on, its codes renewed, and turned off", async () => {
    const person = await openPerson(browser, server.base, kPhone);
    await register(server.base, "stepper", "冯远");
    const { page } = person;
    await signInPage(page, "stepper", "/account/security");
    const card = page.locator("#second-step");
    await card.getByText("未启用").waitFor();
    await button(card, "启用").click();
    await dialog(page).getByLabel("当前密码", { exact: true }).fill(kPassword);
    await button(dialog(page), "继续").click();
    const secret = await dialog(page).locator(".secret-text").innerText();
    await freshPeriod();
    await dialog(page).getByLabel("2. 输入应用上显示的 6 位数字").fill(totp(secret, -1));
    await button(dialog(page), "启用").click();
    const codes = dialog(page).locator(".recovery-codes li");
    const first = await codes.first().innerText();
    await page.keyboard.press("Escape");
    assert.equal(await codes.first().innerText(), first, "the codes do not go away unseen");
    await dialog(page).getByLabel("我已经保存了恢复代码").check();
    await button(dialog(page), "完成").click();
    await card.getByText("已启用").waitFor();

    await button(card, "新的恢复代码").click();
    await dialog(page).getByLabel("动态码", { exact: true }).fill(totp(secret, 0));
    await button(dialog(page), "生成").click();
    assert.notEqual(await codes.first().innerText(), first);
    await dialog(page).getByLabel("我已经保存了恢复代码").check();
    await button(dialog(page), "完成").click();

    await button(card, "停用").click();
    await dialog(page).getByLabel("当前密码", { exact: true }).fill(kPassword);
    await dialog(page).getByLabel("动态码", { exact: true }).fill(totp(secret, 1));
    await button(dialog(page), "停用").click();
    await card.getByText("未启用").waitFor();
    await person.close();
});

scene("devices: one is signed out, then all others, then all", async () => {
    await register(server.base, "devices", "蒋文");
    const person = await openPerson(browser, server.base);
    const others = [];
    for (let i = 0; i < 2; i++) others.push(await openPerson(browser, server.base, { ...kPhone, expected: [401] }));
    for (const other of others) await signInPage(other.page, "devices", "/account");
    const { page } = person;
    await signInPage(page, "devices", "/account/devices");
    const rows = page.locator("#devices .setting");
    await page.getByText("当前设备").waitFor();
    assert.equal(await rows.count(), 4, "this one, the two others, and the one that registered");
    assert.equal(await page.getByText("当前设备").count(), 1);
    await rows.getByRole("button", { name: /退出登录/ }).first().click();
    await page.getByText("该设备已退出登录").waitFor();
    await page.waitForFunction(() => document.querySelectorAll("#devices .setting").length === 3);
    await button(page, "退出其他设备").click();
    await button(dialog(page), "退出其他设备").click();
    await page.waitForFunction(() => document.querySelectorAll("#devices .setting").length === 1);
    for (const other of others) {
        await other.page.reload();
        await other.page.waitForURL(/\/signin/);
        await other.close();
    }
    await button(page, "全部退出").click();
    await button(dialog(page), "全部退出").click();
    await page.waitForURL(/\/signin/);
    await person.close();
});

scene("one takes one's data along, has the account deleted, and thinks better of it", async () => {
    await register(server.base, "leaver", "陶然");
    const person = await openPerson(browser, server.base, kPhone);
    const { page } = person;
    await signInPage(page, "leaver", "/account/data");
    const [file] = await Promise.all([page.waitForEvent("download"), button(page, "下载我的数据").click()]);
    assert.equal(file.suggestedFilename(), "account.json");
    assert.equal(JSON.parse(readFileSync(await file.path(), "utf8")).account.login_name, "leaver");

    await button(page, "注销账号…").click();
    await dialog(page).getByLabel("当前密码", { exact: true }).fill(kPassword);
    await button(dialog(page), "申请注销").click();
    await page.getByRole("heading", { name: "已申请注销账号" }).waitFor();
    await page.getByText(/账号将于 20\d\d年.*注销/).waitFor();
    await page.getByRole("main").getByRole("link", { name: "登录", exact: true }).click();
    await giveName(page, "leaver");
    await page.waitForURL(/\/account\/data/);
    await page.getByText(/账号将于 20\d\d年.*注销/).waitFor();
    await button(page, "取消注销").click();
    await page.getByText("已取消注销，账号保留").waitFor();
    await button(page, "注销账号…").waitFor();
    await person.close();
});

scene("an invitation to an organisation is accepted after signing in, and the organisation left again", async () => {
    const organiser = await makeOrganiser(server.base);
    const organisation = await organiser.post("/organisations", { name: "青松协会" });
    const { url } = await organiser.post(`/organisations/${organisation.id}/invitations`, { role: "reviewer" });
    await register(server.base, "invited", "罗敏");
    const person = await openPerson(browser, server.base, { ...kPhone, expected: [404, 410] });
    const { page } = person;
    await page.goto(url);
    await page.getByRole("main").getByRole("link", { name: "登录", exact: true }).click();
    await page.waitForURL((at) => at.pathname === "/signin");
    assert.doesNotMatch(page.url(), new RegExp(url.split("#")[1]), "the token does not stand in the address bar");
    await giveName(page, "invited");
    await page.getByRole("heading", { name: "「青松协会」邀请你加入" }).waitFor();
    await page.getByText("你的角色：审核员").waitFor();
    await button(page, "接受邀请").click();
    await page.waitForURL(/\/account\/organisations/);
    await page.locator("#organisations").getByText("青松协会").waitFor();

    await button(page, "退出「青松协会」").click();
    await button(dialog(page), "退出").click();
    await page.getByText("还没有加入组织").waitFor();
    await page.goto(url);
    await page.getByText("这个邀请不存在、已过期或已被使用").waitFor();
    await person.close();
});

for (const look of looks) {
    scene(`pages of the account: ${look.name}`, async () => {
        const person = await openPerson(browser, server.base, look.options);
        await person.page.goto("/");
        await visit(person, ["/forgot", "/account/undo?token=abc", "/account/ended?at=2027-01-05T08:00:00Z", "/organisations/join#abc", "/organisations/join"], look);
        const name = `look-${looks.indexOf(look)}`;
        await register(server.base, name, "林 Lin");
        await person.page.evaluate(() => localStorage.removeItem("rt.lang"));
        await signInPage(person.page, name);
        await visit(person, ["/account", "/account/security", "/account/devices", "/account/organisations", "/account/data"], look);
        await person.close();
    });
}

scene("the whole of signing in works by keyboard", async () => {
    await register(server.base, "typist", "秦川");
    const person = await openPerson(browser, server.base);
    const { page } = person;
    await page.goto("/signin");
    await page.getByLabel("用户名").focus();
    await holdsFocus(page.getByLabel("用户名"));
    assert.equal(await page.getByLabel("用户名").getAttribute("autocomplete"), "username");
    assert.equal(await page.getByLabel("密码", { exact: true }).getAttribute("autocomplete"), "current-password");
    await page.keyboard.type("typist");
    await page.keyboard.press("Tab");
    await holdsFocus(page.getByLabel("密码", { exact: true }));
    await page.keyboard.type(kPassword);
    await page.keyboard.press("Enter");
    await userButton(page).waitFor();
    await person.close();
});

scene("a forgotten password is set anew with a code", async () => {
    const person = await openPerson(browser, strict.base);
    const { page } = person;
    // One code a minute to an address, and this one has had the code to register.
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, verifiedAt + 61_000 - Date.now())));
    await page.goto("/signin");
    await page.getByRole("link", { name: "忘记密码？" }).click();
    await page.getByLabel("邮箱", { exact: true }).fill("su@example.org");
    await button(page, "发送验证码").click();
    await page.getByLabel("验证码", { exact: true }).fill(await mail.code("su@example.org"));
    await page.getByLabel("新密码", { exact: true }).fill(kNewPassword);
    await button(page, "设置新密码").click();
    await page.waitForURL(/\/signin/);
    await giveName(page, "suqing", kNewPassword);
    await userButton(page).waitFor();
    await person.close();
});

scene("an owner invites by mail; the mail's link lets one person in, and the owner never sees it", async () => {
    const host = await makeOrganiser(server.base, "mailhost");
    const club = await host.post("/organisations", { name: "城市定向协会", slug: "mail-club" });
    await register(server.base, "yuhan", "雨涵");
    const owner = await openPerson(browser, server.base);
    await signInPage(owner.page, "mailhost", `/admin/organisations/${club.id}`);
    await button(owner.page, "邀请成员").click();
    const form = dialog(owner.page);
    await form.getByLabel(/^邮箱/).fill("yuhan@example");
    await button(form, "发送邀请").click();
    await form.getByText("请输入有效的邮箱地址").waitFor();
    await form.getByLabel(/^邮箱/).fill("yuhan@example.org");
    await button(form, "发送邀请").click();
    await form.getByText("邀请已发到 y***@example.org").waitFor();
    assert.equal(await form.locator(".secret").count(), 0, "no link to copy");
    await form.locator(".dialog-actions").getByRole("button").click();
    await owner.page.getByText("y***@example.org").waitFor();

    const link = await mail.link("yuhan@example.org");
    assert.match(link, /^\/organisations\/join#/);
    const guest = await openPerson(browser, server.base, { ...kPhone });
    await signInPage(guest.page, "yuhan", "/account");
    await guest.page.goto(link);
    await guest.page.getByRole("heading", { level: 1, name: /城市定向协会/ }).waitFor();
    await button(guest.page, "接受邀请").click();
    await guest.page.waitForURL("**/account/organisations");
    await guest.page.getByText("城市定向协会").first().waitFor();
    await guest.close();
    await owner.close();
});
