// What everybody may see of a player, and figures by board.
import { useState } from "preact/hooks";
import { call, get } from "../core/api";
import { asApiError, useBusy, useLoad } from "../core/hooks";
import { Button, Empty, Failed, LinkButton, Loading, PageHead, Stat, errorText } from "../ui/basic";
import { ask } from "../ui/dialog";
import { toast } from "../ui/toast";
import { Avatar, RoleSign, Thing } from "./art";
import { boardName } from "./boards";
import { ReportDialog } from "./report";
import type { Role } from "./types";
import { useWords } from "./words";

export interface PlayerFace {
    id: string;
    nickname: string;
    avatar: string;
    games: number;
    wins: number;
    rated_games: number;
    rating: number | null;
}

export interface WholePlayer extends PlayerFace {
    good: { games: number; wins: number };
    evil: { games: number; wins: number };
    roles: { role: Role; games: number; wins: number }[];
    achievements: { id: string; at: string }[];
    rank: number | null;
}

interface Figure {
    board: string;
    role: Role;
    games: number;
    wins: number;
}

const kRatedFrom = 20;
export const share = (wins: number, games: number): string => (games > 0 ? `${Math.round((wins / games) * 100)}%` : "—");

export function PlayerPage({ id }: { id: string }) {
    const w = useWords();
    const player = useLoad<WholePlayer>((signal) => get<WholePlayer>(`/avalon/players/${encodeURIComponent(id)}`, { signal }), [id]);
    const me = useLoad<{ id: string }>((signal) => get<{ id: string }>("/avalon/profile", { signal }), []);
    if (player.error?.status === 404) return <><PageHead title={w.player.title} /><Empty icon="search" title={w.player.unknown} actions={<LinkButton href="/avalon">{w.join.toLobby}</LinkButton>} /></>;
    if (player.error) return <><PageHead title={w.player.title} /><Failed error={player.error} retry={() => void player.reload()} /></>;
    const one = player.data;
    if (!one) return <><PageHead title={w.player.title} /><Loading /></>;
    return (
        <div class="stack av-me">
            <PageHead title={one.nickname} />
            <div class="av-face-line"><Avatar word={one.avatar} id={one.id} size={64} />{me.data && me.data.id !== one.id && <About userId={one.id} name={one.nickname} />}</div>
            <Sum player={one} />
            <ByRole roles={one.roles} />
            <ByBoard id={one.id} />
            <Awards player={one} all={false} />
        </div>
    );
}

export function Sum({ player }: { player: WholePlayer }) {
    const w = useWords();
    return (
        <dl class="stats">
            <Stat label={w.me.rating} value={player.rating ?? "—"} note={player.rating === null ? w.me.unrated(Math.max(1, kRatedFrom - player.rated_games)) : player.rank ? `#${player.rank}` : undefined} />
            <Stat label={w.me.games} value={player.games} />
            <Stat label={`${w.me.wins} · ${w.side.good}`} value={share(player.good.wins, player.good.games)} note={`${player.good.wins}/${player.good.games}`} />
            <Stat label={`${w.me.wins} · ${w.side.evil}`} value={share(player.evil.wins, player.evil.games)} note={`${player.evil.wins}/${player.evil.games}`} />
        </dl>
    );
}

function RoleList({ roles }: { roles: { role: Role; games: number; wins: number }[] }) {
    const w = useWords();
    return <ul class="av-role-list">{roles.map((row) => <li key={row.role}><RoleSign role={row.role} size={26} /><span>{w.roles[row.role].name}</span><span class="num">{share(row.wins, row.games)} <small>{row.wins}/{row.games}</small></span></li>)}</ul>;
}

export function ByRole({ roles }: { roles: WholePlayer["roles"] }) {
    const w = useWords();
    return roles.length > 0 ? <section class="av-section"><h2>{w.me.roles}</h2><RoleList roles={roles} /></section> : null;
}

