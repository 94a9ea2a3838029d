// The forms that teams and members fill in, made by choosing kinds of fields, dragging them into order and trying them out.
import { useRef, useState } from "preact/hooks";
import { call, get, list } from "../../core/api";
import { useLoad } from "../../core/hooks";
import { setQuery, usePlace } from "../../core/router";
import type { FieldType, FormField, FormScope, FormStage, FormVersion } from "../../core/types";
import { pick, useLang, useText } from "../../i18n";
import { useAdminText } from "../../i18n/admin";
import { Badge, Button, Card, Empty, Failed, Loading } from "../../ui/basic";
import { ask } from "../../ui/dialog";
import { Form, useForm } from "../../ui/form";
import { toast } from "../../ui/toast";
import type { EventTabProps } from "../event";
import type { QuotaRow } from "../model";
import { inEvent, useRights } from "../rights";
import { useUnsaved } from "../unsaved";
import { capsOf, saveCaps } from "./caps";
import { FieldList, type Lifted } from "./field_list";
import { capKey, formProblems, hasOptions, kCommonTypes, kFieldsMax, kMoreTypes, newField, tidy, type Caps } from "./model";
import { Preview } from "./preview";
import { VersionsDialog } from "./versions";

export function FormsTab({ event }: EventTabProps) {
    const a = useAdminText();
    const { query } = usePlace();
    const scope: FormScope = query.get("form") === "team" && event.mode !== "SOLO" ? "team" : "member";
    const stage: FormStage = query.get("stage") === "after_approval" ? "after_approval" : "submit";
    return (
        <div class="stack">
            <div class="row row-wide">
                {event.mode !== "SOLO" && (
                    <div class="segmented segmented-start" role="group" aria-label={a.forms.title}>
                        {(["member", "team"] as const).map((value) => (
                            <button key={value} type="button" aria-pressed={scope === value} onClick={() => setQuery({ form: value === "team" ? "team" : null })}>{a.forms[value]}</button>
                        ))}
                    </div>
                )}
                <div class="segmented segmented-start" role="group" aria-label={a.builder.stage}>
                    {(["submit", "after_approval"] as const).map((value) => (
                        <button key={value} type="button" aria-pressed={stage === value} onClick={() => setQuery({ stage: value === "submit" ? null : value })}>{a.builder.stages[value]}</button>
                    ))}
                </div>
            </div>
            <FormLoader key={`${scope} ${stage}`} event={event} scope={scope} stage={stage} />
        </div>
    );
}

export interface FormPlace {
    event: EventTabProps["event"];
    scope: FormScope;
    stage: FormStage;
}

export const formPath = ({ event, scope, stage }: FormPlace, rest = ""): string =>
    `/organiser/events/${event.id}/forms/${scope}${rest}${stage === "submit" ? "" : `${rest.includes("?") ? "&" : "?"}stage=${stage}`}`;

const quotasOf = async (event: string, signal?: AbortSignal) => (await list<QuotaRow>(`/organiser/events/${event}/quotas`, { limit: "100" }, signal ? { signal } : {})).items;

function FormLoader(place: FormPlace) {
    const [times, setTimes] = useState(0);
    const loaded = useLoad(async (signal) => {
        const [version, quotas] = await Promise.all([get<FormVersion>(formPath(place), { signal }), quotasOf(place.event.id, signal)]);
        return { version, quotas };
    }, [place.event.id, place.scope, place.stage, times]);
    if (loaded.error && !loaded.data) return <Failed error={loaded.error} retry={() => void loaded.reload()} />;
    if (!loaded.data) return <Loading />;
    return <FormEditor {...place} {...loaded.data} onReload={() => setTimes(times + 1)} />;
}

function useCaps({ event, scope }: FormPlace, first: QuotaRow[]) {
    const mine = useRights();
    const [quotas, setQuotas] = useState(first);
    const [caps, setCaps] = useState<Caps>(() => capsOf(first, scope));
    const offered = inEvent(mine, event, "event.edit");
    const dirty = offered && JSON.stringify(Object.entries(caps).filter(([, cap]) => cap !== "").sort()) !== JSON.stringify(Object.entries(capsOf(quotas, scope)).sort());
    const save = async (fields: FormField[]) => {
        if (!dirty) return;
        const there = fields.flatMap((field) => (hasOptions(field.type) ? (field.options ?? []) : []).map((option) => ({ field: field.key, option: option.id })));
        try {
            await saveCaps(event.id, scope, quotas, caps, there);
        } finally {
            setQuotas(await quotasOf(event.id));
        }
    };
    const rename = (from: string, to: string) =>
        setCaps(Object.fromEntries(Object.entries(caps).map(([key, cap]) => [key.startsWith(`${from} `) ? capKey(to, key.slice(from.length + 1)) : key, cap])));
    return { caps: offered ? caps : null, setCaps, dirty, save, rename };
}

