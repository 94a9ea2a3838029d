// The organiser's desk beside the list of registrations: terms, copies, who may come, documents, line-ups and clubs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { checkAccessibility, checkLayout, kPhone, openPerson, scene, signInPage } from "./support/browser.mjs";
import { browser, dialog, makeDraft, organised, organiser, server } from "./support/organised.mjs";
import { makeEvent, makeTeam, register } from "./support/server.mjs";

organised();

const kPicture = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

scene("terms have versions, and an event becomes another one by copy and by template", async () => {
    const event = await makeDraft("terms", { title: { zh: "春季赛", en: "" } });
    await organiser.post(`/organiser/events/${event.id}/divisions`, { code: "A", name: { zh: "公开组", en: "" }, cap_teams: 8 });
    const { page, close } = await openPerson(browser, server.base);
    await signInPage(page, "organiser", `/admin/events/${event.id}/documents`);
    const waiver = page.locator(".card").filter({ has: page.getByRole("heading", { name: "免责声明" }) });
    await waiver.getByRole("button", { name: "撰写" }).click();
    await dialog(page).getByLabel("正文（中文）").fill("## 风险\n\n**自行负责**");
    await dialog(page).getByRole("button", { name: "发布这一版" }).click();
    await waiver.getByText("第 1 版使用中").waitFor();
    await waiver.getByRole("button", { name: "新版本" }).click();
    await dialog(page).getByLabel("正文（中文）").fill("## 风险\n\n**量力而行**");
    await dialog(page).getByRole("button", { name: "发布这一版" }).click();
    await waiver.getByText("第 2 版使用中").waitFor();
    await waiver.getByRole("button", { name: /查看: .* 第 1 版/ }).click();
    assert.equal(await dialog(page).locator("strong").innerText(), "自行负责");
    await checkAccessibility(page, "the documents of an event");
    await dialog(page).getByRole("button", { name: "关闭" }).click();
    await waiver.getByRole("button", { name: "停用" }).click();
    await dialog(page).getByRole("button", { name: "停用" }).click();
    await waiver.getByText("未启用").waitFor();

    await page.goto(`/admin/events/${event.id}/cover`);
    await page.locator("input[type=file]").setInputFiles({ name: "cover.png", mimeType: "image/png", buffer: kPicture });
    await page.getByLabel("图片说明（中文）").fill("起跑线");
    await page.getByRole("button", { name: "保存" }).click();
    assert.equal(await page.getByRole("img", { name: "起跑线" }).evaluate((image) => image.naturalWidth), 1);

    await page.getByLabel("更多操作", { exact: true }).click();
    await page.getByRole("button", { name: "存为模板" }).click();
    await dialog(page).getByLabel("名称").fill("标准赛");
    await dialog(page).getByRole("button", { name: "保存" }).click();
    await page.getByText("模板已保存").waitFor();
    await page.getByLabel("更多操作", { exact: true }).click();
    await page.getByRole("button", { name: "复制活动" }).click();
    await dialog(page).getByLabel("名称（中文）").fill("秋季赛");
    await dialog(page).getByLabel("活动开始").fill("2031-09-01T08:00");
    await dialog(page).getByText("2031/07/04 08:00").waitFor();
    await dialog(page).getByRole("button", { name: "复制活动" }).click();
    await page.getByRole("heading", { name: "秋季赛" }).waitFor();
    const copy = (await organiser.get("/organiser/events")).find((one) => one.title.zh === "秋季赛");
    const whole = await organiser.get(`/organiser/events/${copy.id}`);
    assert.deepEqual([whole.state, whole.reg_open, whole.starts, whole.divisions[0].cap_teams], ["DRAFT", "2031-07-04T00:00:00.000Z", "2031-09-01T00:00:00.000Z", 8]);

    await page.goto("/admin/events/new");
    await page.getByRole("button", { name: "从模板新建" }).click();
    await dialog(page).getByRole("button", { name: "用它新建: 标准赛" }).click();
    await dialog(page).getByLabel("名称（中文）").fill("冬季赛");
    await dialog(page).getByLabel("活动开始").fill("2032-01-10T09:00");
    await dialog(page).getByRole("button", { name: "创建活动" }).click();
    await page.getByRole("heading", { name: "冬季赛" }).waitFor();
    await page.goto("/admin/events/new");
    await page.getByRole("button", { name: "从模板新建" }).click();
    await dialog(page).getByRole("button", { name: "删除: 标准赛" }).click();
    await dialog(page).last().getByRole("button", { name: "删除", exact: true }).click();
    await page.getByText("模板已删除").waitFor();
    await close();
});

