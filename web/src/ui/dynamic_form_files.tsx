// Files, pictures and signatures as answers: sent at once with their progress, the answer is their ids.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { ApiError } from "../core/api";
import { asApiError, useBusy } from "../core/hooks";
import type { AnswerValue, FormField } from "../core/types";
import { fileAddress, fileInfo, upload, type StoredFile } from "../core/upload";
import { pick, useText } from "../i18n";
import { fieldsText, useFieldsText } from "../i18n/registration";
import { Button, errorText } from "./basic";
import { Icon } from "./icons";
import { SignaturePad, signatureBlob } from "./signature";

export interface BaseProps {
    label: preact.ComponentChildren;
    help?: preact.ComponentChildren;
    optional?: boolean;
    error?: string | undefined;
    name?: string;
}

const idsOf = (value: AnswerValue | undefined): string[] => (Array.isArray(value) ? value : typeof value === "string" && value ? [value] : []);

export function fileSize(bytes: number): string {
    return bytes >= 1 << 20 ? `${(bytes / (1 << 20)).toFixed(1).replace(/\.0$/, "")} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`;
}

const kKinds: Record<string, string> = {
    "image/jpeg": "JPG", "image/png": "PNG", "image/webp": "WebP", "image/gif": "GIF", "application/pdf": "PDF", "application/zip": "ZIP",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
};
const kindName = (type: string): string => kKinds[type] ?? type.replace(/^.*\//, "").toUpperCase();

interface Sending {
    key: number;
    file: File;
    share: number;
    stop: AbortController;
    failed: ApiError | null;
}

// What this page has sent: the server keeps no names of files.
const names = new Map<string, string>();

export function FilesField({ field, value, onChange, ...base }: BaseProps & { field: FormField; value: AnswerValue | undefined; onChange: (value: AnswerValue) => void }) {
    const t = useFieldsText();
    const id = useId();
    const ids = idsOf(value);
    const latest = useRef(ids);
    latest.current = ids;
    const [sending, setSending] = useState<Sending[]>([]);
    const [refused, setRefused] = useState<string | null>(null);
    const next = useRef(1);
    const input = useRef<HTMLInputElement>(null);
    const image = field.type === "image";
    const count = field.count ?? 1;
    const accept = field.accept?.length ? field.accept : image ? ["image/jpeg", "image/png", "image/webp"] : [];
    const max = field.max_kb ? field.max_kb * 1024 : 0;
    const change = (key: number, more: Partial<Sending>) => setSending((all) => all.map((one) => (one.key === key ? { ...one, ...more } : one)));
    const drop = (key: number) => setSending((all) => all.filter((one) => one.key !== key));
    useEffect(() => () => setSending((all) => {
        for (const one of all) one.stop.abort();
        return [];
    }), []);

    const send = async (one: Sending) => {
        change(one.key, { failed: null, share: 0 });
        try {
            const stored = await upload(one.file, "answer", (share) => change(one.key, { share }), one.stop.signal);
            names.set(stored.id, one.file.name);
            drop(one.key);
            latest.current = [...latest.current, stored.id];
            onChange(latest.current);
        } catch (error) {
            const known = asApiError(error);
            if (known.code === "ABORTED") drop(one.key);
            else change(one.key, { failed: known });
        }
    };
    const choose = (files: FileList | null) => {
        setRefused(null);
        for (const file of [...(files ?? [])].slice(0, Math.max(0, count - ids.length - sending.length))) {
            if (max && file.size > max) setRefused(t.file.tooLarge(fileSize(max)));
            else if (accept.length > 0 && file.type && !accept.includes(file.type)) setRefused(t.file.wrongType);
            else {
                const one: Sending = { key: next.current++, file, share: 0, stop: new AbortController(), failed: null };
                setSending((all) => [...all, one]);
                void send(one);
            }
        }
        if (input.current) input.current.value = "";
    };
    const full = ids.length + sending.length >= count;
    const limits = t.file.limits(accept.map(kindName).join(" / "), max ? fileSize(max) : "", count);
    const error = refused ?? base.error;
    return (
        <fieldset class={error ? "field field-bad" : "field"} data-invalid={error ? "true" : undefined} aria-describedby={`${id}-help${error ? ` ${id}-error` : ""}`}>
            <legend class="field-label">{base.label}{base.optional && <Optional />}</legend>
            <p class="field-help" id={`${id}-help`}>{base.help}{base.help && limits ? " " : ""}{limits}</p>
            <ul class={image ? "files files-images" : "files"}>
                {ids.map((file, i) => <StoredRow key={file} id={file} image={image} nth={i + 1} onRemove={() => onChange(ids.filter((other) => other !== file))} />)}
                {sending.map((one) => (
                    <li key={one.key} class="file-row">
                        {one.failed ? (
                            <>
                                <span class="field-error">{t.file.failed(one.file.name)}: {errorText(one.failed)}</span>
                                <Button size="small" onClick={() => void send(one)}>{t.file.retry}</Button>
                                <Button size="small" kind="quiet" icon="close" label={t.file.remove(one.file.name)} onClick={() => drop(one.key)} />
                            </>
                        ) : (
                            <>
                                <progress value={one.share} max={1} aria-label={t.file.sending(one.file.name, Math.round(one.share * 100))} />
                                <span class="muted">{t.file.sending(one.file.name, Math.round(one.share * 100))}</span>
                                <Button size="small" kind="quiet" icon="close" label={t.file.stop} onClick={() => one.stop.abort()} />
                            </>
                        )}
                    </li>
                ))}
            </ul>
            {!full && (
                <label class="button button-secondary button-normal file-button">
                    <input ref={input} type="file" class="sr" accept={accept.join(",") || undefined} multiple={count > 1} data-field={base.name}
                        aria-describedby={`${id}-help`} onChange={(event) => choose(event.currentTarget.files)} />
                    <Icon name="plus" size={18} /><span>{ids.length > 0 ? t.file.more : image ? t.file.chooseImage : t.file.choose}</span>
                </label>
            )}
            {error && <p class="field-error" id={`${id}-error`}><Icon name="alert" size={16} />{error}</p>}
        </fieldset>
    );
}

function Optional() {
    return <span class="field-optional">{useText().common.optional}</span>;
}

function useStored(id: string, picture: boolean): { file: StoredFile | null; address: string | null } {
    const [file, setFile] = useState<StoredFile | null>(null);
    const [address, setAddress] = useState<string | null>(null);
    useEffect(() => {
        const stop = new AbortController();
        let made: string | null = null;
        fileInfo(id, stop.signal).then(setFile, () => undefined);
        if (picture) {
            fileAddress(id, stop.signal).then((url) => {
                made = url;
                if (stop.signal.aborted) URL.revokeObjectURL(url);
                else setAddress(url);
            }, () => undefined);
        }
        return () => {
            stop.abort();
            if (made) URL.revokeObjectURL(made);
        };
    }, [id, picture]);
    return { file, address };
}

function StoredRow({ id, image, nth, onRemove }: { id: string; image: boolean; nth: number; onRemove: () => void }) {
    const t = useFieldsText();
    const { file, address } = useStored(id, image);
    const name = names.get(id) ?? t.file.nth(nth);
    return (
        <li class="file-row">
            {image ? <span class="file-picture">{address && <img src={address} alt={name} />}</span> : <Icon name="check" size={18} />}
            <span>{name}{file && <small class="muted block">{kindName(file.type)} · {fileSize(file.bytes)}{file.state === "PENDING" && ` · ${t.file.checking}`}</small>}</span>
            <Button size="small" kind="quiet" icon="trash" label={t.file.remove(name)} onClick={onRemove} />
        </li>
    );
}

export function SignatureField({ value, onChange, ...base }: BaseProps & { value: AnswerValue | undefined; onChange: (value: AnswerValue) => void }) {
    const t = useFieldsText();
    const id = useId();
    const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null);
    const [problem, setProblem] = useState<string | null>(null);
    const [busy, run] = useBusy();
    const signed = idsOf(value)[0];
    const use = () => run(async () => {
        const blob = canvas && (await signatureBlob(canvas));
        if (!blob) {
            setProblem(t.sign.empty);
            return;
        }
        try {
            const stored = await upload(blob, "answer", () => undefined, new AbortController().signal);
            setProblem(null);
            onChange([stored.id]);
        } catch (error) {
            setProblem(errorText(asApiError(error)));
        }
    });
    const error = problem ?? base.error;
    return (
        <fieldset class={error ? "field field-bad" : "field"} data-invalid={error ? "true" : undefined} aria-describedby={base.help ? `${id}-help` : undefined}>
            <legend class="field-label">{base.label}{base.optional && <Optional />}</legend>
            {base.help && <p class="field-help" id={`${id}-help`}>{base.help}</p>}
            {signed ? <Signed id={signed} onAgain={() => onChange(null)} /> : (
                <>
                    <SignaturePad onChange={setCanvas} error={error} name={base.name} />
                    <div class="row"><Button kind="primary" busy={busy} disabled={!canvas} onClick={() => void use()}>{t.sign.use}</Button></div>
                </>
            )}
        </fieldset>
    );
}

