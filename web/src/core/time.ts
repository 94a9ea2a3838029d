import type { Lang } from "../i18n";

export const kDefaultZone = "Asia/Shanghai";

const formats = new Map<string, Intl.DateTimeFormat>();

// Browsers know the zones of the year they were made in.
export function isZone(zone: string): boolean {
    try {
        return Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
    } catch {
        return false;
    }
}

// In a zone that this browser does not know, the clocks are those of the default one.
function format(lang: Lang, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = `${lang} ${zone} ${JSON.stringify(options)}`;
    let made = formats.get(key);
    if (!made) {
        made = new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", { ...options, timeZone: isZone(zone) ? zone : kDefaultZone });
        formats.set(key, made);
    }
    return made;
}

const kDateTime: Intl.DateTimeFormatOptions = {
    year: "numeric", month: "short", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
};
const kStamp: Intl.DateTimeFormatOptions = {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
};
const kDay: Intl.DateTimeFormatOptions = { year: "numeric", month: "short", day: "numeric" };
const kMonthDay: Intl.DateTimeFormatOptions = { month: "short", day: "numeric" };
const kDate: Intl.DateTimeFormatOptions = { year: "numeric", month: "short", day: "numeric", weekday: "short" };

export function dateTime(iso: string, lang: Lang, zone = kDefaultZone): string {
    return format(lang, zone, kDateTime).format(new Date(iso));
}

// Short, sortable by eye: lists and tables.
export function stamp(iso: string, lang: Lang, zone = kDefaultZone): string {
    return format(lang, zone, kStamp).format(new Date(iso));
}

export function dateRange(from: string, to: string, lang: Lang, zone = kDefaultZone): string {
    const [a, b] = [new Date(from), new Date(to)];
    const day = format(lang, zone, kDay);
    if (day.format(a) === day.format(b)) return format(lang, zone, kDate).format(a);
    if (lang === "en") return day.formatRange(a, b);
    const year = (date: Date) => format(lang, zone, { year: "numeric" }).format(date);
    return `${day.format(a)} – ${(year(a) === year(b) ? format(lang, zone, kMonthDay) : day).format(b)}`;
}

export function monthAndDay(iso: string, lang: Lang, zone = kDefaultZone): { month: string; day: string } {
    const date = new Date(iso);
    return { month: format(lang, zone, { month: "short" }).format(date), day: format("en", zone, { day: "numeric" }).format(date) };
}

// "in 3 days", "2 小时后". The largest unit that fits, rounded down.
export function relative(iso: string, lang: Lang, now = Date.now()): string {
    const seconds = (new Date(iso).getTime() - now) / 1000;
    const units: [Intl.RelativeTimeFormatUnit, number][] = [["day", 86400], ["hour", 3600], ["minute", 60]];
    const made = new Intl.RelativeTimeFormat(lang === "zh" ? "zh-CN" : "en", { numeric: "auto" });
    for (const [unit, size] of units) if (Math.abs(seconds) >= size) return made.format(Math.trunc(seconds / size), unit);
    return made.format(Math.trunc(seconds / 60), "minute");
}

function zoneOffsetMinutes(utc: number, zone: string): number {
    const parts = format("en", zone, {
        year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
    }).formatToParts(new Date(utc));
    const part = (type: string) => Number(parts.find((p) => p.type === type)?.value ?? 0);
    const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
    return Math.round((local - Math.floor(utc / 1000) * 1000) / 60000);
}

// `2026-05-01T09:00` on the clocks of `zone` as RFC 3339 UTC; empty stays empty. A time that a clock change skips moves forward.
export function fromLocalInput(text: string, zone = kDefaultZone): string {
    const found = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/.exec(text);
    if (!found) return "";
    const [year, month, day, hour, minute] = found.slice(1).map(Number) as [number, number, number, number, number];
    const wall = Date.UTC(year, month - 1, day, hour, minute);
    const first = wall - zoneOffsetMinutes(wall, zone) * 60000;
    const second = wall - zoneOffsetMinutes(first, zone) * 60000;
    return new Date(second).toISOString().replace(".000Z", "Z");
}

// The value of a datetime-local input for an instant, on the clocks of `zone`.
export function toLocalInput(iso: string | null | undefined, zone = kDefaultZone): string {
    if (!iso) return "";
    const utc = new Date(iso).getTime();
    if (Number.isNaN(utc)) return "";
    return new Date(utc + zoneOffsetMinutes(utc, zone) * 60000).toISOString().slice(0, 16);
}
