// What an organiser does with one registration. The API says which of it is possible now.
import { useState } from "preact/hooks";
import { post } from "../core/api";
import { asApiError, useBusy } from "../core/hooks";
import type { ApiError } from "../core/api";
import { pick, useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Button, errorText } from "../ui/basic";
import { Modal, ask } from "../ui/dialog";
import { Select, TextArea } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/menu";
import { toast } from "../ui/toast";
import { DialogButtons } from "./acts";
import type { OrganiserEvent } from "./model";
import { actionsOf, type FullRegistration, type OrganiserAction } from "./registration_model";

type Review = "APPROVE" | "RETURN" | "REJECT" | "WAITLIST";
const kReviews: Partial<Record<OrganiserAction, Review>> = { approve: "APPROVE", return: "RETURN", reject: "REJECT", waitlist: "WAITLIST" };
const kMore: OrganiserAction[] = ["waitlist", "reopen", "resubmit", "withdraw", "cancel"];
const kHarmless: OrganiserAction[] = ["reopen", "resubmit", "refuse_cancel"];

export interface Reviewed {
    ok: boolean;
    error: ApiError | null;
}

type Run = <T>(work: () => Promise<T>) => Promise<T | undefined>;

// Reviews one registration after a question; `run` does the work, not the asking. Null when the answer was no.
export function useReview(a: ReturnType<typeof useAdminText>, run: Run) {
    return async (item: { id: string; rev: number; team: { name: string } }, action: Review): Promise<Reviewed | null> => {
        const name = item.team.name;
        const words = {
            APPROVE: { title: a.registrations.approveTitle(name), body: a.registrations.approveBody, confirm: a.registrations.approve, done: a.registrations.approved },
            REJECT: { title: a.registrations.rejectTitle(name), body: a.registrations.rejectBody, confirm: a.registrations.reject, done: a.registrations.rejected },
            RETURN: { title: a.registrations.returnTitle(name), body: a.registrations.returnBody, confirm: a.registrations.return, done: a.registrations.returned },
            WAITLIST: { title: a.one.waitlistTitle(name), body: a.one.waitlistBody, confirm: a.one.waitlist, done: a.one.waitlisted },
        }[action];
        const answer = await ask({ ...words, danger: action === "REJECT", reason: { label: a.registrations.reason, required: action === "REJECT" || action === "RETURN" } });
        if (!answer.ok) return null;
        const done = await run(async (): Promise<Reviewed> => {
            try {
                await post(`/organiser/registrations/${item.id}/review`, answer.reason ? { action, reason: answer.reason } : { action }, { rev: item.rev });
                toast(words.done);
                return { ok: true, error: null };
            } catch (error) {
                const known = asApiError(error);
                toast(known.code === "QUOTA_FULL" ? a.one.full : errorText(known), "bad");
                return { ok: false, error: known };
            }
        });
        return done ?? null;
    };
}

export function RegistrationActions({ item, event, edits, reload }: { item: FullRegistration; event: OrganiserEvent | null; edits: boolean; reload: () => Promise<void> }) {
    const a = useAdminText();
    const [busy, run] = useBusy();
    const review = useReview(a, run);
    const [moving, setMoving] = useState(false);
    const actions = actionsOf(item);
    const act = async (action: OrganiserAction) => {
        const reviewed = kReviews[action];
        if (reviewed) {
            if (await review(item, reviewed)) await reload();
            return;
        }
        const words = a.one.questions[action as keyof typeof a.one.questions];
        const decision = action === "grant_cancel" || action === "refuse_cancel";
        const answer = await ask({ ...words, danger: !kHarmless.includes(action), reason: { label: a.registrations.reason, required: action === "reopen" || action === "refuse_cancel" } });
        if (!answer.ok) return;
        const body = { ...(decision ? { action: action === "grant_cancel" ? "GRANT" : "REFUSE" } : {}), ...(answer.reason ? { reason: answer.reason } : {}) };
        const path = decision ? `/organiser/registrations/${item.id}/cancel-decision` : action === "reopen" ? `/organiser/registrations/${item.id}/reopen` : `/registrations/${item.id}/${action}`;
        await run(async () => {
            try {
                await post(path, body, { rev: item.rev });
                toast(words.done);
            } catch (error) {
                toast(errorText(asApiError(error)), "bad");
            }
            await reload();
        });
    };
    const more = kMore.filter((action) => actions.includes(action));
    const moves = edits && event !== null && event.divisions.length > 1 && (actions.includes("move") || item.actions !== undefined) && !kEnded.has(item.state);
    return (
        <>
            {actions.includes("approve") && <Button kind="primary" icon="check" busy={busy} onClick={() => void act("approve")}>{a.registrations.approve}</Button>}
            {actions.includes("return") && <Button onClick={() => void act("return")}>{a.registrations.return}</Button>}
            {actions.includes("reject") && <Button kind="quiet" onClick={() => void act("reject")}>{a.registrations.reject}</Button>}
            {actions.includes("grant_cancel") && <Button kind="primary" busy={busy} onClick={() => void act("grant_cancel")}>{a.one.questions.grant_cancel.confirm}</Button>}
            {actions.includes("refuse_cancel") && <Button onClick={() => void act("refuse_cancel")}>{a.one.questions.refuse_cancel.confirm}</Button>}
            {(more.length > 0 || moves) && (
                <Menu label={a.list.moreActions} summary={<Icon name="more" />}>
                    {more.map((action) => (
                        <button key={action} type="button" class={action === "withdraw" || action === "cancel" ? "menu-danger" : undefined} onClick={() => void act(action)}>
                            {action === "waitlist" ? a.one.waitlist : a.one.questions[action as "reopen"].confirm}
                        </button>
                    ))}
                    {moves && <button type="button" onClick={() => setMoving(true)}>{a.one.move}</button>}
                </Menu>
            )}
            {moving && event && <MoveDialog item={item} event={event} onClose={() => setMoving(false)} onDone={() => { setMoving(false); void reload(); }} />}
        </>
    );
}

const kEnded: ReadonlySet<string> = new Set(["REJECTED", "WITHDRAWN", "EXPIRED", "NOT_DRAWN", "CANCELLED", "COMPLETED", "NO_SHOW"]);

function MoveDialog({ item, event, onClose, onDone }: { item: FullRegistration; event: OrganiserEvent; onClose: () => void; onDone: () => void }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const form = useForm();
    const others = event.divisions.filter((one) => one.id !== item.division.id);
    const [division, setDivision] = useState(others[0]?.id ?? "");
    const [reason, setReason] = useState("");
    const submit = () => form.run(async () => {
        await post(`/organiser/registrations/${item.id}/move`, { division, reason: reason.trim() }, { rev: item.rev });
        toast(a.one.moved);
        onDone();
    }, reason.trim() ? {} : { reason: t.field.required });
    return (
        <Modal title={a.one.move} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["division", "reason"]}>
                <p class="muted">{a.one.moveLead}</p>
                <Select label={a.one.moveTo} name="division" value={division} onChange={setDivision} error={form.errors["division"]} choices={others.map((one) => ({ value: one.id, label: pick(one.name, lang) }))} />
                <TextArea label={a.registrations.reason} rows={2} name="reason" value={reason} onInput={setReason} error={form.errors["reason"]} maxLength={500} />
                <DialogButtons busy={form.busy} onClose={onClose} label={a.one.move} />
            </Form>
        </Modal>
    );
}
