import { useState } from "preact/hooks";
import { call, list, post, type Page } from "../../core/api";
import { asApiError, useBusy, useIdempotencyKey, useLoad } from "../../core/hooks";
import type { Roster } from "../../core/registration";
import { relative } from "../../core/time";
import type { Invite } from "../../core/types";
import { pick, useLang, useText } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Button, Card, Notice, errorText } from "../../ui/basic";
import { copyText } from "../../ui/copy";
import { Modal, ask } from "../../ui/dialog";
import { toast } from "../../ui/toast";
import { QrCode } from "../qr";
import { InviteOptions, kPlain, type InviteChoice } from "./invite_options";

// "ABCD-EFGH": easier to read out; dashes and case do not matter when it is typed.
export function spaced(code: string): string {
    return code.length === 8 ? `${code.slice(0, 4)}-${code.slice(4)}` : code;
}

export function InvitePanel({ team, reload }: { team: Roster; reload: () => Promise<void> }) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const invites = useLoad<Page<Invite>>((signal) => list(`/teams/${team.id}/invites`, {}, { signal }), [team.id]);
    const [fresh, setFresh] = useState<Invite | null>(null);
    const [busy, run] = useBusy();
    const key = useIdempotencyKey();
    const [round, setRound] = useState(0);
    const [qr, setQr] = useState(false);
    const [options, setOptions] = useState(false);
    const full = team.member_count >= team.team_max && (team.sub_count ?? 0) >= (team.sub_max ?? 0);
    const link = fresh?.code ? `${location.origin}/join/${fresh.code.replace("-", "")}` : fresh?.url ? new URL(fresh.url, location.origin).href : "";

    const make = async (choice: InviteChoice) => {
        const made = await post<Invite>(`/teams/${team.id}/invites`, choice, { key: key({ team: team.id, round, choice }) });
        setRound(round + 1);
        setOptions(false);
        if (choice.kind === "DIRECT") {
            toast(r.invite.sent);
            await reload();
        } else setFresh(made);
        await invites.reload();
    };
    const create = () => run(async () => {
        try {
            await make(team.join_policy === "LINK" ? { kind: "LINK" } : kPlain);
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
    });
    const copy = async (text: string, words: string) => {
        if (await copyText(text)) toast(words);
    };
    const share = async () => {
        try {
            await navigator.share({ text: t.team.shareText(team.name, pick(team.event.title, lang)), url: link });
        } catch (error) {
            if ((error as Error).name !== "AbortError") await copy(link, t.team.linkCopied);
        }
    };
    const revoke = async (invite: Invite) => {
        const { ok } = await ask({ title: t.team.inviteRevokeTitle, body: t.team.inviteRevokeBody, confirm: t.team.inviteRevoke, danger: true });
        if (!ok) return;
        try {
            await call("DELETE", `/invites/${invite.id}`);
            if (fresh?.id === invite.id) setFresh(null);
            toast(t.team.inviteRevoked);
        } catch (error) {
            toast(errorText(asApiError(error)), "bad");
        }
        await invites.reload();
    };

    const active = (invites.data?.items ?? []).filter((invite) => !invite.revoked && invite.kind !== "DIRECT" && (!invite.expires || new Date(invite.expires) > new Date()));
    return (
        <Card title={t.team.inviteTitle} lead={t.team.inviteLead} id="invite">
            {qr && link && (
                <Modal title={t.team.qrTitle(team.name)} onClose={() => setQr(false)}>
                    <QrCode text={link} label={t.team.qr} />
                    <p class="muted">{t.team.qrLead}</p>
                    <div class="dialog-actions"><Button onClick={() => setQr(false)}>{t.common.close}</Button></div>
                </Modal>
            )}
            <div class="stack-s">
                {full && <Notice tone="ok">{t.team.full}</Notice>}
                {fresh && link && (
                    <div class="invite-code">
                        {fresh.code ? <div><small class="muted">{t.team.inviteCode}</small><p class="code-big">{spaced(fresh.code)}</p></div> : <p>{r.invite.linkLead}</p>}
                        <p class="link-line">{link}</p>
                        <div class="row">
                            <Button kind="primary" icon="copy" onClick={() => void copy(link, t.team.linkCopied)}>{t.team.copyLink}</Button>
                            {"share" in navigator && <Button icon="share" onClick={() => void share()}>{t.common.share}</Button>}
                            <Button kind="quiet" onClick={() => setQr(true)}>{t.team.qr}</Button>
                            {fresh.code && <Button kind="quiet" onClick={() => void copy(fresh.code!, t.team.codeCopied)}>{t.team.copyCode}</Button>}
                        </div>
                        <small class="muted">{t.team.inviteOnce}</small>
                    </div>
                )}
                {!full && team.join_policy !== "CLOSED" && (
                    <Button kind={fresh || active.length > 0 ? "secondary" : "primary"} wide icon="plus" busy={busy} onClick={() => void create()}>
                        {fresh || active.length > 0 ? t.team.inviteAgain : t.team.inviteCreate}
                    </Button>
                )}
                {team.join_policy && (!options ? <Button size="small" kind="quiet" onClick={() => setOptions(true)}>{r.invite.options}</Button>
                    : <InviteOptions team={team} make={make} onCancel={() => setOptions(false)} />)}
                {active.length > 0 && (
                    <div>
                        <h3 class="list-title">{t.team.inviteActive}</h3>
                        <ul>
                            {active.map((invite) => (
                                <li key={invite.id} class="row row-between invite-row">
                                    <span>
                                        {invite.kind === "LINK" ? r.invite.kinds.LINK : t.team.inviteEnding(invite.code_hint ?? invite.code?.slice(-2) ?? "")}
                                        <small class="muted block">{t.team.inviteUsed(invite.used, invite.max_uses)}{invite.expires && ` · ${t.team.inviteExpires(relative(invite.expires, lang))}`}</small>
                                    </span>
                                    <Button size="small" kind="quiet" onClick={() => void revoke(invite)}>{t.team.inviteRevoke}</Button>
                                </li>
                            ))}
                        </ul>
                    </div>
                )}
            </div>
        </Card>
    );
}
