import { useEffect, useState } from "preact/hooks";
import { call, list, post } from "../core/api";
import { useLoad, usePolling } from "../core/hooks";
import { stamp } from "../core/time";
import { useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Button, Card, Empty, Failed, Loading, Notice } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { TextInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import { DialogButtons, askAndAct } from "./acts";
import type { EventTabProps } from "./event";

interface Device {
    id: string;
    name: string;
    created: string;
    last_used: string | null;
}

interface Pairing { name: string; code: string; expires: string }

export function DevicesTab({ event }: EventTabProps) {
    const a = useAdminText();
    const lang = useLang();
    const path = `/organiser/events/${event.id}`;
    const devices = useLoad(async (signal) => (await list<Device>(`${path}/devices`, {}, { signal })).items, [path]);
    const [pairing, setPairing] = useState(false);
    const revoke = async (device: Device) => {
        const words = { title: a.devices.revokeTitle(device.name), body: a.devices.revokeBody, confirm: a.devices.revoke };
        if (await askAndAct(words, () => call("DELETE", `${path}/devices/${device.id}`), a.devices.revoked)) await devices.reload();
    };
    const pair = <Button kind="primary" icon="plus" onClick={() => setPairing(true)}>{a.devices.pair}</Button>;
    if (devices.error && !devices.data) return <Failed error={devices.error} retry={() => void devices.reload()} />;
    if (!devices.data) return <Loading />;
    return (
        <Card title={a.devices.title} lead={a.devices.lead} actions={devices.data.length > 0 && pair}>
            {devices.data.length === 0 && <Empty icon="check" title={a.devices.empty} actions={pair}>{a.devices.emptyBody}</Empty>}
            <ul class="rows">
                {devices.data.map((device) => (
                    <li key={device.id} class="row row-between">
                        <span>
                            <strong>{device.name}</strong>
                            <small class="muted block num">{a.devices.pairedAt} {stamp(device.created, lang)} · {a.devices.lastUsed} {device.last_used ? stamp(device.last_used, lang) : a.devices.never}</small>
                        </span>
                        <Button size="small" kind="quiet" label={`${a.devices.revoke}: ${device.name}`} onClick={() => void revoke(device)}>{a.devices.revoke}</Button>
                    </li>
                ))}
            </ul>
            {pairing && <PairDialog path={path} known={devices.data.map((device) => device.id)} onClose={() => { setPairing(false); void devices.reload(); }} />}
        </Card>
    );
}

function PairDialog({ path, known, onClose }: { path: string; known: string[]; onClose: () => void }) {
    const a = useAdminText();
    const form = useForm();
    const [name, setName] = useState("");
    const [pairing, setPairing] = useState<Pairing | null>(null);
    const t = useText();
    const make = () => form.run(async () => {
        setPairing(await post<Pairing>(`${path}/device-pairings`, { name: name.trim() }));
    }, name.trim() ? {} : { name: t.field.required });
    return (
        <Modal title={pairing ? a.devices.show : a.devices.pair} onClose={onClose}>
            {pairing ? <Code pairing={pairing} path={path} known={known} busy={form.busy} again={() => void make()} onClose={onClose} /> : (
                <Form form={form} onSubmit={() => void make()} shown={["name"]}>
                    <TextInput label={a.devices.name} help={a.devices.nameHelp} name="name" value={name} onInput={setName} error={form.errors["name"]} maxLength={60} />
                    <DialogButtons busy={form.busy} onClose={onClose} label={t.common.confirm} />
                </Form>
            )}
        </Modal>
    );
}

function useNow(ms: number): number {
    const [now, setNow] = useState(Date.now);
    useEffect(() => {
        const timer = setInterval(() => setNow(Date.now()), ms);
        return () => clearInterval(timer);
    }, [ms]);
    return now;
}

// Shows the code until it is over or a device has used it.
function Code({ pairing, path, known, busy, again, onClose }: {
    pairing: Pairing; path: string; known: string[]; busy: boolean; again: () => void; onClose: () => void;
}) {
    const a = useAdminText();
    const t = useText();
    const left = Math.max(0, Math.ceil((new Date(pairing.expires).getTime() - useNow(500)) / 1000));
    const look = async () => {
        const { items } = await list<Device>(`${path}/devices`);
        const paired = items.find((device) => !known.includes(device.id));
        if (!paired) return;
        toast(a.devices.paired(paired.name));
        onClose();
    };
    usePolling(() => void look().catch(() => undefined), 3000, left > 0);
    return (
        <div class="stack-s">
            <p class="muted">{pairing.name}</p>
            {left > 0 ? (
                <>
                    <p class="pairing-code" aria-label={`${a.devices.code}: ${[...pairing.code].join(" ")}`}>{pairing.code}</p>
                    <p class="row row-between">
                        <span class="muted" role="status">{a.devices.waiting}</span>
                        <span class="num" role="timer">{a.devices.remaining(`${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`)}</span>
                    </p>
                </>
            ) : <Notice tone="warn" live>{a.devices.over}</Notice>}
            <div class="dialog-actions">
                {left === 0 && <Button kind="primary" busy={busy} onClick={again}>{a.devices.again}</Button>}
                <Button onClick={onClose}>{t.common.close}</Button>
            </div>
        </div>
    );
}
