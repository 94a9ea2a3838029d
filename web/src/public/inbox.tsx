import { useState } from "preact/hooks";
import { act, call, get, list, type Page } from "../core/api";
import { asApiError, useBusy, useLoad } from "../core/hooks";
import { countUnread, type InboxNotice } from "../core/inbox";
import { navigate } from "../core/router";
import { relative } from "../core/time";
import { pick, useLang, useText } from "../i18n";
import { useRegistrationText } from "../i18n/registration";
import { Badge, Button, Card, Empty, Failed, Loading, PageHead, errorText } from "../ui/basic";
import { Checkbox } from "../ui/fields";
import { toast } from "../ui/toast";

export function InboxPage() {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const [only, setOnly] = useState(false);
    const [more, setMore] = useState<Page<InboxNotice>[]>([]);
    const [busy, run] = useBusy();
    const first = useLoad<Page<InboxNotice>>((signal) => list("/me/inbox", { unread: only ? "true" : null }, { signal }), [only, lang]);
    const pages = first.data ? [first.data, ...more] : [];
    const notices = pages.flatMap((page) => page.items);
    const next = pages[pages.length - 1]?.next ?? null;
    const reload = async () => {
        setMore([]);
        await first.reload();
        await countUnread();
    };
    const tell = (error: unknown) => toast(errorText(asApiError(error)), "bad");
    const readAll = () => run(async () => {
        await act("/me/inbox/read-all").catch(tell);
        await reload();
    });
    const load = () => run(async () => {
        try {
            const page = await list<InboxNotice>("/me/inbox", { unread: only ? "true" : null, cursor: next });
            setMore([...more, page]);
        } catch (error) {
            tell(error);
        }
    });
    const open = async (notice: InboxNotice) => {
        if (!notice.read) await act(`/me/inbox/${notice.id}/read`).catch(() => undefined);
        void countUnread();
        if (notice.link) await navigate(notice.link);
        else await reload();
    };
    return (
        <div class="narrow stack">
            <PageHead title={r.inbox.title} lead={r.inbox.lead} actions={notices.some((notice) => !notice.read) && <Button size="small" icon="check" busy={busy} onClick={() => void readAll()}>{r.inbox.readAll}</Button>} />
            <Checkbox label={r.inbox.onlyUnread} checked={only} onChange={(value) => { setMore([]); setOnly(value); }} />
            {first.loading && !first.data && <Loading />}
            {first.error && !first.data && <Failed error={first.error} retry={() => void first.reload()} />}
            {first.data && notices.length === 0 && <div class="card"><Empty icon="bell" title={only ? r.inbox.emptyUnread : r.inbox.empty}>{only ? null : r.inbox.emptyBody}</Empty></div>}
            <ul class="inbox">
                {notices.map((notice) => (
                    <li key={notice.id} class={notice.read ? "card notice-item" : "card notice-item notice-new"}>
                        <div class="row row-between">
                            <small class="muted">{notice.event ? pick(notice.event.title, lang) : ""}</small>
                            <span class="row">{!notice.read && <Badge tone="accent">{r.inbox.isNew}</Badge>}<small class="muted">{relative(notice.created, lang)}</small></span>
                        </div>
                        <h2><a href={notice.link ?? "/inbox"} onClick={(event) => { event.preventDefault(); void open(notice); }}>{notice.title}</a></h2>
                        {notice.body && <p class="notice-text">{notice.body}</p>}
                    </li>
                ))}
            </ul>
            {next && <div class="pager"><Button busy={busy} onClick={() => void load()}>{t.common.more}</Button></div>}
            <Preferences />
        </div>
    );
}

interface Wishes {
    mail: boolean;
    announcements: boolean;
    rev: number;
}

function Preferences() {
    const t = useText();
    const r = useRegistrationText();
    const wishes = useLoad<Wishes>((signal) => get("/me/message-preferences", { signal }), []);
    if (!wishes.data) return null;
    const { data } = wishes;
    const change = async (more: Partial<Wishes>) => {
        try {
            wishes.set(await call<Wishes>("PATCH", "/me/message-preferences", { body: more, rev: data.rev }));
            toast(t.common.saved);
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
            await wishes.reload();
        }
    };
    return (
        <Card title={r.inbox.settings} id="settings">
            <div class="stack-s">
                <Checkbox label={r.inbox.mail} help={r.inbox.mailHelp} checked={data.mail} onChange={(mail) => void change({ mail })} />
                <Checkbox label={r.inbox.announcements} help={r.inbox.announcementsHelp} checked={data.announcements} onChange={(announcements) => void change({ announcements })} />
            </div>
        </Card>
    );
}
