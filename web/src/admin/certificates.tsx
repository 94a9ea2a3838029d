import { act as send, get } from "../core/api";
import { useBusy, useLoad, usePolling } from "../core/hooks";
import { relative, stamp } from "../core/time";
import { useLang } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Card, Empty, Failed, Loading, Notice, PageHead, type Tone } from "../ui/basic";
import { act, askAndAct } from "./acts";
import { onPlatform, useRights } from "./rights";

type Source = "file" | "acme" | "self_signed";

interface Certificate {
    names: string[];
    source: Source;
    file: string;
    issuer: string;
    not_before: string;
    not_after: string;
}

interface Orders {
    names: string[];
    directory: string;
    order_under_way: boolean;
    renew_at: string | null;
    failures: number;
    error: string;
    next_attempt: string | null;
}

interface Standing { certificates: Certificate[]; files_error: string; acme: Orders }

const kDayMs = 86_400_000;
const kWarnMs = 14 * kDayMs;

// As the health of the server judges it: red when it has ended, yellow in the last fortnight (or sixth, if it lives shorter).
function toneOf(item: Certificate, now: number): Tone {
    const end = Date.parse(item.not_after);
    if (end <= now) return "bad";
    const life = end - Date.parse(item.not_before);
    return item.source === "self_signed" || end - now < Math.min(kWarnMs, life / 6) ? "warn" : "ok";
}

export function CertificatesPage() {
    const a = useAdminText();
    const manage = onPlatform(useRights(), "server.manage");
    const standing = useLoad((signal) => get<Standing>("/admin/certificates", { signal }), []);
    const [reloading, runReload] = useBusy();
    const data = standing.data;
    usePolling(() => void standing.reload(), data?.acme.order_under_way ? 3000 : 30_000);

    const reload = () => runReload(async () => {
        await act(() => send("/admin/certificates/reload"), a.certificates.reloaded);
        await standing.reload();
    });
    const renew = async () => {
        const words = { title: a.certificates.renewTitle, body: a.certificates.renewBody, confirm: a.certificates.renew };
        await askAndAct(words, () => send("/admin/certificates/renew"), a.certificates.renewing);
        await standing.reload();
    };
    const button = manage && data && data.certificates.length > 0 && <Button icon="refresh" busy={reloading} onClick={() => void reload()}>{a.certificates.reload}</Button>;
    return (
        <>
            <PageHead title={a.certificates.title} lead={a.certificates.lead} actions={button} />
            {standing.error && !data && <Failed error={standing.error} retry={() => void standing.reload()} />}
            {standing.loading && !data && <Loading />}
            {data && (
                <div class="stack">
                    {data.files_error && <Notice tone="bad" title={a.certificates.filesError}>{data.files_error}</Notice>}
                    {data.certificates.length === 0 ? <div class="card"><Empty icon="lock" title={a.certificates.none}>{a.certificates.noneBody}</Empty></div> : <List items={data.certificates} />}
                    {data.acme.names.length > 0 && <AcmeCard orders={data.acme} onRenew={manage ? () => void renew() : null} />}
                </div>
            )}
        </>
    );
}

function List({ items }: { items: Certificate[] }) {
    const a = useAdminText();
    const lang = useLang();
    const now = Date.now();
    return (
        <div class="table-box" tabIndex={0} role="region" aria-label={a.certificates.title}>
            <table class="table table-cards">
                <thead>
                    <tr>
                        <th scope="col">{a.certificates.names}</th><th scope="col">{a.certificates.source}</th>
                        <th scope="col">{a.certificates.issuer}</th><th scope="col">{a.certificates.until}</th>
                    </tr>
                </thead>
                <tbody>
                    {items.map((item, index) => (
                        <tr key={`${item.source} ${item.file} ${index}`}>
                            <td class="cell-head">
                                <div>
                                    <strong>{item.names.join(", ") || "—"}</strong>
                                    {index === 0 && items.length > 1 && <small class="muted block">{a.certificates.first}</small>}
                                </div>
                            </td>
                            <td data-label={a.certificates.source}>
                                <div>{a.certificates.sources[item.source]}{item.file && <small class="muted block mono">{item.file}</small>}</div>
                            </td>
                            <td data-label={a.certificates.issuer}>{item.issuer}</td>
                            <td data-label={a.certificates.until} class="num">
                                <div><Badge tone={toneOf(item, now)}>{relative(item.not_after, lang)}</Badge><small class="muted block">{stamp(item.not_after, lang)}</small></div>
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}

function AcmeCard({ orders, onRenew }: { orders: Orders; onRenew: (() => void) | null }) {
    const a = useAdminText();
    const lang = useLang();
    const state = orders.order_under_way ? a.certificates.underWay : orders.error ? a.certificates.failed(orders.failures) : a.certificates.fine;
    const tone: Tone = orders.error ? "bad" : orders.order_under_way ? "info" : "ok";
    return (
        <Card title={a.certificates.acme} lead={a.certificates.acmeLead} actions={onRenew && <Button size="small" onClick={onRenew}>{a.certificates.renew}</Button>}>
            <div class="stack-s">
                {orders.error && <Notice tone="bad" title={a.certificates.lastError}>{orders.error}</Notice>}
                <dl class="pairs">
                    <dt>{a.certificates.state}</dt><dd><Badge tone={tone}>{state}</Badge></dd>
                    <dt>{a.certificates.names}</dt><dd>{orders.names.join(", ")}</dd>
                    <dt>{a.certificates.directory}</dt><dd class="mono">{orders.directory}</dd>
                    {orders.renew_at && <><dt>{a.certificates.renewAt}</dt><dd>{stamp(orders.renew_at, lang)}</dd></>}
                    {orders.next_attempt && <><dt>{a.certificates.nextAttempt}</dt><dd>{stamp(orders.next_attempt, lang)}</dd></>}
                </dl>
            </div>
        </Card>
    );
}
