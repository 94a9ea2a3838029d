import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useCell } from "../core/cell";
import { navigate } from "../core/router";
import { copyText } from "../ui/copy";
import { Modal, ask } from "../ui/dialog";
import { Icon, type IconName } from "../ui/icons";
import { LangButton } from "../ui/shell";
import { toast } from "../ui/toast";
import { complain, useAct } from "./acts";
import { Rules } from "./app";
import { Thing } from "./art";
import { forgetRoom, inRoom, link } from "./client";
import { EditRoom } from "./create";
import { EndPanel } from "./end";
import { Explanations, optionsInPlay } from "./explain";
import { isAway, nameOf, places, type Place } from "./model";
import { between } from "./moments";
import { Panel, TableVotes, useTitle } from "./panel";
import { SeatSheet, useNotes } from "./person";
import { usePick } from "./pick";
import { Sides } from "./side";
import { Stage, useStage } from "./stage";
import { QuestTrack, RejectTrack, RoleCard, Table } from "./table";
import type { Game, RoomView } from "./types";
import { WatchersDialog } from "./watchers";
import { WaitingPanel } from "./waiting";
import { useWords } from "./words";

type Tab = "table" | "history" | "chat";
type Opened = "settings" | "rules" | "watchers";

export function PlayPage({ view }: { view: RoomView }) {
    const w = useWords();
    const { game, you } = view;
    const [tab, setTab] = useState<Tab>("table");
    const [sheet, setSheet] = useState<number | null>(null);
    const [peek, setPeek] = useState(false);
    const name = nameOf(view, w);
    const pick = usePick(game);
    const stage = useStage();
    const said = useNews(view, stage.play);
    const unread = useUnread(view, tab === "chat");
    const [note, setNote] = useNotes(view.room.gameId);
    const all = places(view, w, peek);
    const bottom = (game ? game.seat : you.player) ?? 0;
    const over = game !== null && (game.phase === "end" || game.phase === "voided");
    const choosing = pick.action !== null && !game?.paused;
    const tap = (place: Place) => {
        if (choosing && pick.may(place.index)) pick.toggle(place.index);
        else if (place.empty && !you.host) void inRoom("room:seat", { player: place.player.player }).catch(complain);
        else setSheet(place.index);
    };
    const chosen = choosing ? pick.seats : [];
    const open = sheet === null ? undefined : all.find((place) => place.index === sheet);
    useTitle(`${game && game.actions.some((action) => action.type !== "select") ? `● ${w.moment.yourTurn} · ` : ""}${view.room.name || view.room.code} · ${w.title}`);
    return (
        <div class={`av-play av-tab-${tab}`}>
            <TopBar view={view} />
            <LinkBanner />
            <main class="av-body" id="main" tabIndex={-1}>
                <h1 class="sr">{w.title} {view.room.code}</h1>
                <p class="sr" role="status" aria-live="polite">{said}</p>
                <section class="av-board" aria-label={w.room.table}>
                    <Table places={all} bottom={bottom} selectable={pick.may} chosen={chosen} picking={choosing} onTap={tap}
                        note={(place) => (game && !over && note(place.index) !== "none" ? w.room.marks[note(place.index)] : "")}>
                        {game ? <Center game={game} pick={pick} /> : <LobbyCenter view={view} />}
                        {stage.now && game && <Stage stage={stage.now} players={game.seats.length} skip={stage.skip} />}
                    </Table>
                    <div class="av-controls">
                        {game && !over && <RoleCard game={game} name={name} open={peek} setOpen={setPeek} />}
                        {game && <TableVotes game={game} name={name} userAway={(seat, now) => isAway(view, seat, now)} missing={view.room.players.some((player) => Boolean(player.awaySince))} />}
                        {!game ? <WaitingPanel view={view} /> : over ? <EndPanel view={view} name={name} /> : <Panel game={game} name={name} pick={pick} />}
                    </div>
                </section>
                <aside class="av-side"><Sides view={view} tab={tab === "history" ? "history" : tab === "chat" ? "chat" : game ? "history" : "chat"} setTab={setTab} unread={unread} /></aside>
            </main>
            <Dock tab={tab} setTab={setTab} unread={unread} turn={Boolean(game && game.actions.length > 0)} />
            {open && <SeatSheet view={view} place={open} note={note(open.index)} setNote={(one) => setNote(open.index, one)} onClose={() => setSheet(null)} />}
        </div>
    );
}

