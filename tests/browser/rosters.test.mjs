// Rosters: joining by code with the captain's approval, direct invitations, children and their guardians, entering alone.
import assert from "node:assert/strict";
import { kPhone, openPerson, scene, signInPage } from "./support/browser.mjs";
import { looks, visit } from "./support/looks.mjs";
import { browser, dialog, organised, organiser, server } from "./support/organised.mjs";
import { kAnswers, makeEvent, makeTeam, register } from "./support/server.mjs";

organised();

const consent = (page) => page.getByRole("checkbox", { name: /^我同意/ });

async function fillMine(page) {
    await page.getByLabel("手机号").fill(kAnswers.mobile);
    await page.getByText("中号").click();
    await consent(page).check();
}

async function openMenu(page, name, item) {
    await page.getByLabel(`更多操作: ${name}`, { exact: true }).click();
    await page.getByRole("button", { name: item }).click();
}

scene("who has the code asks, the captain agrees, and gives a role", async () => {
    const event = await makeEvent(organiser, { slug: "approval", min: 1, more: { sub_max: 1 } });
    const { captain, team } = await makeTeam(server.base, event, "先问队长", { size: 1 });
    await register(server.base, "asker", "王芳");
    const lead = await openPerson(browser, server.base, kPhone);
    await signInPage(lead.page, captain.user.login_name, `/teams/${team.id}`);
    await lead.page.getByRole("radio", { name: "队长同意后加入" }).check();
    await lead.page.getByText("加入方式已修改").waitFor();
    await lead.page.getByRole("button", { name: "生成新的邀请链接" }).click();
    const code = await lead.page.locator(".code-big").innerText();
    await lead.page.getByRole("button", { name: "二维码" }).click();
    await dialog(lead.page).getByRole("img", { name: "二维码" }).waitFor();
    await dialog(lead.page).getByRole("button", { name: "关闭" }).click();

    const asker = await openPerson(browser, server.base, kPhone);
    await signInPage(asker.page, "asker", "/join");
    await asker.page.getByLabel("邀请码").fill(code.toLowerCase());
    await asker.page.getByRole("button", { name: "查看队伍" }).click();
    await asker.page.getByRole("heading", { name: "先问队长" }).waitFor();
    await fillMine(asker.page);
    await asker.page.getByRole("button", { name: "加入队伍" }).click();
    await asker.page.getByText("队长同意后你会收到消息").waitFor();

    await lead.page.reload();
    await lead.page.getByRole("region", { name: "申请加入" }).getByText("王芳").waitFor();
    await lead.page.getByRole("button", { name: "同意加入" }).click();
    await lead.page.getByText("王芳 已加入").waitFor();
    await openMenu(lead.page, "王芳", "设为替补");
    await lead.page.getByText("王芳 现在是替补").waitFor();
    await asker.page.reload();
    await asker.page.getByRole("listitem").filter({ hasText: "王芳" }).getByText("替补", { exact: true }).waitFor();
    await asker.close();
    await lead.close();
});

scene("a direct invitation reaches whom it names and is accepted", async () => {
    const event = await makeEvent(organiser, { slug: "direct", min: 1, forms: false });
    const { captain, team } = await makeTeam(server.base, event, "点名邀请", { size: 1, forms: false });
    await register(server.base, "invitee", "赵强");
    const lead = await openPerson(browser, server.base, { ...kPhone, expected: [422] });
    await signInPage(lead.page, captain.user.login_name, `/teams/${team.id}`);
    await lead.page.getByRole("button", { name: "更多选项" }).click();
    await lead.page.getByRole("radio", { name: "直接邀请", exact: true }).check();
    await lead.page.getByLabel("对方的用户名、邮箱或手机号").fill("nobody-of-this-name");
    await lead.page.getByRole("button", { name: "发出邀请" }).click();
    await lead.page.getByText("没有这个用户名").waitFor();
    await lead.page.getByLabel("对方的用户名、邮箱或手机号").fill("invitee");
    await lead.page.getByLabel("加入后的身份").selectOption("COACH");
    await lead.page.getByRole("button", { name: "发出邀请" }).click();
    await lead.page.getByRole("region", { name: "已邀请" }).getByText("等待回复").waitFor();
    await lead.close();

    const { page, close } = await openPerson(browser, server.base, kPhone);
    await signInPage(page, "invitee", "/mine");
    await page.getByText("有 1 个队伍邀请你").waitFor();
    await page.getByRole("link", { name: "查看并回复" }).click();
    await page.getByRole("link", { name: "点名邀请" }).click();
    await page.getByText("身份：教练").waitFor();
    await consent(page).check();
    await page.getByRole("button", { name: "接受邀请" }).click();
    await page.waitForURL(`**/teams/${team.id}`);
    await page.getByRole("listitem").filter({ hasText: "赵强" }).getByText("教练").waitFor();
    await close();
});

