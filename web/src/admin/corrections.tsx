// One answer of somebody else, corrected by the organiser with a reason.
import { useState } from "preact/hooks";
import { call } from "../core/api";
import type { Answers, FormField } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Button } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { DynamicFields, answerErrors, answerNames } from "../ui/dynamic_form";
import { Select, TextArea } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import { DialogButtons } from "./acts";

interface Corrected {
    path: string;
    name: string;
    fields: FormField[];
    answers: Answers | undefined;
    onDone: () => Promise<void>;
}

const isQuestion = (field: FormField) => field.type !== "section" && field.type !== "markdown";

export function CorrectButton(props: Corrected) {
    const a = useAdminText();
    const [open, setOpen] = useState(false);
    if (!props.fields.some(isQuestion)) return null;
    return (
        <>
            <Button size="small" kind="quiet" icon="edit" label={a.one.correctTitle(props.name)} onClick={() => setOpen(true)} />
            {open && <CorrectDialog {...props} onClose={() => setOpen(false)} />}
        </>
    );
}

// What is sensitive is masked here, so it is typed anew; the others start as they are. The server knows what else is shown.
function CorrectDialog({ path, name, fields, answers, onDone, onClose }: Corrected & { onClose: () => void }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const form = useForm();
    const questions = fields.filter(isQuestion);
    const [key, setKey] = useState(questions[0]?.key ?? "");
    const [typed, setTyped] = useState<Answers>({});
    const [reason, setReason] = useState("");
    const chosen = questions.find((field) => field.key === key);
    if (!chosen) return null;
    const alone: FormField = { ...chosen, visible_if: undefined };
    const now: Answers = { ...(chosen.sensitive ? {} : { [key]: answers?.[key] ?? null }), ...typed };
    const submit = () => form.run(async () => {
        const value = now[key];
        await call("PATCH", path, { body: { answers: { [key]: value === "" || value === undefined ? null : value }, reason: reason.trim() } });
        toast(a.one.corrected);
        onClose();
        await onDone();
    }, { ...answerErrors([alone], now), ...(reason.trim() ? {} : { reason: t.field.required }) });
    return (
        <Modal title={a.one.correctTitle(name)} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["reason", ...answerNames([alone])]}>
                <Select label={a.one.correctWhich} name="which" value={key} onChange={(next) => { setKey(next); setTyped({}); }}
                    choices={questions.map((field) => ({ value: field.key, label: pick(field.label, lang) || field.key }))} />
                <DynamicFields key={key} fields={[alone]} answers={now} onChange={setTyped} errors={form.errors} />
                <TextArea label={a.wait.reason} rows={2} name="reason" value={reason} onInput={setReason} error={form.errors["reason"]} maxLength={500} />
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.save} />
            </Form>
        </Modal>
    );
}
