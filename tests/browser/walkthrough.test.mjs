// The day of an organiser, a captain, a member and a guardian, as docs/walkthrough.*.md tell it. Every step is looked at in both languages, on
// a phone and on a desktop; the pictures of the documents are written to the folder that RT_PICTURES names (./dev pictures).
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { checkAccessibility, checkLayout, finishMoving, kDesktop, kPhone, launch, openPerson, scene, signInPage } from "./support/browser.mjs";
import { kPassword, makeOrganiser, register, startServer } from "./support/server.mjs";
import { kNow, tellStory } from "./support/story.mjs";

const kDocs = join(dirname(fileURLToPath(import.meta.url)), "../../docs");
const kLanguages = ["zh-CN", "en"];
const kPictureBytesMax = 150_000;
const folder = process.env.RT_PICTURES;
const made = new Set();

let server;
let story;
let browser;
let organiser; // the person at the API, for what the story does not show
before(async () => {
    server = await startServer();
    story = await tellStory(server.base);
    browser = await launch(story.args);
    organiser = await makeOrganiser(story.base, "zhou.yue");
    if (folder) for (const language of kLanguages) mkdirSync(join(folder, language), { recursive: true });
});
after(async () => {
    await browser?.close();
    await story?.stop();
    await server?.stop();
});

const dialog = (page) => page.getByRole("dialog");

async function settled(page) {
    await page.waitForLoadState("networkidle");
    await page.evaluate(() => document.querySelectorAll(".toast-close").forEach((one) => one.click()));
    await page.waitForFunction(() => !document.querySelector(".loading, .toast"));
    await page.evaluate(() => document.fonts.ready);
    await finishMoving(page);
}

const otherLanguage = (page) => page.evaluate(() => document.querySelector(".lang-button").click());

// Sees in both languages that nothing is cut on either size of screen. Where pictures are made, takes `name` of what `at` shows (the top of the
// page without it).
async function picture(page, name, at = null) {
    await page.mouse.move(0, 0);
    const size = page.viewportSize();
    for (const language of kLanguages) {
        if (language === "en") await otherLanguage(page);
        await page.waitForFunction((lang) => document.documentElement.lang === lang, language);
        await settled(page);
        for (const other of [kDesktop.viewport, kPhone.viewport]) {
            await page.setViewportSize(other);
            await checkLayout(page, `${name} (${language}, ${other.width} px)`);
        }
        await page.setViewportSize(size);
        if (!folder) continue;
        if (at) await at.evaluate((element) => element.scrollIntoView({ block: "start", behavior: "instant" }));
        else await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
        await settled(page);
        const bytes = await page.screenshot({ caret: "hide", animations: "disabled", path: join(folder, language, `${name}.png`) });
        assert.ok(bytes.length < kPictureBytesMax, `${name} (${language}) has ${bytes.length} bytes`);
    }
    if (folder) await checkAccessibility(page, name);
    await otherLanguage(page);
    await page.waitForFunction(() => document.documentElement.lang === "zh-CN");
    assert.ok(!made.has(name), `${name} is taken once`);
    made.add(name);
}

async function person(options) {
    const one = await openPerson(browser, story.origin, options);
    await one.page.clock.setFixedTime(kNow);
    return one;
}

const kPeople = { captain: "林薇 Lin Wei", mate: "赵敏 Zhao Min", child: "林小满 Lin Xiaoman", father: "陈远 Chen Yuan" };
const kTeam = "风筝队 Kites";

// A hill, a sun and two kites: the cover of the event.
async function drawCover() {
    const page = await browser.newPage({ viewport: { width: 1200, height: 480 } });
    await page.setContent(`<style>body{margin:0}</style><svg width="1200" height="480" viewBox="0 0 1200 480">
        <rect width="1200" height="480" fill="#cfe8f5"/><circle cx="980" cy="110" r="56" fill="#fbd46d"/>
        <path d="M0 360q220-150 470-40t440-30 290 10v180H0z" fill="#8cc084"/><path d="M0 420q300-110 620-20t580-30v110H0z" fill="#4f9d69"/>
        <path d="M300 90l60 70-60 90-60-90z" fill="#d95d39"/><path d="M300 250q30 50-10 110" stroke="#713e2c" stroke-width="4" fill="none"/>
        <path d="M640 60l44 52-44 66-44-66z" fill="#3a6ea5"/><path d="M640 178q24 44-14 120" stroke="#24476b" stroke-width="4" fill="none"/></svg>`);
    const bytes = await page.screenshot();
    await page.close();
    return bytes;
}

