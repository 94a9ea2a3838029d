import type { ComponentChildren } from "preact";
import { get, list, post, type Page } from "../core/api";
import { asApiError, useBusy, useLoad, usePolling } from "../core/hooks";
import type { EventDetail, EventFigures, FormVersion } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Card, Empty, Failed, LinkButton, Loading, Meter, NotFound, Notice, PageHead, Stat, errorText } from "../ui/basic";
import { ask } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { toast } from "../ui/toast";
import { eventTone, phaseTone } from "../public/words";
import { DayChart } from "./dashboard";
import { DevicesTab } from "./devices";
import { DivisionsTab } from "./divisions";
import { EventSettings } from "./event_form";
import { FormsTab } from "./form_editor";
import { PeopleTab } from "./people";
import { RegistrationsTab } from "./registrations";
import { inEvent, useRights } from "./rights";

export interface EventTabProps {
    event: EventDetail;
    reload: () => Promise<void>;
}

const kTabs = ["overview", "settings", "divisions", "forms", "registrations", "people", "devices"] as const;
const kNeeds: Partial<Record<(typeof kTabs)[number], string>> = {
    settings: "event.edit", divisions: "event.edit", forms: "form.edit", registrations: "reg.view", people: "member.manage", devices: "device.manage",
};

export function EventAdmin({ id, tab }: { id: string; tab: string }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const loaded = useLoad((signal) => get<EventDetail>(`/organiser/events/${encodeURIComponent(id)}`, { signal }), [id]);
    const mine = useRights();
    if (!(kTabs as readonly string[]).includes(tab)) return <NotFound />;
    if (loaded.error && !loaded.data) return <Failed error={loaded.error} retry={() => void loaded.reload()} />;
    if (!loaded.data) return <Loading />;
    const event = { ...loaded.data, divisions: loaded.data.divisions ?? [] };
    const state = event.state ?? "DRAFT";
    const props: EventTabProps = { event, reload: loaded.reload };
    const mayOpen = (name: (typeof kTabs)[number]) => !kNeeds[name] || inEvent(mine, event, kNeeds[name]);
    const open = tab as (typeof kTabs)[number];
    const tabs: Record<(typeof kTabs)[number], () => ComponentChildren> = {
        overview: () => <Overview {...props} />,
        settings: () => <EventSettings {...props} />,
        divisions: () => <DivisionsTab {...props} />,
        forms: () => <FormsTab {...props} />,
        registrations: () => <RegistrationsTab {...props} />,
        people: () => <PeopleTab {...props} />,
        devices: () => <DevicesTab {...props} />,
    };
    return (
        <>
            <PageHead title={pick(event.title, lang)} plainTitle={`${pick(event.title, lang)} · ${a.event.tabs[open]}`}
                back={{ href: "/admin/events", label: a.events.title }}
                eyebrow={<><Badge tone={eventTone[state]}>{t.events.state[state]}</Badge>{state === "PUBLISHED" && <Badge tone={phaseTone[event.phase]}>{t.events.phase[event.phase]}</Badge>}</>}
                actions={<EventActions {...props} />} />
            <nav class="tabs" aria-label={pick(event.title, lang)}>
                {kTabs.filter(mayOpen).map((name) => (
                    <a key={name} href={`/admin/events/${id}${name === "overview" ? "" : `/${name}`}`} aria-current={name === tab ? "page" : undefined}>{a.event.tabs[name]}</a>
                ))}
            </nav>
            {mayOpen(open) ? tabs[open]() : <Empty icon="lock" title={t.errors.forbiddenTitle}>{t.errors.forbiddenBody}</Empty>}
        </>
    );
}

