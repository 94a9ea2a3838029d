// Files that go in or out in the background: how far a job is, and its end.
import { useState } from "preact/hooks";
import { act as send, get } from "../core/api";
import { usePolling } from "../core/hooks";
import { useAdminText } from "../i18n/admin";
import { Badge, Button, Meter, Notice, type Tone } from "../ui/basic";
import { act } from "./acts";

export interface Transfer {
    id: string;
    kind: "EXPORT" | "IMPORT";
    action: string; // CSV, XLSX; CHECK, ALL, EACH
    state: "QUEUED" | "RUNNING" | "DONE" | "FAILED" | "CANCELLED" | "EXPIRED";
    sensitive: boolean;
    total: number; // registrations or teams
    done: number;
    failed: number;
    rows: number;
    errors: number;
    bytes: number;
    error: string | null;
    created: string;
    expires: string | null;
}

const kRefreshMs = 1000;
export const kTransferTones: Record<Transfer["state"], Tone> = { QUEUED: "neutral", RUNNING: "accent", DONE: "ok", FAILED: "bad", CANCELLED: "neutral", EXPIRED: "neutral" };
const kFolders = { EXPORT: "exports", IMPORT: "imports" } as const;
export const transferPath = (event: string, job: Transfer): string => `/organiser/events/${event}/${kFolders[job.kind]}/${job.id}`;
export const isUnderWay = (job: Transfer): boolean => job.state === "QUEUED" || job.state === "RUNNING";

// Follows a job until it ends.
export function useTransfer(event: string, first: Transfer): Transfer {
    const [job, setJob] = useState(first);
    usePolling(() => { get<Transfer>(transferPath(event, first)).then(setJob, () => undefined); }, kRefreshMs, isUnderWay(job));
    return job;
}

export function TransferProgress({ event, job }: { event: string; job: Transfer }) {
    const a = useAdminText();
    const live = isUnderWay(job);
    return (
        <div class="stack-s">
            <p class="row row-between"><Badge tone={kTransferTones[job.state]}>{a.transfers.states[job.state]}</Badge><span class="num" role="status">{job.total > 0 && a.jobs.progress(job.done, job.total)}</span></p>
            {live && <Meter value={job.done} max={job.total || 1} label={a.jobs.progress(job.done, job.total)} />}
            {job.state === "FAILED" && job.errors === 0 && <Notice tone="bad">{a.transfers.failed}</Notice>}
            {live && <div><Button size="small" kind="quiet" onClick={() => void act(() => send(`${transferPath(event, job)}/cancel`), a.transfers.stopped)}>{a.jobs.cancel}</Button></div>}
        </div>
    );
}
