import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { list, type Page } from "../core/api";
import { asApiError, useBusy, useLoad } from "../core/hooks";
import { useText } from "../i18n";
import type { AdminDictionary } from "../i18n/admin";
import { Button, Empty, Failed, Loading, errorText } from "../ui/basic";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toast";

// A number somewhere inside an answer; null where it is not there.
export function figure(data: unknown, path: string): number | null {
    let at: unknown = data;
    for (const part of path.split(".")) at = at && typeof at === "object" ? (at as Record<string, unknown>)[part] : undefined;
    return typeof at === "number" && Number.isFinite(at) ? at : null;
}

export function bytes(value: number | null): string {
    if (value === null) return "—";
    const units = ["B", "KB", "MB", "GB", "TB"];
    let size = value;
    let unit = 0;
    while (size >= 1000 && unit < units.length - 1) {
        size /= 1000;
        unit += 1;
    }
    return `${size >= 100 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

export function count(value: number | null, lang: "zh" | "en"): string {
    return value === null ? "—" : new Intl.NumberFormat(lang === "zh" ? "zh-CN" : "en", { maximumFractionDigits: 1 }).format(value);
}

export function duration(seconds: number | null, a: AdminDictionary): string {
    if (seconds === null) return "—";
    return a.duration(Math.floor(seconds / 86400), Math.floor((seconds % 86400) / 3600), Math.floor((seconds % 3600) / 60));
}

const kEmptyPagesMax = 20;

// A page with something in it: a filter may leave some empty before the end.
async function some<T>(path: string, query: Record<string, string | null>, options: { signal?: AbortSignal } = {}): Promise<Page<T>> {
    let page = await list<T>(path, { limit: "50", ...query }, options);
    for (let n = 0; n < kEmptyPagesMax && page.items.length === 0 && page.next; n++) page = await list<T>(path, { limit: "50", ...query, cursor: page.next }, options);
    return page;
}

// A list that loads page after page.
export function usePaged<T>(path: string, query: Record<string, string | null>) {
    const key = JSON.stringify(query);
    const first = useLoad<Page<T>>((signal) => some<T>(path, query, { signal }), [path, key]);
    const [busy, run] = useBusy();
    const more = () => run(async () => {
        const now = first.data;
        if (!now?.next) return;
        try {
            const next = await some<T>(path, { ...query, cursor: now.next });
            first.set({ items: [...now.items, ...next.items], next: next.next });
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
    });
    return { ...first, items: first.data?.items ?? [], more, moreBusy: busy };
}

export type Paged<T> = ReturnType<typeof usePaged<T>>;

// Loading, failure, emptiness or the table, and the button for the next page.
export function PagedTable<T>({ paged, head, row, empty }: {
    paged: Paged<T>; head: string[]; row: (item: T) => ComponentChildren; empty: { title: string; body?: string; actions?: ComponentChildren };
}) {
    const t = useText();
    if (paged.error && !paged.data) return <Failed error={paged.error} retry={() => void paged.reload()} />;
    if (!paged.data) return <Loading />;
    if (paged.items.length === 0) return <div class="card"><Empty title={empty.title} actions={empty.actions}>{empty.body}</Empty></div>;
    return (
        <>
            <div class="table-box" tabIndex={0} role="region" aria-label={head[0]}>
                <table class="table table-cards">
                    <thead><tr>{head.map((label) => <th key={label} scope="col">{label || <span class="sr">{t.common.actions}</span>}</th>)}</tr></thead>
                    <tbody>{paged.items.map(row)}</tbody>
                </table>
            </div>
            {paged.data.next && <div class="pager"><Button busy={paged.moreBusy} onClick={() => void paged.more()}>{t.common.more}</Button></div>}
        </>
    );
}

// Searches a moment after the last key.
export function SearchBox({ label, value, onSearch }: { label: string; value: string; onSearch: (value: string) => void }) {
    const [text, setText] = useState(value);
    const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
    useEffect(() => () => clearTimeout(timer.current), []);
    return (
        <div class="search">
            <Icon name="search" size={18} />
            <input class="input" type="search" aria-label={label} placeholder={label} value={text} maxLength={100} autocomplete="off"
                onInput={(event) => {
                    const next = event.currentTarget.value;
                    setText(next);
                    clearTimeout(timer.current);
                    timer.current = setTimeout(() => onSearch(next.trim()), 300);
                }} />
        </div>
    );
}

export function FilterSelect({ label, value, onChange, choices }: {
    label: string; value: string; onChange: (value: string) => void; choices: { value: string; label: string }[];
}) {
    return (
        <div class="select">
            <select class="input" aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
                {choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.label}</option>)}
            </select>
            <Icon name="down" size={16} />
        </div>
    );
}
