// An event as everybody sees it.
import { kApiBase } from "../../core/api_base";
import type { Live } from "../../core/live";
import type { DivisionRules, MyEntry, PublicDivision, PublicEvent } from "../../core/registration";
import { dateRange, dateTime, kDefaultZone } from "../../core/time";
import { pick, useLang, useText } from "../../i18n";
import { useRegistrationText, type RegistrationDictionary } from "../../i18n/registration";
import { Badge, Card, PageHead } from "../../ui/basic";
import { DocumentLink } from "../../ui/dynamic_form_parts";
import { Icon } from "../../ui/icons";
import { Markdown } from "../../ui/markdown";
import { availabilityTone, eventTone, phaseTone } from "../words";
import { CallToAction } from "./cta";

export function EventView({ event, mine, live, reload }: { event: PublicEvent; mine: MyEntry[]; live: Live; reload: () => Promise<void> }) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const state = event.state ?? "PUBLISHED";
    const solo = event.mode === "SOLO";
    const description = pick(event.description, lang);
    const rules = pick(event.rules, lang);
    const images = event.images ?? [];
    const documents = event.documents ?? [];
    return (
        <>
            {event.cover && <img class="cover" src={`${kApiBase}/files/${event.cover.id}`} alt={pick(event.cover.alt, lang)} />}
            <PageHead title={pick(event.title, lang)} lead={pick(event.summary, lang)} back={{ href: "/", label: t.nav.events }}
                eyebrow={<Badge tone={state === "PUBLISHED" ? phaseTone[event.phase] : eventTone[state]}>{state === "PUBLISHED" ? t.events.phase[event.phase] : t.events.state[state]}</Badge>} />
            <div class="columns columns-aside-first">
                <div class="stack">
                    <Card title={t.events.divisions} id="divisions" lead={<span class="live-note">{live.connected ? r.event.live : r.event.polled}</span>}>
                        <div>{event.divisions.map((division) => <DivisionRow key={division.id} event={event} division={division} />)}</div>
                    </Card>
                    {description && <Card title={t.events.about} id="about"><Markdown text={description} /></Card>}
                    {images.length > 0 && (
                        <Card title={r.event.pictures} id="pictures">
                            <ul class="pictures">{images.map((image, i) => <li key={image.id}><img src={image.url} alt={r.event.picture(i + 1)} loading="lazy" /></li>)}</ul>
                        </Card>
                    )}
                    {rules && <Card title={r.event.rules} id="rules"><Markdown text={rules} /></Card>}
                    {documents.length > 0 && (
                        <Card title={r.event.documents} id="documents" lead={r.event.documentsLead}>
                            <ul class="stack-s">{documents.map((document) => <li key={document.id} class="row"><Icon name="list" size={18} /><DocumentLink event={event.id} document={document} /></li>)}</ul>
                        </Card>
                    )}
                    {!solo && (
                        <Card title={t.events.howTitle} id="how">
                            <ol class="how">{t.events.how.map((step) => <li key={step}>{step}</li>)}</ol>
                        </Card>
                    )}
                </div>
                <div class="stack aside">
                    <div class="card"><CallToAction event={event} mine={mine} live={live} reload={reload} /></div>
                    <div class="card"><Facts event={event} /></div>
                </div>
            </div>
        </>
    );
}

function Facts({ event }: { event: PublicEvent }) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const zone = event.tz ?? kDefaultZone;
    const zoneName = zone === kDefaultZone ? t.common.chinaTime : t.common.zone(zone);
    const size = event.mode === "SOLO" ? r.event.soloOnly : event.mode === "BOTH" ? r.event.foundOrSolo : t.events.teamSize(event.team_min, event.team_max);
    const dates: [string, string | null | undefined][] = [
        [r.event.editUntil, event.edit_deadline], [r.event.cancelUntil, event.cancel_policy === "NONE" ? null : event.cancel_deadline], [r.event.lockAt, event.roster_lock_at],
    ];
    const told = dates.filter((row): row is [string, string] => Boolean(row[1]));
    return (
        <dl class="facts">
            <Fact icon="calendar" label={t.events.when} note={zoneName}>{dateRange(event.starts, event.ends, lang, zone)}</Fact>
            <Fact icon="clock" label={t.events.registration} note={zoneName}>
                {dateTime(event.reg_open, lang, zone)} –<br />{dateTime(event.reg_close, lang, zone)}
            </Fact>
            {pick(event.venue, lang) && <Fact icon="pin" label={t.events.where}>{pick(event.venue, lang)}</Fact>}
            <Fact icon="users" label={size} note={event.sub_max ? r.event.subs(event.sub_max) : undefined}>
                {event.review_stages > 0 ? r.event.review(event.review_stages) : t.events.noReview}
                {event.cancel_policy && <><br />{r.event.cancelPolicy[event.cancel_policy]}</>}
            </Fact>
            {Boolean(event.guardian_under_age) && <Fact icon="shield" label={r.guardian.title}>{r.event.guardianUnder(event.guardian_under_age!)}</Fact>}
            {told.length > 0 && (
                <Fact icon="flag" label={r.event.deadlines}>
                    {told.map(([name, at]) => <span key={name} class="block">{name} {dateTime(at, lang, zone)}</span>)}
                </Fact>
            )}
        </dl>
    );
}

function Fact({ icon, label, note, children }: { icon: Parameters<typeof Icon>[0]["name"]; label: string; note?: string | undefined; children: preact.ComponentChildren }) {
    return (
        <div class="fact">
            <dt><Icon name={icon} size={18} />{label}</dt>
            <dd>{children}{note && <small>{note}</small>}</dd>
        </div>
    );
}

export function ruleTexts(rules: DivisionRules | null | undefined, r: RegistrationDictionary): string[] {
    if (!rules) return [];
    const [min = null, max = null] = [rules.age_min, rules.age_max];
    const found: string[] = [];
    if (min !== null || max !== null) found.push(r.event.ruleAge(min, max));
    if (rules.gender) found.push(r.event.ruleGender[rules.gender]);
    if ((rules.female_min ?? null) !== null || (rules.female_max ?? null) !== null) found.push(r.event.ruleFemale(rules.female_min ?? null, rules.female_max ?? null));
    if ((rules.male_min ?? null) !== null || (rules.male_max ?? null) !== null) found.push(r.event.ruleMale(rules.male_min ?? null, rules.male_max ?? null));
    return found;
}

function DivisionRow({ event, division }: { event: PublicEvent; division: PublicDivision }) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const availability = division.availability ?? "OK";
    const counted = availability === "OK" && typeof division.places_left === "number";
    const subs = division.sub_max ?? event.sub_max ?? 0;
    const size = event.mode === "SOLO" ? null : t.events.teamSize(division.team_min ?? event.team_min, division.team_max ?? event.team_max);
    const facts = [size, subs > 0 && event.mode !== "SOLO" ? r.event.subs(subs) : null, ...ruleTexts(division.rules, r)].filter(Boolean);
    return (
        <div class="division">
            <div class="division-head">
                <h3>{pick(division.name, lang)}</h3>
                <Badge tone={availabilityTone[availability]}>{counted ? t.events.placesLeft(division.places_left!) : t.events.availability[availability]}</Badge>
            </div>
            {facts.length > 0 && <p class="muted">{facts.join(" · ")}</p>}
            {availability !== "OK" && <p class="muted">{r.event.level[availability]}</p>}
            {pick(division.description, lang) && <Markdown text={pick(division.description, lang)} />}
        </div>
    );
}
