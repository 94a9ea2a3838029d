// The picture on top of an event's page, and what it shows for those who cannot see it.
import { useRef, useState } from "preact/hooks";
import { call } from "../core/api";
import { kApiBase } from "../core/api_base";
import { asApiError, useBusy } from "../core/hooks";
import type { I18nText } from "../core/types";
import { upload } from "../core/upload";
import { useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Button, Card, Empty, errorText } from "../ui/basic";
import { TextInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import { askAndAct } from "./acts";
import type { EventTabProps } from "./event";

interface Cover { id: string; alt: I18nText }

export function CoverTab({ event, reload }: EventTabProps) {
    const a = useAdminText();
    const t = useText();
    const [busy, run] = useBusy();
    const input = useRef<HTMLInputElement>(null);
    const cover = event.cover as Cover | null | undefined;
    const path = `/organiser/events/${event.id}/cover`;
    const choose = (file: File | undefined) => file && run(async () => {
        try {
            const stored = await upload(file, "event_image", () => undefined, new AbortController().signal);
            await call("PUT", path, { body: { file: stored.id, ...(cover ? { alt: cover.alt } : {}) } });
            toast(t.common.saved);
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
        await reload();
    });
    const remove = async () => {
        await askAndAct({ title: a.cover.removeTitle, body: a.cover.removeBody, confirm: t.common.remove }, () => call("DELETE", path), t.common.saved);
        await reload();
    };
    return (
        <Card title={a.cover.title} lead={a.cover.lead}
            actions={<>
                <input ref={input} type="file" class="sr" tabIndex={-1} accept="image/png,image/jpeg,image/webp" aria-label={a.cover.choose}
                    onChange={(change) => { void choose(change.currentTarget.files?.[0]); change.currentTarget.value = ""; }} />
                <Button size="small" kind={cover ? "secondary" : "primary"} icon="plus" busy={busy} onClick={() => input.current?.click()}>{cover ? a.cover.replace : a.cover.choose}</Button>
                {cover && <Button size="small" kind="quiet" onClick={() => void remove()}>{t.common.remove}</Button>}
            </>}>
            {!cover && <Empty icon="eye" title={a.cover.none} />}
            {cover && (
                <div class="stack">
                    <img class="cover-picture" src={`${kApiBase}/files/${cover.id}`} alt={cover.alt.zh || a.cover.title} />
                    <AltForm key={cover.id} path={path} cover={cover} reload={reload} />
                </div>
            )}
        </Card>
    );
}

function AltForm({ path, cover, reload }: { path: string; cover: Cover; reload: () => Promise<void> }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [alt, setAlt] = useState(cover.alt);
    const save = () => form.run(async () => {
        await call("PUT", path, { body: { file: cover.id, alt } });
        toast(t.common.saved);
        await reload();
    });
    return (
        <Form form={form} onSubmit={() => void save()} shown={["alt", "alt.zh", "alt.en"]}>
            <div class="form-grid">
                <TextInput label={a.cover.altZh} optional help={a.cover.altHelp} name="alt.zh" value={alt.zh} onInput={(zh) => setAlt({ ...alt, zh })} error={form.errors["alt.zh"] ?? form.errors["alt"]} maxLength={200} />
                <TextInput label={a.cover.altEn} optional name="alt.en" value={alt.en} onInput={(en) => setAlt({ ...alt, en })} error={form.errors["alt.en"]} maxLength={200} />
            </div>
            <div class="form-actions"><Button type="submit" busy={form.busy} disabled={alt.zh === cover.alt.zh && alt.en === cover.alt.en}>{t.common.save}</Button></div>
        </Form>
    );
}
