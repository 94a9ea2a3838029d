export interface DayCount {
    day: string; // 2026-05-01, in Asia/Shanghai
    count: number;
}

const kDayMs = 86_400_000;
const kDaysMin = 14;
const kDaysMax = 60;

// Every day from the first that has something (two weeks at least, two months at most) to today; days without get 0.
export function fillDays(days: DayCount[], today: string): DayCount[] {
    const counts = new Map(days.map((item) => [item.day.slice(0, 10), item.count]));
    const last = Date.parse(`${today}T00:00:00Z`);
    const first = Math.min(...[...counts.keys()].map((day) => Date.parse(`${day}T00:00:00Z`)), last);
    const length = Math.min(kDaysMax, Math.max(kDaysMin, Math.round((last - first) / kDayMs) + 1));
    return Array.from({ length }, (_, i) => {
        const day = new Date(last - (length - 1 - i) * kDayMs).toISOString().slice(0, 10);
        return { day, count: counts.get(day) ?? 0 };
    });
}
