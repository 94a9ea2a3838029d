// Emblems, drawn for this game: arms for people, signs for roles and things on the table. Decorative: words stand beside them.
import type { Role } from "./types";

// The words the server keeps, each an animal's head; beside the shape where its eyes are.
const charges: Record<string, [string, [number, number][]]> = {
    owl: ["M8 8l4.500 2.500h7L24 8v10a8 8 0 0 1-16 0Z", [[12.5, 16], [19.5, 16]]],
    fox: ["M6 6l6.500 5h7L26 6l-1.500 11L16 26 7.500 17Z", [[12.5, 16], [19.5, 16]]],
    bear: ["M12 10.200a8.500 8.500 0 0 1 8 0 3.500 3.500 0 1 1 4 4.500 8.800 8.800 0 1 1-16 0 3.500 3.500 0 1 1 4-4.500Z", [[12.8, 16], [19.2, 16]]],
    wolf: ["M8 5l4.500 6h7L24 5l1.500 11-4 3-2.500 7h-6l-2.500-7-4-3Z", [[12.5, 16], [19.5, 16]]],
    deer: ["M11.500 14.500C7.500 13 6.500 9 7.500 5h1.600l.3 3.200L12 6.500l.6 1.300-2.700 2c.5 1.600 1.600 2.700 3.400 3.200h5.400c1.800-.5 2.900-1.600 3.400-3.200l-2.700-2 .6-1.300 2.600 1.700.3-3.200h1.600c1 4 0 8-4 9.500l1 3L18.500 26h-5l-3-8.500Z", [[13.2, 17.5], [18.8, 17.5]]],
    hare: ["M11 4c2 0 3 5 3 9h4c0-4 1-9 3-9s2.500 6 .5 10.500a7 7 0 1 1-11 0C8.500 10 9 4 11 4Z", [[13.2, 18], [18.8, 18]]],
    crow: ["M7 14a7 7 0 0 1 13-3l7 2.500-7 1.800c0 6-4 9.700-13 9.700l4-4.500A7 7 0 0 1 7 14Z", [[16.5, 12]]],
    swan: ["M11 9.500l-3.500.7C8 6.500 12 4.500 15 6.500c5 3.500-1 7-1.500 10.500 3-2 8-2 12 .5-1 6-5 8.500-10 8.500-6 0-8-4-7-8.500 1-3.500 4.500-5.500 2.500-8Z", [[12.2, 8.5]]],
    cat: ["M8 6l4.500 4h7L24 6v11a8 8 0 0 1-16 0Z", [[12.5, 16], [19.5, 16]]],
    boar: ["M7 7l4.500 3.500h9L25 7v9l-2 2.500.5 3-2.500-1.200-1.500 4.200h-7L11 20.300l-2.500 1.200.5-3L7 16Z", [[12.5, 14.5], [19.5, 14.5]]],
    lion: ["M16 4.500l3.300 2.200 3.900-.3 1.100 3.800 3 2.500-1.500 3.700.8 3.900-3.500 1.800-1.500 3.700-3.900-.2L16 28l-1.700-2.400-3.900.2-1.500-3.700-3.500-1.800.8-3.900-1.500-3.700 3-2.500 1.100-3.800 3.900.3ZM16 10a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13Z", []],
    horse: ["M11 26c-.5-6 2-8 1-11l-3.500 1.500L7 13l5-6.500L13 4l2.500 2.500C20.500 8 23.500 14 23.500 26Z", [[13.5, 10.5]]],
    moth: ["M16 11c2-5.500 9-6 10-2.500.5 4-2.500 6.500-5.500 7.200 3 1 4 5 1 8.300-3 0-4.800-3-5.500-6-.7 3-2.500 6-5.500 6-3-3.300-2-7.300 1-8.300-3-.7-6-3.200-5.500-7.200 1-3.500 8-3 10 2.500Z", [[10.5, 11], [21.5, 11]]],
    frog: ["M9 8a3.500 3.500 0 0 1 5 3h4a3.500 3.500 0 0 1 5-3 3.500 3.500 0 0 1 2 6c0 6-4 9.500-9 9.500S7 20 7 14a3.500 3.500 0 0 1 2-6Z", [[10.5, 11.5], [21.5, 11.5]]],
    raven: ["M25 13a6.500 6.500 0 0 0-12-2.500L5.500 13l6.500 1.700c-.5 5-1.500 7.800-4.500 10.300 9 0 15.500-3 17.500-9Z", [[16, 11.5]]],
    dragon: ["M6.500 13l4-6 1.200 3.500L16 5l1 4.500 6 1c3 1 4 4 3 7l-6.500-1 1 3.500-5-1c-2 3-1 6 0 7.500H9c-3-5-3.500-9.500-2.500-13.500Z", [[19, 12.8]]],
};
export const kAvatars = Object.keys(charges);
const kTinctures = 8;

