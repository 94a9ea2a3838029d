import { Cell, useCell } from "../core/cell";
import { remember, remembered } from "../core/storage";
import type { I18nText } from "../core/types";
import { en } from "./en";
import { zh } from "./zh";

export type Lang = "zh" | "en";
export type Dictionary = typeof zh;

const dictionaries: Record<Lang, Dictionary> = { zh, en };

function firstLang(): Lang {
    const kept = remembered("lang");
    if (kept === "zh" || kept === "en") return kept;
    for (const tag of navigator.languages ?? [navigator.language]) {
        if (/^zh/i.test(tag)) return "zh";
        if (/^en/i.test(tag)) return "en";
    }
    return "zh";
}

export const lang = new Cell<Lang>(firstLang());

function applyLang(value: Lang): void {
    document.documentElement.lang = value === "zh" ? "zh-CN" : "en";
}
applyLang(lang.value);

export function setLang(value: Lang): void {
    remember("lang", value);
    applyLang(value);
    lang.set(value);
}

export const useLang = (): Lang => useCell(lang);

// The dictionary of the language in use; components that call it follow the switch.
export const useText = (): Dictionary => dictionaries[useCell(lang)];
export const text = (): Dictionary => dictionaries[lang.value];

// A text of an event in the reader's language, or in the other one where that is all there is.
export function pick(value: I18nText | string | null | undefined, language: Lang = lang.value): string {
    if (value === null || value === undefined) return "";
    if (typeof value === "string") return value;
    return language === "zh" ? value.zh || value.en || "" : value.en || value.zh || "";
}
