// ISO 3166-1 alpha-2; the names come from the browser.
import type { Lang } from "../i18n";

const kCodes =
    "CN HK MO TW SG MY JP KR TH VN ID PH US CA GB FR DE IT ES PT NL BE LU CH AT SE NO DK FI IS IE PL CZ SK HU RO BG GR HR SI RS BA ME MK AL EE LV LT BY UA MD RU GE AM AZ KZ KG TJ TM UZ MN KP " +
    "KH LA MM BN TL BD IN PK LK NP BT MV AF IR IQ SA AE QA KW BH OM YE JO LB SY PS IL TR CY MT AU NZ FJ PG SB VU NC PF WS TO KI TV NR MH FM PW GU MP AS CK NU TK WF " +
    "MX GT BZ SV HN NI CR PA CU JM HT DO PR BS BB TT AG DM GD KN LC VC AI VG VI KY TC BM AW CW SX BQ GP MQ BL MF PM CO VE GY SR GF EC PE BO BR CL AR UY PY FK GL " +
    "EG LY TN DZ MA EH SD SS ET ER DJ SO KE UG TZ RW BI CD CG GA GQ CM CF TD NE NG BJ TG GH BF ML CI LR SL GN GW GM SN MR CV ST AO ZM MW MZ ZW BW NA ZA LS SZ MG MU SC KM RE YT SH " +
    "AD MC SM VA LI GI FO GG JE IM AX SJ IO CC CX NF HM BV GS TF AQ UM PN";

export function countries(lang: Lang): { code: string; name: string }[] {
    const names = new Intl.DisplayNames([lang === "zh" ? "zh-CN" : "en"], { type: "region" });
    return kCodes.split(" ").map((code) => ({ code, name: names.of(code) ?? code }));
}
