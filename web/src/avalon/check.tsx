import { useState } from "preact/hooks";
import { Button } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { Thing } from "./art";
import { check, type Verdict } from "./fairness";
import type { SeenDeal } from "./seen";
import type { Game } from "./types";
import { useWords } from "./words";

// `seen`: what this browser saw before the start; nothing of a game it did not play.
export function DealCheck({ game, seen, onClose }: { game: Game; seen: SeenDeal; onClose: () => void }) {
    const w = useWords();
    const [verdict, setVerdict] = useState<Verdict | null>(null);
    const [busy, setBusy] = useState(false);
    const possible = typeof crypto !== "undefined" && Boolean(crypto.subtle);
    const run = async () => {
        setBusy(true);
        try {
            setVerdict(await check(game, seen));
        } finally {
            setBusy(false);
        }
    };
    return (
        <Modal title={w.check.title} onClose={onClose} wide>
            <p class="muted">{possible ? w.check.intro : w.check.needsHttps}</p>
            <dl class="av-proof">
                <dt>{w.check.hash}</dt><dd>{game.commitment}</dd>
                <dt>{w.check.seed}</dt><dd>{game.seed}</dd>
                <dt>{w.check.bytes}</dt><dd>{game.clientBytes.join(" ") || w.none}</dd>
            </dl>
            {verdict && (
                <div role="status">
                    <ul class="av-findings">
                        {verdict.findings.map((finding) => <li key={finding.what} class={finding.good ? "good" : "evil"}><Thing name={finding.good ? "check" : "cross"} size={18} />{w.check[finding.what]}</li>)}
                        {!seen.commitment && <li class="muted">{w.check.commitmentUnseen}</li>}
                        {!seen.bytes && <li class="muted">{w.check.mineUnknown}</li>}
                    </ul>
                    <p class={`av-found av-found-${verdict.good ? "good" : "evil"}`}><strong>{verdict.good ? w.check.good : w.check.bad}</strong></p>
                </div>
            )}
            <div class="dialog-actions">
                <Button onClick={onClose}>{w.close}</Button>
                {possible && !verdict && <Button kind="primary" busy={busy} onClick={() => void run()}>{w.check.run}</Button>}
            </div>
        </Modal>
    );
}
