// What the player is choosing on the table right now. The leader's choice is shown to the others as it grows.
import { useEffect, useRef, useState } from "preact/hooks";
import { inRoom } from "./client";
import { picking, sizeOf } from "./model";
import type { Action, Game } from "./types";

export interface Pick {
    action: Action | null;
    seats: number[];
    size: number;
    quest: number | null;
    sword: number | null;
    may: (seat: number) => boolean;
    toggle: (seat: number) => void;
    setQuest: (quest: number) => void;
    setSword: (seat: number) => void;
}

interface Choice {
    key: string;
    seats: number[];
    quest: number | null;
    sword: number | null;
}

const kTellMs = 250;

function begin(game: Game | null, action: Action | null, key: string): Choice {
    const team = action && action.type !== "target" && game ? game.tentative : null;
    const quest = action && action.quests.length > 0 ? (team?.quest && action.quests.includes(team.quest) ? team.quest : action.quests[0]!) : null;
    return { key, seats: team?.team ?? [], quest, sword: team?.sword ?? null };
}

export function usePick(game: Game | null): Pick {
    const action = picking(game);
    const key = game && action ? `${game.gameId}/${game.phase}/${game.waits}/${action.type}/${action.card ?? ""}` : "";
    const [state, setState] = useState<Choice>(() => begin(game, action, key));
    const now = state.key === key ? state : begin(game, action, key);
    const size = action ? sizeOf(action, now.quest) : 0;
    const teller = useRef<ReturnType<typeof setTimeout>>();
    useEffect(() => () => clearTimeout(teller.current), [key]);
    const change = (next: Choice) => {
        setState(next);
        if (!action || action.type === "target") return;
        clearTimeout(teller.current);
        // Only a courtesy to the others: a lost one is made good by the next, or by the proposal.
        teller.current = setTimeout(() => void inRoom("game:select", teamOf(next, action)).catch(() => undefined), kTellMs);
    };
    const toggle = (seat: number) => {
        if (!action?.seats.includes(seat)) return;
        if (size === 1 && action.type === "target") return change({ ...now, seats: now.seats.includes(seat) ? [] : [seat] });
        const seats = now.seats.includes(seat) ? now.seats.filter((one) => one !== seat) : [...now.seats, seat].slice(-Math.max(size, 1));
        change({ ...now, seats, sword: now.sword !== null && seats.includes(now.sword) ? now.sword : null });
    };
    return {
        action, seats: now.seats, size, quest: now.quest, sword: now.sword,
        may: (seat) => action?.seats.includes(seat) ?? false,
        toggle,
        setQuest: (quest) => change({ ...now, quest, seats: now.seats.slice(0, action ? sizeOf(action, quest) : 0) }),
        setSword: (sword) => change({ ...now, sword }),
    };
}

export function teamOf(choice: { seats: number[]; quest: number | null; sword: number | null }, action: Action): Record<string, unknown> {
    return {
        team: [...choice.seats].sort((a, b) => a - b), ...(choice.quest !== null ? { quest: choice.quest } : {}),
        ...(action.swords.length > 0 && choice.sword !== null ? { sword: choice.sword } : {}),
    };
}
