import { list, type Page } from "../core/api";
import { asApiError, useBusy } from "../core/hooks";
import { useText } from "../i18n";
import { Button, errorText } from "../ui/basic";
import { toast } from "../ui/toast";

// The rest of a list, page by page.
export function More<T>({ path, found }: { path: string; found: { data: Page<T> | null; set: (page: Page<T>) => void } }) {
    const t = useText();
    const [busy, once] = useBusy();
    const now = found.data;
    if (!now?.next) return null;
    const load = () => once(async () => {
        try {
            const next = await list<T>(path, { cursor: now.next });
            found.set({ items: [...now.items, ...next.items], next: next.next });
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
    });
    return <div class="pager"><Button busy={busy} onClick={() => void load()}>{t.common.more}</Button></div>;
}
