// Work in the background: bulk actions and announcements. What runs shows how far it is.
import { useEffect, useState } from "preact/hooks";
import { act as send, get } from "../core/api";
import { usePolling } from "../core/hooks";
import { stamp } from "../core/time";
import { useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Meter, Notice, type Tone } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { act } from "./acts";
import type { EventTabProps } from "./event";
import type { Job, JobResult } from "./model";
import { PagedTable, usePaged } from "./parts";

const kRefreshMs = 1000;
const kListMs = 5000;
const kTones: Record<Job["state"], Tone> = { PREPARING: "info", RUNNING: "accent", DONE: "ok", FAILED: "bad", CANCELLED: "neutral" };

export const isLive = (job: Job): boolean => job.state === "PREPARING" || job.state === "RUNNING";

// Follows a job until it ends.
export function useJob(event: string, first: Job): Job {
    const [job, setJob] = useState(first);
    usePolling(() => { get<Job>(`/organiser/events/${event}/jobs/${first.id}`).then(setJob, () => undefined); }, kRefreshMs, isLive(job));
    return job;
}

export function JobProgress({ event, job: first, onEnd }: { event: string; job: Job; onEnd?: () => void }) {
    const a = useAdminText();
    const job = useJob(event, first);
    const live = isLive(job);
    useEffect(() => {
        if (!live) onEnd?.();
    }, [live]);
    return (
        <div class="stack-s">
            <p class="row row-between"><Badge tone={kTones[job.state]}>{a.jobs.states[job.state]}</Badge><span class="num" role="status">{a.jobs.progress(job.done, job.total)}</span></p>
            <Meter value={job.done} max={job.total || 1} tone={job.failed > 0 ? "warn" : "accent"} label={a.jobs.progress(job.done, job.total)} />
            {!live && <p>{a.jobs.outcome(job.succeeded, job.failed)}</p>}
            {job.error && <Notice tone="bad">{job.error}</Notice>}
            {live && <div><Button size="small" kind="quiet" onClick={() => void act(() => send(`/organiser/events/${event}/jobs/${job.id}/cancel`), a.jobs.cancelled)}>{a.jobs.cancel}</Button></div>}
            {!live && job.failed > 0 && <Failures event={event} job={job} />}
        </div>
    );
}

function Failures({ event, job }: { event: string; job: Job }) {
    const a = useAdminText();
    const paged = usePaged<JobResult>(`/organiser/events/${event}/jobs/${job.id}/results`, { failed: "true" });
    return (
        <PagedTable paged={paged} empty={{ title: a.jobs.noFailures }} head={[a.registrations.team, a.registrations.number, a.jobs.why]}
            row={(row) => (
                <tr key={row.registration.id}>
                    <td class="cell-head"><a class="table-link" href={`/admin/registrations/${row.registration.id}`}>{typeof row.registration.team === "string" ? row.registration.team : (row.registration.team?.name ?? a.list.open)}</a></td>
                    <td data-label={a.registrations.number} class="num">{row.registration.friendly_no ?? "—"}</td>
                    <td data-label={a.jobs.why}>{a.jobs.codes[row.code ?? ""] ?? row.code ?? "—"}</td>
                </tr>
            )} />
    );
}

export function JobsTab({ event }: EventTabProps) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const paged = usePaged<Job>(`/organiser/events/${event.id}/jobs`, {});
    const [shown, setShown] = useState<Job | null>(null);
    usePolling(() => void paged.reload(), kListMs, paged.items.some(isLive));
    return (
        <>
            <PagedTable paged={paged} empty={{ title: a.jobs.empty, body: a.jobs.emptyBody }} head={[a.jobs.what, t.common.state, a.jobs.done, a.jobs.when, ""]}
                row={(job) => (
                    <tr key={job.id}>
                        <td class="cell-head">{a.jobs.kinds[job.kind]}{job.action ? ` · ${a.bulk.actions[job.action as keyof typeof a.bulk.actions] ?? job.action}` : ""}</td>
                        <td data-label={t.common.state}><Badge tone={kTones[job.state]}>{a.jobs.states[job.state]}</Badge></td>
                        <td data-label={a.jobs.done} class="num">{a.jobs.progress(job.done, job.total)}{job.failed > 0 ? ` · ${a.jobs.failed(job.failed)}` : ""}</td>
                        <td data-label={a.jobs.when} class="num nowrap">{stamp(job.created, lang, event.tz)}</td>
                        <td class="cell-actions"><Button size="small" kind="quiet" onClick={() => setShown(job)}>{t.common.details}</Button></td>
                    </tr>
                )} />
            {shown && (
                <Modal wide title={a.jobs.kinds[shown.kind]} onClose={() => setShown(null)}>
                    <JobProgress key={shown.id} event={event.id} job={shown} onEnd={() => void paged.reload()} />
                    <div class="dialog-actions"><Button onClick={() => setShown(null)}>{t.common.close}</Button></div>
                </Modal>
            )}
        </>
    );
}
