import type { Member } from "../../core/types";
import { useText } from "../../i18n";

const kSeatsMax = 14;

export function initial(name: string): string {
    return ([...name.trim()][0] ?? "?").toUpperCase();
}

// The team as a table with its seats: taken, complete, free. Larger teams show the figure alone.
export function RoundTable({ members, max }: { members: Member[]; max: number }) {
    const t = useText();
    const done = members.filter((member) => member.complete).length;
    const seats = Math.max(max, members.length);
    const drawn = seats <= kSeatsMax ? seats : 0;
    const radius = drawn > 10 ? 14 : 17;
    return (
        <svg class="table-art" viewBox="0 0 240 240" role="img" aria-label={t.team.tableLabel(members.length, max, done)}>
            <circle cx="120" cy="120" r="62" class="table-disc" />
            <text x="120" y="113" class="table-big">{`${members.length}/${max}`}</text>
            <text x="120" y="138" class="table-small">{t.team.members}</text>
            {Array.from({ length: drawn }, (_, i) => {
                const angle = (i / drawn) * 2 * Math.PI - Math.PI / 2;
                const [x, y] = [120 + 94 * Math.cos(angle), 120 + 94 * Math.sin(angle)];
                const member = members[i];
                return (
                    <g key={i}>
                        <circle cx={x} cy={y} r={radius} class={!member ? "seat-empty" : member.complete ? "seat-done" : "seat-taken"} />
                        {member && <text x={x} y={y} class="seat-text">{initial(member.name)}</text>}
                    </g>
                );
            })}
        </svg>
    );
}
