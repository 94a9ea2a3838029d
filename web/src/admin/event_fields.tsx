// The groups of an event's settings: what it is, when, who may take part.
import { kDefaultZone } from "../core/time";
import { useAdminText } from "../i18n/admin";
import { Card } from "../ui/basic";
import { Choices, Select, TextArea, TextInput } from "../ui/fields";
import type { FormControl } from "../ui/form";
import type { Draft, NumberKey, SetDraft } from "./event_draft";

export interface GroupProps {
    draft: Draft;
    set: SetDraft;
    form: FormControl;
    creating?: boolean;
    fixed?: boolean; // published: what teams rely on does not change any more
}

export const errorOf = (form: FormControl, name: string) => ({ name, error: form.errors[name] ?? form.errors[name.split(".")[0]!] });

export function NumberInput({ name, label, help, optional, draft, set, form, disabled }: GroupProps & { name: NumberKey; label: string; help?: string; optional?: boolean; disabled?: boolean }) {
    return (
        <TextInput label={label} help={help} optional={optional ?? false} inputMode="numeric" disabled={disabled ?? false} {...errorOf(form, name)} value={draft[name]}
            onInput={set(name)} maxLength={7} />
    );
}

type TextName = "title" | "summary" | "description" | "venue" | "rules";

export function BasicsGroup({ draft, set, form, creating }: GroupProps) {
    const a = useAdminText();
    const part = (key: TextName, lang: "zh" | "en") => ({
        name: `${key}.${lang}`, error: form.errors[`${key}.${lang}`] ?? (lang === "zh" ? form.errors[key] : undefined),
        value: draft[key][lang], onInput: (value: string) => set(key)({ ...draft[key], [lang]: value }),
    });
    const english = (["title", "summary", "description", "venue", "rules"] as const).some((key) => draft[key].en) || Boolean(form.errors["title.en"]);
    return (
        <Card title={a.edit.basics} id="basics">
            <div class="form-section">
                <TextInput label={a.edit.titleZh} {...part("title", "zh")} maxLength={120} />
                <TextInput label={a.edit.summaryZh} optional {...part("summary", "zh")} maxLength={500} />
                <div class="form-grid form-grid-2">
                    <TextInput label={a.edit.venue} optional {...part("venue", "zh")} maxLength={200} />
                    <Select label={a.edit.type} {...errorOf(form, "type")} value={draft.type} onChange={set("type")}
                        choices={(["COMPETITION", "ACTIVITY", "TRAINING"] as const).map((value) => ({ value, label: a.edit.types[value] }))} />
                    <TextInput label={a.edit.slug} optional={creating ?? false} help={a.edit.slugHelp(location.origin, draft.slug)} {...errorOf(form, "slug")} value={draft.slug}
                        onInput={(value) => set("slug")(value.toLowerCase())} maxLength={60} />
                    {creating && (
                        <Select label={a.edit.visibility} {...errorOf(form, "visibility")} value={draft.visibility} onChange={set("visibility")}
                            choices={(["PUBLIC", "LINK", "PRIVATE"] as const).map((value) => ({ value, label: a.setup.visibilities[value] }))} />
                    )}
                </div>
                <TextArea label={a.edit.descriptionZh} optional help={a.setup.markdownHelp} {...part("description", "zh")} rows={6} maxLength={20000} />
                {!creating && <TextArea label={a.setup.rulesZh} optional help={a.setup.rulesHelp} {...part("rules", "zh")} rows={4} maxLength={20000} />}
                <details class="more-fields" open={english}>
                    <summary>{a.edit.english}</summary>
                    <div class="form-section">
                        <TextInput label={a.edit.titleEn} optional {...part("title", "en")} maxLength={120} />
                        <TextInput label={a.edit.summaryEn} optional {...part("summary", "en")} maxLength={500} />
                        <TextInput label={a.edit.venueEn} optional {...part("venue", "en")} maxLength={120} />
                        <TextArea label={a.edit.descriptionEn} optional {...part("description", "en")} rows={6} maxLength={20000} />
                        {!creating && <TextArea label={a.setup.rulesEn} optional {...part("rules", "en")} rows={4} maxLength={20000} />}
                    </div>
                </details>
            </div>
        </Card>
    );
}

export function TimesGroup({ draft, set, form, creating }: GroupProps) {
    const a = useAdminText();
    const time = (name: "reg_open" | "reg_close" | "edit_deadline" | "cancel_deadline" | "roster_lock_at" | "starts" | "ends", label: string, help?: string) => (
        <TextInput type="datetime-local" optional={help !== undefined} label={label} help={help} {...errorOf(form, name)} value={draft[name]} onInput={set(name)} />
    );
    return (
        <Card title={a.edit.schedule} lead={draft.tz === kDefaultZone ? a.edit.scheduleLead : a.edit.scheduleZone(draft.tz)} id="times">
            <div class="form-grid form-grid-2">
                {time("reg_open", a.edit.regOpen)}
                {time("reg_close", a.edit.regClose)}
                {time("starts", a.edit.starts)}
                {time("ends", a.edit.ends)}
                {time("edit_deadline", a.edit.editDeadline, a.edit.editDeadlineHelp)}
                {!creating && draft.mode !== "SOLO" && time("roster_lock_at", a.setup.rosterLock, a.setup.rosterLockHelp)}
                {!creating && draft.cancel_policy !== "NONE" && time("cancel_deadline", a.setup.cancelDeadline, a.setup.cancelDeadlineHelp)}
                {!creating && <TextInput label={a.setup.zone} help={a.setup.zoneHelp} {...errorOf(form, "tz")} value={draft.tz} onInput={(value) => set("tz")(value.trim())} maxLength={60} />}
            </div>
        </Card>
    );
}

export function SizeGroup(props: GroupProps) {
    const { draft, set, form, creating, fixed } = props;
    const a = useAdminText();
    const modes = ["TEAM", "SOLO", "BOTH"] as const;
    return (
        <Card title={a.setup.who} id="who">
            <div class="form-section">
                <Choices label={a.setup.mode} cards {...errorOf(form, "mode")} values={[draft.mode]} onChange={([value]) => set("mode")(value ?? "TEAM")} help={fixed ? a.setup.fixed : undefined}
                    choices={modes.map((value) => ({ value, label: a.setup.modes[value], note: a.setup.modeNotes[value], disabled: fixed === true && value !== draft.mode }))} />
                <div class="form-grid">
                    {draft.mode === "TEAM" && <NumberInput {...props} name="team_min" label={a.edit.teamMin} />}
                    {draft.mode !== "SOLO" && <NumberInput {...props} name="team_max" label={a.edit.teamMax} />}
                    {!creating && draft.mode !== "SOLO" && <NumberInput {...props} name="sub_max" label={a.setup.subMax} help={a.setup.subMaxHelp} />}
                    <NumberInput {...props} name="quota_teams" optional label={draft.mode === "SOLO" ? a.setup.quotaPeople : a.edit.quotaTeams} help={draft.mode === "SOLO" ? a.setup.quotaPeopleHelp : a.edit.quotaTeamsHelp} />
                    {!creating && <NumberInput {...props} name="entries_max_per_person" label={a.setup.entriesMax} help={a.setup.entriesMaxHelp} />}
                </div>
            </div>
        </Card>
    );
}
