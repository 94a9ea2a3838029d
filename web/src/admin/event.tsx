import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { get, post } from "../core/api";
import { asApiError, useBusy, useLoad } from "../core/hooks";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Empty, Failed, LinkButton, Loading, NotFound, PageHead, errorText } from "../ui/basic";
import { ask } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/menu";
import { toast } from "../ui/toast";
import { eventTone, phaseTone } from "../public/words";
import { AdmissionTab } from "./admission";
import { AnnouncementsTab } from "./announcements";
import { ClubsTab } from "./clubs";
import { CoverTab } from "./cover";
import { DevicesTab } from "./devices";
import { DivisionsTab } from "./divisions";
import { DocumentsTab } from "./documents";
import { DuplicatesTab } from "./duplicates";
import { EventSettings } from "./event_form";
import { FormsTab } from "./forms/editor";
import { ImportTab } from "./imports";
import { JobsTab } from "./jobs";
import type { OrganiserEvent } from "./model";
import { Overview } from "./overview";
import { PeopleTab } from "./people";
import { QuotasTab } from "./quotas";
import { RegistrationsTab } from "./registrations";
import { ReservesTab } from "./reserves";
import { ReviewTab } from "./review";
import { inEvent, useRights } from "./rights";
import { SubstitutionsTab } from "./substitutions";
import { TeamsTab } from "./teams";
import { CloneDialog, SaveTemplateDialog } from "./templates";
import { VisibilityTab } from "./visibility";
import { WaitlistTab } from "./waitlist";

export interface EventTabProps {
    event: OrganiserEvent;
    reload: () => Promise<void>;
}

interface Tab {
    page: (props: EventTabProps) => ComponentChildren;
    needs?: string;
    when?: (event: OrganiserEvent) => boolean;
}

const kTabs = {
    overview: { page: Overview },
    settings: { page: EventSettings, needs: "event.edit" },
    divisions: { page: DivisionsTab, needs: "event.edit" },
    access: { page: VisibilityTab, needs: "event.edit" },
    documents: { page: DocumentsTab, needs: "event.edit" },
    cover: { page: CoverTab, needs: "event.edit" },
    forms: { page: FormsTab, needs: "form.edit" },
    quotas: { page: QuotasTab, needs: "event.edit" },
    reserves: { page: ReservesTab, needs: "event.edit" },
    admission: { page: AdmissionTab, needs: "event.edit", when: (event) => event.state !== "DRAFT" && (event.admission === "RATE" || event.admission === "LOTTERY") },
    registrations: { page: RegistrationsTab, needs: "reg.view" },
    teams: { page: TeamsTab, needs: "reg.view" },
    review: { page: ReviewTab, needs: "reg.review", when: (event) => event.review_stages > 0 },
    waitlist: { page: WaitlistTab, needs: "reg.view", when: (event) => event.waitlist_enabled === true },
    substitutions: { page: SubstitutionsTab, needs: "reg.view", when: (event) => event.mode !== "SOLO" },
    duplicates: { page: DuplicatesTab, needs: "reg.view" },
    import: { page: ImportTab, needs: "reg.edit" },
    jobs: { page: JobsTab, needs: "reg.view" },
    messages: { page: AnnouncementsTab, needs: "message" },
    people: { page: PeopleTab, needs: "member.manage" },
    devices: { page: DevicesTab, needs: "device.manage" },
    clubs: { page: ClubsTab, needs: "event.edit", when: (event) => event.organisation !== undefined && event.mode !== "SOLO" },
} satisfies Record<string, Tab>;

type TabName = keyof typeof kTabs;

// The row of tabs; the tabs of one group share a second row.
const kGroups: { name: "overview" | "setup" | "forms" | "places" | "registrations" | "messages" | "people"; tabs: TabName[] }[] = [
    { name: "overview", tabs: ["overview"] },
    { name: "setup", tabs: ["settings", "divisions", "access", "documents", "cover"] },
    { name: "forms", tabs: ["forms"] },
    { name: "places", tabs: ["quotas", "reserves", "admission"] },
    { name: "registrations", tabs: ["registrations", "teams", "review", "waitlist", "substitutions", "duplicates", "import", "jobs"] },
    { name: "messages", tabs: ["messages"] },
    { name: "people", tabs: ["people", "devices", "clubs"] },
];

// On a phone the row of tabs scrolls: the current one is brought into view.
function showCurrent(row: HTMLElement | null): void {
    const current = row?.querySelector<HTMLElement>("[aria-current]");
    if (row && current) row.scrollLeft = current.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
}

