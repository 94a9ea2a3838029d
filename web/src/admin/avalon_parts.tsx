// What the moderators' pages of the game share.
import { useState } from "preact/hooks";
import { post } from "../core/api";
import { useLang, useText } from "../i18n";
import { avalonAdminEn } from "../i18n/avalon_admin_en";
import { avalonAdminZh } from "../i18n/avalon_admin_zh";
import { Notice } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { TextArea } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import { DialogButtons } from "./acts";

export const useGameText = (): typeof avalonAdminZh => (useLang() === "zh" ? avalonAdminZh : avalonAdminEn);

export interface Face { id: string; nickname: string; avatar: string }

export const kReasonMax = 300;

export function FaceLink({ face }: { face: Face | null }) {
    const g = useGameText();
    return face ? <a class="table-link" href={`/admin/avalon/players/${face.id}`}>{face.nickname}</a> : <span class="muted">{g.gone}</span>;
}

// Something that needs a reason: a dialog that posts it to `path`.
export function ReasonDialog({ title, body, path, label, done, onClose }: {
    title: string; body?: string; path: string; label: string; done: string; onClose: (changed: boolean) => void;
}) {
    const g = useGameText();
    const t = useText();
    const form = useForm();
    const [reason, setReason] = useState("");
    const submit = () => form.run(async () => {
        await post(path, { reason: reason.trim() });
        toast(done);
        onClose(true);
    }, reason.trim() ? {} : { reason: t.field.required });
    return (
        <Modal title={title} onClose={() => onClose(false)}>
            <Form form={form} onSubmit={() => void submit()} shown={["reason"]}>
                {body && <Notice tone="warn">{body}</Notice>}
                <TextArea label={g.reason} help={g.reasonHelp} name="reason" value={reason} onInput={setReason} error={form.errors["reason"]} maxLength={kReasonMax} rows={3} />
                <DialogButtons busy={form.busy} onClose={() => onClose(false)} label={label} danger />
            </Form>
        </Modal>
    );
}
