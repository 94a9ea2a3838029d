// Chromium for the tests. A page fails its test for every error in the console, uncaught exception or violated policy.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { chromium } from "playwright-core";
import { kPassword } from "./server.mjs";

const kExecutable = process.env.RT_CHROMIUM ?? "/usr/bin/chromium";
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const kPhone = { viewport: { width: 375, height: 812 }, hasTouch: true, isMobile: true };
export const kDesktop = { viewport: { width: 1280, height: 900 } };

const kPictures = join(process.env.RT_BUILD_DIR ?? tmpdir(), "browser-failures");
const open = new Set();

// A test whose failure tells what each open page showed, with a picture of it.
export function scene(name, body) {
    test(name, async () => {
        try {
            await body();
        } catch (error) {
            throw new Error(`${error.message}\n${await seen(name)}`, { cause: error });
        } finally {
            await Promise.all([...open].map((context) => context.close()));
            open.clear();
        }
    });
}

async function seen(name) {
    const lines = [];
    let number = 0;
    mkdirSync(kPictures, { recursive: true });
    for (const page of [...open].flatMap((context) => context.pages())) {
        const file = join(kPictures, `${name.replace(/[^\w]+/g, "-").slice(0, 60)}-${++number}.png`);
        const text = await page.locator("body").innerText({ timeout: 2000 }).catch((error) => error.message);
        await page.screenshot({ path: file, timeout: 5000 }).catch(() => undefined);
        lines.push(`${page.url()} ${file}\n${text.slice(0, 1500)}`);
    }
    return lines.join("\n----\n");
}

export async function launch(more = []) {
    return chromium.launch({
        executablePath: kExecutable,
        args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", ...more],
    });
}

// One person's browser. `expected` are answers the test causes on purpose, by status.
export async function openPerson(browser, base, options = {}) {
    const { expected = [], ...more } = options;
    const context = await browser.newContext({ ...kDesktop, locale: "zh-CN", timezoneId: "Asia/Shanghai", baseURL: base, ...more });
    context.setDefaultTimeout(45_000);
    open.add(context);
    const problems = [];
    const watch = (page) => {
        page.on("console", (message) => {
            if (message.type() !== "error") return;
            const text = message.text();
            if (expected.some((status) => text.includes(`status of ${status} `))) return;
            problems.push(`console: ${text} (${page.url()})`);
        });
        page.on("pageerror", (error) => problems.push(`exception: ${error.stack ?? error.message} (${page.url()})`));
    };
    context.on("page", watch);
    await context.addInitScript(() => {
        addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
    });
    const page = await context.newPage();
    return {
        context,
        page,
        problems,
        close: async () => {
            open.delete(context);
            await context.close();
            assert.deepEqual(problems, [], "no console errors, exceptions or policy violations");
        },
    };
}

export async function signInPage(page, login_name, next = "/") {
    await page.goto(`/signin?next=${encodeURIComponent(next)}`);
    await page.getByLabel("用户名").fill(login_name);
    await page.getByLabel("密码", { exact: true }).fill(kPassword);
    await page.getByRole("button", { name: "登录", exact: true }).click();
    await page.waitForURL((url) => !url.pathname.startsWith("/signin"));
}

// Waits until the element has the focus: pages move it after they have drawn.
export async function holdsFocus(locator) {
    const page = locator.page();
    await page.waitForFunction((element) => element === document.activeElement, await locator.elementHandle());
}

// What moves to an end has come to it; a spinner never does.
export async function finishMoving(page) {
    await page.evaluate(() => Promise.all(document.getAnimations()
        .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
        .map((animation) => animation.finished.catch(() => undefined))));
}

// Serious and critical findings of axe-core; none is accepted.
export async function checkAccessibility(page, where) {
    await finishMoving(page);
    // In its own world, so that the page's policy stays as it is.
    await page.evaluate(axeSource);
    const found = await page.evaluate(async () => {
        const result = await globalThis.axe.run(document, { resultTypes: ["violations"] });
        return result.violations
            .filter((item) => item.impact === "serious" || item.impact === "critical")
            .map((item) => `${item.id}: ${item.help}\n  ${item.nodes.map((node) => `${node.target.join(" ")} ${node.failureSummary}`).join("\n  ")}`);
    });
    assert.deepEqual(found, [], `accessibility of ${where}`);
}

export async function checkLayout(page, where) {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(over <= 0, `${where} is ${over} px wider than the screen`);
}