function Signed({ id, onAgain }: { id: string; onAgain: () => void }) {
    const t = useFieldsText();
    const { address } = useStored(id, true);
    return (
        <div class="signature">
            <div class="signature-paper">{address && <img src={address} alt={t.sign.done} />}</div>
            <div class="row"><span class="badge tone-ok"><Icon name="check" size={14} />{t.sign.done}</span><Button size="small" onClick={onAgain}>{t.sign.again}</Button></div>
        </div>
    );
}

// Files among answers that are only read.
export function FileAnswer({ ids, field }: { ids: string[]; field: FormField }) {
    return <ul class="files">{ids.map((id, i) => <FileLink key={id} id={id} nth={i + 1} picture={field.type !== "file"} label={pick(field.label)} />)}</ul>;
}

function FileLink({ id, nth, picture, label }: { id: string; nth: number; picture: boolean; label: string }) {
    const { file, address } = useStored(id, picture);
    const open = async () => {
        const url = address ?? (await fileAddress(id, new AbortController().signal).catch(() => null));
        if (url) window.open(url, "_blank", "noopener");
    };
    const name = names.get(id) ?? fieldsText().file.nth(nth);
    return (
        <li class="file-row">
            {picture && <span class="file-picture">{address && <img src={address} alt={`${label} ${nth}`} />}</span>}
            <button type="button" class="link-button" onClick={() => void open()}>{name}</button>
            {file && <small class="muted">{kindName(file.type)} · {fileSize(file.bytes)}</small>}
        </li>
    );
}
