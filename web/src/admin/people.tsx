import { useState } from "preact/hooks";
import { useAdminText } from "../i18n/admin";
import { pick, useLang } from "../i18n";
import { Card, LinkButton } from "../ui/basic";
import type { EventTabProps } from "./event";
import { GiveButton, GiveGrant, GrantTable, kEventRoles, useGrants } from "./grants";
import { onPlatform, useRights } from "./rights";

export function PeopleTab({ event }: EventTabProps) {
    const a = useAdminText();
    const lang = useLang();
    const mine = useRights();
    const path = `/organiser/events/${event.id}/grants`;
    const grants = useGrants(path);
    const [giving, setGiving] = useState(false);
    const place = pick(event.title, lang);
    return (
        <div class="stack">
            <Card title={a.people.title} lead={a.people.lead} actions={<GiveButton onClick={() => setGiving(true)} />}>
                <GrantTable grants={grants} path={path} place={place} roles={kEventRoles} manage linkUsers={onPlatform(mine, "user.view")} />
            </Card>
            {event.organisation && (
                <div><LinkButton href={`/admin/organisations/${event.organisation.id}`} icon="flag">{a.people.viaOrganisation} · {event.organisation.name}</LinkButton></div>
            )}
            {giving && <GiveGrant path={path} place={place} roles={kEventRoles} onClose={() => setGiving(false)} onDone={() => { setGiving(false); void grants.reload(); }} />}
        </div>
    );
}
