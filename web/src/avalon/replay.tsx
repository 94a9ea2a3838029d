// A game that is over, step by step. Own games by their id, others by a link that somebody shared.
import { useEffect, useState } from "preact/hooks";
import { get, list } from "../core/api";
import { useLoad } from "../core/hooks";
import { useLang } from "../i18n";
import { dateTime } from "./dates";
import { Button, Empty, Failed, LinkButton, Loading, PageHead, errorText } from "../ui/basic";
import { Select } from "../ui/fields";
import { RoleSign } from "./art";
import { DealCheck } from "./check";
import { gameOf, setupOf, type Wire } from "./decode";
import { nameOf, places } from "./model";
import { tell } from "./moments";
import { ShareDialog } from "./sharing";
import { History } from "./side";
import { QuestTrack, RejectTrack, Table } from "./table";
import type { Game, Role, RoomView, Setup, Side } from "./types";
import { useWords } from "./words";

interface ReplaySeat {
    seat: number;
    player: { id: string; nickname: string; avatar: string } | null;
    bot: string | null;
    role: Role;
    side: Side;
}

interface Finished {
    id: string;
    setup: Wire;
    result: "GOOD" | "EVIL" | "VOIDED";
    reason: string | null;
    ended: string;
    own_seat: number | null;
    seats: ReplaySeat[];
    proof: { game_id: string; commitment: string; seed: string; client_bytes: string[] };
}

interface Step {
    step: number;
    event: string;
    view: Wire;
}

const kPagesMax = 40;
const kPlayMs = 1400;

async function allSteps(path: string, view: string | null, signal: AbortSignal): Promise<Game[]> {
    const steps: Game[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < kPagesMax; page++) {
        const found: { items: Step[]; next: string | null } = await list<Step>(path, { view, limit: "100", cursor }, { signal });
        steps.push(...found.items.map((step) => gameOf(step.view)));
        cursor = found.next;
        if (!cursor) break;
    }
    return steps;
}

export function ReplayPage({ id, shared }: { id: string; shared: boolean }) {
    const base = shared ? `/avalon/shares/${encodeURIComponent(id)}` : `/avalon/games/${encodeURIComponent(id)}`;
    const w = useWords();
    const game = useLoad<Finished>((signal) => get<Finished>(base, { signal }), [base]);
    const [eyes, setEyes] = useState("all");
    const steps = useLoad<Game[]>((signal) => allSteps(`${base}/replay`, shared ? null : eyes, signal), [base, eyes]);
    if (game.error?.status === 404 || game.error?.code === "LINK_EXPIRED") {
        return <><PageHead title={w.replay.title} /><Empty icon="search" title={game.error.status === 404 ? w.replay.unavailable : errorText(game.error)} actions={<LinkButton href="/avalon">{w.join.toLobby}</LinkButton>} /></>;
    }
    if (game.error) return <Failed error={game.error} retry={() => void game.reload()} />;
    if (steps.error) return <Failed error={steps.error} retry={() => void steps.reload()} />;
    if (!game.data || !steps.data) return <><PageHead title={w.replay.title} /><Loading /></>;
    return <Player finished={game.data} steps={steps.data} eyes={eyes} setEyes={shared ? null : setEyes} />;
}

// A room as the table wants it, out of what is kept of the game.
function viewOf(finished: Finished, setup: Setup, game: Game): RoomView {
    const players = finished.seats.map((seat) => ({
        player: game.seats[seat.seat]?.player ?? seat.seat, kind: seat.player ? "user" as const : "bot" as const, userId: seat.player?.id ?? "", nickname: seat.player?.nickname ?? "", avatar: seat.player?.avatar ?? "",
    }));
    return {
        you: { userId: "", player: null, seat: game.seat, spectator: true, host: false }, game, chat: [],
        room: {
            roomId: "", code: "", name: "", state: "ENDED", listed: false, locked: false, host: null, size: players.length, setup, warnings: [], players, spectators: { allowed: true, delay: 0, count: 0 },
            gameNo: 0, gameId: finished.id, commitment: finished.proof.commitment, quickMatch: false, rematch: [],
        },
    };
}

