import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Avatar, BotArms, RoleSign, Thing } from "./art";
import { boardOf, failsRequired, teamSize } from "./board";
import { spoken, type Place } from "./model";
import type { Game } from "./types";
import { useWords } from "./words";

interface TableProps {
    places: Place[];
    bottom: number; // the index that sits nearest
    selectable: (index: number) => boolean;
    chosen: number[];
    picking: boolean; // seats that cannot be chosen stand back
    note: (place: Place) => string;
    onTap: (place: Place) => void;
    children?: ComponentChildren;
}

// Where a seat stands on the ellipse, in per cent of the table. The first is at the bottom, the next to its left.
function spot(index: number, bottom: number, count: number): JSX.CSSProperties {
    const angle = Math.PI / 2 + (((index - bottom + count) % count) / count) * 2 * Math.PI;
    return { left: `${50 + 41.5 * Math.cos(angle)}%`, top: `${49 + 41.5 * Math.sin(angle)}%` };
}

export function Table({ places, bottom, selectable, chosen, picking, note, onTap, children }: TableProps) {
    const w = useWords();
    return (
        <div class={`av-table av-table-${places.length}`}>
            <div class="av-felt" aria-hidden="true" />
            <div class="av-center">{children}</div>
            <ul class="av-seats" aria-label={w.room.table}>
                {places.map((place) => (
                    <li key={place.index} class="av-spot" style={spot(place.index, bottom, places.length)}>
                        <SeatButton place={place} chosen={chosen.includes(place.index)} may={selectable(place.index)} picking={picking} note={note(place)} onTap={() => onTap(place)} />
                    </li>
                ))}
            </ul>
        </div>
    );
}

function SeatButton({ place, chosen, may, picking, note, onTap }: { place: Place; chosen: boolean; may: boolean; picking: boolean; note: string; onTap: () => void }) {
    const w = useWords();
    const classes = ["av-seat"];
    if (place.empty) classes.push("av-seat-empty");
    if (place.onTeam || (place.idea && !picking)) classes.push(place.onTeam ? "av-seat-team" : "av-seat-idea");
    if (chosen) classes.push("av-seat-chosen");
    if (picking && !may) classes.push("av-seat-back");
    if (picking && may) classes.push("av-seat-may");
    if (place.waiting) classes.push("av-seat-turn");
    if (place.offline) classes.push("av-seat-off");
    if (place.me) classes.push("av-seat-me");
    if (place.side) classes.push(`av-seat-${place.side}`);
    const label = place.empty ? w.room.seatFree(place.index + 1) : spoken(place, w, chosen) + (note ? w.parts(["", note]) : "");
    return (
        <button type="button" class={classes.join(" ")} aria-label={label} aria-pressed={picking && may ? chosen : undefined} data-seat={place.index} onClick={onTap}>
            <span class="av-face">
                {place.empty ? <span class="av-plus" aria-hidden="true">+</span> : place.bot && place.player.kind === "bot" ? <BotArms size={48} /> : <Avatar word={place.player.avatar} id={place.player.userId ?? String(place.index)} size={48} tint={place.player.player} />}
                <span class="av-number" aria-hidden="true">{place.index + 1}</span>
                {place.leader && <span class="av-crown"><Thing name="crown" size={18} /></span>}
                {place.sword && <span class="av-token av-token-sword"><Thing name="sword" size={15} /></span>}
                {place.lady && <span class="av-token av-token-lady"><Thing name="lady" size={15} /></span>}
                {place.vote !== null ? <span key={String(place.vote)} class={`av-vote ${place.vote ? "av-vote-yes" : "av-vote-no"}`}><Thing name={place.vote ? "check" : "cross"} size={15} /></span>
                    : place.voted ? <span class="av-vote av-vote-in"><Thing name="dots" size={15} /></span>
                        : place.ready ? <span class="av-vote av-vote-ready"><Thing name="check" size={15} /></span> : null}
                {place.bot && place.player.kind === "user" && <span class="av-token av-token-bot">⚙</span>}
                {place.cards.length > 0 && <span class="av-token av-token-card"><Thing name="card" size={13} />{place.cards.length > 1 && place.cards.length}</span>}
            </span>
            <span class="av-name" aria-hidden="true">{place.empty ? w.room.sit : place.name}</span>
            {place.role ? <span class={`av-label av-label-${place.side ?? "good"}`} aria-hidden="true"><RoleSign role={place.role} size={13} />{w.roles[place.role].name}</span>
                : place.mark ? <span class={`av-label av-label-${place.markSide ?? "unsure"}`} aria-hidden="true">{place.mark}</span>
                    : note ? <span class="av-label av-label-note" aria-hidden="true">{note}</span> : null}
        </button>
    );
}