function EventActions({ event, reload }: EventTabProps) {
    const a = useAdminText();
    const t = useText();
    const [busy, run] = useBusy();
    const edits = inEvent(useRights(), event, "event.edit");
    const state = event.state ?? "DRAFT";
    const act = async (verb: "publish" | "pause" | "resume" | "unpublish" | "cancel" | "archive") => {
        const words = {
            publish: { title: a.event.publishTitle, body: a.event.publishBody, confirm: a.event.publish, done: a.event.published },
            pause: { title: a.event.pauseTitle, body: a.event.pauseBody, confirm: a.event.pause, done: a.event.paused },
            resume: null,
            unpublish: { title: a.event.unpublishTitle, body: a.event.unpublishBody, confirm: a.event.unpublish, done: a.event.unpublished },
            cancel: { title: a.event.cancelTitle, body: a.event.cancelBody, confirm: a.event.cancel, done: a.event.cancelled },
            archive: { title: a.event.archiveTitle, body: a.event.archiveBody, confirm: a.event.archive, done: a.event.archived },
        }[verb];
        let reason = "";
        if (words) {
            const answer = await ask({
                ...words, danger: verb === "cancel", cancel: t.common.back,
                ...(verb === "cancel" ? { reason: { label: a.event.cancelReason, required: true } } : {}),
            });
            if (!answer.ok) return;
            reason = answer.reason;
        }
        await run(async () => {
            try {
                await post(`/organiser/events/${event.id}/${verb}`, verb === "cancel" ? { reason } : {}, { rev: event.rev });
                toast(words?.done ?? a.event.resumed);
            } catch (error) {
                toast(errorText(asApiError(error)), "bad");
            }
            await reload();
        });
    };
    return (
        <>
            {state !== "DRAFT" && <LinkButton href={`/e/${encodeURIComponent(event.slug || event.id)}`} size="small" icon="globe">{a.event.viewPublic}</LinkButton>}
            {edits && state === "DRAFT" && <Button kind="primary" busy={busy} onClick={() => void act("publish")}>{a.event.publish}</Button>}
            {edits && state === "PUBLISHED" && <Button size="small" busy={busy} onClick={() => void act("pause")}>{a.event.pause}</Button>}
            {edits && state === "PAUSED" && <Button size="small" kind="primary" busy={busy} onClick={() => void act("resume")}>{a.event.resume}</Button>}
            {edits && (state === "PUBLISHED" || state === "PAUSED") && <Button size="small" kind="quiet" busy={busy} onClick={() => void act("unpublish")}>{a.event.unpublish}</Button>}
            {edits && (state === "PUBLISHED" || state === "PAUSED") && <Button size="small" kind="quiet" onClick={() => void act("cancel")}>{a.event.cancel}</Button>}
            {edits && (state === "CANCELLED" || event.phase === "FINISHED") && state !== "ARCHIVED" && state !== "DRAFT" && <Button size="small" onClick={() => void act("archive")}>{a.event.archive}</Button>}
        </>
    );
}

function Overview({ event }: EventTabProps) {
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
                            actions={<LinkButton href={`/admin/events/${event.id}/registrations?state=IN_REVIEW`} kind="primary" size="small">{a.event.reviewOpen}</LinkButton>} />
                    )}
                    <dl class="stats">
                        <Stat label={a.event.teams} value={data.teams} />
                        <Stat label={a.event.members} value={data.members} />
                        <Stat label={a.event.submitted} value={data.submitted} />
                        <Stat label={a.event.inReview} value={data.in_review} />
                        <Stat label={a.event.confirmed} value={data.confirmed} />
                        <Stat label={a.event.rejected} value={data.rejected} />
                        <Stat label={a.event.withdrawn} value={data.withdrawn} />
                        <Stat label={a.event.cancelledCount} value={data.cancelled} />
                    </dl>
                    <div class="split">
                        <Card title={a.event.fill}>
                            <ul class="bar-list">
                                {data.fill.map((item, i) => {
                                    const name = typeof item.division === "string"
                                        ? pick(event.divisions.find((division) => division.id === item.division)?.name, lang) || item.division
                                        : item.division ? pick(item.division.name, lang) : a.divisions.scopes["EVENT"];
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
                </>
            )}
        </div>
    );
}

function Checklist({ event }: { event: EventDetail }) {
    const a = useAdminText();
    const form = useLoad(async (signal): Promise<FormVersion | null> => {
        try {
            return await get<FormVersion>(`/organiser/events/${event.id}/forms/member`, { signal });
        } catch (error) {
            if (asApiError(error).status === 404) return null;
            throw error;
        }
    }, [event.id]);
    const items = [
        { ok: new Date(event.reg_close) > new Date(), label: a.event.checkWindow, href: "settings", needed: true, help: "" },
        { ok: event.divisions.length > 0, label: a.event.checkDivision, href: "divisions", needed: true, help: "" },
        { ok: (form.data?.fields.length ?? 0) > 0, label: a.event.checkMember, href: "forms", needed: false, help: a.event.checkMemberHelp },
    ];
    return (
        <Card title={a.event.checklist}>
            <ul class="checklist">
                {items.map((item) => (
                    <li key={item.href}>
                        <span class={`mark tone-${item.ok ? "ok" : item.needed ? "warn" : "neutral"}`}><Icon name={item.ok ? "check" : "alert"} size={15} /></span>
                        <span>{item.label}{!item.ok && item.help && <small>{item.help}</small>}</span>
                        {!item.ok && <LinkButton href={`/admin/events/${event.id}/${item.href}`} size="small">{a.event.go}</LinkButton>}
                    </li>
                ))}
            </ul>
            {items.every((item) => item.ok || !item.needed) && <p class="muted check-ready">{a.event.checkReady}</p>}
        </Card>
    );
}

// The first page of an event's quotas is all of them: one for the event and two a division.
export const loadQuotas = <T,>(id: string, signal: AbortSignal): Promise<Page<T>> => list<T>(`/organiser/events/${id}/quotas`, { limit: "100" }, { signal });
