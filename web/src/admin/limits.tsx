import { useLang } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Meter, PageHead } from "../ui/basic";
import { PagedTable, count, usePaged } from "./parts";

interface Limit {
    name: string;
    used?: number | null;
    value?: number | null;
    limit?: number | null;
    max?: number | null;
    window_s?: number | null;
    refused?: number | null;
}

export function LimitsPage() {
    const a = useAdminText();
    const lang = useLang();
    const paged = usePaged<Limit>("/admin/limits", {});
    return (
        <>
            <PageHead title={a.limits.title} lead={a.limits.lead} />
            <PagedTable paged={paged} empty={{ title: a.limits.empty }} head={[a.limits.name, a.limits.value, a.limits.window, a.limits.refused]}
                row={(item) => {
                    const used = item.used ?? item.value ?? null;
                    const max = item.limit ?? item.max ?? null;
                    const text = used === null ? count(max, lang) : `${count(used, lang)} / ${count(max, lang)}`;
                    return (
                        <tr key={item.name}>
                            <td class="cell-head"><span class="mono">{item.name}</span></td>
                            <td data-label={a.limits.value} class="num">{text}{used !== null && max !== null && <Meter value={used} max={max} label={`${item.name}: ${text}`} />}</td>
                            <td data-label={a.limits.window} class="num">{item.window_s ? a.limits.seconds(item.window_s) : "—"}</td>
                            <td data-label={a.limits.refused} class="num">{count(item.refused ?? null, lang)}</td>
                        </tr>
                    );
                }} />
        </>
    );
}
