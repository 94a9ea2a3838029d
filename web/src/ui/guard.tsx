import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { navigate } from "../core/router";
import { useSession } from "../core/session";
import type { Role } from "../core/types";
import { useText } from "../i18n";
import { Button, Empty, LinkButton, Loading } from "./basic";

type PageOf<P> = ComponentType<{ params: P }>;
export type Page = PageOf<Record<string, string>>;

const loaded = new Map<unknown, unknown>(); // of a load to its page

// A page of another chunk. A chunk that is gone means that the server was updated under this page.
export function Lazy<P>({ load, params }: { load: () => Promise<PageOf<P>>; params: P }) {
    const t = useText();
    const [, setReady] = useState(0);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
        if (loaded.has(load)) return;
        let here = true;
        load().then(
            (page) => { loaded.set(load, page); if (here) setReady((n) => n + 1); },
            () => { if (here) setFailed(true); },
        );
        return () => void (here = false);
    }, [load]);
    const Page = loaded.get(load) as PageOf<P> | undefined;
    if (Page) return <Page params={params} />;
    if (failed) {
        return (
            <Empty icon="refresh" title={navigator.onLine ? t.errors.updated : t.errors.network}
                actions={<Button kind="primary" onClick={() => location.reload()}>{t.common.reload}</Button>} />
        );
    }
    return <Loading />;
}

// Pages of signed-in people. Others are sent to sign in and come back here.
export function Guard({ role, children }: { role?: Role[]; children: ComponentChildren }) {
    const t = useText();
    const session = useSession();
    useEffect(() => {
        if (session.status === "out") void navigate(`/signin?next=${encodeURIComponent(location.pathname + location.search)}`, { replace: true, force: true });
    }, [session.status]);
    if (session.status !== "in") return <Loading />;
    if (role && !role.includes(session.user.role)) {
        return (
            <Empty icon="lock" title={t.errors.forbiddenTitle} actions={<LinkButton href="/">{t.errors.goHome}</LinkButton>}>{t.errors.forbiddenBody}</Empty>
        );
    }
    return <>{children}</>;
}
