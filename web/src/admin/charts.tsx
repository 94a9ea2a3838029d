import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useCell } from "../core/cell";
import { isDark, theme } from "../core/theme";

export interface Series {
    x: number[]; // seconds since 1970, or any increasing numbers
    y: number[];
}

function colour(name: string): string {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

interface ChartProps {
    data: Series;
    label: string; // says what the picture shows
    kind: "bars" | "line";
    xText: (value: number) => string;
    yText: (value: number) => string;
    height?: number;
}

// A chart, with its figures as a table for screen readers.
export function Chart({ data, label, kind, xText, yText, height = 220 }: ChartProps) {
    const box = useRef<HTMLDivElement>(null);
    const plot = useRef<uPlot | null>(null);
    const dark = useCell(theme) && isDark();

    useEffect(() => {
        const element = box.current!;
        const [accent, line, muted] = [colour("--accent"), colour("--line"), colour("--muted")];
        const font = `12px ${getComputedStyle(document.body).fontFamily}`;
        const axis: uPlot.Axis = { stroke: muted, font, grid: { stroke: line, width: 1 }, ticks: { show: false } };
        const bars = kind === "bars" ? uPlot.paths.bars!({ size: [0.6, 36], radius: 0.2 }) : uPlot.paths.linear!();
        const made = new uPlot({
            width: element.clientWidth, height,
            padding: [12, 12, 0, 0],
            cursor: { points: { size: 7 }, drag: { x: false, y: false } },
            legend: { show: false },
            scales: {
                x: { time: false, range: (_, min, max) => (kind === "bars" ? [min - 0.5, max + 0.5] : [min, Math.max(max, min + 1)]) },
                y: { range: (_, __, max) => [0, Math.max(1, max * 1.15)] },
            },
            series: [{}, { stroke: accent, fill: kind === "bars" ? accent : `${accent}22`, width: kind === "bars" ? 0 : 2, paths: bars, points: { show: false } }],
            axes: [
                { ...axis, size: 30, grid: { show: false }, values: (_, splits) => splits.map((value) => (Number.isInteger(value) || kind === "line" ? xText(value) : "")), space: 64 },
                { ...axis, size: 46, values: (_, splits) => splits.map((value) => yText(value)), space: 36 },
            ],
        }, [data.x, data.y], element);
        plot.current = made;
        const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
        observer.observe(element);
        return () => {
            observer.disconnect();
            made.destroy();
            plot.current = null;
        };
    }, [dark, kind, height]);

    useEffect(() => plot.current?.setData([data.x, data.y]), [data]);

    return (
        <figure class="chart">
            <div ref={box} class="chart-box" role="img" aria-label={label} />
            {kind === "bars" && (
                <table class="sr">
                    <caption>{label}</caption>
                    <tbody>{data.x.map((x, i) => <tr key={x}><th scope="row">{xText(x)}</th><td>{yText(data.y[i] ?? 0)}</td></tr>)}</tbody>
                </table>
            )}
        </figure>
    );
}
