import { useState } from "preact/hooks";
import { list } from "../core/api";
import { useLoad } from "../core/hooks";
import { setQuery, usePlace } from "../core/router";
import { stamp } from "../core/time";
import type { RegistrationRow, RegistrationState } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button } from "../ui/basic";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/menu";
import { registrationTone } from "../public/words";
import { BulkDialog, kBulkActions, type BulkAction, type Selection } from "./bulk";
import type { EventTabProps } from "./event";
import { ExportDialog } from "./exports";
import { filterOf, isFiltered, kFilterKeys } from "./filters";
import type { Tag } from "./model";
import { FilterSelect, PagedTable, SearchBox, usePaged } from "./parts";
import { inEvent, useRights } from "./rights";
import { TagBadge, TagsDialog } from "./tags";

const kStates: RegistrationState[] = ["IN_REVIEW", "RETURNED", "WAITLISTED", "POOLED", "CONFIRMED", "CANCEL_REQUESTED", "REJECTED", "WITHDRAWN", "EXPIRED", "NOT_DRAWN", "CANCELLED"];

export interface ListedRegistration extends RegistrationRow {
    tags?: Tag[];
    notes?: number;
    source?: string;
    review_stage?: number;
    deficient?: boolean;
}

export function captainName(captain: RegistrationRow["captain"]): string {
    return typeof captain === "string" ? captain : (captain?.name ?? "");
}

export function RegistrationsTab({ event }: EventTabProps) {
    const a = useAdminText();
    const { query } = usePlace();
    const filter = filterOf(query);
    const paged = usePaged<ListedRegistration>(`/organiser/events/${event.id}/registrations`, filter);
    const tags = useLoad(async (signal) => (await list<Tag>(`/organiser/events/${event.id}/tags`, {}, { signal })).items, [event.id]);
    const [chosen, setChosen] = useState<Set<string>>(new Set());
    const [all, setAll] = useState(false);
    const [bulk, setBulk] = useState<BulkAction | null>(null);
    const [tagging, setTagging] = useState(false);
    const [exporting, setExporting] = useState(false);
    const mine = useRights();
    const may = (permission: string) => inEvent(mine, event, permission);
    const ids = paged.items.map((item) => item.id).filter((id) => chosen.has(id));
    const selection: Selection = { ids, all, filter };
    const known = tags.data ?? [];
    const toggle = (id: string, on: boolean) => {
        const next = new Set(chosen);
        if (on) next.add(id);
        else next.delete(id);
        setChosen(next);
        setAll(false);
    };
    const everyShown = paged.items.length > 0 && ids.length === paged.items.length;
    const selects = may("reg.review") || may("reg.edit");
    const done = () => {
        setBulk(null);
        setChosen(new Set());
        setAll(false);
        void paged.reload();
        void tags.reload();
    };
    return (
        <>
            <Filters event={event} tags={known} />
            <div class="row row-between list-tools">
                {selects && ids.length > 0
                    ? <SelectionBar count={ids.length} all={all} more={paged.data?.next != null} everyShown={everyShown} may={may} reviewed={event.review_stages > 0} waiting={event.waitlist_enabled === true}
                        tags={known.length > 0} onAll={() => setAll(true)} onClear={() => { setChosen(new Set()); setAll(false); }} onAction={setBulk} />
                    : <p class="muted">{isFiltered(filter) ? a.list.filtered : a.list.lead}</p>}
                <span class="row">
                    {may("reg.edit") && <Button size="small" kind="quiet" icon="flag" onClick={() => setTagging(true)}>{a.tags.manage}</Button>}
                    {may("export") && <Button size="small" icon="download" onClick={() => setExporting(true)}>{a.registrations.export}</Button>}
                </span>
            </div>
            <RegistrationTable event={event} paged={paged} chosen={chosen} onToggle={selects ? toggle : undefined} everyShown={everyShown}
                onEvery={(on) => { setChosen(on ? new Set(paged.items.map((item) => item.id)) : new Set()); setAll(false); }} />
            {exporting && <ExportDialog event={event} filter={filter} onClose={() => setExporting(false)} />}
            {bulk && <BulkDialog event={event.id} action={bulk} selection={selection} tags={known} onClose={() => setBulk(null)} onDone={done} />}
            {tagging && <TagsDialog event={event.id} tags={known} onClose={() => setTagging(false)} onChanged={tags.reload} />}
        </>
    );
}

