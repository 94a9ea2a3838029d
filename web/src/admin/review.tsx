// One registration after another, who came first first, by keyboard: A approves, R returns, X rejects, the arrows go on and back.
import { useLayoutEffect, useState } from "preact/hooks";
import { get, list } from "../core/api";
import { useBusy, useLoad } from "../core/hooks";
import { dateTime } from "../core/time";
import { pick, useLang } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Card, Empty, Failed, LinkButton, Loading, Notice } from "../ui/basic";
import type { EventTabProps } from "./event";
import { useReview } from "./registration_actions";
import { Files } from "./registration_files";
import { actionsOf, fieldsOf, type FullRegistration } from "./registration_model";
import { Answers } from "./registration_parts";
import type { ListedRegistration } from "./registrations";

const kQueueMax = "50";
const kKeys = { a: "APPROVE", r: "RETURN", x: "REJECT", w: "WAITLIST" } as const;
type Verb = (typeof kKeys)[keyof typeof kKeys];
const kAllows = { APPROVE: "approve", RETURN: "return", REJECT: "reject", WAITLIST: "waitlist" } as const;

export function ReviewTab({ event }: EventTabProps) {
    const a = useAdminText();
    const queue = useLoad(async (signal) => (await list<ListedRegistration>(`/organiser/events/${event.id}/review-queue`, { limit: kQueueMax }, { signal })), [event.id]);
    const [at, setAt] = useState(0);
    if (queue.error && !queue.data) return <Failed error={queue.error} retry={() => void queue.reload()} />;
    if (!queue.data) return <Loading />;
    const items = queue.data.items;
    const item = items[Math.min(at, items.length - 1)];
    if (!item) return <Card><Empty icon="check" title={a.review.empty} actions={<LinkButton href={`/admin/events/${event.id}/registrations`}>{a.review.toList}</LinkButton>}>{a.review.emptyBody}</Empty></Card>;
    const index = items.indexOf(item);
    const decided = async () => {
        await queue.reload();
        setAt(index);
    };
    return (
        <div class="stack-s">
            <div class="row row-between review-bar">
                <p role="status"><strong>{a.review.at(index + 1, items.length, queue.data.next !== null)}</strong></p>
                <span class="row">
                    <Button size="small" kind="quiet" icon="back" disabled={index === 0} onClick={() => setAt(index - 1)} label={a.review.before} />
                    <Button size="small" kind="quiet" icon="chevron" disabled={index === items.length - 1} onClick={() => setAt(index + 1)} label={a.review.next} />
                </span>
            </div>
            <Reviewed key={item.id} id={item.id} event={event} go={(by) => setAt(Math.max(0, Math.min(items.length - 1, index + by)))} onDecided={() => void decided()} />
        </div>
    );
}

function Reviewed({ id, event, go, onDecided }: { id: string; event: EventTabProps["event"]; go: (by: number) => void; onDecided: () => void }) {
    const a = useAdminText();
    const lang = useLang();
    const loaded = useLoad((signal) => get<FullRegistration>(`/organiser/registrations/${id}`, { signal }), [id]);
    const [busy, run] = useBusy();
    const review = useReview(a, run);
    const item = loaded.data;
    const decide = async (verb: Verb) => {
        if (!item || !actionsOf(item).includes(kAllows[verb])) return;
        const result = await review(item, verb);
        if (result?.ok) onDecided();
        else if (result) await loaded.reload();
    };
    // With the layout: a key decides about the registration that is seen.
    useLayoutEffect(() => {
        const onKey = (key: KeyboardEvent) => {
            if (key.ctrlKey || key.metaKey || key.altKey || document.querySelector("dialog[open]") || (key.target as Element).closest("input, textarea, select, [contenteditable]")) return;
            const verb = kKeys[key.key.toLowerCase() as keyof typeof kKeys];
            if (verb) void decide(verb);
            else if (key.key === "ArrowRight" || key.key.toLowerCase() === "j") go(1);
            else if (key.key === "ArrowLeft" || key.key.toLowerCase() === "k") go(-1);
            else return;
            key.preventDefault();
        };
        addEventListener("keydown", onKey);
        return () => removeEventListener("keydown", onKey);
    });
    if (loaded.error && !item) return <Failed error={loaded.error} retry={() => void loaded.reload()} />;
    if (!item) return <Loading />;
    const forms = item.forms ?? (event.forms as FullRegistration["forms"]);
    const may = actionsOf(item);
    const stages = item.review_stages ?? event.review_stages;
    return (
        <div class="stack">
            <Card title={<a class="table-link" href={`/admin/registrations/${item.id}`}>{item.team.name}</a>}
                lead={<>{pick(item.division.name, lang)} · {item.friendly_no !== null && `${a.registrations.numbered(item.friendly_no)} · `}{a.review.people(item.members.length)}{item.submitted_at && ` · ${dateTime(item.submitted_at, lang, event.tz)}`}</>}
                actions={stages > 1 && item.review_stage ? <Badge tone="info">{a.review.stage(item.review_stage, stages)}</Badge> : undefined}>
                <div class="stack-s">
                    {item.deficient_since && <Notice tone="warn" title={a.one.deficient}>{a.one.deficientSince(dateTime(item.deficient_since, lang, event.tz))}</Notice>}
                    <div class="row">
                        {may.includes("approve") && <Button kind="primary" icon="check" busy={busy} onClick={() => void decide("APPROVE")}>{a.registrations.approve}</Button>}
                        {may.includes("return") && <Button onClick={() => void decide("RETURN")}>{a.registrations.return}</Button>}
                        {may.includes("reject") && <Button kind="quiet" onClick={() => void decide("REJECT")}>{a.registrations.reject}</Button>}
                        {may.includes("waitlist") && <Button kind="quiet" onClick={() => void decide("WAITLIST")}>{a.one.waitlist}</Button>}
                    </div>
                    <p class="muted keys-help">{a.review.keys}</p>
                </div>
            </Card>
            <Files item={item} event={event.id} fields={fieldsOf(forms)} reviews />
            <Answers item={item} forms={forms} />
        </div>
    );
}