function FormEditor({ version, quotas, onReload, ...place }: FormPlace & { version: FormVersion; quotas: QuotaRow[]; onReload: () => void }) {
    const { scope, stage } = place;
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const form = useForm();
    const [saved, setSaved] = useState(version);
    const [fields, setFields] = useState<FormField[]>(version.fields);
    const [open, setOpen] = useState<number | null>(null);
    const [lifted, setLifted] = useState<Lifted | null>(null);
    const [history, setHistory] = useState(false);
    const box = useRef<HTMLDivElement>(null);
    const places = useCaps(place, quotas);
    const changed = JSON.stringify(fields) !== JSON.stringify(saved.fields);
    const dirty = changed || places.dirty;
    useUnsaved(dirty);

    const move = (from: number, to: number) => {
        if (to < 0 || to >= fields.length || from === to) return;
        const next = [...fields];
        next.splice(to, 0, ...next.splice(from, 1));
        setFields(next);
        setOpen(open === from ? to : null);
        form.clear();
    };
    const remove = async (index: number) => {
        const label = pick(fields[index]!.label, lang);
        const { ok } = await ask({ title: a.forms.removeTitle(label), body: a.forms.removeBody, confirm: t.common.delete, danger: true });
        if (!ok) return;
        setFields(fields.filter((_, i) => i !== index));
        setOpen(null);
        form.clear();
    };
    const full = (type: FieldType) => fields.length >= kFieldsMax || (type === "id_card_cn" && fields.some((field) => field.type === type));
    const insert = (type: FieldType, at: number) => {
        if (full(type)) return;
        setFields([...fields.slice(0, at), newField(type, fields.map((field) => field.key), a), ...fields.slice(at)]);
        setOpen(at);
        form.clear();
        requestAnimationFrame(() => requestAnimationFrame(() => box.current?.querySelector<HTMLInputElement>(".field-item-body input")?.select()));
    };
    const change = (index: number, field: FormField) => {
        if (field.key !== fields[index]!.key) places.rename(fields[index]!.key, field.key);
        setFields(fields.map((old, i) => (i === index ? field : old)));
    };
    const save = () => {
        const problems = formProblems(fields, a, t.field.required);
        const first = Object.keys(problems)[0];
        if (first) setOpen(Number(first.split(".")[1]));
        return form.run(async () => {
            let no = saved.no ?? 0;
            if (changed) {
                const next = await call<FormVersion>("PUT", formPath(place), { body: { fields: fields.map(tidy) }, rev: no });
                no = next.no ?? no + 1;
                setSaved(next);
                setFields(next.fields);
            }
            await places.save(fields);
            setOpen(null);
            toast(changed ? a.forms.saved(no) : t.common.saved);
        }, problems);
    };
    const addButton = (type: FieldType) => (
        <span key={type} class="add-type" draggable={!full(type)} onDragEnd={() => setLifted(null)}
            onDragStart={(event) => { event.dataTransfer?.setData("text/plain", type); setLifted({ type }); }}>
            <Button size="small" icon="plus" disabled={full(type)} onClick={() => insert(type, fields.length)}>{a.forms.types[type]}</Button>
        </span>
    );
    const lead = stage === "after_approval" ? a.builder.afterLead : scope === "team" ? a.forms.teamLead : a.forms.memberLead;
    return (
        <div class="split split-wide">
            <Card title={scope === "team" ? a.forms.team : a.forms.member} lead={lead}
                actions={<><Badge>{saved.no ? a.forms.version(saved.no) : a.forms.noVersion}</Badge>
                    {(saved.no ?? 0) > 1 && <Button size="small" kind="quiet" icon="clock" onClick={() => setHistory(true)}>{a.builder.history}</Button>}</>}>
                <Form form={form} onSubmit={() => void save()} onReload={onReload} shown={Object.keys(form.errors).filter((name) => name.startsWith("fields."))}>
                    <div class="stack-s" ref={box}>
                        {fields.length === 0 && !lifted && <Empty icon="list" title={a.forms.empty}>{a.forms.emptyBody}</Empty>}
                        <FieldList fields={fields} open={open} errors={form.errors} caps={places.caps} lifted={lifted} onLift={setLifted} onOpen={setOpen} onMove={move} onInsert={insert}
                            onRemove={(index) => void remove(index)} onChange={change} onCaps={places.setCaps} />
                    </div>
                    <div class="stack-s">
                        <h3>{a.forms.addField}</h3>
                        <div class="add-types">{kCommonTypes.map(addButton)}</div>
                        <details class="more-fields">
                            <summary>{a.builder.moreTypes}</summary>
                            <div class="add-types">{kMoreTypes.map(addButton)}</div>
                        </details>
                    </div>
                    <div class="form-actions save-bar">
                        <Button type="submit" kind="primary" busy={form.busy} disabled={!dirty}>{a.forms.save}</Button>
                        {dirty && <span class="muted">{changed && saved.no ? a.builder.newVersion(saved.no + 1) : a.setup.unsaved}</span>}
                    </div>
                </Form>
            </Card>
            <div class="aside"><Preview fields={fields} place={place} /></div>
            {history && <VersionsDialog place={place} current={saved.no ?? 0} onClose={() => setHistory(false)} onTake={(old) => { setFields(old); setOpen(null); setHistory(false); }} />}
        </div>
    );
}
