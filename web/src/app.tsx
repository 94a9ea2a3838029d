import { Component, type ComponentChildren } from "preact";
import { match, usePlace } from "./core/router";
import { text } from "./i18n";
import { EventPage } from "./public/event/page";
import { EventsPage } from "./public/events";
import { Button, Empty, NotFound } from "./ui/basic";
import { Dialogs } from "./ui/dialog";
import { Guard, Lazy, type Page } from "./ui/guard";
import { PublicShell } from "./ui/shell";
import { Toasts } from "./ui/toast";

interface Route {
    pattern: string;
    page?: Page;
    load?: () => Promise<Page>;
    signedIn?: boolean;
}

const team = () => import("./public/team/page");
const join = () => import("./public/join");
const invitations = () => import("./public/invitations");
const entry = () => import("./public/entry");
const account = () => import("./public/account/pages");

const routes: Route[] = [
    { pattern: "/", page: EventsPage },
    { pattern: "/e/:slug", page: EventPage },
    { pattern: "/signin", load: () => entry().then((m) => m.SignInPage) },
    { pattern: "/login", load: () => entry().then((m) => m.SignInPage) },
    { pattern: "/register", load: () => entry().then((m) => m.RegisterPage) },
    { pattern: "/setup", load: () => entry().then((m) => m.SetupPage) },
    { pattern: "/forgot", load: () => entry().then((m) => m.ForgotPage) },
    { pattern: "/teams/:id", load: () => team().then((m) => m.TeamPage), signedIn: true },
    { pattern: "/join", load: () => join().then((m) => m.JoinPage) },
    { pattern: "/join/:code", load: () => join().then((m) => m.JoinPage) },
    { pattern: "/mine", load: () => import("./public/mine").then((m) => m.MinePage), signedIn: true },
    { pattern: "/persons", load: () => import("./public/persons").then((m) => m.PersonsPage as Page), signedIn: true },
    { pattern: "/invitations", load: () => invitations().then((m) => m.InvitationsPage as Page), signedIn: true },
    { pattern: "/invitations/:id", load: () => invitations().then((m) => m.InvitationPage), signedIn: true },
    { pattern: "/guardian", load: () => import("./public/guardian").then((m) => m.GuardianPage as Page) },
    { pattern: "/inbox", load: () => import("./public/inbox").then((m) => m.InboxPage), signedIn: true },
    { pattern: "/account", load: () => account().then((m) => m.ProfilePage), signedIn: true },
    { pattern: "/account/security", load: () => account().then((m) => m.SecurityPage), signedIn: true },
    { pattern: "/account/devices", load: () => account().then((m) => m.DevicesPage), signedIn: true },
    { pattern: "/account/organisations", load: () => account().then((m) => m.OrganisationsPage), signedIn: true },
    { pattern: "/account/data", load: () => account().then((m) => m.DataPage), signedIn: true },
    { pattern: "/account/ended", load: () => account().then((m) => m.EndedPage) },
    { pattern: "/account/undo", load: () => entry().then((m) => m.UndoPage) },
    { pattern: "/organisations/join", load: () => account().then((m) => m.JoinOrganisationPage) },
];

class ErrorBoundary extends Component<{ children: ComponentChildren; path: string }, { broken: boolean; path: string }> {
    override state = { broken: false, path: this.props.path };
    static override getDerivedStateFromError() {
        return { broken: true };
    }
    static override getDerivedStateFromProps(props: { path: string }, state: { path: string }) {
        return props.path === state.path ? null : { broken: false, path: props.path };
    }
    override componentDidCatch(error: unknown) {
        console.error(error);
    }
    override render() {
        if (this.state.broken) {
            const t = text();
            return (
                <div role="alert">
                    <Empty icon="alert" title={t.errors.title} actions={<Button kind="primary" onClick={() => location.reload()}>{t.common.reload}</Button>}>
                        {t.errors.page}
                    </Empty>
                </div>
            );
        }
        return this.props.children;
    }
}

const avalon = () => import("./avalon/app").then((m) => m.AvalonApp as Page);
const console_ = () => import("./admin/console").then((m) => m.Console as Page);

function Routed() {
    const { path } = usePlace();
    if (path === "/admin" || path.startsWith("/admin/")) {
        return <ErrorBoundary path={path}><Guard><Lazy load={console_} params={{}} /></Guard></ErrorBoundary>;
    }
    if (path === "/avalon" || path.startsWith("/avalon/")) return <ErrorBoundary path={path}><Lazy load={avalon} params={{}} /></ErrorBoundary>;
    let content: ComponentChildren = <NotFound />;
    for (const route of routes) {
        const params = match(route.pattern, path);
        if (!params) continue;
        const Page = route.page;
        const page = Page ? <Page key={path} params={params} /> : <Lazy key={path} load={route.load!} params={params} />;
        content = route.signedIn ? <Guard>{page}</Guard> : page;
        break;
    }
    return <PublicShell><ErrorBoundary path={path}>{content}</ErrorBoundary></PublicShell>;
}

export function App() {
    return (
        <>
            <Routed />
            <Dialogs />
            <Toasts />
        </>
    );
}
