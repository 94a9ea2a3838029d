// The public pages and those of members, on a phone and a desktop, light and dark, in both languages.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launch, openPerson, scene, signInPage } from "./support/browser.mjs";
import { looks, visit } from "./support/looks.mjs";
import { makeEvent, makeOrganiser, makeTeam, register, startServer } from "./support/server.mjs";

let server;
let browser;
let event;
let teams;
before(async () => {
    server = await startServer();
    browser = await launch();
    const organiser = await makeOrganiser(server.base);
    event = await makeEvent(organiser, { slug: "every-page", divisions: 2 });
    teams = [await makeTeam(server.base, event, "待审核队", { size: 3 }), await makeTeam(server.base, event, "组队中", { size: 1 })];
    await teams[0].captain.post(`/teams/${teams[0].team.id}/submit`);
    await register(server.base, "newcomer", "新人");
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

for (const look of looks) {
    scene(`public pages: ${look.name}`, async () => {
        const person = await openPerson(browser, server.base, { ...look.options, expected: [404] });
        await person.page.goto("/");
        await visit(person, ["/", "/e/every-page", "/e/not-there", "/signin", "/register", "/join", "/join/ABCD2345", "/setup", "/no/such/page"], look);
        await person.close();
    });

    scene(`pages of a member: ${look.name}`, async () => {
        const person = await openPerson(browser, server.base, look.options);
        await signInPage(person.page, teams[0].captain.user.login_name);
        await visit(person, ["/mine", `/teams/${teams[0].team.id}`, "/account", "/e/every-page"], look);
        await person.close();
        const other = await openPerson(browser, server.base, look.options);
        await signInPage(other.page, teams[1].captain.user.login_name);
        await visit(other, [`/teams/${teams[1].team.id}`], look);
        await other.close();
        const newcomer = await openPerson(browser, server.base, look.options);
        await signInPage(newcomer.page, "newcomer");
        await visit(newcomer, ["/mine", "/e/every-page?do=found", `/join/${teams[1].invite.code}`], look);
        await newcomer.close();
    });
}

scene("the language is the browser's at first, then the one that was chosen", async () => {
    const person = await openPerson(browser, server.base, { locale: "en-GB" });
    await person.page.goto("/");
    await person.page.getByRole("heading", { name: "Sign up together, show up together" }).waitFor();
    await person.page.getByRole("button", { name: "中文" }).click();
    await person.page.getByRole("heading", { name: "一起报名，一起上场" }).waitFor();
    await person.page.reload();
    await person.page.getByRole("heading", { name: "一起报名，一起上场" }).waitFor();
    await person.close();
});

scene("times are those of the event's zone, wherever the reader is", async () => {
    const far = await openPerson(browser, server.base, { timezoneId: "America/Los_Angeles" });
    const near = await openPerson(browser, server.base, { timezoneId: "Asia/Shanghai" });
    const facts = async (person) => {
        await person.page.goto("/e/every-page");
        return person.page.locator(".facts").first().innerText();
    };
    assert.equal(await facts(far), await facts(near));
    await far.close();
    await near.close();
});

scene("the pages come with the policy, and assets may be kept for ever", async () => {
    const answer = await fetch(`${server.base}/`);
    const policy = answer.headers.get("content-security-policy") ?? "";
    for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]) assert.ok(policy.includes(part), `${part} in ${policy}`);
    assert.doesNotMatch(policy, /unsafe/);
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(await answer.text())[1];
    const asset = await fetch(server.base + script);
    assert.equal(asset.status, 200);
    assert.match(asset.headers.get("cache-control") ?? "", /immutable/);
    const again = await fetch(server.base + script, { headers: { "If-None-Match": asset.headers.get("etag") } });
    assert.equal(again.status, 304);
});
