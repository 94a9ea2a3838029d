import { useState } from "preact/hooks";
import type { Roster } from "../../core/registration";
import { useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Button } from "../../ui/basic";
import { Choices, Select, TextInput } from "../../ui/fields";
import { Form, useForm } from "../../ui/form";

export interface InviteChoice {
    kind?: "CODE" | "LINK" | "DIRECT"; // CODE
    role?: string;
    max_uses?: number;
    expires_in_hours?: number;
    target?: string;
}
export const kPlain: InviteChoice = {};

const kDays = [1, 3, 7, 14, 30];
const kUses = [1, 2, 5, 10, 20, 100];
const kUsesUsual = "20";

// How to invite, as whom, how often and for how long.
export function InviteOptions({ team, make, onCancel }: { team: Roster; make: (choice: InviteChoice) => Promise<void>; onCancel: () => void }) {
    const t = useText();
    const r = useRegistrationText();
    const kinds = (["CODE", "LINK", "DIRECT"] as const).filter((kind) => kind === "DIRECT" || (team.join_policy !== "CLOSED" && (kind === "LINK" || team.join_policy !== "LINK")));
    const [kind, setKind] = useState<NonNullable<InviteChoice["kind"]>>(kinds[0] ?? "DIRECT");
    const [role, setRole] = useState("PLAYER");
    const [uses, setUses] = useState(kUsesUsual);
    const [days, setDays] = useState("7");
    const [target, setTarget] = useState("");
    const form = useForm();
    const direct = kind === "DIRECT";
    const roles = ["PLAYER", ...((team.sub_max ?? 0) > 0 ? ["SUBSTITUTE"] : []), "COACH", "LEADER", "MANAGER"] as (keyof typeof t.team.role)[];
    const submit = () => form.run(
        () => make({ kind, role, expires_in_hours: Number(days) * 24, ...(direct ? { target: target.trim() } : { max_uses: Number(uses) }) }),
        direct && !target.trim() ? { target: t.field.required } : {},
    );
    return (
        <Form form={form} onSubmit={() => void submit()} shown={["kind", "role", "max_uses", "expires_in_hours", "target"]}>
            <Choices label={r.invite.kind} name="kind" values={[kind]} error={form.errors["kind"]} onChange={(values) => setKind(values[0] as typeof kind)}
                choices={kinds.map((one) => ({ value: one, label: r.invite.kinds[one] }))} />
            {direct && <TextInput label={r.invite.target} help={r.invite.targetHelp} name="target" value={target} onInput={setTarget} error={form.errors["target"]} maxLength={120} />}
            <Select label={r.invite.role} name="role" value={role} onChange={setRole} error={form.errors["role"]} choices={roles.map((one) => ({ value: one, label: t.team.role[one] }))} />
            {!direct && (
                <Select label={r.invite.maxUses} name="max_uses" value={uses} onChange={setUses} error={form.errors["max_uses"]}
                    choices={kUses.map((n) => ({ value: String(n), label: n === 1 ? r.invite.once : r.invite.uses(n) }))} />
            )}
            <Select label={r.invite.lasts} name="expires_in_hours" value={days} onChange={setDays} error={form.errors["expires_in_hours"]} choices={kDays.map((n) => ({ value: String(n), label: r.invite.days(n) }))} />
            <div class="form-actions">
                <Button type="submit" kind="primary" busy={form.busy}>{direct ? r.invite.send : kind === "LINK" ? r.invite.createLink : r.invite.create}</Button>
                <Button onClick={onCancel}>{t.common.cancel}</Button>
            </div>
        </Form>
    );
}
