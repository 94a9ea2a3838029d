// The door of an event that is not public: a passcode, or a name on the organiser's list.
import { useState } from "preact/hooks";
import { ApiError, post } from "../../core/api";
import type { PublicEvent } from "../../core/registration";
import { useSession } from "../../core/session";
import { pick, useLang, useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Button, LinkButton, Notice, PageHead, errorText } from "../../ui/basic";
import { Select, TextInput } from "../../ui/fields";
import { Form, useForm } from "../../ui/form";
import { Icon } from "../../ui/icons";

type Way = "PASSCODE" | "PHONE" | "ID" | "STUDENT_NO";

function waysOf(event: PublicEvent): Way[] {
    return [...(event.access?.passcode === false ? [] : (["PASSCODE"] as const)), ...(event.access?.list ? (["PHONE", "ID", "STUDENT_NO"] as const) : [])];
}

export function Gate({ event, onOpen }: { event: PublicEvent; onOpen: () => void }) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const session = useSession();
    const next = encodeURIComponent(location.pathname + location.search);
    return (
        <div class="slim">
            <PageHead title={pick(event.title, lang)} lead={r.gate.lead} back={{ href: "/", label: t.nav.events }} eyebrow={<><Icon name="lock" size={16} />{r.gate.title}</>} />
            <div class="card stack-s">
                {session.status === "out" ? (
                    <>
                        <p>{r.gate.signIn}</p>
                        <LinkButton href={`/signin?next=${next}`} kind="primary" size="large" wide>{t.nav.signIn}</LinkButton>
                        <LinkButton href={`/register?next=${next}`} size="large" wide>{t.nav.register}</LinkButton>
                    </>
                ) : <AccessForm event={event} onOpen={onOpen} />}
            </div>
        </div>
    );
}

function AccessForm({ event, onOpen }: { event: PublicEvent; onOpen: () => void }) {
    const t = useText();
    const r = useRegistrationText();
    const ways = waysOf(event);
    const [way, setWay] = useState<Way>(ways[0] ?? "PASSCODE");
    const [value, setValue] = useState("");
    const [refused, setRefused] = useState<string | null>(null);
    const form = useForm();
    const names: Record<Way, string> = { PASSCODE: r.gate.byPasscode, PHONE: r.gate.byPhone, ID: r.gate.byId, STUDENT_NO: r.gate.byStudentNo };
    const labels: Record<Way, string> = { PASSCODE: r.gate.passcode, PHONE: r.gate.phone, ID: r.gate.idNumber, STUDENT_NO: r.gate.studentNo };
    const submit = () => form.run(async () => {
        setRefused(null);
        try {
            await post(`/events/${event.id}/access`, way === "PASSCODE" ? { passcode: value.trim() } : { kind: way, value: value.trim() });
            onOpen();
        } catch (error) {
            if (!(error instanceof ApiError) || error.status !== 403) throw error;
            setRefused(errorText(error));
        }
    }, !value.trim() ? { value: t.field.required } : {});
    return (
        <Form form={form} onSubmit={() => void submit()} shown={["value", "passcode"]}>
            {refused && <Notice tone="bad" live>{refused}</Notice>}
            {ways.length > 1 && (
                <Select label={r.gate.how} value={way} onChange={(next) => { setWay(next as Way); setValue(""); setRefused(null); form.clear(); }}
                    choices={ways.map((one) => ({ value: one, label: names[one] }))} />
            )}
            <TextInput label={labels[way]} name="value" value={value} onInput={setValue} error={form.errors["value"] ?? form.errors["passcode"]} maxLength={64} inputMode={way === "PHONE" ? "tel" : undefined} />
            <Button type="submit" kind="primary" size="large" wide busy={form.busy}>{r.gate.submit}</Button>
        </Form>
    );
}
