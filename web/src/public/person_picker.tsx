// Who takes part: oneself, or a person whose details one keeps.
import { useState } from "preact/hooks";
import { list, type Page } from "../core/api";
import { useLoad, type Loaded } from "../core/hooks";
import type { ManagedPerson, RosterMember } from "../core/registration";
import { useSession } from "../core/session";
import { useRegistrationText } from "../i18n/registration";
import { Button } from "../ui/basic";
import { Modal } from "../ui/dialog";
import { Choices } from "../ui/fields";
import { PersonForm } from "./person_form";

export const kMyself = "";

export function usePersons(active = true): Loaded<ManagedPerson[]> {
    const session = useSession();
    return useLoad<ManagedPerson[]>(async (signal) => {
        if (!active || session.status !== "in") return [];
        const page: Page<ManagedPerson> = await list("/me/persons", {}, { signal });
        return page.items;
    }, [active, session.status]);
}

// Whom of one's persons a member is; members say no more of it than the name.
export function personOf(persons: ManagedPerson[], member: RosterMember): ManagedPerson | undefined {
    if (!member.managed) return undefined;
    const same = persons.filter((person) => person.name === member.name);
    return (member.is_me ? same.find((person) => person.relation === "SELF") : undefined) ?? same.find((person) => person.relation !== "SELF");
}

export const isOneself = (persons: ManagedPerson[], member: RosterMember): boolean => Boolean(member.is_me) && (personOf(persons, member)?.relation ?? "SELF") === "SELF";

export function ageOn(birth: string | null, on: string): number | null {
    if (!birth) return null;
    const [a, b] = [new Date(birth), new Date(on)];
    const whole = b.getUTCFullYear() - a.getUTCFullYear();
    return b.getUTCMonth() < a.getUTCMonth() || (b.getUTCMonth() === a.getUTCMonth() && b.getUTCDate() < a.getUTCDate()) ? whole - 1 : whole;
}

// `value` is the id of a person, or kMyself.
export function PersonPicker({ persons, value, onChange, label, error, self = true }: {
    persons: Loaded<ManagedPerson[]>; value: string; onChange: (id: string, person: ManagedPerson | null) => void; label: string; error?: string | undefined; self?: boolean;
}) {
    const r = useRegistrationText();
    const [adding, setAdding] = useState(false);
    const others = (persons.data ?? []).filter((person) => person.relation !== "SELF");
    const choices = [
        ...(self ? [{ value: kMyself, label: r.found.myself }] : []),
        ...others.map((person) => ({ value: person.id, label: person.name, note: r.persons.relations[person.relation] })),
    ];
    return (
        <div class="stack-s">
            {(others.length > 0 || !self) && (
                <Choices cards label={label} name="person" error={error} values={[value]} choices={choices}
                    onChange={(next) => onChange(next[0] ?? kMyself, others.find((person) => person.id === next[0]) ?? null)} />
            )}
            <div><Button size="small" icon="plus" kind={others.length > 0 ? "quiet" : "secondary"} onClick={() => setAdding(true)}>{r.found.addPerson}</Button></div>
            {adding && (
                <Modal title={r.persons.addTitle} onClose={() => setAdding(false)}>
                    <PersonForm person={null} onCancel={() => setAdding(false)} onDone={(person) => {
                        setAdding(false);
                        persons.set([...(persons.data ?? []), person]);
                        onChange(person.id, person);
                    }} />
                </Modal>
            )}
        </div>
    );
}
