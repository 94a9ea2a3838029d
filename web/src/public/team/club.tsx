import { useState } from "preact/hooks";
import { call } from "../../core/api";
import type { Roster } from "../../core/registration";
import { useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Button, Card } from "../../ui/basic";
import { TextInput } from "../../ui/fields";
import { Form, useForm } from "../../ui/form";
import { useAct } from "./acts";

// For which club or school the team plays; by the captain, with the code that the club has.
export function ClubCard({ team, reload }: { team: Roster; reload: () => Promise<void> }) {
    const r = useRegistrationText();
    const t = useText();
    const form = useForm();
    const act = useAct(reload);
    const [code, setCode] = useState("");
    const submit = () => form.run(async () => {
        await call("PUT", `/teams/${team.id}/club`, { body: { club: code.trim() } });
        setCode("");
        await reload();
    }, code.trim() ? {} : { club: t.field.required });
    if (team.club) {
        return (
            <Card tight id="club" title={r.found.club} actions={<Button size="small" kind="quiet" onClick={() => void act(() => call("PUT", `/teams/${team.id}/club`, { body: { club: null } }), r.found.clubLeft)}>{r.found.clubNone}</Button>}>
                <p><strong>{team.club.name}</strong></p>
            </Card>
        );
    }
    return (
        <details class="card more-fields" open={form.errors["club"] ? true : undefined}>
            <summary>{r.found.club}</summary>
            <Form form={form} onSubmit={() => void submit()} shown={["club"]}>
                <TextInput label={r.found.clubCode} help={r.found.clubLead} name="club" value={code} onInput={setCode} error={form.errors["club"]} autoCapitalize="characters" mono maxLength={12} />
                <div class="form-actions"><Button type="submit" size="small" busy={form.busy}>{t.common.save}</Button></div>
            </Form>
        </details>
    );
}
