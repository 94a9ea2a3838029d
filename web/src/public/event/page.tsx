import { list, type Page } from "../../core/api";
import { useLoad } from "../../core/hooks";
import { useLive } from "../../core/live";
import { byTeam, loadEvent, type MyEntry, type PublicEvent } from "../../core/registration";
import { usePlace } from "../../core/router";
import { useSession } from "../../core/session";
import { Failed, Loading } from "../../ui/basic";
import { Lazy } from "../../ui/guard";
import { Gate } from "./gate";
import { EventView } from "./view";

const found = () => import("./found").then((m) => m.FoundPage);

// The figures of the last frame in the place of those the page came with.
function withPlaces(event: PublicEvent, live: ReturnType<typeof useLive>): PublicEvent {
    const told = live.places;
    if (!told) return event;
    const divisions = event.divisions.map((division) => {
        const now = told.divisions.find((one) => one.id === division.id);
        return now ? { ...division, availability: now.availability, places_left: now.places_left } : division;
    });
    return { ...event, availability: told.availability, places_left: told.places_left, waiting: told.waiting ?? event.waiting, divisions };
}

export function EventPage({ params }: { params: Record<string, string> }) {
    const slug = params["slug"]!;
    const { query } = usePlace();
    const session = useSession();
    const who = session.status === "in" ? session.user.id : session.status;
    const event = useLoad<PublicEvent>((signal) => loadEvent(slug, session.status === "in", signal), [slug, who]);
    const mine = useLoad<MyEntry[]>(async (signal) => {
        if (session.status !== "in") return [];
        const page: Page<MyEntry> = await list("/me/registrations", { limit: "100" }, { signal });
        return byTeam(page.items.filter((item) => item.event.slug === slug || item.event.id === slug));
    }, [slug, who]);
    const open = event.data && !event.data.locked ? { id: event.data.id, live: event.data.live ?? event.data.id } : null;
    const live = useLive(open, () => void event.reload());

    if (event.error && !event.data) return <Failed error={event.error} retry={() => void event.reload()} />;
    if (!event.data) return <Loading />;
    if (event.data.locked) return <Gate event={event.data} onOpen={() => void event.reload()} />;
    const now = withPlaces(event.data, live);
    const doing = query.get("do");
    if (doing === "found" || doing === "enter") return <Lazy load={found} params={{ event: now, kind: doing === "enter" ? "SOLO" as const : "TEAM" as const, division: query.get("division"), reload: event.reload }} />;
    return <EventView event={now} mine={mine.data ?? []} live={live} reload={event.reload} />;
}
