// The opening second: the queue as it runs, or the draw.
import { download, get, post } from "../core/api";
import { asApiError, useBusy, useLoad, usePolling } from "../core/hooks";
import { useLive } from "../core/live";
import { dateTime } from "../core/time";
import { useLang } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Card, Empty, Failed, Loading, Notice, Stat, errorText } from "../ui/basic";
import { toast } from "../ui/toast";
import { askAndAct, copyAndTell } from "./acts";
import type { EventTabProps } from "./event";
import type { Admission } from "./model";
import { count } from "./parts";

const kRefreshMs = 2000;

export function AdmissionTab({ event }: EventTabProps) {
    const a = useAdminText();
    const loaded = useLoad((signal) => get<Admission>(`/events/${encodeURIComponent(event.slug || event.id)}/admission`, { signal }), [event.id]);
    usePolling(() => void loaded.reload(), kRefreshMs, loaded.data?.mode === "LOTTERY");
    if (loaded.error && !loaded.data) return <Failed error={loaded.error} retry={() => void loaded.reload()} />;
    if (!loaded.data) return <Loading />;
    if (loaded.data.mode === "RATE") return <Queue event={event} data={loaded.data} reload={loaded.reload} />;
    if (loaded.data.mode === "LOTTERY") return <Draw event={event} data={loaded.data} reload={loaded.reload} />;
    return <Card><Empty icon="users" title={a.admission.open}>{a.admission.openBody}</Empty></Card>;
}

function Queue({ event, data, reload }: { event: EventTabProps["event"]; data: Admission; reload: () => Promise<void> }) {
    const a = useAdminText();
    const lang = useLang();
    const { queue, connected } = useLive({ id: event.id, live: event.live ?? event.id }, () => void reload());
    const now = queue ?? data;
    const [served, last] = [now.served ?? 0, now.last ?? 0];
    return (
        <Card title={a.admission.queue} lead={a.admission.queueLead(data.rate)} actions={<Badge tone={connected ? "ok" : "neutral"}>{connected ? a.admission.live : a.admission.delayed}</Badge>}>
            <dl class="stats">
                <Stat label={a.admission.tickets} value={count(last, lang)} />
                <Stat label={a.admission.served} value={count(served, lang)} />
                <Stat label={a.admission.waiting} value={count(Math.max(0, last - served), lang)} />
                <Stat label={a.admission.rate} value={a.admission.perSecond(data.rate)} />
            </dl>
            {queue?.sold_out && <Notice tone="warn" live title={a.admission.soldOut} />}
            {data.opens && new Date(data.opens) > new Date() && <p class="muted">{a.admission.opens(dateTime(data.opens, lang, event.tz))}</p>}
        </Card>
    );
}

function Draw({ event, data, reload }: { event: EventTabProps["event"]; data: Admission; reload: () => Promise<void> }) {
    const a = useAdminText();
    const [busy, run] = useBusy();
    const lottery = data.lottery;
    if (!lottery) return <Card><Empty icon="star" title={a.admission.noLottery}>{a.admission.noLotteryBody}</Empty></Card>;
    const closed = new Date(event.reg_close) <= new Date();
    const draw = async () => {
        await askAndAct({ title: a.admission.drawTitle, body: a.admission.drawBody(lottery.pool ?? 0), confirm: a.admission.draw }, () => post(`/organiser/events/${event.id}/lottery/draw`), a.admission.drawing);
        await reload();
    };
    const save = () => run(async () => {
        try {
            await download(`/events/${encodeURIComponent(event.slug || event.id)}/lottery`, `lottery-${event.slug || event.id}.json`);
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
    });
    return (
        <Card title={a.admission.lottery} lead={a.admission.lotteryLead} actions={<Badge tone={lottery.state === "DRAWN" ? "ok" : "info"}>{a.admission.states[lottery.state]}</Badge>}>
            <div class="stack-s">
                <dl class="stats"><Stat label={a.admission.pool} value={lottery.pool ?? "—"} note={lottery.pool === null ? a.admission.poolLater : undefined} /></dl>
                {lottery.commitment && (
                    <div>
                        <p class="command-text">{a.admission.commitment}</p>
                        <div class="command"><code>{lottery.commitment}</code><Button size="small" kind="quiet" icon="copy" label={a.admission.copyCommitment} onClick={() => void copyAndTell(lottery.commitment!, a.admission.copied)} /></div>
                    </div>
                )}
                {lottery.seed && <div><p class="command-text">{a.admission.seed}</p><div class="command"><code>{lottery.seed}</code></div></div>}
                {(lottery.state === "OPEN" || lottery.state === "CLOSED") && (
                    <div class="stack-s">
                        {!closed && <p class="muted">{a.admission.afterClose}</p>}
                        <div><Button kind="primary" icon="star" disabled={!closed} onClick={() => void draw()}>{a.admission.draw}</Button></div>
                    </div>
                )}
                {lottery.state === "DRAWN" && (
                    <div class="stack-s">
                        <p>{a.admission.proof}</p>
                        <div><Button icon="download" busy={busy} onClick={() => void save()}>{a.admission.file}</Button></div>
                    </div>
                )}
            </div>
        </Card>
    );
}