// What has happened since the last view: said once, and played on the table.
function useNews(view: RoomView, play: ReturnType<typeof useStage>["play"]): string {
    const w = useWords();
    const before = useRef<Game | null>(view.game);
    const [said, setSaid] = useState("");
    useEffect(() => {
        const moments = between(before.current, view.game, w, nameOf(view, w));
        before.current = view.game;
        if (moments.length === 0) return;
        setSaid(moments.map((moment) => moment.text).join("。"));
        play(moments.flatMap((moment) => (moment.stage ? [moment.stage] : [])));
    }, [view.game]);
    return said;
}

function useUnread(view: RoomView, reading: boolean): number {
    const last = view.chat[view.chat.length - 1]?.id ?? null;
    const [seen, setSeen] = useState(last);
    useEffect(() => {
        if (reading) setSeen(last);
    }, [reading, last]);
    if (reading || seen === last) return 0;
    const at = view.chat.findIndex((line) => line.id === seen);
    return view.chat.slice(at + 1).filter((line) => line.from !== view.you.userId).length;
}

function Center({ game, pick }: { game: Game; pick: ReturnType<typeof usePick> }) {
    const w = useWords();
    const targeting = pick.action && pick.action.quests.length > 0 ? pick.action.quests : undefined;
    return (
        <>
            <p class="av-phase">{w.phase[game.phase]}</p>
            <QuestTrack game={game} chosen={pick.quest} {...(targeting ? { may: targeting, onChoose: pick.setQuest } : {})} />
            <RejectTrack rejects={game.rejects} />
            {game.loyalty.length > 0 && (
                <p class="av-loyalty" aria-label={w.create.lancelot}>{game.loyalty.map((card, i) => <i key={i} class={`${card}${i < game.loyaltyTurned ? " turned" : ""}`}>{card === "switch" ? "⇄" : "="}</i>)}</p>
            )}
        </>
    );
}

function LobbyCenter({ view }: { view: RoomView }) {
    const w = useWords();
    const seated = view.room.players.filter((player) => player.kind !== "empty").length;
    return (
        <>
            <p class="av-phase">{w.room.code}</p>
            <p class="av-code-big num">{view.room.code}</p>
            <p class="muted">{w.lobby.seats(seated, view.room.size)}</p>
        </>
    );
}

export function inviteLink(view: RoomView): string {
    return `${location.origin}/avalon/r/${view.room.code}${view.room.link ? `?link=${view.room.link}` : ""}`;
}

export async function share(view: RoomView, copied: string): Promise<void> {
    const url = inviteLink(view);
    if (navigator.share && matchMedia("(pointer: coarse)").matches) {
        try {
            await navigator.share({ url });
            return;
        } catch {
            // Closed, or not allowed here: copied instead.
        }
    }
    if (await copyText(url)) toast(copied);
}

function TopBar({ view }: { view: RoomView }) {
    const w = useWords();
    const [open, setOpen] = useState<"menu" | Opened | null>(null);
    const { room, game, you } = view;
    return (
        <header class="av-top">
            <a class="av-icon" href="/avalon" aria-label={w.nav.lobby}><Icon name="back" /></a>
            <p class="av-top-name"><strong>{room.name || w.title}</strong><small><span class="num">{room.code}</span>{room.spectators.count > 0 && ` · ${w.room.spectators(room.spectators.count)}`}{you.spectator && ` · ${w.room.watching}`}</small></p>
            <button type="button" class="av-icon" aria-label={w.room.share} onClick={() => void share(view, w.room.copied)}><Icon name="share" /></button>
            <button type="button" class="av-icon" aria-label={w.room.menu} aria-haspopup="dialog" onClick={() => setOpen("menu")}><Icon name="more" /></button>
            {open === "menu" && <RoomMenu view={view} onClose={() => setOpen(null)} go={setOpen} />}
            {open === "settings" && <EditRoom room={room} onClose={() => setOpen(null)} />}
            {open === "watchers" && <WatchersDialog view={view} onClose={() => setOpen(null)} />}
            {open === "rules" && <Rules room={room} onClose={() => setOpen(null)} />}
            {game?.paused && <span class="av-top-flag">{w.ask.paused}</span>}
        </header>
    );
}

