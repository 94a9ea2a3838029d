import { useState } from "preact/hooks";
import { get, list } from "../core/api";
import { useLoad } from "../core/hooks";
import type { AdminUser } from "../core/types";
import { useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Card, Failed, LinkButton, Loading, NotFound, PageHead } from "../ui/basic";
import { Icon } from "../ui/icons";
import { GiveButton, GiveGrant, GrantTable, useGrants } from "./grants";
import { onPlatform, useRights } from "./rights";

const kTabs = ["platform", "matrix"] as const;

export function AccessPage({ tab }: { tab: string }) {
    const a = useAdminText();
    if (!(kTabs as readonly string[]).includes(tab)) return <NotFound />;
    const name = a.access.tabs[tab as (typeof kTabs)[number]];
    return (
        <>
            <PageHead title={a.access.title} plainTitle={`${a.access.title} · ${name}`} lead={a.access.lead} />
            <nav class="tabs" aria-label={a.access.title}>
                {kTabs.map((one) => (
                    <a key={one} href={`/admin/access${one === "platform" ? "" : `/${one}`}`} aria-current={one === tab ? "page" : undefined}>{a.access.tabs[one]}</a>
                ))}
            </nav>
            {tab === "platform" ? <PlatformGrants /> : <Matrix />}
        </>
    );
}

function PlatformGrants() {
    const a = useAdminText();
    const mine = useRights();
    return (
        <div class="stack">
            {onPlatform(mine, "member.manage") && <Given />}
            <Admins />
            <Card title={a.access.tabs.places} lead={a.access.placesLead}>
                <div class="row">
                    <LinkButton href="/admin/organisations?all=1" icon="flag">{a.orgs.title}</LinkButton>
                    <LinkButton href="/admin/events" icon="calendar">{a.events.title}</LinkButton>
                </div>
            </Card>
        </div>
    );
}

const kPlatformRoles = ["auditor", "moderator"];

function Given() {
    const a = useAdminText();
    const grants = useGrants("/admin/grants");
    const [giving, setGiving] = useState(false);
    return (
        <Card title={a.access.platformGrants} lead={a.access.platformLead} actions={<GiveButton onClick={() => setGiving(true)} />}>
            <GrantTable grants={grants} path="/admin/grants" place={a.access.platform} roles={kPlatformRoles} manage linkUsers />
            {giving && (
                <GiveGrant path="/admin/grants" place={a.access.platform} roles={kPlatformRoles} onClose={() => setGiving(false)}
                    onDone={() => { setGiving(false); void grants.reload(); }} />
            )}
        </Card>
    );
}

function Admins() {
    const a = useAdminText();
    const admins = useLoad((signal) => list<AdminUser>("/admin/users", { role: "admin", limit: "100" }, { signal }), []);
    return (
        <Card title={a.access.admins} lead={a.access.adminsLead}>
            {admins.error && !admins.data && <Failed error={admins.error} retry={() => void admins.reload()} />}
            {!admins.data && !admins.error && <Loading />}
            <ul class="rows">
                {admins.data?.items.map((user) => (
                    <li key={user.id} class="row row-between">
                        <a class="table-link" href={`/admin/users/${user.id}`}>{user.display_name}</a>
                        <span class="muted">{user.login_name}{user.status !== "ACTIVE" && ` · ${a.users.status[user.status]}`}</span>
                    </li>
                ))}
            </ul>
        </Card>
    );
}

interface Tables {
    permissions: { id: string; narrowest: string; token: boolean; text: string }[];
    roles: { id: string; places: string[]; permissions: string[]; text: string }[];
}

function Matrix() {
    const a = useAdminText();
    const t = useText();
    const tables = useLoad((signal) => get<Tables>("/admin/permissions", { signal }), [t]);
    if (tables.error && !tables.data) return <Failed error={tables.error} retry={() => void tables.reload()} />;
    if (!tables.data) return <Loading />;
    const roles = tables.data.roles.filter((role) => role.permissions.length > 0);
    return (
        <div class="stack-s">
            <p class="muted">{a.access.matrixLead}</p>
            <div class="table-box matrix-box" tabIndex={0} role="region" aria-label={a.access.matrixCaption}>
                <table class="table matrix">
                    <caption class="sr">{a.access.matrixCaption}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{a.access.permission}</th>
                            {roles.map((role) => (
                                <th key={role.id} scope="col">{role.text}<small>{role.places.map((place) => a.access.places[place] ?? place).join("/")}</small></th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {tables.data.permissions.map((permission) => (
                            <tr key={permission.id}>
                                <th scope="row">{permission.text}<small><span class="mono">{permission.id}</span>{!permission.token && ` · ${a.access.tokenNo}`}</small></th>
                                {roles.map((role) => (
                                    <td key={role.id}>
                                        {role.permissions.includes(permission.id)
                                            ? <span class="matrix-yes"><Icon name="check" size={18} /><span class="sr">{a.access.has}</span></span>
                                            : <span class="matrix-no"><span aria-hidden="true">·</span><span class="sr">{a.access.hasNot}</span></span>}
                                    </td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </div>
    );
}
