// What the console's pages work out by themselves: conditions, trees and pasted lists.
import assert from "node:assert/strict";
import { test } from "node:test";
import { portions, readLines } from "../src/admin/allow_lines";
import { read, write } from "../src/admin/forms/condition";
import { parseTree, treeText } from "../src/admin/forms/model";
import { parseCondition } from "../src/core/expression";
import type { FormField } from "../src/core/types";

const field = (key: string, type: FormField["type"]): FormField => ({ key, type, label: { zh: key, en: "" }, required: false });

test("a chosen condition is written as the server reads it, and read back", () => {
    const fields = [field("size", "single"), field("laps", "int"), field("diet", "multi"), field("born", "date"), field("adult", "bool"), field("name", "text")];
    for (const text of ['size == "m"', "laps >= 3", 'diet has "nut"', 'not (diet has "nut")', 'born >= "2010-01-31"', "adult == true", "answered(size)", "not answered(size)", 'size == "m" or laps < 2', 'name == "true"', 'name == "a \\"b\\""']) {
        const rows = read(text);
        assert.ok(rows, text);
        assert.equal(write(rows, fields), text);
        assert.ok(parseCondition(text), `the pages read ${text}`);
    }
    for (const text of ['size in ["a"]', "(laps > 1)", 'size == "m" and laps > 1 or laps > 2', "laps >"]) assert.equal(read(text), null, text);
});

test("a tree is written as lines, and keeps its ids when a line is added", () => {
    const tree = parseTree("东区\n  一号楼\n\t二号楼\n西区\n");
    assert.deepEqual(tree.map((node) => node.children?.length ?? 0), [2, 0]);
    assert.equal(treeText(tree), "东区\n  一号楼\n  二号楼\n西区\n");
    const more = parseTree("北区\n东区\n  三号楼\n  二号楼\n西区", tree);
    assert.equal(more[1]!.id, tree[0]!.id);
    assert.equal(more[1]!.children![1]!.id, tree[0]!.children![1]!.id);
    assert.equal(new Set(more.map((node) => node.id)).size, 3, "no id twice");
    assert.equal(new Set(more[1]!.children!.map((node) => node.id)).size, 2);
    const renamed = parseTree(treeText(tree).replace("西区", "西苑"), tree);
    assert.equal(renamed[1]!.id, tree[1]!.id, "a name may be mended");
    assert.equal(new Set(parseTree("甲\n甲\n甲").map((node) => node.id)).size, 3);
});

test("pasted numbers lose their heading, keep their lines, and go in portions of one note", () => {
    const lines = readLines('手机号,备注\r\n"138 0000 0000",一班\r\n\r\n13900000000\t二班\r\n13700000000,"一班"', "PHONE");
    assert.deepEqual(lines, [{ line: 2, value: "138 0000 0000", note: "一班" }, { line: 4, value: "13900000000", note: "二班" }, { line: 5, value: "13700000000", note: "一班" }]);
    assert.deepEqual(portions(lines).map((portion) => portion.map((one) => one.line)), [[2, 5], [4]]);
    assert.equal(readLines("abc\nS1", "STUDENT_NO").length, 2, "a student's number may be a word");
    const many = portions(Array.from({ length: 2001 }, (_, i) => ({ line: i + 1, value: String(i), note: "" })));
    assert.deepEqual(many.map((portion) => portion.length), [1000, 1000, 1]);
});
