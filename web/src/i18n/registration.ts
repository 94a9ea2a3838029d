import { lang, useLang } from ".";
import { fieldsEn } from "./fields_en";
import { fieldsZh } from "./fields_zh";
import { registrationEn } from "./registration_en";
import { registrationZh } from "./registration_zh";

export type RegistrationDictionary = typeof registrationZh;
export const useRegistrationText = (): RegistrationDictionary => (useLang() === "zh" ? registrationZh : registrationEn);

export type FieldsDictionary = typeof fieldsZh;
export const useFieldsText = (): FieldsDictionary => (useLang() === "zh" ? fieldsZh : fieldsEn);
export const fieldsText = (): FieldsDictionary => (lang.value === "zh" ? fieldsZh : fieldsEn);
