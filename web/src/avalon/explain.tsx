// What a room plays beside the plain rules, in words: for those who come in, and in the rules.
import { mustFail } from "./board";
import type { Options, PlotCard, Room, Setup } from "./types";
import { useWords, type Words } from "./words";

export interface Explained {
    name: string;
    note: string;
}

const kSwitches = ["lady", "excalibur", "plot", "targeting", "hammer", "anonymousVotes", "hiddenHistory"] as const;
const kVariants = ["hidden_deck", "open_deck", "known"] as const;

const variant = (one: Options["lancelot"], w: Words): string => `${w.create.lancelot}${w.colon}${w.lancelots[one]}`;

function lancelots(options: Options, w: Words): Explained[] {
    if (options.lancelot === "none") return [];
    const must = mustFail(options);
    return [
        { name: variant(options.lancelot, w), note: w.lancelotNotes[options.lancelot] },
        { name: must ? w.create.mustPlay : w.create.mayPlay, note: must ? w.create.mustPlayNote : w.create.mayPlayNote },
    ];
}

// Every option that is not as it usually is, but for the clock, which is always told.
export function optionsInPlay({ options }: Setup, spectators: Room["spectators"] | null, w: Words): Explained[] {
    const found: Explained[] = kSwitches.filter((one) => options[one]).map((one) => w.switches[one]);
    found.push(...lancelots(options, w));
    if (!options.shuffleSeats) found.push({ name: w.create.fixedSeats, note: w.create.fixedSeatsNote });
    if (options.speech === "round") found.push({ name: w.create.speech + w.aside(w.create.seconds(options.speechSeconds)), note: w.create.speechNote });
    if (options.evilReveal === "all") found.push({ name: w.create.evilReveal, note: w.create.evilRevealNote });
    if (spectators && !spectators.allowed) found.push({ name: w.create.noSpectators, note: w.create.noSpectatorsNote });
    if (spectators?.allowed && spectators.delay > 0) found.push({ name: w.create.delay, note: w.create.delayNote(w.create.delays[spectators.delay] ?? w.create.seconds(spectators.delay)) });
    return found;
}

function everyOption(w: Words): Explained[] {
    return [
        ...kSwitches.map((one) => w.switches[one]), ...kVariants.map((one) => ({ name: variant(one, w), note: w.lancelotNotes[one] })),
        { name: w.create.speech, note: w.create.speechNote }, { name: w.create.evilReveal, note: w.create.evilRevealNote },
    ];
}

export function Explanations({ list }: { list: Explained[] }) {
    return <dl class="av-explained">{list.map((one) => <div key={one.name}><dt>{one.name}</dt><dd>{one.note}</dd></div>)}</dl>;
}

// The part of the rules that differs from room to room; without a room, what may be chosen.
export function RulesBeside({ room }: { room: Room | null }) {
    const w = useWords();
    const list = room ? optionsInPlay(room.setup, room.spectators, w) : everyOption(w);
    const plot = room ? room.setup.options.plot : true;
    const cards: Explained[] = plot ? (Object.keys(w.plot) as PlotCard[]).map((card) => w.plot[card]) : [];
    return (
        <>
            <h3>{room ? w.rules.here : w.rules.all}</h3>
            {list.length > 0 ? <Explanations list={list} /> : <p class="muted">{w.rules.plain}</p>}
            {cards.length > 0 && <><h3>{w.switches.plot.name}</h3><Explanations list={cards} /></>}
        </>
    );
}
