import { Component, type ComponentChildren } from "preact";
import { match, usePlace } from "./core/router";
import { text } from "./i18n";
import { AuthPage } from "./public/auth";
import { EventPage } from "./public/event";
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

const team = () => import("./public/team");
const member = () => import("./public/member");

const routes: Route[] = [
    { pattern: "/", page: EventsPage },
    { pattern: "/e/:slug", page: EventPage },
    { pattern: "/signin", page: () => <AuthPage kind="signin" /> },
    { pattern: "/register", page: () => <AuthPage kind="register" /> },
    { pattern: "/setup", page: () => <AuthPage kind="setup" /> },
    { pattern: "/teams/:id", load: () => team().then((m) => m.TeamPage), signedIn: true },
    { pattern: "/join", load: () => member().then((m) => m.JoinPage) },
    { pattern: "/join/:code", load: () => member().then((m) => m.JoinPage) },
    { pattern: "/mine", load: () => member().then((m) => m.MinePage), signedIn: true },
    { pattern: "/organisations/join", load: () => import("./admin/join").then((m) => m.JoinOrganisation as Page), signedIn: true },
    { pattern: "/account", load: () => member().then((m) => m.AccountPage), signedIn: true },
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

const console_ = () => import("./admin/console").then((m) => m.Console as Page);

function Routed() {
    const { path } = usePlace();
    if (path === "/admin" || path.startsWith("/admin/")) {
        return <ErrorBoundary path={path}><Guard><Lazy load={console_} params={{}} /></Guard></ErrorBoundary>;
    }
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