function hashOf(text: string): number {
    let hash = 2166136261;
    for (const letter of text) hash = Math.imul(hash ^ letter.codePointAt(0)!, 16777619) >>> 0;
    return hash;
}

// A person's arms. `word` is the avatar the server keeps; people without one get arms by their id.
// `tint` sets the colour, so that two with the same animal differ at one table.
export function Avatar({ word, id, size = 44, tint }: { word?: string | undefined; id: string; size?: number; tint?: number }) {
    const [shape, eyes] = charges[word && charges[word] ? word : kAvatars[hashOf(word || id) % kAvatars.length]!]!;
    const tincture = (tint ?? hashOf(id)) % kTinctures;
    return (
        <svg class={`av-arms av-tincture-${tincture}`} width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <circle cx="16" cy="16" r="16" class="av-field" />
            <path d="M16 0a16 16 0 0 1 0 32Z" class="av-half" />
            <path d={shape} class="av-charge" fill-rule="evenodd" />
            {eyes.map(([x, y]) => <circle key={x} cx={x} cy={y} r="1.5" class="av-eye" />)}
        </svg>
    );
}

export function BotArms({ size = 44 }: { size?: number }) {
    return (
        <svg class="av-arms av-arms-bot" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <circle cx="16" cy="16" r="16" class="av-field" />
            <path d="M15.200 6h1.600v3.500H22a2 2 0 0 1 2 2v8.500a2 2 0 0 1-2 2H10a2 2 0 0 1-2-2v-8.500a2 2 0 0 1 2-2h5.200ZM12.500 13.500a1.800 1.800 0 1 0 0 3.600 1.800 1.800 0 0 0 0-3.600ZM19.500 13.500a1.800 1.800 0 1 0 0 3.600 1.800 1.800 0 0 0 0-3.600Z" class="av-charge" />
            <path d="M11 24h10v2H11Z" class="av-charge" />
        </svg>
    );
}

const signs: Record<Role, string> = {
    merlin: "M16 3l7.500 20h-15ZM5 25.500c6-2.500 16-2.500 22 0M16 11v0M14 16l1.300 2.700 2.900.4-2.100 2",
    percival: "M10 5h12v6a6 6 0 0 1-12 0ZM16 17v7M11 27h10M12 9h8",
    servant: "M16 4l10 3.500v8c0 6-4 10-10 12.500C10 25.500 6 21.500 6 15.500v-8ZM16 9v14M10.500 14h11",
    assassin: "M26 4L13 17M24 3l5 5-13.500 13.500-5-5ZM8 15l9 9M11.500 20.500L5 27M3.500 25.500l3 3",
    minion: "M7 6c0 4 2 5 3 5.500M25 6c0 4-2 5-3 5.500M8.500 11h15c1.500 8-2 16-7.500 17-5.500-1-9-9-7.500-17ZM12 16.500l3 1.500M20 16.500l-3 1.500M13 23h6",
    morgana: "M22 5a11 11 0 1 0 5 15A9 9 0 0 1 22 5ZM12 15.500s2-2.500 4.500-2.500 4.500 2.500 4.500 2.500-2 2.500-4.500 2.500-4.500-2.500-4.500-2.500ZM16.500 15.500v0",
    mordred: "M5 10l6 5 5-10 5 10 6-5-2.500 14h-17ZM8 28h16M16 17v4M12 18l1.500 3M20 18l-1.500 3",
    oberon: "M16 28V17M16 17c-5 0-8-3-8-9M16 17c5 0 8-3 8-9M8 12c-2 0-4-1-4-4M24 12c2 0 4-1 4-4M11.500 15V9M20.500 15V9M12 28h8",
    lancelot_good: "M6 28L25 5M25 5l-1.500 6.500L19.500 8ZM8 6h9l-2.500 3.500L17 13H8ZM8 6v10",
    lancelot_evil: "M26 28L7 5M7 5l1.500 6.500L12.500 8ZM24 6h-9l2.500 3.500L15 13h9ZM24 6v10",
};

