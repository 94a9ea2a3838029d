// The link for a guardian, as a QR picture to show and a text to send; or the answer of the parent who entered the child.
import { useState } from "preact/hooks";
import { post } from "../../core/api";
import { asApiError, useBusy } from "../../core/hooks";
import type { Roster, RosterMember } from "../../core/registration";
import { relative } from "../../core/time";
import { useLang, useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Button, Notice, errorText } from "../../ui/basic";
import { copyText } from "../../ui/copy";
import { Modal } from "../../ui/dialog";
import { toast } from "../../ui/toast";
import { GuardianForm } from "../guardian_form";
import { QrCode } from "../qr";

export function GuardianLink({ team, member, parent, onClose, reload }: { team: Roster; member: RosterMember; parent: boolean; onClose: () => void; reload: () => Promise<void> }) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const [made, setMade] = useState<{ url: string; expires: string } | null>(null);
    const [here, setHere] = useState(false);
    const [problem, setProblem] = useState<string | null>(null);
    const [busy, run] = useBusy();
    const link = made ? new URL(made.url, location.origin).href : "";
    const path = `/teams/${team.id}/members/${member.id}`;
    const make = () => run(async () => {
        try {
            setMade(await post<{ url: string; expires: string }>(`${path}/guardian-link`));
            setProblem(null);
            await reload();
        } catch (error) {
            setProblem(errorText(asApiError(error)));
        }
    });
    const share = async () => {
        try {
            await navigator.share({ text: r.team.guardianTitle(member.name), url: link });
        } catch (error) {
            if ((error as Error).name !== "AbortError" && (await copyText(link))) toast(t.team.linkCopied);
        }
    };
    if (here) {
        return (
            <Modal title={r.guardian.title} onClose={onClose} wide>
                <GuardianForm event={team.event.id} send={(body) => post(`${path}/guardian`, body)} onDone={async () => { onClose(); await reload(); }} />
            </Modal>
        );
    }
    return (
        <Modal title={r.team.guardianTitle(member.name)} onClose={onClose}>
            <p class="muted">{r.team.guardianBody}</p>
            {problem && <Notice tone="bad" live>{problem}</Notice>}
            {made && (
                <>
                    <QrCode text={link} label={r.team.guardianLink} />
                    <p class="link-line">{link}</p>
                    <p class="muted">{r.team.guardianExpires(relative(made.expires, lang))}</p>
                    <div class="row">
                        <Button kind="primary" icon="copy" onClick={async () => { if (await copyText(link)) toast(t.team.linkCopied); }}>{t.team.copyLink}</Button>
                        {"share" in navigator && <Button icon="share" onClick={() => void share()}>{t.common.share}</Button>}
                    </div>
                </>
            )}
            {!made && member.guardian?.link_expires && <p class="muted">{r.team.guardianAgain}</p>}
            <div class="dialog-actions">
                {parent && <Button kind={made ? "secondary" : "primary"} onClick={() => setHere(true)}>{r.team.guardianSelf}</Button>}
                {!made && <Button kind={parent ? "secondary" : "primary"} busy={busy} onClick={() => void make()}>{r.team.guardianNew}</Button>}
                <Button kind="quiet" onClick={onClose}>{t.common.close}</Button>
            </div>
        </Modal>
    );
}
