// The organiser's texts: a small part of Markdown drawn as elements, never as HTML. Links go to http(s) and mailto, pictures come from
// this server's own files only; everything else stays the text it is.
import type { ComponentChildren, VNode } from "preact";
import { kApiBase } from "../core/api_base";

const kInline = /(`[^`\n]+`)|(!\[[^\]\n]*\]\([^()\s]+\))|(\[[^\]\n]+\]\([^()\s]+\))|(\*\*[^\n]+?\*\*)|(\*[^*\s](?:[^*\n]*[^*\s])?\*)|(https?:\/\/[^\s<>"）)，。；、]+)/g;
const kLink = /^!?\[([^\]]*)\]\(([^()\s]+)\)$/;

function safeLink(href: string): string | null {
    if (/^(https?:\/\/|mailto:)/i.test(href)) return href;
    return /^\/(?![/\\])/.test(href) ? href : null;
}

function ownPicture(src: string): string | null {
    return src.startsWith(`${kApiBase}/files/`) && /^[A-Za-z0-9]+$/.test(src.slice(kApiBase.length + 7)) ? src : null;
}

function Outside({ href, children }: { href: string; children: ComponentChildren }) {
    return href.startsWith("/") ? <a href={href}>{children}</a> : <a href={href} target="_blank" rel="noopener noreferrer nofollow">{children}</a>;
}

function piece(text: string, depth: number): ComponentChildren {
    if (text.startsWith("`")) return <code>{text.slice(1, -1)}</code>;
    if (text.startsWith("**")) return <strong>{inline(text.slice(2, -2), depth + 1)}</strong>;
    if (text.startsWith("*")) return <em>{inline(text.slice(1, -1), depth + 1)}</em>;
    const link = kLink.exec(text);
    if (!link) return <Outside href={text}>{text}</Outside>;
    if (text.startsWith("!")) {
        const src = ownPicture(link[2]!);
        return src ? <img src={src} alt={link[1]!} loading="lazy" /> : text;
    }
    const href = safeLink(link[2]!);
    return href ? <Outside href={href}>{link[1]}</Outside> : text;
}

function inline(text: string, depth = 0): ComponentChildren[] {
    if (depth > 4) return [text];
    const found: ComponentChildren[] = [];
    let at = 0;
    for (const match of text.matchAll(kInline)) {
        if (match.index > at) found.push(text.slice(at, match.index));
        found.push(piece(match[0], depth));
        at = match.index + match[0].length;
    }
    if (at < text.length) found.push(text.slice(at));
    return found;
}

function lines(rows: string[]): ComponentChildren[] {
    return rows.flatMap((row, i) => (i > 0 ? [<br />, ...inline(row)] : inline(row)));
}

const cells = (row: string): string[] => row.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
const isRule = (row: string | undefined): boolean => row !== undefined && /^\s*\|?(\s*:?-{2,}:?\s*\|)+\s*:?-*:?\s*\|?\s*$/.test(row);

function Table({ rows }: { rows: string[] }) {
    const [head, , ...body] = rows;
    return (
        <div class="table-box" tabIndex={0} role="group">
            <table class="table">
                <thead><tr>{cells(head!).map((cell) => <th scope="col">{inline(cell)}</th>)}</tr></thead>
                <tbody>{body.map((row) => <tr>{cells(row).map((cell) => <td>{inline(cell)}</td>)}</tr>)}</tbody>
            </table>
        </div>
    );
}

const kBullet = /^\s{0,3}[-*+]\s+/;
const kNumber = /^\s{0,3}\d{1,9}[.)、]\s+/;
const kHeading = /^(#{1,3})\s+(.*?)\s*#*$/;
const kQuote = /^\s{0,3}>\s?/;

function takeWhile(rows: string[], from: number, good: (row: string) => boolean): string[] {
    let to = from;
    while (to < rows.length && good(rows[to]!)) to += 1;
    return rows.slice(from, to);
}

// A list item goes on over indented lines.
function items(rows: string[], mark: RegExp): string[][] {
    const found: string[][] = [];
    for (const row of rows) {
        if (mark.test(row)) found.push([row.replace(mark, "")]);
        else found[found.length - 1]?.push(row.trim());
    }
    return found;
}

function startsBlock(rows: string[], at: number): boolean {
    const row = rows[at]!;
    return !row.trim() || kHeading.test(row) || kQuote.test(row) || kBullet.test(row) || kNumber.test(row) || (row.includes("|") && isRule(rows[at + 1]));
}

function block(rows: string[], at: number, depth: number): { node: VNode; used: number } {
    const row = rows[at]!;
    const heading = kHeading.exec(row);
    if (heading) {
        const words = inline(heading[2]!);
        const level = heading[1]!.length;
        return { node: level === 1 ? <h3>{words}</h3> : level === 2 ? <h4>{words}</h4> : <h5>{words}</h5>, used: 1 };
    }
    if (kQuote.test(row) && depth < 3) {
        const quoted = takeWhile(rows, at, (one) => kQuote.test(one));
        return { node: <blockquote>{blocks(quoted.map((one) => one.replace(kQuote, "")), depth + 1)}</blockquote>, used: quoted.length };
    }
    for (const mark of [kBullet, kNumber]) {
        if (!mark.test(row)) continue;
        const taken = takeWhile(rows, at, (one) => mark.test(one) || /^\s{2,}\S/.test(one));
        const list = items(taken, mark).map((item) => <li>{lines(item)}</li>);
        return { node: mark === kBullet ? <ul>{list}</ul> : <ol>{list}</ol>, used: taken.length };
    }
    if (row.includes("|") && isRule(rows[at + 1])) {
        const taken = takeWhile(rows, at, (one) => one.includes("|"));
        return { node: <Table rows={taken} />, used: taken.length };
    }
    let to = at + 1;
    while (to < rows.length && !startsBlock(rows, to)) to += 1;
    return { node: <p>{lines(rows.slice(at, to))}</p>, used: to - at };
}

function blocks(rows: string[], depth: number): VNode[] {
    const found: VNode[] = [];
    for (let at = 0; at < rows.length;) {
        if (!rows[at]!.trim()) {
            at += 1;
            continue;
        }
        const { node, used } = block(rows, at, depth);
        found.push(node);
        at += used;
    }
    return found;
}

export function Markdown({ text }: { text: string }) {
    return <div class="markdown">{blocks(text.replace(/\r\n?/g, "\n").split("\n"), 0)}</div>;
}
