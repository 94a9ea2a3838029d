// One action for many registrations: chosen ones, or all that the filters find. It runs in the background; its progress is shown.
import { useState } from "preact/hooks";
import { post } from "../core/api";
import { useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Button } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { Select, TextArea } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { DialogButtons } from "./acts";
import { filterBody, type Filter } from "./filters";
import { JobProgress } from "./jobs";
import type { Job, Tag } from "./model";

export const kBulkActions = ["APPROVE", "RETURN", "REJECT", "WAITLIST", "CANCEL", "TAG", "UNTAG"] as const;
export type BulkAction = (typeof kBulkActions)[number];
const kReasoned = new Set<BulkAction>(["RETURN", "REJECT", "CANCEL"]);

export interface Selection {
    ids: string[];
    all: boolean; // everything that the filter finds
    filter: Filter;
}

export const selectionBody = (selection: Selection): Record<string, unknown> => (selection.all ? { filter: filterBody(selection.filter) } : { registrations: selection.ids });

export function BulkDialog({ event, action, selection, tags, onClose, onDone }: { event: string; action: BulkAction; selection: Selection; tags: Tag[]; onClose: () => void; onDone: () => void }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [reason, setReason] = useState("");
    const [tag, setTag] = useState(tags[0]?.id ?? "");
    const [job, setJob] = useState<Job | null>(null);
    const tagging = action === "TAG" || action === "UNTAG";
    const title = a.bulk.title(a.bulk.actions[action], selection.all ? null : selection.ids.length);
    const submit = () => form.run(async () => {
        const body = { action, ...(reason.trim() ? { reason: reason.trim() } : {}), ...(tagging ? { tag } : {}), ...selectionBody(selection) };
        setJob(await post<Job>(`/organiser/events/${event}/bulk`, body, { key: form.key(body) }));
    }, kReasoned.has(action) && !reason.trim() ? { reason: t.field.required } : tagging && !tag ? { tag: t.field.chooseOne } : {});
    if (job) {
        return (
            <Modal wide title={title} onClose={onDone}>
                <JobProgress event={event} job={job} />
                <div class="dialog-actions"><Button kind="primary" onClick={onDone}>{a.bulk.close}</Button></div>
            </Modal>
        );
    }
    return (
        <Modal title={title} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["reason", "tag"]}>
                <p class="muted">{a.bulk.notes[action]}</p>
                {tagging && <Select label={a.tags.title} name="tag" value={tag} onChange={setTag} error={form.errors["tag"]} choices={tags.map((one) => ({ value: one.id, label: one.name }))} />}
                {!tagging && <TextArea label={a.registrations.reason} optional={!kReasoned.has(action)} rows={3} name="reason" value={reason} onInput={setReason} error={form.errors["reason"]} maxLength={500} />}
                <DialogButtons busy={form.busy} onClose={onClose} label={a.bulk.actions[action]} danger={action === "REJECT" || action === "CANCEL"} />
            </Form>
        </Modal>
    );
}
