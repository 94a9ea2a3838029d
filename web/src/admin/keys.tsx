import { ApiError, act as send, get } from "../core/api";
import { useLoad, usePolling } from "../core/hooks";
import { useLang } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Card, Failed, Loading, Meter, Notice, PageHead } from "../ui/basic";
import { askAndAct, copyAndTell } from "./acts";
import { count } from "./parts";
import { onPlatform, useRights } from "./rights";

const kPollMs = 3000;

interface PublicKey { kid: string; alg: string; crv?: string }

// The key set has no envelope and lies outside the API (RFC 7517).
async function publishedKeys(signal: AbortSignal): Promise<PublicKey[]> {
    const answer = await fetch("/.well-known/jwks.json", { signal });
    if (!answer.ok) throw new ApiError(answer.status, `HTTP_${answer.status}`, "");
    return ((await answer.json()) as { keys: PublicKey[] }).keys;
}

export function KeysPage() {
    const a = useAdminText();
    const keys = useLoad(publishedKeys, []);
    return (
        <>
            <PageHead title={a.keys.title} lead={a.keys.lead} />
            <div class="split">
                <Card title={a.keys.jwt}>
                    <div class="stack-s">
                        {keys.error && !keys.data && <Failed error={keys.error} retry={() => void keys.reload()} />}
                        {!keys.data && !keys.error && <Loading />}
                        {keys.data && <p class="muted">{keys.data.length === 0 ? a.keys.jwtNone : a.keys.jwtPublished}</p>}
                        {keys.data && keys.data.length > 0 && (
                            <ul class="rows">
                                {keys.data.map((key) => <li key={key.kid} class="row row-between"><span class="mono">{key.kid}</span><span class="muted">{key.alg} {key.crv}</span></li>)}
                            </ul>
                        )}
                        <Command text={a.keys.jwtRotate} command="roundtable keys jwt rotate" />
                        <Command text={a.keys.jwtRotateNow} command="roundtable keys jwt rotate --now" />
                        <Command text={a.keys.jwtList} command="roundtable keys jwt list" />
                    </div>
                </Card>
                <FieldKeys />
            </div>
        </>
    );
}

interface FieldReport {
    under_way: boolean;
    ids: string[]; // newest first
    columns: { name: string; values: number; old: number; broken: number }[];
}

function FieldKeys() {
    const a = useAdminText();
    const manage = onPlatform(useRights(), "server.manage");
    const report = useLoad((signal) => get<FieldReport>("/admin/keys/field", { signal }), []);
    usePolling(() => void report.reload(), kPollMs, report.data?.under_way ?? false);
    const rotate = async () => {
        const words = { title: a.keys.fieldRotateTitle, body: a.keys.fieldRotateBody, confirm: a.keys.fieldRotate };
        await askAndAct(words, () => send("/admin/keys/field/rotate"), a.keys.fieldRotated);
        await report.reload();
    };
    const button = manage && report.data && !report.data.under_way && <Button size="small" icon="refresh" onClick={() => void rotate()}>{a.keys.fieldRotate}</Button>;
    return (
        <Card title={a.keys.field} lead={a.keys.fieldLead} actions={button}>
            <div class="stack-s">
                {report.error && !report.data && <Failed error={report.error} retry={() => void report.reload()} />}
                {!report.data && !report.error && <Loading />}
                {report.data && <FieldState report={report.data} />}
                <p class="muted">{a.keys.fieldBackup}</p>
            </div>
        </Card>
    );
}

function FieldState({ report }: { report: FieldReport }) {
    const a = useAdminText();
    const lang = useLang();
    const sum = (field: "values" | "old" | "broken") => report.columns.reduce((total, column) => total + column[field], 0);
    const [values, waiting, broken] = [sum("values"), sum("old"), sum("broken")];
    const progress = a.keys.fieldUnderWay(count(values - waiting, lang), count(values, lang));
    return (
        <>
            {broken > 0 && <Notice tone="bad" title={`${a.keys.fieldBroken}: ${count(broken, lang)}`}>{a.keys.fieldBrokenBody}</Notice>}
            <ul class="rows">
                {report.ids.map((id, index) => (
                    <li key={id} class="row row-between"><span class="mono">{id}</span><Badge tone={index === 0 ? "ok" : "warn"}>{index === 0 ? a.keys.fieldCurrent : a.keys.fieldFormer}</Badge></li>
                ))}
            </ul>
            <dl class="pairs">
                <dt>{a.keys.fieldValues}</dt><dd class="num">{count(values, lang)}</dd>
                <dt>{a.keys.fieldWaiting}</dt><dd class="num">{count(waiting, lang)}</dd>
            </dl>
            {!report.under_way ? <p class="muted">{a.keys.fieldIdle}</p> : (
                <div role="status">
                    <p>{waiting === 0 ? a.keys.fieldSettling : progress}</p>
                    {waiting > 0 && <Meter value={values - waiting} max={values} label={progress} />}
                </div>
            )}
        </>
    );
}

function Command({ text, command }: { text: string; command: string }) {
    const a = useAdminText();
    return (
        <div>
            <p class="command-text">{text}</p>
            <div class="command">
                <code>{command}</code>
                <Button size="small" kind="quiet" icon="copy" label={`${a.keys.copy}: ${command}`} onClick={() => void copyAndTell(command, a.keys.copied)} />
            </div>
        </div>
    );
}