export function RoleSign({ role, size = 32 }: { role: Role; size?: number }) {
    return (
        <svg class="av-sign" width={size} height={size} viewBox="0 0 32 32" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"
            stroke-linejoin="round" aria-hidden="true" focusable="false">
            <path d={signs[role]} />
        </svg>
    );
}

const things = {
    crown: "M3 7l3.500 3L10 4l3.500 6L17 7l-1.500 9h-11Z",
    shield: "M10 2.500l6.500 2.300v5c0 4-2.600 6.300-6.500 7.700-3.900-1.400-6.500-3.700-6.500-7.700v-5Z",
    sword: "M16.500 3.500l-8 8M5 10.500l4.500 4.500M7.300 12.700L3.500 16.500M16.500 3.500l-.8 3.300-7 7-2.500-2.500 7-7Z",
    lady: "M6.500 3h7M7 3v3.500a3 3 0 0 0 6 0V3M10 9.500v5M6.500 17.500c1-2 6-2 7 0ZM3.500 17.500h13",
    check: "M4 10.500l4 4 8-9",
    cross: "M5 5l10 10M15 5L5 15",
    mask: "M3 6c4.500-1.500 9.500-1.500 14 0 0 5-2 9-7 10.500C5 15 3 11 3 6ZM6.500 9.500l2.500 1M13.500 9.500l-2.500 1",
    eye: "M2.500 10S5.200 5 10 5s7.500 5 7.500 5-2.700 5-7.500 5-7.500-5-7.500-5ZM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
    card: "M5.500 2.500h9a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1ZM8 7h4M8 10h4",
    dagger: "M16 4L8.500 11.500M7 9l4 4M8.500 11.500L4 16M15 3.500l1.500 1.500",
    star: "M10 3l2.200 4.500 4.800.7-3.500 3.400.8 4.900-4.300-2.300-4.300 2.300.8-4.900L3 8.200l4.800-.700Z",
    speech: "M3.500 4.500h13v9h-7l-3.500 3v-3H3.500Z",
    dots: "M5 10h.01M10 10h.01M15 10h.01",
} as const;
export type ThingName = keyof typeof things;

export function Thing({ name, size = 18 }: { name: ThingName; size?: number }) {
    return (
        <svg class="av-thing" width={size} height={size} viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width={name === "dots" ? 3 : 1.8}
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
            <path d={things[name]} />
        </svg>
    );
}

// The mark of the game: a chalice on a round table.
export function Emblem({ size = 96 }: { size?: number }) {
    return (
        <svg class="av-emblem" width={size} height={size} viewBox="0 0 96 96" aria-hidden="true" focusable="false">
            <circle cx="48" cy="48" r="46" class="av-emblem-ring" />
            <circle cx="48" cy="48" r="36" class="av-emblem-table" />
            {Array.from({ length: 10 }, (_, i) => {
                const angle = (i / 10) * 2 * Math.PI;
                return <circle key={i} cx={48 + 41 * Math.cos(angle)} cy={48 + 41 * Math.sin(angle)} r="2.2" class="av-emblem-seat" />;
            })}
            <path d="M34 26h28v12a14 14 0 0 1-28 0ZM46 51h4v15h-4ZM37 71c3-5 19-5 22 0Z" class="av-emblem-cup" />
        </svg>
    );
}
