import { useEffect, useState } from "preact/hooks";
import { get } from "../core/api";
import { useCell } from "../core/cell";
import { useLoad, usePolling } from "../core/hooks";
import { navigate } from "../core/router";
import { useSession } from "../core/session";
import { ask } from "../ui/dialog";
import { Badge, Button, Empty, Failed, LinkButton, Loading, PageHead } from "../ui/basic";
import { Icon } from "../ui/icons";
import { useAct } from "./acts";
import { Emblem } from "./art";
import { command, link } from "./client";
import { CreateRoom } from "./create";
import { QuickMatch } from "./queue";
import type { ListedRoom, MyRoom } from "./types";
import { useWords } from "./words";

const kPollMs = 5000;

export function LobbyPage() {
    const w = useWords();
    const session = useSession();
    const [open, setOpen] = useState<"create" | "quick" | null>(null);
    const enter = (what: "create" | "quick") => {
        if (session.status === "in") setOpen(what);
        else void navigate("/signin?next=%2Favalon");
    };
    return (
        <div class="av-lobby">
            <div class="av-hero">
                <PageHead title={w.title} lead={w.lead} />
                <Emblem size={112} />
            </div>
            <div class="av-ways">
                <button type="button" class="av-way av-way-first" onClick={() => enter("quick")}><Icon name="users" size={26} /><strong>{w.lobby.quick}</strong><small>{w.lobby.quickNote}</small></button>
                <button type="button" class="av-way" onClick={() => enter("create")}><Icon name="plus" size={26} /><strong>{w.lobby.create}</strong><small>{w.lobby.createNote}</small></button>
                <CodeForm />
            </div>
            {session.status === "in" && <MyRooms />}
            {session.status === "in" ? <OpenRooms /> : session.status === "out" && <Empty icon="users" title={w.lobby.signIn} actions={<LinkButton kind="primary" href="/signin?next=%2Favalon">{w.link.toSignIn}</LinkButton>} />}
            {open === "create" && <CreateRoom onClose={() => setOpen(null)} />}
            {open === "quick" && <QuickMatch onClose={() => setOpen(null)} />}
        </div>
    );
}

// A code, or a whole link that somebody pasted.
export function placeOf(text: string): string | null {
    const trimmed = text.trim();
    const linked = /\/avalon\/r\/([A-Za-z0-9]{4,12})(\?link=[\w-]+)?/.exec(trimmed);
    if (linked) return `/avalon/r/${linked[1]!.toUpperCase()}${linked[2] ?? ""}`;
    return /^[A-Za-z0-9]{4,12}$/.test(trimmed) ? `/avalon/r/${trimmed.toUpperCase()}` : null;
}

function CodeForm() {
    const w = useWords();
    const [code, setCode] = useState("");
    const [bad, setBad] = useState(false);
    return (
        <form class="av-way av-code" noValidate onSubmit={(event) => {
            event.preventDefault();
            const place = placeOf(code);
            setBad(!place);
            if (place) void navigate(place);
        }}>
            <label for="av-code"><strong>{w.lobby.code}</strong></label>
            <div class="av-code-line">
                <input id="av-code" class="input input-mono" value={code} autocomplete="off" autocapitalize="characters" spellcheck={false} maxLength={200}
                    aria-invalid={bad || undefined} aria-describedby="av-code-help" onInput={(event) => setCode(event.currentTarget.value)} />
                <Button type="submit">{w.lobby.join}</Button>
            </div>
            <small id="av-code-help" class={bad ? "av-bad" : undefined}>{w.lobby.codeHelp}</small>
        </form>
    );
}

