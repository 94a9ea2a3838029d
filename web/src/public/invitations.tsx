// Invitations that captains sent to this account.
import { get, list, post, type Page } from "../core/api";
import { asApiError, useLoad } from "../core/hooks";
import type { Invited, MyInvitation, Roster } from "../core/registration";
import { navigate } from "../core/router";
import { dateRange, relative } from "../core/time";
import { pick, useLang, useText } from "../i18n";
import { useRegistrationText } from "../i18n/registration";
import { Badge, Empty, Failed, LinkButton, Loading, PageHead, errorText } from "../ui/basic";
import { ask } from "../ui/dialog";
import { toast } from "../ui/toast";
import { JoinForm } from "./join";

const inviterName = (one: MyInvitation["inviter"]): string => (typeof one === "string" ? one : (one?.display_name ?? ""));

export function InvitationsPage() {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const found = useLoad<Page<MyInvitation>>((signal) => list("/me/invitations", {}, { signal }), []);
    return (
        <div class="narrow stack">
            <PageHead title={r.invitations.title} lead={r.invitations.lead} back={{ href: "/mine", label: t.nav.mine }} />
            {found.loading && !found.data && <Loading />}
            {found.error && !found.data && <Failed error={found.error} retry={() => void found.reload()} />}
            {found.data?.items.length === 0 && <div class="card"><Empty icon="users" title={r.invitations.empty} actions={<LinkButton href="/join">{t.events.joinWithCode}</LinkButton>}>{r.invitations.emptyBody}</Empty></div>}
            <ul class="event-list">
                {found.data?.items.map((one) => (
                    <li key={one.id} class="card reg-item">
                        <p class="row muted">{inviterName(one.inviter) && r.invitations.from(inviterName(one.inviter))}<Badge>{t.team.role[one.role as keyof typeof t.team.role] ?? one.role}</Badge></p>
                        <h2><a href={`/invitations/${one.id}`}>{one.team.name}</a></h2>
                        <p class="muted">{pick(one.event.title, lang)} · {pick(one.division.name, lang)}{one.event.starts && ` · ${dateRange(one.event.starts, one.event.ends, lang, one.event.tz)}`}</p>
                        {one.expires && <p class="muted">{r.invitations.expires(relative(one.expires, lang))}</p>}
                    </li>
                ))}
            </ul>
        </div>
    );
}

export function InvitationPage({ params }: { params: Record<string, string> }) {
    const r = useRegistrationText();
    const path = `/me/invitations/${encodeURIComponent(params["id"]!)}`;
    const found = useLoad((signal) => get<Invited>(path, { signal }), [path]);
    const decline = async () => {
        const { ok } = await ask({ title: r.invitations.declineTitle, body: r.invitations.declineBody, confirm: r.invitations.decline, danger: true });
        if (!ok) return;
        try {
            await post(`${path}/decline`);
            toast(r.invitations.declined);
            await navigate("/invitations");
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
    };
    if (found.error && !found.data) return <Failed error={found.error} retry={() => void found.reload()} />;
    if (!found.data) return <Loading />;
    return <JoinForm invite={found.data} join={(body, key) => post<Roster>(`${path}/accept`, body, { key })} onDecline={() => void decline()} />;
}
