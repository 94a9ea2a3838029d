import { download, type ApiError } from "../core/api";
import { asApiError, useBusy } from "../core/hooks";
import { setQuery, usePlace } from "../core/router";
import { stamp } from "../core/time";
import type { RegistrationRow, RegistrationState } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, errorText } from "../ui/basic";
import { ask } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/menu";
import { toast } from "../ui/toast";
import { registrationTone } from "../public/words";
import type { EventTabProps } from "./event";
import { FilterSelect, PagedTable, SearchBox, usePaged } from "./parts";
import { inEvent, useRights } from "./rights";

const kStates: RegistrationState[] = ["IN_REVIEW", "RETURNED", "CONFIRMED", "REJECTED", "WITHDRAWN", "CANCELLED"];

export function captainName(captain: RegistrationRow["captain"]): string {
    return typeof captain === "string" ? captain : (captain?.name ?? "");
}

export interface ListedRegistration extends RegistrationRow {
    review_stage?: number;
}

// "Pending review 2/3": which of several reviews is next.
export function stateName(item: { state: RegistrationState; review_stage?: number }, stages: number, t: ReturnType<typeof useText>, a: ReturnType<typeof useAdminText>): string {
    const name = t.registration.state[item.state];
    return item.state === "IN_REVIEW" && stages > 1 && item.review_stage ? a.list.stage(name, item.review_stage, stages) : name;
}

export function RegistrationsTab({ event }: EventTabProps) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const { query } = usePlace();
    const filter = { state: query.get("state"), division: query.get("division"), q: query.get("q") };
    const paged = usePaged<ListedRegistration>(`/organiser/events/${event.id}/registrations`, filter);
    const [busy, run] = useBusy();
    const mine = useRights();
    const exports = inEvent(mine, event, "export");
    const exportCsv = (full: boolean) => run(async () => {
        try {
            await download(`/organiser/events/${event.id}/registrations.csv${full ? "?sensitive=full" : ""}`, `${event.slug || event.id}.csv`);
        } catch (error) {
            toast(errorText(asApiError(error) as ApiError), "bad");
        }
    });
    const exportFull = async () => {
        const { ok } = await ask({ title: a.registrations.exportFullTitle, body: a.registrations.exportFullBody, confirm: a.registrations.exportFull });
        if (ok) await exportCsv(true);
    };
    return (
        <>
            <div class="filters">
                <SearchBox label={a.registrations.search} value={filter.q ?? ""} onSearch={(q) => setQuery({ q })} />
                <FilterSelect label={t.common.state} value={filter.state ?? ""} onChange={(state) => setQuery({ state })}
                    choices={[{ value: "", label: a.registrations.allStates }, ...kStates.map((state) => ({ value: state, label: t.registration.state[state] }))]} />
                {event.divisions.length > 1 && (
                    <FilterSelect label={a.registrations.division} value={filter.division ?? ""} onChange={(division) => setQuery({ division })}
                        choices={[{ value: "", label: a.registrations.allDivisions }, ...event.divisions.map((division) => ({ value: division.id, label: pick(division.name, lang) }))]} />
                )}
                {exports && <Button icon="download" busy={busy} onClick={() => void exportCsv(false)}>{a.registrations.export}</Button>}
                {exports && inEvent(mine, event, "reg.view_pii") && <Menu label={a.registrations.exportMore} summary={<Icon name="more" />}>
                    <button type="button" onClick={() => void exportFull()}><Icon name="lock" size={18} />{a.registrations.exportFull}</button>
                </Menu>}
            </div>
            <PagedTable paged={paged} empty={{ title: a.registrations.emptyTitle, body: a.registrations.emptyBody }}
                head={[a.registrations.team, a.registrations.number, t.common.state, a.registrations.division, a.registrations.captain, a.registrations.members, a.registrations.submitted]}
                row={(item) => (
                    <tr key={item.id}>
                        <td class="cell-head"><a class="table-link" href={`/admin/registrations/${item.id}`}>{item.team.name}</a></td>
                        <td data-label={a.registrations.number} class="num">{item.friendly_no ?? "—"}</td>
                        <td data-label={t.common.state}><Badge tone={registrationTone[item.state]}>{stateName(item, event.review_stages, t, a)}</Badge></td>
                        <td data-label={a.registrations.division}>{pick(item.division.name, lang)}</td>
                        <td data-label={a.registrations.captain}>{captainName(item.captain)}</td>
                        <td data-label={a.registrations.members} class="num">{item.members}</td>
                        <td data-label={a.registrations.submitted} class="num nowrap">{item.submitted_at ? stamp(item.submitted_at, lang, event.tz) : "—"}</td>
                    </tr>
                )} />
        </>
    );
}
