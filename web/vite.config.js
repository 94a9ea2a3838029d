import { defineConfig } from "vite";

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
