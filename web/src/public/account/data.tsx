// What is kept about oneself: taken along, or deleted.
import { useState } from "preact/hooks";
import { download, post } from "../../core/api";
import { asApiError, useBusy } from "../../core/hooks";
import { navigate, usePlace } from "../../core/router";
import { signedOut } from "../../core/session";
import { dateTime } from "../../core/time";
import { useLang, useText } from "../../i18n";
import { useAccountText } from "../../i18n/account";
import { Button, Card, Failed, LinkButton, Loading, Notice, PageHead, errorText } from "../../ui/basic";
import { Modal } from "../../ui/dialog";
import { Form, useForm } from "../../ui/form";
import { toast } from "../../ui/toast";
import { AccountFrame, useMine, useProof, withProof, type Mine } from "./frame";

function DeleteDialog({ mine, onClose }: { mine: Mine; onClose: () => void }) {
    const common = useText();
    const t = useAccountText();
    const proof = useProof(mine);
    const form = useForm();
    const submit = () => form.run(() => withProof(form, async () => {
        const { delete_at } = await post<{ delete_at: string }>("/me/delete", proof.body());
        // Off this page first: it is for signed-in people only.
        await navigate(`/account/ended?at=${encodeURIComponent(delete_at)}`, { replace: true, force: true });
        signedOut();
    }), proof.check());
    return (
        <Modal title={t.data.deleteTitle} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["password", "code"]}>
                <p>{t.data.deleteLead}</p>
                <Notice tone="warn">{t.data.deleteNote}</Notice>
                {proof.fields(form)}
                <div class="dialog-actions">
                    <Button onClick={onClose}>{common.common.cancel}</Button>
                    <Button type="submit" kind="danger" busy={form.busy} disabled={!proof.possible}>{t.data.deleteConfirm}</Button>
                </div>
            </Form>
        </Modal>
    );
}

export function DataPage() {
    const t = useAccountText();
    const mine = useMine();
    const [open, setOpen] = useState(false);
    const [busy, run] = useBusy();
    const save = () => run(async () => {
        try {
            await download("/me/export", "account.json");
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
    });
    return (
        <AccountFrame mine={mine}>
            <Card title={t.data.exportTitle} lead={t.data.exportLead} id="export">
                <div><Button icon="download" busy={busy} onClick={() => void save()}>{t.data.export}</Button></div>
            </Card>
            {!mine.data && (mine.error ? <Failed error={mine.error} retry={() => void mine.reload()} /> : <Loading />)}
            {mine.data && !mine.data.meta.delete_at && (
                <Card title={t.data.deleteTitle} lead={t.data.deleteLead} id="delete">
                    <div><Button kind="danger" onClick={() => setOpen(true)}>{t.data.delete}</Button></div>
                    {open && <DeleteDialog mine={mine.data} onClose={() => setOpen(false)} />}
                </Card>
            )}
        </AccountFrame>
    );
}

export function EndedPage() {
    const t = useAccountText();
    const common = useText();
    const lang = useLang();
    const { query } = usePlace();
    const at = query.get("at") ?? "";
    const known = !Number.isNaN(Date.parse(at));
    return (
        <div class="slim">
            <PageHead title={t.data.endedTitle} lead={known ? t.data.planned(dateTime(at, lang)) : undefined} />
            <div class="card stack-s">
                <p>{t.data.endedBody}</p>
                <LinkButton href="/signin?next=/account/data" wide>{common.nav.signIn}</LinkButton>
                <LinkButton href="/" wide>{common.errors.goHome}</LinkButton>
            </div>
        </div>
    );
}
