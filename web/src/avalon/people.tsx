import { useState } from "preact/hooks";
import { call, get, list, type Page } from "../core/api";
import { asApiError, useLoad } from "../core/hooks";
import { useLang, useText } from "../i18n";
import { Badge, Button, Empty, Failed, Loading, PageHead, Stat, errorText } from "../ui/basic";
import { TextInput } from "../ui/fields";
import { toast } from "../ui/toast";
import { useBusy } from "../core/hooks";
import { Avatar, RoleSign, Thing, kAvatars } from "./art";
import { dateTime } from "./dates";
import type { Role, Side } from "./types";
import { useWords } from "./words";

interface PlayerFace {
    id: string;
    nickname: string;
    avatar: string;
    games: number;
    wins: number;
    rated_games: number;
    rating: number | null;
}

interface Profile extends PlayerFace {
    good: { games: number; wins: number };
    evil: { games: number; wins: number };
    roles: { role: Role; games: number; wins: number }[];
    achievements: { id: string; at: string }[];
    rank: number | null;
    rev: number;
}

interface Played {
    id: string;
    players: number;
    result: "GOOD" | "EVIL" | "VOIDED";
    ended: string;
    role: Role;
    side: Side;
    won: boolean;
    rating_change: number | null;
}

const kRatedFrom = 20;
const share = (wins: number, games: number): string => (games > 0 ? `${Math.round((wins / games) * 100)}%` : "—");

export function MePage() {
    const w = useWords();
    const profile = useLoad<Profile>((signal) => get<Profile>("/avalon/profile", { signal }), []);
    const games = useLoad((signal) => list<Played>("/avalon/games", {}, { signal }), []);
    const all = useLoad((signal) => get<{ id: string; title: string; text: string }[]>("/avalon/achievements", { signal }), []);
    if (profile.error) return <><PageHead title={w.me.title} /><Failed error={profile.error} retry={() => void profile.reload()} /></>;
    const me = profile.data;
    if (!me) return <><PageHead title={w.me.title} /><Loading /></>;
    return (
        <div class="stack av-me">
            <PageHead title={w.me.title} />
            <Face me={me} onSaved={profile.set} />
            <dl class="stats">
                <Stat label={w.me.rating} value={me.rating ?? "—"} note={me.rating === null ? w.me.unrated(Math.max(1, kRatedFrom - me.rated_games)) : me.rank ? `#${me.rank}` : undefined} />
                <Stat label={w.me.games} value={me.games} />
                <Stat label={`${w.me.wins} · ${w.side.good}`} value={share(me.good.wins, me.good.games)} note={`${me.good.wins}/${me.good.games}`} />
                <Stat label={`${w.me.wins} · ${w.side.evil}`} value={share(me.evil.wins, me.evil.games)} note={`${me.evil.wins}/${me.evil.games}`} />
            </dl>
            <section class="av-section"><h2>{w.me.recent}</h2><Games games={games} /></section>
            <Blocked />
            {me.roles.length > 0 && (
                <section class="av-section"><h2>{w.me.roles}</h2>
                    <ul class="av-role-list">{me.roles.map((row) => <li key={row.role}><RoleSign role={row.role} size={26} /><span>{w.roles[row.role].name}</span><span class="num">{share(row.wins, row.games)} <small>{row.wins}/{row.games}</small></span></li>)}</ul>
                </section>
            )}
            {all.data && (
                <section class="av-section"><h2>{w.me.achievements}</h2>
                    <ul class="av-awards">{all.data.map((one) => {
                        const got = me.achievements.some((award) => award.id === one.id);
                        return <li key={one.id} class={got ? "on" : ""}><Thing name="star" size={20} /><span><strong>{one.title}</strong><small>{one.text}{got && <span class="sr">{w.aside(w.me.unlocked)}</span>}</small></span></li>;
                    })}</ul>
                </section>
            )}
        </div>
    );
}

interface BlockedFace {
    id: string;
    nickname: string;
    avatar: string;
}

