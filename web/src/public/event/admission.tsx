// The queue at the opening second, and the draw: one's number and place, told live.
import { get, post } from "../../core/api";
import { kApiBase } from "../../core/api_base";
import { remaining, useNow } from "../../core/clock";
import { asApiError, useBusy, useIdempotencyKey, useLoad } from "../../core/hooks";
import type { Live } from "../../core/live";
import type { MyEntry, PublicEvent } from "../../core/registration";
import { useSession } from "../../core/session";
import { useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Button, LinkButton, Meter, Notice, errorText } from "../../ui/basic";
import { toast } from "../../ui/toast";

interface Ticket {
    number: number | null;
    pass_until: string | null;
    state: "EARLY" | "WAITING" | "PASS" | "EXPIRED";
}

interface Admission {
    mode: "OPEN" | "RATE" | "LOTTERY";
    opens: string;
    served: number;
    last: number;
    rate: number;
    ticket: Ticket | null;
    lottery: { commitment: string | null; state: "OPEN" | "CLOSED" | "DRAWING" | "DRAWN"; pool: number | null; seed: string | null } | null;
}

export function AdmissionPanel({ event, live, mine }: { event: PublicEvent; live: Live; mine: MyEntry[] }) {
    const session = useSession();
    const who = session.status === "in" ? session.user.id : session.status;
    const mode = event.admission;
    const number = useNumber(live);
    // A ticket changes its state when the served number passes it; the server is asked then, not all the time.
    const admission = useLoad<Admission>((signal) => get(`/events/${event.id}/admission`, { signal }), [event.id, who, event.phase, number]);
    if (!admission.data) return null;
    if (mode === "LOTTERY") return <Lottery event={event} admission={admission.data} />;
    return <Queue event={event} admission={admission.data} live={live} mine={mine} reload={admission.reload} />;
}

// Coarse steps of the served number, so that not every frame asks the server.
function useNumber(live: Live): number {
    const now = useNow(5000);
    return live.queue ? Math.floor(now / 10_000) : 0;
}

function Queue({ event, admission, live, mine, reload }: { event: PublicEvent; admission: Admission; live: Live; mine: MyEntry[]; reload: () => Promise<void> }) {
    const r = useRegistrationText();
    const session = useSession();
    const [busy, run] = useBusy();
    const key = useIdempotencyKey();
    const ticket = admission.ticket;
    const take = () => run(async () => {
        try {
            await post(`/events/${event.id}/admission/ticket`, {}, { key: key({ event: event.id, of: ticket?.number ?? 0 }) });
            toast(r.admission.taken);
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
        await reload();
    });
    const team = mine.find((item) => ["FORMING", "READY"].includes(item.team.state))?.team;
    const level = live.places?.availability ?? event.availability ?? "OK";
    const full = event.phase === "OPEN" && (live.queue?.sold_out === true || level !== "OK");
    // A number is for taking a place; the waiting list takes everybody.
    const line = full && event.waitlist_enabled === true;
    return (
        <section class="queue" aria-labelledby="queue-title">
            <h2 id="queue-title">{r.admission.title}</h2>
            <p class="muted">{r.admission.lead}</p>
            {full && <Notice tone="warn" live>{line ? r.admission.soldOut : r.admission.soldOutNoLine}</Notice>}
            {line && !ticket && team && <LinkButton href={`/teams/${team.id}`} kind="primary" wide>{r.admission.joinLine}</LinkButton>}
            {session.status === "out" ? null : !ticket ? (
                <>
                    {event.phase === "UPCOMING" && <p>{r.admission.early}</p>}
                    <Button kind={event.phase === "OPEN" || line ? "secondary" : "primary"} wide busy={busy} onClick={() => void take()}>{r.admission.take}</Button>
                </>
            ) : <Place ticket={ticket} admission={admission} live={live} take={() => void take()} busy={busy} />}
            {ticket && (team ? <LinkButton href={`/teams/${team.id}`} kind={ticket.state === "PASS" ? "primary" : "secondary"} wide>{r.admission.backToTeam}</LinkButton> : <p class="muted">{r.admission.prepare}</p>)}
            {!live.connected && ticket && <p class="muted">{r.admission.lost}</p>}
        </section>
    );
}

function Place({ ticket, admission, live, take, busy }: { ticket: Ticket; admission: Admission; live: Live; take: () => void; busy: boolean }) {
    const r = useRegistrationText();
    const now = useNow(ticket.pass_until ? 1000 : 0);
    const served = live.queue?.served ?? admission.served;
    const rate = live.queue?.rate ?? admission.rate;
    if (ticket.state === "EARLY" || ticket.number === null) return <Notice tone="ok" title={r.admission.taken}>{r.admission.earlyTicket}</Notice>;
    if (ticket.state === "EXPIRED") return <Notice tone="warn" actions={<Button busy={busy} onClick={take}>{r.admission.again}</Button>}>{r.admission.expired}</Notice>;
    if (ticket.state === "PASS" && ticket.pass_until) {
        const left = remaining(ticket.pass_until, now);
        return <Notice tone="ok" live title={r.admission.pass}>{left.over ? r.admission.expired : r.admission.passUntil(left.clock)}</Notice>;
    }
    const ahead = Math.max(0, ticket.number - served - 1);
    return (
        <div class="stack-s">
            <p class="queue-number"><small class="muted">{r.admission.number}</small><strong>{ticket.number}</strong></p>
            <p role="status">{ahead > 0 ? `${r.admission.ahead(ahead)} · ${rate > 0 ? r.admission.wait(Math.ceil(ahead / rate)) : ""}` : r.admission.next}</p>
            <Meter value={Math.min(served, ticket.number)} max={ticket.number} label={r.admission.ahead(ahead)} />
        </div>
    );
}

function Lottery({ event, admission }: { event: PublicEvent; admission: Admission }) {
    const r = useRegistrationText();
    const t = useText();
    const draw = admission.lottery;
    if (!draw) return null;
    return (
        <section class="queue" aria-labelledby="draw-title">
            <h2 id="draw-title">{r.lottery.title}</h2>
            <p class="muted">{r.lottery.lead}</p>
            <p class="row"><strong>{r.lottery.state[draw.state]}</strong>{draw.pool !== null && r.lottery.pool(draw.pool)}</p>
            <details>
                <summary>{t.common.details}</summary>
                <div class="stack-s">
                    {draw.commitment && <div><small class="muted">{r.lottery.commitment}</small><p class="link-line mono">{draw.commitment}</p><small class="muted">{r.lottery.commitmentHelp}</small></div>}
                    {draw.seed && <div><small class="muted">{r.lottery.seed}</small><p class="link-line mono">{draw.seed}</p></div>}
                    {draw.state === "DRAWN" && <a href={`${kApiBase}/events/${event.id}/lottery`} download="lottery.json">{r.lottery.download}</a>}
                </div>
            </details>
        </section>
    );
}
