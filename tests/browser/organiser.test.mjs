// The organiser's day: an event set up in all its rules, registrations reviewed by keyboard.
import assert from "node:assert/strict";
import { checkLayout, openPerson, scene, signInPage } from "./support/browser.mjs";
import { browser, dialog, makeDraft, organised, organiser, server } from "./support/organised.mjs";
import { makeEvent, makeTeam } from "./support/server.mjs";

organised();

scene("an event's rules are set, shown only where they apply, and kept", async () => {
    const event = await makeDraft("rules");
    const { page, close } = await openPerson(browser, server.base);
    await signInPage(page, "organiser", `/admin/events/${event.id}/settings`);
    assert.equal(await page.getByLabel("退回后保留（小时）").count(), 0, "without review nothing is returned");
    await page.getByRole("radio", { name: /两级审核/ }).check();
    await page.getByLabel("退回后保留（小时）").fill("48");
    await page.getByRole("checkbox", { name: "开启候补" }).check();
    await page.getByRole("radio", { name: /放得下的先递补/ }).check();
    await page.getByLabel("最多被跳过几次").fill("5");
    await page.getByRole("radio", { name: /先询问队长/ }).check();
    await page.getByLabel("邀约有效（小时）").fill("0");
    await page.getByRole("radio", { name: /申请后由主办方处理/ }).check();
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByText("请填写 1 到 2160 之间的整数").waitFor();
    await page.getByLabel("邀约有效（小时）").fill("12");
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByText("已保存").waitFor();
    const kept = await organiser.get(`/organiser/events/${event.id}`);
    assert.deepEqual(
        [kept.review_stages, kept.return_ttl_hours, kept.waitlist_enabled, kept.waitlist_policy, kept.max_skips, kept.promotion, kept.offer_ttl_hours, kept.cancel_policy],
        [2, 48, true, "BEST_FIT", 5, "OFFER", 12, "REQUEST"],
    );
    await page.getByRole("radio", { name: /个人/ }).check();
    assert.equal(await page.getByLabel("每队最多人数").count(), 0, "one who takes part alone has no team size");
    await close();
});

scene("a division has an age, a sex rule and a window of its own", async () => {
    const event = await makeDraft("division");
    const { page, close } = await openPerson(browser, server.base);
    await signInPage(page, "organiser", `/admin/events/${event.id}/divisions`);
    await page.getByRole("button", { name: "添加组别" }).click();
    await dialog(page).getByLabel("名称（中文）").fill("少年组");
    await dialog(page).getByLabel("代码").fill("youth");
    await dialog(page).getByText("年龄与性别要求").click();
    await dialog(page).getByLabel("最小年龄").fill("10");
    await dialog(page).getByLabel("最大年龄").fill("9");
    await dialog(page).getByLabel("至少几名女性").fill("1");
    await dialog(page).getByRole("button", { name: "保存" }).click();
    await dialog(page).getByText("最大不能小于最小").waitFor();
    await dialog(page).getByLabel("最大年龄").fill("15");
    await dialog(page).getByRole("button", { name: "保存" }).click();
    await page.getByText("10 到 15 岁 · 女性至少 1 人").waitFor();
    await close();
});

