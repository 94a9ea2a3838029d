// The organisations one is in, and the page of an invitation to one.
import { useState } from "preact/hooks";
import type { Organisation, OrganisationInvitation } from "../../core/account";
import { act, list, post } from "../../core/api";
import { asApiError, useBusy, useLoad } from "../../core/hooks";
import { navigate } from "../../core/router";
import { useSession } from "../../core/session";
import { dateTime } from "../../core/time";
import { useLang, useText } from "../../i18n";
import { useAccountText } from "../../i18n/account";
import { Badge, Button, Card, Empty, Failed, LinkButton, Loading, Notice, PageHead, errorText } from "../../ui/basic";
import { ask } from "../../ui/dialog";
import { toast } from "../../ui/toast";
import { AccountFrame, useMine } from "./frame";

export function OrganisationsPage() {
    const t = useAccountText();
    const mine = useMine();
    const found = useLoad((signal) => list<Organisation>("/organisations", {}, { signal }), []);
    const [busy, run] = useBusy();
    const leave = async (organisation: Organisation) => {
        const { ok } = await ask({ title: t.organisations.leaveTitle(organisation.name), body: t.organisations.leaveBody, confirm: t.organisations.leave, danger: true });
        if (!ok) return;
        await run(async () => {
            try {
                await act(`/organisations/${organisation.id}/leave`);
                toast(t.organisations.left);
            } catch (error) {
                toast(errorText(asApiError(error)), "bad");
            }
            await found.reload();
        });
    };
    return (
        <AccountFrame mine={mine}>
            <Card title={t.organisations.title} lead={t.organisations.lead} id="organisations">
                {!found.data && (found.error ? <Failed error={found.error} retry={() => void found.reload()} /> : <Loading />)}
                {found.data?.items.length === 0 && <Empty icon="users" title={t.organisations.emptyTitle}>{t.organisations.emptyBody}</Empty>}
                <ul class="settings">
                    {found.data?.items.map((organisation) => (
                        <li key={organisation.id} class="setting">
                            <div class="setting-text">
                                <p class="setting-name">{organisation.name}</p>
                                <p class="row">
                                    <Badge tone="accent">{t.organisations.role[organisation.role] ?? organisation.role}</Badge>
                                    {organisation.personal && <Badge>{t.organisations.personal}</Badge>}
                                    {organisation.state === "CLOSED" && <Badge tone="warn">{t.organisations.closed}</Badge>}
                                </p>
                            </div>
                            {!organisation.personal && (
                                <Button size="small" busy={busy} label={t.organisations.leaveOf(organisation.name)} onClick={() => void leave(organisation)}>{t.organisations.leave}</Button>
                            )}
                        </li>
                    ))}
                </ul>
            </Card>
        </AccountFrame>
    );
}

// The link's token, kept for this tab while the person signs in; it does not stay in the address bar.
const kKept = "rt.organisation-invitation";

function takeToken(): string {
    const token = location.hash.slice(1);
    try {
        if (!token) return sessionStorage.getItem(kKept) ?? "";
        sessionStorage.setItem(kKept, token);
        history.replaceState(null, "", location.pathname);
    } catch {
        // Without storage the token stays in the address bar.
    }
    return token;
}

function forgetToken(): void {
    try {
        sessionStorage.removeItem(kKept);
    } catch {
        // Nothing was kept.
    }
}

function Invitation({ token }: { token: string }) {
    const t = useAccountText();
    const lang = useLang();
    const [busy, run] = useBusy();
    const [problem, setProblem] = useState("");
    const found = useLoad((signal) => post<OrganisationInvitation>("/organisation-invitations/lookup", { token }, { signal }), [token]);
    if (!found.data) {
        if (!found.error) return <Loading />;
        const spent = [404, 409, 410, 422].includes(found.error.status);
        if (!spent) return <Failed error={found.error} retry={() => void found.reload()} />;
        return (
            <div class="slim">
                <PageHead title={t.organisations.joinTitle} />
                <div class="card stack-s"><Notice tone="warn" live>{t.organisations.bad}</Notice><LinkButton href="/account/organisations" wide>{t.organisations.mine}</LinkButton></div>
            </div>
        );
    }
    const { organisation, role, expires } = found.data;
    const accept = () => run(async () => {
        setProblem("");
        try {
            await post("/organisation-invitations/accept", { token });
            forgetToken();
            // So that the menus show the console to somebody who has a place there now.
            await import("../../admin/rights").then((m) => m.loadRights()).catch(() => undefined);
            toast(t.organisations.joined(organisation.name));
            await navigate("/account/organisations", { replace: true });
        } catch (error) {
            setProblem(errorText(asApiError(error)));
        }
    });
    return (
        <div class="slim">
            <PageHead title={t.organisations.invited(organisation.name)} lead={t.organisations.asRole(t.organisations.role[role] ?? role)} />
            <div class="card stack-s">
                <p class="muted">{t.organisations.expires(dateTime(expires, lang))}</p>
                {problem && <Notice tone="bad" live>{problem}</Notice>}
                <Button kind="primary" size="large" wide busy={busy} onClick={() => void accept()}>{t.organisations.accept}</Button>
            </div>
        </div>
    );
}

export function JoinOrganisationPage() {
    const common = useText();
    const t = useAccountText();
    const session = useSession();
    const [token] = useState(takeToken);
    if (session.status === "unknown") return <Loading />;
    if (token && session.status === "in") return <Invitation token={token} />;
    const next = encodeURIComponent("/organisations/join");
    return (
        <div class="slim">
            <PageHead title={t.organisations.joinTitle} lead={token ? t.organisations.needAccount : undefined} />
            <div class="card stack-s">
                {!token && <Notice tone="warn">{t.organisations.missing}</Notice>}
                {token && <LinkButton href={`/signin?next=${next}`} kind="primary" size="large" wide>{common.nav.signIn}</LinkButton>}
                {token && <LinkButton href={`/register?next=${next}`} size="large" wide>{common.nav.register}</LinkButton>}
            </div>
        </div>
    );
}
