import { useState } from "preact/hooks";
import { get, post } from "../core/api";
import { useLoad } from "../core/hooks";
import { stamp } from "../core/time";
import { useLang, useText } from "../i18n";
import { Badge, Button, Card, Failed, Loading, PageHead } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { Choices, Select, TextArea } from "../ui/fields";
import { Form, useForm } from "../ui/form";
import { toast } from "../ui/toast";
import { DialogButtons } from "./acts";
import { FaceLink, ReasonDialog, kReasonMax, useGameText, type Face } from "./avalon_parts";

export interface Player extends Face {
    games: number;
    wins: number;
    rated_games: number;
    rating: number | null;
}

type Kind = "MUTE" | "BAN";

interface Restriction {
    id: string;
    kind: Kind;
    until: string | null;
    reason: string;
    by: Face | null;
    created: string;
    lifted: string | null;
    in_force: boolean;
}

const kHours = ["1", "24", "168", "720", ""];

export function PlayerOfGame({ id }: { id: string }) {
    const g = useGameText();
    const player = useLoad((signal) => get<Player & { restrictions: Restriction[] }>(`/avalon/moderation/players/${id}`, { signal }), [id]);
    const [restricting, setRestricting] = useState(false);
    const data = player.data;
    if (player.error && !data) return <Failed error={player.error} retry={() => void player.reload()} />;
    if (!data) return <Loading />;
    return (
        <>
            <PageHead title={data.nickname} eyebrow={g.player} back={{ href: "/admin/avalon/players", label: g.tabs.players }}
                lead={`${g.games} ${data.games} · ${g.rating} ${data.rating ?? "—"}`}
                actions={<Button kind="danger" onClick={() => setRestricting(true)}>{g.restrict}</Button>} />
            <Card title={g.history}>
                {data.restrictions.length === 0 ? <p class="muted">{g.noHistory}</p>
                    : <ul class="rows">{data.restrictions.map((one) => <RestrictionRow key={one.id} one={one} reload={player.reload} />)}</ul>}
            </Card>
            {restricting && <Restrict player={data} onClose={(changed) => { setRestricting(false); if (changed) void player.reload(); }} />}
        </>
    );
}

function RestrictionRow({ one, reload }: { one: Restriction; reload: () => Promise<void> }) {
    const g = useGameText();
    const lang = useLang();
    const [lifting, setLifting] = useState(false);
    return (
        <li class="row row-between">
            <div>
                <strong>{g.restrictions[one.kind]}</strong> <Badge tone={one.in_force ? "bad" : "neutral"}>{one.in_force ? g.inForce : g.over}</Badge>
                <p>{one.reason}</p>
                <small class="muted num">{stamp(one.created, lang)} · {one.until ? g.until(stamp(one.until, lang)) : g.forEver} · <FaceLink face={one.by} /></small>
            </div>
            {one.in_force && <Button size="small" kind="quiet" label={`${g.lift}: ${g.restrictions[one.kind]}`} onClick={() => setLifting(true)}>{g.lift}</Button>}
            {lifting && (
                <ReasonDialog title={g.liftTitle} path={`/avalon/moderation/restrictions/${one.id}/lift`} label={g.lift} done={g.lifted}
                    onClose={(changed) => { setLifting(false); if (changed) void reload(); }} />
            )}
        </li>
    );
}

function Restrict({ player, onClose }: { player: Player; onClose: (changed: boolean) => void }) {
    const g = useGameText();
    const t = useText();
    const form = useForm();
    const [kind, setKind] = useState<Kind>("MUTE");
    const [hours, setHours] = useState("24");
    const [reason, setReason] = useState("");
    const submit = () => form.run(async () => {
        const body = { kind, hours: hours ? Number(hours) : null, reason: reason.trim() };
        await post(`/avalon/moderation/players/${player.id}/restrictions`, body, { key: form.key(body) });
        toast(g.restricted);
        onClose(true);
    }, reason.trim() ? {} : { reason: t.field.required });
    return (
        <Modal title={g.restrictTitle(player.nickname)} onClose={() => onClose(false)}>
            <Form form={form} onSubmit={() => void submit()} shown={["kind", "hours", "reason"]}>
                <Choices label={g.what} name="kind" values={[kind]} onChange={([next]) => setKind(next as Kind)} error={form.errors["kind"]}
                    choices={(["MUTE", "BAN"] as const).map((value) => ({ value, label: g.restrictions[value], note: g.restrictionHelp[value] }))} />
                <Select label={g.duration} name="hours" value={hours} onChange={setHours} error={form.errors["hours"]}
                    choices={kHours.map((value) => ({ value, label: g.durations[value]! }))} />
                <TextArea label={g.reason} help={g.reasonHelp} name="reason" value={reason} onInput={setReason} error={form.errors["reason"]} maxLength={kReasonMax} rows={3} />
                <DialogButtons busy={form.busy} onClose={() => onClose(false)} label={g.restrict} danger />
            </Form>
        </Modal>
    );
}
