import { useState } from "preact/hooks";
import { useDraft } from "../core/hooks";
import { setQuery, usePlace } from "../core/router";
import { fromLocalInput, stamp, toLocalInput } from "../core/time";
import { useLang } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Button, PageHead } from "../ui/basic";
import { Select, TextInput } from "../ui/fields";
import { changes } from "./change";
import { PagedTable, usePaged } from "./parts";

interface Entry {
    id: string;
    at: string;
    actor: string | null; // login name, or public id of who has none; null: the system, or a device
    via: { kind: string; id: string | null } | null; // the API token or device that signed for the actor
    action: string;
    entity: string;
    entity_id: string | null;
    before: unknown;
    after: unknown;
    reason: string | null;
    client: string;
    request_id: string;
}

const kFilters = ["entity", "entity_id", "actor", "action", "from", "until"] as const;
type Filter = Record<(typeof kFilters)[number], string>;
const kTime = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;
const kNone: Filter = { entity: "", entity_id: "", actor: "", action: "", from: "", until: "" };

export function AuditPage() {
    const a = useAdminText();
    const lang = useLang();
    const { query } = usePlace();
    const filter = Object.fromEntries(kFilters.map((key) => [key, query.get(key) ?? ""])) as Filter;
    const paged = usePaged<Entry>("/admin/audit", filter);
    return (
        <>
            <PageHead title={a.audit.title} lead={a.audit.lead} />
            <Filters filter={filter} bad={paged.error?.status === 422 ? (paged.error.details[0] ?? null) : null} />
            {paged.error?.status !== 422 && (
                <PagedTable paged={paged} empty={{ title: a.audit.empty }} head={[a.audit.action, a.audit.when, a.audit.who, a.audit.what, a.audit.change]}
                    row={(entry) => (
                        <tr key={entry.id}>
                            <td class="cell-head"><span class="mono">{entry.action}</span></td>
                            <td data-label={a.audit.when} class="num nowrap">{stamp(entry.at, lang)}</td>
                            <td data-label={a.audit.who}><Who entry={entry} /></td>
                            <td data-label={a.audit.what}><span class="breakable">{a.audit.entities[entry.entity] ?? entry.entity}{entry.entity_id && <small class="muted block mono">{entry.entity_id}</small>}</span></td>
                            <td data-label={a.audit.change} class="audit-change"><EntryChange entry={entry} /></td>
                        </tr>
                    )} />
            )}
        </>
    );
}

function Who({ entry }: { entry: Entry }) {
    const a = useAdminText();
    const via = entry.via ? `${a.audit.via[entry.via.kind] ?? entry.via.kind} ${entry.via.id ?? ""}`.trim() : "";
    if (!entry.actor && via) return <span class="breakable">{via}</span>;
    return <span class="breakable">{entry.actor ?? a.audit.system}{via && <small class="muted block">{via}</small>}</span>;
}

function EntryChange({ entry }: { entry: Entry }) {
    const a = useAdminText();
    const lang = useLang();
    const found = changes(entry.before, entry.after);
    const shown = (value: string) => (kTime.test(value) ? stamp(value, lang) : value || a.audit.noValue);
    return (
        <div class="change">
            {entry.reason && <p>{entry.reason}</p>}
            {found.length > 0 && (
                <dl class="change-list">
                    {found.map((one) => (
                        <div key={one.key}>
                            <dt class="mono">{one.key}</dt>
                            <dd>
                                {one.from !== undefined && <del><span class="sr">{a.audit.before} </span>{shown(one.from)}</del>}
                                {one.to !== undefined && <ins><span class="sr">{a.audit.after} </span>{shown(one.to)}</ins>}
                            </dd>
                        </div>
                    ))}
                </dl>
            )}
            {(entry.client || entry.request_id) && (
                <small class="muted block">{entry.client && <>{a.audit.source} <span class="mono">{entry.client}</span></>} {entry.request_id && <span class="mono" title={a.audit.request}>{entry.request_id}</span>}</small>
            )}
        </div>
    );
}

function Filters({ filter, bad }: { filter: Filter; bad: { field: string; reason: string } | null }) {
    const a = useAdminText();
    const [draft, setDraft] = useDraft(filter, JSON.stringify(filter));
    const set = (name: keyof Filter) => (value: string) => setDraft({ ...draft, [name]: value });
    const error = (name: keyof Filter) => (bad?.field === name ? bad.reason : undefined);
    const apply = () => setQuery({ ...draft, action: draft.action.trim(), actor: draft.actor.trim(), entity_id: draft.entity ? draft.entity_id.trim() : "" });
    const used = kFilters.some((name) => filter[name] !== "");
    const [open] = useState(() => used || innerWidth >= 720);
    return (
        <details class="card card-tight more-fields" open={open}>
            <summary>{a.audit.filters}</summary>
            <form class="audit-filters" role="search" aria-label={a.audit.filters} noValidate onSubmit={(event) => { event.preventDefault(); apply(); }}>
            <div class="form-grid">
                <TextInput label={a.audit.filterAction} help={a.audit.filterActionHelp} name="action" value={draft.action} onInput={set("action")} error={error("action")} optional maxLength={60} />
                <TextInput label={a.audit.filterActor} help={a.audit.filterActorHelp} name="actor" value={draft.actor} onInput={set("actor")} error={error("actor")} optional maxLength={64} />
                <Select label={a.audit.filterEntity} name="entity" value={draft.entity} onChange={(entity) => setDraft({ ...draft, entity, entity_id: entity ? draft.entity_id : "" })} error={error("entity")}
                    choices={[{ value: "", label: a.audit.allEntities }, ...Object.entries(a.audit.entities).map(([value, label]) => ({ value, label }))]} />
                {draft.entity && <TextInput label={a.audit.filterEntityId} name="entity_id" value={draft.entity_id} onInput={set("entity_id")} error={error("entity_id")} optional maxLength={64} />}
                <TextInput label={a.audit.filterFrom} name="from" type="datetime-local" value={toLocalInput(draft.from)} onInput={(text) => set("from")(fromLocalInput(text))} error={error("from")} optional />
                <TextInput label={a.audit.filterUntil} name="until" type="datetime-local" value={toLocalInput(draft.until)} onInput={(text) => set("until")(fromLocalInput(text))} error={error("until")} optional />
            </div>
            <div class="form-actions">
                <Button type="submit" icon="search">{a.audit.apply}</Button>
                {used && <Button kind="quiet" onClick={() => setQuery(kNone)}>{a.audit.reset}</Button>}
            </div>
            </form>
        </details>
    );
}