async function sign(page) {
    const canvas = page.getByRole("img", { name: "签名区域，用手指或鼠标书写" });
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    await page.mouse.move(box.x + 30, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + 150, box.y + 80, { steps: 5 });
    await page.mouse.up();
}

scene("a parent enters a child; the other parent agrees by the link, without an account", async () => {
    const event = await makeEvent(organiser, { slug: "child", min: 1, max: 1, review: 0, forms: false, more: { mode: "SOLO", guardian_under_age: 14 } });
    await organiser.post(`/organiser/events/${event.id}/documents`, { kind: "TERMS", title: { zh: "参赛协议", en: "Terms" }, text: { zh: "# 请遵守规则", en: "# Follow the rules" } });
    await register(server.base, "parent", "马妈妈");
    const { page, close } = await openPerson(browser, server.base, kPhone);
    await signInPage(page, "parent", "/e/child");
    await page.getByRole("link", { name: "个人报名" }).click();
    await page.getByRole("button", { name: "添加孩子或家人" }).click();
    await dialog(page).getByLabel("姓名").fill("马小宝");
    await dialog(page).getByLabel("出生日期").fill(`${new Date().getFullYear() - 9}-05-04`);
    await dialog(page).getByRole("button", { name: "保存" }).click();
    await page.getByRole("heading", { name: "马小宝的资料" }).waitFor();
    await consent(page).check();
    await page.getByRole("button", { name: "保存并继续" }).click();
    await page.getByText("马小宝：需要监护人同意").waitFor();
    assert.equal(await page.getByRole("button", { name: "提交报名" }).count(), 0);
    await page.getByRole("button", { name: "监护人确认链接" }).click();
    await dialog(page).getByRole("button", { name: "我是监护人，现在确认" }).waitFor();
    await dialog(page).getByRole("button", { name: "生成确认链接" }).click();
    await dialog(page).getByRole("img", { name: "监护人确认链接" }).waitFor();
    const link = await dialog(page).locator(".link-line").innerText();
    await dialog(page).getByRole("button", { name: "关闭" }).click();

    const guardian = await openPerson(browser, server.base, kPhone);
    await guardian.page.goto(link);
    await guardian.page.getByText("马小宝 报名参加").waitFor();
    await guardian.page.getByLabel("你的姓名").fill("马爸爸");
    await guardian.page.getByText("《参赛协议》").waitFor();
    await guardian.page.getByRole("checkbox", { name: /^我是参加者的监护人/ }).check();
    await guardian.page.getByRole("button", { name: "同意参加" }).click();
    await guardian.page.getByText("请签名", { exact: true }).waitFor();
    await sign(guardian.page);
    await guardian.page.getByRole("button", { name: "同意参加" }).click();
    await guardian.page.getByRole("heading", { name: "已同意" }).waitFor();
    await guardian.page.reload();
    await guardian.page.getByRole("heading", { name: "已同意" }).waitFor();
    await guardian.close();

    await page.reload();
    await page.getByText("监护人已同意").waitFor();
    await page.getByRole("button", { name: "提交报名" }).click();
    await dialog(page).getByRole("button", { name: "提交报名" }).click();
    await page.getByRole("region", { name: "已确认" }).waitFor();
    await close();
});

