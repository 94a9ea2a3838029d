// What participants consent to, by version: a published text never changes, a new one takes its place.
import { useState } from "preact/hooks";
import { get, list, post } from "../core/api";
import { useLoad } from "../core/hooks";
import { stamp } from "../core/time";
import type { DocumentKind } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Card, Failed, Loading } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { TextArea, TextInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import { DialogButtons, askAndAct } from "./acts";
import type { EventTabProps } from "./event";
import { Markdown } from "../ui/markdown";
import type { OrganiserDocument } from "./model";

const kKinds: DocumentKind[] = ["TERMS", "WAIVER", "PRIVACY"];

export function DocumentsTab({ event }: EventTabProps) {
    const a = useAdminText();
    const all = useLoad(async (signal) => (await list<OrganiserDocument>(`/organiser/events/${event.id}/documents`, { limit: "100" }, { signal })).items, [event.id]);
    const [writing, setWriting] = useState<DocumentKind | null>(null);
    const [reading, setReading] = useState<OrganiserDocument | null>(null);
    if (all.error && !all.data) return <Failed error={all.error} retry={() => void all.reload()} />;
    if (!all.data) return <Loading />;
    const of = (kind: DocumentKind) => all.data!.filter((one) => one.kind === kind).sort((x, y) => y.version - x.version);
    const retire = async (kind: DocumentKind) => {
        await askAndAct({ title: a.docs.retireTitle(a.docs.kinds[kind]), body: a.docs.retireBody, confirm: a.docs.retire }, () => post(`/organiser/events/${event.id}/documents/${kind}/retire`), a.docs.retired);
        await all.reload();
    };
    return (
        <div class="stack">
            {kKinds.map((kind) => {
                const versions = of(kind);
                const current = versions.find((one) => one.current);
                return (
                    <Card key={kind} title={a.docs.kinds[kind]} lead={a.docs.kindNotes[kind]}
                        actions={<><Badge tone={current ? "ok" : "neutral"}>{current ? a.docs.current(current.version) : a.docs.notAsked}</Badge>
                            <Button size="small" kind={current ? "secondary" : "primary"} icon={current ? "edit" : "plus"} onClick={() => setWriting(kind)}>{current ? a.docs.newVersion : a.docs.add}</Button>
                            {current && <Button size="small" kind="quiet" onClick={() => void retire(kind)}>{a.docs.retire}</Button>}</>}>
                        {versions.length > 0 && (
                            <ul class="rows">
                                {versions.map((one) => <DocumentRow key={one.id} document={one} zone={event.tz} onRead={() => setReading(one)} />)}
                            </ul>
                        )}
                    </Card>
                );
            })}
            {writing && <DocumentDialog event={event.id} kind={writing} current={of(writing)[0]} onClose={() => setWriting(null)} onDone={() => { setWriting(null); void all.reload(); }} />}
            {reading && <ReadDialog event={event.id} document={reading} onClose={() => setReading(null)} />}
        </div>
    );
}

function DocumentRow({ document, zone, onRead }: { document: OrganiserDocument; zone: string | undefined; onRead: () => void }) {
    const a = useAdminText();
    const lang = useLang();
    return (
        <li class="row row-between">
            <span>{pick(document.title, lang)} <small class="muted block">{a.docs.version(document.version)} · {stamp(document.published_at, lang, zone)}</small></span>
            <Button size="small" kind="quiet" icon="eye" label={`${a.docs.read}: ${pick(document.title, lang)} ${a.docs.version(document.version)}`} onClick={onRead}>{a.docs.read}</Button>
        </li>
    );
}

const load = (event: string, id: string, signal?: AbortSignal) => get<OrganiserDocument>(`/organiser/events/${event}/documents/${id}`, signal ? { signal } : {});

function ReadDialog({ event, document, onClose }: { event: string; document: OrganiserDocument; onClose: () => void }) {
    const t = useText();
    const a = useAdminText();
    const lang = useLang();
    const full = useLoad((signal) => load(event, document.id, signal), [document.id]);
    return (
        <Modal wide title={`${pick(document.title, lang)} · ${a.docs.version(document.version)}`} onClose={onClose}>
            {full.error && <Failed error={full.error} />}
            {!full.data && !full.error && <Loading />}
            {full.data && <div class="document-text" tabIndex={0}><Markdown text={pick(full.data.text, lang)} /></div>}
            <div class="dialog-actions"><Button onClick={onClose}>{t.common.close}</Button></div>
        </Modal>
    );
}

function DocumentDialog({ event, kind, current, onClose, onDone }: { event: string; kind: DocumentKind; current: OrganiserDocument | undefined; onClose: () => void; onDone: () => void }) {
    const a = useAdminText();
    const loaded = useLoad(async (signal) => (current ? load(event, current.id, signal) : null), [current?.id]);
    if (loaded.loading) return <Modal wide title={a.docs.kinds[kind]} onClose={onClose}><Loading /></Modal>;
    return <DocumentForm event={event} kind={kind} last={loaded.data} onClose={onClose} onDone={onDone} />;
}

function DocumentForm({ event, kind, last, onClose, onDone }: { event: string; kind: DocumentKind; last: OrganiserDocument | null; onClose: () => void; onDone: () => void }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [title, setTitle] = useState(last?.title ?? { zh: a.docs.kinds[kind], en: "" });
    const [text, setText] = useState(last?.text ?? { zh: "", en: "" });
    const submit = () => form.run(async () => {
        await post(`/organiser/events/${event}/documents`, { kind, title, text });
        toast(a.docs.published);
        onDone();
    }, { ...(title.zh.trim() ? {} : { "title.zh": t.field.required }), ...(text.zh.trim() ? {} : { "text.zh": t.field.required }) });
    const english = Boolean(title.en || text.en);
    return (
        <Modal wide title={`${a.docs.kinds[kind]} · ${a.docs.version((last?.version ?? 0) + 1)}`} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["title", "title.zh", "title.en", "text", "text.zh", "text.en", "kind"]}>
                {last && <p class="muted">{a.docs.newLead}</p>}
                <TextInput label={a.docs.titleZh} name="title.zh" error={form.errors["title.zh"] ?? form.errors["title"]} value={title.zh} onInput={(zh) => setTitle({ ...title, zh })} maxLength={120} />
                <TextArea label={a.docs.textZh} name="text.zh" rows={10} help={a.setup.markdownHelp} error={form.errors["text.zh"] ?? form.errors["text"]} value={text.zh} onInput={(zh) => setText({ ...text, zh })} maxLength={20000} />
                <details class="more-fields" open={english}>
                    <summary>{a.edit.english}</summary>
                    <div class="form-section">
                        <TextInput label={a.docs.titleEn} optional name="title.en" error={form.errors["title.en"]} value={title.en} onInput={(en) => setTitle({ ...title, en })} maxLength={120} />
                        <TextArea label={a.docs.textEn} optional name="text.en" rows={8} error={form.errors["text.en"]} value={text.en} onInput={(en) => setText({ ...text, en })} maxLength={20000} />
                    </div>
                </details>
                <DialogButtons busy={form.busy} onClose={onClose} label={a.docs.publish} />
            </Form>
        </Modal>
    );
}
