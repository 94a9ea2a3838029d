// Changes of the line-up that wait for the organiser, after the roster is locked.
import { post } from "../core/api";
import { asApiError } from "../core/hooks";
import { setQuery, usePlace } from "../core/router";
import { stamp } from "../core/time";
import { useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, errorText } from "../ui/basic";
import { ask } from "../ui/dialog";
import { toast } from "../ui/toast";
import type { EventTabProps } from "./event";
import { FilterSelect, PagedTable, usePaged } from "./parts";
import { inEvent, useRights } from "./rights";

interface Substitution {
    id: string;
    team: { id: string; name: string };
    out: { id: string; name: string };
    in: { id: string; name: string };
    state: "REQUESTED" | "APPROVED" | "REJECTED";
    reason: string;
    at: string;
}

export function SubstitutionsTab({ event }: EventTabProps) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const { query } = usePlace();
    const state = query.get("state") ?? "REQUESTED";
    const paged = usePaged<Substitution>(`/organiser/events/${event.id}/substitutions`, { state });
    const decides = inEvent(useRights(), event, "reg.edit");
    const decide = async (row: Substitution, verb: "approve" | "reject") => {
        const answer = verb === "approve"
            ? await ask({ title: a.subs.approveTitle(row.in.name, row.out.name), body: a.subs.approveBody, confirm: a.registrations.approve })
            : await ask({ title: a.subs.rejectTitle, confirm: a.subs.reject, danger: true, reason: { label: a.registrations.reason, required: true } });
        if (!answer.ok) return;
        try {
            await post(`/organiser/teams/${row.team.id}/substitutions/${row.id}/${verb}`, verb === "reject" ? { reason: answer.reason } : {});
            toast(verb === "approve" ? a.subs.approved : a.subs.rejected);
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
        await paged.reload();
    };
    return (
        <div class="stack-s">
            <p class="muted">{a.subs.lead}</p>
            <div class="filters">
                <FilterSelect label={t.common.state} value={state} onChange={(value) => setQuery({ state: value === "REQUESTED" ? null : value })}
                    choices={(["REQUESTED", "APPROVED", "REJECTED"] as const).map((value) => ({ value, label: a.subs.states[value] }))} />
            </div>
            <PagedTable paged={paged} empty={{ title: a.subs.empty, body: a.subs.emptyBody }} head={[a.registrations.team, a.subs.out, a.subs.in, t.common.state, t.common.time, ""]}
                row={(row) => (
                    <tr key={row.id}>
                        <td class="cell-head"><span>{row.team.name}{row.reason && <small class="muted block">{row.reason}</small>}</span></td>
                        <td data-label={a.subs.out}>{row.out.name}</td>
                        <td data-label={a.subs.in}>{row.in.name}</td>
                        <td data-label={t.common.state}><Badge tone={row.state === "APPROVED" ? "ok" : row.state === "REJECTED" ? "bad" : "info"}>{a.subs.states[row.state]}</Badge></td>
                        <td data-label={t.common.time} class="num nowrap">{stamp(row.at, lang, event.tz)}</td>
                        <td class="cell-actions">
                            {decides && row.state === "REQUESTED" && (
                                <span class="row">
                                    <Button size="small" kind="primary" onClick={() => void decide(row, "approve")}>{a.registrations.approve}</Button>
                                    <Button size="small" kind="quiet" onClick={() => void decide(row, "reject")}>{a.subs.reject}</Button>
                                </span>
                            )}
                        </td>
                    </tr>
                )} />
        </div>
    );
}
