import { useState } from "preact/hooks";
import { call, get, list, type Page } from "../core/api";
import { asApiError, useLoad } from "../core/hooks";
import { useLang } from "../i18n";
import { Badge, Button, Empty, Failed, Loading, PageHead, errorText } from "../ui/basic";
import { TextInput } from "../ui/fields";
import { toast } from "../ui/toast";
import { useBusy } from "../core/hooks";
import { Avatar, RoleSign, kAvatars } from "./art";
import { dateTime } from "./dates";
import { More } from "./more";
import { Awards, Boards, ByBoard, ByRole, Sum, share, type PlayerFace, type WholePlayer } from "./player";
import { OwnReports } from "./report";
import type { Role, Side } from "./types";
import { useWords } from "./words";

interface Profile extends WholePlayer {
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

export function MePage() {
    const w = useWords();
    const profile = useLoad<Profile>((signal) => get<Profile>("/avalon/profile", { signal }), []);
    const games = useLoad((signal) => list<Played>("/avalon/games", {}, { signal }), []);
    if (profile.error) return <><PageHead title={w.me.title} /><Failed error={profile.error} retry={() => void profile.reload()} /></>;
    const me = profile.data;
    if (!me) return <><PageHead title={w.me.title} /><Loading /></>;
    return (
        <div class="stack av-me">
            <PageHead title={w.me.title} />
            <Face me={me} onSaved={profile.set} />
            <Sum player={me} />
            <section class="av-section"><h2>{w.me.recent}</h2><Games games={games} /></section>
            <Blocked />
            <OwnReports />
            <ByRole roles={me.roles} />
            <ByBoard id={me.id} />
            <Awards player={me} all />
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
                    <li key={one.id} class="av-room-row"><Avatar word={one.avatar} id={one.id} size={36} /><span class="av-room-name"><a href={`/avalon/players/${one.id}`}>{one.nickname}</a></span>
                        <Button size="small" busy={busy} onClick={() => void unblock(one.id)}>{w.me.unblock}<span class="sr">{w.colon}{one.nickname}</span></Button></li>
                ))}
            </ul>
        </section>
    );
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
                            <span class="av-room-name"><a href={`/avalon/players/${player.id}`}>{player.nickname}</a><small>{w.top.games(player.games)} · {w.me.wins} {share(player.wins, player.games)}</small></span>
                            <span class="av-room-go num">{player.rating}</span></li>
                    ))}
                </ol>
            )}
            <More path="/avalon/leaderboard" found={top} />
            <Boards />
        </div>
    );
}