export function ByBoard({ id }: { id: string }) {
    const w = useWords();
    const figures = useLoad<Figure[]>((signal) => get<Figure[]>(`/avalon/players/${encodeURIComponent(id)}/statistics`, { signal }), [id]);
    if (figures.error) return <Failed error={figures.error} retry={() => void figures.reload()} />;
    if (!figures.data || figures.data.length === 0) return null;
    const boards = new Map<string, Figure[]>();
    for (const row of figures.data) boards.set(row.board, [...(boards.get(row.board) ?? []), row]);
    const sum = (rows: Figure[], key: "games" | "wins") => rows.reduce((all, row) => all + row[key], 0);
    return (
        <section class="av-section"><h2>{w.me.boards}</h2>
            {[...boards].map(([board, rows]) => {
                const { title, roles } = boardName(board, w);
                return (
                    <details key={board} class="av-board-figures">
                        <summary><span><strong>{title}</strong><small>{roles}</small></span><span class="num">{share(sum(rows, "wins"), sum(rows, "games"))} <small>{sum(rows, "wins")}/{sum(rows, "games")}</small></span></summary>
                        <RoleList roles={rows} />
                    </details>
                );
            })}
        </section>
    );
}

// `all`: also those that are still to be won.
export function Awards({ player, all }: { player: WholePlayer; all: boolean }) {
    const w = useWords();
    const table = useLoad((signal) => get<{ id: string; title: string; text: string }[]>("/avalon/achievements", { signal }), []);
    const has = (id: string) => player.achievements.some((award) => award.id === id);
    const shown = (table.data ?? []).filter((one) => all || has(one.id));
    if (shown.length === 0) return null;
    return (
        <section class="av-section"><h2>{w.me.achievements}</h2>
            <ul class="av-awards">{shown.map((one) => <li key={one.id} class={has(one.id) ? "on" : ""}><Thing name="star" size={20} /><span><strong>{one.title}</strong><small>{one.text}{has(one.id) && <span class="sr">{w.aside(w.me.unlocked)}</span>}</small></span></li>)}</ul>
        </section>
    );
}

// What one can do about a person. `room`: where one met; the profile then opens beside it.
export function About({ userId, name, room, game }: { userId: string; name: string; room?: string; game?: string | null }) {
    const w = useWords();
    const [reporting, setReporting] = useState(false);
    const [busy, once] = useBusy();
    const block = () => once(async () => {
        const { ok } = await ask({ title: w.person.block + w.colon + name, body: w.person.blockAsk, confirm: w.person.block });
        if (!ok) return;
        try {
            await call("PUT", `/avalon/blocks/${encodeURIComponent(userId)}`);
            toast(w.person.blocked);
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
    });
    return (
        <>
            {room && <a class="button button-quiet" href={`/avalon/players/${encodeURIComponent(userId)}`} target="_blank" rel="noopener">{w.person.profile}</a>}
            <Button kind="quiet" icon="flag" onClick={() => setReporting(true)}>{w.person.report}</Button>
            <Button kind="quiet" busy={busy} onClick={() => void block()}>{w.person.block}</Button>
            {reporting && <ReportDialog userId={userId} name={name} {...(room ? { room } : {})} {...(game ? { game } : {})} onClose={() => setReporting(false)} />}
        </>
    );
}

interface BoardRow {
    board: string;
    games: number;
    good_wins: number;
}

// How often Good wins, board by board.
export function Boards() {
    const w = useWords();
    const boards = useLoad<BoardRow[]>((signal) => get<BoardRow[]>("/avalon/boards", { signal }), []);
    if (!boards.data || boards.data.length === 0) return null;
    return (
        <section class="av-section" aria-labelledby="av-boards"><h2 id="av-boards">{w.top.boards}</h2>
            <ul class="av-rooms">
                {boards.data.map((row) => {
                    const { title, roles } = boardName(row.board, w);
                    return (
                        <li key={row.board} class="av-room-row"><span class="av-room-name av-board-name"><strong>{title}</strong><small>{roles}</small></span>
                            <span class="av-board-won num"><strong>{share(row.good_wins, row.games)}</strong><small>{w.top.games(row.games)}</small></span></li>
                    );
                })}
            </ul>
        </section>
    );
}