scene("registrations are reviewed one after another by keyboard", async () => {
    const event = await makeEvent(organiser, { slug: "by-keyboard" });
    for (const name of ["追风少年", "山那边"]) {
        const { captain, team } = await makeTeam(server.base, event, name);
        await captain.post(`/teams/${team.id}/submit`);
    }
    const { page, close } = await openPerson(browser, server.base);
    await signInPage(page, "organiser", `/admin/events/${event.id}/review`);
    await page.getByText("第 1 个，共 2 个待审核").waitFor();
    assert.equal(await page.getByText("候补").count(), 0, "pending review is not the waiting list");
    // Who submitted first is first.
    await page.getByRole("heading", { name: "追风少年" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("heading", { name: "山那边" }).waitFor();
    await page.getByText("队员信息").first().waitFor();
    await page.keyboard.press("r");
    await dialog(page).getByLabel("说明（报名者会看到）").fill("请核对手机号");
    await dialog(page).getByRole("button", { name: "退回修改" }).click();
    await page.getByText("第 1 个，共 1 个待审核").waitFor();
    await page.getByRole("heading", { name: "追风少年" }).waitFor();
    await page.getByText("队员信息").first().waitFor();
    await page.keyboard.press("a");
    await dialog(page).getByRole("button", { name: "通过", exact: true }).click();
    await page.getByText("都审核完了").waitFor();
    const rows = await organiser.get(`/organiser/events/${event.id}/registrations`);
    assert.deepEqual(rows.map((row) => row.state).sort(), ["CONFIRMED", "RETURNED"]);
    await close();
});

scene("places: a limit over several divisions, one below use only with a reason, and what changed them", async () => {
    const event = await makeEvent(organiser, { slug: "places", divisions: 2, teams: 10, review: 0 });
    for (const name of ["甲队", "乙队"]) {
        const { captain, team } = await makeTeam(server.base, event, name);
        await captain.post(`/teams/${team.id}/submit`);
    }
    const { page, close } = await openPerson(browser, server.base);
    await signInPage(page, "organiser", `/admin/events/${event.id}/quotas`);
    await page.getByText("2 / 10").waitFor();
    await page.getByRole("button", { name: "自定义名额" }).click();
    await dialog(page).getByLabel("名称").fill("场地");
    await dialog(page).getByLabel("名额上限").fill("40");
    for (const name of ["公开组", "学生组"]) await dialog(page).getByRole("checkbox", { name }).check();
    await dialog(page).getByRole("button", { name: "创建" }).click();
    await page.getByText("包括 公开组、学生组").waitFor();
    await page.getByText("2 / 40").waitFor();

    await page.getByRole("button", { name: "修改名额" }).first().click();
    await dialog(page).getByLabel("名额上限").fill("1");
    await dialog(page).getByRole("button", { name: "保存" }).click();
    await dialog(page).getByText("已用 2，不能低于它").waitFor();
    await dialog(page).getByRole("checkbox", { name: "仍然这样改" }).check();
    await dialog(page).getByLabel("原因").fill("场地变小了");
    await dialog(page).getByRole("button", { name: "保存" }).click();
    await page.getByText("超过上限").waitFor();
    await page.getByRole("button", { name: /流水/ }).first().click();
    await dialog(page).getByText("提交", { exact: true }).first().waitFor();
    await close();
});

scene("reserved places have a code, and the waiting list an order that can be changed", async () => {
    const event = await makeEvent(organiser, { slug: "waiting", teams: 2, review: 0, waitlist: true });
    const { page, close } = await openPerson(browser, server.base);
    await signInPage(page, "organiser", `/admin/events/${event.id}/reserves`);
    await page.getByRole("button", { name: "预留" }).click();
    await dialog(page).getByLabel("给谁").fill("友好学校");
    await dialog(page).getByRole("button", { name: "创建" }).click();
    await page.getByText("已预留，把预留码发给对方").waitFor();
    await page.getByText("1 / 1 队").waitFor();
    for (const name of ["先到队", "候一队", "候二队"]) {
        const { captain, team } = await makeTeam(server.base, event, name);
        await captain.post(`/teams/${team.id}/submit`);
    }
    await page.goto(`/admin/events/${event.id}/waitlist`);
    await page.getByRole("row", { name: /候一队.*1/ }).waitFor();
    assert.equal(await page.getByText("待审核").count(), 0, "the waiting list is not pending review");
    await page.getByRole("row", { name: /候二队/ }).getByRole("button", { name: "调整优先" }).click();
    await dialog(page).getByLabel("优先级").fill("10");
    await dialog(page).getByLabel("原因（写入审计记录）").fill("去年冠军");
    await dialog(page).getByRole("button", { name: "保存" }).click();
    await page.getByText("优先 +10").waitFor();
    assert.match(await page.getByRole("row").nth(1).innerText(), /候二队/);
    await page.goto(`/admin/events/${event.id}/reserves`);
    await page.getByRole("button", { name: "释放" }).click();
    await dialog(page).getByRole("button", { name: "释放" }).click();
    await page.getByText("已释放").waitFor();
    await page.goto(`/admin/events/${event.id}/waitlist`);
    await page.getByRole("row", { name: /候一队/ }).waitFor();
    assert.equal(await page.getByRole("row", { name: /候二队/ }).count(), 0, "the place set free went to the first in line");
    await close();
});

scene("registrations are tagged, noted, found and approved many at once", async () => {
    const event = await makeEvent(organiser, { slug: "many" });
    for (const name of ["星火", "晨光", "远山"]) {
        const { captain, team } = await makeTeam(server.base, event, name);
        await captain.post(`/teams/${team.id}/submit`);
    }
    const { page, close } = await openPerson(browser, server.base, { expected: [409] });
    await signInPage(page, "organiser", `/admin/events/${event.id}/registrations`);
    await page.getByRole("button", { name: "管理标签" }).click();
    await dialog(page).getByLabel("新标签").fill("重点");
    await dialog(page).getByRole("button", { name: "添加标签" }).click();
    await dialog(page).getByText("0 个报名").waitFor();
    await dialog(page).getByRole("button", { name: "关闭" }).click();

    await page.getByRole("checkbox", { name: "选择 星火" }).check();
    await page.getByText("已选 1 个").waitFor();
    await page.getByRole("group", { name: "已选 1 个" }).getByLabel("更多操作").click();
    await page.getByRole("button", { name: "加标签" }).click();
    await dialog(page).getByRole("button", { name: "加标签" }).click();
    await dialog(page).getByText("全部成功，共 1 个").waitFor();
    await dialog(page).getByRole("button", { name: "完成" }).click();
    await page.getByRole("row", { name: /星火.*重点/ }).waitFor();

    await page.getByLabel("选择本页全部").check();
    await page.getByRole("group", { name: "已选 3 个" }).getByRole("button", { name: "通过" }).click();
    await dialog(page).getByRole("button", { name: "通过" }).click();
    await dialog(page).getByText("全部成功，共 3 个").waitFor();
    await dialog(page).getByRole("button", { name: "完成" }).click();
    await page.goto(`/admin/events/${event.id}/jobs`);
    await page.getByRole("row", { name: /批量处理 · 通过/ }).waitFor();

    await page.goto(`/admin/events/${event.id}/registrations`);
    await page.getByRole("searchbox").fill("晨光");
    await page.getByRole("row", { name: /晨光/ }).waitFor();
    await page.getByRole("link", { name: "晨光" }).click();
    await page.getByLabel("新备注").fill("已电话确认");
    await page.getByRole("button", { name: "添加备注" }).click();
    await page.getByText("已电话确认").first().waitFor();
    await close();
});

scene("the queue's figures are live, and a draw publishes its commitment before", async () => {
    const { page, close } = await openPerson(browser, server.base);
    const now = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const times = { reg_open: now(-1), reg_close: now(100), starts: now(200), ends: now(210) };
    const rate = await makeDraft("queue", { ...times, admission: "RATE", admission_rate: 20 });
    const draw = await makeDraft("draw", { ...times, admission: "LOTTERY", quota_teams: 5 });
    for (const event of [rate, draw]) {
        await organiser.post(`/organiser/events/${event.id}/divisions`, { code: "OPEN", name: { zh: "公开组", en: "Open" } });
        await organiser.post(`/organiser/events/${event.id}/publish`, {});
    }
    await signInPage(page, "organiser", `/admin/events/${rate.id}/admission`);
    await page.getByText("每秒放行 20 人").waitFor();
    await page.getByText("还在排队").waitFor();
    await page.goto(`/admin/events/${draw.id}/admission`);
    await page.getByText("承诺值（抽签前公布）").waitFor();
    assert.ok(await page.getByRole("button", { name: "开始抽签" }).isDisabled(), "not before registration closes");
    await close();
});

scene("the overview shows how far teams came and what waits for a review", async () => {
    const event = await makeEvent(organiser, { slug: "funnel", review: 1, teams: 4 });
    const { captain, team } = await makeTeam(server.base, event, "追风少年");
    await captain.post(`/teams/${team.id}/submit`);
    await makeTeam(server.base, event, "山那边");
    const { page, close } = await openPerson(browser, server.base);
    await signInPage(page, "organiser", `/admin/events/${event.id}`);
    const steps = page.locator("ol.bar-list");
    for (const text of [/^建队2/, /^资料齐全2 · 100 %/, /^提交1 · 50 %/, /^通过0 · 0 %/]) await steps.getByRole("listitem").filter({ hasText: text }).waitFor();
    await page.getByText(/最早一个：/).waitFor();
    await checkLayout(page, "the overview");
    await close();
});
