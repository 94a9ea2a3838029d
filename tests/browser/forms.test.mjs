// The organiser designs forms: every kind of field, by mouse and by keyboard, with conditions, limits and versions.
import assert from "node:assert/strict";
import { checkAccessibility, checkLayout, holdsFocus, kPhone, openPerson, scene, signInPage } from "./support/browser.mjs";
import { browser, dialog, makeDraft, organised, organiser, server } from "./support/organised.mjs";

organised();

// Waits for the fields to stand in this order.
const ordered = (page, names) => page.waitForFunction((wanted) => {
    const there = [...document.querySelectorAll(".field-item-name")].map((one) => one.firstChild.textContent);
    return JSON.stringify(there) === JSON.stringify(wanted);
}, names);
const add = (page, name) => page.locator(".add-types").getByRole("button", { name, exact: true }).click();
const paste = (input, text) => input.evaluate((element, value) => {
    const data = new DataTransfer();
    data.setData("text/plain", value);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}, text);

// The notice of an earlier form may still be there: its number may be the same.
async function publish(page, no) {
    const saved = page.waitForResponse((answer) => answer.request().method() === "PUT" && answer.url().includes("/forms/"));
    await page.getByRole("button", { name: "保存报名表" }).click();
    assert.ok((await saved).ok());
    await page.getByText(`报名表已保存为第 ${no} 版`).last().waitFor();
}

scene("a form has every kind of field that the server knows", async () => {
    const event = await makeDraft("kinds");
    const { page, close } = await openPerson(browser, server.base);
    await signInPage(page, "organiser", `/admin/events/${event.id}/forms`);
    await page.getByText("更多类型").click();
    for (const name of await page.locator(".add-types button").allInnerTexts()) {
        await add(page, name);
        const body = page.locator(".field-item-body");
        if (await body.getByText("可以一次粘贴多行").count()) await paste(body.getByLabel("选项 1 · 中文"), "甲\n乙\n丙");
        if (name === "多级选择") await body.getByLabel("选项", { exact: true }).fill("东区\n  一号楼\n  二号楼\n西区");
        if (name === "说明文字") await body.getByLabel("正文（中文）").fill("**请带证件**");
    }
    await page.locator("#preview strong").getByText("请带证件").waitFor();
    await publish(page, 1);
    const types = (await organiser.get("/forms/types")).map((one) => one.type);
    const { fields } = await organiser.get(`/organiser/events/${event.id}/forms/member`);
    assert.equal(types.length, 30);
    assert.deepEqual(fields.map((field) => field.type).sort(), types.sort());
    assert.deepEqual(fields.find((field) => field.type === "cascade").tree.map((node) => [node.label.zh, (node.children ?? []).length]), [["东区", 2], ["西区", 0]]);
    await checkAccessibility(page, "the form editor");
    await close();
});

