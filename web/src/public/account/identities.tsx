// What one signs in with: e-mail, phone, WeChat. Added, changed and removed in dialogs.
import { useState } from "preact/hooks";
import { channelOf, type Channel, type Identity } from "../../core/account";
import { post } from "../../core/api";
import { dateTime } from "../../core/time";
import { useLang, useText } from "../../i18n";
import { useAccountText } from "../../i18n/account";
import { Button, Card, Loading } from "../../ui/basic";
import { Modal } from "../../ui/dialog";
import { Form, useForm } from "../../ui/form";
import { Icon } from "../../ui/icons";
import { toast } from "../../ui/toast";
import { AddressInput, CodeFields, addressError, channelsOf, cleanAddress, cleanCode, codeError, useAuthOptions, useCode } from "../one_time_code";
import { useProof, withProof, type Mine } from "./frame";

type Doing = { what: "add" | "change"; channel: Channel } | { what: "remove"; identity: Identity } | null;

// A new address, in the place of the present one or beside it: proof of oneself first, then the code.
function AddressDialog({ mine, change, channel, onDone, onClose }: {
    mine: Mine; change: boolean; channel: Channel; onDone: () => Promise<void>; onClose: () => void;
}) {
    const common = useText();
    const t = useAccountText();
    const [to, setTo] = useState("");
    const [typed, setTyped] = useState("");
    const code = useCode(change ? "change" : "verify");
    const proof = useProof(mine, "confirm_code");
    const form = useForm();
    const email = channel === "email";
    const titles = change ? [t.identities.changeEmail, t.identities.changePhone] : [t.identities.addEmail, t.identities.addPhone];
    const finish = () => withProof(form, async () => {
        const body = { channel, to: code.sent!.to, code: cleanCode(typed), ...proof.body() };
        await post(change ? "/me/identities/change" : "/me/identities", body);
        toast(change ? t.identities.changed : t.identities.added);
        await onDone();
    });
    const submit = () => (code.sent
        ? form.run(finish, { ...codeError(typed), ...proof.check() })
        : form.run(() => code.send(channel, cleanAddress(channel, to)), addressError(channel, to, common.field)));
    return (
        <Modal title={titles[email ? 0 : 1]!} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["to", "code", "password", "confirm_code"]}>
                {change && <p class="muted">{t.identities.changeNote}</p>}
                {!code.sent && (
                    <AddressInput channel={channel} label={change ? (email ? t.identities.newEmail : t.identities.newPhone) : undefined}
                        value={to} onInput={setTo} error={form.errors["to"]} />
                )}
                <CodeFields code={code} form={form} value={typed} onInput={setTyped} />
                {(code.sent || !proof.possible) && proof.fields(form)}
                <div class="dialog-actions">
                    <Button onClick={onClose}>{common.common.cancel}</Button>
                    <Button type="submit" kind="primary" busy={form.busy} disabled={(!code.sent && code.left > 0) || !proof.possible}>
                        {code.sent ? (change ? t.identities.change : t.identities.add) : t.code.send}
                    </Button>
                </div>
            </Form>
        </Modal>
    );
}

function RemoveDialog({ mine, identity, onDone, onClose }: { mine: Mine; identity: Identity; onDone: () => Promise<void>; onClose: () => void }) {
    const common = useText();
    const t = useAccountText();
    const proof = useProof(mine);
    const form = useForm();
    const submit = () => form.run(() => withProof(form, async () => {
        await post(`/me/identities/${identity.id}/remove`, proof.body());
        toast(t.identities.removed);
        await onDone();
    }), proof.check());
    return (
        <Modal title={t.identities.removeTitle(t.identities.kind[identity.kind])} onClose={onClose}>
            <Form form={form} onSubmit={() => void submit()} shown={["password", "code"]}>
                <p class="muted">{t.identities.removeBody(identity.shown || t.identities.kind[identity.kind])}</p>
                {proof.fields(form)}
                <div class="dialog-actions">
                    <Button onClick={onClose}>{common.common.cancel}</Button>
                    <Button type="submit" kind="danger" busy={form.busy} disabled={!proof.possible}>{t.identities.remove}</Button>
                </div>
            </Form>
        </Modal>
    );
}

function Row({ identity, onDo, canChange }: { identity: Identity; onDo: (doing: Doing) => void; canChange: boolean }) {
    const t = useAccountText();
    const lang = useLang();
    const kind = t.identities.kind[identity.kind];
    const channel = channelOf(identity.kind);
    return (
        <li class="setting">
            <div class="setting-text">
                <p class="setting-name">{kind}</p>
                <p>{identity.shown}</p>
                <p class="muted setting-note"><Icon name="check" size={14} />{t.identities.verified(dateTime(identity.verified_at, lang))}</p>
            </div>
            <div class="row">
                {channel && canChange && (
                    <Button size="small" label={t.identities.named(t.identities.change, kind)} onClick={() => onDo({ what: "change", channel })}>{t.identities.change}</Button>
                )}
                <Button size="small" label={t.identities.named(t.identities.remove, kind)} onClick={() => onDo({ what: "remove", identity })}>{t.identities.remove}</Button>
            </div>
        </li>
    );
}

export function IdentitiesCard({ mine, onChanged }: { mine: Mine; onChanged: () => Promise<void> }) {
    const t = useAccountText();
    const options = useAuthOptions();
    const [doing, setDoing] = useState<Doing>(null);
    const channels = options ? channelsOf(options) : [];
    const missing = (["email", "phone"] as const).filter((channel) => !mine.items.some((item) => channelOf(item.kind) === channel));
    const close = () => setDoing(null);
    const done = async () => {
        close();
        await onChanged();
    };
    return (
        <Card title={t.identities.title} lead={t.identities.lead} id="identities">
            {!options ? <Loading /> : (
                <ul class="settings">
                    {mine.items.map((item) => (
                        <Row key={item.id} identity={item} onDo={setDoing} canChange={channels.some((channel) => channel === channelOf(item.kind))} />
                    ))}
                    {missing.map((channel) => {
                        const kind = channel === "email" ? t.identities.kind.EMAIL : t.identities.kind.PHONE;
                        return (
                            <li key={channel} class="setting">
                                <div class="setting-text"><p class="setting-name">{kind}</p><p class="muted">{t.identities.none}</p></div>
                                {channels.includes(channel) && (
                                    <Button size="small" label={t.identities.named(t.identities.add, kind)} onClick={() => setDoing({ what: "add", channel })}>{t.identities.add}</Button>
                                )}
                            </li>
                        );
                    })}
                </ul>
            )}
            {doing?.what === "remove" && <RemoveDialog mine={mine} identity={doing.identity} onDone={done} onClose={close} />}
            {doing && doing.what !== "remove" && <AddressDialog mine={mine} change={doing.what === "change"} channel={doing.channel} onDone={done} onClose={close} />}
        </Card>
    );
}