scene("one person enters alone and is confirmed", async () => {
    await makeEvent(organiser, { slug: "alone", min: 1, max: 1, review: 0, more: { mode: "SOLO" } });
    await register(server.base, "runner", "李雷");
    const { page, close } = await openPerson(browser, server.base, kPhone);
    await signInPage(page, "runner", "/e/alone?do=enter");
    await page.getByLabel("学校或单位").fill("一中");
    await fillMine(page);
    await page.getByRole("button", { name: "保存并继续" }).click();
    await page.getByRole("heading", { name: "李雷", exact: true }).waitFor();
    await page.getByRole("button", { name: "提交报名" }).click();
    await dialog(page).getByRole("button", { name: "提交报名" }).click();
    await page.getByRole("region", { name: "已确认" }).waitFor();
    await page.goto("/mine");
    await page.getByRole("link", { name: "李雷" }).waitFor();
    await close();
});

scene("an event behind a passcode opens to who knows it, and a member of a team there is told of the door", async () => {
    const event = await makeEvent(organiser, { slug: "door", min: 1, forms: false, more: { visibility: "PRIVATE", passcode: "blue-kettle" } });
    await register(server.base, "guest", "韩梅梅");
    const founder = await register(server.base, "founder", "周舟");
    const { page, close } = await openPerson(browser, server.base, { ...kPhone, expected: [403] });
    await signInPage(page, "guest", "/e/door");
    await page.getByLabel("口令").fill("wrong");
    await page.getByRole("button", { name: "验证" }).click();
    await page.getByText("口令不正确").waitFor();
    await founder.post(`/events/${event.id}/access`, { passcode: "blue-kettle" });
    const team = await founder.post(`/events/${event.id}/teams`, { division: event.divisions[0].id, name: "门内", member: { name: "周舟", consent: true } });
    const { code } = await founder.post(`/teams/${team.id}/invites`, {});
    await page.goto(`/join/${code}`);
    await consent(page).check();
    await page.getByRole("button", { name: "加入队伍" }).click();
    await page.getByText("才能修改资料").waitFor();
    await page.getByRole("link", { name: "查看活动" }).first().click();
    await page.getByLabel("口令").fill("blue-kettle");
    await page.getByRole("button", { name: "验证" }).click();
    await page.getByRole("region", { name: "组别" }).waitFor();
    await page.goto(`/teams/${team.id}`);
    await page.getByRole("button", { name: "编辑" }).waitFor();
    await close();
});

scene("the pages of rosters fit and are accessible, on a phone in Chinese and a desktop in English", async () => {
    const event = await makeEvent(organiser, { slug: "roster-looks", min: 1, forms: false, more: { sub_max: 2, guardian_under_age: 14 } });
    const { captain, team } = await makeTeam(server.base, event, "样子", { size: 1, forms: false });
    const child = await captain.post("/me/persons", { relation: "CHILD", name: "小样", birth_date: `${new Date().getFullYear() - 9}-01-02`, gender: "F" });
    const { members } = await captain.post(`/teams/${team.id}/members`, { person: child.id, consent: true });
    const { url } = await captain.post(`/teams/${team.id}/members/${members.find((one) => one.name === "小样").id}/guardian-link`, {});
    const other = await makeTeam(server.base, event, "别的队", { size: 1, forms: false });
    await other.captain.post(`/teams/${other.team.id}/invites`, { kind: "DIRECT", target: captain.user.login_name });
    const [{ id }] = await captain.get("/me/invitations");
    for (const look of looks.filter((one) => one.axe)) {
        const person = await openPerson(browser, server.base, look.options);
        await signInPage(person.page, captain.user.login_name);
        await visit(person, [`/teams/${team.id}`, "/persons", "/invitations", `/invitations/${id}`, "/mine", url], look);
        await person.page.goto("/mine");
        await person.page.getByRole("link", { name: "样子" }).waitFor();
        assert.equal(await person.page.getByRole("link", { name: "样子" }).count(), 1, "a team with a child of mine is one entry");
        await person.close();
    }
});