// ---- the organiser sets the event up --------------------------------------------------------------------------------------------

async function describesTheEvent(page) {
    await signInPage(page, "zhou.yue", "/admin/events/new");
    await page.getByLabel("活动名称（中文）").fill("2027 春季亲子定向赛");
    await page.getByLabel("一句话简介（中文）").fill("三人一队，在公园里找齐八个点标。");
    await page.getByLabel("地点").first().fill("奥林匹克森林公园");
    await page.getByLabel("链接名").fill("spring-run");
    await page.getByLabel("详细介绍（中文）").fill("全程约 **6 公里**，请穿运动鞋。\n\n- 08:30 签到\n- 09:00 出发");
    await page.getByText("英文内容").click();
    await page.getByLabel("活动名称（英文）").fill("Spring Family Orienteering 2027");
    await page.getByLabel("一句话简介（英文）").fill("Teams of three find eight controls in the park.");
    await page.getByLabel("地点（英文）").fill("Olympic Forest Park");
    await page.getByLabel("详细介绍（英文）").fill("About **6 km**; wear running shoes.\n\n- 08:30 sign-in\n- 09:00 start");
    for (const [label, at] of [["报名开始", "2027-04-01T09:00"], ["报名截止", "2027-05-01T18:00"], ["活动开始", "2027-05-15T09:00"], ["活动结束", "2027-05-15T17:00"]]) {
        await page.getByLabel(label, { exact: true }).fill(at);
    }
    await page.getByLabel("每队最少人数").fill("3");
    await page.getByLabel("每队最多人数").fill("4");
    await page.getByLabel("队伍名额").fill("3");
    await picture(page, "organiser-new-event");
    await page.getByRole("button", { name: "创建活动" }).click();
    await page.getByText("还没有组别").waitFor();
    return new URL(page.url()).pathname.split("/")[3];
}

async function setsTheRules(page, event) {
    await page.getByRole("button", { name: "添加组别" }).click();
    await dialog(page).getByLabel("名称（中文）").fill("亲子组");
    await dialog(page).getByLabel("名称（英文）").fill("Families");
    await dialog(page).getByLabel("代码").fill("FAMILY");
    await picture(page, "organiser-division");
    await dialog(page).getByRole("button", { name: "保存" }).click();
    await page.getByRole("heading", { name: /亲子组/ }).waitFor();

    await page.goto(`/admin/events/${event}/settings`);
    await page.getByRole("checkbox", { name: "开启候补" }).check();
    await page.getByRole("radio", { name: /先询问队长/ }).check();
    await picture(page, "organiser-settings", page.locator("#waitlist"));
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByText("已保存").waitFor();

    await page.goto(`/admin/events/${event}/documents`);
    const terms = page.locator(".card").filter({ has: page.getByRole("heading", { name: "参赛须知" }) });
    await terms.getByRole("button", { name: "撰写" }).click();
    await dialog(page).getByLabel("正文（中文）").fill("## 安全\n\n请量力而行，**儿童须由家长陪同**。\n\n## 装备\n\n- 运动鞋\n- 饮用水");
    await dialog(page).getByText("英文内容").click();
    await dialog(page).getByLabel("标题（英文）").fill("Rules for participants");
    await dialog(page).getByLabel("正文（英文）").fill("## Safety\n\nKnow your limits; **children come with a parent**.\n\n## Bring\n\n- running shoes\n- water");
    await picture(page, "organiser-document");
    await dialog(page).getByRole("button", { name: "发布这一版" }).click();
    await terms.getByText("第 1 版使用中").waitFor();

    await page.goto(`/admin/events/${event}/cover`);
    await page.locator("input[type=file]").setInputFiles({ name: "cover.png", mimeType: "image/png", buffer: await drawCover() });
    await page.getByLabel("图片说明（中文）").fill("山坡上空的两只风筝");
    await page.getByLabel("图片说明（英文）").fill("Two kites above a hill");
    await page.getByRole("button", { name: "保存" }).click();
    await page.getByRole("img", { name: "山坡上空的两只风筝" }).waitFor();
}

