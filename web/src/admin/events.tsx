import { stamp } from "../core/time";
import type { EventSummary } from "../core/types";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, LinkButton, PageHead } from "../ui/basic";
import { eventTone, phaseTone } from "../public/words";
import { PagedTable, usePaged } from "./parts";
import { canCreateEvent, useRights } from "./rights";

export function EventsAdmin() {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const paged = usePaged<EventSummary>("/organiser/events", {});
    const create = canCreateEvent(useRights()) && <LinkButton href="/admin/events/new" kind="primary" icon="plus">{a.events.create}</LinkButton>;
    return (
        <>
            <PageHead title={a.events.title} lead={a.events.lead} actions={create} />
            <PagedTable paged={paged} head={[a.events.title, t.common.state, a.events.starts, a.events.window]}
                empty={{ title: a.events.emptyTitle, body: a.events.emptyBody, actions: create }}
                row={(event) => {
                    const state = event.state ?? "PUBLISHED";
                    return (
                        <tr key={event.id}>
                            <td class="cell-head">
                                <div>
                                    <a class="table-link" href={`/admin/events/${event.id}`}>{pick(event.title, lang)}</a>
                                    {event.organisation && <small class="muted block">{event.organisation.name}</small>}
                                </div>
                            </td>
                            <td data-label={t.common.state}>
                                <span class="row">
                                    <Badge tone={eventTone[state]}>{t.events.state[state]}</Badge>
                                    {state === "PUBLISHED" && <Badge tone={phaseTone[event.phase]}>{t.events.phase[event.phase]}</Badge>}
                                </span>
                            </td>
                            <td data-label={a.events.starts} class="num">{stamp(event.starts, lang, event.tz)}</td>
                            <td data-label={a.events.window} class="num">{stamp(event.reg_close, lang, event.tz)}</td>
                        </tr>
                    );
                }} />
        </>
    );
}
