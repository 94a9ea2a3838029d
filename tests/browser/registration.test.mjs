// The public side of registering: what an event shows, the waiting list, entering and answering, on a phone.
import assert from "node:assert/strict";
import { kPhone, openPerson, scene, signInPage } from "./support/browser.mjs";
import { browser, dialog, organised, organiser, server } from "./support/organised.mjs";
import { makeEvent, makeTeam, register } from "./support/server.mjs";

organised();

async function change(event, changes) {
    const { rev } = await organiser.get(`/organiser/events/${event.id}`);
    return organiser.call("PATCH", `/organiser/events/${event.id}`, changes, { "If-Match": `"${rev}"` });
}

const kText = `# 比赛说明

全程约 **8 公里**，详情见[官网](https://example.com/a)。

| 时间 | 内容 |
|---|---|
| 08:00 | 签到 |

- 自带水杯

<img src=x onerror=alert(1)> [点我](javascript:alert(1)) ![图](https://elsewhere.example/x.png)`;

scene("the organiser's texts are drawn as they are meant and never run", async () => {
    const event = await makeEvent(organiser, { slug: "texts", forms: false });
    await change(event, { description: { zh: kText, en: "" }, rules: { zh: "1. 准时\n2. 友好", en: "" } });
    const { page, close } = await openPerson(browser, server.base, kPhone);
    await page.goto("/e/texts");
    const about = page.getByRole("region", { name: "活动介绍" });
    await about.getByRole("heading", { name: "比赛说明" }).waitFor();
    assert.equal(await about.locator("strong").innerText(), "8 公里");
    assert.match(await about.getByRole("link", { name: "官网" }).getAttribute("rel"), /noopener/);
    await about.getByRole("cell", { name: "签到" }).waitFor();
    assert.equal(await about.getByRole("link").count(), 1, "only the good link is one");
    assert.equal(await about.locator("img").count(), 0, "no picture from elsewhere");
    await about.getByText("<img src=x onerror=alert(1)>").waitFor();
    assert.equal(await page.getByRole("region", { name: "规则" }).getByRole("listitem").count(), 2);
    await close();
});

scene("a team on the waiting list sees its place, and has its place when one returns", async () => {
    const event = await makeEvent(organiser, { slug: "waiting", teams: 1, min: 1, review: 0, forms: false });
    await change(event, { waitlist_enabled: true });
    const first = await makeTeam(server.base, event, "先到的队", { size: 1, forms: false });
    await first.captain.post(`/teams/${first.team.id}/submit`);
    const second = await makeTeam(server.base, event, "候补的队", { size: 1, forms: false });
    const { page, close } = await openPerson(browser, server.base, kPhone);
    await page.goto("/e/waiting");
    await page.getByText("名额已满，仍可以提交，进入候补名单").waitFor();
    await signInPage(page, second.captain.user.login_name, `/teams/${second.team.id}`);
    await page.getByRole("button", { name: "提交报名" }).click();
    await dialog(page).getByRole("button", { name: "提交报名" }).click();
    const waiting = page.getByRole("region", { name: "候补" });
    await waiting.getByText("第 1 位，共 1 队").waitFor();
    assert.equal(await page.getByText("待审核").count(), 0, "the waiting list is not a review");
    const { registration } = await first.captain.get(`/teams/${first.team.id}`);
    await first.captain.post(`/registrations/${registration.id}/cancel`, {});
    await page.reload();
    await page.getByRole("region", { name: "已确认" }).waitFor();
    await close();
});

scene("an offered place is accepted within its time; cancelling is asked for where the event says so", async () => {
    const event = await makeEvent(organiser, { slug: "offer", teams: 1, min: 1, review: 0, forms: false });
    await change(event, { waitlist_enabled: true, promotion: "OFFER", cancel_policy: "REQUEST" });
    const first = await makeTeam(server.base, event, "先到", { size: 1, forms: false });
    const placed = await first.captain.post(`/teams/${first.team.id}/submit`);
    const second = await makeTeam(server.base, event, "后到", { size: 1, forms: false });
    await second.captain.post(`/teams/${second.team.id}/submit`);

    const leaver = await openPerson(browser, server.base, kPhone);
    await signInPage(leaver.page, first.captain.user.login_name, `/teams/${first.team.id}`);
    await leaver.page.getByLabel("更多操作", { exact: true }).click();
    await leaver.page.getByRole("button", { name: "申请取消报名" }).click();
    await dialog(leaver.page).getByRole("button", { name: "申请取消报名" }).click();
    await leaver.page.getByRole("region", { name: "申请取消" }).waitFor();
    await leaver.close();
    await organiser.post(`/organiser/registrations/${placed.id}/cancel-decision`, { action: "GRANT" });

    const { page, close } = await openPerson(browser, server.base, kPhone);
    await signInPage(page, second.captain.user.login_name, "/mine");
    await page.getByText("有名额等你决定").waitFor();
    await page.getByRole("link", { name: "后到" }).click();
    await page.getByRole("heading", { name: "有名额了！" }).waitFor();
    await page.getByText(/请在 .*\d\d:\d\d:\d\d 内决定/).waitFor();
    await page.getByRole("button", { name: "接受名额" }).click();
    await page.getByRole("region", { name: "已确认" }).waitFor();
    await close();
});

