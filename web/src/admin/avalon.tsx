// Moderators of the game: reports, live rooms, players.
import { useState } from "preact/hooks";
import { list } from "../core/api";
import { useLoad, usePolling } from "../core/hooks";
import { setQuery, usePlace } from "../core/router";
import { stamp } from "../core/time";
import { useLang, useText } from "../i18n";
import { Badge, Button, Empty, Failed, Loading, PageHead, type Tone } from "../ui/basic";
import { FilterSelect, PagedTable, SearchBox, usePaged } from "./parts";
import { FaceLink, ReasonDialog, useGameText, type Face } from "./avalon_parts";
import { PlayerOfGame, type Player } from "./avalon_player";
import { ReportOfGame, kStateTones, type Report, type ReportState } from "./avalon_report";

const kTabs = ["reports", "rooms", "players"] as const;
type Tab = (typeof kTabs)[number];
const kRoomsMs = 5_000;

interface Room {
    id: string;
    code: string;
    name: string;
    state: string;
    listed: boolean;
    locked: boolean;
    size: number;
    spectators: number;
    started: string | null;
    game: string | null;
    players: { id: string | null; nickname: string; online: boolean }[];
}

export function AvalonAdmin({ params }: { params: Record<string, string> }) {
    const { tab, id } = params;
    if (tab === "reports" && id) return <ReportOfGame key={id} id={id} />;
    if (tab === "players" && id) return <PlayerOfGame key={id} id={id} />;
    return <Tabs tab={kTabs.find((one) => one === tab) ?? "reports"} />;
}

function Tabs({ tab }: { tab: Tab }) {
    const g = useGameText();
    return (
        <>
            <PageHead title={g.title} lead={g.lead} />
            <nav class="tabs" aria-label={g.title}>
                {kTabs.map((one) => <a key={one} href={`/admin/avalon/${one}`} aria-current={one === tab ? "page" : undefined}>{g.tabs[one]}</a>)}
            </nav>
            {tab === "reports" && <Reports />}
            {tab === "rooms" && <Rooms />}
            {tab === "players" && <Players />}
        </>
    );
}

const kStates: ReportState[] = ["OPEN", "TAKEN", "UPHELD", "DISMISSED"];

function Reports() {
    const g = useGameText();
    const lang = useLang();
    const { query } = usePlace();
    const state = query.get("state") ?? "OPEN";
    const paged = usePaged<Report>("/avalon/moderation/reports", { state: state === "ALL" ? null : state });
    return (
        <>
            <div class="filters">
                <FilterSelect label={g.state} value={state} onChange={(next) => setQuery({ state: next })}
                    choices={[...kStates.map((value) => ({ value: value as string, label: g.states[value] })), { value: "ALL", label: g.allStates }]} />
            </div>
            <PagedTable paged={paged} empty={{ title: g.noReports }} head={[g.reported, g.kind, g.reporter, g.when, g.state]}
                row={(report) => (
                    <tr key={report.id}>
                        <td class="cell-head"><a class="table-link" href={`/admin/avalon/reports/${report.id}`}>{report.subject?.nickname ?? g.gone}</a></td>
                        <td data-label={g.kind}>{g.kinds[report.kind] ?? report.kind}</td>
                        <td data-label={g.reporter}><FaceLink face={report.reporter} /></td>
                        <td data-label={g.when} class="num">{stamp(report.created, lang)}</td>
                        <td data-label={g.state}><Badge tone={kStateTones[report.state] as Tone}>{g.states[report.state]}</Badge></td>
                    </tr>
                )} />
        </>
    );
}

type Acting = { room: Room; what: "void" | "close" } | null;

function Rooms() {
    const g = useGameText();
    const t = useText();
    const rooms = useLoad(async (signal) => (await list<Room>("/avalon/moderation/rooms", {}, { signal })).items, []);
    const [acting, setActing] = useState<Acting>(null);
    usePolling(() => void rooms.reload(), kRoomsMs, acting === null);
    if (rooms.error && !rooms.data) return <Failed error={rooms.error} retry={() => void rooms.reload()} />;
    if (!rooms.data) return <Loading />;
    if (rooms.data.length === 0) return <div class="card"><Empty title={g.noRooms} /></div>;
    return (
        <>
            <div class="table-box" tabIndex={0} role="region" aria-label={g.room}>
                <table class="table table-cards">
                    <thead><tr>{[g.room, g.state, g.seated, ""].map((label) => <th key={label} scope="col">{label || <span class="sr">{t.common.actions}</span>}</th>)}</tr></thead>
                    <tbody>{rooms.data.map((room) => <RoomRow key={room.id} room={room} onAct={(what) => setActing({ room, what })} />)}</tbody>
                </table>
            </div>
            {acting && (
                <ReasonDialog path={`/avalon/moderation/rooms/${acting.room.id}/${acting.what}`}
                    title={acting.what === "void" ? g.voidTitle(acting.room.code) : g.closeTitle(acting.room.code)}
                    body={acting.what === "void" ? g.voidBody : g.closeBody} label={acting.what === "void" ? g.void_ : g.close}
                    done={acting.what === "void" ? g.voided : g.closed}
                    onClose={(changed) => { setActing(null); if (changed) void rooms.reload(); }} />
            )}
        </>
    );
}

function RoomRow({ room, onAct }: { room: Room; onAct: (what: "void" | "close") => void }) {
    const g = useGameText();
    return (
        <tr>
            <td class="cell-head"><strong>{room.name || room.code}</strong><small class="muted block">{room.code}{!room.listed && ` · ${g.private_}`}</small></td>
            <td data-label={g.state}><Badge tone={room.state === "PLAYING" ? "accent" : "neutral"}>{g.roomStates[room.state] ?? room.state}</Badge></td>
            <td data-label={g.seated}>
                <span class="num">{room.players.length}/{room.size}</span>
                <small class="muted block">{room.players.map((one) => one.nickname).join("、")}</small>
            </td>
            <td class="cell-actions end">
                {room.state === "PLAYING" && <Button size="small" kind="quiet" label={`${g.void_}: ${room.code}`} onClick={() => onAct("void")}>{g.void_}</Button>}
                <Button size="small" kind="quiet" label={`${g.close}: ${room.code}`} onClick={() => onAct("close")}>{g.close}</Button>
            </td>
        </tr>
    );
}

function Players() {
    const g = useGameText();
    const { query } = usePlace();
    const q = query.get("q") ?? "";
    const found = useLoad(async (signal) => (q ? (await list<Player>("/avalon/moderation/players", { q }, { signal })).items : null), [q]);
    return (
        <>
            <div class="filters"><SearchBox label={g.search} value={q} onSearch={(next) => setQuery({ q: next })} /></div>
            {found.error && <Failed error={found.error} retry={() => void found.reload()} />}
            {!q && <p class="muted">{g.searchHint}</p>}
            {found.data?.length === 0 && <div class="card"><Empty title={g.noPlayers} /></div>}
            {found.data && found.data.length > 0 && (
                <div class="card">
                    <ul class="rows">
                        {found.data.map((player) => (
                            <li key={player.id} class="row row-between">
                                <div><FaceLink face={player as Face} /><small class="muted block num">{player.id}</small></div>
                                <small class="muted num">{g.games} {player.games} · {g.rating} {player.rating ?? "—"}</small>
                            </li>
                        ))}
                    </ul>
                </div>
            )}
        </>
    );
}
