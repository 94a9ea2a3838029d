// A page in all its looks: it fits, it is accessible, it shows no value that is none. axe-core sees each theme once.
import assert from "node:assert/strict";
import { checkAccessibility, checkLayout, kDesktop, kPhone } from "./browser.mjs";

export const looks = [
    { name: "phone, light, Chinese", options: { ...kPhone, colorScheme: "light" }, lang: "zh", axe: true },
    { name: "phone, dark, English", options: { ...kPhone, colorScheme: "dark" }, lang: "en", axe: false },
    { name: "desktop, light, Chinese", options: { ...kDesktop, colorScheme: "light" }, lang: "zh", axe: false },
    { name: "desktop, dark, English", options: { ...kDesktop, colorScheme: "dark" }, lang: "en", axe: true },
];

export async function visit(person, paths, look) {
    if (look.lang === "en") await person.page.evaluate(() => localStorage.setItem("rt.lang", "en"));
    for (const path of paths) {
        const where = `${path} (${look.name})`;
        await person.page.goto(path);
        await person.page.locator("h1").first().waitFor();
        await person.page.waitForLoadState("networkidle");
        await person.page.waitForFunction(() => !document.querySelector(".loading"));
        assert.equal(await person.page.evaluate(() => document.documentElement.lang), look.lang === "zh" ? "zh-CN" : "en", where);
        assert.equal(await person.page.locator("h1").count(), 1, `one heading on ${where}`);
        const broken = await person.page.locator("main").getByText(/undefined|NaN|\[object Object\]|Invalid Date/).count();
        assert.equal(broken, 0, `${where} shows a value that is none`);
        await checkLayout(person.page, where);
        if (look.axe) await checkAccessibility(person.page, where);
    }
}
