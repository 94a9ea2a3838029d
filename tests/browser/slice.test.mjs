// One registration from both sides: the organiser on a desktop, the team on phones.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before } from "node:test";
import { kPhone, launch, openPerson, scene, signInPage } from "./support/browser.mjs";
import { kPassword, startServer } from "./support/server.mjs";

let server;
let browser;
before(async () => {
    server = await startServer();
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const dialog = (page) => page.getByRole("dialog");

async function registerHere(page, login_name, name) {
    await page.getByLabel("姓名或昵称").fill(name);
    await page.getByLabel("用户名").fill(login_name);
    await page.getByLabel("密码", { exact: true }).fill(kPassword);
    await page.getByRole("button", { name: "注册并继续" }).click();
}

async function fillMember(page, { name, mobile, size = "中号" }) {
    await page.getByLabel("姓名", { exact: true }).fill(name);
    await page.getByLabel("手机号").fill(mobile);
    await page.getByRole("radio", { name: size }).check();
    await page.getByLabel("我同意主办方为本次活动使用我填写的资料").check();
}

scene("a team is registered from an empty server to a confirmed place", async () => {
    // The administrator makes an organiser.
    const admin = await openPerson(browser, server.base);
    await signInPage(admin.page, "admin", "/admin/users");
    await admin.page.getByRole("button", { name: "新建用户" }).click();
    await dialog(admin.page).getByLabel("姓名").fill("周悦");
    await dialog(admin.page).getByLabel("用户名").fill("zhouyue");
    await dialog(admin.page).getByLabel("密码", { exact: true }).fill(kPassword);
    await dialog(admin.page).getByRole("radio", { name: /主办方/ }).check();
    await dialog(admin.page).getByRole("button", { name: "创建" }).click();
    await admin.page.getByRole("cell", { name: /zhouyue/ }).waitFor();

    // The organiser creates the event, a division and the forms, and publishes it.
    const organiser = await openPerson(browser, server.base);
    const desk = organiser.page;
    await signInPage(desk, "zhouyue", "/admin/events/new");
    await desk.getByLabel("活动名称（中文）").fill("春季定向越野赛");
    await desk.getByLabel("一句话简介（中文）").fill("两到三人一队");
    await desk.getByLabel("链接名").fill("spring-run");
    await desk.getByLabel("每队最少人数").fill("2");
    await desk.getByLabel("每队最多人数").fill("3");
    await desk.getByLabel("队伍名额").fill("5");
    await desk.getByRole("button", { name: "创建活动" }).click();
    await desk.getByRole("button", { name: "添加组别" }).click();
    await dialog(desk).getByLabel("名称（中文）").fill("公开组");
    await dialog(desk).getByLabel("代码").fill("OPEN");
    await dialog(desk).getByRole("button", { name: "保存" }).click();
    await desk.getByRole("heading", { name: /公开组/ }).waitFor();

    await desk.getByRole("link", { name: "报名表" }).click();
    await desk.getByRole("button", { name: "手机号" }).click();
    const preview = desk.getByRole("region", { name: "实时预览" });
    await preview.getByLabel("手机号").waitFor();
    await desk.getByRole("checkbox", { name: "敏感信息" }).setChecked(true);
    await desk.getByRole("button", { name: "单选" }).click();
    await desk.getByLabel("标题（中文）").fill("T 恤尺码");
    await desk.getByLabel("选项 1 · 中文").fill("小号");
    await desk.getByLabel("选项 2 · 中文").fill("中号");
    await preview.getByRole("radio", { name: "中号" }).waitFor();
    await desk.getByRole("button", { name: "保存报名表" }).click();
    await desk.getByText("第 1 版", { exact: true }).waitFor();

    await desk.getByRole("link", { name: "概况" }).click();
    await desk.getByRole("button", { name: "发布", exact: true }).click();
    await dialog(desk).getByRole("button", { name: "发布" }).click();
    await desk.getByText("已发布", { exact: true }).first().waitFor();

    // The captain finds the event on a phone, registers on the way, and is back where the way began.
    const captain = await openPerson(browser, server.base, kPhone);
    const phone = captain.page;
    await captain.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await phone.goto("/");
    await phone.getByRole("link", { name: "春季定向越野赛" }).click();
    await phone.getByRole("link", { name: "组建队伍" }).click();
    await phone.getByRole("link", { name: "注册一个" }).click();
    await registerHere(phone, "liming", "李明");
    await phone.getByRole("heading", { name: "组建队伍" }).waitFor();
    await phone.getByLabel("队名").fill("追风少年");
    await fillMember(phone, { name: "李明", mobile: "123" });
    await phone.getByRole("button", { name: "组建队伍" }).click();
    await phone.getByText("请填写 11 位手机号").waitFor();
    assert.equal(await phone.getByLabel("队名").inputValue(), "追风少年", "input is kept");
    await phone.getByLabel("手机号").fill("13800138000");
    await phone.getByRole("button", { name: "组建队伍" }).click();
    await phone.getByText("还需要").first().waitFor();
    const teamUrl = new URL(phone.url()).pathname;
    assert.match(teamUrl, /^\/teams\/\w+$/);

    await phone.getByRole("button", { name: "生成邀请链接" }).click();
    await phone.getByRole("button", { name: "复制链接" }).click();
    await phone.getByText("链接已复制").waitFor();
    const link = await phone.evaluate(() => navigator.clipboard.readText());
    assert.match(link, new RegExp(`^${server.base}/join/\\w{8}$`));

    // A team-mate opens the link, registers, fills in the form and is in.
    const mate = await openPerson(browser, server.base, kPhone);
    await mate.page.goto(link);
    await mate.page.locator("main").getByRole("link", { name: "注册" }).click();
    await registerHere(mate.page, "wangyu", "王小雨");
    await mate.page.getByRole("heading", { name: "追风少年" }).waitFor();
    await fillMember(mate.page, { name: "王小雨", mobile: "13900139000", size: "小号" });
    await mate.page.getByRole("button", { name: "加入队伍" }).click();
    await mate.page.getByText("等队长提交").waitFor();
    await mate.close();

    // The captain sees both complete and submits.
    await phone.reload();
    await phone.getByText("王小雨", { exact: true }).waitFor();
    await phone.getByRole("button", { name: "提交报名" }).click();
    await dialog(phone).getByRole("button", { name: "提交报名" }).click();
    await phone.getByRole("region", { name: "待审核" }).waitFor();
    assert.equal(await phone.getByText("候补").count(), 0, "pending review is not the waiting list");

    // The organiser reviews: returned with a reason first, then approved.
    await desk.getByRole("link", { name: "报名", exact: true }).click();
    await desk.getByRole("link", { name: "追风少年" }).click();
    await desk.getByText("王小雨").first().waitFor();
    assert.equal(await desk.getByText("13900139000").count(), 0, "sensitive answers are masked");
    await desk.getByRole("button", { name: "退回修改" }).click();
    await dialog(desk).getByRole("button", { name: "退回修改" }).click();
    await dialog(desk).getByText("请填写这一项").waitFor();
    await dialog(desk).getByLabel("说明（报名者会看到）").fill("请核对手机号");
    await dialog(desk).getByRole("button", { name: "退回修改" }).click();
    await desk.getByText("已退回修改").waitFor();

    await phone.reload();
    await phone.getByText("请核对手机号").waitFor();
    await phone.getByRole("button", { name: "修改好了，重新提交" }).click();
    await dialog(phone).getByRole("button", { name: "提交报名" }).click();
    await phone.getByRole("region", { name: "待审核" }).waitFor();

    await desk.reload();
    await desk.getByRole("button", { name: "通过", exact: true }).click();
    await dialog(desk).getByRole("button", { name: "通过", exact: true }).click();
    await desk.getByText("已确认").first().waitFor();

    await phone.reload();
    const result = phone.getByRole("region", { name: "已确认" });
    await result.getByText("报名编号", { exact: true }).waitFor();
    const number = (await result.locator("strong").textContent()).trim();
    assert.ok(number.length > 0);
    await phone.goto("/mine");
    await phone.getByRole("link", { name: "追风少年" }).waitFor();
    await phone.getByText("已确认").first().waitFor();

    // The organiser's list and the export.
    await desk.getByRole("link", { name: "春季定向越野赛" }).click();
    await desk.getByRole("cell", { name: number, exact: true }).waitFor();
    await desk.getByRole("button", { name: "导出", exact: true }).click();
    await desk.getByRole("dialog").getByRole("radio", { name: "CSV" }).check();
    await desk.getByRole("dialog").getByRole("button", { name: "开始导出" }).click();
    const [file] = await Promise.all([desk.waitForEvent("download"), desk.getByRole("dialog").getByRole("button", { name: "下载文件" }).click()]);
    const csv = readFileSync(await file.path(), "utf8");
    assert.equal(csv.charCodeAt(0), 0xfeff, "a byte order mark, so that Excel reads UTF-8");
    assert.match(csv, /追风少年/);
    assert.match(csv, /王小雨/);

    await admin.page.goto("/admin/audit");
    await admin.page.getByRole("table").waitFor();
    await admin.page.goto("/admin");
    await admin.page.getByRole("img", { name: "每日报名" }).waitFor();
    await admin.page.locator(".stat", { hasText: "有效报名" }).getByText("1", { exact: true }).waitFor();
    await admin.close();
    await organiser.close();
    await captain.close();
});
