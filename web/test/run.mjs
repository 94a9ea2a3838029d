// Runs the tests of pure functions: each *.test.ts is bundled with esbuild, then handed to Node's test runner.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = mkdtempSync(join(tmpdir(), "roundtable-web-"));
try {
    const sources = readdirSync(here).filter((name) => name.endsWith(".test.ts"));
    await build({
        entryPoints: sources.map((name) => join(here, name)),
        bundle: true, platform: "node", format: "esm", outdir: out, outExtension: { ".js": ".mjs" },
        jsx: "automatic", jsxImportSource: "preact", loader: { ".css": "empty" }, logLevel: "warning",
        // What a browser has; Node has no global crypto before its version 19.
        banner: { js: "import { webcrypto } from 'node:crypto'; globalThis.crypto ??= webcrypto; globalThis.navigator ??= { languages: ['zh-CN'] }; globalThis.document ??= { documentElement: { dataset: {} } }; globalThis.location ??= { pathname: '/', search: '' };" },
    });
    const files = sources.map((name) => join(out, name.replace(/\.ts$/, ".mjs")));
    process.exitCode = spawnSync(process.execPath, ["--test", ...files], { stdio: "inherit" }).status ?? 1;
} finally {
    rmSync(out, { recursive: true, force: true });
}
