// Who finds the event and who gets in: the kind of visibility, a passcode, a list of people.
import { useState } from "preact/hooks";
import { call } from "../core/api";
import { asApiError, useBusy } from "../core/hooks";
import { useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Card, errorText } from "../ui/basic";
import { Choices, TextInput } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import { askAndAct } from "./acts";
import { AllowList } from "./allow_list";
import type { EventTabProps } from "./event";

export function VisibilityTab(props: EventTabProps) {
    const { event, reload } = props;
    const a = useAdminText();
    const t = useText();
    const [busy, run] = useBusy();
    const [chosen, setChosen] = useState<string>(event.visibility ?? "PUBLIC");
    const save = () => run(async () => {
        try {
            await call("PATCH", `/organiser/events/${event.id}`, { body: { visibility: chosen }, rev: event.rev });
            toast(t.common.saved);
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
        await reload();
    });
    return (
        <div class="stack">
            <Card title={a.access_.title}>
                <div class="form-section">
                    <Choices label={a.edit.visibility} cards values={[chosen]} onChange={([value]) => setChosen(value ?? "PUBLIC")}
                        choices={(["PUBLIC", "LINK", "PRIVATE"] as const).map((value) => ({ value, label: a.setup.visibilities[value], note: a.access_.notes[value] }))} />
                    <div class="form-actions"><Button kind="primary" busy={busy} disabled={chosen === event.visibility} onClick={() => void save()}>{t.common.save}</Button></div>
                </div>
            </Card>
            {event.visibility === "PRIVATE" && <Passcode {...props} />}
            {event.visibility === "PRIVATE" && <AllowList {...props} />}
        </div>
    );
}

function Passcode({ event, reload }: EventTabProps) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const [code, setCode] = useState("");
    const send = async (passcode: string | null) => {
        await call("PATCH", `/organiser/events/${event.id}`, { body: { passcode }, rev: event.rev });
        setCode("");
        await reload();
    };
    const length = code.trim().length;
    return (
        <Card title={a.access_.passcode} lead={a.access_.passcodeLead} actions={<Badge tone={event.has_passcode ? "ok" : "neutral"}>{event.has_passcode ? a.access_.passcodeOn : a.access_.passcodeOff}</Badge>}>
            <Form form={form} shown={["passcode"]} onSubmit={() => void form.run(async () => { await send(code.trim()); toast(t.common.saved); }, length >= 4 && length <= 64 ? {} : { passcode: a.access_.passcodeBad })}>
                <TextInput label={event.has_passcode ? a.access_.passcodeNew : a.access_.passcodeSet} name="passcode" help={a.access_.passcodeHelp} value={code} onInput={setCode} error={form.errors["passcode"]} maxLength={64} />
                <div class="form-actions">
                    <Button type="submit" kind="primary" busy={form.busy}>{t.common.save}</Button>
                    {event.has_passcode && <Button kind="quiet" onClick={() => void askAndAct({ title: a.access_.passcodeRemove, body: a.access_.passcodeRemoveBody, confirm: t.common.remove }, () => send(null), t.common.saved)}>{a.access_.passcodeRemove}</Button>}
                </div>
            </Form>
        </Card>
    );
}
