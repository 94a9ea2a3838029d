// A signature drawn by finger, pen or mouse; who cannot draw types the name. Dark ink on white in both themes, because it is kept as a picture.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useFieldsText } from "../i18n/registration";
import { Button } from "./basic";
import { TextInput } from "./fields";

const kWidth = 640;
const kHeight = 260;
const kInk = "#10201d";

function paper(canvas: HTMLCanvasElement | null): CanvasRenderingContext2D | null {
    const pen = canvas?.getContext("2d") ?? null;
    if (!pen) return null;
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, kWidth, kHeight);
    pen.strokeStyle = kInk;
    pen.fillStyle = kInk;
    pen.lineWidth = 4;
    pen.lineCap = "round";
    pen.lineJoin = "round";
    return pen;
}

function write(pen: CanvasRenderingContext2D, name: string): void {
    let size = 96;
    do {
        pen.font = `italic ${size}px "KaiTi", "STKaiti", "Kaiti SC", "Segoe Script", cursive, serif`;
        size -= 6;
    } while (size > 20 && pen.measureText(name).width > kWidth - 60);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(name, kWidth / 2, kHeight / 2);
}

// `onChange` gets the canvas once something is on it, null when it is empty again.
export function SignaturePad({ onChange, error, name }: { onChange: (canvas: HTMLCanvasElement | null) => void; error?: string | undefined; name?: string }) {
    const t = useFieldsText();
    const id = useId();
    const canvas = useRef<HTMLCanvasElement>(null);
    const pen = useRef<CanvasRenderingContext2D | null>(null);
    const last = useRef<{ x: number; y: number } | null>(null);
    const [typing, setTyping] = useState(false);
    const [typed, setTyped] = useState("");
    const [inked, setInked] = useState(false);
    const blank = () => {
        pen.current = paper(canvas.current);
        setInked(false);
        onChange(null);
    };
    useEffect(blank, []);

    const at = (event: PointerEvent) => {
        const box = canvas.current!.getBoundingClientRect();
        return { x: ((event.clientX - box.left) / box.width) * kWidth, y: ((event.clientY - box.top) / box.height) * kHeight };
    };
    const down = (event: PointerEvent) => {
        if (typing || event.button !== 0) return;
        event.preventDefault();
        canvas.current!.setPointerCapture(event.pointerId);
        last.current = at(event);
        draw(event);
    };
    const draw = (event: PointerEvent) => {
        if (!last.current || !pen.current) return;
        for (const one of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) {
            const to = at(one);
            pen.current.beginPath();
            pen.current.moveTo(last.current.x, last.current.y);
            pen.current.lineTo(to.x + 0.1, to.y);
            pen.current.stroke();
            last.current = to;
        }
    };
    const up = () => {
        if (!last.current) return;
        last.current = null;
        setInked(true);
        onChange(canvas.current);
    };
    const type = (text: string) => {
        setTyped(text);
        blank();
        if (!text.trim() || !pen.current) return;
        write(pen.current, text.trim());
        setInked(true);
        onChange(canvas.current);
    };
    const turn = () => {
        setTyping(!typing);
        setTyped("");
        blank();
    };
    return (
        <div class="signature">
            {typing && <TextInput label={t.sign.typed} name={name ?? "signature"} value={typed} onInput={type} maxLength={40} autoComplete="name" />}
            <div class={error ? "signature-paper signature-bad" : "signature-paper"}>
                <canvas ref={canvas} width={kWidth} height={kHeight} role="img" aria-label={t.sign.canvas} aria-describedby={error ? `${id}-error` : undefined}
                    onPointerDown={down} onPointerMove={draw} onPointerUp={up} onPointerCancel={up} />
                {!inked && !typing && <span class="signature-hint" aria-hidden="true">{t.sign.here}</span>}
            </div>
            {error && <p class="field-error" id={`${id}-error`}>{error}</p>}
            <div class="row">
                {!typing && <Button size="small" icon="refresh" disabled={!inked} onClick={blank}>{t.sign.clear}</Button>}
                <Button size="small" kind="quiet" onClick={turn}>{typing ? t.sign.draw : t.sign.type}</Button>
            </div>
        </div>
    );
}

export const signatureBlob = (canvas: HTMLCanvasElement): Promise<Blob | null> => new Promise((resolve) => canvas.toBlob(resolve, "image/png"));

// The picture as base64 without the data: prefix.
export const signatureBase64 = (canvas: HTMLCanvasElement): string => canvas.toDataURL("image/png").replace(/^data:image\/png;base64,/, "");
