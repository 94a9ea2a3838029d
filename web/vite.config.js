import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { defineConfig } from "vite";

// Pages of others load the client from the server they speak to: /socket.io/socket.io.js, as with the reference, source maps too.
const clientOfSocketIo = {
    name: "socket-io-client",
    apply: "build",
    generateBundle() {
        const folder = join(dirname(createRequire(import.meta.url).resolve("socket.io-client/package.json")), "dist");
        for (const build of ["", ".min", ".esm.min", ".msgpack.min"]) {
            for (const name of [`socket.io${build}.js`, `socket.io${build}.js.map`]) {
                this.emitFile({ type: "asset", fileName: `socket.io/${name}`, source: readFileSync(join(folder, name)) });
            }
        }
    },
};

// The dark values stand once, under data-theme="dark"; here the system's preference gets them too.
const darkBySystem = {
    postcssPlugin: "dark-by-system",
    Once(root, { AtRule }) {
        root.walkRules(':root[data-theme="dark"]', (rule) => {
            const media = new AtRule({ name: "media", params: "(prefers-color-scheme: dark)" });
            media.append(rule.clone({ selector: ":root:not([data-theme])" }));
            rule.after(media);
        });
    },
};

// Nothing is inlined: the policy of the pages allows neither data: scripts nor inline styles.
export default defineConfig({
    base: "/",
    publicDir: "public",
    plugins: [clientOfSocketIo],
    esbuild: { jsx: "automatic", jsxImportSource: "preact" },
    css: { postcss: { plugins: [darkBySystem] } },
    build: {
        target: ["es2021", "chrome90", "safari15", "firefox90"],
        assetsDir: "assets",
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        chunkSizeWarningLimit: 300,
        rollupOptions: {
            output: {
                manualChunks: (id) => (id.includes("node_modules/preact") ? "preact" : undefined),
            },
        },
    },
});