scene("what happened is told in the inbox, and the mark goes when it is read", async () => {
    const event = await makeEvent(organiser, { slug: "told", min: 1, review: 1, forms: false });
    const { captain, team } = await makeTeam(server.base, event, "消息队", { size: 1, forms: false });
    const placed = await captain.post(`/teams/${team.id}/submit`);
    await organiser.call("POST", `/organiser/registrations/${placed.id}/review`, { action: "RETURN", reason: "请核对手机号" }, { "If-Match": `"${placed.rev}"` });
    const { page, close } = await openPerson(browser, server.base, kPhone);
    await signInPage(page, captain.user.login_name);
    await page.getByRole("link", { name: /^消息, \d 条未读$/ }).click();
    await page.getByRole("heading", { name: "消息", exact: true }).waitFor();
    const returned = page.getByRole("listitem").filter({ hasText: "请核对手机号" });
    await returned.getByText("未读", { exact: true }).waitFor();
    await returned.getByRole("link").click();
    await page.waitForURL(`**/teams/${team.id}`);
    await page.getByRole("region", { name: "退回修改" }).waitFor();
    await page.getByRole("link", { name: /^消息/ }).click();
    await returned.waitFor();
    assert.equal(await returned.getByText("未读", { exact: true }).count(), 0);
    if ((await page.getByRole("button", { name: "全部标为已读" }).count()) > 0) await page.getByRole("button", { name: "全部标为已读" }).click();
    await page.getByRole("link", { name: "消息", exact: true }).waitFor();
    await page.getByRole("checkbox", { name: "接收主办方的群发通知" }).uncheck();
    await page.getByText("已保存").waitFor();
    await page.reload();
    await page.getByRole("checkbox", { name: "同时发邮件给我" }).waitFor();
    assert.equal(await page.getByRole("checkbox", { name: "接收主办方的群发通知" }).isChecked(), false);
    await close();
});

scene("at the opening second one takes a number, waits for one's turn and submits in it", async () => {
    const event = await makeEvent(organiser, { slug: "queue", min: 1, review: 0, teams: 5, forms: false });
    await organiser.post(`/organiser/events/${event.id}/unpublish`, {});
    await change(event, { admission: "RATE", admission_rate: 10 });
    await organiser.post(`/organiser/events/${event.id}/publish`, {});
    const { captain, team } = await makeTeam(server.base, event, "排队的队", { size: 1, forms: false });
    const { page, close } = await openPerson(browser, server.base, { ...kPhone, expected: [403] });
    await signInPage(page, captain.user.login_name, `/teams/${team.id}`);
    await page.getByRole("button", { name: "提交报名" }).click();
    await dialog(page).getByRole("button", { name: "提交报名" }).click();
    await page.getByText("现在需要排队才能提交").waitFor();
    await page.getByRole("link", { name: "去排队" }).click();
    await page.getByRole("button", { name: "领取排队号码" }).click();
    await page.getByText("轮到你了").waitFor();
    await page.getByText(/请在 \d\d:\d\d:\d\d 内提交报名/).waitFor();
    await page.getByText("名额实时更新").waitFor();
    await page.getByRole("link", { name: "去提交报名" }).click();
    await page.getByRole("button", { name: "提交报名" }).click();
    await dialog(page).getByRole("button", { name: "提交报名" }).click();
    await page.getByRole("region", { name: "已确认" }).waitFor();
    await close();
});

scene("places left follow what happens elsewhere, without a reload", async () => {
    const event = await makeEvent(organiser, { slug: "live", min: 1, review: 0, teams: 3, forms: false });
    const { page, close } = await openPerson(browser, server.base, kPhone);
    await page.goto("/e/live");
    await page.getByText("剩余 3 个名额").waitFor();
    await page.getByText("名额实时更新").waitFor();
    const { captain, team } = await makeTeam(server.base, event, "抢先", { size: 1, forms: false });
    await captain.post(`/teams/${team.id}/submit`);
    await page.getByText("剩余 2 个名额").waitFor();
    await close();
});