scene("a private event is for those on its list, pasted from a table, and those who know the passcode", async () => {
    const event = await makeEvent(organiser, { slug: "private", min: 1, forms: false, more: { visibility: "PRIVATE" } });
    const { page, close } = await openPerson(browser, server.base, { ...kPhone });
    await signInPage(page, "organiser", `/admin/events/${event.id}/access`);
    await page.getByLabel("设置口令").fill("芝麻开门");
    await page.getByRole("button", { name: "保存" }).last().click();
    await page.getByText("已设置").waitFor();
    await page.getByRole("button", { name: "添加" }).click();
    await dialog(page).getByLabel("号码").fill("手机号,班级\n13800138000,一班\n138 0013 8001\t一班\n12345\n13800138000,二班");
    await dialog(page).getByText("4 行").waitFor();
    await dialog(page).getByRole("button", { name: "添加" }).click();
    await page.getByText("已添加 2 个，1 个原来就有").waitFor();
    await page.getByText("第 4 行「12345」：").waitFor();
    await page.getByText("共 2 个，0 个已使用").waitFor();
    await page.getByRole("button", { name: "添加" }).click();
    await dialog(page).getByRole("radio", { name: "学号" }).check();
    const many = Array.from({ length: 2500 }, (_, i) => `S${100000 + i}`).join("\n");
    await dialog(page).locator("input[type=file]").setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(`\uFEFF${many}`) });
    await dialog(page).getByText("2500 行").waitFor();
    await dialog(page).getByRole("button", { name: "添加" }).click();
    await page.getByText("共 2502 个，0 个已使用").waitFor();
    await checkLayout(page, "the list of a private event");
    await page.getByRole("button", { name: /^移除: / }).first().click();
    await page.getByText("共 2501 个").waitFor();

    const guest = await register(server.base, "guest-1");
    await guest.post(`/events/${event.id}/access`, { kind: "PHONE", value: "13800138001" });
    await page.reload();
    await page.getByText("共 2501 个，1 个已使用").waitFor();
    await close();
});

async function uploadPicture(person) {
    const answer = await fetch(`${person.base}/api/v1/files?purpose=answer`, {
        method: "POST", headers: { Authorization: `Bearer ${person.token}`, "Content-Type": "application/octet-stream" }, body: kPicture,
    });
    assert.equal(answer.status, 201, await answer.clone().text());
    return (await answer.json()).data.id;
}

