import { useState } from "preact/hooks";
import { navigate } from "../core/router";
import { Button } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { Checkbox, Select, TextInput } from "../ui/fields";
import { useAct } from "./acts";
import { RoleSign } from "./art";
import { boardOf, count, defaultSetup, filled, goodSeats, kEvilRoles, kGoodRoles, sideOf, withRole } from "./board";
import { command, inRoom } from "./client";
import { setupForWire } from "./decode";
import { SizePicker } from "./queue";
import type { Options, Role, Room, Setup } from "./types";
import { useWords } from "./words";

interface Draft {
    name: string;
    listed: boolean;
    password: string | null; // null: as it is
    allowed: boolean;
    delay: number;
    setup: Setup;
}

const kRepeated = new Set<Role>(["servant", "minion"]);
const kSwitches = ["lady", "excalibur", "plot", "shuffleSeats"] as const;
const kMoreSwitches = ["targeting", "hammer", "anonymousVotes", "hiddenHistory"] as const;

export function CreateRoom({ onClose }: { onClose: () => void }) {
    const w = useWords();
    const [draft, setDraft] = useState<Draft>({ name: "", listed: false, password: "", allowed: true, delay: 0, setup: defaultSetup(5) });
    const [busy, act] = useAct();
    const create = () => act(async () => {
        const ack = await command("room:create", {
            setup: setupForWire(draft.setup), listed: draft.listed, seat: 0, spectators: { allowed: draft.allowed, delay: draft.delay },
            ...(draft.name.trim() ? { name: draft.name.trim() } : {}), ...(draft.password ? { password: draft.password } : {}),
        });
        await navigate(`/avalon/r/${String(ack["code"]).toUpperCase()}`, { force: true });
    });
    return (
        <Modal title={w.create.title} onClose={onClose} wide>
            <RoomForm draft={draft} onChange={setDraft} submit={w.create.submit} busy={busy} onSubmit={() => void create()} />
        </Modal>
    );
}

export function EditRoom({ room, onClose }: { room: Room; onClose: () => void }) {
    const w = useWords();
    const [draft, setDraft] = useState<Draft>({ name: room.name, listed: room.listed, password: null, allowed: room.spectators.allowed, delay: room.spectators.delay, setup: room.setup });
    const [busy, act] = useAct();
    const save = () => act(async () => {
        await inRoom("room:setup", {
            setup: setupForWire(draft.setup), listed: draft.listed, name: draft.name.trim(), spectators: { allowed: draft.allowed, delay: draft.delay },
            ...(draft.password === null ? {} : { password: draft.password || null }),
        });
        onClose();
    });
    return (
        <Modal title={w.room.settings} onClose={onClose} wide>
            <RoomForm draft={draft} onChange={setDraft} submit={w.create.save} busy={busy} onSubmit={() => void save()} />
        </Modal>
    );
}

function RoomForm({ draft, onChange, submit, busy, onSubmit }: { draft: Draft; onChange: (draft: Draft) => void; submit: string; busy: boolean; onSubmit: () => void }) {
    const w = useWords();
    const players = draft.setup.roles.length;
    const set = (change: Partial<Draft>) => onChange({ ...draft, ...change });
    const setOptions = (change: Partial<Options>) => set({ setup: { ...draft.setup, options: { ...draft.setup.options, ...change } } });
    const resize = (size: number) => set({ setup: { ...defaultSetup(size), options: draft.setup.options } });
    return (
        <form class="form" noValidate onSubmit={(event) => { event.preventDefault(); onSubmit(); }}>
            <fieldset>
                <legend class="field-label">{w.create.players}</legend>
                <SizePicker value={players} onChange={resize} />
            </fieldset>
            <Roles setup={draft.setup} onChange={(setup) => set({ setup })} />
            <fieldset class="stack-s">
                <legend class="field-label">{w.create.options}</legend>
                {kSwitches.map((name) => <Switch key={name} name={name} options={draft.setup.options} onChange={setOptions} />)}
                <details class="av-more">
                    <summary>{w.create.more}</summary>
                    <div class="stack-s">
                        {kMoreSwitches.map((name) => <Switch key={name} name={name} options={draft.setup.options} onChange={setOptions} />)}
                        <Toggle label={w.create.evilReveal} note={w.create.evilRevealNote} checked={draft.setup.options.evilReveal === "all"} onChange={(on) => setOptions({ evilReveal: on ? "all" : "none" })} />
                        <Toggle label={w.create.speech} note={w.create.speechNote} checked={draft.setup.options.speech === "round"} onChange={(on) => setOptions({ speech: on ? "round" : "free" })} />
                        {draft.setup.options.speech === "round" && (
                            <Select label={w.create.speechSeconds} value={String(draft.setup.options.speechSeconds)} onChange={(value) => setOptions({ speechSeconds: Number(value) })}
                                choices={[30, 45, 60, 90].map((n) => ({ value: String(n), label: w.create.seconds(n) }))} />
                        )}
                    </div>
                </details>
            </fieldset>
            <div class="form-grid">
                <Select label={w.create.timer} value={draft.setup.options.timer} onChange={(value) => setOptions({ timer: value as Options["timer"] })}
                    choices={Object.entries(w.timers).map(([value, label]) => ({ value, label }))} />
                <Select label={w.create.timeout} value={draft.setup.options.timeout} onChange={(value) => setOptions({ timeout: value as Options["timeout"] })}
                    choices={Object.entries(w.policies).map(([value, label]) => ({ value, label }))} />
            </div>
            <div class="form-grid">
                <TextInput label={w.create.name} help={w.create.nameHelp} value={draft.name} maxLength={40} onInput={(name) => set({ name })} />
                <TextInput label={w.create.password} help={w.create.passwordHelp} value={draft.password ?? ""} maxLength={32} onInput={(password) => set({ password })} />
            </div>
            <fieldset class="stack-s">
                <Toggle label={w.create.listed} note={w.create.listedNote} checked={draft.listed} onChange={(listed) => set({ listed })} />
                <Toggle label={w.create.spectators} note={w.create.spectatorsNote} checked={draft.allowed} onChange={(allowed) => set({ allowed })} />
                {draft.allowed && <Select label={w.create.delay} value={String(draft.delay)} onChange={(value) => set({ delay: Number(value) })}
                    choices={Object.entries(w.create.delays).map(([value, label]) => ({ value, label }))} />}
            </fieldset>
            <div class="av-form-end"><Button type="submit" kind="primary" size="large" wide busy={busy}>{submit}</Button></div>
        </form>
    );
}

