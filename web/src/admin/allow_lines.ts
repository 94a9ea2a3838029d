// Numbers as people paste them: one a line, perhaps with a note in the next column. Pure.
export interface AllowLine {
    line: number; // as the person counts, from 1
    value: string;
    note: string;
}

const kNoteMax = 100;
const kValuesAtOnce = 1000; // of one request

// A cell of CSV may be quoted.
const plain = (cell: string): string => cell.trim().replace(/^"(.*)"$/s, "$1").replace(/""/g, '"').trim();

export function readLines(text: string, kind: string): AllowLine[] {
    const found = text.split(/\r?\n/).flatMap((row, index): AllowLine[] => {
        const [value = "", ...rest] = row.split(/\t|[,;，；]/).map(plain);
        return value ? [{ line: index + 1, value, note: rest.filter(Boolean).join(" ").slice(0, kNoteMax) }] : [];
    });
    // A heading has no number in it; a student's number may have none either, so there it is taken as meant.
    return kind !== "STUDENT_NO" && found.length > 1 && !/\d/.test(found[0]!.value) ? found.slice(1) : found;
}

// A request has one note for all its numbers.
export function portions(lines: AllowLine[]): AllowLine[][] {
    const byNote = new Map<string, AllowLine[]>();
    for (const one of lines) {
        const same = byNote.get(one.note);
        if (same) same.push(one);
        else byNote.set(one.note, [one]);
    }
    return [...byNote.values()].flatMap((all) => Array.from({ length: Math.ceil(all.length / kValuesAtOnce) }, (_, i) => all.slice(i * kValuesAtOnce, (i + 1) * kValuesAtOnce)));
}
