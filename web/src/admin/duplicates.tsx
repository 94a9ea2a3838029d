// People who seem to take part twice: the same account, identity number, phone or e-mail.
import { setQuery, usePlace } from "../core/router";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge } from "../ui/basic";
import { registrationTone } from "../public/words";
import type { EventTabProps } from "./event";
import { divisionOf, type DuplicateGroup, type OrganiserDivision } from "./model";
import { PagedTable, usePaged } from "./parts";

const kKinds = ["user", "id", "phone", "email"] as const;

export function DuplicatesTab({ event }: EventTabProps) {
    const a = useAdminText();
    const { query } = usePlace();
    const kind = (kKinds as readonly string[]).includes(query.get("kind") ?? "") ? query.get("kind")! : "id";
    const paged = usePaged<DuplicateGroup>(`/organiser/events/${event.id}/duplicates`, { kind });
    return (
        <div class="stack">
            <p class="muted">{a.duplicates.lead}</p>
            <div class="segmented segmented-start" role="group" aria-label={a.duplicates.by}>
                {kKinds.map((value) => <button key={value} type="button" aria-pressed={kind === value} onClick={() => setQuery({ kind: value })}>{a.duplicates.kinds[value]}</button>)}
            </div>
            <PagedTable paged={paged} empty={{ title: a.duplicates.empty, body: a.duplicates.emptyBody }} head={[a.duplicates.what, a.duplicates.where]}
                row={(group) => (
                    <tr key={`${group.kind} ${group.members.map((one) => one.team.id).join(" ")}`}>
                        <td class="cell-head">{group.members[0]?.name ?? a.duplicates.kinds[group.kind]}<small class="muted block">{a.duplicates.times(group.members.length)}</small></td>
                        <td data-label={a.duplicates.where}><Members group={group} divisions={event.divisions} /></td>
                    </tr>
                )} />
        </div>
    );
}

function Members({ group, divisions }: { group: DuplicateGroup; divisions: OrganiserDivision[] }) {
    const t = useText();
    const lang = useLang();
    return (
        <ul class="stack-s">
            {group.members.map((one, index) => (
                <li key={index} class="row">
                    {one.registration ? <a href={`/admin/registrations/${one.registration.id}`}>{one.team.name}</a> : <span>{one.team.name}</span>}
                    <span class="muted">{pick(divisionOf(one.division, divisions), lang)} · {t.team.role[one.role as keyof typeof t.team.role] ?? one.role}</span>
                    {one.registration && <Badge tone={registrationTone[one.registration.state]}>{t.registration.state[one.registration.state]}</Badge>}
                </li>
            ))}
        </ul>
    );
}

export function DuplicateRows({ groups, divisions }: { groups: DuplicateGroup[]; divisions: OrganiserDivision[] }) {
    const a = useAdminText();
    return (
        <ul class="rows">
            {groups.map((group, index) => (
                <li key={index}><strong>{a.duplicates.kinds[group.kind]}</strong><Members group={group} divisions={divisions} /></li>
            ))}
        </ul>
    );
}
