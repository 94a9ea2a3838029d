// The moments that the whole table watches: votes turned over, quest cards, the end. They play in the middle of the table, one after another; a
// tap skips. The live region says the same in words.
import { useEffect, useState } from "preact/hooks";
import { Thing } from "./art";
import type { Moment } from "./moments";
import { useWords } from "./words";

export type StageOf = NonNullable<Moment["stage"]>;

const kMs = { vote: 2600, quest: 3800, loyalty: 2600, end: 0 };
const kQueueMax = 4; // somebody who was away for long sees the last ones

export function useStage(): { now: StageOf | null; play: (stages: StageOf[]) => void; skip: () => void } {
    const [line, setLine] = useState<StageOf[]>([]);
    const now = line[0] ?? null;
    const skip = () => setLine((old) => old.slice(1));
    useEffect(() => {
        if (!now) return;
        const timer = setTimeout(skip, kMs[now.kind]);
        return () => clearTimeout(timer);
    }, [now]);
    const play = (stages: StageOf[]) => {
        const shown = stages.filter((stage) => stage.kind !== "end");
        // The end is on the screen already: what led to it is not played after it.
        if (shown.length < stages.length) setLine(shown.slice(-1));
        else if (shown.length > 0) setLine((old) => [...old, ...shown].slice(-kQueueMax));
    };
    return { now, play, skip };
}

export function Stage({ stage, players, skip }: { stage: StageOf; players: number; skip: () => void }) {
    const w = useWords();
    if (stage.kind === "end") return null;
    return (
        <div class="av-stage" aria-hidden="true" onClick={skip}>
            {stage.kind === "vote" && (
                <div class={`av-verdict av-verdict-${stage.proposal.result === "approved" ? "good" : "evil"}`}>
                    <strong>{w.history.result[stage.proposal.result]}</strong>
                    <span class="av-tally"><b class="yes">{stage.proposal.approvals}</b><i /><b class="no">{players - stage.proposal.approvals}</b></span>
                </div>
            )}
            {stage.kind === "quest" && (
                <div class={`av-verdict av-verdict-late av-verdict-${stage.result.succeeded ? "good" : "evil"}`}>
                    <div class="av-flips">
                        {stage.result.team.map((_, i) => {
                            const fail = i >= stage.result.team.length - stage.result.fails;
                            return <span key={i} class={`av-flip av-flip-${i} ${fail ? "av-flip-evil" : "av-flip-good"}`}><Thing name={fail ? "dagger" : "star"} size={20} /></span>;
                        })}
                    </div>
                    <strong>{stage.result.succeeded ? w.moment.success(stage.result.quest) : w.moment.failure(stage.result.quest)}</strong>
                </div>
            )}
            {stage.kind === "loyalty" && <div class="av-verdict"><strong>{stage.switched ? w.moment.loyaltySwitch : w.moment.loyaltySame}</strong></div>}
        </div>
    );
}
