// The condition of a form field (`visible_if`), with the same words and limits as on the server. Pure.
//   size == "m"   size != "m"   size in ["m","l"]   diet has "nut"   laps > 3   answered(size)   and or not ( )
import type { AnswerValue, Answers } from "./types";

// What the expression may ask besides the answers: division (its code), role, age (whole years), sex ("F", "M").
export interface Circumstances {
    division?: string;
    role?: string;
    age?: number;
    sex?: string;
}

type Value = AnswerValue | undefined;
type Look = (key: string) => Value;
type Test = (look: Look) => boolean;

const kBytesMax = 500;
const kNodesMax = 50;
const kDepthMax = 10;
const kListMax = 20;

const kToken = /\s*(?:("(?:[^"\\]|\\["\\])*")|(-?\d+)|([A-Za-z_][A-Za-z0-9_]*)|(==|!=|>=|<=|[()[\],<>]))/y;

interface Token {
    kind: "text" | "int" | "word" | "sign" | "end";
    text: string;
}

function tokens(source: string): Token[] | null {
    const found: Token[] = [];
    kToken.lastIndex = 0;
    let at = 0;
    const rest = source.trimEnd();
    while (at < rest.length) {
        kToken.lastIndex = at;
        const match = kToken.exec(rest);
        if (!match) return null;
        at = kToken.lastIndex;
        if (match[1] !== undefined) found.push({ kind: "text", text: match[1].slice(1, -1).replace(/\\(.)/g, "$1") });
        else if (match[2] !== undefined) found.push({ kind: "int", text: match[2] });
        else if (match[3] !== undefined) found.push({ kind: "word", text: match[3] });
        else found.push({ kind: "sign", text: match[4]! });
    }
    found.push({ kind: "end", text: "" });
    return found;
}

type Literal = string | number | boolean;

const isNothing = (value: Value): boolean =>
    value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

// Numbers with numbers, texts with texts: dates and times in their normal form compare as texts do.
function compare(sign: string, value: Value, wanted: Literal): boolean {
    if (typeof value !== typeof wanted || typeof value === "boolean" || isNothing(value)) return false;
    const [a, b] = [value as string | number, wanted as string | number];
    if (sign === ">") return a > b;
    if (sign === "<") return a < b;
    return sign === ">=" ? a >= b : a <= b;
}

class Parser {
    private at = 0;
    private nodes = 0;
    constructor(private readonly all: Token[]) {}

    whole(): Test {
        const test = this.either(0);
        if (this.peek().kind !== "end") throw new Error("more than one condition");
        return test;
    }

    private peek(): Token {
        return this.all[this.at]!;
    }
    private next(): Token {
        return this.all[this.at++] ?? { kind: "end", text: "" };
    }
    private is(text: string): boolean {
        const token = this.peek();
        return (token.kind === "word" || token.kind === "sign") && token.text === text;
    }
    private take(text: string): boolean {
        if (!this.is(text)) return false;
        this.at += 1;
        return true;
    }
    private need(text: string): void {
        if (!this.take(text)) throw new Error(`${text} is missing`);
    }
    private count(depth: number): void {
        this.nodes += 1;
        if (this.nodes > kNodesMax || depth > kDepthMax) throw new Error("too large");
    }

    private either(depth: number): Test {
        let left = this.both(depth);
        while (this.take("or")) {
            this.count(depth);
            const [a, b] = [left, this.both(depth)];
            left = (look) => a(look) || b(look);
        }
        return left;
    }
    private both(depth: number): Test {
        let left = this.single(depth);
        while (this.take("and")) {
            this.count(depth);
            const [a, b] = [left, this.single(depth)];
            left = (look) => a(look) && b(look);
        }
        return left;
    }
    private single(depth: number): Test {
        this.count(depth);
        if (this.take("not")) {
            const inner = this.single(depth + 1);
            return (look) => !inner(look);
        }
        if (this.take("(")) {
            const inner = this.either(depth + 1);
            this.need(")");
            return inner;
        }
        return this.term();
    }

    private key(): string {
        const token = this.next();
        if (token.kind !== "word") throw new Error("a field is missing");
        return token.text;
    }
    private literal(): Literal {
        const token = this.next();
        if (token.kind === "text") return token.text;
        if (token.kind === "int") return Number(token.text);
        if (token.kind === "word" && (token.text === "true" || token.text === "false")) return token.text === "true";
        throw new Error("a value is missing");
    }
    private literals(): Literal[] {
        this.need("[");
        const found: Literal[] = [this.literal()];
        while (this.take(",")) found.push(this.literal());
        this.need("]");
        if (found.length > kListMax) throw new Error("too many values");
        return found;
    }

    private term(): Test {
        const key = this.key();
        if (key === "answered" && this.take("(")) {
            const name = this.key();
            this.need(")");
            return (look) => !isNothing(look(name));
        }
        const sign = this.peek();
        if (this.take("==")) {
            const wanted = this.literal();
            return (look) => look(key) === wanted;
        }
        if (this.take("!=")) {
            const wanted = this.literal();
            return (look) => look(key) !== wanted;
        }
        if (this.take("in")) {
            const wanted = this.literals();
            return (look) => wanted.some((one) => look(key) === one);
        }
        if (this.take("has")) {
            const wanted = this.literal();
            return (look) => {
                const value = look(key);
                return Array.isArray(value) && typeof wanted === "string" && value.includes(wanted);
            };
        }
        if (sign.kind === "sign" && ["<", ">", "<=", ">="].includes(sign.text)) {
            this.at += 1;
            const wanted = this.literal();
            return (look) => compare(sign.text, look(key), wanted);
        }
        return (look) => !isNothing(look(key)) && look(key) !== false;
    }
}

const parsed = new Map<string, Test | null>();

// Null where the text is no condition.
export function parseCondition(source: string): Test | null {
    if (!parsed.has(source)) {
        let test: Test | null = null;
        try {
            const all = new TextEncoder().encode(source).length <= kBytesMax ? tokens(source) : null;
            if (all) test = new Parser(all).whole();
        } catch {
            test = null;
        }
        parsed.set(source, test);
    }
    return parsed.get(source)!;
}

const kCircumstances: ReadonlySet<string> = new Set(["division", "role", "age", "sex"]);

// The fields that are asked for, in order. The answer to a hidden field counts as not given. What this page cannot read is shown:
// the server decides.
export function visibleFields<F extends { key: string; visible_if?: string | null }>(fields: F[], answers: Answers, about: Circumstances = {}): F[] {
    const seen = new Set<string>();
    const look: Look = (key) => {
        if (seen.has(key)) return answers[key];
        return kCircumstances.has(key) ? about[key as keyof Circumstances] : undefined;
    };
    return fields.filter((field) => {
        const shown = !field.visible_if || (parseCondition(field.visible_if)?.(look) ?? true);
        if (shown) seen.add(field.key);
        return shown;
    });
}