function Player({ finished, steps, eyes, setEyes }: { finished: Finished; steps: Game[]; eyes: string; setEyes: ((eyes: string) => void) | null }) {
    const w = useWords();
    const lang = useLang();
    const [at, setAt] = useState(0);
    const [playing, setPlaying] = useState(false);
    const [checking, setChecking] = useState(false);
    const [sharing, setSharing] = useState(false);
    const last = steps.length - 1;
    const step = Math.min(at, last);
    useEffect(() => {
        if (!playing) return;
        if (step >= last) {
            setPlaying(false);
            return;
        }
        const timer = setTimeout(() => setAt(step + 1), kPlayMs);
        return () => clearTimeout(timer);
    }, [playing, step, last]);
    const game = steps[step];
    if (!game) return <Empty title={w.replay.unavailable} />;
    const view = viewOf(finished, setupOf(finished.setup), game);
    const name = nameOf(view, w);
    const before = steps[step - 1];
    const said = game.log.slice(before?.log.length ?? 0).map((entry) => tell(entry, game, w, name)?.text).filter(Boolean).join("。") || w.phase[game.phase];
    const seats = [{ value: "all", label: w.replay.all }, ...finished.seats.map((seat) => ({ value: String(seat.seat), label: name(seat.seat) }))];
    const chapters = steps.flatMap((one, i) => (i > 0 && (one.proposals.length > steps[i - 1]!.proposals.length || one.phase === "end" || one.phase === "assassinate") && one.phase !== steps[i - 1]!.phase ? [{ i, one }] : []));
    return (
        <div class="av-replay">
            <PageHead title={w.replay.title} lead={`${finished.result === "VOIDED" ? w.end.voided : w.end[finished.result === "GOOD" ? "good" : "evil"]} · ${dateTime(finished.ended, lang)}`}
                actions={<>{setEyes && <Button icon="share" onClick={() => setSharing(true)}>{w.replay.share}</Button>}<Button icon="shield" onClick={() => setChecking(true)}>{w.end.check}</Button></>} />
            <div class="av-body">
                <section class="av-board" aria-label={w.room.table}>
                    <Table places={places(view, w, true)} bottom={game.seat ?? finished.own_seat ?? 0} selectable={() => false} chosen={[]} picking={false} note={() => ""} onTap={() => undefined}>
                        <p class="av-phase">{w.phase[game.phase]}</p>
                        <QuestTrack game={game} />
                        <RejectTrack rejects={game.rejects} />
                    </Table>
                    <div class="av-controls">
                        <section class="av-panel">
                            <p class="av-said" role="status">{said}</p>
                            <label class="av-scrub"><span class="sr">{w.replay.step(step + 1, steps.length)}</span><input type="range" min={0} max={last} value={step} onInput={(event) => setAt(Number(event.currentTarget.value))} /></label>
                            <div class="av-player">
                                <Button size="small" onClick={() => setAt(0)}>{w.replay.first}</Button>
                                <Button label={w.replay.back} icon="back" disabled={step === 0} onClick={() => setAt(step - 1)} />
                                <Button kind="primary" onClick={() => setPlaying(!playing)}>{playing ? w.replay.stop : w.replay.play}</Button>
                                <Button label={w.replay.next} icon="chevron" disabled={step === last} onClick={() => setAt(step + 1)} />
                                <Button size="small" onClick={() => setAt(last)}>{w.replay.last}</Button>
                            </div>
                            <p class="av-ask-note num">{w.replay.step(step + 1, steps.length)}</p>
                            <div class="form-grid">
                                <Select label={w.replay.jump} value={String([...chapters].reverse().find((one) => one.i <= step)?.i ?? 0)} onChange={(value) => setAt(Number(value))}
                                    choices={[{ value: "0", label: w.phase.reveal }, ...chapters.map(({ i, one }) => ({ value: String(i), label: one.phase === "end" || one.phase === "assassinate" ? w.phase[one.phase] : w.history.proposalLabel(one.proposals[one.proposals.length - 1]!.quest, one.proposals[one.proposals.length - 1]!.attempt) }))]} />
                                {setEyes && <Select label={w.replay.view} value={eyes} onChange={setEyes} choices={seats} />}
                            </div>
                        </section>
                    </div>
                </section>
                <aside class="av-side"><div class="av-side-body"><Identities finished={finished} name={name} /><History game={game} name={name} /></div></aside>
            </div>
            {sharing && <ShareDialog game={finished.id} seats={seats} eyes={eyes} onClose={() => setSharing(false)} />}
            {checking && steps[last] && <DealCheck game={steps[last]} seen={{}} onClose={() => setChecking(false)} />}
        </div>
    );
}

function Identities({ finished, name }: { finished: Finished; name: (seat: number | null) => string }) {
    const w = useWords();
    return (
        <details class="av-identities">
            <summary>{w.end.identities}</summary>
            <ul>{finished.seats.map((seat) => <li key={seat.seat} class={seat.side}><RoleSign role={seat.role} size={20} /><span>{name(seat.seat)}</span><strong>{w.roles[seat.role].name}</strong></li>)}</ul>
        </details>
    );
}
