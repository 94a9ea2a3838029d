// Addresses whose sign-ins wait because too many failed from there: a school may stand behind one.
import { list, post } from "../core/api";
import { useLoad } from "../core/hooks";
import { stamp } from "../core/time";
import { useLang } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Card, Failed, Loading } from "../ui/basic";
import { act } from "./acts";

interface DelayedAddress {
    id: string;
    address: string;
    attempts: number;
    wait_s: number;
    last: string;
}

export function DelayedAddresses({ manage }: { manage: boolean }) {
    const a = useAdminText();
    const lang = useLang();
    const rows = useLoad((signal) => list<DelayedAddress>("/admin/delayed-addresses", {}, { signal }), []);
    const unlock = async (id: string) => {
        if (await act(() => post(`/admin/delayed-addresses/${id}/unlock`), a.userPage.unlocked)) await rows.reload();
    };
    if (!rows.data) return rows.error ? <Failed error={rows.error} retry={() => void rows.reload()} /> : <Loading />;
    return (
        <Card title={a.limits.delayed}>
            {rows.data.items.length === 0 ? <p class="muted">{a.limits.delayedNone}</p> : (
                <ul class="rows">
                    {rows.data.items.map((one) => (
                        <li key={one.id} class="row row-between">
                            <span><strong class="mono">{one.address}</strong> {a.userPage.lockText(one.attempts)}<small class="muted block num">{stamp(one.last, lang)}</small></span>
                            <span class="row row-end">
                                <Badge tone="warn">{a.userPage.lockWait(one.wait_s)}</Badge>
                                {manage && <Button size="small" label={`${a.userPage.unlock}: ${one.address}`} onClick={() => void unlock(one.id)}>{a.userPage.unlock}</Button>}
                            </span>
                        </li>
                    ))}
                </ul>
            )}
        </Card>
    );
}
