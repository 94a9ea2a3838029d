import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAnswer, checkAnswers, cleanAnswers, fromFen, isDate, isEmail, isIdCard, isMobile, toFen } from "../src/core/answers";
import { parseCondition, visibleFields } from "../src/core/expression";
import { match, safeNext } from "../src/core/router";
import { dateRange, dateTime, fromLocalInput, isZone, relative, toLocalInput } from "../src/core/time";
import type { FieldType, FormField } from "../src/core/types";
import { zh } from "../src/i18n/zh";
import { en } from "../src/i18n/en";
import { adminEn } from "../src/i18n/admin_en";
import { adminZh } from "../src/i18n/admin_zh";
import { normalCode } from "../src/public/code";
import { changes } from "../src/admin/change";
import { fillDays } from "../src/admin/days";
import { fieldName } from "../src/ui/field_name";

const field = (type: FieldType, more: Partial<FormField> = {}): FormField => ({ key: "k", type, label: { zh: "标", en: "" }, required: true, ...more });

test("identity card numbers are held to the check character, the date and nothing looser", () => {
    assert.ok(isIdCard("11010519491231002X"));
    assert.ok(isIdCard("11010519491231002x"));
    assert.ok(isIdCard("１１０１０５ 19491231 002X"));
    assert.ok(!isIdCard("110105194912310021"));
    assert.ok(!isIdCard("11010519490231002X"));
    assert.ok(!isIdCard("1101051949123100"));
});

test("mobile numbers, mail addresses and dates", () => {
    for (const good of ["13800138000", "+86 138 0013 8000", "0086-13800138000"]) assert.ok(isMobile(good), good);
    for (const bad of ["12800138000", "1380013800", "138001380000", ""]) assert.ok(!isMobile(bad), bad);
    for (const good of ["a@b.cn", "li.ming+x@mail.example.com"]) assert.ok(isEmail(good), good);
    for (const bad of ["a@b", "@b.cn", "a b@c.cn", "a@b..cn"]) assert.ok(!isEmail(bad), bad);
    assert.ok(isDate("2024-02-29"));
    assert.ok(!isDate("2023-02-29"));
    assert.ok(!isDate("2023-2-9"));
});

test("limits of a field: one below, at, one above", () => {
    const text = field("text", { min: 2, max: 3 });
    assert.deepEqual(checkAnswer(text, "一"), { kind: "tooShort", limit: 2 });
    assert.equal(checkAnswer(text, "一二"), null);
    assert.equal(checkAnswer(text, "一二三"), null);
    assert.equal(checkAnswer(text, "𠮷𠮷𠮷"), null, "code points are counted");
    assert.deepEqual(checkAnswer(text, "一二三四"), { kind: "tooLong", limit: 3 });
    const int = field("int", { min: -1, max: 4 });
    assert.deepEqual(checkAnswer(int, -2), { kind: "atLeast", limit: -1 });
    assert.equal(checkAnswer(int, -1), null);
    assert.equal(checkAnswer(int, 4), null);
    assert.deepEqual(checkAnswer(int, 5), { kind: "atMost", limit: 4 });
    assert.deepEqual(checkAnswer(int, "4x"), { kind: "integer" });
    const multi = field("multi", { min: 1, max: 2 });
    assert.deepEqual(checkAnswer(multi, ["a", "b", "c"]), { kind: "pickMax", limit: 2 });
    assert.equal(checkAnswer(multi, ["a", "b"]), null);
});

test("what counts as not answered", () => {
    assert.deepEqual(checkAnswer(field("text"), "  "), { kind: "required" });
    assert.deepEqual(checkAnswer(field("bool"), false), { kind: "chooseOne" });
    assert.equal(checkAnswer(field("bool", { required: false }), false), null);
    assert.deepEqual(checkAnswer(field("single"), null), { kind: "chooseOne" });
    assert.equal(checkAnswer(field("text", { required: false }), ""), null);
    assert.deepEqual(Object.keys(checkAnswers([field("text"), field("int", { key: "n" })], { k: "x" })), ["n"]);
    assert.deepEqual(cleanAnswers([field("text"), field("bool", { key: "b" })], { k: " x ", b: false, gone: "1" }), { k: "x", b: false });
});