scene("uploaded documents are looked at and judged, and a change of the locked line-up is granted", async () => {
    const event = await makeEvent(organiser, { slug: "papers", min: 1, max: 2, forms: false, more: { sub_max: 1 } });
    await organiser.put(`/organiser/events/${event.id}/forms/member`, { fields: [{ key: "card", type: "image", label: { zh: "学生证照片", en: "" }, required: false }] });
    const { captain, team } = await makeTeam(server.base, event, "材料队", { forms: false });
    await captain.put(`/teams/${team.id}/members/me`, { name: "李明", answers: { card: [await uploadPicture(captain)] }, consent: true });
    const substitute = await register(server.base, "substitute-1");
    const { code } = await captain.post(`/teams/${team.id}/invites`, { role: "SUBSTITUTE" });
    await substitute.post("/invites/join", { code, name: "王替补", answers: {}, consent: true });
    const placed = await captain.post(`/teams/${team.id}/submit`);

    const { page, close } = await openPerson(browser, server.base);
    await signInPage(page, "organiser", `/admin/registrations/${placed.id}`);
    const papers = page.locator(".card").filter({ has: page.getByRole("heading", { name: "上传的材料" }) });
    await papers.getByText("1 份待核对").waitFor();
    await papers.getByRole("button", { name: "学生证照片 · 李明", exact: true }).click();
    const picture = dialog(page).getByRole("img", { name: "学生证照片 · 李明" });
    await picture.waitFor();
    assert.equal(await picture.evaluate((image) => image.naturalWidth), 1, "the picture itself is shown");
    await checkAccessibility(page, "a document that is judged");
    await dialog(page).getByRole("button", { name: /^不合格/ }).click();
    await dialog(page).last().getByLabel("原因").fill("看不清");
    await dialog(page).last().getByRole("button", { name: "不合格", exact: true }).click();
    await papers.getByText("看不清").waitFor();
    await papers.getByRole("button", { name: /^合格/ }).click();
    await papers.getByText("都核对过了").waitFor();

    const { rev } = await organiser.get(`/organiser/events/${event.id}`);
    await organiser.call("PATCH", `/organiser/events/${event.id}`, { roster_lock_at: new Date(Date.now() - 60_000).toISOString() }, { "If-Match": `"${rev}"` });
    const { members } = await captain.get(`/teams/${team.id}`);
    const of = (role) => members.find((member) => member.role === role).id;
    await captain.post(`/teams/${team.id}/substitutions`, { out: of("PLAYER"), in: of("SUBSTITUTE"), reason: "受伤" });
    await page.goto(`/admin/events/${event.id}/substitutions`);
    const row = page.getByRole("row", { name: /材料队.*受伤/ });
    await row.getByRole("button", { name: "通过" }).click();
    await dialog(page).getByRole("button", { name: "通过" }).click();
    await page.getByText("没有换人申请").waitFor();
    await page.getByLabel("状态").selectOption({ label: "已同意" });
    await row.getByText("王替补").waitFor();
    await close();
});

scene("an organiser answers a wish to cancel, brings a registration back, moves it, and withdraws one that waits", async () => {
    const event = await makeEvent(organiser, { slug: "decides", teams: 1, min: 1, review: 0, forms: false, divisions: 2, waitlist: true, more: { cancel_policy: "REQUEST" } });
    const { captain, team } = await makeTeam(server.base, event, "要取消的队", { size: 1, forms: false });
    const placed = await captain.post(`/teams/${team.id}/submit`);
    const waiting = await makeTeam(server.base, event, "候补的队", { size: 1, forms: false });
    const queued = await waiting.captain.post(`/teams/${waiting.team.id}/submit`);
    await captain.post(`/registrations/${placed.id}/cancel`, { reason: "时间冲突" });

    const { page, close } = await openPerson(browser, server.base);
    await signInPage(page, "organiser", `/admin/registrations/${queued.id}`);
    const more = () => page.getByLabel("更多操作", { exact: true }).click();
    await page.getByText("候补第 1 位，共 1 队").waitFor();
    await more();
    await page.getByRole("button", { name: "代为撤回" }).click();
    await dialog(page).getByRole("button", { name: "代为撤回" }).click();
    await page.getByText("已撤回").first().waitFor();

    await page.goto(`/admin/registrations/${placed.id}`);
    await page.getByText("对方申请取消").waitFor();
    await page.getByRole("button", { name: "同意取消" }).click();
    await dialog(page).getByRole("button", { name: "同意取消" }).click();
    await page.getByText("对方申请取消").waitFor({ state: "detached" });
    await more();
    await page.getByRole("button", { name: "重新开放" }).click();
    await dialog(page).getByLabel("说明（报名者会看到）").fill("记错了");
    await dialog(page).getByRole("button", { name: "重新开放" }).click();
    await page.getByText(/前没有提交会过期/).waitFor();
    await more();
    await page.getByRole("button", { name: "换组别" }).click();
    await dialog(page).getByLabel("说明（报名者会看到）").fill("年龄不符");
    await dialog(page).getByRole("button", { name: "换组别" }).click();
    await page.getByText("已换组别").waitFor();
    const after = await organiser.get(`/organiser/registrations/${placed.id}`);
    assert.deepEqual([after.state, after.division.id === event.divisions[1].id], ["DRAFT", true]);
    await close();
});

