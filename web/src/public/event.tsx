import { get, list, type Page } from "../core/api";
import { useLoad } from "../core/hooks";
import { setQuery, usePlace } from "../core/router";
import { useSession } from "../core/session";
import { dateRange, dateTime, kDefaultZone, relative } from "../core/time";
import type { Division, EventDetail, MyRegistration } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { Badge, Card, Failed, LinkButton, Loading, Notice, PageHead } from "../ui/basic";
import { Icon } from "../ui/icons";
import { FoundTeam } from "./found";
import { availabilityTone, eventTone, phaseTone } from "./words";

export function EventPage({ params }: { params: Record<string, string> }) {
    const slug = params["slug"]!;
    const t = useText();
    const { query } = usePlace();
    const session = useSession();
    const event = useLoad((signal) => get<EventDetail>(`/events/${encodeURIComponent(slug)}`, { signal }), [slug, session.status === "unknown"]);
    const mine = useLoad<MyRegistration | null>(async (signal) => {
        if (session.status !== "in") return null;
        const page: Page<MyRegistration> = await list("/me/registrations", { limit: "100" }, { signal });
        return page.items.find((item) => item.event.slug === slug || item.event.id === slug) ?? null;
    }, [slug, session.status]);

    if (event.error && !event.data) return <Failed error={event.error} retry={() => void event.reload()} />;
    if (!event.data) return <Loading />;
    if (query.get("do") === "found") {
        return <FoundTeam event={event.data} division={query.get("division")} onBack={() => setQuery({ do: null, division: null })} />;
    }
    return <EventView event={event.data} mine={mine.data} t={t} />;
}

function EventView({ event, mine, t }: { event: EventDetail; mine: MyRegistration | null; t: ReturnType<typeof useText> }) {
    const lang = useLang();
    const zone = event.tz ?? kDefaultZone;
    const state = event.state ?? "PUBLISHED";
    const zoneName = zone === kDefaultZone ? t.common.chinaTime : t.common.zone(zone);
    return (
        <>
            <PageHead title={pick(event.title, lang)} lead={pick(event.summary, lang)} back={{ href: "/", label: t.nav.events }}
                eyebrow={<Badge tone={state === "PUBLISHED" ? phaseTone[event.phase] : eventTone[state]}>{state === "PUBLISHED" ? t.events.phase[event.phase] : t.events.state[state]}</Badge>} />
            <div class="columns columns-aside-first">
                <div class="stack">
                    {pick(event.description, lang) && (
                        <Card title={t.events.about} id="about"><div class="prose">{pick(event.description, lang)}</div></Card>
                    )}
                    <Card title={t.events.divisions} id="divisions">
                        <div>{event.divisions.map((division) => <DivisionRow key={division.id} event={event} division={division} />)}</div>
                    </Card>
                    <Card title={t.events.howTitle} id="how">
                        <ol class="how">{t.events.how.map((step) => <li key={step}>{step}</li>)}</ol>
                    </Card>
                </div>
                <div class="stack aside">
                    <div class="card"><CallToAction event={event} mine={mine} /></div>
                    <div class="card">
                        <dl class="facts">
                            <Fact icon="calendar" label={t.events.when} note={zoneName}>{dateRange(event.starts, event.ends, lang, zone)}</Fact>
                            <Fact icon="clock" label={t.events.registration} note={zoneName}>
                                {dateTime(event.reg_open, lang, zone)} –<br />{dateTime(event.reg_close, lang, zone)}
                            </Fact>
                            {pick(event.venue, lang) && <Fact icon="pin" label={t.events.where}>{pick(event.venue, lang)}</Fact>}
                            <Fact icon="users" label={t.events.teamSize(event.team_min, event.team_max)}>
                                {event.review_stages > 0 ? t.events.review : t.events.noReview}
                            </Fact>
                        </dl>
                    </div>
                </div>
            </div>
        </>
    );
}

function Fact({ icon, label, note, children }: { icon: Parameters<typeof Icon>[0]["name"]; label: string; note?: string; children: preact.ComponentChildren }) {
    return (
        <div class="fact">
            <dt><Icon name={icon} size={18} />{label}</dt>
            <dd>{children}{note && <small>{note}</small>}</dd>
        </div>
    );
}

function CallToAction({ event, mine }: { event: EventDetail; mine: MyRegistration | null }) {
    const t = useText();
    const lang = useLang();
    const session = useSession();
    if (mine) {
        return (
            <div class="cta">
                <p class="muted">{t.events.myTeam}</p>
                <h2>{mine.team.name}</h2>
                <LinkButton href={`/teams/${mine.team.id}`} kind="primary" size="large" wide>{t.events.openMyTeam}</LinkButton>
            </div>
        );
    }
    const state = event.state ?? "PUBLISHED";
    const closed = state === "CANCELLED" ? t.events.cancelled : state === "PAUSED" ? t.events.paused
        : event.phase === "UPCOMING" ? t.events.notOpenYet : event.phase !== "OPEN" ? t.events.closed : null;
    if (closed) {
        return (
            <div class="cta">
                <Notice tone={state === "CANCELLED" ? "bad" : "info"} title={closed}>
                    {state === "CANCELLED" ? event.cancel_reason : event.phase === "UPCOMING" ? t.events.opens(relative(event.reg_open, lang)) : null}
                </Notice>
            </div>
        );
    }
    const found = `/e/${encodeURIComponent(event.slug || event.id)}?do=found`;
    const anyLeft = event.divisions.length === 0 || event.divisions.some((division) => !division.availability || division.availability === "OK");
    return (
        <div class="cta">
            {!anyLeft && <Notice tone="warn">{t.events.availability[event.divisions[0]?.availability ?? "GONE"]}</Notice>}
            <LinkButton href={session.status === "out" ? `/signin?next=${encodeURIComponent(found)}` : found} kind="primary" size="large" wide icon="flag">{t.events.found}</LinkButton>
            <LinkButton href="/join" wide>{t.events.haveCode}</LinkButton>
            <p class="muted row"><Icon name="clock" size={16} />{t.events.closes(relative(event.reg_close, lang))}</p>
        </div>
    );
}

function DivisionRow({ event, division }: { event: EventDetail; division: Division }) {
    const t = useText();
    const lang = useLang();
    const availability = division.availability ?? "OK";
    return (
        <div class="division">
            <div class="division-head">
                <h3>{pick(division.name, lang)}</h3>
                <Badge tone={availabilityTone[availability]}>
                    {availability === "OK" && typeof division.places_left === "number" ? t.events.placesLeft(division.places_left) : t.events.availability[availability]}
                </Badge>
            </div>
            <p class="muted">{t.events.teamSize(division.team_min ?? event.team_min, division.team_max ?? event.team_max)}</p>
        </div>
    );
}
