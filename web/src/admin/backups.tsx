import { useState } from "preact/hooks";
import { list, post } from "../core/api";
import { asApiError, useBusy, useIdempotencyKey, useLoad, usePolling } from "../core/hooks";
import { stamp } from "../core/time";
import { useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Empty, Failed, Loading, PageHead, errorText, type Tone } from "../ui/basic";
import { toast } from "../ui/toast";
import { bytes } from "./parts";

interface Backup {
    id: string;
    created?: string;
    at?: string;
    kind?: string;
    bytes?: number;
    state?: string;
    verified_at?: string | null;
    verified?: string | boolean | null;
}

const kTone: Record<string, Tone> = { OK: "ok", DONE: "ok", VERIFIED: "ok", RUNNING: "info", FAILED: "bad", DAMAGED: "bad" };

export function BackupsPage() {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const backups = useLoad((signal) => list<Backup>("/admin/backups", { limit: "100" }, { signal }), []);
    const [creating, runCreate] = useBusy();
    const [verifying, setVerifying] = useState<string | null>(null);
    const [round, setRound] = useState(0);
    const key = useIdempotencyKey();
    const items = backups.data?.items ?? [];
    usePolling(() => void backups.reload(), 3000, items.some((item) => item.state === "RUNNING"));

    const create = () => runCreate(async () => {
        try {
            await post("/admin/backups", {}, { key: key({ round }) });
            setRound(round + 1);
            toast(a.backups.started);
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
        await backups.reload();
    });
    const verify = async (id: string) => {
        setVerifying(id);
        try {
            const result = await post<{ ok?: boolean; state?: string } | undefined>(`/admin/backups/${encodeURIComponent(id)}/verify`);
            const bad = result?.ok === false || result?.state === "FAILED" || result?.state === "DAMAGED";
            toast(bad ? a.backups.verifyBad : a.backups.verifyOk, bad ? "bad" : "ok");
        } catch (error) {
            toast(`${a.backups.verifyBad} ${errorText(asApiError(error))}`, "bad");
        }
        setVerifying(null);
        await backups.reload();
    };
    const button = <Button kind="primary" icon="box" busy={creating} onClick={() => void create()}>{a.backups.create}</Button>;
    return (
        <>
            <PageHead title={a.backups.title} lead={a.backups.lead} actions={items.length > 0 && button} />
            {backups.error && !backups.data && <Failed error={backups.error} retry={() => void backups.reload()} />}
            {backups.loading && !backups.data && <Loading />}
            {backups.data && items.length === 0 && <div class="card"><Empty title={a.backups.emptyTitle} actions={button}>{a.backups.emptyBody}</Empty></div>}
            {items.length > 0 && (
                <div class="stack-s">
                    <div class="table-box" tabIndex={0} role="region" aria-label={a.backups.title}>
                        <table class="table table-cards">
                            <thead>
                                <tr>
                                    <th scope="col">{a.backups.id}</th><th scope="col">{a.backups.when}</th><th scope="col">{a.backups.size}</th>
                                    <th scope="col">{a.backups.state}</th><th scope="col">{a.backups.verified}</th><th scope="col"><span class="sr">{t.common.actions}</span></th>
                                </tr>
                            </thead>
                            <tbody>
                                {items.map((item) => {
                                    const when = item.created ?? item.at;
                                    const verified = item.verified_at ?? (typeof item.verified === "string" ? item.verified : null);
                                    return (
                                        <tr key={item.id}>
                                            <td class="cell-head"><span class="mono">{item.id}</span></td>
                                            <td data-label={a.backups.when} class="num">{when ? stamp(when, lang) : "—"}</td>
                                            <td data-label={a.backups.size} class="num">{bytes(item.bytes ?? null)}</td>
                                            <td data-label={a.backups.state}><Badge tone={kTone[item.state ?? "OK"] ?? "neutral"}>{item.state ?? "OK"}</Badge></td>
                                            <td data-label={a.backups.verified} class="num">{verified ? stamp(verified, lang) : item.verified === true ? t.common.yes : a.backups.notVerified}</td>
                                            <td class="cell-actions end">
                                                <Button size="small" icon="shield" busy={verifying === item.id} disabled={item.state === "RUNNING"} onClick={() => void verify(item.id)}>{a.backups.verify}</Button>
                                            </td>
                                        </tr>
                                    );
                                })}
                            </tbody>
                        </table>
                    </div>
                    <p class="muted">{a.backups.restore}</p>
                </div>
            )}
        </>
    );
}
