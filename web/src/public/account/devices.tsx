import { useState } from "preact/hooks";
import type { DeviceSession } from "../../core/account";
import { act, list, post } from "../../core/api";
import { asApiError, useBusy, useLoad } from "../../core/hooks";
import { navigate } from "../../core/router";
import { signedOut } from "../../core/session";
import { relative, stamp } from "../../core/time";
import { useLang, useText } from "../../i18n";
import { useAccountText } from "../../i18n/account";
import { Badge, Button, Card, Failed, Loading, errorText } from "../../ui/basic";
import { Modal, ask } from "../../ui/dialog";
import { Checkbox } from "../../ui/fields";
import { toast } from "../../ui/toast";
import { AccountFrame, useMine } from "./frame";

function Device({ session, onEnd, busy }: { session: DeviceSession; onEnd: () => void; busy: boolean }) {
    const t = useAccountText();
    const lang = useLang();
    const name = session.device || (session.browser ? t.devices.unknown : t.devices.program);
    return (
        <li class="setting">
            <div class="setting-text">
                <p class="row setting-name">{name}{session.current && <Badge tone="ok">{t.devices.current}</Badge>}</p>
                <p class="muted">{[session.client, t.devices.used(relative(session.last_used, lang))].filter(Boolean).join(" · ")}</p>
                <p class="muted">
                    {[t.devices.since(stamp(session.created, lang)), t.devices.method[session.method], session.second_step ? t.devices.second : ""].filter(Boolean).join(" · ")}
                </p>
            </div>
            {!session.current && <Button size="small" label={t.devices.endOf(name)} busy={busy} onClick={onEnd}>{t.devices.end}</Button>}
        </li>
    );
}

function EverywhereDialog({ onClose, onConfirm }: { onClose: () => void; onConfirm: (tokens: boolean) => void }) {
    const common = useText();
    const t = useAccountText();
    const [tokens, setTokens] = useState(true);
    return (
        <Modal title={t.devices.everywhereTitle} onClose={onClose}>
            <form noValidate onSubmit={(event) => { event.preventDefault(); onConfirm(tokens); }}>
                <div class="dialog-body">{t.devices.everywhereBody}</div>
                <Checkbox label={t.password.tokens} checked={tokens} onChange={setTokens} />
                <div class="dialog-actions">
                    <Button onClick={onClose}>{common.common.cancel}</Button>
                    <Button type="submit" kind="danger">{t.devices.everywhere}</Button>
                </div>
            </form>
        </Modal>
    );
}

export function DevicesPage() {
    const t = useAccountText();
    const mine = useMine();
    const sessions = useLoad((signal) => list<DeviceSession>("/me/sessions", {}, { signal }), []);
    const [busy, run] = useBusy();
    const [leaving, setLeaving] = useState(false);
    const attempt = (work: () => Promise<void>) => void run(async () => {
        try {
            await work();
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
        await sessions.reload();
    });
    const end = (session: DeviceSession) => attempt(async () => {
        await act(`/me/sessions/${session.id}/end`);
        toast(t.devices.ended);
    });
    const endOthers = async () => {
        if (!(await ask({ title: t.devices.othersTitle, body: t.devices.othersBody, confirm: t.devices.others })).ok) return;
        attempt(async () => toast(t.devices.othersDone((await act<{ ended: number }>("/me/sessions/end-others")).ended)));
    };
    const endAll = async (tokens: boolean) => {
        setLeaving(false);
        await run(async () => {
            try {
                await post("/auth/logout-everywhere", { tokens });
            } catch (error) {
                toast(errorText(asApiError(error)), "bad");
                return;
            }
            signedOut();
            toast(t.devices.everywhereDone);
            await navigate("/signin", { force: true });
        });
    };
    const others = sessions.data?.items.some((session) => !session.current) ?? false;
    return (
        <AccountFrame mine={mine}>
            <Card title={t.devices.title} lead={t.devices.lead} id="devices">
                {!sessions.data && (sessions.error ? <Failed error={sessions.error} retry={() => void sessions.reload()} /> : <Loading />)}
                {sessions.data && (
                    <div class="stack">
                        <ul class="settings">
                            {sessions.data.items.map((session) => <Device key={session.id} session={session} busy={busy} onEnd={() => end(session)} />)}
                        </ul>
                        <div class="row">
                            {others && <Button busy={busy} onClick={() => void endOthers()}>{t.devices.others}</Button>}
                            <Button kind="danger" busy={busy} onClick={() => setLeaving(true)}>{t.devices.everywhere}</Button>
                        </div>
                    </div>
                )}
            </Card>
            {leaving && <EverywhereDialog onClose={() => setLeaving(false)} onConfirm={(tokens) => void endAll(tokens)} />}
        </AccountFrame>
    );
}
