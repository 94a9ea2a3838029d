import { useState } from "preact/hooks";
import { call, post } from "../core/api";
import { fromLocalInput, kDefaultZone, toLocalInput } from "../core/time";
import { useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Modal } from "../ui/dialog";
import { Select, TextArea, TextInput } from "../ui/fields";
import { Form, useForm, type FieldErrors } from "../ui/form";
import { DialogButtons } from "./acts";
import type { EventTabProps } from "./event";
import type { DivisionRules, OrganiserDivision } from "./model";

const kOwn = ["team_min", "team_max", "sub_max", "cap_teams", "cap_persons", "position"] as const;
const kRules = ["age_min", "age_max", "female_min", "female_max", "male_min", "male_max"] as const;
type Numbers = Record<(typeof kOwn)[number] | (typeof kRules)[number], string>;

const number = (text: string): number | null => (text.trim() === "" ? null : Number(text));
const isCount = (text: string, min: number) => text.trim() === "" || (/^\d{1,6}$/.test(text.trim()) && Number(text) >= min);
const typed = (value: number | null | undefined) => (value == null ? "" : String(value));

function rulesOf(numbers: Numbers, gender: string, day: string, before: DivisionRules): DivisionRules | null {
    const rules: DivisionRules = {};
    for (const name of kRules) if (numbers[name].trim()) rules[name] = Number(numbers[name]);
    if (gender) rules.gender = gender as "F" | "M";
    if (day && (rules.age_min !== undefined || rules.age_max !== undefined)) rules.age_on = day;
    if (before.grades) Object.assign(rules, { grades: before.grades, grade_field: before.grade_field });
    return Object.keys(rules).length > 0 ? rules : null;
}

