// How many may choose an option: quotas of their own, kept beside the versions of the form.
import { call, post } from "../../core/api";
import type { FormScope } from "../../core/types";
import type { QuotaRow } from "../model";
import { capKey, type Caps } from "./model";

const ofForm = (quotas: QuotaRow[], scope: FormScope) => quotas.filter((quota) => quota.scope === "OPTION" && quota.option?.form === scope);

export const capsOf = (quotas: QuotaRow[], scope: FormScope): Caps =>
    Object.fromEntries(ofForm(quotas, scope).filter((quota) => quota.cap !== null).map((quota) => [capKey(quota.option!.field, quota.option!.option), String(quota.cap)]));

// Sends what differs. `there` are the options the form has: quotas of others are left as they are.
export async function saveCaps(event: string, scope: FormScope, quotas: QuotaRow[], wanted: Caps, there: { field: string; option: string }[]): Promise<void> {
    const before = capsOf(quotas, scope);
    for (const { field, option } of there) {
        const key = capKey(field, option);
        const text = wanted[key] ?? "";
        if (text === (before[key] ?? "")) continue;
        const cap = text === "" ? null : Number(text);
        const quota = ofForm(quotas, scope).find((one) => one.option!.field === field && one.option!.option === option);
        if (quota) await call("PATCH", `/organiser/quotas/${quota.id}`, { body: { cap }, rev: quota.rev });
        else if (cap !== null) await post(`/organiser/events/${event}/quotas`, { option: { form: scope, field, option }, cap });
    }
}
