import { post } from "../../core/api";
import type { Roster, RosterMember } from "../../core/registration";
import { relative } from "../../core/time";
import { useLang } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Button } from "../../ui/basic";
import { ask } from "../../ui/dialog";
import { useAct } from "./acts";

// What somebody has agreed to, and how to take it back.
export function GivenConsents({ team, member, onDone }: { team: Roster; member: RosterMember; onDone: () => Promise<void> }) {
    const r = useRegistrationText();
    const lang = useLang();
    const act = useAct(onDone);
    const given = (member.consents ?? []).filter((one) => !one.withdrawn_at);
    const withdraw = async (kind: string, name: string) => {
        const { ok } = await ask({ title: r.consent.withdrawTitle(name), body: r.consent.withdrawBody, confirm: r.consent.withdraw, danger: true });
        if (ok) await act(() => post(`/teams/${team.id}/members/${member.id}/consents/${kind}/withdraw`), r.consent.withdrawn);
    };
    if (given.length === 0) return null;
    return (
        <ul class="rows" aria-label={r.consent.givenTitle}>
            {given.map((one) => {
                const name = r.consent.kinds[one.kind] ?? one.kind;
                return (
                    <li key={`${one.kind} ${one.version}`} class="row row-between">
                        <span>{name}<small class="muted block">{one.version > 0 ? r.consent.given(one.version, relative(one.at, lang)) : relative(one.at, lang)}</small></span>
                        <Button size="small" kind="quiet" label={`${r.consent.withdraw}: ${name}`} onClick={() => void withdraw(one.kind, name)}>{r.consent.withdraw}</Button>
                    </li>
                );
            })}
        </ul>
    );
}
