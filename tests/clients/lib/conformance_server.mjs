// A conformance server, and a way to it that can be made deaf and cut, as a phone loses its network.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, connect } from "node:net";
import { createInterface } from "node:readline";

export async function startServer(...options) {
    const server = spawn(process.env.RT_BINARY, ["serve", "--conformance", "--listen", "127.0.0.1:0", ...options], { stdio: ["ignore", "ignore", "pipe"] });
    const lines = createInterface({ input: server.stderr });
    for await (const line of lines) {
        const ready = /ready in .* on http:\/\/127\.0\.0\.1:(\d+)/.exec(line);
        if (!ready) continue;
        server.stderr.resume();
        return {
            port: Number(ready[1]),
            async stop() {
                server.kill("SIGTERM");
                return (await once(server, "exit"))[0];
            },
        };
    }
    throw new Error("the server did not become ready");
}

// Everything goes through until deafen(): then nothing comes back any more. cut() ends every connection; down() does so and lets
// none through until up(), for clients whose next poll may be on its way already.
export async function startPath(port) {
    const pairs = new Set();
    let deaf = false;
    let open = true;
    const listener = createServer((near) => {
        if (!open) return void near.destroy();
        const far = connect(port, "127.0.0.1");
        const pair = { near, far };
        pairs.add(pair);
        near.on("data", (data) => far.write(data));
        far.on("data", (data) => deaf || near.write(data));
        for (const [one, other] of [[near, far], [far, near]]) {
            one.on("close", () => {
                pairs.delete(pair);
                other.destroy();
            });
            one.on("error", () => {});
        }
    });
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    return {
        port: listener.address().port,
        deafen() {
            deaf = true;
        },
        cut() {
            for (const { near, far } of pairs) {
                near.destroy();
                far.destroy();
            }
            deaf = false;
        },
        down() {
            open = false;
            this.cut();
        },
        up() {
            open = true;
        },
        close() {
            this.cut();
            listener.close();
        },
    };
}
