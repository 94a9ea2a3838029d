// Everything one takes part in, what waits for oneself first.
import { list, type Page } from "../core/api";
import { useLoad } from "../core/hooks";
import { byTeam, teamName, type MyEntry, type MyInvitation } from "../core/registration";
import { dateRange } from "../core/time";
import { pick, useLang, useText } from "../i18n";
import { useRegistrationText, type RegistrationDictionary } from "../i18n/registration";
import { Badge, Empty, Failed, LinkButton, Loading, Notice, PageHead } from "../ui/basic";
import { endedStates, registrationTone, teamStateText, teamTone } from "./words";

function todo({ team, registration }: MyEntry, r: RegistrationDictionary): string | null {
    if (team.state === "DISBANDED") return null;
    const captain = team.my_role === "CAPTAIN";
    if (registration?.actions?.includes("accept_offer")) return r.mine.todoOffer;
    if (registration?.state === "RETURNED") return r.mine.todoReturned;
    const live = registration && !endedStates.has(registration.state) && registration.state !== "DRAFT";
    if (captain && (team.pending?.length ?? 0) > 0) return r.mine.todoPending(team.pending!.length);
    if (team.state === "READY" && captain && !live) return r.mine.todoSubmit;
    const me = team.members?.find((member) => member.is_me);
    return me && !me.complete && !registration ? r.mine.todoMine : null;
}

export function MinePage() {
    const t = useText();
    const r = useRegistrationText();
    const mine = useLoad((signal) => list<MyEntry>("/me/registrations", { limit: "100" }, { signal }), []);
    const invitations = useLoad<Page<MyInvitation>>((signal) => list("/me/invitations", {}, { signal }), []);
    const waiting = invitations.data?.items.length ?? 0;
    const items = mine.data && byTeam(mine.data.items).map((item) => ({ item, todo: todo(item, r) })).sort((a, b) => Number(b.todo !== null) - Number(a.todo !== null));
    return (
        <>
            <PageHead title={t.mine.title} lead={t.mine.lead} actions={<><LinkButton href="/persons" icon="user">{r.mine.persons}</LinkButton><LinkButton href="/join" icon="users">{t.nav.join}</LinkButton></>} />
            {waiting > 0 && (
                <div class="notice-space"><Notice tone="accent" title={r.invitations.some(waiting)} actions={<LinkButton href="/invitations" size="small" kind="primary">{r.invitations.open}</LinkButton>} /></div>
            )}
            {mine.loading && !mine.data && <Loading />}
            {mine.error && !mine.data && <Failed error={mine.error} retry={() => void mine.reload()} />}
            {items?.length === 0 && (
                <div class="card">
                    <Empty icon="users" title={r.mine.empty} actions={<><LinkButton href="/" kind="primary">{t.nav.events}</LinkButton><LinkButton href="/join">{t.events.joinWithCode}</LinkButton></>}>
                        {r.mine.emptyBody}
                    </Empty>
                </div>
            )}
            <ul class="event-list">{items?.map(({ item, todo: words }) => <Entry key={item.team.id} item={item} todo={words} />)}</ul>
        </>
    );
}

function Entry({ item: { team, registration, event }, todo: words }: { item: MyEntry; todo: string | null }) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const placed = registration && registration.state !== "DRAFT" && (!endedStates.has(registration.state) || team.state === "DISBANDED") ? registration : null;
    const waitlist = placed?.waitlist?.position;
    return (
        <li class="card reg-item">
            <div class="row row-between">
                <p class="row">
                    <Badge tone={placed ? registrationTone[placed.state] : teamTone[team.state]}>{placed ? t.registration.state[placed.state] : teamStateText(team, t, r)}</Badge>
                    {words && <Badge tone="warn" icon="alert">{words}</Badge>}
                    {team.my_state === "PENDING_CAPTAIN" && <span class="muted">{r.team.waitApproval}</span>}
                    {waitlist != null && <span class="muted">{r.status.positionOf(waitlist, placed!.waitlist!.of ?? waitlist)}</span>}
                </p>
                {registration?.friendly_no != null && <span class="muted num">{t.registration.number} {registration.friendly_no}</span>}
            </div>
            <h2><a href={`/teams/${team.id}`}>{teamName(team)}</a></h2>
            <p class="muted">{pick(event.title, lang)}{event.starts && ` · ${dateRange(event.starts, event.ends, lang, event.tz)}`}{team.kind === "SOLO" && ` · ${r.team.kinds.SOLO}`}</p>
        </li>
    );
}
