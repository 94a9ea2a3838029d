// Where the registration stands, how long one has, and an offer to answer.
import { post } from "../../core/api";
import { useBusy, useIdempotencyKey } from "../../core/hooks";
import type { Placed, Roster } from "../../core/registration";
import { useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Button, Notice } from "../../ui/basic";
import { ask } from "../../ui/dialog";
import { Icon } from "../../ui/icons";
import { useClockText } from "../countdown";
import { registrationIcon, registrationTone } from "../words";
import { useAct } from "./acts";

export function Result({ team, registration, reload }: { team: Roster; registration: Placed; reload: () => Promise<void> }) {
    const t = useText();
    const r = useRegistrationText();
    const { state, waitlist } = registration;
    if (state === "DRAFT") return <DraftClock registration={registration} />;
    const stages = registration.review_stages ?? 0;
    const offer = registration.actions?.includes("accept_offer");
    return (
        <section class={`result tone-${registrationTone[state]}`} aria-label={t.registration.state[state]}>
            <div class="result-head">
                <p class="result-state"><Icon name={registrationIcon[state]} size={26} />{t.registration.state[state]}</p>
                {registration.friendly_no !== null && (
                    <p class="result-number"><small class="muted">{t.registration.number}</small><strong>{registration.friendly_no}</strong></p>
                )}
            </div>
            {!offer && <p>{t.registration.next[state]}</p>}
            {state === "IN_REVIEW" && stages > 1 && registration.review_stage && <p class="muted">{r.status.stage(registration.review_stage, stages)}</p>}
            {registration.decision_reason && (
                <div class="reason"><small class="muted">{t.registration.reason}</small><p>{registration.decision_reason}</p></div>
            )}
            {registration.clock?.kind === "return" && <Clock until={registration.clock.until} words={r.status.returnClock} />}
            {waitlist && !offer && (
                <div class="stack-s">
                    {waitlist.position !== null && <p class="queue-number"><small class="muted">{r.status.position}</small><strong>{r.status.positionOf(waitlist.position, waitlist.of ?? waitlist.position)}</strong></p>}
                    {waitlist.collecting && <p>{r.status.collecting(waitlist.collected ?? 0, waitlist.needed ?? 0)}</p>}
                </div>
            )}
            {offer && <Offer team={team} registration={registration} reload={reload} />}
        </section>
    );
}

function Clock({ until, words }: { until: string; words: (clock: string) => string }) {
    return <p class="row clock-line"><Icon name="clock" size={18} />{words(useClockText(until))}</p>;
}

function DraftClock({ registration }: { registration: Placed }) {
    const r = useRegistrationText();
    if (registration.clock?.kind !== "draft") return null;
    return <Notice tone="info"><Clock until={registration.clock.until} words={r.status.draftClock} /></Notice>;
}

function Offer({ registration, reload }: { team: Roster; registration: Placed; reload: () => Promise<void> }) {
    const t = useText();
    const r = useRegistrationText();
    const act = useAct(reload);
    const [busy, run] = useBusy();
    const key = useIdempotencyKey();
    const path = `/registrations/${registration.id}`;
    const until = registration.clock?.kind === "offer" ? registration.clock.until : registration.waitlist?.offer?.expires;
    const accept = () => run(() => act(() => post(`${path}/accept-offer`, {}, { key: key({ path, rev: registration.rev }) }), r.status.accepted));
    const decline = async (stay: boolean) => {
        const { ok } = await ask({ title: r.status.declineTitle, body: r.status.declineBody, confirm: stay ? r.status.declineStay : r.status.declineLeave, cancel: t.common.back, danger: !stay });
        if (ok) await run(() => act(() => post(`${path}/decline-offer`, { stay }), r.status.declined));
    };
    return (
        <div class="stack-s">
            <h2>{r.status.offerTitle}</h2>
            <p>{r.status.offerBody}</p>
            {until && <Clock until={until} words={r.status.offerClock} />}
            <Button kind="primary" size="large" wide busy={busy} onClick={() => void accept()}>{r.status.acceptOffer}</Button>
            <div class="row">
                <Button size="small" disabled={busy} onClick={() => void decline(true)}>{r.status.declineStay}</Button>
                <Button size="small" kind="quiet" disabled={busy} onClick={() => void decline(false)}>{r.status.declineLeave}</Button>
            </div>
        </div>
    );
}
