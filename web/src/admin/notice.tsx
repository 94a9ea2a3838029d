import { useEffect, useState } from "preact/hooks";
import { get, post } from "../core/api";
import { useLoad } from "../core/hooks";
import { fromLocalInput, toLocalInput } from "../core/time";
import { useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Card, Failed, Loading, PageHead, type Tone } from "../ui/basic";
import { ask } from "../ui/dialog";
import { Choices, TextArea, TextInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import { useUnsaved } from "./unsaved";

const kRestrictions = ["none", "read_only", "maintenance"] as const;
type Restriction = (typeof kRestrictions)[number];

interface MaintenanceNotice {
    restriction: Restriction;
    message: string;
    until: string | null;
}

const kTone: Record<Restriction, Tone> = { none: "ok", read_only: "warn", maintenance: "bad" };
const kMessageMax = 200;

export function NoticePage() {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const loaded = useLoad((signal) => get<MaintenanceNotice>("/admin/notice", { signal }), []);
    const [kept, setKept] = useState<MaintenanceNotice | null>(null);
    const [draft, setDraft] = useState<MaintenanceNotice>({ restriction: "none", message: "", until: null });
    useEffect(() => {
        if (!loaded.data) return;
        setKept(loaded.data);
        setDraft(loaded.data);
    }, [loaded.data]);
    useUnsaved(kept !== null && JSON.stringify(draft) !== JSON.stringify(kept));
    if (loaded.error && !loaded.data) return <Failed error={loaded.error} retry={() => void loaded.reload()} />;
    if (!kept) return <Loading />;
    const submit = async () => {
        if (draft.restriction !== "none" && draft.restriction !== kept.restriction) {
            const { ok } = await ask({ title: a.notice.confirmTitle, body: `${a.notice[draft.restriction]}: ${a.notice[`${draft.restriction}Note`]} ${a.notice.confirmBody}`, confirm: a.notice.confirm, cancel: t.common.back, danger: true });
            if (!ok) return;
        }
        await form.run(async () => {
            const now = await post<MaintenanceNotice>("/admin/notice", { ...draft, message: draft.message.trim() });
            setKept(now);
            setDraft(now);
            toast(a.notice.saved);
        });
    };
    return (
        <>
            <PageHead title={a.notice.title} lead={a.notice.lead}
                eyebrow={<Badge tone={kTone[kept.restriction]}>{a.notice.now}: {a.notice[kept.restriction]}</Badge>} />
            <Card>
                <Form form={form} onSubmit={() => void submit()} shown={["restriction", "message", "until"]}>
                    <Choices label={a.notice.restriction} name="restriction" cards error={form.errors["restriction"]} values={[draft.restriction]}
                        onChange={([restriction]) => setDraft({ ...draft, restriction: (restriction ?? "none") as Restriction })}
                        choices={kRestrictions.map((value) => ({ value, label: a.notice[value], note: a.notice[`${value}Note`] }))} />
                    <TextArea label={a.notice.message} name="message" optional rows={2} maxLength={kMessageMax} help={a.notice.messageHelp} error={form.errors["message"]}
                        value={draft.message} onInput={(message) => setDraft({ ...draft, message })} />
                    <TextInput label={a.notice.until} name="until" optional type="datetime-local" help={a.notice.untilHelp} error={form.errors["until"]}
                        value={toLocalInput(draft.until)} onInput={(text) => setDraft({ ...draft, until: fromLocalInput(text) || null })} />
                    <div class="form-actions"><Button type="submit" kind="primary" busy={form.busy}>{a.notice.save}</Button></div>
                </Form>
            </Card>
        </>
    );
}
