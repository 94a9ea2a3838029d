// Tags of an event: made here, put on registrations.
import { useState } from "preact/hooks";
import { call, post } from "../core/api";
import { useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, type Tone } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { Choices, Select, TextInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import { DialogButtons, act, askAndAct } from "./acts";
import type { Tag } from "./model";

const kTagColors = ["grey", "red", "orange", "yellow", "green", "teal", "blue", "purple"] as const;
const kTones: Record<string, Tone> = { red: "bad", orange: "warn", yellow: "warn", green: "ok", teal: "accent", blue: "info", purple: "info" };
const toneOf = (tag: Tag): Tone => kTones[tag.color ?? ""] ?? "neutral";

export const TagBadge = ({ tag }: { tag: Tag }) => <Badge tone={toneOf(tag)}>{tag.name}</Badge>;

export function TagsDialog({ event, tags, onClose, onChanged }: { event: string; tags: Tag[]; onClose: () => void; onChanged: () => Promise<void> }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [name, setName] = useState("");
    const [color, setColor] = useState<string>("grey");
    const submit = () => form.run(async () => {
        await post(`/organiser/events/${event}/tags`, { name: name.trim(), color });
        setName("");
        await onChanged();
    }, name.trim() ? {} : { name: t.field.required });
    const remove = async (tag: Tag) => {
        const gone = () => call("DELETE", `/organiser/events/${event}/tags/${tag.id}`);
        if ((tag.count ?? 0) > 0) await askAndAct({ title: a.tags.removeTitle(tag.name), body: a.tags.removeBody(tag.count ?? 0), confirm: t.common.delete }, gone, a.tags.removed);
        else await act(gone, a.tags.removed);
        await onChanged();
    };
    return (
        <Modal title={a.tags.manage} onClose={onClose}>
            {tags.length === 0 && <p class="muted">{a.tags.none}</p>}
            <ul class="rows">
                {tags.map((tag) => (
                    <li key={tag.id} class="row row-between">
                        <span class="row"><TagBadge tag={tag} /><small class="muted">{a.tags.count(tag.count ?? 0)}</small></span>
                        <Button size="small" kind="quiet" icon="trash" label={`${t.common.delete}: ${tag.name}`} onClick={() => void remove(tag)} />
                    </li>
                ))}
            </ul>
            <Form form={form} onSubmit={() => void submit()} shown={["name", "color"]}>
                <div class="form-grid">
                    <TextInput label={a.tags.name} name="name" value={name} onInput={setName} error={form.errors["name"]} maxLength={30} />
                    <Select label={a.tags.color} name="color" value={color} onChange={setColor} error={form.errors["color"]} choices={kTagColors.map((value) => ({ value, label: a.tags.colors[value] }))} />
                </div>
                <div class="dialog-actions"><Button onClick={onClose}>{t.common.close}</Button><Button type="submit" kind="primary" busy={form.busy}>{a.tags.add}</Button></div>
            </Form>
        </Modal>
    );
}

// Which tags one registration has.
export function PickTagsDialog({ registration, tags, chosen, onClose, onDone }: { registration: string; tags: Tag[]; chosen: Tag[]; onClose: () => void; onDone: () => void }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [values, setValues] = useState(chosen.map((tag) => tag.id));
    const submit = () => form.run(async () => {
        await call("PUT", `/organiser/registrations/${registration}/tags`, { body: { tags: values } });
        toast(t.common.saved);
        onDone();
    });
    return (
        <Modal title={a.tags.pick} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["tags"]}>
                {tags.length === 0 ? <p class="muted">{a.tags.none}</p>
                    : <Choices label={a.tags.title} many name="tags" values={values} onChange={setValues} error={form.errors["tags"]} choices={tags.map((tag) => ({ value: tag.id, label: tag.name }))} />}
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.save} />
            </Form>
        </Modal>
    );
}
