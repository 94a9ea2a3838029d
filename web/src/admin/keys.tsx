import { useLoad } from "../core/hooks";
import { useAdminText } from "../i18n/admin";
import { Button, Card, Failed, Loading, PageHead } from "../ui/basic";
import { ApiError } from "../core/api";
import { copyAndTell } from "./acts";

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
                <Card title={a.keys.field} lead={a.keys.fieldLead}>
                    <div class="stack-s">
                        <Command text={a.keys.fieldRotate} command="roundtable keys field rotate" />
                        <Command text={a.keys.fieldStatus} command="roundtable keys field status" />
                        <p class="muted">{a.keys.fieldBackup}</p>
                    </div>
                </Card>
            </div>
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
