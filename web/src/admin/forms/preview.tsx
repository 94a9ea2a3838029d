// The form as a participant meets it; it can be tried out, nothing is kept. The last word is the server's.
import { useEffect, useMemo, useState } from "preact/hooks";
import { cleanAnswers } from "../../core/answers";
import { post } from "../../core/api";
import { visibleFields } from "../../core/expression";
import { asApiError, useBusy } from "../../core/hooks";
import type { Answers, FormField } from "../../core/types";
import { useText } from "../../i18n";
import { useAdminText } from "../../i18n/admin";
import { Button, Card, Notice, errorText } from "../../ui/basic";
import { DynamicFields, answerErrors } from "../../ui/dynamic_form";
import { fieldName } from "../../ui/field_name";
import { TextInput } from "../../ui/fields";
import type { FieldErrors } from "../../ui/form";
import { toast } from "../../ui/toast";
import { formPath, type FormPlace } from "./editor";
import { formProblems, tidy } from "./model";

interface Judged {
    valid: boolean;
    mistakes: { field: string; reason: string }[];
    derived: { birth_date?: string; gender?: "F" | "M" };
}

export function Preview({ fields, place }: { fields: FormField[]; place: FormPlace }) {
    const a = useAdminText();
    const t = useText();
    const [answers, setAnswers] = useState<Answers>({});
    const [errors, setErrors] = useState<FieldErrors>({});
    const [derived, setDerived] = useState<Judged["derived"]>({});
    const [busy, run] = useBusy();
    const usable = useMemo(() => fields.filter((field, i) => field.key && fields.findIndex((other) => other.key === field.key) === i), [fields]);
    useEffect(() => { setErrors({}); setDerived({}); }, [fields]);
    const hidden = usable.length - visibleFields(usable, answers).length;
    const test = () => run(async () => {
        let found = answerErrors(usable, answers, "");
        if (Object.keys(found).length === 0 && Object.keys(formProblems(fields, a, "-")).length === 0) {
            try {
                const judged = await post<Judged>(formPath(place, "/preview"), { fields: usable.map(tidy), answers: cleanAnswers(visibleFields(usable, answers), answers) });
                setDerived(judged.derived);
                found = Object.fromEntries(judged.mistakes.map((one) => [fieldName(one.field).replace(/^answers\./, ""), one.reason]));
                // A mistake of the form itself stands beside no answer.
                const stray = judged.mistakes.find((one) => fieldName(one.field).startsWith("fields."));
                if (stray) toast(stray.reason, "bad");
            } catch (error) {
                toast(errorText(asApiError(error)), "bad");
                return;
            }
        }
        setErrors(found);
        if (Object.keys(found).length === 0) toast(a.forms.testOk);
    });
    const sex = derived.gender === "F" ? a.division.female : derived.gender === "M" ? a.division.male : "";
    return (
        <Card title={a.forms.preview} lead={a.forms.previewLead} id="preview">
            <div class="form">
                {place.scope === "member" && place.stage === "submit" && <TextInput label={t.team.realName} value="" onInput={() => undefined} disabled />}
                <DynamicFields fields={usable} answers={answers} onChange={setAnswers} errors={errors} prefix="" />
                {hidden > 0 && <p class="muted">{a.builder.hidden(hidden)}</p>}
                {derived.birth_date && <Notice tone="info">{a.builder.derived(derived.birth_date, sex)}</Notice>}
                {usable.length > 0 && <div><Button size="small" busy={busy} onClick={() => void test()}>{a.forms.testIt}</Button></div>}
            </div>
        </Card>
    );
}
