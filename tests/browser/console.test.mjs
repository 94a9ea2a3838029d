// The pages of the console, on a phone and a desktop, light and dark, in both languages; and its backups.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launch, openPerson, scene, signInPage } from "./support/browser.mjs";
import { looks, visit } from "./support/looks.mjs";
import { makeEvent, makeOrganiser, makeTeam, startServer } from "./support/server.mjs";

let server;
let browser;
let organiser;
let event;
let registration;
let draft;
before(async () => {
    server = await startServer();
    browser = await launch();
    organiser = await makeOrganiser(server.base);
    event = await makeEvent(organiser, { slug: "every-page", divisions: 2 });
    draft = await organiser.post("/events", {
        title: { zh: "草稿", en: "Draft" }, summary: { zh: "", en: "" }, description: { zh: "", en: "" }, venue: { zh: "", en: "" }, slug: "a-draft", type: "ACTIVITY", visibility: "PUBLIC", mode: "TEAM",
        reg_open: "2031-01-01T00:00:00Z", reg_close: "2031-02-01T00:00:00Z", starts: "2031-03-01T00:00:00Z", ends: "2031-03-02T00:00:00Z",
        team_min: 1, team_max: 4, review_stages: 0, hold_policy: "AT_SUBMIT", quota_teams: 3,
    });
    const { captain, team } = await makeTeam(server.base, event, "待审核队", { size: 3 });
    registration = await captain.post(`/teams/${team.id}/submit`);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

for (const look of looks) {
    scene(`pages of the console: ${look.name}`, async () => {
        const person = await openPerson(browser, server.base, look.options);
        await signInPage(person.page, "admin", "/account");
        const base = `/admin/events/${event.id}`;
        await visit(person, [
            "/admin", "/admin/events", "/admin/events/new", base, `${base}/settings`, `${base}/divisions`, `${base}/forms`, `${base}/forms?form=team`,
            `${base}/registrations`, `${base}/review`, `${base}/quotas`, `${base}/reserves`, `${base}/admission`, `${base}/duplicates`, `${base}/jobs`, `${base}/messages`, `${base}/access`, `/admin/events/${draft.id}`, `/admin/events/${draft.id}/settings`, `/admin/registrations/${registration.id}`, "/admin/users", "/admin/health", "/admin/backups", "/admin/audit", "/admin/limits", "/admin/certificates", "/admin/notice",
        ], look);
        await person.close();
    });
}

scene("the overview tells how many accounts were active", async () => {
    const person = await openPerson(browser, server.base);
    await signInPage(person.page, "admin", "/admin");
    const part = person.page.locator("dl[data-part=active]");
    await part.waitFor();
    assert.deepEqual(await part.locator("dt").allTextContents(), ["今天", "本周", "本月"]);
    await person.page.evaluate(() => localStorage.setItem("rt.lang", "en"));
    await person.page.reload();
    await part.getByText("This month").waitFor();
    const [day, week, month] = (await part.locator("dd").allTextContents()).map(Number);
    // The administrator, the organiser, the captain and his two members.
    assert.ok(day >= 5 && week >= day && month >= day, `${day} ${week} ${month}`);
    await person.close();
});

scene("a backup is made, verified and listed", async () => {
    const person = await openPerson(browser, server.base);
    await signInPage(person.page, "admin", "/admin/backups");
    await person.page.getByText("恢复用命令行").waitFor();
    // The server makes one by itself a minute after its start.
    const before = await person.page.getByText("完好", { exact: true }).count();
    await person.page.getByRole("button", { name: "立即备份" }).click();
    await person.page.getByText("备份已开始").waitFor();
    await person.page.getByText("完好", { exact: true }).nth(before).waitFor();
    await person.page.getByRole("button", { name: "校验" }).first().click();
    await person.page.getByText("校验通过，备份完整可用").waitFor();
    await person.close();
});

scene("the field key is turned from the page of keys", async () => {
    const person = await openPerson(browser, server.base);
    await signInPage(person.page, "admin", "/admin/keys");
    await person.page.getByText("没有进行中的轮换").waitFor();
    await person.page.getByRole("button", { name: "轮换", exact: true }).click();
    await person.page.getByRole("dialog").getByRole("button", { name: "轮换", exact: true }).click();
    await person.page.getByText("轮换已开始").waitFor();
    await person.page.getByText("当前密钥", { exact: true }).waitFor();
    await person.page.getByText("旧密钥", { exact: true }).waitFor();
    await person.page.getByText("没有进行中的轮换").waitFor({ state: "detached" });
    await person.close();
});

scene("the notice page closes the service to visitors, with its words, and opens it again", async () => {
    const person = await openPerson(browser, server.base);
    await signInPage(person.page, "admin", "/admin/notice");
    await person.page.getByText("除管理员和允许的地址外").waitFor();
    await person.page.getByRole("radio", { name: /只读/ }).check();
    await person.page.getByLabel("给访问者的说明").fill("今晚维护到十点");
    await person.page.getByLabel("预计结束时间").fill("2031-01-01T22:00");
    await person.page.getByRole("button", { name: "保存" }).click();
    await person.page.getByRole("dialog", { name: "现在开始限制访问？" }).getByRole("button", { name: "立即生效" }).click();
    await person.page.getByText("已生效").waitFor();
    await assert.rejects(organiser.post("/events"), /503.*今晚维护到十点/);
    assert.ok((await organiser.get("/organiser/events")).length > 0);
    await person.page.reload();
    await person.page.getByText("当前: 只读").waitFor();
    assert.equal(await person.page.getByLabel("预计结束时间").inputValue(), "2031-01-01T22:00");
    await person.page.getByRole("radio", { name: /正常服务/ }).check();
    await person.page.getByRole("button", { name: "保存" }).click();
    await person.page.getByText("当前: 正常服务").waitFor();
    await person.close();
});

scene("an event goes back to draft while nobody has founded a team", async () => {
    const fresh = await makeEvent(organiser, { slug: "back-to-draft" });
    const taken = await makeEvent(organiser, { slug: "has-a-team" });
    await makeTeam(server.base, taken, "已建队");
    const person = await openPerson(browser, server.base, { expected: [409] });
    await signInPage(person.page, organiser.user.login_name, `/admin/events/${fresh.id}`);
    const unpublish = async () => {
        await person.page.getByLabel("更多操作").click();
        await person.page.getByRole("button", { name: "退回草稿" }).click();
        await person.page.getByRole("dialog").getByRole("button", { name: "退回草稿" }).click();
    };
    await unpublish();
    await person.page.getByText("活动已退回草稿").waitFor();
    await person.page.getByRole("button", { name: "发布" }).waitFor();
    await person.page.goto(`/admin/events/${taken.id}`);
    await unpublish();
    await person.page.getByText("已有队伍或报名，不能退回草稿").waitFor();
    await person.close();
});

scene("the pages find an API that lies elsewhere", async () => {
    const other = await startServer({ API_PREFIX: "/backend" });
    try {
        const person = await openPerson(browser, other.base);
        await signInPage(person.page, "admin", "/admin/users");
        await person.page.getByText("admin").first().waitFor();
        const asked = [];
        person.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
        await person.page.goto("/admin/health");
        await person.page.getByText("sqlite_read").waitFor();
        assert.ok(asked.some((path) => path.startsWith("/backend/v1/")));
        assert.ok(!asked.some((path) => path.startsWith("/api/")));
        await person.close();
    } finally {
        await other.stop();
    }
});
