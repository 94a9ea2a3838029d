// The server as the people of a story see it: under a name instead of a port, on a day of the story's calendar instead of today, with the
// same codes in every run. It stands between the pages and the real server and translates both ways; nothing is answered here.
import { createServer, request } from "node:http";
import { passUpgrades } from "../../../web/serve.mjs";

export const kNow = Date.parse("2027-04-10T10:00:00+08:00");
export const kHost = "roundtable.example.org";

const kQuarterMs = 900_000; // what the server stamps during a run is told as the quarter it began in
const kDayMs = 86_400_000;
const kChinaMs = 8 * 3_600_000;
const kMoment = /"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)"/g;
const kDay = /"(\d{4}-\d\d-\d\d)"/g;
const kCodes = ["7KQM3XPA"]; // the later ones are in no picture
const kTokens = ["Gd3xTq7KfWm2ZpVc"];

const moment = (ms) => new Date(ms).toISOString().replace(".000Z", "Z");
const chinaDay = (ms) => Math.floor((ms + kChinaMs) / kDayMs);

class Translation {
    constructor() {
        const began = Math.floor(Date.now() / 1000) * 1000;
        this.shift = began - kNow;
        this.days = chinaDay(began) - chinaDay(kNow);
        this.told = new Map(); // what the server made: what the story says
        this.left = { code: [...kCodes], token: [...kTokens] };
    }

    day(text, sign) { return new Date(Date.parse(text) + sign * this.days * kDayMs).toISOString().slice(0, 10); }

    inward(text) {
        for (const [real, said] of this.told) text = text.replaceAll(said, real);
        return text.replace(kMoment, (_, at) => `"${moment(Date.parse(at) + this.shift)}"`).replace(kDay, (_, at) => `"${this.day(at, 1)}"`);
    }

    outward(text) {
        this.#learn(text);
        for (const [real, said] of this.told) text = text.replaceAll(real, said);
        return text
            .replace(kMoment, (_, at) => `"${moment(Math.floor((Date.parse(at) - this.shift) / kQuarterMs) * kQuarterMs)}"`)
            .replace(kDay, (_, at) => `"${this.day(at, -1)}"`);
    }

    #learn(text) {
        const code = /"code":"([0-9A-Z]{4})-?([0-9A-Z]{4})"/.exec(text);
        if (code && this.left.code.length > 0 && !this.told.has(code[1] + code[2])) {
            const said = this.left.code.shift();
            this.told.set(code[1] + code[2], said);
            this.told.set(`${code[1]}-${code[2]}`, `${said.slice(0, 4)}-${said.slice(4)}`);
            this.told.set(`"code_hint":"${code[2].slice(2)}"`, `"code_hint":"${said.slice(6)}"`);
        }
        const token = /"url":"[^"]*\/guardian[/?#]([^"]+)"/.exec(text);
        if (token && this.left.token.length > 0 && !this.told.has(token[1])) this.told.set(token[1], this.left.token.shift());
    }
}

const isJson = (headers) => /json/.test(headers["content-type"] ?? "");

async function whole(stream) {
    const parts = [];
    for await (const part of stream) parts.push(part);
    return Buffer.concat(parts);
}

// Answers {base, args, stop}: `base` is for programs, `args` make Chromium find kHost here.
export async function tellStory(server) {
    const target = new URL(server);
    const words = new Translation();
    const handle = async (from, to) => {
        const body = await whole(from);
        const sent = isJson(from.headers) ? Buffer.from(words.inward(body.toString("utf8"))) : body;
        const headers = { ...from.headers, "accept-encoding": "identity", ...(body.length > 0 ? { "content-length": sent.length } : {}) };
        const onward = request({ host: target.hostname, port: target.port, path: words.inward(from.url), method: from.method, headers }, async (answer) => {
            const got = await whole(answer);
            const told = isJson(answer.headers) ? Buffer.from(words.outward(got.toString("utf8"))) : got;
            const { "transfer-encoding": _, ...kept } = answer.headers;
            const length = answer.statusCode === 204 || answer.statusCode === 304 || from.method === "HEAD" ? {} : { "content-length": told.length };
            to.writeHead(answer.statusCode, { ...kept, date: new Date(kNow).toUTCString(), ...length });
            to.end(told);
        });
        onward.on("error", () => (to.headersSent ? to.destroy() : to.writeHead(502).end()));
        onward.end(sent);
    };
    const proxy = createServer((from, to) => handle(from, to).catch(() => to.destroy()));
    passUpgrades(proxy, target);
    await new Promise((done) => proxy.listen(0, "127.0.0.1", done));
    const { port } = proxy.address();
    return {
        base: `http://127.0.0.1:${port}`,
        origin: `http://${kHost}`,
        args: [`--host-resolver-rules=MAP ${kHost} 127.0.0.1:${port}`, `--unsafely-treat-insecure-origin-as-secure=http://${kHost}`],
        stop: () => {
            proxy.closeAllConnections();
            return new Promise((done) => proxy.close(done));
        },
    };
}
