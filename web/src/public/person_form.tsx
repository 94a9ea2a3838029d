import { useState } from "preact/hooks";
import { isDate, isIdCard } from "../core/answers";
import { call, post } from "../core/api";
import type { ManagedPerson } from "../core/registration";
import { useText } from "../i18n";
import { useRegistrationText } from "../i18n/registration";
import { Button } from "../ui/basic";
import { Select, TextInput } from "../ui/fields";
import { Form, useForm, type FieldErrors } from "../ui/form";

type IdType = keyof ReturnType<typeof useRegistrationText>["persons"]["idTypes"];

export function PersonForm({ person, onDone, onCancel }: { person: ManagedPerson | null; onDone: (person: ManagedPerson) => void; onCancel: () => void }) {
    const t = useText();
    const r = useRegistrationText();
    const [relation, setRelation] = useState<string>(person?.relation ?? "CHILD");
    const [name, setName] = useState(person?.name ?? "");
    const [idType, setIdType] = useState<string>(person?.id_type ?? "");
    const [idNo, setIdNo] = useState("");
    const [birth, setBirth] = useState(person?.birth_date ?? "");
    const [gender, setGender] = useState<string>(person?.gender ?? "");
    const form = useForm();
    const card = idType === "ID_CARD_CN";
    const kept = person?.id_no && person.id_type === idType ? person.id_no : null;
    const derived = card && (idNo.trim() !== "" || kept !== null);
    const check = (): FieldErrors => ({
        ...(name.trim() ? {} : { name: t.field.required }),
        ...(idType && !idNo.trim() && !kept ? { id_no: t.field.required } : {}),
        ...(card && idNo.trim() && !isIdCard(idNo) ? { id_no: t.field.idCard } : {}),
        ...(!derived && birth && !isDate(birth) ? { birth_date: t.field.date } : {}),
    });
    const submit = () => form.run(async () => {
        const body: Record<string, unknown> = { name: name.trim() };
        if (person?.relation !== "SELF") body["relation"] = relation;
        if (idType && idNo.trim()) Object.assign(body, { id_type: idType, id_no: idNo.trim() });
        else if (!idType && person?.id_no) Object.assign(body, { id_type: null, id_no: null });
        if (!derived) {
            if (birth || person?.birth_date) body["birth_date"] = birth || null;
            if (gender || person?.gender) body["gender"] = gender || null;
        }
        onDone(person ? await call<ManagedPerson>("PATCH", `/me/persons/${person.id}`, { body, rev: person.rev })
            : await post<ManagedPerson>("/me/persons", body, { key: form.key(body) }));
    }, check());
    const words = r.persons;
    return (
        <Form form={form} onSubmit={() => void submit()} shown={["relation", "name", "id_type", "id_no", "birth_date", "gender"]}>
            {person?.relation !== "SELF" && (
                <Select label={words.relation} name="relation" value={relation} onChange={setRelation} error={form.errors["relation"]}
                    choices={(["CHILD", "OTHER", "TEAMMATE"] as const).map((one) => ({ value: one, label: words.relations[one] }))} />
            )}
            <TextInput label={words.name} name="name" value={name} onInput={setName} error={form.errors["name"]} maxLength={60} />
            <Select label={words.idType} name="id_type" value={idType} onChange={(next) => { setIdType(next); setIdNo(""); }} error={form.errors["id_type"]}
                choices={[{ value: "", label: words.noId }, ...(Object.keys(words.idTypes) as IdType[]).map((one) => ({ value: one, label: words.idTypes[one] }))]} />
            {idType && (
                <TextInput label={words.idNo} name="id_no" value={idNo} onInput={setIdNo} error={form.errors["id_no"]} maxLength={40}
                    help={kept ? words.idKept(kept) : words.idHelp} optional={kept !== null} />
            )}
            {!derived && (
                <>
                    <TextInput label={words.birth} name="birth_date" type="date" value={birth} onInput={setBirth} error={form.errors["birth_date"]} optional
                        max={new Date().toISOString().slice(0, 10)} />
                    <Select label={words.gender} name="gender" value={gender} onChange={setGender} error={form.errors["gender"]}
                        choices={[{ value: "", label: words.genderNone }, { value: "F", label: words.genders.F }, { value: "M", label: words.genders.M }]} />
                </>
            )}
            {derived && <p class="muted">{words.birthFromId}</p>}
            <div class="form-actions">
                <Button type="submit" kind="primary" busy={form.busy}>{t.common.save}</Button>
                <Button onClick={onCancel}>{t.common.cancel}</Button>
            </div>
        </Form>
    );
}
