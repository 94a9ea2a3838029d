import { useState } from "preact/hooks";
import { call } from "../core/api";
import { stamp } from "../core/time";
import { pick, useLang, useText } from "../i18n";
import { useAdminText, type AdminDictionary } from "../i18n/admin";
import { Button, Card, Empty } from "../ui/basic";
import { toast } from "../ui/toast";
import { askAndAct } from "./acts";
import { DivisionDialog } from "./division_dialog";
import type { EventTabProps } from "./event";
import type { DivisionRules, OrganiserDivision } from "./model";

// The rules as short sentences.
export function ruleTexts(rules: DivisionRules | null | undefined, a: AdminDictionary): string[] {
    if (!rules) return [];
    const range = (least: number | undefined, most: number | undefined, words: (least: number | undefined, most: number | undefined) => string) => (least === undefined && most === undefined ? "" : words(least, most));
    return [
        range(rules.age_min, rules.age_max, a.division.ageText),
        rules.gender === "F" ? a.division.onlyFemale : rules.gender === "M" ? a.division.onlyMale : "",
        range(rules.female_min, rules.female_max, a.division.femaleText),
        range(rules.male_min, rules.male_max, a.division.maleText),
    ].filter(Boolean);
}

export function DivisionsTab({ event, reload }: EventTabProps) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const [editing, setEditing] = useState<OrganiserDivision | "new" | null>(null);
    const remove = async (division: OrganiserDivision) => {
        const name = pick(division.name, lang);
        await askAndAct({ title: a.divisions.deleteTitle(name), body: a.divisions.deleteBody, confirm: t.common.delete }, () => call("DELETE", `/organiser/divisions/${division.id}`, { rev: division.rev }), a.divisions.deleted);
        await reload();
    };
    const add = <Button kind="primary" icon="plus" onClick={() => setEditing("new")}>{a.divisions.add}</Button>;
    const places = (division: OrganiserDivision) => [
        division.cap_teams == null ? "" : t.common.teams(division.cap_teams), division.cap_persons == null ? "" : t.common.people(division.cap_persons),
    ].filter(Boolean).join(" · ");
    const window = (division: OrganiserDivision) => (division.reg_open || division.reg_close
        ? a.division.windowText(stamp(division.reg_open ?? event.reg_open, lang, event.tz), stamp(division.reg_close ?? event.reg_close, lang, event.tz)) : "");
    return (
        <Card title={a.divisions.title} lead={a.divisions.lead} actions={event.divisions.length > 0 && add}>
            {event.divisions.length === 0 && <Empty icon="flag" title={a.divisions.empty} actions={add} />}
            {event.divisions.map((division) => (
                <div key={division.id} class="division">
                    <div class="division-head">
                        <h3>{pick(division.name, lang)} <span class="mono muted">{division.code}</span></h3>
                        <span class="row">
                            <Button size="small" icon="edit" onClick={() => setEditing(division)}>{t.common.edit}</Button>
                            <Button size="small" kind="quiet" icon="trash" label={`${t.common.delete}: ${pick(division.name, lang)}`} onClick={() => void remove(division)} />
                        </span>
                    </div>
                    {pick(division.description, lang) && <p>{pick(division.description, lang)}</p>}
                    <p class="muted">
                        {event.mode === "SOLO" ? "" : `${t.events.teamSize(division.team_min ?? event.team_min, division.team_max ?? event.team_max)} · `}
                        {`${a.divisions.cap} ${places(division) || t.common.unlimited}`}
                    </p>
                    {ruleTexts(division.rules, a).length > 0 && <p class="muted">{ruleTexts(division.rules, a).join(" · ")}</p>}
                    {window(division) && <p class="muted num">{window(division)}</p>}
                </div>
            ))}
            {editing && <DivisionDialog event={event} division={editing === "new" ? null : editing} onClose={() => setEditing(null)} onDone={async () => { setEditing(null); toast(a.divisions.saved); await reload(); }} />}
        </Card>
    );
}