async function designsTheForm(page, event) {
    await page.goto(`/admin/events/${event}/forms`);
    await page.getByRole("button", { name: "手机号" }).click();
    await page.getByLabel("标题（英文）").fill("Mobile");
    await page.getByRole("checkbox", { name: "敏感信息" }).setChecked(true);
    await page.getByRole("button", { name: "单选" }).click();
    await page.getByLabel("标题（中文）").fill("T 恤尺码");
    await page.getByLabel("标题（英文）").fill("T-shirt size");
    for (const [at, zh, en] of [[1, "小号", "Small"], [2, "中号", "Medium"]]) {
        await page.getByLabel(`选项 ${at} · 中文`).fill(zh);
        await page.getByLabel(`选项 ${at} · 英文`).fill(en);
    }
    await page.getByRole("region", { name: "实时预览" }).getByRole("radio", { name: "中号" }).waitFor();
    await picture(page, "organiser-form");
    await page.getByRole("button", { name: "保存报名表" }).click();
    await page.getByText("第 1 版", { exact: true }).waitFor();

    await page.getByRole("link", { name: "概况" }).click();
    await page.getByText("准备好了，可以发布").waitFor();
    await picture(page, "organiser-checklist");
    await page.getByRole("button", { name: "发布", exact: true }).click();
    await dialog(page).getByRole("button", { name: "发布" }).click();
    await page.getByText("已发布", { exact: true }).first().waitFor();
}

// ---- the captain, the member and the guardian ------------------------------------------------------------------------------------

async function registerHere(page, login_name, name) {
    await page.getByLabel("姓名或昵称").fill(name);
    await page.getByLabel("用户名").fill(login_name);
    await page.getByLabel("密码", { exact: true }).fill(kPassword);
    await page.getByRole("button", { name: "注册并继续" }).click();
}

async function fillMine(page, mobile, size) {
    await page.getByLabel("手机号").fill(mobile);
    await page.getByRole("radio", { name: size }).check();
    await page.getByRole("checkbox", { name: /^我同意/ }).check();
}

async function founds(page) {
    await page.goto("/");
    await page.getByRole("link", { name: "2027 春季亲子定向赛" }).waitFor();
    await picture(page, "captain-events");
    await page.getByRole("link", { name: "2027 春季亲子定向赛" }).click();
    await page.getByText("名额实时更新").waitFor();
    await picture(page, "captain-event");
    await page.getByRole("link", { name: "组建队伍" }).click();
    await page.getByRole("link", { name: "注册一个" }).click();
    await page.getByLabel("姓名或昵称").waitFor();
    await picture(page, "captain-register");
    await registerHere(page, "lin.wei", kPeople.captain);
    await page.getByLabel("队名").fill(kTeam);
    await fillMine(page, "13800138000", "中号");
    await picture(page, "captain-found");
    await page.getByRole("button", { name: "组建队伍" }).click();
    await page.waitForURL("**/teams/*");
    await page.getByText("还需要").first().waitFor();
    const team = new URL(page.url()).pathname;
    await page.getByRole("button", { name: "生成邀请链接" }).click();
    const link = await page.locator(".link-line").innerText();
    await picture(page, "captain-invite", page.locator("#invite"));
    await page.getByRole("button", { name: "二维码" }).click();
    await dialog(page).getByRole("img", { name: "二维码" }).waitFor();
    await picture(page, "captain-qr");
    await dialog(page).getByRole("button", { name: "关闭" }).click();
    return { team, link };
}

async function joins(link) {
    const { page, close } = await person(kPhone);
    await page.goto(link);
    await page.locator("main").getByRole("link", { name: "注册" }).waitFor();
    await picture(page, "member-invited");
    await page.locator("main").getByRole("link", { name: "注册" }).click();
    await registerHere(page, "zhao.min", kPeople.mate);
    await page.getByRole("heading", { name: kTeam }).waitFor();
    await fillMine(page, "13900139000", "小号");
    await picture(page, "member-join");
    await page.getByRole("button", { name: "加入队伍" }).click();
    await page.waitForURL("**/teams/*");
    await page.getByRole("listitem").filter({ hasText: kPeople.mate }).getByText("资料完整").waitFor();
    await picture(page, "member-joined");
    await close();
}

async function entersAChild(page) {
    await page.reload();
    await page.getByRole("button", { name: "添加我管理的人" }).click();
    await dialog(page).getByRole("button", { name: "添加孩子或家人" }).click();
    const form = dialog(page).last();
    await form.getByLabel("姓名").fill(kPeople.child);
    await form.getByLabel("出生日期").fill("2018-05-04");
    await form.getByLabel("性别").selectOption({ label: "女" });
    await picture(page, "captain-child");
    await form.getByRole("button", { name: "保存" }).click();
    await dialog(page).getByRole("radio", { name: kPeople.child }).waitFor();
    await fillMine(dialog(page), "13800138000", "小号");
    await dialog(page).getByRole("button", { name: "加入队伍" }).click();
    await page.getByText(`${kPeople.child}：需要监护人同意`).waitFor();
    await picture(page, "captain-missing");
    await page.getByRole("button", { name: "监护人确认链接" }).click();
    await dialog(page).getByRole("button", { name: "生成确认链接" }).click();
    await dialog(page).getByRole("img", { name: "监护人确认链接" }).waitFor();
    await picture(page, "captain-guardian-link");
    const link = await dialog(page).locator(".link-line").innerText();
    await dialog(page).getByRole("button", { name: "关闭" }).click();
    return link;
}

