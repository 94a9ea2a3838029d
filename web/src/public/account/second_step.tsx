// The second step of one's own account: on, off, new recovery codes. Each in a dialog.
import { useState } from "preact/hooks";
import type { Enrolment } from "../../core/account";
import { post } from "../../core/api";
import { useSession } from "../../core/session";
import { useText } from "../../i18n";
import { useAccountText } from "../../i18n/account";
import { Badge, Button, Card } from "../../ui/basic";
import { Modal } from "../../ui/dialog";
import { Form, useForm } from "../../ui/form";
import { toast } from "../../ui/toast";
import { cleanCode, withCode } from "../one_time_code";
import { EnrolForm, RecoveryCodes, TotpInput, useTotpCheck } from "../second_step";
import { useProof, withProof, type Mine } from "./frame";

interface DialogProps {
    mine: Mine;
    onDone: () => Promise<void>;
    onClose: () => void;
}

const useOwner = (): string => {
    const session = useSession();
    return session.status === "in" ? session.user.login_name || session.user.display_name : "";
};

function ProofForm({ mine, onProved, onClose }: { mine: Mine; onProved: (body: Record<string, string>) => Promise<void>; onClose: () => void }) {
    const common = useText();
    const t = useAccountText();
    const proof = useProof(mine);
    const form = useForm();
    return (
        <Form form={form} onSubmit={() => void form.run(() => withProof(form, () => onProved(proof.body())), proof.check())} shown={["password", "code"]}>
            {mine.meta.password && <p class="muted">{t.proof.lead}</p>}
            {proof.fields(form)}
            <div class="dialog-actions">
                <Button onClick={onClose}>{common.common.cancel}</Button>
                <Button type="submit" kind="primary" busy={form.busy} disabled={!proof.possible}>{t.second.next}</Button>
            </div>
        </Form>
    );
}

function TurnOn({ mine, onDone, onClose }: DialogProps) {
    const t = useAccountText();
    const owner = useOwner();
    const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
    const [codes, setCodes] = useState<string[] | null>(null);
    // Once the second step is on, the codes are to be seen: Escape does not take them away.
    const finish = async () => {
        toast(t.second.turnedOn);
        await onDone();
    };
    const confirm = async (code: string) => setCodes((await post<{ recovery_codes: string[] }>("/me/totp/confirm", { code })).recovery_codes);
    return (
        <Modal title={codes ? t.step.codesTitle : t.step.enrolTitle} onClose={() => { if (!codes) onClose(); }}>
            {!enrolment && <ProofForm mine={mine} onClose={onClose} onProved={async (body) => setEnrolment(await post<Enrolment>("/me/totp", body))} />}
            {enrolment && !codes && <EnrolForm begin={async () => enrolment} confirm={confirm} />}
            {codes && <RecoveryCodes codes={codes} owner={owner} onDone={finish} />}
        </Modal>
    );
}

function TurnOff({ mine, onDone, onClose }: DialogProps) {
    const common = useText();
    const t = useAccountText();
    const [code, setCode] = useState("");
    const proof = useProof(mine, "confirm_code");
    const form = useForm();
    const check = useTotpCheck();
    const submit = () => form.run(() => withProof(form, async () => {
        await post("/me/totp/disable", { ...proof.body(), method: "totp", code: cleanCode(code) });
        toast(t.second.turnedOff);
        await onDone();
    }), { ...proof.check(), ...check(code) });
    return (
        <Modal title={t.second.turnOffTitle} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["password", "code", "confirm_code"]}>
                {proof.fields(form)}
                <TotpInput value={code} onInput={setCode} error={form.errors["code"]} />
                <div class="dialog-actions">
                    <Button onClick={onClose}>{common.common.cancel}</Button>
                    <Button type="submit" kind="danger" busy={form.busy} disabled={!proof.possible}>{t.second.turnOff}</Button>
                </div>
            </Form>
        </Modal>
    );
}

function NewCodes({ onDone, onClose }: DialogProps) {
    const common = useText();
    const t = useAccountText();
    const owner = useOwner();
    const [code, setCode] = useState("");
    const [codes, setCodes] = useState<string[] | null>(null);
    const form = useForm();
    const check = useTotpCheck();
    const submit = () => form.run(() => withCode(form, async () => {
        setCodes((await post<{ recovery_codes: string[] }>("/me/totp/recovery-codes", { code: cleanCode(code) })).recovery_codes);
    }), check(code));
    return (
        <Modal title={t.second.newCodes} onClose={() => { if (!codes) onClose(); }}>
            {codes ? <RecoveryCodes codes={codes} owner={owner} onDone={onDone} /> : (
                <Form form={form} onSubmit={() => void submit()} shown={["code"]}>
                    <p class="muted">{t.second.newCodesLead}</p>
                    <TotpInput value={code} onInput={setCode} error={form.errors["code"]} />
                    <div class="dialog-actions">
                        <Button onClick={onClose}>{common.common.cancel}</Button>
                        <Button type="submit" kind="primary" busy={form.busy}>{t.second.make}</Button>
                    </div>
                </Form>
            )}
        </Modal>
    );
}

const kDialogs = { on: TurnOn, off: TurnOff, codes: NewCodes };

export function SecondStepCard({ mine, onChanged }: { mine: Mine; onChanged: () => Promise<void> }) {
    const t = useAccountText();
    const [open, setOpen] = useState<keyof typeof kDialogs | null>(null);
    const { second_step: on, second_step_required: required, recovery_codes_left: left } = mine.meta;
    const Dialog = open ? kDialogs[open] : null;
    const done = async () => {
        setOpen(null);
        await onChanged();
    };
    return (
        <Card title={t.second.title} lead={t.second.lead} id="second-step">
            <div class="stack-s">
                <p class="row"><Badge tone={on ? "ok" : "neutral"} icon={on ? "shield" : undefined}>{on ? t.second.on : t.second.off}</Badge>{on && <span class="muted">{t.second.left(left)}</span>}</p>
                {required && on && <p class="muted">{t.second.required}</p>}
                <div class="row">
                    {!on && <Button icon="shield" onClick={() => setOpen("on")}>{t.second.turnOn}</Button>}
                    {on && <Button onClick={() => setOpen("codes")}>{t.second.newCodes}</Button>}
                    {on && !required && <Button onClick={() => setOpen("off")}>{t.second.turnOff}</Button>}
                </div>
            </div>
            {Dialog && <Dialog mine={mine} onDone={done} onClose={() => setOpen(null)} />}
        </Card>
    );
}