function Toggle({ label, note, checked, onChange }: { label: string; note: string; checked: boolean; onChange: (on: boolean) => void }) {
    return <Checkbox label={label} help={note} checked={checked} onChange={onChange} />;
}

function Switch({ name, options, onChange }: { name: typeof kSwitches[number] | typeof kMoreSwitches[number]; options: Options; onChange: (change: Partial<Options>) => void }) {
    const w = useWords();
    return <Toggle label={w.switches[name].name} note={w.switches[name].note} checked={options[name]} onChange={(on) => onChange({ [name]: on })} />;
}

function Roles({ setup, onChange }: { setup: Setup; onChange: (setup: Setup) => void }) {
    const w = useWords();
    const players = setup.roles.length;
    const good = goodSeats(players);
    const board = boardOf(setup);
    const has = (side: "good" | "evil") => setup.roles.filter((role) => sideOf(role) === side).length;
    const toggle = (role: Role, on: boolean) => {
        const roles = withRole(setup.roles, role, on, players);
        const pair = roles.includes("lancelot_good");
        const lancelot = pair ? (setup.options.lancelot === "none" ? "hidden_deck" : setup.options.lancelot) : "none";
        onChange({ roles, options: { ...setup.options, lancelot } });
    };
    const missing = { good: good - has("good"), evil: players - good - has("evil") };
    return (
        <fieldset class="stack-s">
            <legend class="field-label">{w.create.roles}</legend>
            <p class="field-help">{w.create.rolesHelp(good, players - good)}</p>
            {([["good", kGoodRoles], ["evil", kEvilRoles]] as const).map(([side, roles]) => (
                <div key={side} class={`av-picks av-${side}`} role="group" aria-label={w.create[side]}>
                    {roles.map((role) => {
                        const number = count(setup.roles, role);
                        if (kRepeated.has(role)) return number > 0 && <span key={role} class="av-pick av-pick-fill"><RoleSign role={role} size={22} />{w.roles[role].name} ×{number}</span>;
                        return (
                            <button key={role} type="button" class="av-pick" aria-pressed={number > 0} title={w.roles[role].note(board)} onClick={() => toggle(role, number === 0)}>
                                <RoleSign role={role} size={22} />{w.roles[role].name}
                            </button>
                        );
                    })}
                    {missing[side] !== 0 && <span class="av-bad">{side === "good" ? w.create.wrongGood(missing.good) : w.create.wrongEvil(missing.evil)}</span>}
                </div>
            ))}
            {setup.roles.includes("lancelot_good") && (
                <div class="form-grid">
                    <Select label={w.create.lancelot} value={setup.options.lancelot} onChange={(value) => onChange({ ...setup, options: { ...setup.options, lancelot: value as Options["lancelot"] } })}
                        choices={Object.entries(w.lancelots).filter(([value]) => value !== "none").map(([value, label]) => ({ value, label }))} />
                    <Select label={w.create.mustPlay} value={setup.options.lancelotMustPlay} onChange={(value) => onChange({ ...setup, options: { ...setup.options, lancelotMustPlay: value as Options["lancelotMustPlay"] } })}
                        choices={Object.entries(w.create.mustPlays).map(([value, label]) => ({ value, label }))} />
                </div>
            )}
            <button type="button" class="link-button" onClick={() => onChange({ roles: filled(defaultSetup(players).roles, players), options: { ...setup.options, lancelot: "none" } })}>{w.create.standard}</button>
        </fieldset>
    );
}
