import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useCell } from "../core/cell";
import { useUnread } from "../core/inbox";
import { navigate, usePlace } from "../core/router";
import { signOut, useSession } from "../core/session";
import { kStaffHint, remembered } from "../core/storage";
import { setTheme, theme, type Theme } from "../core/theme";
import type { User } from "../core/types";
import { setLang, useLang, useText, type Dictionary } from "../i18n";
import { useRegistrationText } from "../i18n/registration";
import { Icon, Logo, type IconName } from "./icons";
import { Menu } from "./menu";
import { toast } from "./toast";

export function LangButton() {
    const t = useText();
    const lang = useLang();
    const other = lang === "zh" ? "en" : "zh";
    return (
        <button type="button" class="lang-button" onClick={() => setLang(other)} lang={other === "zh" ? "zh-CN" : "en"}>
            <Icon name="globe" size={18} />
            <span class="lang-text">{t.otherLanguage}</span>
        </button>
    );
}

export function ThemeSwitch() {
    const t = useText();
    const now = useCell(theme);
    const names: Record<Theme, string> = { auto: t.nav.themeAuto, light: t.nav.themeLight, dark: t.nav.themeDark };
    return (
        <div class="segmented" role="group" aria-label={t.nav.theme}>
            {(["auto", "light", "dark"] as const).map((value) => (
                <button key={value} type="button" aria-pressed={now === value} onClick={() => setTheme(value)}>{names[value]}</button>
            ))}
        </div>
    );
}

export function OfflineNotice() {
    const t = useText();
    const [online, setOnline] = useState(navigator.onLine);
    useEffect(() => {
        const update = () => setOnline(navigator.onLine);
        addEventListener("online", update);
        addEventListener("offline", update);
        return () => {
            removeEventListener("online", update);
            removeEventListener("offline", update);
        };
    }, []);
    return <div role="status">{!online && <p class="offline">{t.errors.offline}</p>}</div>;
}

export async function leave(t: Dictionary): Promise<void> {
    try {
        await signOut();
    } catch {
        toast(t.auth.signOutFailed, "bad");
        return;
    }
    toast(t.auth.signedOut);
    await navigate("/", { force: true });
}

const hasConsole = (user: User): boolean => user.role !== "user" || remembered(kStaffHint) === user.id;

export function UserMenu() {
    const t = useText();
    const session = useSession();
    if (session.status !== "in") return null;
    const { user } = session;
    return (
        <Menu label={`${t.nav.account}: ${user.display_name}`} summary={<><Icon name="user" size={18} /><span class="menu-user">{user.display_name}</span></>}>
            <p class="menu-name">{user.display_name}<small>{user.login_name} · {t.roles[user.role]}</small></p>
            <a href="/mine"><Icon name="list" size={18} />{t.nav.mine}</a>
            <a href="/account"><Icon name="user" size={18} />{t.nav.account}</a>
            {hasConsole(user) && <a href="/admin"><Icon name="gauge" size={18} />{t.nav.console}</a>}
            <hr />
            <button type="button" onClick={() => void leave(t)}><Icon name="door" size={18} />{t.nav.signOut}</button>
        </Menu>
    );
}

function Bell() {
    const r = useRegistrationText();
    const unread = useUnread();
    const { path } = usePlace();
    return (
        <a class="menu-button bell" href="/inbox" aria-current={path === "/inbox" ? "page" : undefined} aria-label={unread > 0 ? `${r.inbox.bell}, ${r.inbox.unread(unread)}` : r.inbox.bell}>
            <Icon name="bell" size={20} />
            {unread > 0 && <span class="bell-count" aria-hidden="true">{unread >= 100 ? "99+" : unread}</span>}
        </a>
    );
}

const kAuthPages = new Set(["/signin", "/login", "/register", "/setup", "/forgot", "/account/undo", "/account/ended"]);

function isHere(path: string, href: string): boolean {
    if (href === "/") return path === "/" || path.startsWith("/e/");
    if (href === "/mine") return /^\/(mine|persons|invitations|teams)(\/|$)/.test(path);
    return path === href || path.startsWith(`${href}/`);
}

export function PublicShell({ children }: { children: ComponentChildren }) {
    const t = useText();
    const { path, query } = usePlace();
    const session = useSession();
    const links: { href: string; label: string; icon: IconName }[] = [
        { href: "/", label: t.nav.events, icon: "calendar" },
        { href: "/join", label: t.nav.join, icon: "users" },
        { href: "/mine", label: t.nav.mine, icon: "list" },
    ];
    const onAuthPage = kAuthPages.has(path);
    const next = onAuthPage ? (query.get("next") ?? "/") : path + location.search;
    return (
        <div class="site site-public">
            <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById("main")?.focus(); }}>{t.nav.skip}</a>
            <header class="topbar">
                <div class="wrap topbar-inner">
                    <a class="brand" href="/"><Logo />{t.brand}</a>
                    <nav class="topnav" aria-label={t.nav.main}>
                        {links.map((link) => (
                            <a key={link.href} href={link.href} aria-current={isHere(path, link.href) ? "page" : undefined}>{link.label}</a>
                        ))}
                        <a href="/avalon">{t.nav.game}</a>
                        {session.status === "in" && hasConsole(session.user) && <a href="/admin">{t.nav.console}</a>}
                    </nav>
                    <div class="topbar-end">
                        <LangButton />
                        {session.status === "in" && <Bell />}
                        {session.status === "in" && <UserMenu />}
                        {session.status === "out" && !onAuthPage && (
                            <a class="button button-primary button-small" href={`/signin?next=${encodeURIComponent(next)}`}>{t.nav.signIn}</a>
                        )}
                    </div>
                </div>
            </header>
            <OfflineNotice />
            <main class="main" id="main" tabIndex={-1}><div class="wrap">{children}</div></main>
            <footer class="footer">
                <div class="wrap">
                    <span>{t.brandLong} · {t.footer.about} · <a href="/avalon">{t.nav.game}</a></span>
                    <ThemeSwitch />
                </div>
            </footer>
            <nav class="tabbar" aria-label={t.nav.main}>
                {links.map((link) => (
                    <a key={link.href} href={link.href} aria-current={isHere(path, link.href) ? "page" : undefined}>
                        <Icon name={link.icon} />{link.label}
                    </a>
                ))}
            </nav>
        </div>
    );
}
