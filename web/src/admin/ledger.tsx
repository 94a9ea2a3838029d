// Every change of one quota, newest first.
import { stamp } from "../core/time";
import { useLang, useText } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Button } from "../ui/basic";
import { Modal } from "../ui/dialog";
import type { LedgerRow, QuotaRow } from "./model";
import { PagedTable, usePaged } from "./parts";

const signed = (value: number) => (value === 0 ? "0" : value > 0 ? `+${value}` : `−${-value}`);

export function LedgerDialog({ quota, name, zone, onClose }: { quota: QuotaRow; name: string; zone: string | undefined; onClose: () => void }) {
    const a = useAdminText();
    const t = useText();
    const lang = useLang();
    const paged = usePaged<LedgerRow>(`/organiser/quotas/${quota.id}/ledger`, {});
    return (
        <Modal wide title={`${a.quotas.ledger} · ${name}`} onClose={onClose}>
            <PagedTable paged={paged} empty={{ title: a.quotas.ledgerEmpty }} head={[a.quotas.cause, t.common.time, a.divisions.held, a.divisions.confirmed, a.quotas.blocked, a.registrations.title]}
                row={(row) => {
                    const registration = typeof row.registration === "string" ? { id: row.registration, friendly_no: null } : row.registration;
                    return (
                        <tr key={`${row.at} ${row.cause} ${registration?.id}`}>
                            <td class="cell-head">{a.quotas.causes[row.cause] ?? row.cause}</td>
                            <td data-label={t.common.time} class="num nowrap">{stamp(row.at, lang, zone)}</td>
                            <td data-label={a.divisions.held} class="num">{signed(row.held)}</td>
                            <td data-label={a.divisions.confirmed} class="num">{signed(row.confirmed)}</td>
                            <td data-label={a.quotas.blocked} class="num">{signed(row.blocked)}</td>
                            <td data-label={a.registrations.title} class="num">{registration ? <a href={`/admin/registrations/${registration.id}`}>{registration.friendly_no ?? a.list.open}</a> : "—"}</td>
                        </tr>
                    );
                }} />
            <div class="dialog-actions"><Button onClick={onClose}>{t.common.close}</Button></div>
        </Modal>
    );
}
