// The pages without a browser, with the packages of web/package-lock.json: their pure functions, and words that no page says.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = process.env.RT_SOURCE_DIR ?? join(dirname(fileURLToPath(import.meta.url)), "../..");

before(() => {
    const install = spawnSync(join(root, "tests/support/npm_ci.sh"), [join(root, "web")], { encoding: "utf8" });
    assert.equal(install.status, 0, install.stdout + install.stderr);
});

test("every word of the dictionaries is said by a page", () => {
    const run = spawnSync(process.execPath, ["test/words.mjs"], { cwd: join(root, "web"), encoding: "utf8" });
    assert.equal(run.status, 0, run.stdout + run.stderr);
    assert.match(run.stdout, /[1-9]\d{3} words, 0 that no page says/);
});

test("the pure functions of the pages", () => {
    // Node marks its tests' children; these are tests of their own.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const run = spawnSync(process.execPath, ["test/run.mjs"], { cwd: join(root, "web"), encoding: "utf8", env });
    assert.equal(run.status, 0, run.stdout + run.stderr);
    assert.match(run.stdout, /# pass [1-9]/);
});
