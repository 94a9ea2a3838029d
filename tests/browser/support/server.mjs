// Starts the real binary on a free port with an empty data folder, and speaks to its API as a native client would.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const kPassword = "blue kettle 41 harbour";
const kReadyMs = 20_000;

const binary = process.env.RT_BINARY ?? join(process.env.RT_SOURCE_DIR ?? "../..", "build/release/roundtable");

// Many people share this test's address, and their passwords need no long hashing.
const kSettings = {
    RT_AUTH_BCRYPT_COST: "4",
    RT_LIMITS_ADDRESS_PER_15MIN: "100000",
    RT_LIMITS_USER_PER_15MIN: "100000",
    RT_LIMITS_SIGN_IN_PER_15MIN: "10000",
    RT_LIMITS_COST_USER_PER_MINUTE: "100000",
};

function freePort() {
    return new Promise((resolve, reject) => {
        const probe = createServer();
        probe.once("error", reject);
        probe.listen(0, "127.0.0.1", () => {
            const { port } = probe.address();
            probe.close(() => resolve(port));
        });
    });
}

function run(data, args, input) {
    const done = spawnSync(binary, ["--data", data, ...args], { input, encoding: "utf8", env: { ...process.env, ...kSettings } });
    if (done.status !== 0) throw new Error(`roundtable ${args.join(" ")}: ${done.status}\n${done.stdout}${done.stderr}`);
    return done.stdout;
}

// `fresh`: without an administrator, as on a new machine.
export async function startServer(settings = {}, { fresh = false } = {}) {
    const data = mkdtempSync(join(tmpdir(), "roundtable-browser-"));
    if (!fresh) run(data, ["user", "create", "admin", "--role", "admin", "--password-stdin"], `${kPassword}\n`);
    const port = await freePort();
    const base = `http://127.0.0.1:${port}`;
    const child = spawn(binary, ["serve", "--data", data, "--listen", `127.0.0.1:${port}`], {
        stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...kSettings, ...settings },
    });
    let output = "";
    const keep = (chunk) => (output = (output + chunk).slice(-20_000));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const deadline = Date.now() + kReadyMs;
    for (;;) {
        if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}\n${output}`);
        const ready = await fetch(`${base}/readyz`).then((answer) => answer.ok, () => false);
        if (ready) break;
        if (Date.now() > deadline) {
            child.kill("SIGKILL");
            throw new Error(`the server did not become ready\n${output}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // Pages that are not linked into the binary yet (web/README.md).
    const pages = process.env.RT_PAGES ? await (await import("../../../web/serve.mjs")).servePages(process.env.RT_PAGES, base) : null;
    return {
        base: pages?.base ?? base,
        data,
        output: () => output,
        stop: async () => {
            await pages?.stop();
            child.kill("SIGTERM");
            const killer = setTimeout(() => child.kill("SIGKILL"), 10_000);
            await ended;
            clearTimeout(killer);
            rmSync(data, { recursive: true, force: true });
        },
    };
}

// One signed-in person at the API.
export class Person {
    constructor(base, session) {
        this.base = base;
        this.token = session.access_token;
        this.user = session.user;
    }