function Filters({ event, tags }: { event: EventTabProps["event"]; tags: Tag[] }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const filter = filterOf(usePlace().query);
    return (
        <div class="filters">
            <SearchBox key={filter.q === null ? "empty" : "typed"} label={a.list.search} value={filter.q ?? ""} onSearch={(q) => setQuery({ q })} />
            <FilterSelect label={t.common.state} value={filter.state ?? ""} onChange={(state) => setQuery({ state })}
                choices={[{ value: "", label: a.registrations.allStates }, ...kStates.map((state) => ({ value: state, label: t.registration.state[state] }))]} />
            {event.divisions.length > 1 && (
                <FilterSelect label={a.registrations.division} value={filter.division ?? ""} onChange={(division) => setQuery({ division })}
                    choices={[{ value: "", label: a.registrations.allDivisions }, ...event.divisions.map((division) => ({ value: division.id, label: pick(division.name, lang) }))]} />
            )}
            {tags.length > 0 && (
                <FilterSelect label={a.tags.title} value={filter.tag ?? ""} onChange={(tag) => setQuery({ tag })}
                    choices={[{ value: "", label: a.tags.all }, ...tags.map((tag) => ({ value: tag.id, label: tag.name }))]} />
            )}
            <FilterSelect label={a.list.attention} value={filter.deficient ?? ""} onChange={(deficient) => setQuery({ deficient })}
                choices={[{ value: "", label: a.list.anyRoster }, { value: "true", label: a.list.deficient }]} />
            {isFiltered(filter) && <Button kind="quiet" icon="close" onClick={() => setQuery(Object.fromEntries(kFilterKeys.map((key) => [key, null])))}>{a.list.reset}</Button>}
        </div>
    );
}

function SelectionBar({ count, all, more, everyShown, may, reviewed, waiting, tags, onAll, onClear, onAction }: {
    count: number; all: boolean; more: boolean; everyShown: boolean; may: (permission: string) => boolean; reviewed: boolean; waiting: boolean; tags: boolean;
    onAll: () => void; onClear: () => void; onAction: (action: BulkAction) => void;
}) {
    const a = useAdminText();
    const fits: Record<BulkAction, boolean> = {
        APPROVE: reviewed && may("reg.review"), RETURN: reviewed && may("reg.review"), REJECT: reviewed && may("reg.review"), WAITLIST: waiting && reviewed && may("reg.review"),
        CANCEL: may("reg.edit"), TAG: tags && may("reg.edit"), UNTAG: tags && may("reg.edit"),
    };
    return (
        <div class="row selection" role="group" aria-label={a.list.selected(count)}>
            <strong role="status">{all ? a.list.allSelected : a.list.selected(count)}</strong>
            {everyShown && more && !all && <Button size="small" kind="quiet" onClick={onAll}>{a.list.selectAll}</Button>}
            {fits.APPROVE && <Button size="small" kind="primary" icon="check" onClick={() => onAction("APPROVE")}>{a.bulk.actions.APPROVE}</Button>}
            <Menu label={a.list.moreActions} summary={<><Icon name="more" />{a.list.moreActions}</>}>
                {kBulkActions.filter((action) => action !== "APPROVE" && fits[action]).map((action) => (
                    <button key={action} type="button" class={action === "REJECT" || action === "CANCEL" ? "menu-danger" : undefined} onClick={() => onAction(action)}>{a.bulk.actions[action]}</button>
                ))}
            </Menu>
            <Button size="small" kind="quiet" onClick={onClear}>{a.list.clear}</Button>
        </div>
    );
}

function RegistrationTable({ event, paged, chosen, everyShown, onToggle, onEvery }: {
    event: EventTabProps["event"]; paged: ReturnType<typeof usePaged<ListedRegistration>>; chosen: Set<string>; everyShown: boolean;
    onToggle: ((id: string, on: boolean) => void) | undefined; onEvery: (on: boolean) => void;
}) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    return (
        <>
            {onToggle && paged.items.length > 0 && (
                <label class="check select-all"><input type="checkbox" checked={everyShown} onChange={(input) => onEvery(input.currentTarget.checked)} /><span>{a.list.selectShown}</span></label>
            )}
            <PagedTable paged={paged} empty={{ title: a.registrations.emptyTitle, body: a.registrations.emptyBody }}
                head={[a.registrations.team, a.registrations.number, t.common.state, a.registrations.division, a.registrations.captain, a.registrations.members, a.registrations.submitted]}
                row={(item) => (
                    <tr key={item.id}>
                        <td class="cell-head">
                            <div class="cell-pick">
                                {onToggle && <input type="checkbox" aria-label={a.list.select(item.team.name)} checked={chosen.has(item.id)} onChange={(input) => onToggle(item.id, input.currentTarget.checked)} />}
                                <div>
                                    <a class="table-link" href={`/admin/registrations/${item.id}`}>{item.team.name}</a>
                                    {((item.tags?.length ?? 0) > 0 || item.deficient || (item.notes ?? 0) > 0) && (
                                        <span class="chips">
                                            {item.deficient && <Badge tone="warn" icon="alert">{a.list.deficient}</Badge>}
                                            {item.tags?.map((tag) => <TagBadge key={tag.id} tag={tag} />)}
                                            {(item.notes ?? 0) > 0 && <Badge icon="edit">{a.list.notes(item.notes ?? 0)}</Badge>}
                                        </span>
                                    )}
                                </div>
                            </div>
                        </td>
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

// "Pending review 2/3": which of several reviews is next.
export function stateName(item: { state: RegistrationState; review_stage?: number }, stages: number, t: ReturnType<typeof useText>, a: ReturnType<typeof useAdminText>): string {
    const name = t.registration.state[item.state];
    return item.state === "IN_REVIEW" && stages > 1 && item.review_stage ? a.list.stage(name, item.review_stage, stages) : name;
}
