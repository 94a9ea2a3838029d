// Where the link of an organisation's invitation leads. The token stands behind '#', so that no server sees it in an address.
import { useState } from "preact/hooks";
import { post } from "../core/api";
import { useBusy, useLoad } from "../core/hooks";
import { navigate } from "../core/router";
import { stamp } from "../core/time";
import { useLang } from "../i18n";
import { useAdminText } from "../i18n/admin";
import { Button, Card, Empty, Failed, Loading, PageHead } from "../ui/basic";
import { act } from "./acts";
import { RoleBadge } from "./grants";
import { loadRights } from "./rights";

interface Offer {
    organisation: { id: string; name: string };
    role: string;
    expires: string;
}

export function JoinOrganisation() {
    const a = useAdminText();
    const lang = useLang();
    const [token] = useState(() => location.hash.slice(1));
    const offer = useLoad(async (signal) => (token ? await post<Offer>("/organisation-invitations/lookup", { token }, { signal }) : null), [token]);
    const [busy, run] = useBusy();
    const accept = () => run(async () => {
        if (!(await act(() => post("/organisation-invitations/accept", { token }), a.join.accepted))) {
            await offer.reload();
            return;
        }
        await loadRights().catch(() => undefined);
        await navigate(`/admin/organisations/${offer.data!.organisation.id}`, { replace: true });
    });
    const status = offer.error?.status;
    return (
        <div class="narrow">
            <PageHead title={a.join.title} />
            {!token && <Card><Empty icon="alert" title={a.join.missing}>{a.join.missingBody}</Empty></Card>}
            {(status === 404 || status === 410) && <Card><Empty icon="clock" title={a.join.gone}>{a.join.goneBody}</Empty></Card>}
            {offer.error && status !== 404 && status !== 410 && <Failed error={offer.error} retry={() => void offer.reload()} />}
            {token && offer.loading && !offer.data && <Loading />}
            {offer.data && !offer.error && (
                <Card>
                    <div class="stack-s">
                        <h2>{a.join.invited(offer.data.organisation.name)}</h2>
                        <p class="row"><RoleBadge role={offer.data.role} /><span class="muted">{a.access.roleNotes[offer.data.role]}</span></p>
                        <p class="muted num">{a.join.until(stamp(offer.data.expires, lang))}</p>
                        <div class="form-actions"><Button kind="primary" size="large" busy={busy} onClick={() => void accept()}>{a.join.accept}</Button></div>
                    </div>
                </Card>
            )}
        </div>
    );
}
