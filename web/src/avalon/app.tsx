// The game's own pages: one chunk, loaded by those who play.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useCell } from "../core/cell";
import { match, navigate, usePlace } from "../core/router";
import { useSession } from "../core/session";
import { useText } from "../i18n";
import { Button, NotFound } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { Guard } from "../ui/guard";
import { LangButton } from "../ui/shell";
import { Emblem } from "./art";
import { connect, link, matchedRoom } from "./client";
import { RulesBeside } from "./explain";
import { LobbyPage } from "./lobby";
import { MePage, TopPage } from "./people";
import { PlayerPage } from "./player";
import { QueueBar } from "./queue";
import { ReplayPage } from "./replay";
import { RoomPage } from "./room";
import "./avalon.css";
import "./table.css";
import type { Room } from "./types";
import { useWords } from "./words";

export function AvalonApp() {
    const { path } = usePlace();
    const session = useSession();
    useEffect(() => {
        if (session.status === "in") connect();
    }, [session.status]);
    const found = useCell(matchedRoom);
    useEffect(() => {
        if (!found) return;
        matchedRoom.set(null);
        void navigate(`/avalon/r/${found.code}`, { force: true });
    }, [found]);
    const room = match("/avalon/r/:code", path);
    if (room) return <div class="avalon avalon-room"><Guard><Refused><RoomPage key={path} code={room["code"]!.toUpperCase()} /></Refused></Guard></div>;
    const replay = match("/avalon/replay/:id", path);
    let page: ComponentChildren = <NotFound />;
    const game = match("/avalon/games/:id", path);
    const player = match("/avalon/players/:id", path);
    if (replay) page = <ReplayPage key={path} id={replay["id"]!} shared />;
    else if (game) page = <Guard><ReplayPage key={path} id={game["id"]!} shared={false} /></Guard>;
    else if (player) page = <Guard><PlayerPage key={path} id={player["id"]!} /></Guard>;
    else if (path === "/avalon" || path === "/avalon/") page = <LobbyPage />;
    else if (path === "/avalon/me") page = <Guard><MePage /></Guard>;
    else if (path === "/avalon/top") page = <TopPage />;
    return <Shell path={path}><Refused>{page}</Refused></Shell>;
}

function Shell({ path, children }: { path: string; children: ComponentChildren }) {
    const t = useText();
    const w = useWords();
    const session = useSession();
    const [rules, setRules] = useState(false);
    const links = [["/avalon", w.nav.lobby], ["/avalon/me", w.nav.me], ["/avalon/top", w.nav.top]] as const;
    return (
        <div class="avalon av-site">
            <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById("main")?.focus(); }}>{t.nav.skip}</a>
            <header class="av-bar">
                <div class="wrap av-bar-inner">
                    <a class="brand" href="/avalon"><Emblem size={34} />{w.title}</a>
                    <div class="av-bar-end">
                        <Button kind="quiet" size="small" onClick={() => setRules(true)}>{w.nav.rules}</Button>
                        <LangButton />
                        {session.status === "out" && <a class="button button-primary button-small" href={`/signin?next=${encodeURIComponent(path)}`}>{t.nav.signIn}</a>}
                    </div>
                </div>
                <nav class="wrap av-tabs" aria-label={t.nav.main}>
                    {links.map(([href, label]) => <a key={href} href={href} aria-current={path === href ? "page" : undefined}>{label}</a>)}
                    <a href="/" class="av-tabs-away">{w.nav.site}</a>
                </nav>
            </header>
            <QueueBar />
            <main class="main" id="main" tabIndex={-1}><div class="wrap">{children}</div></main>
            {rules && <Rules room={null} onClose={() => setRules(false)} />}
        </div>
    );
}

export function Rules({ room, onClose }: { room: Room | null; onClose: () => void }) {
    const w = useWords();
    return (
        <Modal title={w.rules.title} onClose={onClose}>
            <ol class="av-rules">
                {w.rules.steps.map(([name, note]) => <li key={name}><strong>{name}</strong><span>{note}</span></li>)}
            </ol>
            <RulesBeside room={room} />
            <div class="dialog-actions"><Button kind="primary" onClick={onClose}>{w.close}</Button></div>
        </Modal>
    );
}

// Where trying again is of no use: says why.
function Refused({ children }: { children: ComponentChildren }) {
    const w = useWords();
    const state = useCell(link);
    if (state.state !== "refused") return <>{children}</>;
    const banned = state.why?.code === "BANNED";
    return (
        <div class="av-refused" role="alert">
            <Emblem size={72} />
            <h1>{w.link.refusedTitle}</h1>
            <p class="muted">{state.why?.message || (banned ? w.link.banned : w.link.signIn)}</p>
            {banned ? <Button onClick={() => connect()}>{w.link.retry}</Button> : <a class="button button-primary" href={`/signin?next=${encodeURIComponent(location.pathname)}`}>{w.link.toSignIn}</a>}
        </div>
    );
}