async function agrees(link) {
    const { page, close } = await person(kPhone);
    await page.goto(link);
    await page.getByText(`${kPeople.child} 报名参加`).waitFor();
    await picture(page, "guardian-asked");
    await page.getByLabel("你的姓名").fill(kPeople.father);
    await page.getByRole("checkbox", { name: /^我是参加者的监护人/ }).check();
    const canvas = page.getByRole("img", { name: "签名区域，用手指或鼠标书写" });
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    await page.mouse.move(box.x + 40, box.y + 60);
    await page.mouse.down();
    for (const [x, y] of [[80, 30], [90, 90], [130, 40], [150, 85], [210, 50]]) await page.mouse.move(box.x + x, box.y + y, { steps: 6 });
    await page.mouse.up();
    await picture(page, "guardian-signs", page.locator("main form"));
    await page.getByRole("button", { name: "同意参加" }).click();
    await page.getByRole("heading", { name: "已同意" }).waitFor();
    await picture(page, "guardian-done");
    await close();
}

async function submits(page) {
    await page.reload();
    await page.getByText("人齐了，资料也都填好了").waitFor();
    await picture(page, "captain-ready");
    await page.getByRole("button", { name: "提交报名" }).click();
    await dialog(page).getByRole("button", { name: "提交报名" }).click();
    await page.getByRole("region", { name: "待审核" }).waitFor();
    assert.equal(await page.getByText("候补").count(), 0, "pending review is not the waiting list");
    await picture(page, "captain-pending");
}

// ---- the organiser reviews -------------------------------------------------------------------------------------------------------

async function makeThree(event, answers, { login, captain, name }) {
    const lead = await register(story.base, login, captain);
    const team = await lead.post(`/events/${event.id}/teams`, { division: event.divisions[0].id, name, member: { name: captain, answers, consent: true } });
    const { code } = await lead.post(`/teams/${team.id}/invites`, {});
    for (const [i, mate] of ["周涛 Zhou Tao", "许诺 Xu Nuo"].entries()) {
        const one = await register(story.base, `${login}-${i}`, mate);
        await one.post("/invites/join", { code, name: mate, answers, consent: true });
    }
    await lead.post(`/teams/${team.id}/submit`);
    return { captain: lead, team };
}

// Two more teams, and one that finds no place.
async function othersComeToo(id) {
    const event = await organiser.get(`/organiser/events/${id}`);
    const { fields } = await organiser.get(`/organiser/events/${id}/forms/member`);
    const answers = Object.fromEntries(fields.map((field) => [field.key, field.type === "single" ? field.options[1].id : "13700137000"]));
    return [
        await makeThree(event, answers, { login: "wu.fan", captain: "吴凡 Wu Fan", name: "山那边 Beyond" }),
        await makeThree(event, answers, { login: "he.jing", captain: "何静 He Jing", name: "晨光 Daybreak" }),
        await makeThree(event, answers, { login: "sun.yi", captain: "孙怡 Sun Yi", name: "候鸟 Swallows" }),
    ];
}

async function returnsOne(page, event) {
    await page.goto(`/admin/events/${event}/registrations`);
    await page.getByRole("row", { name: /候鸟/ }).waitFor();
    await picture(page, "organiser-registrations");
    await page.goto(`/admin/events/${event}/review`);
    await page.getByText("第 1 个，共 3 个待审核").waitFor();
    await page.getByText("队员信息").first().waitFor();
    await picture(page, "organiser-review");
    await page.goto(`/admin/events/${event}/registrations`);
    await page.getByRole("link", { name: kTeam }).click();
    await page.getByText(kPeople.mate).first().waitFor();
    await picture(page, "organiser-registration");
    await page.getByRole("button", { name: "退回修改" }).click();
    await dialog(page).getByLabel("说明（报名者会看到）").fill("请核对赵敏的手机号。 Please check the mobile number of Zhao Min.");
    await dialog(page).getByRole("button", { name: "退回修改" }).click();
    await page.getByText("已退回修改").waitFor();
}