scene("an organiser corrects an answer for somebody who called", async () => {
    const event = await makeEvent(organiser, { slug: "corrects", min: 1, review: 1 });
    const { captain, team } = await makeTeam(server.base, event, "打来电话的队", { size: 1 });
    const registration = await captain.post(`/teams/${team.id}/submit`);
    const { page, close } = await openPerson(browser, server.base);
    await signInPage(page, "organiser", `/admin/registrations/${registration.id}`);
    await page.getByRole("button", { name: "更正「李明」的回答" }).click();
    await dialog(page).getByLabel("哪一项").selectOption({ label: "T 恤尺码" });
    await dialog(page).getByLabel("小号").check();
    await dialog(page).getByRole("button", { name: "保存" }).click();
    await dialog(page).getByText("请填写这一项").waitFor();
    await dialog(page).getByLabel("原因（写入审计记录）").fill("电话里说要小一号");
    await checkAccessibility(page, "the correction of an answer");
    await dialog(page).getByRole("button", { name: "保存" }).click();
    await page.getByText("已更正").waitFor();
    await page.getByText("电话里说要小一号").waitFor();
    assert.equal((await captain.get(`/teams/${team.id}`)).members[0].answers.size, "s");
    await page.setViewportSize(kPhone.viewport);
    await checkLayout(page, "one registration with corrections on a phone");
    await close();
});

scene("a club has a code, managers and a limit; consent is taken back and given again; an organiser submits for a team", async () => {
    const event = await makeEvent(organiser, { slug: "clubs", min: 1, review: 0, forms: false });
    await organiser.post(`/organiser/events/${event.id}/documents`, { kind: "WAIVER", title: { zh: "免责声明", en: "" }, text: { zh: "量力而行", en: "" } });
    const { captain, team } = await makeTeam(server.base, event, "一中甲队", { size: 1, forms: false });
    const desk = await openPerson(browser, server.base, { expected: [422] });
    await signInPage(desk.page, "organiser", `/admin/events/${event.id}/clubs`);
    await desk.page.getByRole("button", { name: "新建俱乐部" }).click();
    await dialog(desk.page).getByLabel("名称").fill("第一中学");
    await dialog(desk.page).getByRole("button", { name: "创建" }).click();
    const code = await desk.page.locator(".secret").innerText();
    await desk.page.getByRole("button", { name: "名称与管理人: 第一中学" }).click();
    await dialog(desk.page).getByLabel("用户名").fill(captain.user.login_name);
    await dialog(desk.page).getByRole("button", { name: "添加管理人" }).click();
    await dialog(desk.page).getByRole("button", { name: `移除: ${captain.user.display_name}` }).waitFor();
    await dialog(desk.page).getByRole("button", { name: "关闭" }).click();
    await desk.page.getByRole("button", { name: "编辑: 公开组" }).click();
    await dialog(desk.page).getByLabel("每个俱乐部最多几队").fill("1");
    await dialog(desk.page).getByRole("button", { name: "保存" }).click();
    await desk.page.getByText("最多 1 队").waitFor();
    await checkAccessibility(desk.page, "the clubs of an organisation");

    const phone = await openPerson(browser, server.base, { ...kPhone, expected: [422] });
    await signInPage(phone.page, captain.user.login_name, `/teams/${team.id}`);
    await phone.page.getByText("代表俱乐部或学校").click();
    await phone.page.getByLabel("俱乐部代码").fill("WRONG");
    await phone.page.locator("details form").getByRole("button", { name: "保存" }).click();
    await phone.page.getByText("单位代码不正确").first().waitFor();
    await phone.page.getByLabel("俱乐部代码").fill(code);
    await phone.page.locator("details form").getByRole("button", { name: "保存" }).click();
    await phone.page.locator("#club").getByText("第一中学").waitFor();
    await phone.page.getByRole("button", { name: "编辑", exact: true }).click();
    await phone.page.getByRole("button", { name: "撤回同意: 免责声明" }).click();
    await dialog(phone.page).getByRole("button", { name: "撤回同意" }).click();
    await phone.page.getByText("已撤回同意").waitFor();
    assert.equal((await captain.get(`/teams/${team.id}`)).state, "FORMING", "without consent nobody is complete");
    await phone.page.getByRole("checkbox", { name: /我已阅读并同意/ }).check();
    await phone.page.getByRole("button", { name: "保存" }).first().click();
    await phone.page.getByText("可以提交").first().waitFor();
    await checkLayout(phone.page, "a captain's page with a club");
    await phone.close();

    await desk.page.goto(`/admin/events/${event.id}/teams`);
    await desk.page.getByRole("button", { name: "代为提交: 一中甲队" }).click();
    await dialog(desk.page).getByRole("button", { name: "代为提交" }).click();
    await dialog(desk.page).getByText("请填写这一项").waitFor();
    await dialog(desk.page).getByLabel("原因（写入审计记录）").fill("现场报名");
    await dialog(desk.page).getByRole("button", { name: "代为提交" }).click();
    await desk.page.getByText("已代为提交，现在是「已确认」").waitFor();
    await desk.page.getByRole("row", { name: /一中甲队.*已确认/ }).waitFor();
    await desk.page.goto(`/admin/events/${event.id}/clubs`);
    await desk.page.getByText("第一中学 1").waitFor();
    await desk.close();
});