function RoomMenu({ view, onClose, go }: { view: RoomView; onClose: () => void; go: (to: Opened) => void }) {
    const w = useWords();
    const [busy, act] = useAct();
    const { game, you, room } = view;
    const playing = game !== null && game.phase !== "end" && game.phase !== "voided";
    const seated = playing && game.seat !== null;
    const leave = async () => {
        onClose();
        const { ok } = await ask({ title: w.room.leave, body: seated ? w.room.leavePlaying : w.room.leaveAsk, confirm: w.room.leave, cancel: w.room.stay, danger: true });
        if (!ok) return;
        if (await act(() => inRoom("room:leave"))) {
            forgetRoom();
            await navigate("/avalon", { force: true });
        }
    };
    const send = (name: string, data: Record<string, unknown> = {}) => void act(async () => {
        await inRoom(name, data);
        onClose();
    });
    const item = (icon: IconName, label: string, work: () => void, danger = false) => <button type="button" class={danger ? "av-danger" : ""} aria-disabled={busy} onClick={work}><Icon name={icon} size={20} />{label}</button>;
    return (
        <Modal title={room.name || w.title} onClose={onClose}>
            <div class="av-menu">
                {you.host && room.state === "LOBBY" && item("edit", w.room.settings, () => go("settings"))}
                {you.host && room.state === "LOBBY" && item("refresh", w.room.shuffle, () => send("room:shuffle"))}
                {you.host && ((you.watchers?.length ?? 0) > 0 || (you.removed?.length ?? 0) > 0) && item("users", w.room.watchers, () => go("watchers"))}
                {seated && !game.paused && !game.pauseVotes.includes(game.seat!) && item("clock", w.votes.pause, () => send("game:pause", { yes: true }))}
                {seated && !game.voidVotes.includes(game.seat!) && item("close", w.votes.voidGame, () => {
                    onClose();
                    void ask({ title: w.votes.voidGame, body: w.votes.voidAsk, confirm: w.votes.voidGame, danger: true }).then(({ ok }) => ok && act(() => inRoom("game:void", { yes: true })));
                })}
                {item("info", w.nav.rules, () => go("rules"))}
                <div class="av-menu-lang"><LangButton /></div>
                {item("door", w.room.leave, () => void leave(), true)}
            </div>
            <BoardNote view={view} />
        </Modal>
    );
}

export function BoardNote({ view }: { view: RoomView }) {
    const w = useWords();
    const { setup, commitment } = view.room;
    const options = optionsInPlay(setup, view.room.spectators, w);
    const counted = new Map<string, number>();
    for (const role of setup.roles) counted.set(w.roles[role].name, (counted.get(w.roles[role].name) ?? 0) + 1);
    return (
        <div class="av-note">
            <p><strong>{w.room.board}</strong>　{w.list([...counted].map(([role, n]) => (n > 1 ? `${role}×${n}` : role)))}</p>
            {options.length > 0 && <Explanations list={options} />}
            <p class="muted">{w.create.timer}{w.colon}{w.timers[setup.options.timer]} · {w.create.timeout}{w.colon}{w.policies[setup.options.timeout]}</p>
            {commitment && <p class="muted"><span title={w.room.commitmentNote}>{w.room.commitment}</span>{w.colon}<code>{commitment.slice(0, 16)}…</code></p>}
        </div>
    );
}

function LinkBanner() {
    const w = useWords();
    const state = useCell(link);
    const [back, setBack] = useState(false);
    const was = useRef(state.state);
    useEffect(() => {
        const returned = was.current === "lost" && state.state === "on";
        was.current = state.state;
        if (!returned) return;
        setBack(true);
        const timer = setTimeout(() => setBack(false), 2500);
        return () => clearTimeout(timer);
    }, [state.state]);
    const bad = state.state === "lost" || state.state === "connecting";
    return <div role="status" class="av-link">{bad ? <p class="av-link-lost"><span class="spinner" aria-hidden="true" />{state.state === "lost" ? w.link.lost : w.link.connecting}</p> : back ? <p class="av-link-back">{w.link.back}</p> : null}</div>;
}

function Dock({ tab, setTab, unread, turn }: { tab: Tab; setTab: (tab: Tab) => void; unread: number; turn: boolean }) {
    const w = useWords();
    const items: [Tab, ComponentChildren, string][] = [["table", <Icon name="users" />, w.room.table], ["history", <Icon name="list" />, w.room.history], ["chat", <Thing name="speech" size={20} />, w.room.chat]];
    return (
        <nav class="av-dock" aria-label={w.title}>
            {items.map(([one, icon, label]) => (
                <button key={one} type="button" aria-current={tab === one ? "page" : undefined} onClick={() => setTab(one)}>
                    {icon}{label}
                    {one === "chat" && unread > 0 && <b class="av-unread"><span aria-hidden="true">{unread}</span><span class="sr">{w.room.unread(unread)}</span></b>}
                    {one === "table" && turn && tab !== "table" && <b class="av-unread av-turn"><span class="sr">{w.moment.yourTurn}</span></b>}
                </button>
            ))}
        </nav>
    );
}

