// An event at a glance: what is left to do before it is published, then how registration goes.
import { get } from "../core/api";
import { useLoad, usePolling } from "../core/hooks";
import type { EventFigures, FormVersion, FunnelStep } from "../core/types";
import { relative } from "../core/time";
import { pick, useLang } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Card, Failed, LinkButton, Meter, Notice, Stat } from "../ui/basic";
import { Icon } from "../ui/icons";
import { DayChart } from "./dashboard";
import type { EventTabProps } from "./event";
import type { OrganiserEvent } from "./model";

export function Overview({ event }: EventTabProps) {
    const a = useAdminText();
    const lang = useLang();
    const state = event.state ?? "DRAFT";
    const figures = useLoad((signal) => get<EventFigures>(`/organiser/events/${event.id}/figures`, { signal }), [event.id]);
    usePolling(() => void figures.reload(), 10_000, state !== "DRAFT");
    const data = figures.data;
    return (
        <div class="stack">
            {state === "DRAFT" && <Checklist event={event} />}
            {figures.error && !data && <Failed error={figures.error} retry={() => void figures.reload()} />}
            {data && state !== "DRAFT" && (
                <>
                    {data.in_review > 0 && (
                        <Notice tone="info" title={a.event.reviewNow(data.in_review)}
                            actions={<LinkButton href={`/admin/events/${event.id}/review`} kind="primary" size="small">{a.event.reviewOpen}</LinkButton>}>
                            {data.review_backlog.oldest && a.event.reviewOldest(relative(data.review_backlog.oldest, lang))}
                        </Notice>
                    )}
                    {data.cancel_requested > 0 && (
                        <Notice tone="warn" title={a.event.cancelNow(data.cancel_requested)}
                            actions={<LinkButton href={`/admin/events/${event.id}/registrations?state=CANCEL_REQUESTED`} size="small">{a.event.cancelOpen}</LinkButton>} />
                    )}
                    <dl class="stats">
                        <Stat label={a.event.teams} value={data.teams} />
                        <Stat label={a.event.members} value={data.members} />
                        <Stat label={a.event.submitted} value={data.submitted} />
                        <Stat label={a.event.inReview} value={data.in_review} />
                        <Stat label={a.event.confirmed} value={data.confirmed} />
                        <Stat label={a.event.waitlisted} value={data.waitlisted} />
                        <Stat label={a.event.returned} value={data.returned} />
                        <Stat label={a.event.rejected} value={data.rejected} />
                        <Stat label={a.event.withdrawn} value={data.withdrawn} />
                        <Stat label={a.event.cancelledCount} value={data.cancelled} />
                    </dl>
                    <div class="split">
                        <Card title={a.event.funnel} lead={a.event.funnelLead}><Funnel steps={data.funnel} /></Card>
                        <div class="stack">
                            <Card title={a.event.fill}>
                                <ul class="bar-list">
                                    {data.fill.map((item, i) => {
                                        const place = item.name ? pick(item.name, lang) : typeof item.division === "string"
                                            ? pick(event.divisions.find((division) => division.id === item.division)?.name, lang) || item.division
                                            : item.division ? pick(item.division.name, lang) : a.divisions.scopes["EVENT"];
                                        const name = item.unit === "PERSON" ? `${place} · ${a.quotas.units["PERSON"]}` : place;
                                        const full = item.cap !== null && item.used >= item.cap;
                                        return (
                                            <li key={i}>
                                                <p class="row row-between"><strong>{name}</strong><span class="num">{a.event.used(item.used, item.cap)}</span></p>
                                                <Meter value={item.used} max={item.cap} tone={full ? "bad" : "accent"} label={`${name}: ${a.event.used(item.used, item.cap)}`} />
                                            </li>
                                        );
                                    })}
                                </ul>
                            </Card>
                            <Card title={a.dashboard.byDay} lead={a.dashboard.byDayLead}><DayChart days={data.by_day} /></Card>
                        </div>
                    </div>
                </>
            )}
        </div>
    );
}

const kSteps: FunnelStep[] = ["viewed", "founded", "ready", "submitted", "approved", "checked_in"];

// How many came how far. Views are of people, the rest of teams: a share is of the teams that were founded.
function Funnel({ steps }: { steps: Record<FunnelStep, number> }) {
    const a = useAdminText();
    const lang = useLang();
    const number = new Intl.NumberFormat(lang === "zh" ? "zh-CN" : "en-GB");
    return (
        <ol class="bar-list">
            {kSteps.map((step) => {
                const share = step === "viewed" || step === "founded" || steps.founded === 0 ? "" : ` · ${Math.round((100 * steps[step]) / steps.founded)} %`;
                const text = `${number.format(steps[step])}${share}`;
                return (
                    <li key={step}>
                        <p class="row row-between"><strong>{a.event.steps[step]}</strong><span class="num">{text}</span></p>
                        <Meter value={steps[step]} max={step === "viewed" ? steps.viewed : steps.founded} label={`${a.event.steps[step]}: ${text}`} />
                    </li>
                );
            })}
        </ol>
    );
}

function Checklist({ event }: { event: OrganiserEvent }) {
    const a = useAdminText();
    const form = useLoad((signal) => get<FormVersion>(`/organiser/events/${event.id}/forms/member`, { signal }), [event.id]);
    const items = [
        { ok: new Date(event.reg_close) > new Date(), label: a.event.checkWindow, href: "settings", needed: true, help: "" },
        { ok: event.divisions.length > 0, label: a.event.checkDivision, href: "divisions", needed: true, help: "" },
        { ok: (form.data?.fields.length ?? 0) > 0, label: a.event.checkMember, href: "forms", needed: false, help: a.event.checkMemberHelp },
        ...(event.visibility === "PRIVATE" ? [{ ok: event.has_passcode === true, label: a.setup.checkAccess, href: "access", needed: false, help: a.setup.checkAccessHelp }] : []),
    ];
    return (
        <Card title={a.event.checklist} lead={a.setup.checkLead}>
            <ul class="checklist">
                {items.map((item) => (
                    <li key={item.href}>
                        <span class={`mark tone-${item.ok ? "ok" : item.needed ? "warn" : "neutral"}`}><Icon name={item.ok ? "check" : item.needed ? "alert" : "info"} size={15} /></span>
                        <span>{item.label}{!item.ok && item.help && <small>{item.help}</small>}</span>
                        {!item.ok && <LinkButton href={`/admin/events/${event.id}/${item.href}`} size="small">{a.event.go}</LinkButton>}
                    </li>
                ))}
            </ul>
            {items.every((item) => item.ok || !item.needed) && <p class="muted check-ready">{a.event.checkReady}</p>}
        </Card>
    );
}