    async call(method, path, body, headers = {}) {
        const answer = await fetch(`${this.base}/api/v1${path}`, {
            method,
            headers: {
                Authorization: `Bearer ${this.token}`,
                ...(body === undefined ? {} : { "Content-Type": "application/json" }),
                ...(method === "POST" ? { "Idempotency-Key": randomBytes(16).toString("hex") } : {}),
                ...headers,
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
        return text ? JSON.parse(text).data : undefined;
    }

    get(path) { return this.call("GET", path); }
    post(path, body = {}, headers = {}) { return this.call("POST", path, body, headers); }
    put(path, body) { return this.call("PUT", path, body); }
}

async function session(base, path, body) {
    const answer = await fetch(`${base}/api/v1${path}`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ client: "native", ...body }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return new Person(base, JSON.parse(text).data);
}

export const signIn = (base, login_name) => session(base, "/auth/login", { login_name, password: kPassword });
export const register = (base, login_name, display_name = login_name) => session(base, "/auth/register", { login_name, display_name, password: kPassword });

export async function makeOrganiser(base, login_name = "organiser") {
    const admin = await signIn(base, "admin");
    await admin.post("/admin/users", { login_name, password: kPassword, display_name: "周悦", role: "organiser" });
    return signIn(base, login_name);
}

const hours = (n) => new Date(Date.now() + n * 3_600_000).toISOString().replace(/\.\d+Z$/, "Z");

export const kMemberForm = [
    { key: "mobile", type: "mobile_cn", label: { zh: "手机号", en: "Mobile" }, help: { zh: "比赛当天联系用", en: "To reach you on the day" }, required: true, sensitive: true },
    { key: "size", type: "single", label: { zh: "T 恤尺码", en: "T-shirt size" }, required: true, options: [{ id: "s", label: { zh: "小号", en: "Small" } }, { id: "m", label: { zh: "中号", en: "Medium" } }] },
    { key: "diet", type: "multi", label: { zh: "饮食禁忌", en: "Diet" }, required: false, options: [{ id: "veg", label: { zh: "素食", en: "Vegetarian" } }, { id: "nut", label: { zh: "坚果过敏", en: "Nut allergy" } }] },
];
export const kTeamForm = [{ key: "school", type: "text", label: { zh: "学校或单位", en: "School or organisation" }, required: true }];
export const kAnswers = { mobile: "13800138000", size: "m" };

// A published event that takes registrations now.
export async function makeEvent(organiser, { slug, title = "2026 城市定向挑战赛", review = 1, teams = null, min = 2, max = 3, forms = true, divisions = 1, waitlist = false, more = {} } = {}) {
    const event = await organiser.post("/events", {
        title: { zh: title, en: "City Orienteering 2026" }, summary: { zh: "组队穿越城市，寻找线索。", en: "Cross the city and follow the clues." },
        description: { zh: "全程约 8 公里，请穿运动鞋。", en: "About 8 km; wear running shoes." }, venue: { zh: "奥林匹克森林公园", en: "Olympic Forest Park" },
        slug, type: "COMPETITION", visibility: "PUBLIC", mode: "TEAM", reg_open: hours(-1), reg_close: hours(200), starts: hours(400), ends: hours(408),
        team_min: min, team_max: max, review_stages: review, hold_policy: "AT_SUBMIT", quota_teams: teams, waitlist_enabled: waitlist, ...more,
    });
    const made = [];
    const names = [{ zh: "公开组", en: "Open" }, { zh: "学生组", en: "Students" }];
    for (let i = 0; i < divisions; i++) made.push(await organiser.post(`/organiser/events/${event.id}/divisions`, { code: `D${i}`, name: names[i] }));
    if (forms) {
        await organiser.put(`/organiser/events/${event.id}/forms/team`, { fields: kTeamForm });
        await organiser.put(`/organiser/events/${event.id}/forms/member`, { fields: kMemberForm });
    }
    await organiser.post(`/organiser/events/${event.id}/publish`, {});
    return { ...event, divisions: made };
}

// A team of `size` with complete forms, made through the API.
export async function makeTeam(base, event, name, { size = 2, forms = true } = {}) {
    const tag = randomBytes(4).toString("hex");
    const captain = await register(base, `cap-${tag}`, `队长${tag}`);
    const team = await captain.post(`/events/${event.id}/teams`, { division: event.divisions[0].id, name, ...(forms ? { answers: { school: "一中" } } : {}) });
    const mine = { name: "李明", answers: forms ? kAnswers : {}, consent: true };
    await captain.put(`/teams/${team.id}/members/me`, mine);
    const invite = await captain.post(`/teams/${team.id}/invites`, {});
    for (let i = 1; i < size; i++) {
        const member = await register(base, `mem-${tag}-${i}`, `队员${i}`);
        await member.post("/invites/join", { code: invite.code, name: `队员${i}`, answers: forms ? kAnswers : {}, consent: true });
        await member.put(`/teams/${team.id}/members/me`, { name: `队员${i}`, answers: forms ? kAnswers : {}, consent: true });
    }
    return { captain, team, invite };
}
