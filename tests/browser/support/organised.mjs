// What tests of one organiser's events share for a whole file: `organised()` makes them, the other names follow.
import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { makeOrganiser, startServer } from "./server.mjs";

export let server;
export let browser;
export let organiser;

export function organised(settings = {}) {
    before(async () => {
        server = await startServer(settings);
        browser = await launch();
        organiser = await makeOrganiser(server.base);
    });
    after(async () => {
        await browser?.close();
        await server?.stop();
    });
}

export const dialog = (page) => page.getByRole("dialog");

// An event that is not published yet.
const kDraft = {
    title: { zh: "校园篮球赛", en: "Campus basketball" }, summary: { zh: "", en: "" }, description: { zh: "", en: "" }, venue: { zh: "", en: "" }, type: "ACTIVITY", visibility: "PUBLIC", mode: "TEAM",
    reg_open: "2031-01-01T00:00:00Z", reg_close: "2031-02-01T00:00:00Z", starts: "2031-03-01T00:00:00Z", ends: "2031-03-02T00:00:00Z", team_min: 1, team_max: 4, review_stages: 0, hold_policy: "AT_SUBMIT",
};
export const makeDraft = (slug, more = {}) => organiser.post("/events", { ...kDraft, slug, ...more });
