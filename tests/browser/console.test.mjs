// The pages of the console, on a phone and a desktop, light and dark, in both languages; and its backups.
import { after, before } from "node:test";
import { launch, openPerson, scene, signInPage } from "./support/browser.mjs";
import { looks, visit } from "./support/looks.mjs";
import { makeEvent, makeOrganiser, makeTeam, startServer } from "./support/server.mjs";

let server;
let browser;
let event;
let registration;
let draft;
before(async () => {
    server = await startServer();
    browser = await launch();
    const organiser = await makeOrganiser(server.base);
    event = await makeEvent(organiser, { slug: "every-page", divisions: 2 });
    draft = await organiser.post("/events", {
        title: { zh: "草稿", en: "Draft" }, summary: { zh: "", en: "" }, description: { zh: "", en: "" }, venue: { zh: "", en: "" }, slug: "a-draft", type: "ACTIVITY", visibility: "PUBLIC", mode: "TEAM",
        reg_open: "2031-01-01T00:00:00Z", reg_close: "2031-02-01T00:00:00Z", starts: "2031-03-01T00:00:00Z", ends: "2031-03-02T00:00:00Z",
        team_min: 1, team_max: 4, review_stages: 0, hold_policy: "AT_SUBMIT", quota_teams: 3,
    });
    const { captain, team } = await makeTeam(server.base, event, "待审核队", { size: 3 });
    registration = await captain.post(`/teams/${team.id}/submit`);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

for (const look of looks) {
    scene(`pages of the console: ${look.name}`, async () => {
        const person = await openPerson(browser, server.base, look.options);
        await signInPage(person.page, "admin", "/account");
        const base = `/admin/events/${event.id}`;
        await visit(person, [
            "/admin", "/admin/events", "/admin/events/new", base, `${base}/settings`, `${base}/divisions`, `${base}/forms`, `${base}/forms?form=team`,
            `${base}/registrations`, `/admin/events/${draft.id}`, `/admin/registrations/${registration.id}`, "/admin/users", "/admin/health", "/admin/backups", "/admin/audit", "/admin/limits",
        ], look);
        await person.close();
    });
}

scene("a backup is made, verified and listed", async () => {
    const person = await openPerson(browser, server.base);
    await signInPage(person.page, "admin", "/admin/backups");
    await person.page.getByRole("button", { name: "立即备份" }).click();
    await person.page.getByText("备份已开始").waitFor();
    await person.page.getByText("完好", { exact: true }).waitFor();
    await person.page.getByRole("button", { name: "校验" }).first().click();
    await person.page.getByText("校验通过，备份完整可用").waitFor();
    await person.close();
});