test("times go to UTC and back on the clocks of the event", () => {
    assert.equal(fromLocalInput("2026-05-01T09:30"), "2026-05-01T01:30:00Z");
    assert.equal(toLocalInput("2026-05-01T01:30:00Z"), "2026-05-01T09:30");
    assert.equal(fromLocalInput("2026-03-29T01:30", "Europe/Berlin"), "2026-03-29T00:30:00Z");
    assert.equal(fromLocalInput("2026-07-01T12:00", "Europe/Berlin"), "2026-07-01T10:00:00Z");
    assert.equal(toLocalInput("2026-10-25T00:30:00Z", "Europe/Berlin"), "2026-10-25T02:30");
    assert.equal(fromLocalInput(""), "");
    // A name that no browser knows, or this one does not yet, breaks no page.
    assert.deepEqual([isZone("Europe/Berlin"), isZone("Mars/Olympus"), isZone("")], [true, false, false]);
    assert.equal(dateTime("2026-05-01T01:30:00Z", "zh", "Mars/Olympus"), dateTime("2026-05-01T01:30:00Z", "zh"));
    assert.equal(fromLocalInput("2026-05-01T09:30", "Mars/Olympus"), "2026-05-01T01:30:00Z");
    assert.equal(toLocalInput(null), "");
    assert.match(dateRange("2026-05-01T01:00:00Z", "2026-05-01T09:00:00Z", "zh"), /^2026年5月1日周五$/);
    assert.equal(dateRange("2026-05-01T01:00:00Z", "2026-05-02T09:00:00Z", "zh"), "2026年5月1日 – 5月2日");
    assert.match(dateRange("2026-05-01T01:00:00Z", "2026-05-02T09:00:00Z", "en"), /^1\s*–\s*2 May 2026$/);
    assert.equal(relative("2026-05-03T00:00:00Z", "zh", Date.parse("2026-05-01T00:00:00Z")), "后天");
    assert.equal(relative("2026-05-01T03:00:00Z", "en", Date.parse("2026-05-01T00:00:00Z")), "in 3 hours");
});

test("after signing in nobody is sent to another site", () => {
    for (const good of ["/", "/e/run?do=found", "/join/ABCD2345"]) assert.equal(safeNext(good), good);
    for (const bad of [null, "", "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\\b", "/\n/evil"]) assert.equal(safeNext(bad), "/", String(bad));
});

test("patterns of paths", () => {
    assert.deepEqual(match("/teams/:id", "/teams/abc"), { id: "abc" });
    assert.deepEqual(match("/e/:slug", "/e/%E5%9C%86%E6%A1%8C"), { slug: "圆桌" });
    assert.equal(match("/teams/:id", "/teams/abc/x"), null);
    assert.equal(match("/teams/:id", "/teams/%"), null);
    assert.deepEqual(match("/", "/"), {});
});

test("invite codes as people type them", () => {
    assert.equal(normalCode(" abcd-o1il "), "ABCD0111");
    assert.equal(normalCode("ＡＢＣＤ２３４５"), "ABCD2345");
});

test("paths of the server's field errors", () => {
    assert.equal(fieldName("fields[2].options[0].label.zh"), "fields.2.options.0.label.zh");
    assert.equal(fieldName("/answers/size"), "answers.size");
    assert.equal(fieldName("name"), "name");
});

test("a change as one line a value", () => {
    assert.deepEqual(changes({ state: "DRAFT", rev: 1 }, { state: "PUBLISHED", rev: 1 }), [{ key: "state", from: "DRAFT", to: "PUBLISHED" }]);
    assert.deepEqual(changes({ name: { zh: "甲", en: "A" }, gone: 1 }, { name: { zh: "乙", en: "A" }, list: ["a", null] }), [
        { key: "name.zh", from: "甲", to: "乙" }, { key: "gone", from: "1" }, { key: "list", to: "a, ∅" },
    ]);
    assert.deepEqual(changes(null, { role: "admin" }), [{ key: "role", to: "admin" }]);
    assert.deepEqual(changes(null, null), []);
});

test("days without registrations are days too", () => {
    const none = fillDays([], "2026-05-14");
    assert.equal(none.length, 14);
    assert.deepEqual(none[0], { day: "2026-05-01", count: 0 });
    const some = fillDays([{ day: "2026-04-20", count: 3 }, { day: "2026-05-14", count: 2 }], "2026-05-14");
    assert.equal(some.length, 25);
    assert.deepEqual(some[0], { day: "2026-04-20", count: 3 });
    assert.deepEqual(some[24], { day: "2026-05-14", count: 2 });
    assert.equal(some[1]!.count, 0);
    assert.equal(fillDays([{ day: "2020-01-01", count: 1 }], "2026-05-14").length, 60);
});