export function EventAdmin({ id, tab }: { id: string; tab: string }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const loaded = useLoad((signal) => get<OrganiserEvent>(`/organiser/events/${encodeURIComponent(id)}`, { signal }), [id]);
    const mine = useRights();
    if (!(tab in kTabs)) return <NotFound />;
    if (loaded.error && !loaded.data) return <Failed error={loaded.error} retry={() => void loaded.reload()} />;
    if (!loaded.data) return <Loading />;
    const event = { ...loaded.data, divisions: loaded.data.divisions ?? [] };
    const state = event.state ?? "DRAFT";
    const props: EventTabProps = { event, reload: loaded.reload };
    const open = tab as TabName;
    const mayOpen = (name: TabName) => {
        const { needs, when }: Tab = kTabs[name];
        return (!needs || inEvent(mine, event, needs)) && (!when || when(event) || name === open);
    };
    const Page: Tab["page"] = kTabs[open].page;
    const groups = kGroups.map((group) => ({ ...group, tabs: group.tabs.filter(mayOpen) })).filter((group) => group.tabs.length > 0);
    const here = groups.find((group) => group.tabs.includes(open));
    const href = (name: TabName) => `/admin/events/${id}${name === "overview" ? "" : `/${name}`}`;
    return (
        <>
            <PageHead title={pick(event.title, lang)} plainTitle={`${pick(event.title, lang)} · ${a.tabs[open]}`}
                back={{ href: "/admin/events", label: a.events.title }}
                eyebrow={<><Badge tone={eventTone[state]}>{t.events.state[state]}</Badge>{state === "PUBLISHED" && <Badge tone={phaseTone[event.phase]}>{t.events.phase[event.phase]}</Badge>}</>}
                actions={<EventActions {...props} />} />
            <nav class="tabs" ref={showCurrent} aria-label={pick(event.title, lang)}>
                {groups.map((group) => (
                    <a key={group.name} href={href(group.tabs[0]!)} aria-current={group === here ? "page" : undefined}>{a.tabGroups[group.name]}</a>
                ))}
            </nav>
            {here && here.tabs.length > 1 && (
                <nav class="subtabs" ref={showCurrent} aria-label={a.tabGroups[here.name]}>
                    {here.tabs.map((name) => <a key={name} href={href(name)} aria-current={name === open ? "page" : undefined}>{a.tabs[name]}</a>)}
                </nav>
            )}
            {mayOpen(open) ? <Page {...props} /> : <Empty icon="lock" title={t.errors.forbiddenTitle}>{t.errors.forbiddenBody}</Empty>}
        </>
    );
}

function EventActions({ event, reload }: EventTabProps) {
    const a = useAdminText();
    const t = useText();
    const [busy, run] = useBusy();
    const [dialog, setDialog] = useState<"clone" | "template" | null>(null);
    const mine = useRights();
    const edits = inEvent(mine, event, "event.edit");
    const creates = inEvent(mine, event, "event.create");
    const state = event.state ?? "DRAFT";
    const act = async (verb: "publish" | "pause" | "resume" | "unpublish" | "cancel" | "archive") => {
        const words = {
            publish: { title: a.event.publishTitle, body: a.event.publishBody, confirm: a.event.publish, done: a.event.published },
            pause: { title: a.event.pauseTitle, body: a.event.pauseBody, confirm: a.event.pause, done: a.event.paused },
            resume: null,
            unpublish: { title: a.event.unpublishTitle, body: a.event.unpublishBody, confirm: a.event.unpublish, done: a.event.unpublished },
            cancel: { title: a.event.cancelTitle, body: a.event.cancelBody, confirm: a.event.cancel, done: a.event.cancelled },
            archive: { title: a.event.archiveTitle, body: a.event.archiveBody, confirm: a.event.archive, done: a.event.archived },
        }[verb];
        let reason = "";
        if (words) {
            const answer = await ask({
                ...words, danger: verb === "cancel", cancel: t.common.back,
                ...(verb === "cancel" ? { reason: { label: a.event.cancelReason, required: true } } : {}),
            });
            if (!answer.ok) return;
            reason = answer.reason;
        }
        await run(async () => {
            try {
                await post(`/organiser/events/${event.id}/${verb}`, verb === "cancel" ? { reason } : {}, { rev: event.rev });
                toast(words?.done ?? a.event.resumed);
            } catch (error) {
                toast(errorText(asApiError(error)), "bad");
            }
            await reload();
        });
    };
    return (
        <>
            {state !== "DRAFT" && <LinkButton href={`/e/${encodeURIComponent(event.slug || event.id)}`} size="small" icon="globe">{a.event.viewPublic}</LinkButton>}
            {edits && state === "DRAFT" && <Button kind="primary" busy={busy} onClick={() => void act("publish")}>{a.event.publish}</Button>}
            {edits && state === "PUBLISHED" && <Button size="small" busy={busy} onClick={() => void act("pause")}>{a.event.pause}</Button>}
            {edits && state === "PAUSED" && <Button size="small" kind="primary" busy={busy} onClick={() => void act("resume")}>{a.event.resume}</Button>}
            {edits && (state === "CANCELLED" || event.phase === "FINISHED") && state !== "ARCHIVED" && state !== "DRAFT" && <Button size="small" onClick={() => void act("archive")}>{a.event.archive}</Button>}
            {(edits || creates) && (
                <Menu label={a.templates.more} summary={<Icon name="more" />}>
                    {creates && <button type="button" onClick={() => setDialog("clone")}><Icon name="copy" size={18} />{a.templates.clone}</button>}
                    {creates && <button type="button" onClick={() => setDialog("template")}><Icon name="star" size={18} />{a.templates.save}</button>}
                    {edits && (state === "PUBLISHED" || state === "PAUSED") && (
                        <>
                            <button type="button" onClick={() => void act("unpublish")}><Icon name="back" size={18} />{a.event.unpublish}</button>
                            <button type="button" class="menu-danger" onClick={() => void act("cancel")}><Icon name="close" size={18} />{a.event.cancel}</button>
                        </>
                    )}
                </Menu>
            )}
            {dialog === "clone" && <CloneDialog event={event} onClose={() => setDialog(null)} />}
            {dialog === "template" && <SaveTemplateDialog event={event} onClose={() => setDialog(null)} />}
        </>
    );
}
