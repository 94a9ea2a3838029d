import { stamp } from "../core/time";
import { useLang } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { PageHead } from "../ui/basic";
import { changeText } from "./change";
import { PagedTable, usePaged } from "./parts";

interface Entry {
    id: string | number;
    at: string;
    actor?: string | { display_name?: string; login_name?: string } | null;
    action: string;
    entity?: string | null;
    entity_id?: string | number | null;
    before?: unknown;
    after?: unknown;
    details?: unknown;
    reason?: string | null;
}

export function AuditPage() {
    const a = useAdminText();
    const lang = useLang();
    const paged = usePaged<Entry>("/admin/audit", {});
    const who = (actor: Entry["actor"]) => (typeof actor === "string" ? actor : (actor?.display_name ?? actor?.login_name ?? a.audit.system));
    return (
        <>
            <PageHead title={a.audit.title} lead={a.audit.lead} />
            <PagedTable paged={paged} empty={{ title: a.audit.empty }} head={[a.audit.action, a.audit.when, a.audit.who, a.audit.what, a.audit.change]}
                row={(entry) => (
                    <tr key={entry.id}>
                        <td class="cell-head"><span class="mono">{entry.action}</span></td>
                        <td data-label={a.audit.when} class="num nowrap">{stamp(entry.at, lang)}</td>
                        <td data-label={a.audit.who}>{who(entry.actor)}</td>
                        <td data-label={a.audit.what}><span class="mono">{[entry.entity, entry.entity_id].filter(Boolean).join(" ") || "—"}</span></td>
                        <td data-label={a.audit.change} class="audit-change"><span class="mono prose">{entry.reason ?? (changeText(entry.before, entry.after ?? entry.details) || "—")}</span></td>
                    </tr>
                )} />
        </>
    );
}
