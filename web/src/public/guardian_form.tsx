// What a guardian says: yes with name, relation and a drawn signature, or no.
import { useState } from "preact/hooks";
import { useLoad } from "../core/hooks";
import { loadEvent, type PublicEvent } from "../core/registration";
import { useText } from "../i18n";
import { useRegistrationText } from "../i18n/registration";
import { Button } from "../ui/basic";
import { ask } from "../ui/dialog";
import { Select, TextInput } from "../ui/fields";
import { Form, useForm, type FieldErrors } from "../ui/form";
import { SignaturePad, signatureBase64 } from "../ui/signature";
import { ConsentCheck } from "./consents";

const kRelations = ["FATHER", "MOTHER", "GUARDIAN", "OTHER"];

export function GuardianForm({ event, relations = kRelations, send, onDone }: {
    event: string; relations?: string[];
    send: (body: Record<string, unknown>) => Promise<unknown>; onDone: (answer: "GRANTED" | "REFUSED") => void | Promise<void>;
}) {
    const t = useText();
    const r = useRegistrationText();
    const found = useLoad<PublicEvent>((signal) => loadEvent(event, false, signal), [event]);
    const [name, setName] = useState("");
    const [relation, setRelation] = useState(relations[0] ?? "GUARDIAN");
    const [agreed, setAgreed] = useState(false);
    const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null);
    const form = useForm();
    const texts = found.data?.documents ?? [];
    const unsigned = canvas && form.errors["signature"] === r.guardian.signNeeded ? undefined : form.errors["signature"];
    const check = (): FieldErrors => ({
        ...(name.trim() ? {} : { name: t.field.required }),
        ...(agreed ? {} : { consent: r.guardian.declareNeeded }),
        ...(canvas ? {} : { signature: r.guardian.signNeeded }),
    });
    const grant = () => form.run(async () => {
        await send({ answer: "GRANT", name: name.trim(), relation, signature: signatureBase64(canvas!) });
        await onDone("GRANTED");
    }, check());
    const refuse = async () => {
        if (!name.trim()) {
            form.fail({ name: t.field.required });
            return;
        }
        const { ok } = await ask({ title: r.guardian.refuseTitle, body: r.guardian.refuseBody, confirm: r.guardian.refuse, danger: true });
        if (!ok) return;
        await form.run(async () => {
            await send({ answer: "REFUSE", name: name.trim(), relation });
            await onDone("REFUSED");
        });
    };
    return (
        <Form form={form} onSubmit={() => void grant()} shown={["name", "relation", "consent", "signature"]}>
            <TextInput label={r.guardian.name} name="name" value={name} onInput={setName} error={form.errors["name"]} autoComplete="name" maxLength={60} />
            <Select label={r.guardian.relation} name="relation" value={relation} onChange={setRelation} error={form.errors["relation"]}
                choices={relations.map((one) => ({ value: one, label: r.guardian.relations[one] ?? one }))} />
            <ConsentCheck event={found.data?.id ?? event} documents={texts} checked={agreed} onChange={setAgreed} error={form.errors["consent"]} lead={r.guardian.declare} />
            <fieldset class="field" data-invalid={unsigned ? "true" : undefined}>
                <legend class="field-label">{r.guardian.sign}</legend>
                <SignaturePad onChange={setCanvas} error={unsigned} name="signature" />
            </fieldset>
            <Button type="submit" kind="primary" size="large" wide busy={form.busy}>{r.guardian.grant}</Button>
            <Button wide kind="quiet" disabled={form.busy} onClick={() => void refuse()}>{r.guardian.refuse}</Button>
        </Form>
    );
}