function MyRooms() {
    const w = useWords();
    const state = useCell(link);
    const [rooms, setRooms] = useState<MyRoom[]>([]);
    const [busy, act] = useAct();
    useEffect(() => {
        if (state.state !== "on") return;
        command("lobby:mine").then((ack) => setRooms((ack["rooms"] ?? []) as MyRoom[]), () => undefined);
    }, [state.state]);
    if (rooms.length === 0) return null;
    const leave = async (one: MyRoom) => {
        if (one.player !== null) {
            const playing = one.state === "PLAYING";
            const { ok } = await ask({ title: w.room.leave, body: playing ? w.room.leavePlaying : w.room.leaveAsk, confirm: w.room.leave, cancel: w.room.stay, danger: true });
            if (!ok) return;
        }
        if (await act(() => command("room:leave", { roomId: one.roomId }))) setRooms((now) => now.filter((room) => room.roomId !== one.roomId));
    };
    return (
        <section class="av-section" aria-labelledby="av-mine">
            <h2 id="av-mine">{w.lobby.mine}</h2>
            <ul class="av-rooms">
                {rooms.map((room) => (
                    <li key={room.roomId} class="av-room-row av-room-mine">
                        <span class="av-room-name"><a href={`/avalon/r/${room.code}`}>{room.name || room.code.toUpperCase()}</a>{room.name && <small class="num">{room.code.toUpperCase()}</small>}</span>
                        <Badge tone="accent">{stateText(w, room.state)}</Badge>
                        {!room.left && <Button size="small" kind="quiet" busy={busy} onClick={() => void leave(room)}>{w.room.leave}</Button>}
                        <span class="av-room-go">{w.lobby.back}<Icon name="chevron" size={16} /></span>
                    </li>
                ))}
            </ul>
        </section>
    );
}

const stateText = (w: ReturnType<typeof useWords>, state: MyRoom["state"]) => ({ LOBBY: w.lobby.waiting, PLAYING: w.lobby.playing, ENDED: w.lobby.ended })[state];

function OpenRooms() {
    const w = useWords();
    const [players, setPlayers] = useState(0);
    const rooms = useLoad<ListedRoom[]>((signal) => get<ListedRoom[] | { rooms: ListedRoom[] }>(`/avalon/rooms${players ? `?players=${players}` : ""}`, { signal })
        .then((found) => (Array.isArray(found) ? found : found.rooms)), [players]);
    usePolling(() => void rooms.reload(), kPollMs);
    return (
        <section class="av-section" aria-labelledby="av-open">
            <div class="av-section-head">
                <h2 id="av-open">{w.lobby.open}</h2>
                <label class="av-filter"><span class="sr">{w.lobby.filter}</span>
                    <select class="input" value={String(players)} onChange={(event) => setPlayers(Number(event.currentTarget.value))}>
                        <option value="0">{w.lobby.all}</option>
                        {[5, 6, 7, 8, 9, 10].map((n) => <option key={n} value={String(n)}>{w.lobby.people(n)}</option>)}
                    </select>
                </label>
            </div>
            {rooms.loading && !rooms.data && <Loading />}
            {rooms.error && !rooms.data && <Failed error={rooms.error} retry={() => void rooms.reload()} />}
            {rooms.data?.length === 0 && <Empty icon="users" title={w.lobby.none}>{w.lobby.noneNote}</Empty>}
            {rooms.data && rooms.data.length > 0 && <ul class="av-rooms">{rooms.data.map((room) => <RoomRow key={room.roomId} room={room} />)}</ul>}
        </section>
    );
}

function RoomRow({ room }: { room: ListedRoom }) {
    const w = useWords();
    const waiting = room.state === "LOBBY";
    return (
        <li class="av-room-row">
            <span class="av-dots" aria-hidden="true">{Array.from({ length: room.size }, (_, i) => <i key={i} class={i < room.seated ? "on" : ""} />)}</span>
            <span class="av-room-name"><a href={`/avalon/r/${room.code}`}>{room.name || w.lobby.hostOf(room.host?.nickname ?? room.code)}</a>
                <small>{w.lobby.seats(room.seated, room.size)}{room.locked && <> · <Icon name="lock" size={13} />{w.lobby.locked}</>}</small></span>
            <Badge tone={waiting ? "ok" : "neutral"}>{stateText(w, room.state)}</Badge>
            <span class="av-room-go">{waiting && room.seated < room.size ? w.lobby.join : room.watchable ? w.lobby.watch : ""}<Icon name="chevron" size={16} /></span>
        </li>
    );
}