// The five quests: size, outcome, how many Fail cards; the one at hand stands out.
export function QuestTrack({ game, chosen, onChoose, may }: { game: Game; chosen?: number | null; onChoose?: (quest: number) => void; may?: number[] }) {
    const w = useWords();
    const players = game.seats.length;
    return (
        <ol class="av-track">
            {[1, 2, 3, 4, 5].map((quest) => {
                const done = game.quests.find((one) => one.quest === quest);
                const size = teamSize(players, quest);
                const two = failsRequired(players, quest) > 1;
                const now = !done && (may ? quest === chosen : !game.setup.options.targeting && quest === game.round && game.phase !== "end");
                const label = `${w.quest(quest)}${w.colon}${done ? w.questDone(done.fails, done.succeeded) : w.questNeeds(size, two ? 2 : 1)}`;
                const classes = `av-quest${done ? (done.succeeded ? " av-quest-good" : " av-quest-evil") : ""}${now ? " av-quest-now" : ""}`;
                const inside = <>{done ? <Thing name={done.succeeded ? "check" : "cross"} size={16} /> : <span>{size}</span>}{two && !done && <i class="av-two" />}{done && done.fails > 0 && <i class="av-fails">{done.fails}</i>}</>;
                return (
                    <li key={quest}>
                        {may?.includes(quest) && onChoose
                            ? <button type="button" class={`${classes} av-quest-may`} aria-pressed={now} aria-label={label} onClick={() => onChoose(quest)}>{inside}</button>
                            : <span class={classes} role="img" aria-label={label} title={label}>{inside}</span>}
                    </li>
                );
            })}
        </ol>
    );
}

export function RejectTrack({ rejects }: { rejects: number }) {
    const w = useWords();
    return (
        <div class="av-rejects" role="img" aria-label={w.rejects(rejects)} title={w.rejects(rejects)}>
            {[0, 1, 2, 3, 4].map((n) => <i key={n} class={n < rejects ? "on" : n === 4 ? "last" : ""} />)}
        </div>
    );
}

// The player's own secret, covered until he asks; covered again when the page is left.
export function RoleCard({ game, name, open, setOpen }: { game: Game; name: (seat: number | null) => string; open: boolean; setOpen: (open: boolean) => void }) {
    const w = useWords();
    useEffect(() => {
        const cover = () => {
            if (document.hidden) setOpen(false);
        };
        document.addEventListener("visibilitychange", cover);
        return () => document.removeEventListener("visibilitychange", cover);
    }, [setOpen]);
    if (game.seat === null) return null;
    const mine = game.seats[game.seat];
    if (!mine?.role) return null;
    const known = game.seats.flatMap((seat, i) => (i !== game.seat && seat.mark !== "nothing" ? [`${name(i)} ${w.marks[seat.mark]}`] : []));
    const shooter = game.seats.findIndex((seat) => seat.assassin);
    const changed = game.switched && mine.role.startsWith("lancelot");
    return (
        <div class={`av-role${open ? ` av-role-open av-role-${mine.side ?? "good"}` : ""}`}>
            <button type="button" class="av-role-button" aria-expanded={open} onClick={() => setOpen(!open)}>
                <span class="av-role-sign">{open ? <RoleSign role={mine.role} size={30} /> : <Thing name="eye" size={24} />}</span>
                <span class="av-role-text">
                    <strong>{open ? w.roles[mine.role].name : w.role.mine}</strong>
                    <small>{open ? `${w.side[mine.side ?? "good"]}${changed ? ` · ${w.role.switched}` : ""}` : w.role.tapShow}</small>
                </span>
            </button>
            {open && (
                <div class="av-role-body">
                    <p>{w.roles[mine.role].note(boardOf(game.setup))}</p>
                    {known.length > 0 ? <p>{w.role.sees}<strong>{w.list(known)}</strong></p> : <p class="muted">{w.role.seesNone}</p>}
                    {shooter === game.seat && mine.role !== "assassin" && <p>{w.role.youShoot}</p>}
                    {shooter >= 0 && shooter !== game.seat && mine.side === "evil" && <p>{w.role.assassinIs(name(shooter))}</p>}
                    {game.secrets.filter((secret) => secret.viewer === game.seat).map((secret, i) => <p key={i} class="av-told">{w.secretText[secret.kind](name(secret.subject), secret.yes)}</p>)}
                </div>
            )}
        </div>
    );
}
