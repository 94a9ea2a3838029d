import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useCell } from "../core/cell";
import { useLoad, usePolling } from "../core/hooks";
import { match, navigate, usePlace } from "../core/router";
import { useSession } from "../core/session";
import { theme } from "../core/theme";
import { useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Empty, Failed, LinkButton, Loading, NotFound } from "../ui/basic";
import { Lazy, type Page as LazyPage } from "../ui/guard";
import { Icon, Logo, type IconName } from "../ui/icons";
import { LangButton, OfflineNotice, ThemeSwitch, UserMenu } from "../ui/shell";
import { AccessPage } from "./access";
import { AuditPage } from "./audit";
import { BackupsPage } from "./backups";
import { CertificatesPage } from "./certificates";
import { Dashboard } from "./dashboard";
import { EventsAdmin } from "./events";
import { HealthPage } from "./health";
import { KeysPage } from "./keys";
import { LimitsPage } from "./limits";
import { NoticePage } from "./notice";
import { OrganisationPage } from "./organisation";
import { OrganisationsPage } from "./organisations";
import { isStaff, loadRights, onPlatform, rights, type Rights } from "./rights";
import { TokensPage } from "./tokens";
import { UserPage } from "./user";
import { UsersPage } from "./users";
import "../styles/admin.css";

type Page = (props: { params: Record<string, string> }) => ComponentChildren;

// The pages of one event are a chunk of their own.
const event = () => import("./event_pages");
const eventPage = () => event().then((pages) => pages.EventPage as LazyPage);
const newEventPage = () => event().then((pages) => pages.NewEventPage as LazyPage);
// So are those for moderators of the game.
const avalonPage = () => import("./avalon").then((pages) => pages.AvalonAdmin as LazyPage);
const registrationPage = () => event().then((pages) => pages.OneRegistrationPage as LazyPage);

// `needs` is a permission on the platform; pages without one show what the person may see.
const pages: { pattern: string; page: Page; needs?: string }[] = [
    { pattern: "/admin", page: () => <Start /> },
    { pattern: "/admin/events", page: () => <EventsAdmin /> },
    { pattern: "/admin/events/new", page: () => <Lazy key="new" load={newEventPage} params={{}} /> },
    { pattern: "/admin/events/:event", page: ({ params }) => <Lazy key="event" load={eventPage} params={params} /> },
    { pattern: "/admin/events/:event/:tab", page: ({ params }) => <Lazy key="event" load={eventPage} params={params} /> },
    { pattern: "/admin/registrations/:registration", page: ({ params }) => <Lazy key="registration" load={registrationPage} params={params} /> },
    { pattern: "/admin/organisations", page: () => <OrganisationsPage /> },
    { pattern: "/admin/organisations/:organisation", page: ({ params }) => <OrganisationPage key={params["organisation"]} id={params["organisation"]!} /> },
    { pattern: "/admin/tokens", page: () => <TokensPage /> },
    { pattern: "/admin/avalon", page: () => <Lazy key="avalon" load={avalonPage} params={{}} />, needs: "avalon.moderate" },
    { pattern: "/admin/avalon/:tab", page: ({ params }) => <Lazy key="avalon" load={avalonPage} params={params} />, needs: "avalon.moderate" },
    { pattern: "/admin/avalon/:tab/:id", page: ({ params }) => <Lazy key="avalon" load={avalonPage} params={params} />, needs: "avalon.moderate" },
    { pattern: "/admin/users", page: () => <UsersPage />, needs: "user.view" },
    { pattern: "/admin/users/:user", page: ({ params }) => <UserPage key={params["user"]} id={params["user"]!} />, needs: "user.view" },
    { pattern: "/admin/access", page: () => <AccessPage tab="platform" />, needs: "user.view" },
    { pattern: "/admin/access/:tab", page: ({ params }) => <AccessPage tab={params["tab"]!} />, needs: "user.view" },
    { pattern: "/admin/health", page: () => <HealthPage />, needs: "server.view" },
    { pattern: "/admin/backups", page: () => <BackupsPage />, needs: "server.view" },
    { pattern: "/admin/audit", page: () => <AuditPage />, needs: "audit.view" },
    { pattern: "/admin/limits", page: () => <LimitsPage />, needs: "server.view" },
    { pattern: "/admin/certificates", page: () => <CertificatesPage />, needs: "server.view" },
    { pattern: "/admin/keys", page: () => <KeysPage />, needs: "server.view" },
    { pattern: "/admin/notice", page: () => <NoticePage />, needs: "server.manage" },
];

const kRightsMs = 60_000;

// Those who have no server to look at begin with their events.
function Start() {
    const mine = useCell(rights);
    const server = mine !== null && onPlatform(mine, "server.view");
    useEffect(() => {
        if (mine && !server) void navigate("/admin/events", { replace: true });
    }, [mine, server]);
    return server ? <Dashboard /> : null;
}

