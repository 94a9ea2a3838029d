// Pages in front of a running server, without linking them into it: `node serve.mjs FOLDER SERVER [PORT]`. README.md tells when.
import { createReadStream, readFileSync, statSync } from "node:fs";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { extname, join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const kTypes = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".txt": "text/plain", ".webmanifest": "application/manifest+json" };

function fileOf(folder, path) {
    const file = join(folder, normalize(decodeURIComponent(path)));
    if (!file.startsWith(folder)) return null;
    return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : null;
}

// WebSockets of `proxy` go to the server at `target` (a URL) as they are.
export function passUpgrades(proxy, target) {
    proxy.on("upgrade", (from, socket, head) => {
        const onward = connect(Number(target.port), target.hostname, () => {
            const lines = [];
            for (let i = 0; i < from.rawHeaders.length; i += 2) lines.push(`${from.rawHeaders[i]}: ${from.rawHeaders[i + 1]}`);
            onward.write(`${from.method} ${from.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
            onward.write(head);
            socket.pipe(onward).pipe(socket);
        });
        onward.on("error", () => socket.destroy());
        socket.on("error", () => onward.destroy());
    });
}

// Starts listening and answers {base, stop}. What is no file of `folder` and no page goes to `server`, sockets too.
export async function servePages(folder, server, port = 0) {
    const root = resolve(folder);
    const target = new URL(server);
    // The policy and where the API lies are the server's own: the pages are tested under them.
    const home = await fetch(target, { headers: { Accept: "text/html" } });
    const policy = home.headers.get("content-security-policy") ?? "";
    const api = /<meta name="roundtable-api"[^>]*>/;
    const own = api.exec(await home.text())?.[0];
    const index = () => readFileSync(join(root, "index.html"), "utf8").replace(api, (meta) => own ?? meta);
    const proxy = createServer((from, to) => {
        const { pathname } = new URL(from.url, target);
        const file = pathname === "/" ? null : fileOf(root, pathname);
        if (file && from.method === "GET") {
            to.writeHead(200, { "Content-Type": kTypes[extname(file)] ?? "application/octet-stream", "Cache-Control": "no-store" });
            createReadStream(file).pipe(to);
            return;
        }
        if (from.method === "GET" && (from.headers.accept ?? "").includes("text/html")) {
            to.writeHead(200, { "Content-Type": kTypes[".html"], "Cache-Control": "no-store", "Content-Security-Policy": policy });
            to.end(index());
            return;
        }
        const onward = request({ host: target.hostname, port: target.port, path: from.url, method: from.method, headers: from.headers }, (answer) => {
            to.writeHead(answer.statusCode, answer.headers);
            answer.pipe(to);
        });
        onward.on("error", () => to.headersSent ? to.destroy() : to.writeHead(502).end());
        from.pipe(onward);
    });
    passUpgrades(proxy, target);
    await new Promise((done) => proxy.listen(port, "127.0.0.1", done));
    return {
        base: `http://127.0.0.1:${proxy.address().port}`,
        stop: () => { proxy.closeAllConnections(); return new Promise((done) => proxy.close(done)); },
    };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [folder, server, port] = process.argv.slice(2);
    if (!server) {
        console.error("Usage: node serve.mjs FOLDER SERVER [PORT], for example: node serve.mjs dist http://127.0.0.1:3000 8080");
        process.exit(2);
    }
    console.log((await servePages(folder, server, Number(port ?? 0))).base);
}
