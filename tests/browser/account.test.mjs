// Signing in with codes and a second step, getting an account back, and what one does with one's own account.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before } from "node:test";
import { kPhone, launch, openPerson, scene, signInPage } from "./support/browser.mjs";
import { looks, visit } from "./support/looks.mjs";
import { startMail } from "./support/mail.mjs";
import { kPassword, makeOrganiser, register, startServer } from "./support/server.mjs";
import { totp } from "./support/totp.mjs";

const kNewPassword = "green lantern 52 orchard";

let mail;
let server; // anybody may register
let strict; // staff need a second step, registration needs an e-mail address
let browser;
let organiser;
before(async () => {
    mail = await startMail();
    const settings = { ...mail.settings, RT_AUTH_CODES_PER_ADDRESS_HOUR: "10000" };
    [server, strict] = await Promise.all([
        startServer(settings),
        startServer({ ...settings, RT_AUTH_STAFF_SECOND_STEP: "always", RT_AUTH_REGISTRATION_NEEDS: "email" }),
    ]);
    organiser = await makeOrganiser(server.base);
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
    await page.keyboard.press("Enter");
    await page.getByLabel("验证码", { exact: true }).waitFor();
}

scene("a code by mail signs in, and makes the account the first time", async () => {
    const person = await openPerson(browser, server.base, { ...kPhone, expected: [422] });
    const { page } = person;
    await askForCode(page, "lin@example.org");
    const input = page.getByLabel("验证码", { exact: true });
    assert.equal(await input.evaluate((box) => box === document.activeElement), true, "the code can be typed at once");
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
    await page.getByText(/发送太频繁了，请在\d+ 秒后再试/).waitFor();
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
    await page.getByLabel("验证码", { exact: true }).fill(await mail.code("su@example.org"));
    await button(page, "注册并继续").click();
    await userButton(page).waitFor();
    await signOut(page);
    await page.goto("/signin");
    await giveName(page, "su@example.org");
    await userButton(page).waitFor();
    await person.close();
});

scene("a forgotten password is set anew with a code", async () => {
    const person = await openPerson(browser, strict.base);
    const { page } = person;
    await page.goto("/register");
    await page.getByLabel("姓名或昵称").fill("周宁");
    await page.getByLabel("用户名").fill("zhouning");
    await fillPassword(page, kPassword);
    await page.getByLabel("邮箱", { exact: true }).fill("ning@example.org");
    await button(page, "发送验证码").click();
    await page.getByLabel("验证码", { exact: true }).fill(await mail.code("ning@example.org"));
    await button(page, "注册并继续").click();
    await userButton(page).waitFor();
    await signOut(page);

    await page.goto("/signin");
    await page.getByRole("link", { name: "忘记密码？" }).click();
    await page.getByLabel("邮箱", { exact: true }).fill("ning@example.org");
    await button(page, "发送验证码").click();
    await page.getByLabel("验证码", { exact: true }).fill(await mail.code("ning@example.org"));
    await page.getByLabel("新密码", { exact: true }).fill(kNewPassword);
    await button(page, "设置新密码").click();
    await page.waitForURL(/\/signin/);
    await giveName(page, "zhouning", kNewPassword);
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
