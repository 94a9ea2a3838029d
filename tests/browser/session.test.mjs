// Sessions: kept over a reload without a token in storage, renewed once for many tabs, ended in all of them.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launch, openPerson, scene, signInPage } from "./support/browser.mjs";
import { register, startServer } from "./support/server.mjs";

let server;
let browser;
before(async () => {
    server = await startServer();
    browser = await launch();
    await register(server.base, "member", "王小雨");
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const userButton = (page) => page.getByLabel(/^账号: /);

scene("a reload keeps the session, and no script can read a token", async () => {
    const person = await openPerson(browser, server.base);
    await signInPage(person.page, "member", "/mine");
    await person.page.reload();
    await userButton(person.page).waitFor();
    const kept = await person.page.evaluate(() => ({ cookie: document.cookie, local: JSON.stringify({ ...localStorage }), session: JSON.stringify({ ...sessionStorage }) }));
    assert.equal(kept.cookie, "", "the cookie is HttpOnly");
    assert.doesNotMatch(kept.local + kept.session, /eyJ|token/i);
    const cookies = await person.context.cookies(`${server.base}/api/v1/auth/refresh`);
    const refresh = cookies.find((cookie) => cookie.name === "rt_refresh");
    assert.ok(refresh?.httpOnly);
    assert.equal(refresh.sameSite, "Strict");
    assert.equal((await person.context.cookies(`${server.base}/`)).length, 0, "it goes to the token routes only");
    await person.close();
});

scene("many tabs open at once and all stay signed in", async () => {
    const person = await openPerson(browser, server.base);
    await signInPage(person.page, "member", "/mine");
    const tabs = await Promise.all([1, 2, 3, 4, 5].map(() => person.context.newPage()));
    await Promise.all(tabs.map((tab) => tab.goto("/mine")));
    await Promise.all(tabs.map((tab) => userButton(tab).waitFor()));
    await Promise.all(tabs.map((tab) => tab.reload()));
    await Promise.all(tabs.map((tab) => userButton(tab).waitFor()));

    // Signing out in one tab ends the session in all.
    await userButton(tabs[0]).click();
    await tabs[0].getByRole("button", { name: "退出登录" }).click();
    await tabs[0].getByRole("link", { name: "登录", exact: true }).waitFor();
    await Promise.all(tabs.slice(1).map((tab) => tab.waitForURL(/\/signin/)));
    await person.close();
});

scene("an access token that ended is renewed behind the scenes", async () => {
    const person = await openPerson(browser, server.base, { expected: [401] });
    await signInPage(person.page, "member", "/mine");
    await person.page.getByText("还没有报名任何活动").waitFor();
    let refused = 0;
    await person.page.route("**/api/v1/me/registrations*", async (route) => {
        if (refused++ > 0) return route.continue();
        return route.fulfill({ status: 401, contentType: "application/json", body: JSON.stringify({ success: false, code: "TOKEN_EXPIRED", message: "", requestId: "x" }) });
    });
    await person.page.getByRole("navigation", { name: "主导航" }).first().getByRole("link", { name: "活动" }).click();
    await person.page.getByRole("navigation", { name: "主导航" }).first().getByRole("link", { name: "我的报名" }).click();
    await person.page.getByText("还没有报名任何活动").waitFor();
    assert.equal(refused, 2, "asked again with the new token");
    await person.close();
});

scene("a page for signed-in people leads to the sign-in and back", async () => {
    const person = await openPerson(browser, server.base, { expected: [401] });
    await person.page.goto("/account");
    await person.page.waitForURL(/\/signin\?next=%2Faccount/);
    await person.page.getByLabel("用户名").fill("member");
    await person.page.getByLabel("密码", { exact: true }).fill("wrong password");
    await person.page.getByRole("button", { name: "登录", exact: true }).click();
    await person.page.getByText("用户名或密码错误").waitFor();
    assert.equal(await person.page.getByLabel("用户名").inputValue(), "member", "input is kept");
    await signInPage(person.page, "member", "/account");
    await person.page.getByRole("heading", { name: "账号" }).waitFor();
    await person.close();
});

scene("a person without a role sees that the console is not theirs", async () => {
    const person = await openPerson(browser, server.base);
    await signInPage(person.page, "member", "/admin");
    await person.page.getByText("这里没有你可以管理的内容").waitFor();
    await person.close();
});

scene("too many requests: the wait is told", async () => {
    const strict = await startServer({ RT_LIMITS_SIGN_IN_PER_15MIN: "3" });
    try {
        const person = await openPerson(browser, strict.base, { expected: [401, 429] });
        await person.page.goto("/signin");
        await person.page.getByLabel("用户名").fill("nobody");
        await person.page.getByLabel("密码", { exact: true }).fill("wrong password");
        const told = person.page.getByText(/操作太频繁了，请在 \d+ (秒|分钟)后再试/);
        for (let i = 0; i < 6 && !(await told.isVisible()); i++) {
            const answer = person.page.waitForResponse("**/api/v1/auth/login");
            await person.page.getByRole("button", { name: "登录", exact: true }).click();
            await answer;
            await person.page.getByRole("alert").waitFor();
            await person.page.waitForFunction(() => !document.querySelector("button[aria-busy]"));
        }
        await told.waitFor();
        await person.close();
    } finally {
        await strict.stop();
    }
});

scene("without a network the page says so and keeps what was typed", async () => {
    const person = await openPerson(browser, server.base);
    await person.page.goto("/signin");
    await person.page.getByLabel("用户名").fill("member");
    await person.context.setOffline(true);
    await person.page.getByText("网络已断开，恢复后才能提交").waitFor();
    await person.context.setOffline(false);
    await person.page.getByText("网络已断开，恢复后才能提交").waitFor({ state: "detached" });
    assert.equal(await person.page.getByLabel("用户名").inputValue(), "member");
    await person.close();
});
