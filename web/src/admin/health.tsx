import { get } from "../core/api";
import { useLoad, usePolling } from "../core/hooks";
import { stamp } from "../core/time";
import { useLang, useText } from "../i18n";
import { useAdminText, type AdminDictionary } from "../i18n/admin";
import { Badge, Failed, Loading, PageHead, Stat, type Tone } from "../ui/basic";
import { bytes, count, duration } from "./parts";

interface Component {
    status?: string;
    latency_us?: number;
    latency_ms?: number;
    detail?: string;
    [key: string]: unknown;
}

interface Health {
    status: string;
    age_ms?: number;
    version?: string;
    uptime_s?: number;
    components?: Record<string, Component> | (Component & { name: string })[];
}

type Level = "ok" | "warn" | "bad";
const kTone: Record<Level, Tone> = { ok: "ok", warn: "warn", bad: "bad" };

export function level(status: string | undefined): Level {
    const word = (status ?? "").toLowerCase();
    if (["ok", "up", "pass", "healthy", "green"].includes(word)) return "ok";
    if (["warn", "warning", "degraded", "yellow"].includes(word)) return "warn";
    return "bad";
}

const kKnown = new Set(["status", "latency_us", "latency_ms", "age_ms", "detail", "name"]);

// What was found, then its figures; sizes and ages as a person writes them.
function detail(component: Component, lang: "zh" | "en", a: AdminDictionary): string {
    const words = [component.detail ?? ""];
    for (const [key, value] of Object.entries(component)) {
        if (kKnown.has(key) || (typeof value !== "number" && typeof value !== "string")) continue;
        const shown = typeof value === "string" ? (/^\d{4}-\d\d-\d\dT/.test(value) ? stamp(value, lang) : value)
            : key.endsWith("bytes") ? bytes(value) : key.endsWith("_s") ? duration(value, a) : count(value, lang);
        words.push(`${key.replace(/_s$/, "")} ${shown}`);
    }
    return words.filter(Boolean).join(" · ");
}

export function HealthPage() {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const health = useLoad((signal) => get<Health>("/health", { signal }), []);
    usePolling(() => void health.reload(), 5000);
    if (health.error && !health.data) return <Failed error={health.error} retry={() => void health.reload()} />;
    if (!health.data) return <Loading />;
    const { data } = health;
    const all = level(data.status);
    const components = Array.isArray(data.components) ? data.components : Object.entries(data.components ?? {}).map(([name, value]) => ({ ...value, name }));
    const latency = (item: Component) =>
        item.latency_us !== undefined ? a.dashboard.ms(count(item.latency_us / 1000, lang)) : item.latency_ms !== undefined ? a.dashboard.ms(count(item.latency_ms, lang)) : "—";
    return (
        <>
            <PageHead title={a.health.title} eyebrow={<Badge tone={kTone[all]}>{a.health.status[all]}</Badge>}
                lead={<>{a.health.lead}{data.age_ms !== undefined && ` · ${a.health.age((data.age_ms / 1000).toFixed(1))}`}</>} />
            <div class="stack">
                <dl class="stats">
                    <Stat label={t.common.state} value={a.health.status[all]} />
                    {data.version && <Stat label={a.health.version} value={data.version} />}
                    {data.uptime_s !== undefined && <Stat label={a.health.uptime} value={duration(data.uptime_s, a)} />}
                </dl>
                <div class="table-box" tabIndex={0} role="region" aria-label={a.health.title}>
                    <table class="table table-cards">
                        <thead><tr><th scope="col">{a.health.component}</th><th scope="col">{t.common.state}</th><th scope="col">{a.health.latency}</th><th scope="col">{a.health.detail}</th></tr></thead>
                        <tbody>
                            {components.map((item) => {
                                const state = level(item.status);
                                return (
                                    <tr key={item.name}>
                                        <td class="cell-head"><span class="mono nowrap">{item.name}</span></td>
                                        <td data-label={t.common.state}><Badge tone={kTone[state]}>{a.health.status[state]}</Badge></td>
                                        <td data-label={a.health.latency} class="num">{latency(item)}</td>
                                        <td data-label={a.health.detail}>{detail(item, lang, a) || "—"}</td>
                                    </tr>
                                );
                            })}
                        </tbody>
                    </table>
                </div>
            </div>
        </>
    );
}
