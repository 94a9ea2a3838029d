import type { ComponentChildren } from "preact";
import { useCell } from "../core/cell";
import { match, navigate, usePlace } from "../core/router";
import { useSession } from "../core/session";
import { theme } from "../core/theme";
import type { Role } from "../core/types";
import { useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { NotFound } from "../ui/basic";
import { Guard } from "../ui/guard";
import { Icon, Logo, type IconName } from "../ui/icons";
import { LangButton, OfflineNotice, ThemeSwitch, UserMenu } from "../ui/shell";
import { AuditPage } from "./audit";
import { BackupsPage } from "./backups";
import { Dashboard } from "./dashboard";
import { EventAdmin } from "./event";
import { EventCreate } from "./event_form";
import { EventsAdmin } from "./events";
import { HealthPage } from "./health";
import { LimitsPage } from "./limits";
import { NoticePage } from "./notice";
import { RegistrationPage } from "./registration";
import { UsersPage } from "./users";
import "../styles/admin.css";
import { useEffect } from "preact/hooks";

type Page = (props: { params: Record<string, string> }) => ComponentChildren;

const kStaff: Role[] = ["organiser", "admin"];
const kAdmin: Role[] = ["admin"];

const pages: { pattern: string; page: Page; role: Role[] }[] = [
    { pattern: "/admin", page: () => <Start />, role: kStaff },
    { pattern: "/admin/events", page: () => <EventsAdmin />, role: kStaff },
    { pattern: "/admin/events/new", page: () => <EventCreate />, role: kStaff },
    { pattern: "/admin/events/:event", page: ({ params }) => <EventAdmin id={params["event"]!} tab="overview" />, role: kStaff },
    { pattern: "/admin/events/:event/:tab", page: ({ params }) => <EventAdmin id={params["event"]!} tab={params["tab"]!} />, role: kStaff },
    { pattern: "/admin/registrations/:registration", page: ({ params }) => <RegistrationPage id={params["registration"]!} />, role: kStaff },
    { pattern: "/admin/users", page: () => <UsersPage />, role: kAdmin },
    { pattern: "/admin/health", page: () => <HealthPage />, role: kAdmin },
    { pattern: "/admin/backups", page: () => <BackupsPage />, role: kAdmin },
    { pattern: "/admin/audit", page: () => <AuditPage />, role: kAdmin },
    { pattern: "/admin/limits", page: () => <LimitsPage />, role: kAdmin },
    { pattern: "/admin/notice", page: () => <NoticePage />, role: kAdmin },
];

// Organisers have no server to look at; they begin with their events.
function Start() {
    const session = useSession();
    const admin = session.status === "in" && session.user.role === "admin";
    useEffect(() => {
        if (session.status === "in" && !admin) void navigate("/admin/events", { replace: true });
    }, [session.status, admin]);
    return admin ? <Dashboard /> : null;
}

export function Console() {
    const { path } = usePlace();
    const t = useText();
    useCell(theme);
    let content: ComponentChildren = <NotFound />;
    for (const { pattern, page, role } of pages) {
        const params = match(pattern, path);
        if (!params) continue;
        content = <Guard role={role}>{page({ params })}</Guard>;
        break;
    }
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
                <SideNav path={path} />
                <main class="main console-main" id="main" tabIndex={-1}>{content}</main>
            </div>
        </div>
    );
}

interface NavLink { href: string; label: string; icon: IconName }

function SideNav({ path }: { path: string }) {
    const a = useAdminText();
    const t = useText();
    const session = useSession();
    const admin = session.status === "in" && session.user.role === "admin";
    const work: NavLink[] = [{ href: "/admin/events", label: a.nav.events, icon: "calendar" }];
    if (admin) work.unshift({ href: "/admin", label: a.nav.dashboard, icon: "chart" });
    const system: NavLink[] = [
        { href: "/admin/users", label: a.nav.users, icon: "users" },
        { href: "/admin/health", label: a.nav.health, icon: "heart" },
        { href: "/admin/backups", label: a.nav.backups, icon: "box" },
        { href: "/admin/audit", label: a.nav.audit, icon: "list" },
        { href: "/admin/limits", label: a.nav.limits, icon: "gauge" },
        { href: "/admin/notice", label: a.nav.notice, icon: "alert" },
    ];
    const here = (href: string) => (href === "/admin" ? path === "/admin" : path.startsWith(href) || (href === "/admin/events" && path.startsWith("/admin/registrations")));
    const link = ({ href, label, icon }: NavLink) => (
        <a key={href} href={href} aria-current={here(href) ? "page" : undefined}><Icon name={icon} size={18} />{label}</a>
    );
    return (
        <nav class="sidenav" aria-label={a.nav.label}>
            <div class="sidenav-links">
                <p class="sidenav-title">{a.nav.sectionWork}</p>
                {work.map(link)}
                {admin && <><p class="sidenav-title">{a.nav.sectionSystem}</p>{system.map(link)}</>}
                <a href="/"><Icon name="globe" size={18} />{t.nav.publicSite}</a>
            </div>
            <div class="sidenav-end"><ThemeSwitch /></div>
        </nav>
    );
}
