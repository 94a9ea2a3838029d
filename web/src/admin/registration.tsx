import { useState } from "preact/hooks";
import { get, list } from "../core/api";
import { useLoad } from "../core/hooks";
import { dateTime } from "../core/time";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Card, Failed, Loading, Notice, PageHead } from "../ui/basic";
import { registrationTone } from "../public/words";
import type { OrganiserEvent, Tag } from "./model";
import { RegistrationActions } from "./registration_actions";
import { fieldsOf, type FullRegistration } from "./registration_model";
import { Files } from "./registration_files";
import { Answers, Duplicates, History, Notes } from "./registration_parts";
import { stateName, type ListedRegistration } from "./registrations";
import { inEvent, useRights } from "./rights";
import { PickTagsDialog, TagBadge } from "./tags";

export function RegistrationPage({ id }: { id: string }) {
    const a = useAdminText();
    const lang = useLang();
    const mine = useRights();
    const loaded = useLoad((signal) => get<FullRegistration>(`/organiser/registrations/${encodeURIComponent(id)}`, { signal }), [id]);
    const eventId = loaded.data?.event?.id;
    const event = useLoad(async (signal) => (eventId ? get<OrganiserEvent>(`/organiser/events/${eventId}`, { signal }) : null), [eventId]);
    if (loaded.error && !loaded.data) return <Failed error={loaded.error} retry={() => void loaded.reload()} />;
    if (!loaded.data) return <Loading />;
    const item = loaded.data;
    const may = (permission: string) => event.data !== null && inEvent(mine, event.data, permission);
    const forms = item.forms ?? (event.data?.forms as FullRegistration["forms"]);
    return (
        <>
            <PageHead title={item.team.name}
                back={eventId ? { href: `/admin/events/${eventId}/registrations`, label: pick(item.event?.title, lang) || a.registrations.title } : { href: "/admin/events", label: a.events.title }}
                eyebrow={<StateLine item={item} event={event.data} />} lead={<>{pick(item.division.name, lang)}{item.submitted_at && ` · ${a.registrations.submitted} ${dateTime(item.submitted_at, lang)}`}</>}
                actions={may("reg.review") && <RegistrationActions item={item} event={event.data} edits={may("reg.edit")} reload={loaded.reload} />} />
            <Circumstances item={item} zone={event.data?.tz} />
            <div class="split split-wide">
                <div class="stack">
                    <Answers item={item} forms={forms} onCorrected={may("reg.edit") ? loaded.reload : undefined} />
                    {eventId && <Files item={item} event={eventId} fields={fieldsOf(forms)} reviews={may("reg.review")} />}
                    <Duplicates id={item.id} divisions={event.data?.divisions ?? []} />
                </div>
                <div class="stack">
                    {eventId && <Tags item={item} event={eventId} edits={may("reg.edit")} />}
                    <Notes item={item} edits={may("reg.edit")} />
                    <Card title={a.registrations.history}><History item={item} /></Card>
                </div>
            </div>
        </>
    );
}

function StateLine({ item, event }: { item: FullRegistration; event: OrganiserEvent | null }) {
    const t = useText();
    const a = useAdminText();
    return (
        <>
            <Badge tone={registrationTone[item.state]}>{stateName(item, item.review_stages ?? event?.review_stages ?? 0, t, a)}</Badge>
            {item.friendly_no !== null && <span class="muted">{a.registrations.numbered(item.friendly_no)}</span>}
            {item.source && item.source !== "WEB" && <Badge>{a.one.sources[item.source] ?? item.source}</Badge>}
        </>
    );
}

// What one has to know before deciding: a team that lost members, a running clock, its place on the waiting list.
function Circumstances({ item, zone }: { item: FullRegistration; zone: string | undefined }) {
    const a = useAdminText();
    const lang = useLang();
    const list = item.waitlist;
    return (
        <div class="stack-s circumstances">
            {item.deficient_since && <Notice tone="warn" title={a.one.deficient}>{a.one.deficientSince(dateTime(item.deficient_since, lang, zone))}</Notice>}
            {item.state === "CANCEL_REQUESTED" && <Notice tone="warn" title={a.one.cancelAsked}>{item.decision_reason ?? ""}</Notice>}
            {list && (
                <Notice tone="info" title={list.offer ? a.one.offered(dateTime(list.offer.expires, lang, zone)) : a.one.position(list.position, list.of)}>
                    {list.collecting ? a.one.collecting(list.collected ?? 0, list.needed ?? 0) : ""}
                </Notice>
            )}
            {item.clock && item.clock.kind !== "offer" && <Notice tone="neutral">{a.one.clocks[item.clock.kind](dateTime(item.clock.until, lang, zone))}</Notice>}
        </div>
    );
}

// The list tells the tags of a registration; it is found by its number.
function Tags({ item, event, edits }: { item: FullRegistration; event: string; edits: boolean }) {
    const a = useAdminText();
    const [picking, setPicking] = useState(false);
    const loaded = useLoad(async (signal) => {
        const [all, rows] = await Promise.all([
            list<Tag>(`/organiser/events/${event}/tags`, {}, { signal }),
            list<ListedRegistration>(`/organiser/events/${event}/registrations`, { q: `#${item.friendly_no}`, limit: "1" }, { signal }),
        ]);
        return { all: all.items, here: rows.items.find((row) => row.id === item.id)?.tags ?? [] };
    }, [event, item.id]);
    if (!loaded.data || loaded.data.all.length === 0) return null;
    const { all, here } = loaded.data;
    return (
        <Card tight title={a.tags.title} actions={edits && <Button size="small" icon="edit" onClick={() => setPicking(true)}>{a.tags.pick}</Button>}>
            {here.length === 0 ? <p class="muted">{a.tags.noneHere}</p> : <span class="chips">{here.map((tag) => <TagBadge key={tag.id} tag={tag} />)}</span>}
            {picking && <PickTagsDialog registration={item.id} tags={all} chosen={here} onClose={() => setPicking(false)} onDone={() => { setPicking(false); void loaded.reload(); }} />}
        </Card>
    );
}
