// What people see when a limit is met: places run out, a code is spent or wrong, a name is taken, someone else was quicker.
import assert from "node:assert/strict";
import { kPhone, openPerson, scene, signInPage } from "./support/browser.mjs";
import { browser, organised, organiser, server } from "./support/organised.mjs";
import { makeEvent, makeTeam, register } from "./support/server.mjs";

organised();

scene("the last place is gone: a clear message, and the team keeps what it has", async () => {
    const event = await makeEvent(organiser, { slug: "one-place", review: 0, teams: 1 });
    const first = await makeTeam(server.base, event, "先到队");
    const second = await makeTeam(server.base, event, "后到队");
    const person = await openPerson(browser, server.base, { ...kPhone, expected: [409] });
    await signInPage(person.page, second.captain.user.login_name, `/teams/${second.team.id}`);
    await person.page.getByRole("button", { name: "提交报名" }).waitFor();
    await first.captain.post(`/teams/${first.team.id}/submit`);
    await person.page.getByRole("button", { name: "提交报名" }).click();
    await person.page.getByRole("dialog").getByRole("button", { name: "提交报名" }).click();
    await person.page.getByText("名额已满，这次没有提交成功").waitFor();
    await person.page.getByRole("button", { name: "提交报名" }).waitFor();
    // The public figures are up to a second old: look again until they have caught up.
    const full = person.page.getByText("名额已满").first();
    for (let look = 0; look < 20; ++look) {
        await person.page.goto("/e/one-place");
        await person.page.getByText("公开组").first().waitFor();
        if (await full.isVisible()) break;
        await person.page.waitForTimeout(500);
    }
    await full.waitFor();
    await person.close();
});

scene("without review the place is confirmed at once", async () => {
    const event = await makeEvent(organiser, { slug: "at-once", review: 0 });
    const { captain, team } = await makeTeam(server.base, event, "快手队");
    const person = await openPerson(browser, server.base, kPhone);
    await signInPage(person.page, captain.user.login_name, `/teams/${team.id}`);
    await person.page.getByRole("button", { name: "提交报名" }).click();
    await person.page.getByRole("dialog").getByRole("button", { name: "提交报名" }).click();
    await person.page.getByRole("region", { name: "已确认" }).waitFor();
    // Cancelling asks first, and Escape means no.
    await person.page.getByLabel("更多操作", { exact: true }).click();
    await person.page.getByRole("button", { name: "取消报名" }).click();
    await person.page.getByRole("dialog", { name: "取消已确认的报名？" }).waitFor();
    await person.page.keyboard.press("Escape");
    await person.page.getByRole("region", { name: "已确认" }).waitFor();
    await person.page.getByLabel("更多操作", { exact: true }).click();
    await person.page.getByRole("button", { name: "取消报名" }).click();
    await person.page.getByRole("dialog").getByRole("button", { name: "取消报名" }).click();
    await person.page.getByText("报名已取消").first().waitFor();
    await person.close();
});

scene("a wrong code, a spent invitation, a full team", async () => {
    const event = await makeEvent(organiser, { slug: "codes", max: 2 });
    const { captain, team, invite } = await makeTeam(server.base, event, "满员队", { size: 1 });
    const late = await register(server.base, "late-comer", "迟到者");
    const person = await openPerson(browser, server.base, { ...kPhone, expected: [404, 409, 410, 422] });
    await signInPage(person.page, late.user.login_name, "/join");
    await person.page.getByLabel("邀请码").fill("nonsense code");
    await person.page.getByRole("button", { name: "查看队伍" }).click();
    await person.page.getByText("邀请码是 8 位字母和数字").waitFor();
    await person.page.getByLabel("邀请码").fill("0000-0000");
    await person.page.getByRole("button", { name: "查看队伍" }).click();
    await person.page.getByText("没有找到这个邀请码").waitFor();

    const other = await register(server.base, "second-member", "队员乙");
    await other.post("/invites/join", { code: invite.code, name: "队员乙", answers: { mobile: "13800138000", size: "m" }, consent: true });
    await person.page.goto(`/join/${invite.code}`);
    await person.page.getByText("这支队伍已经满员了").waitFor();

    await captain.call("DELETE", `/invites/${invite.id}`);
    await person.page.reload();
    await person.page.getByText("已经用完、过期或被撤销").waitFor();
    assert.ok(team.id);
    await person.close();
});

scene("a taken team name is said beside the field, and the rest of the form is kept", async () => {
    const event = await makeEvent(organiser, { slug: "names" });
    await makeTeam(server.base, event, "Night Owls", { size: 1 });
    const captain = await register(server.base, "second-captain", "二队长");
    const person = await openPerson(browser, server.base, { ...kPhone, expected: [409, 422] });
    await signInPage(person.page, captain.user.login_name, "/e/names?do=found");
    await person.page.getByLabel("队名").fill("night  owls");
    await person.page.getByLabel("学校或单位").fill("一中");
    await person.page.getByLabel("手机号").fill("13800138000");
    await person.page.getByRole("radio", { name: "小号" }).check();
    await person.page.getByLabel("我同意主办方为本次活动使用我填写的资料").check();
    await person.page.getByRole("button", { name: "组建队伍" }).click();
    await person.page.getByRole("alert").waitFor();
    assert.equal(await person.page.getByLabel("学校或单位").inputValue(), "一中");
    await person.page.getByLabel("队名").fill("Night Owls 二队");
    await person.page.getByRole("button", { name: "组建队伍" }).click();
    await person.page.getByRole("heading", { name: "Night Owls 二队" }).waitFor();
    await person.close();
});

scene("two organisers' tabs: the older one is told and loses nothing silently", async () => {
    const event = await makeEvent(organiser, { slug: "two-tabs" });
    const person = await openPerson(browser, server.base, { expected: [412] });
    await signInPage(person.page, "organiser", `/admin/events/${event.id}/settings`);
    await person.page.getByLabel("活动名称（中文）").fill("改过的名称");
    const now = await organiser.get(`/organiser/events/${event.id}`);
    await organiser.call("PATCH", `/organiser/events/${event.id}`, { summary: { zh: "别人改的", en: "" } }, { "If-Match": `"${now.rev}"` });
    await person.page.getByRole("button", { name: "保存" }).click();
    await person.page.getByText("内容已被他人修改").first().waitFor();
    assert.equal(await person.page.getByLabel("活动名称（中文）").inputValue(), "改过的名称");
    await person.page.getByRole("button", { name: "重新加载" }).click();
    await person.page.getByLabel("一句话简介（中文）").and(person.page.locator("input")).waitFor();
    await person.page.waitForFunction(() => [...document.querySelectorAll("input")].some((input) => input.value === "别人改的"));
    await person.close();
});

scene("leaving an unsaved form asks first", async () => {
    const person = await openPerson(browser, server.base);
    await signInPage(person.page, "organiser", "/admin/events/new");
    await person.page.getByLabel("活动名称（中文）").fill("半成品");
    await person.page.getByRole("navigation", { name: "后台导航" }).getByRole("link", { name: "活动" }).click();
    await person.page.getByRole("dialog").getByRole("button", { name: "继续编辑" }).click();
    assert.equal(await person.page.getByLabel("活动名称（中文）").inputValue(), "半成品");
    await person.page.getByRole("navigation", { name: "后台导航" }).getByRole("link", { name: "活动" }).click();
    await person.page.getByRole("dialog").getByRole("button", { name: "放弃并离开" }).click();
    await person.page.getByRole("heading", { name: "活动", level: 1 }).waitFor();
    await person.close();
});
