import { defineConfig } from "vite";

// Nothing is inlined: the policy of the pages allows neither data: scripts nor inline styles.
export default defineConfig({
    base: "/",
    publicDir: "public",
    esbuild: { jsx: "automatic", jsxImportSource: "preact" },
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
