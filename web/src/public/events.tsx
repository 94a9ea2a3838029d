import { list, type Page } from "../core/api";
import { kApiBase } from "../core/api_base";
import { asApiError, useBusy, useLoad } from "../core/hooks";
import { dateRange, monthAndDay, relative } from "../core/time";
import type { EventSummary } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { Badge, Button, Empty, Failed, LinkButton, Loading, PageHead, errorText } from "../ui/basic";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toast";
import { availabilityTone, phaseTone } from "./words";

export function EventsPage() {
    const t = useText();
    const events = useLoad<Page<EventSummary>>((signal) => list("/events", {}, { signal }), []);
    const [more, runMore] = useBusy();
    const loadMore = () => runMore(async () => {
        const now = events.data;
        if (!now?.next) return;
        try {
            const next = await list<EventSummary>("/events", { cursor: now.next });
            events.set({ items: [...now.items, ...next.items], next: next.next });
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
    });
    return (
        <>
            <div class="event-hero">
                <PageHead title={t.tagline} plainTitle={t.events.title} lead={t.events.lead} />
                <HeroArt />
            </div>
            {events.loading && !events.data && <Loading />}
            {events.error && !events.data && <Failed error={events.error} retry={() => void events.reload()} />}
            {events.data && events.data.items.length === 0 && (
                <div class="card">
                    <Empty icon="calendar" title={t.events.emptyTitle} actions={<LinkButton href="/join" kind="primary">{t.events.joinWithCode}</LinkButton>}>
                        {t.events.emptyBody}
                    </Empty>
                </div>
            )}
            {events.data && events.data.items.length > 0 && (
                <section aria-label={t.events.title} class="stack">
                    {groups(events.data.items).map((group) => (
                        <div key={group.name} class="stack-s">
                            <h2 class="group-title">{t.events.groups[group.name]}</h2>
                            <ul class="event-list">{group.items.map((event) => <EventItem key={event.id} event={event} />)}</ul>
                        </div>
                    ))}
                    {events.data.next && <div class="pager"><Button busy={more} onClick={() => void loadMore()}>{t.common.more}</Button></div>}
                </section>
            )}
        </>
    );
}

type Group = "open" | "soon" | "past";

// What one can join first, then what is coming, then the rest.
function groups(items: EventSummary[]): { name: Group; items: EventSummary[] }[] {
    const of = (event: EventSummary): Group => (event.phase === "OPEN" ? "open" : event.phase === "UPCOMING" ? "soon" : "past");
    return (["open", "soon", "past"] as const).map((name) => ({ name, items: items.filter((event) => of(event) === name) })).filter((group) => group.items.length > 0);
}

function EventItem({ event }: { event: EventSummary }) {
    const t = useText();
    const lang = useLang();
    const date = monthAndDay(event.starts, lang, event.tz);
    const summary = pick(event.summary, lang);
    return (
        <li class={event.cover ? "event-item event-item-cover" : "event-item"}>
            {event.cover && <img class="event-cover" src={`${kApiBase}/files/${event.cover.id}`} alt="" loading="lazy" />}
            <div class="date-block" aria-hidden="true"><span class="month">{date.month}</span><span class="day">{date.day}</span></div>
            <div class="event-text">
                <h3><a href={`/e/${encodeURIComponent(event.slug || event.id)}`}>{pick(event.title, lang)}</a></h3>
                {summary && <p class="event-summary">{summary}</p>}
                <p class="event-meta">
                    <span><Icon name="calendar" size={15} />{dateRange(event.starts, event.ends, lang, event.tz)}</span>
                    {pick(event.venue, lang) && <span><Icon name="pin" size={15} />{pick(event.venue, lang)}</span>}
                </p>
            </div>
            <div class="event-side">
                <Badge tone={phaseTone[event.phase]}>{t.events.phase[event.phase]}</Badge>
                <EventNote event={event} />
            </div>
        </li>
    );
}

function EventNote({ event }: { event: EventSummary }) {
    const t = useText();
    const lang = useLang();
    if (event.phase === "UPCOMING") return <span>{t.events.opens(relative(event.reg_open, lang))}</span>;
    if (event.phase !== "OPEN") return null;
    const full = event.availability && event.availability !== "OK";
    return (
        <>
            {full && <Badge tone={availabilityTone[event.availability!]}>{t.events.availability[event.availability!]}</Badge>}
            {!full && typeof event.places_left === "number" && <span>{t.events.placesLeft(event.places_left)}</span>}
            <span>{t.events.closes(relative(event.reg_close, lang))}</span>
        </>
    );
}

// Seats around a table, one of them warm: the motif of the product.
function HeroArt() {
    const seats = Array.from({ length: 8 }, (_, i) => {
        const angle = (i / 8) * 2 * Math.PI - Math.PI / 2;
        return { x: 80 + 58 * Math.cos(angle), y: 80 + 58 * Math.sin(angle), kind: i === 1 ? "seat-taken" : i === 4 || i === 6 ? "seat-empty" : "seat-done" };
    });
    return (
        <svg class="hero-art" viewBox="0 0 160 160" aria-hidden="true" focusable="false">
            <circle cx="80" cy="80" r="36" class="table-disc" />
            {seats.map((seat) => <circle key={`${seat.x}`} cx={seat.x} cy={seat.y} r="13" class={seat.kind} />)}
        </svg>
    );
}