scene("a new version of a document is read and agreed to, and the form that is being filled in is kept", async () => {
    const event = await makeEvent(organiser, { slug: "new-version", min: 1, review: 0 });
    const publish = (text) => organiser.post(`/organiser/events/${event.id}/documents`, { kind: "TERMS", title: { zh: "参赛须知", en: "" }, text: { zh: text, en: "" } });
    await publish("第一版");
    const { captain, team } = await makeTeam(server.base, event, "须知队");
    const { page, close } = await openPerson(browser, server.base, { ...kPhone, expected: [409] });
    await signInPage(page, captain.user.login_name, `/teams/${team.id}`);
    await page.getByRole("button", { name: "提交报名" }).waitFor();
    await publish("第二版，自带水杯");
    await page.getByRole("button", { name: "提交报名" }).click();
    await dialog(page).getByRole("button", { name: "提交报名" }).click();
    await page.getByText(/须知有更新，重新同意后才能提交。还没有同意的：李明、队员1/).waitFor();
    const again = page.locator(".card").filter({ has: page.getByRole("heading", { name: "李明：须知有更新" }) });
    await again.getByRole("button", { name: "《参赛须知》" }).click();
    await dialog(page).getByText("第二版，自带水杯").waitFor();
    await dialog(page).getByRole("button", { name: "关闭" }).last().click();
    await again.getByRole("button", { name: "同意新版本" }).click();
    await again.getByText("需要同意后才能继续").waitFor();
    await again.getByRole("checkbox").check();
    await again.getByRole("button", { name: "同意新版本" }).click();
    await page.getByText("已同意新版本").waitFor();
    await again.waitFor({ state: "detached" });
    assert.deepEqual((await captain.get(`/teams/${team.id}`)).members.find((one) => one.is_me).answers.size, "m", "the answers stay");

    // While the form is open, another version comes: what was typed stays, the agreement is asked for again.
    await page.getByRole("button", { name: "编辑" }).first().click();
    await page.getByLabel("手机号").fill("13700137000");
    await publish("第三版");
    await page.getByText("文件有了新版本，请重新阅读并同意").waitFor();
    assert.equal(await page.getByLabel("手机号").inputValue(), "13700137000");
    await page.getByRole("checkbox", { name: /^我同意/ }).check();
    await page.getByRole("button", { name: "保存" }).first().click();
    await page.getByText("你的资料已保存").waitFor();
    await close();
});

scene("who joins agrees to the version that is in force, in both languages", async () => {
    const words = {
        zh: { tick: /^我同意/, join: "加入队伍", changed: "条款已更新，请重新阅读并同意", document: "《参赛须知》", close: "关闭" },
        en: { tick: /^I agree/, join: "Join the team", changed: "The terms have changed; please read and accept them again", document: "Terms", close: "Close" },
    };
    const event = await makeEvent(organiser, { slug: "join-version", min: 1, review: 0, forms: false });
    const publish = (text) => organiser.post(`/organiser/events/${event.id}/documents`, { kind: "TERMS", title: { zh: "参赛须知", en: "Terms" }, text: { zh: text, en: text } });
    await publish("version 1");
    const { invite } = await makeTeam(server.base, event, "两种语言", { size: 1, forms: false });
    for (const [language, word] of Object.entries(words)) {
        const joiner = await register(server.base, `joins-${language}`, "Han Meimei");
        const { page, close } = await openPerson(browser, server.base, { expected: [409] });
        await signInPage(page, joiner.user.login_name);
        if (language === "en") await page.getByRole("button", { name: "English" }).click();
        await page.goto(`/join/${invite.code}`);
        await page.getByRole("button", { name: word.document }).waitFor();
        await publish(`version for ${language}`);
        await page.getByRole("checkbox", { name: word.tick }).check();
        await page.getByRole("button", { name: word.join }).click();
        await page.getByText(word.changed).first().waitFor();
        assert.equal(await page.getByRole("checkbox", { name: word.tick }).isChecked(), false);
        assert.deepEqual((await joiner.get("/me/registrations")).length, 0);
        await page.getByRole("button", { name: word.document }).click();
        await dialog(page).getByText(`version for ${language}`).waitFor();
        await dialog(page).getByRole("button", { name: word.close }).last().click();
        await page.getByRole("checkbox", { name: word.tick }).check();
        await page.getByRole("button", { name: word.join }).click();
        await page.waitForURL(/\/teams\//);
        await close();
    }
});
