// What a team has uploaded with its answers, looked at and judged one by one.
import { useEffect, useState } from "preact/hooks";
import { list, post } from "../core/api";
import { asApiError, useLoad } from "../core/hooks";
import type { FormField } from "../core/types";
import { fileAddress } from "../core/upload";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Card, Failed, Loading } from "../ui/basic";
import { Modal, ask } from "../ui/dialog";
import { fileSize } from "../ui/dynamic_form_files";
import { act } from "./acts";
import type { AnswerFile } from "./model";
import type { FullRegistration } from "./registration_model";

const kTones = { PENDING: "info", OK: "ok", REJECTED: "bad" } as const;

export function Files({ item, event, fields, reviews }: { item: FullRegistration; event: string; fields: FormField[]; reviews: boolean }) {
    const a = useAdminText();
    const lang = useLang();
    const files = useLoad(async (signal) => (await list<AnswerFile>(`/organiser/registrations/${item.id}/files`, {}, { signal })).items, [item.id, item.rev]);
    const [open, setOpen] = useState<AnswerFile | null>(null);
    if (!files.data || files.data.length === 0) return null;
    const waiting = files.data.filter((one) => one.state === "PENDING").length;
    const name = (file: AnswerFile) => {
        const owner = item.members.find((one) => one.id === file.member)?.name ?? item.team.name;
        return `${pick(fields.find((field) => field.key === file.field)?.label, lang) || file.field} · ${owner}`;
    };
    const judge = async (file: AnswerFile, state: "OK" | "REJECTED") => {
        const answer = state === "REJECTED" ? await ask({ title: a.files.rejectTitle, body: name(file), confirm: a.files.reject, danger: true, reason: { label: a.jobs.why, required: true } }) : { ok: true, reason: "" };
        if (!answer.ok) return;
        await act(() => post(`/organiser/events/${event}/answer-files/${file.id}/review`, { state, ...(answer.reason ? { reason: answer.reason } : {}) }, { rev: file.rev }), state === "OK" ? a.files.accepted : a.files.rejected);
        setOpen(null);
        await files.reload();
    };
    const buttons = (file: AnswerFile) => reviews && (
        <>
            {file.state !== "OK" && <Button size="small" icon="check" label={`${a.files.accept}: ${name(file)}`} onClick={() => void judge(file, "OK")}>{a.files.accept}</Button>}
            {file.state !== "REJECTED" && <Button size="small" kind="quiet" label={`${a.files.reject}: ${name(file)}`} onClick={() => void judge(file, "REJECTED")}>{a.files.reject}</Button>}
        </>
    );
    return (
        <Card title={a.files.title} lead={waiting > 0 ? a.files.waiting(waiting) : a.files.allDone}>
            <ul class="rows">
                {files.data.map((file) => (
                    <li key={file.id} class="row row-between">
                        <span>
                            <button type="button" class="link-button" onClick={() => setOpen(file)}>{name(file)}</button>
                            <small class="muted block">{file.type?.replace(/^.*\//, "").toUpperCase()} {file.bytes !== null && fileSize(file.bytes)}{file.reason && ` · ${file.reason}`}</small>
                        </span>
                        <span class="row"><Badge tone={kTones[file.state]}>{a.files.states[file.state]}</Badge>{buttons(file)}</span>
                    </li>
                ))}
            </ul>
            {open && <LookDialog file={open} title={name(open)} onClose={() => setOpen(null)}>{buttons(open)}</LookDialog>}
        </Card>
    );
}

function LookDialog({ file, title, children, onClose }: { file: AnswerFile; title: string; children: preact.ComponentChildren; onClose: () => void }) {
    const a = useAdminText();
    const t = useText();
    const address = useLoad((signal) => fileAddress(file.file, signal), [file.file]);
    useEffect(() => () => { if (address.data) URL.revokeObjectURL(address.data); }, [address.data]);
    const picture = file.type?.startsWith("image/");
    return (
        <Modal wide title={title} onClose={onClose}>
            {address.error && <Failed error={asApiError(address.error)} retry={() => void address.reload()} />}
            {!address.data && !address.error && <Loading />}
            {address.data && (picture ? <img class="look" src={address.data} alt={title} /> : <a class="button button-secondary button-normal" href={address.data} download={`${file.field}-${file.file}.pdf`}><span>{a.files.download}</span></a>)}
            <p class="muted">{a.files.audited}</p>
            <div class="dialog-actions"><Button onClick={onClose}>{t.common.close}</Button>{children}</div>
        </Modal>
    );
}
