import { useState } from "preact/hooks";
import { call } from "../core/api";
import { useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Meter, PageHead } from "../ui/basic";
import { Modal, ask } from "../ui/dialog";
import { TextInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import { DialogButtons, askAndAct } from "./acts";
import { DelayedAddresses } from "./delayed";
import { PagedTable, count, usePaged } from "./parts";
import { onPlatform, useRights } from "./rights";

interface Limit {
    name: string;
    limit: number;
    window_s?: number;
    adjustable: boolean;
    set?: boolean; // other than configured
    configured?: { limit: number; window_s?: number };
    used?: number | null;
    refused?: number | null;
}

const kLimitMax = 1_000_000;
const kWindowMax = 86_400;
// Below this a person at the console may shut himself out.
const kLow = 20;

export function LimitsPage() {
    const a = useAdminText();
    const lang = useLang();
    const mine = useRights();
    const manage = onPlatform(mine, "server.manage");
    const paged = usePaged<Limit>("/admin/limits", {});
    const [open, setOpen] = useState<Limit | null>(null);
    const nameOf = (limit: Limit) => a.limits.names[limit.name] ?? limit.name;
    const valueOf = (value: { limit: number; window_s?: number }) => (value.window_s ? a.limits.perWindow(count(value.limit, lang), value.window_s) : count(value.limit, lang));
    const change = async (body: object) => {
        await call("PATCH", "/admin/limits", { body: { limits: [body] }, rev: paged.data?.rev });
    };
    const back = async (limit: Limit) => {
        const words = { title: a.limits.backTitle(nameOf(limit)), body: a.limits.backBody(valueOf(limit.configured ?? limit)), confirm: a.limits.back };
        await askAndAct(words, () => change({ name: limit.name }), a.limits.saved);
        await paged.reload();
    };
    return (
        <>
            <PageHead title={a.limits.title} lead={a.limits.lead} />
            <PagedTable paged={paged} empty={{ title: a.limits.empty }} head={[a.limits.name, a.limits.value, a.limits.window, a.limits.refused, ""]}
                row={(item) => {
                    const used = item.used !== undefined && item.used !== null && item.used >= 0 ? item.used : null;
                    const text = used === null ? count(item.limit, lang) : `${count(used, lang)} / ${count(item.limit, lang)}`;
                    return (
                        <tr key={item.name}>
                            <td class="cell-head">
                                <div>
                                    <strong>{nameOf(item)}</strong>{item.set && <> <Badge tone="warn">{a.limits.changed}</Badge></>}
                                    <small class="muted block mono">{item.name}</small>
                                </div>
                            </td>
                            <td data-label={a.limits.value} class="num">
                                <div>
                                    {text}
                                    {item.set && item.configured && <small class="muted block">{a.limits.configured(valueOf(item.configured))}</small>}
                                    {used !== null && <Meter value={used} max={item.limit} label={`${nameOf(item)}: ${text}`} />}
                                </div>
                            </td>
                            <td data-label={a.limits.window} class="num">{item.window_s ? a.limits.seconds(item.window_s) : "—"}</td>
                            <td data-label={a.limits.refused} class="num">{count(item.refused ?? null, lang)}</td>
                            <td class="cell-actions end">
                                {manage && item.adjustable && (
                                    <span class="row row-end">
                                        {item.set && <Button size="small" kind="quiet" label={`${a.limits.back}: ${nameOf(item)}`} onClick={() => void back(item)}>{a.limits.back}</Button>}
                                        <Button size="small" label={`${a.limits.adjust}: ${nameOf(item)}`} onClick={() => setOpen(item)}>{a.limits.adjust}</Button>
                                    </span>
                                )}
                            </td>
                        </tr>
                    );
                }} />
            {onPlatform(mine, "user.view") && <DelayedAddresses manage={onPlatform(mine, "user.manage")} />}
            {open && (
                <AdjustDialog limit={open} name={nameOf(open)} onClose={() => setOpen(null)} change={change}
                    onDone={() => { setOpen(null); void paged.reload(); }} />
            )}
        </>
    );
}

const isWhole = (text: string, max: number) => /^\d{1,7}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= max;

function AdjustDialog({ limit, name, change, onClose, onDone }: {
    limit: Limit; name: string; change: (body: object) => Promise<void>; onClose: () => void; onDone: () => void;
}) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [value, setValue] = useState(String(limit.limit));
    const [window_, setWindow] = useState(String(limit.window_s ?? ""));
    const windowed = limit.window_s !== undefined;
    const submit = async () => {
        const errors = { ...(isWhole(value, kLimitMax) ? {} : { limit: a.limits.bad(kLimitMax) }), ...(!windowed || isWhole(window_, kWindowMax) ? {} : { window_s: a.limits.bad(kWindowMax) }) };
        if (Object.keys(errors).length === 0 && Number(value) < kLow && Number(value) < limit.limit) {
            const { ok } = await ask({ title: a.limits.lowTitle, body: a.limits.lowBody, confirm: t.common.save, danger: true });
            if (!ok) return;
        }
        await form.run(async () => {
            await change({ name: limit.name, limit: Number(value), ...(windowed ? { window_s: Number(window_) } : {}) });
            toast(a.limits.saved);
            onDone();
        }, errors);
    };
    return (
        <Modal title={a.limits.adjustTitle(name)} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["limit", "window_s", "limits.0.limit", "limits.0.window_s"]} onReload={onDone}>
                <TextInput label={a.limits.newLimit} name="limit" inputMode="numeric" value={value} onInput={setValue} error={form.errors["limit"] ?? form.errors["limits.0.limit"]} maxLength={7} />
                {windowed && <TextInput label={a.limits.newWindow} name="window_s" inputMode="numeric" value={window_} onInput={setWindow} error={form.errors["window_s"] ?? form.errors["limits.0.window_s"]} maxLength={5} />}
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.save} />
            </Form>
        </Modal>
    );
}
