import { encode } from "uqr";

// A QR code as one SVG path. Dark on light in both themes, with the quiet zone that scanners need.
export function QrCode({ text, label }: { text: string; label: string }) {
    const { data, size } = encode(text, { ecc: "M", border: 3 });
    let path = "";
    for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) if (data[y]![x]) path += `M${x} ${y}h1v1h-1z`;
    return (
        <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
            <rect width={size} height={size} fill="#fff" />
            <path d={path} fill="#000" />
        </svg>
    );
}
