import { useLayoutEffect } from "preact/hooks";
import { setLeaveGuard } from "../core/router";
import { useText } from "../i18n";
import { ask } from "../ui/dialog";

// Asks before the page is left with unsaved input; from the moment it shows.
export function useUnsaved(dirty: boolean): void {
    const t = useText();
    useLayoutEffect(() => {
        if (!dirty) return;
        setLeaveGuard(async () => (await ask({ title: t.common.unsavedTitle, body: t.common.unsavedBody, confirm: t.common.unsavedLeave, cancel: t.common.unsavedStay, danger: true })).ok);
        const warn = (event: BeforeUnloadEvent) => event.preventDefault();
        addEventListener("beforeunload", warn);
        return () => {
            setLeaveGuard(null);
            removeEventListener("beforeunload", warn);
        };
    }, [dirty, t]);
}