function Blocked() {
    const w = useWords();
    const blocked = useLoad((signal) => get<BlockedFace[]>("/avalon/blocks", { signal }), []);
    const [busy, once] = useBusy();
    const unblock = (id: string) => once(async () => {
        try {
            await call("DELETE", `/avalon/blocks/${id}`);
            blocked.set((blocked.data ?? []).filter((one) => one.id !== id));
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
    });
    if (!blocked.data || blocked.data.length === 0) return null;
    return (
        <section class="av-section"><h2>{w.me.blocked}</h2>
            <ul class="av-rooms">
                {blocked.data.map((one) => (
                    <li key={one.id} class="av-room-row"><Avatar word={one.avatar} id={one.id} size={36} /><span class="av-room-name"><strong>{one.nickname}</strong></span>
                        <Button size="small" busy={busy} onClick={() => void unblock(one.id)}>{w.me.unblock}<span class="sr">{w.colon}{one.nickname}</span></Button></li>
                ))}
            </ul>
        </section>
    );
}

// The rest of a list, page by page.
function More<T>({ path, found }: { path: string; found: { data: Page<T> | null; set: (page: Page<T>) => void } }) {
    const t = useText();
    const [busy, once] = useBusy();
    const now = found.data;
    if (!now?.next) return null;
    const load = () => once(async () => {
        try {
            const next = await list<T>(path, { cursor: now.next });
            found.set({ items: [...now.items, ...next.items], next: next.next });
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
    });
    return <div class="pager"><Button busy={busy} onClick={() => void load()}>{t.common.more}</Button></div>;
}

function Face({ me, onSaved }: { me: Profile; onSaved: (profile: Profile) => void }) {
    const w = useWords();
    const [open, setOpen] = useState(false);
    const [nickname, setNickname] = useState(me.nickname);
    const [avatar, setAvatar] = useState(me.avatar);
    const [busy, once] = useBusy();
    const save = () => once(async () => {
        try {
            onSaved(await call<Profile>("PATCH", "/avalon/profile", { body: { nickname: nickname.trim(), avatar }, rev: me.rev }));
            toast(w.me.saved);
            setOpen(false);
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
    });
    if (!open) {
        return <div class="av-face-line"><Avatar word={me.avatar} id={me.id} size={64} /><strong>{me.nickname}</strong><Button size="small" icon="edit" onClick={() => setOpen(true)}>{w.me.nickname} / {w.me.avatar}</Button></div>;
    }
    return (
        <form class="card av-face-form" onSubmit={(event) => { event.preventDefault(); void save(); }}>
            <TextInput label={w.me.nickname} value={nickname} maxLength={16} onInput={setNickname} />
            <fieldset><legend class="field-label">{w.me.avatar}</legend>
                <div class="av-avatars">{kAvatars.map((word) => <label key={word}><input type="radio" name="avatar" class="sr" checked={avatar === word} aria-label={word} onChange={() => setAvatar(word)} /><Avatar word={word} id={me.id} size={52} /></label>)}</div>
            </fieldset>
            <Button type="submit" kind="primary" busy={busy}>{w.me.save}</Button>
        </form>
    );
}

function Games({ games }: { games: { data: Page<Played> | null; error: unknown; set: (page: Page<Played>) => void } }) {
    const w = useWords();
    const lang = useLang();
    if (!games.data) return games.error ? null : <Loading />;
    if (games.data.items.length === 0) return <Empty icon="list" title={w.me.none} />;
    return (
        <>
        <ul class="av-rooms">
            {games.data.items.map((game) => (
                <li key={game.id} class="av-room-row">
                    <RoleSign role={game.role} size={28} />
                    <span class="av-room-name"><a href={`/avalon/games/${game.id}`}>{w.roles[game.role].name}</a><small>{w.lobby.people(game.players)} · {dateTime(game.ended, lang)}</small></span>
                    <Badge tone={game.result === "VOIDED" ? "neutral" : game.won ? "ok" : "bad"}>{game.result === "VOIDED" ? w.me.voided : game.won ? w.me.won : w.me.lost}</Badge>
                    <span class="av-room-go num">{game.rating_change !== null && game.rating_change > 0 && "+"}{game.rating_change ?? w.lobby.replay}</span>
                </li>
            ))}
        </ul>
        <More path="/avalon/games" found={games} />
        </>
    );
}

export function TopPage() {
    const w = useWords();
    const top = useLoad((signal) => list<PlayerFace & { rank: number }>("/avalon/leaderboard", {}, { signal }), []);
    return (
        <div class="stack">
            <PageHead title={w.top.title} lead={w.top.note} />
            {top.error && <Failed error={top.error} retry={() => void top.reload()} />}
            {top.loading && !top.data && <Loading />}
            {top.data?.items.length === 0 && <Empty icon="star" title={w.top.none} />}
            {top.data && top.data.items.length > 0 && (
                <ol class="av-rooms">
                    {top.data.items.map((player) => (
                        <li key={player.id} class="av-room-row"><span class="av-rank num">{player.rank}</span><Avatar word={player.avatar} id={player.id} size={36} />
                            <span class="av-room-name"><strong>{player.nickname}</strong><small>{w.top.games(player.games)} · {w.me.wins} {share(player.wins, player.games)}</small></span>
                            <span class="av-room-go num">{player.rating}</span></li>
                    ))}
                </ol>
            )}
            <More path="/avalon/leaderboard" found={top} />
        </div>
    );
}
