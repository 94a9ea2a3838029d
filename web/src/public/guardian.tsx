// The page behind a guardian's link: no account, no menu to find, one question. The token stays in the fragment, which browsers do not send.
import { useState } from "preact/hooks";
import { post } from "../core/api";
import { useLoad } from "../core/hooks";
import { dateRange } from "../core/time";
import type { I18nText } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useRegistrationText } from "../i18n/registration";
import { Card, Empty, Failed, Loading, PageHead } from "../ui/basic";
import { GuardianForm } from "./guardian_form";

interface Lookup {
    member: { name: string };
    team: { name: string };
    event: { slug: string; title: I18nText; venue: I18nText; starts: string; ends: string };
    division: { name: I18nText };
    relations: string[];
    expires: string;
    answered: null | "GRANTED" | "REFUSED";
}

export function GuardianPage() {
    const r = useRegistrationText();
    const [token] = useState(() => decodeURIComponent(location.hash.slice(1)));
    const found = useLoad<Lookup | null>(async (signal) => (token ? post<Lookup>("/guardian/lookup", { token }, { signal, anonymous: true }) : null), [token]);
    const [answered, setAnswered] = useState<"GRANTED" | "REFUSED" | null>(null);
    if (!token) return <Ended title={r.guardian.missing} body={r.guardian.missingBody} />;
    if (found.error && [404, 410].includes(found.error.status)) return <Ended title={r.guardian.expired} body={r.guardian.expiredBody} />;
    if (found.error && !found.data) return <Failed error={found.error} retry={() => void found.reload()} />;
    if (!found.data) return <Loading />;
    const answer = answered ?? found.data.answered;
    if (answer) {
        const good = answer === "GRANTED";
        return (
            <div class="slim">
                <PageHead title={good ? r.guardian.granted : r.guardian.refused} />
                <div class="card"><Empty icon={good ? "check" : "info"} title={found.data.member.name}>{good ? r.guardian.grantedBody : r.guardian.refusedBody}</Empty></div>
            </div>
        );
    }
    return <Question token={token} lookup={found.data} onDone={setAnswered} />;
}

function Ended({ title, body }: { title: string; body: string }) {
    return <div class="slim"><PageHead title={title} lead={body} /></div>;
}

function Question({ token, lookup, onDone }: { token: string; lookup: Lookup; onDone: (answer: "GRANTED" | "REFUSED") => void }) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const { event, member, division } = lookup;
    return (
        <div class="narrow stack">
            <PageHead title={r.guardian.title} lead={r.guardian.lead(member.name, pick(event.title, lang))} eyebrow={r.guardian.noAccount} />
            <div class="card">
                <dl class="answers">
                    <div><dt>{r.guardian.forWho}</dt><dd>{member.name}</dd></div>
                    {lookup.team.name && <div><dt>{r.guardian.teamName}</dt><dd>{lookup.team.name}</dd></div>}
                    <div><dt>{t.team.division}</dt><dd>{pick(division.name, lang)}</dd></div>
                    <div><dt>{r.guardian.when}</dt><dd>{dateRange(event.starts, event.ends, lang)}</dd></div>
                    {pick(event.venue, lang) && <div><dt>{t.events.where}</dt><dd>{pick(event.venue, lang)}</dd></div>}
                </dl>
            </div>
            <Card>
                <GuardianForm event={event.slug} relations={lookup.relations} onDone={onDone}
                    send={(body) => post("/guardian/answer", { token, ...body }, { anonymous: true })} />
            </Card>
        </div>
    );
}
