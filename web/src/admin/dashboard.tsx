import { useEffect, useMemo, useState } from "preact/hooks";
import { get } from "../core/api";
import { useLoad, usePolling } from "../core/hooks";
import { toLocalInput } from "../core/time";
import { useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Card, Failed, Loading, PageHead, Stat } from "../ui/basic";
import { registrationTone } from "../public/words";
import type { RegistrationState } from "../core/types";
import { Chart, type Series } from "./charts";
import { fillDays, type DayCount } from "./days";
import { bytes, count, duration, figure } from "./parts";

const kPollMs = 5000;
const kSamplesMax = 360;

interface Figures {
    users?: number;
    events?: Record<string, number> | number;
    registrations?: Record<string, number>;
    by_day?: { day: string; count: number }[];
    time?: string;
    history?: { end: string; per_second: number }[];
    active?: Record<"day" | "week" | "month", number> & Record<"days" | "weeks" | "months", DayCount[]>;
    [key: string]: unknown;
}

export function Dashboard() {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const figures = useLoad((signal) => get<Figures>("/admin/figures", { signal }), []);
    usePolling(() => void figures.reload(), kPollMs);
    const live = useLiveRate(figures.data);

    if (figures.error && !figures.data) return <Failed error={figures.error} retry={() => void figures.reload()} />;
    if (!figures.data) return <Loading />;
    const data = figures.data;
    const states = Object.entries(data.registrations ?? {}).filter(([, n]) => typeof n === "number");
    const active = states.filter(([state]) => ["IN_REVIEW", "CONFIRMED", "RETURNED"].includes(state)).reduce((sum, [, n]) => sum + n, 0);
    const published = typeof data.events === "object" ? (data.events["PUBLISHED"] ?? 0) : (data.events ?? null);
    const ms = (path: string) => {
        const value = figure(data, path);
        return value === null ? "—" : a.dashboard.ms(count(value, lang));
    };
    return (
        <>
            <PageHead title={a.dashboard.title} lead={a.dashboard.lead} />
            <div class="stack">
                <dl class="stats">
                    <Stat label={a.dashboard.registrations} value={count(active, lang)} />
                    <Stat label={a.dashboard.inReview} value={count(data.registrations?.["IN_REVIEW"] ?? 0, lang)} />
                    <Stat label={a.dashboard.events} value={count(published, lang)} />
                    <Stat label={a.dashboard.users} value={count(figure(data, "users"), lang)} />
                </dl>
                <div class="split">
                    <Card title={a.dashboard.byDay} lead={a.dashboard.byDayLead}><DayChart days={data.by_day ?? []} /></Card>
                    <Card title={a.dashboard.live} lead={a.dashboard.liveLead}><LiveChart live={live} /></Card>
                </div>
                {data.active && (
                    <Card title={a.dashboard.active} lead={a.dashboard.activeLead}>
                        <dl class="stats" data-part="active">
                            <Stat label={a.dashboard.activeDay} value={count(data.active.day, lang)} />
                            <Stat label={a.dashboard.activeWeek} value={count(data.active.week, lang)} />
                            <Stat label={a.dashboard.activeMonth} value={count(data.active.month, lang)} />
                        </dl>
                        <DayChart days={data.active.days} label={a.dashboard.activeByDay} />
                    </Card>
                )}
                <Card title={a.dashboard.server}>
                    <dl class="stats">
                        <Stat label={a.dashboard.requests} value={live.y.length > 0 ? count(live.y[live.y.length - 1]!, lang) : "—"} />
                        <Stat label={a.dashboard.p95} value={ms("p95_ms.read")} />
                        <Stat label={a.dashboard.commit} value={ms("store.commit_ms_p95")} />
                        <Stat label={a.dashboard.errors} value={count(figure(data, "requests.errors"), lang)} />
                        <Stat label={a.dashboard.sockets} value={count(figure(data, "sockets.open") ?? figure(data, "sockets"), lang)} />
                        <Stat label={a.dashboard.queue} value={count(figure(data, "store.writer_queue"), lang)} />
                        <Stat label={a.dashboard.wal} value={bytes(figure(data, "store.wal_bytes"))} />
                        <Stat label={a.dashboard.database} value={bytes(figure(data, "store.db_bytes"))} />
                        <Stat label={a.dashboard.uptime} value={duration(figure(data, "uptime_s"), a)} />
                    </dl>
                </Card>
                {states.length > 0 && (
                    <Card title={a.dashboard.byState}>
                        <ul class="row">
                            {states.map(([state, n]) => (
                                <li key={state}><Badge tone={registrationTone[state as RegistrationState] ?? "neutral"}>{t.registration.state[state as RegistrationState] ?? state} {count(n, lang)}</Badge></li>
                            ))}
                        </ul>
                    </Card>
                )}
            </div>
        </>
    );
}

// Requests per second: what the server remembers, then each answer of this page.
function useLiveRate(data: Figures | null): Series {
    const [live, setLive] = useState<Series>({ x: [], y: [] });
    useEffect(() => {
        const rate = figure(data, "requests.per_second");
        if (!data || rate === null) return;
        const now = data.time ? Date.parse(data.time) / 1000 : Date.now() / 1000;
        setLive((old) => {
            const points = old.x.length > 0 ? old.x.map((x, i) => [x, old.y[i]!] as const)
                : (data.history ?? []).map((period) => [Date.parse(period.end) / 1000, period.per_second] as const);
            const next = [...points.filter(([x]) => Number.isFinite(x) && x < now), [now, rate] as const].slice(-kSamplesMax);
            return { x: next.map(([x]) => x), y: next.map(([, y]) => y) };
        });
    }, [data]);
    return live;
}

function LiveChart({ live }: { live: Series }) {
    const a = useAdminText();
    const lang = useLang();
    const clock = useMemo(() => new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" }), [lang]);
    if (live.x.length < 2) return <div class="chart-wait"><Loading /></div>;
    return <Chart data={live} kind="line" label={a.dashboard.live} xText={(x) => clock.format(new Date(x * 1000))} yText={(y) => count(y, lang)} />;
}

export function DayChart({ days, label }: { days: DayCount[]; label?: string }) {
    const a = useAdminText();
    const lang = useLang();
    const today = toLocalInput(new Date().toISOString()).slice(0, 10);
    const shown = useMemo(() => fillDays(days, today), [JSON.stringify(days), today]);
    const data = useMemo<Series>(() => ({ x: shown.map((_, i) => i), y: shown.map((item) => item.count) }), [shown]);
    const short = new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", { month: "numeric", day: "numeric", timeZone: "UTC" });
    return (
        <Chart data={data} kind="bars" label={label ?? a.dashboard.byDay} yText={(y) => (Number.isInteger(y) ? count(y, lang) : "")}
            xText={(x) => (shown[x] ? short.format(new Date(`${shown[x].day}T00:00:00Z`)) : "")} />
    );
}
