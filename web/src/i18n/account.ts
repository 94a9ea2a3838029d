import { lang, useLang } from ".";
import { accountEn } from "./account_en";
import { accountZh } from "./account_zh";

export type AccountDictionary = typeof accountZh;
export const useAccountText = (): AccountDictionary => (useLang() === "zh" ? accountZh : accountEn);
export const accountText = (): AccountDictionary => (lang.value === "zh" ? accountZh : accountEn);