scene("registrations are exported with columns of one's choice", async () => {
    const event = await makeEvent(organiser, { slug: "export", min: 1, review: 0 });
    for (const name of ["甲队", "乙队"]) {
        const { captain, team } = await makeTeam(server.base, event, name, { size: 1 });
        await captain.post(`/teams/${team.id}/submit`);
    }
    const { page, close } = await openPerson(browser, server.base);
    await signInPage(page, "organiser", `/admin/events/${event.id}/registrations`);
    await page.getByRole("button", { name: "导出", exact: true }).click();
    await dialog(page).getByRole("radio", { name: "CSV" }).check();
    await dialog(page).getByRole("checkbox", { name: "自己选择列" }).check();
    await dialog(page).getByRole("group", { name: "列" }).getByRole("checkbox", { name: /手机号/ }).waitFor();
    await checkAccessibility(page, "the export of registrations");
    await dialog(page).getByRole("checkbox", { name: "包含完整的敏感信息" }).check();
    await dialog(page).getByRole("button", { name: "开始导出" }).click();
    await dialog(page).getByText(/^2 行/).waitFor();
    const [file] = await Promise.all([page.waitForEvent("download"), dialog(page).getByRole("button", { name: "下载文件" }).click()]);
    const text = readFileSync(await file.path(), "utf8");
    assert.match(text, /^\uFEFF/);
    assert.match(text, /甲队.*13800138000/);
    await dialog(page).getByRole("button", { name: "再导出一份" }).click();
    await dialog(page).getByRole("button", { name: /^删除: CSV/ }).click();
    await page.getByText("文件已删除").waitFor();
    await close();
});

scene("teams are imported from a table: a template, every mistake by its cell, then those without mistakes", async () => {
    const event = await makeEvent(organiser, { slug: "import", min: 1, forms: false });
    const { page, close } = await openPerson(browser, server.base);
    await signInPage(page, "organiser", `/admin/events/${event.id}/import`);
    const [template] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "CSV 模板" }).click()]);
    assert.match(readFileSync(await template.path(), "utf8"), /队伍名称.*姓名/);
    const table = "队伍名称,角色,姓名,已同意条款\n蓝队,队长,王一,是\n蓝队,队员,王二,是\n红队,裁判长,李一,是\n";
    const choose = (text) => page.locator("input[type=file]").setInputFiles({ name: "teams.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await choose(table);
    await page.getByText("有 1 处要改").waitFor();
    await page.getByRole("row", { name: /B4.*角色/ }).waitFor();
    await checkAccessibility(page, "the mistakes of an import");
    await choose(table.replace("裁判长", "队长"));
    await page.getByText("检查通过：2 支队伍，3 行").waitFor();
    await page.getByRole("checkbox", { name: "同时提交报名" }).check();
    await page.getByRole("button", { name: "导入", exact: true }).click();
    await dialog(page).getByRole("button", { name: "导入" }).click();
    await page.getByText("已导入 2 支队伍").waitFor();
    await page.getByRole("link", { name: "查看全部队伍" }).click();
    await page.getByRole("row", { name: /蓝队.*待审核/ }).waitFor();
    await close();
});