scene("fields are ordered by mouse and keyboard, shown on conditions, limited, and compared between versions", async () => {
    const event = await makeDraft("design");
    const { page, close } = await openPerson(browser, server.base, { expected: [422] });
    await signInPage(page, "organiser", `/admin/events/${event.id}/forms`);
    await add(page, "单选");
    await page.getByLabel("标题（中文）").fill("参加项目");
    await page.getByRole("button", { name: "保存报名表" }).click();
    await page.getByText("请填写这一项").first().waitFor();
    await paste(page.getByLabel("选项 1 · 中文"), "长跑\n跳远");
    await page.getByLabel("选项 2 · 名额").fill("2");
    await add(page, "身份证号");
    await add(page, "单行文字");
    await page.getByLabel("标题（中文）").fill("成绩");
    await page.getByRole("checkbox", { name: "只在满足条件时显示" }).check();
    await page.getByLabel("条件 1 · 怎么比").selectOption("==");
    await page.getByLabel("条件 1 · 比什么").selectOption({ label: "跳远" });
    await page.getByText("更多设置").last().click();
    await page.getByLabel("不能重复").selectOption({ label: "整个活动内不能重复" });
    await page.getByLabel("保存天数").fill("30");
    const preview = page.locator("#preview");
    assert.equal(await preview.getByLabel("成绩").count(), 0, "hidden by its condition");
    await preview.getByText("有 1 项按条件没有显示").waitFor();
    await preview.getByRole("radio", { name: "跳远" }).check();
    await preview.getByLabel("成绩").fill("6.1 米");
    await preview.getByLabel("身份证号").fill("11010519491231002X");
    await preview.getByRole("button", { name: "试填" }).click();
    await preview.getByText("从身份证号得知：1949-12-31 出生，女").waitFor();
    await publish(page, 1);

    const quota = (await organiser.get(`/organiser/events/${event.id}/quotas`)).find((one) => one.scope === "OPTION");
    assert.deepEqual([quota.cap, quota.option.form, quota.option.option], [2, "member", "b"]);
    const [, , mark] = (await organiser.get(`/organiser/events/${event.id}/forms/member`)).fields;
    assert.deepEqual([mark.visible_if, mark.unique_scope, mark.retention_days], ['single == "b"', "EVENT", 30]);

    await page.getByRole("button", { name: "移动 身份证号" }).dragTo(page.getByRole("button", { name: "移动 参加项目" }), { targetPosition: { x: 4, y: 4 } });
    await ordered(page, ["身份证号", "参加项目", "成绩"]);
    await page.locator(".add-type").filter({ hasText: "日期" }).first().dragTo(page.getByRole("button", { name: "移动 成绩" }), { targetPosition: { x: 4, y: 4 } });
    await ordered(page, ["身份证号", "参加项目", "日期", "成绩"]);
    await page.getByRole("button", { name: "移动 日期" }).press("Home");
    await page.getByText("日期 移到第 1 项，共 4 项").waitFor({ state: "attached" });
    await holdsFocus(page.getByRole("button", { name: "移动 日期" }));
    await page.keyboard.press("ArrowDown");
    await page.getByText("日期 移到第 2 项，共 4 项").waitFor({ state: "attached" });
    await ordered(page, ["身份证号", "日期", "参加项目", "成绩"]);
    await page.getByRole("button", { name: /^成绩/ }).click();
    await page.getByRole("checkbox", { name: "必填" }).uncheck();
    await page.getByRole("button", { name: /^参加项目/ }).click();
    await page.getByLabel("选项 2 · 名额").fill("");
    await publish(page, 2);
    assert.equal((await organiser.get(`/organiser/events/${event.id}/quotas`)).find((one) => one.scope === "OPTION").cap, null);

    await page.getByRole("button", { name: "历史版本" }).click();
    await dialog(page).getByRole("button", { name: "与现在比较" }).click();
    await dialog(page).getByRole("listitem").filter({ hasText: /^新增日期$/ }).waitFor();
    await dialog(page).getByRole("listitem").filter({ hasText: /^修改成绩必填是否$/ }).waitFor();
    await checkAccessibility(page, "the versions of a form");
    await dialog(page).getByRole("button", { name: "恢复成这一版" }).click();
    await ordered(page, ["参加项目", "身份证号", "成绩"]);
    await publish(page, 3);

    await page.getByRole("button", { name: "队伍信息表" }).click();
    await page.getByRole("button", { name: "通过后填" }).click();
    await page.getByText("报名确认之后再请对方补充").waitFor();
    await page.getByText("更多类型").click();
    await add(page, "日期和时间");
    await publish(page, 1);
    assert.deepEqual((await organiser.get(`/organiser/events/${event.id}/forms`)).map((one) => [one.scope, one.stage, one.no]), [["team", "after_approval", 1], ["member", "submit", 3]]);
    await close();
});

scene("on a phone the order is changed with buttons", async () => {
    const event = await makeDraft("phone");
    const text = (key) => ({ key, type: "single", label: { zh: key, en: "" }, required: true, options: [{ id: "a", label: { zh: "甲", en: "" } }] });
    await organiser.put(`/organiser/events/${event.id}/forms/member`, { fields: ["first", "second"].map(text) });
    const { page, close } = await openPerson(browser, server.base, kPhone);
    await signInPage(page, "organiser", `/admin/events/${event.id}/forms`);
    await page.getByRole("button", { name: "下移 first" }).click();
    await ordered(page, ["second", "first"]);
    await page.getByRole("button", { name: /^first/ }).click();
    await page.getByText("更多设置").click();
    await checkLayout(page, "the form editor on a phone");
    await close();
});

scene("the regions of China are filled in, and a participant goes down them", async () => {
    const event = await makeDraft("regions", { mode: "SOLO", team_max: 1, reg_open: "2026-01-01T00:00:00Z" });
    await organiser.post(`/organiser/events/${event.id}/divisions`, { code: "A", name: { zh: "公开组", en: "" } });
    const { page, close } = await openPerson(browser, server.base);
    await signInPage(page, "organiser", `/admin/events/${event.id}/forms`);
    await page.getByText("更多类型").click();
    await add(page, "多级选择");
    await page.getByLabel("标题（中文）").fill("所在地区");
    await page.getByRole("button", { name: "填入全国省、市、区县" }).click();
    const preview = page.locator("#preview");
    await preview.locator("select").first().selectOption({ label: "浙江省" });
    await preview.locator("select").nth(1).selectOption({ label: "杭州市" });
    await preview.locator("select").nth(2).selectOption({ label: "西湖区" });
    await publish(page, 1);
    const { fields: [{ tree }] } = await organiser.get(`/organiser/events/${event.id}/forms/member`);
    assert.equal(tree.length, 34);
    assert.deepEqual(tree.find((one) => one.label.zh === "北京市").children.slice(0, 2).map((one) => one.label.zh), ["东城区", "西城区"]);
    await page.getByRole("button", { name: /^所在地区/ }).click();
    await page.getByRole("button", { name: "填入全国省、市", exact: true }).click();
    await publish(page, 2);
    const again = (await organiser.get(`/organiser/events/${event.id}/forms/member`)).fields[0].tree;
    assert.deepEqual(again.map((one) => one.id), tree.map((one) => one.id), "a region that stays keeps its id");
    assert.ok(again.every((province) => province.children.every((city) => !city.children)));
    await close();
});
