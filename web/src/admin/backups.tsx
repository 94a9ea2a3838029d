import { useState } from "preact/hooks";
import { list, post } from "../core/api";
import { asApiError, useBusy, useIdempotencyKey, useLoad, usePolling } from "../core/hooks";
import { stamp } from "../core/time";
import { useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Empty, Failed, Loading, PageHead, errorText, type Tone } from "../ui/basic";
import { toast } from "../ui/toast";
import { bytes } from "./parts";

type State = "OK" | "RUNNING" | "VERIFYING" | "DAMAGED";

interface Backup {
    id: string; // "running" while it is being made
    created: string;
    bytes: number;
    state: State;
    verified_at: string | null;
}

const kTone: Record<State, Tone> = { OK: "ok", RUNNING: "info", VERIFYING: "info", DAMAGED: "bad" };
const underWay = (item: Backup) => item.state === "RUNNING" || item.state === "VERIFYING";

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
    usePolling(() => void backups.reload(), 3000, items.some(underWay));

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
            const { state } = await post<{ state: State }>(`/admin/backups/${encodeURIComponent(id)}/verify`);
            toast(state === "OK" ? a.backups.verifyOk : state === "VERIFYING" ? a.backups.verifyGoesOn : a.backups.verifyBad, state === "DAMAGED" ? "bad" : "ok");
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
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
                                {items.map((item) => (
                                    <tr key={item.id}>
                                        <td class="cell-head"><span class="mono">{item.state === "RUNNING" ? a.backups.states.RUNNING : item.id}</span></td>
                                        <td data-label={a.backups.when} class="num">{stamp(item.created, lang)}</td>
                                        <td data-label={a.backups.size} class="num">{item.state === "RUNNING" ? "—" : bytes(item.bytes)}</td>
                                        <td data-label={a.backups.state}><Badge tone={kTone[item.state]}>{a.backups.states[item.state]}</Badge></td>
                                        <td data-label={a.backups.verified} class="num">{item.verified_at ? stamp(item.verified_at, lang) : a.backups.notVerified}</td>
                                        <td class="cell-actions end">
                                            {item.state !== "RUNNING" && (
                                                <Button size="small" icon="shield" busy={verifying === item.id || item.state === "VERIFYING"} onClick={() => void verify(item.id)}>{a.backups.verify}</Button>
                                            )}
                                        </td>
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    </div>
                    <p class="muted">{a.backups.restore}</p>
                </div>
            )}
        </>
    );
}
