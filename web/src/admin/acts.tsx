// What the pages about people and rights share: one way to do something and tell how it went, buttons of dialogs, finding a person.
import { useEffect, useState } from "preact/hooks";
import { list } from "../core/api";
import { asApiError, useLoad } from "../core/hooks";
import type { AdminUser } from "../core/types";
import { fromLocalInput } from "../core/time";
import { useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Button, errorText } from "../ui/basic";
import { ask } from "../ui/dialog";
import { Choices, TextInput } from "../ui/fields";
import { toast } from "../ui/toast";
import { copyText } from "../ui/copy";
import { onPlatform, useRights } from "./rights";

// Does `work` and says `done`, or why not. True when it worked.
export async function act(work: () => Promise<unknown>, done: string): Promise<boolean> {
    try {
        await work();
    } catch (error) {
        toast(errorText(asApiError(error)), "bad");
        return false;
    }
    toast(done);
    return true;
}

// The same after a question.
export async function askAndAct(question: { title: string; body: string; confirm: string }, work: () => Promise<unknown>, done: string): Promise<boolean> {
    const { ok } = await ask({ ...question, danger: true });
    return ok && act(work, done);
}

export async function copyAndTell(text: string, words: string): Promise<void> {
    if (await copyText(text)) toast(words);
}

export function DialogButtons({ busy, onClose, label, danger }: { busy: boolean; onClose: () => void; label: string; danger?: boolean }) {
    const t = useText();
    return (
        <div class="dialog-actions">
            <Button onClick={onClose}>{t.common.cancel}</Button>
            <Button type="submit" kind={danger ? "danger" : "primary"} busy={busy}>{label}</Button>
        </div>
    );
}

// A value that follows `value` once that has rested.
function useRested(value: string, ms: number): string {
    const [rested, setRested] = useState(value);
    useEffect(() => {
        const timer = setTimeout(() => setRested(value), ms);
        return () => clearTimeout(timer);
    }, [value, ms]);
    return rested;
}

const kFoundMax = 6;

// Finds a person: a search for those who may see accounts, the exact user name for others. `onChange` gets a public id or login name.
export function PersonPicker({ value, onChange, error }: { value: string; onChange: (user: string) => void; error: string | undefined }) {
    const a = useAdminText();
    const mine = useRights();
    if (onPlatform(mine, "user.view")) return <PersonSearch value={value} onChange={onChange} error={error} />;
    return (
        <TextInput label={a.access.userLogin} help={a.access.userLoginHelp} name="user" value={value} onInput={(text) => onChange(text.trim())} error={error} maxLength={100} />
    );
}

function PersonSearch({ value, onChange, error }: { value: string; onChange: (user: string) => void; error: string | undefined }) {
    const a = useAdminText();
    const [text, setText] = useState("");
    const q = useRested(text.trim(), 250);
    const found = useLoad(async (signal) => (q ? await list<AdminUser>("/admin/users", { q, limit: String(kFoundMax) }, { signal }) : null), [q]);
    const people = found.data?.items.filter((user) => user.status === "ACTIVE") ?? [];
    return (
        <div class="stack-s">
            <TextInput label={a.access.userSearch} name={people.length === 0 ? "user" : "search"} type="search" value={text} error={people.length === 0 ? error : undefined} maxLength={100}
                onInput={(next) => { setText(next); onChange(""); }} />
            <div role="status">{q && found.data && people.length === 0 && <p class="muted">{a.access.userNone}</p>}</div>
            {people.length > 0 && (
                <Choices label={a.access.userPick} name="user" values={[value]} onChange={([id]) => onChange(id ?? "")} error={error}
                    choices={people.map((user) => ({ value: user.id, label: user.display_name, note: user.login_name }))} />
            )}
        </div>
    );
}

// An end in local time: empty for none. `bad` when it is past.
export function ExpiryInput({ value, onInput, error }: { value: string; onInput: (text: string) => void; error: string | undefined }) {
    const a = useAdminText();
    return (
        <TextInput label={a.access.expiresOptional} help={a.access.expiresHelp} name="expires" type="datetime-local" optional value={value} onInput={onInput} error={error} />
    );
}

export const isPast = (local: string): boolean => local !== "" && new Date(fromLocalInput(local)).getTime() <= Date.now();
