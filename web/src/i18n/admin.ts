import { useLang } from ".";
import { adminEn } from "./admin_en";
import { adminZh } from "./admin_zh";

export type AdminDictionary = typeof adminZh;
export const useAdminText = (): AdminDictionary => (useLang() === "zh" ? adminZh : adminEn);
