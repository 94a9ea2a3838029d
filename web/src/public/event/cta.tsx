// What one can do with an event now: one main action.
import { useEffect, useState } from "preact/hooks";
import { serverNow } from "../../core/clock";
import type { Live } from "../../core/live";
import { eventPath, teamName, type MyEntry, type PublicEvent } from "../../core/registration";
import { useSession } from "../../core/session";
import { relative } from "../../core/time";
import { useLang, useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Badge, LinkButton, Notice } from "../../ui/basic";
import { Icon } from "../../ui/icons";
import { Countdown } from "../countdown";
import { endedStates, registrationTone, teamStateText, teamTone } from "../words";
import { AdmissionPanel } from "./admission";

const kOpenRetryMs = 1500;
const kClockWithinMs = 3 * 86_400_000;

function closedReason(event: PublicEvent, t: ReturnType<typeof useText>): string | null {
    const state = event.state ?? "PUBLISHED";
    if (state === "CANCELLED") return t.events.cancelled;
    if (state === "PAUSED") return t.events.paused;
    if (event.phase === "UPCOMING") return t.events.notOpenYet;
    return event.phase === "OPEN" ? null : t.events.closed;
}

// A division may open and close on its own: while one takes teams, the event does, until the last of them closes.
function withDivisions(event: PublicEvent): PublicEvent {
    if (event.phase === "OPEN") return event;
    const now = serverNow();
    const closes = event.divisions.filter((one) => one.reg_open || one.reg_close).filter((one) => Date.parse(one.reg_open ?? event.reg_open) <= now)
        .map((one) => one.reg_close ?? event.reg_close).filter((close) => now < Date.parse(close)).sort((a, b) => Date.parse(b) - Date.parse(a));
    return closes[0] ? { ...event, phase: "OPEN", reg_close: closes[0] } : event;
}

export function CallToAction({ event: given, mine, live, reload }: { event: PublicEvent; mine: MyEntry[]; live: Live; reload: () => Promise<void> }) {
    const t = useText();
    const event = withDivisions(given);
    const closed = closedReason(event, t);
    const queue = event.admission && event.admission !== "OPEN" && (event.state ?? "PUBLISHED") === "PUBLISHED" && (event.phase === "UPCOMING" || event.phase === "OPEN");
    return (
        <div class="cta">
            {mine.map((item) => <MyEntryCard key={item.team.id} item={item} />)}
            {closed ? <Closed event={event} title={closed} reload={reload} /> : mine.length === 0 || (event.entries_max_per_person ?? 1) > 1 ? <Enter event={event} again={mine.length > 0} /> : null}
            {queue && <AdmissionPanel event={event} live={live} mine={mine} />}
        </div>
    );
}

function MyEntryCard({ item: { team, registration } }: { item: MyEntry }) {
    const t = useText();
    const r = useRegistrationText();
    const live = registration && !endedStates.has(registration.state);
    return (
        <div class="stack-s">
            <p class="row muted">{t.events.myTeam}
                <Badge tone={live ? registrationTone[registration.state] : teamTone[team.state]}>{live ? t.registration.state[registration.state] : teamStateText(team, t, r)}</Badge>
            </p>
            <h2>{teamName(team)}</h2>
            <LinkButton href={`/teams/${team.id}`} kind="primary" size="large" wide>{t.events.openMyTeam}</LinkButton>
        </div>
    );
}

// At the opening second the page asks again until the server says that it is open.
function Closed({ event, title, reload }: { event: PublicEvent; title: string; reload: () => Promise<void> }) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const [opening, setOpening] = useState(false);
    useEffect(() => {
        if (!opening) return;
        const timer = setInterval(() => void reload(), kOpenRetryMs + Math.random() * kOpenRetryMs);
        return () => clearInterval(timer);
    }, [opening]);
    if (event.phase === "UPCOMING" && (event.state ?? "PUBLISHED") === "PUBLISHED") {
        const soon = new Date(event.reg_open).getTime() - Date.now() < kClockWithinMs;
        return (
            <Notice tone="info" title={opening ? r.event.openingNow : soon ? undefined : title}>
                {!opening && (soon ? <Countdown until={event.reg_open} label={r.event.opensIn} onOver={() => setOpening(true)} /> : t.events.opens(relative(event.reg_open, lang)))}
            </Notice>
        );
    }
    return <Notice tone={event.state === "CANCELLED" ? "bad" : "info"} title={title}>{event.state === "CANCELLED" ? event.cancel_reason : null}</Notice>;
}

function Enter({ event, again }: { event: PublicEvent; again: boolean }) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const session = useSession();
    const to = (doing: string) => {
        const path = `${eventPath(event)}?do=${doing}`;
        return session.status === "out" ? `/signin?next=${encodeURIComponent(path)}` : path;
    };
    const anyLeft = event.divisions.length === 0 || event.divisions.some((division) => !division.availability || division.availability === "OK");
    const mode = event.mode ?? "TEAM";
    return (
        <>
            {!anyLeft && <Notice tone="warn">{event.waitlist_enabled ? r.event.waitlistOpen : event.availability === "HELD" ? r.event.level.HELD : r.event.noWaitlist}</Notice>}
            {mode !== "SOLO" && <LinkButton href={to("found")} kind={again ? "secondary" : "primary"} size="large" wide icon="flag">{t.events.found}</LinkButton>}
            {mode !== "TEAM" && <LinkButton href={to("enter")} kind={mode === "SOLO" && !again ? "primary" : "secondary"} size="large" wide icon="user">{r.event.enterSolo}</LinkButton>}
            {mode !== "SOLO" && <LinkButton href="/join" wide>{t.events.haveCode}</LinkButton>}
            {Boolean(event.waiting) && <p class="muted row"><Icon name="list" size={16} />{r.event.waiting(event.waiting!)}</p>}
            <p class="muted row"><Icon name="clock" size={16} />{t.events.closes(relative(event.reg_close, lang))}</p>
        </>
    );
}
