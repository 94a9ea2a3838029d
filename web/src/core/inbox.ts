// How many messages are unread, for the mark in the shell: asked once a minute while the page is seen, and when something was read here.
import { useEffect } from "preact/hooks";
import { get } from "./api";
import { Cell, useCell } from "./cell";
import { usePolling } from "./hooks";
import { useSession } from "./session";
import type { I18nText } from "./types";

export interface InboxNotice {
    id: string;
    kind: string;
    title: string;
    body: string;
    link: string | null;
    event: { id: string; slug: string; title: I18nText } | null;
    team: { id: string; name: string } | null;
    created: string;
    read: boolean;
}

const kPollMs = 60_000;
const unread = new Cell(0);

export async function countUnread(): Promise<void> {
    try {
        unread.set((await get<{ unread: number }>("/me/inbox/unread")).unread);
    } catch {
        // The mark stays as it was; the next round asks again.
    }
}

export function useUnread(): number {
    const session = useSession();
    const id = session.status === "in" ? session.user.id : null;
    useEffect(() => {
        if (id) void countUnread();
        else unread.set(0);
    }, [id]);
    usePolling(() => void countUnread(), kPollMs, id !== null);
    return useCell(unread);
}