export function DivisionDialog({ event, division, onClose, onDone }: { event: EventTabProps["event"]; division: OrganiserDivision | null; onClose: () => void; onDone: () => void }) {
    const a = useAdminText();
    const t = useText();
    const form = useForm();
    const zone = event.tz ?? kDefaultZone;
    const rules = division?.rules ?? {};
    const [code, setCode] = useState(division?.code ?? "");
    const [name, setName] = useState(division?.name ?? { zh: "", en: "" });
    const [description, setDescription] = useState(division?.description ?? { zh: "", en: "" });
    const [open, setOpen] = useState(toLocalInput(division?.reg_open, zone));
    const [close, setClose] = useState(toLocalInput(division?.reg_close, zone));
    const [gender, setGender] = useState<string>(rules.gender ?? "");
    const [day, setDay] = useState(rules.age_on ?? "");
    const [numbers, setNumbers] = useState<Numbers>(() => ({
        ...Object.fromEntries(kOwn.map((key) => [key, typed(division?.[key])])), ...Object.fromEntries(kRules.map((key) => [key, typed(rules[key])])),
    }) as Numbers);
    const solo = event.mode === "SOLO";
    const check = (): FieldErrors => {
        const errors: FieldErrors = {};
        if (!/^[A-Za-z0-9-]{1,16}$/.test(code.trim())) errors["code"] = a.divisions.codeBad;
        if (!name.zh.trim()) errors["name.zh"] = t.field.required;
        for (const key of [...kOwn, ...kRules]) {
            const least = key === "team_min" || key === "team_max" ? 1 : 0;
            if (!isCount(numbers[key], least)) errors[at(key)] = least ? t.field.atLeast(1) : t.field.integer;
        }
        for (const [low, high] of [["team_min", "team_max"], ["age_min", "age_max"], ["female_min", "female_max"], ["male_min", "male_max"]] as const) {
            if (numbers[low] && numbers[high] && Number(numbers[high]) < Number(numbers[low])) errors[at(high)] ??= low === "team_min" ? a.edit.orderTeam : a.builder.order;
        }
        if (open && close && close <= open) errors["reg_close"] = a.edit.orderRegistration;
        return errors;
    };
    const at = (key: keyof Numbers): string => ((kRules as readonly string[]).includes(key) ? `rules.${key}` : key);
    const submit = () => form.run(async () => {
        const all: Record<string, unknown> = {
            code: code.trim().toUpperCase(), name: { zh: name.zh.trim(), en: name.en.trim() }, team_min: number(numbers.team_min), team_max: number(numbers.team_max),
            cap_teams: number(numbers.cap_teams), cap_persons: number(numbers.cap_persons),
        };
        const windows = { reg_open: fromLocalInput(open, zone) || null, reg_close: fromLocalInput(close, zone) || null };
        const more: [string, unknown, unknown][] = [
            ["sub_max", number(numbers.sub_max), division?.sub_max ?? null], ["position", number(numbers.position) ?? 0, division?.position ?? 0],
            ["description", description, division?.description ?? { zh: "", en: "" }], ["rules", rulesOf(numbers, gender, day, rules), division?.rules ?? null],
            ["reg_open", windows.reg_open, division?.reg_open ?? null], ["reg_close", windows.reg_close, division?.reg_close ?? null],
        ];
        for (const [key, now, before] of more) if (JSON.stringify(now) !== JSON.stringify(before)) all[key] = now;
        if (division) await call("PATCH", `/organiser/divisions/${division.id}`, { body: all, rev: division.rev });
        else await post(`/organiser/events/${event.id}/divisions`, all, { key: form.key(all) });
        onDone();
    }, check());
    const input = (key: keyof Numbers, label: string, help?: string) => (
        <TextInput label={label} optional inputMode="numeric" help={help} name={at(key)} value={numbers[key]} onInput={(value) => setNumbers({ ...numbers, [key]: value })} error={form.errors[at(key)]} maxLength={6} />
    );
    const ruled = Object.keys(rules).length > 0 || Object.keys(form.errors).some((key) => key.startsWith("rules"));
    const windowed = Boolean(division?.reg_open || division?.reg_close || form.errors["reg_open"] || form.errors["reg_close"]);
    return (
        <Modal wide title={division ? a.divisions.edit : a.divisions.add} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["code", "name.zh", "name.en", "name", ...kOwn, ...kRules.map(at), "reg_open", "reg_close", "rules.gender", "rules.age_on", "description"]} onReload={onDone}>
                <div class="form-grid">
                    <TextInput label={a.divisions.nameZh} name="name.zh" value={name.zh} onInput={(zh) => setName({ ...name, zh })} error={form.errors["name.zh"] ?? form.errors["name"]} maxLength={60} />
                    <TextInput label={a.divisions.nameEn} optional name="name.en" value={name.en} onInput={(en) => setName({ ...name, en })} error={form.errors["name.en"]} maxLength={60} />
                    <TextInput label={a.divisions.code} help={a.divisions.codeHelp} name="code" value={code} onInput={setCode} error={form.errors["code"]} maxLength={16} />
                </div>
                <div class="form-grid">
                    {!solo && input("team_min", a.divisions.teamMin, a.divisions.inherit)}
                    {!solo && input("team_max", a.divisions.teamMax, a.divisions.inherit)}
                    {!solo && input("sub_max", a.setup.subMax, a.divisions.inherit)}
                    {input("cap_teams", a.divisions.capTeams, a.divisions.capHelp)}
                    {!solo && input("cap_persons", a.divisions.capPersons, a.divisions.capHelp)}
                </div>
                <details class="more-fields" open={ruled}>
                    <summary>{a.division.rules}</summary>
                    <div class="form-grid">
                        {input("age_min", a.division.ageMin)}
                        {input("age_max", a.division.ageMax)}
                        <TextInput label={a.division.ageOn} type="date" optional help={a.division.ageOnHelp} name="rules.age_on" value={day} onInput={setDay} error={form.errors["rules.age_on"]} />
                        <Select label={a.division.gender} name="rules.gender" value={gender} onChange={setGender} error={form.errors["rules.gender"]}
                            choices={[{ value: "", label: a.division.anyGender }, { value: "F", label: a.division.onlyFemale }, { value: "M", label: a.division.onlyMale }]} />
                        {!solo && !gender && input("female_min", a.division.femaleMin)}
                        {!solo && !gender && input("female_max", a.division.femaleMax)}
                        {!solo && !gender && input("male_min", a.division.maleMin)}
                        {!solo && !gender && input("male_max", a.division.maleMax)}
                    </div>
                    <p class="muted">{a.division.rulesHelp}</p>
                </details>
                <details class="more-fields" open={windowed}>
                    <summary>{a.division.window}</summary>
                    <div class="form-grid">
                        <TextInput type="datetime-local" optional label={a.edit.regOpen} help={a.divisions.inherit} name="reg_open" value={open} onInput={setOpen} error={form.errors["reg_open"]} />
                        <TextInput type="datetime-local" optional label={a.edit.regClose} help={a.divisions.inherit} name="reg_close" value={close} onInput={setClose} error={form.errors["reg_close"]} />
                        {input("position", a.division.position, a.division.positionHelp)}
                    </div>
                    <TextArea label={a.division.descriptionZh} optional rows={2} name="description" value={description.zh} onInput={(zh) => setDescription({ ...description, zh })} error={form.errors["description"]} maxLength={500} />
                    <TextArea label={a.division.descriptionEn} optional rows={2} value={description.en} onInput={(en) => setDescription({ ...description, en })} maxLength={500} />
                </details>
                <DialogButtons busy={form.busy} onClose={onClose} label={t.common.save} />
            </Form>
        </Modal>
    );
}