function Content({ path, mine }: { path: string; mine: Rights }) {
    const a = useAdminText();
    const t = useText();
    if (!isStaff(mine)) return <Empty icon="lock" title={a.access.noRightsTitle} actions={<LinkButton href="/">{t.errors.goHome}</LinkButton>}>{a.access.noRightsBody}</Empty>;
    for (const { pattern, page, needs } of pages) {
        const params = match(pattern, path);
        if (!params) continue;
        if (needs && !onPlatform(mine, needs)) {
            return <Empty icon="lock" title={t.errors.forbiddenTitle} actions={<LinkButton href="/admin">{t.nav.console}</LinkButton>}>{t.errors.forbiddenBody}</Empty>;
        }
        return <>{page({ params })}</>;
    }
    return <NotFound />;
}

export function Console() {
    const { path } = usePlace();
    const t = useText();
    const session = useSession();
    useCell(theme);
    const user = session.status === "in" ? session.user.id : "";
    const loaded = useLoad((signal) => loadRights(signal), [user]);
    usePolling(() => void loadRights().catch(() => undefined), kRightsMs, user !== "");
    const mine = useCell(rights);
    let content: ComponentChildren = <Loading />;
    if (loaded.error && !mine) content = <Failed error={loaded.error} retry={() => void loaded.reload()} />;
    else if (mine) content = <Content path={path} mine={mine} />;
    return (
        <div class="site console">
            <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById("main")?.focus(); }}>{t.nav.skip}</a>
            <header class="topbar">
                <div class="console-top">
                    <a class="brand" href="/admin"><Logo />{t.brand}<span class="brand-note">{t.nav.console}</span></a>
                    <div class="topbar-end"><LangButton /><UserMenu /></div>
                </div>
            </header>
            <OfflineNotice />
            <div class="console-body">
                {mine && isStaff(mine) ? <SideNav path={path} mine={mine} /> : <div />}
                <main class="main console-main" id="main" tabIndex={-1}>{content}</main>
            </div>
        </div>
    );
}

interface NavLink { href: string; label: string; icon: IconName; needs?: string }

function SideNav({ path, mine }: { path: string; mine: Rights }) {
    const a = useAdminText();
    const t = useText();
    const box = useRef<HTMLElement>(null);
    // On a phone the links are one row that scrolls.
    useEffect(() => box.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" }), [path]);
    const allowed = (links: NavLink[]) => links.filter(({ needs }) => !needs || onPlatform(mine, needs));
    const work = allowed([
        { href: "/admin", label: a.nav.dashboard, icon: "chart", needs: "server.view" },
        { href: "/admin/events", label: a.nav.events, icon: "calendar" },
        { href: "/admin/organisations", label: a.nav.organisations, icon: "flag" },
        { href: "/admin/tokens", label: a.nav.tokens, icon: "copy" },
        { href: "/admin/avalon", label: a.nav.avalon, icon: "shield", needs: "avalon.moderate" },
    ]);
    const system = allowed([
        { href: "/admin/users", label: a.nav.users, icon: "users", needs: "user.view" },
        { href: "/admin/access", label: a.nav.access, icon: "shield", needs: "user.view" },
        { href: "/admin/audit", label: a.nav.audit, icon: "list", needs: "audit.view" },
        { href: "/admin/health", label: a.nav.health, icon: "heart", needs: "server.view" },
        { href: "/admin/backups", label: a.nav.backups, icon: "box", needs: "server.view" },
        { href: "/admin/limits", label: a.nav.limits, icon: "gauge", needs: "server.view" },
        { href: "/admin/certificates", label: a.nav.certificates, icon: "globe", needs: "server.view" },
        { href: "/admin/keys", label: a.nav.keys, icon: "lock", needs: "server.view" },
        { href: "/admin/notice", label: a.nav.notice, icon: "alert", needs: "server.manage" },
    ]);
    const here = (href: string) => (href === "/admin" ? path === "/admin" : path.startsWith(href) || (href === "/admin/events" && path.startsWith("/admin/registrations")));
    const link = ({ href, label, icon }: NavLink) => (
        <a key={href} href={href} aria-current={here(href) ? "page" : undefined}><Icon name={icon} size={18} />{label}</a>
    );
    return (
        <nav class="sidenav" ref={box} aria-label={a.nav.label}>
            <div class="sidenav-links">
                <p class="sidenav-title">{a.nav.sectionWork}</p>
                {work.map(link)}
                {system.length > 0 && <><p class="sidenav-title">{a.nav.sectionSystem}</p>{system.map(link)}</>}
                <a href="/"><Icon name="globe" size={18} />{t.nav.publicSite}</a>
            </div>
            <div class="sidenav-end"><ThemeSwitch /></div>
        </nav>
    );
}
