// Icons as inline SVG, drawn on a 20 px grid with the text's colour. Decorative: the label beside them speaks.
const paths = {
    calendar: "M4 5.5h12a1 1 0 0 1 1 1V16a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6.5a1 1 0 0 1 1-1ZM3 9h14M7 3v3.5M13 3v3.5",
    pin: "M10 17.5s5.5-5 5.5-9a5.5 5.5 0 0 0-11 0c0 4 5.5 9 5.5 9ZM10 10.3a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6Z",
    users: "M7.5 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 16.5c.4-2.8 2.4-4.3 5-4.3s4.6 1.5 5 4.3M13 4.3a3 3 0 0 1 0 5.4M14.5 12.4c1.7.5 2.8 1.9 3 4.1",
    user: "M10 10a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6ZM4 17c.5-3 2.9-4.6 6-4.6s5.5 1.6 6 4.6",
    clock: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4.3l2.8 1.7",
    check: "M4.5 10.5l3.5 3.5 7.5-8",
    close: "M5 5l10 10M15 5L5 15",
    alert: "M10 3.5l7.3 12.8H2.7L10 3.5ZM10 8.3v3.7M10 14.2v.1",
    info: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 9.3v4.2M10 6.6v.1",
    copy: "M7.5 7.5h8.5a.8.8 0 0 1 .8.8v8a.8.8 0 0 1-.8.8H8.3a.8.8 0 0 1-.8-.8v-8.8ZM4 12.5h-.2a.8.8 0 0 1-.8-.8V3.8A.8.8 0 0 1 3.8 3h8a.8.8 0 0 1 .8.8V4",
    share: "M10 12V3M6.8 5.8L10 2.7l3.2 3.1M5.5 9H4.3a.8.8 0 0 0-.8.8v6.4a.8.8 0 0 0 .8.8h11.4a.8.8 0 0 0 .8-.8V9.8a.8.8 0 0 0-.8-.8h-1.2",
    plus: "M10 4v12M4 10h12",
    chevron: "M7.5 4.5L13 10l-5.5 5.5",
    down: "M4.5 7.5L10 13l5.5-5.5",
    up: "M4.5 12.5L10 7l5.5 5.5",
    back: "M12.5 4.5L7 10l5.5 5.5",
    more: "M3.7 10a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0M9.2 10a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0M14.7 10a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0",
    menu: "M3 5.5h14M3 10h14M3 14.5h14",
    trash: "M3.5 5.5h13M8 5.5V3.5h4v2M5 5.5l.7 11h8.6l.7-11M8.3 8.5v5M11.7 8.5v5",
    edit: "M3.5 16.5l.8-3.5L13 4.3a1.4 1.4 0 0 1 2 0l.700.7a1.4 1.4 0 0 1 0 2L7 15.7l-3.5.8ZM11.5 5.8l2.7 2.7",
    search: "M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM13 13l4 4",
    download: "M10 3v9.5M6.3 9L10 12.7 13.7 9M3.5 16.5h13",
    chart: "M3.5 3v13.5H17M7 13.5V10M10.5 13.5V6.5M14 13.5V8.5",
    shield: "M10 2.8l6 2.2v4.5c0 3.8-2.4 6.4-6 7.7-3.6-1.3-6-3.9-6-7.7V5l6-2.2ZM7.3 10l2 2 3.5-3.8",
    heart: "M2.5 10.5h3.3l1.7-4 3 8 2-5 .900 1h4.1",
    list: "M7 5.5h10M7 10h10M7 14.5h10M3.5 5.5h.1M3.5 10h.1M3.5 14.5h.1",
    box: "M3 6.5l7-3.5 7 3.5v7L10 17l-7-3.5v-7ZM3 6.5l7 3.5 7-3.5M10 10v7",
    gauge: "M4.2 15a7.3 7.3 0 1 1 11.6 0M10 11l3-4M10 12a1 1 0 1 0 0-2 1 1 0 0 0 0 2Z",
    door: "M8 3.5H4.3a.8.8 0 0 0-.8.8v11.4a.8.8 0 0 0 .8.8H8M12.5 6.5L16 10l-3.5 3.5M16 10H8",
    globe: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM3 10h14M10 3c2 2 3 4.3 3 7s-1 5-3 7c-2-2-3-4.3-3-7s1-5 3-7Z",
    eye: "M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5ZM10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z",
    eyeOff: "M3.5 3.5l13 13M8.2 5.2c.6-.1 1.2-.2 1.8-.2 4.8 0 7.5 5 7.5 5s-.8 1.5-2.3 2.9M5.3 6.6C3.5 8 2.5 10 2.5 10s2.7 5 7.5 5c1.5 0 2.8-.5 3.9-1.1",
    star: "M10 3l2.2 4.5 4.8.700-3.5 3.4.8 4.9-4.3-2.3-4.3 2.3.8-4.9L3 8.2l4.8-.7L10 3Z",
    lock: "M5 9h10a.8.8 0 0 1 .8.8v6.4a.8.8 0 0 1-.8.8H5a.8.8 0 0 1-.8-.8V9.8A.8.8 0 0 1 5 9ZM6.8 9V6.5a3.2 3.2 0 0 1 6.4 0V9",
    refresh: "M16.5 10a6.5 6.5 0 1 1-2-4.7M16.5 3v3.5H13",
    sun: "M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4ZM10 2.5v1.7M10 15.8v1.7M2.5 10h1.7M15.8 10h1.7M4.7 4.7l1.2 1.2M14.1 14.1l1.2 1.2M4.7 15.3l1.2-1.2M14.1 5.9l1.2-1.2",
    bell: "M5.5 8.5a4.5 4.5 0 0 1 9 0c0 4 1.5 5 1.5 5H4s1.5-1 1.5-5ZM8.3 16.5a1.8 1.8 0 0 0 3.4 0",
    flag: "M4.5 17.5V3.5M4.5 4h10.5l-2 3.5 2 3.5H4.5",
};

export type IconName = keyof typeof paths;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
    return (
        <svg class="icon" width={size} height={size} viewBox="0 0 20 20" fill="none" stroke="currentColor"
            stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
            <path d={paths[name]} />
        </svg>
    );
}

// The mark: a table and six seats, one of them taken by you.
export function Logo({ size = 28 }: { size?: number }) {
    const seats = [0, 60, 120, 180, 240, 300].map((degrees) => {
        const angle = ((degrees - 90) * Math.PI) / 180;
        return { x: 16 + 12.4 * Math.cos(angle), y: 16 + 12.4 * Math.sin(angle), mine: degrees === 300 };
    });
    return (
        <svg class="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <circle cx="16" cy="16" r="8" class="logo-table" />
            {seats.map((seat) => (
                <circle key={seat.x} cx={seat.x} cy={seat.y} r="2.4" class={seat.mine ? "logo-me" : "logo-seat"} />
            ))}
        </svg>
    );
}
