import type { Lang } from "../i18n";

export function dateTime(at: string, lang: Lang): string {
    const date = new Date(at);
    return Number.isNaN(date.getTime()) ? "" : new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en", { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }).format(date);
}