// The compiler holds the keys equal; this finds texts left empty or left in the other language.
test("every text is there in both languages", () => {
    const walk = (a: unknown, b: unknown, path: string) => {
        if (typeof a === "string") {
            assert.ok(a && typeof b === "string" && b, path);
        } else if (a && typeof a === "object") {
            for (const key of Object.keys(a)) walk((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], `${path}.${key}`);
        } else assert.equal(typeof a, typeof b, path);
    };
    walk(zh, en, "zh");
    walk(adminZh, adminEn, "adminZh");
    assert.notEqual(zh.registration.state.IN_REVIEW, zh.registration.state.WAITLISTED);
    assert.equal(zh.registration.state.IN_REVIEW, "待审核");
    assert.equal(zh.registration.state.WAITLISTED, "候补");
    assert.equal(en.registration.state.WAITLISTED, "Waiting list");
});

test("conditions of fields", () => {
    const answers = { size: "m", diet: ["nut", "veg"], laps: 4, minor: true, none: "", day: "2026-01-31" };
    const holds = (source: string) => parseCondition(source)?.((key) => answers[key as keyof typeof answers]);
    for (const good of ['size == "m"', 'size != "s"', 'size in ["s","m"]', 'diet has "nut"', "laps > 3", "laps <= 4", "answered(size)", "not answered(none)", "minor",
        'minor == true and (laps < 3 or size == "m")', 'not (size == "s" or laps == 5)', 'missing != "x"', 'size=="s" or size=="m" and laps==4', "size", "laps", 'size >= "m"', 'day < "2026-02-01"']) {
        assert.equal(holds(good), true, good);
    }
    for (const bad of ['size == "s"', 'diet has "egg"', "laps > 4", "answered(missing)", "missing > 1", 'missing == "x"', "missing < 1", 'laps == "4"', 'diet == "nut"', 'size has "m"', 'laps > "3"']) assert.equal(holds(bad), false, bad);
    for (const none of ["", "size in []", "size ==", "size = 1", '"m" == size', "size == m", "(size", "size == 1 2", "a; b", `x == "${"y".repeat(500)}"`, `${"(".repeat(11)}a${")".repeat(11)}`, Array(60).fill("a").join(" or ")]) {
        assert.equal(parseCondition(none), null, none.slice(0, 40));
    }
});

test("an answer to a hidden field counts for nothing, and hidden fields are not asked", () => {
    const fields = [
        field("bool", { key: "a" }), field("text", { key: "b", visible_if: "a" }), field("text", { key: "c", visible_if: "answered(b)" }),
        field("text", { key: "d", visible_if: "age < 18" }), field("text", { key: "e", visible_if: "broken ((" }),
    ];
    const shown = (answers: Record<string, string | boolean>, about = {}) => visibleFields(fields, answers, about).map((one) => one.key).join("");
    assert.equal(shown({ a: true, b: "x" }), "abce");
    assert.equal(shown({ a: false, b: "x" }), "ae");
    assert.equal(shown({}, { age: 12 }), "ade");
    assert.equal(shown({}, { age: 18 }), "ae");
});

test("answers of more kinds: what is good and what is not", () => {
    const tree = [{ id: "11", label: { zh: "北京", en: "" }, children: [{ id: "1101", label: { zh: "东城", en: "" } }] }, { id: "81", label: { zh: "香港", en: "" } }];
    const cases: [FieldType, unknown, boolean, Partial<FormField>?][] = [
        ["time", "09:30", true], ["time", "24:00", false], ["datetime", "2026-01-31T09:30", true], ["datetime", "2026-02-30T09:30", false],
        ["url", "https://example.com/a", true], ["url", "javascript:alert(1)", false], ["phone", "+44 20 7946 0000", true], ["phone", "abc", false],
        ["decimal", "12.50", true], ["decimal", "12.505", false], ["decimal", "5", false, { min: 6 }], ["money", 1250, true], ["money", "12,5", false],
        ["cascade", ["11", "1101"], true, { tree }], ["cascade", ["11"], false, { tree }], ["cascade", ["81"], true, { tree }],
        ["daterange", ["2026-01-02", "2026-01-02"], true], ["daterange", ["2026-01-02", "2026-01-01"], false], ["daterange", ["2026-01-02", ""], false],
        ["rating", 5, true, { max: 5 }], ["rating", 6, false, { max: 5 }], ["consent", true, true], ["consent", false, false], ["file", [], false], ["file", ["f"], true],
        ["text", "AB-1", true, { pattern: "[A-Z]{2}-\\d" }], ["text", "AB-12", false, { pattern: "[A-Z]{2}-\\d" }], ["section", undefined, true],
    ];
    for (const [type, value, good, more] of cases) assert.equal(checkAnswer(field(type, more), value as never) === null, good, `${type} ${JSON.stringify(value)}`);
    assert.deepEqual([toFen("12.5"), toFen("0.07"), toFen("12.345"), toFen("-1"), fromFen(1207)], [1250, 7, null, null, "12.07"]);
});