async function approves(page, event) {
    await page.reload();
    await page.getByRole("button", { name: "通过", exact: true }).click();
    await dialog(page).getByRole("button", { name: "通过", exact: true }).click();
    await page.getByText("已确认").first().waitFor();
    await page.goto(`/admin/events/${event}/waitlist`);
    await page.getByRole("row", { name: /候鸟/ }).waitFor();
    await picture(page, "organiser-waitlist");
    await page.goto(`/admin/events/${event}/messages`);
    await page.getByRole("button", { name: "写消息" }).click();
    await dialog(page).getByText("只发队长").click();
    await dialog(page).getByLabel("标题", { exact: true }).fill("集合时间 Meeting time");
    await dialog(page).getByLabel("正文", { exact: true }).fill("5 月 15 日 08:30 在南门集合。\nMeet at the south gate at 08:30 on 15 May.");
    await picture(page, "organiser-message");
    await dialog(page).getByRole("button", { name: "发送" }).click();
    await dialog(page).getByText("全部成功").waitFor();
    await dialog(page).getByRole("button", { name: "关闭" }).click();
    await page.goto(`/admin/events/${event}/registrations`);
    await page.getByRole("button", { name: "导出", exact: true }).click();
    await dialog(page).getByRole("radio", { name: "CSV" }).waitFor();
    await picture(page, "organiser-export");
    await dialog(page).getByRole("button", { name: "取消" }).click();
    await page.goto(`/admin/events/${event}`);
    await page.getByText("各组别名额").waitFor();
    await picture(page, "organiser-overview");
}

async function corrects(page) {
    await page.reload();
    await page.getByRole("region", { name: "退回修改" }).waitFor();
    await picture(page, "captain-returned");
    await page.getByRole("button", { name: "修改好了，重新提交" }).click();
    await dialog(page).getByRole("button", { name: "提交报名" }).click();
    await page.getByRole("region", { name: "待审核" }).waitFor();
}

async function isConfirmed(page) {
    await page.reload();
    await page.getByRole("region", { name: "已确认" }).waitFor();
    await picture(page, "captain-confirmed");
    await page.goto("/inbox");
    await page.getByRole("listitem").filter({ hasText: "集合时间" }).waitFor();
    await picture(page, "captain-inbox");
}

// A confirmed team gives its place back; the team that waits is asked.
async function getsAnOffer([leaving, , waiting]) {
    const { page, close } = await person(kPhone);
    await signInPage(page, waiting.captain.user.login_name, `/teams/${waiting.team.id}`);
    await page.getByRole("region", { name: "候补" }).getByText("第 1 位，共 1 队").waitFor();
    assert.equal(await page.getByText("待审核").count(), 0, "the waiting list is not pending review");
    await picture(page, "captain-waiting");
    const { registration } = await leaving.captain.get(`/teams/${leaving.team.id}`);
    await leaving.captain.post(`/registrations/${registration.id}/withdraw`, {});
    await page.reload();
    await page.getByRole("heading", { name: "有名额了！" }).waitFor();
    await picture(page, "captain-offer");
    await close();
}

scene("the day of an organiser, a captain, a member and a guardian", async () => {
    const desk = await person(kDesktop);
    const event = await describesTheEvent(desk.page);
    await setsTheRules(desk.page, event);
    await designsTheForm(desk.page, event);

    const captain = await person(kPhone);
    const { link } = await founds(captain.page);
    await joins(link);
    await agrees(await entersAChild(captain.page));
    await submits(captain.page);

    const others = await othersComeToo(event);
    await returnsOne(desk.page, event);
    await corrects(captain.page);
    await approves(desk.page, event);
    await isConfirmed(captain.page);
    await getsAnOffer(others);
    await captain.close();
    await desk.close();
});

test("the documents show every picture that is made, and no other", () => {
    for (const language of kLanguages) {
        const text = readFileSync(join(kDocs, `walkthrough.${language}.md`), "utf8");
        const named = [...text.matchAll(/!\[[^\]]+\]\(pictures\/([^)]+)\.png\)/g)].map((found) => found[1]).sort();
        assert.deepEqual(named, [...made].map((name) => `${language}/${name}`).sort(), `walkthrough.${language}.md`);
        assert.deepEqual(readdirSync(join(kDocs, "pictures", language)).sort(), [...made].map((name) => `${name}.png`).sort(), `docs/pictures/${language}`);
    }
});
