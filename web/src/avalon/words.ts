import { lang, useLang } from "../i18n";
import { wordsEn } from "./words_en";
import { wordsZh } from "./words_zh";

export type Words = typeof wordsZh;
export const useWords = (): Words => (useLang() === "zh" ? wordsZh : wordsEn);
export const words = (): Words => (lang.value === "zh" ? wordsZh : wordsEn);
