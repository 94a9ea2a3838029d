// Former versions of a form and what changed between two of them. Answers stay valid against the version they were given to.
import { useState } from "preact/hooks";
import { get, list } from "../../core/api";
import { useLoad } from "../../core/hooks";
import { stamp } from "../../core/time";
import type { FieldOption, FormField, FormVersion, I18nText } from "../../core/types";
import { pick, useLang, useText } from "../../i18n";
import { useAdminText } from "../../i18n/admin";
import { Badge, Button, Failed, Loading, Notice } from "../../ui/basic";
import { Modal } from "../../ui/dialog";
import type { FormDiff, FormVersionRow } from "../model";
import { formPath, type FormPlace } from "./editor";

export function VersionsDialog({ place, current, onClose, onTake }: { place: FormPlace; current: number; onClose: () => void; onTake: (fields: FormField[]) => void }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const versions = useLoad(async (signal) => (await list<FormVersionRow>(formPath(place, "/versions"), {}, { signal })).items, []);
    const [chosen, setChosen] = useState<number | null>(null);
    return (
        <Modal wide title={a.builder.history} onClose={onClose}>
            {versions.error && <Failed error={versions.error} />}
            {!versions.data && !versions.error && <Loading />}
            <ul class="rows">
                {versions.data?.map((one) => (
                    <li key={one.no} class="stack-s">
                        <div class="row row-between">
                            <span>{a.forms.version(one.no)} {one.no === current && <Badge tone="ok">{a.builder.inUse}</Badge>}
                                <small class="muted block">{stamp(one.published_at, lang, place.event.tz)} · {a.builder.answersCount(one.answers)}</small></span>
                            {one.no !== current && (
                                <button type="button" class="button button-quiet button-small" aria-expanded={chosen === one.no} onClick={() => setChosen(chosen === one.no ? null : one.no)}><span>{a.builder.compare}</span></button>
                            )}
                        </div>
                        {chosen === one.no && <Difference place={place} from={one.no} to={current} onTake={onTake} />}
                    </li>
                ))}
            </ul>
            <div class="dialog-actions"><Button onClick={onClose}>{t.common.close}</Button></div>
        </Modal>
    );
}

type Lang = "zh" | "en";

// What a member of a field said, where that is short enough to be read.
function said(value: unknown, lang: Lang, yes: string, no: string): string {
    if (value === undefined || value === null || value === "") return "—";
    if (typeof value === "boolean") return value ? yes : no;
    if (Array.isArray(value)) return value.map((one: FieldOption | string) => (typeof one === "string" ? one : pick(one.label, lang))).join(lang === "zh" ? "、" : ", ");
    return typeof value === "object" ? pick(value as I18nText, lang) || "—" : String(value);
}

function Change({ member, before, after }: { member: string; before: FormField | undefined; after: FormField | undefined }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const value = (field: FormField | undefined): string => {
        if (member === "type") return field ? a.forms.types[field.type] : "—";
        return said((field as Record<string, unknown> | undefined)?.[member], lang, t.common.yes, t.common.no);
    };
    return <div><dt>{a.builder.members[member] ?? member}</dt><dd><del>{value(before)}</del><ins>{value(after)}</ins></dd></div>;
}

function Difference({ place, from, to, onTake }: { place: FormPlace; from: number; to: number; onTake: (fields: FormField[]) => void }) {
    const a = useAdminText();
    const lang = useLang();
    const loaded = useLoad(async (signal) => {
        const [diff, before, after] = await Promise.all([
            get<FormDiff>(formPath(place, `/diff?from=${from}&to=${to}`), { signal }),
            get<FormVersion>(formPath(place, `/versions/${from}`), { signal }),
            get<FormVersion>(formPath(place, `/versions/${to}`), { signal }),
        ]);
        return { diff, before, after };
    }, [from, to]);
    if (loaded.error) return <Failed error={loaded.error} />;
    if (!loaded.data) return <Loading />;
    const { diff, before, after } = loaded.data;
    const find = (form: FormVersion, key: string) => form.fields.find((field) => field.key === key);
    const rows = [
        ...diff.added.map((key) => ({ key, word: a.builder.added, tone: "ok" as const, members: [] as string[] })),
        ...diff.removed.map((key) => ({ key, word: a.builder.removed, tone: "bad" as const, members: [] })),
        ...diff.changed.map(({ key, members }) => ({ key, word: a.builder.changed, tone: "info" as const, members })),
        ...diff.moved.filter((key) => !diff.changed.some((one) => one.key === key)).map((key) => ({ key, word: a.builder.moved, tone: "neutral" as const, members: [] })),
    ];
    return (
        <div class="stack-s difference">
            {rows.length === 0 && <p class="muted">{a.builder.same}</p>}
            <ul class="stack-s">
                {rows.map((row) => (
                    <li key={`${row.word} ${row.key}`} class="change">
                        <span class="row"><Badge tone={row.tone}>{row.word}</Badge><strong>{pick((find(after, row.key) ?? find(before, row.key))?.label, lang) || row.key}</strong></span>
                        {row.members.length > 0 && <dl class="change-list">{row.members.map((member) => <Change key={member} member={member} before={find(before, row.key)} after={find(after, row.key)} />)}</dl>}
                    </li>
                ))}
            </ul>
            {diff.breaks && <Notice tone="warn">{a.builder.breaks}</Notice>}
            <div><Button size="small" icon="back" onClick={() => onTake(before.fields)}>{a.builder.take}</Button></div>
        </div>
    );
}
