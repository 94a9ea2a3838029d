import { useState } from "preact/hooks";
import { call } from "../core/api";
import type { ManagedPerson } from "../core/registration";
import { useText } from "../i18n";
import { useRegistrationText } from "../i18n/registration";
import { Badge, Button, Card, Empty, Failed, Loading, PageHead } from "../ui/basic";
import { Modal, ask } from "../ui/dialog";
import { Icon } from "../ui/icons";
import { Menu } from "../ui/menu";
import { toast } from "../ui/toast";
import { PersonForm } from "./person_form";
import { ageOn, usePersons } from "./person_picker";
import { useAct } from "./team/acts";

export function PersonsPage() {
    const t = useText();
    const r = useRegistrationText();
    const persons = usePersons();
    const [editing, setEditing] = useState<ManagedPerson | "new" | null>(null);
    const rows = persons.data ?? [];
    const done = async () => {
        setEditing(null);
        toast(r.persons.saved);
        await persons.reload();
    };
    return (
        <div class="narrow stack">
            <PageHead title={r.persons.title} lead={r.persons.lead} back={{ href: "/mine", label: t.nav.mine }} />
            {persons.loading && !persons.data && <Loading />}
            {persons.error && !persons.data && <Failed error={persons.error} retry={() => void persons.reload()} />}
            {persons.data && (
                <Card>
                    {rows.length === 0 ? <Empty icon="users" title={r.persons.empty} actions={<Button kind="primary" icon="plus" onClick={() => setEditing("new")}>{r.persons.add}</Button>}>{r.persons.emptyBody}</Empty> : (
                        <>
                            <ul class="settings">{rows.map((person) => <PersonRow key={person.id} person={person} edit={() => setEditing(person)} reload={persons.reload} />)}</ul>
                            <div class="card-foot"><Button icon="plus" kind="primary" onClick={() => setEditing("new")}>{r.persons.add}</Button></div>
                        </>
                    )}
                </Card>
            )}
            {editing && (
                <Modal title={editing === "new" ? r.persons.addTitle : r.persons.editTitle(editing.name)} onClose={() => setEditing(null)}>
                    <PersonForm person={editing === "new" ? null : editing} onDone={() => void done()} onCancel={() => setEditing(null)} />
                </Modal>
            )}
        </div>
    );
}

function PersonRow({ person, edit, reload }: { person: ManagedPerson; edit: () => void; reload: () => Promise<void> }) {
    const t = useText();
    const r = useRegistrationText();
    const act = useAct(reload);
    const age = ageOn(person.birth_date, new Date().toISOString());
    const remove = async () => {
        const { ok } = await ask({ title: r.persons.removeTitle(person.name), body: r.persons.removeBody, confirm: r.persons.remove, danger: true });
        if (ok) await act(() => call("DELETE", `/me/persons/${person.id}`), r.persons.removed);
    };
    const facts = [age !== null ? r.persons.age(age) : null, person.gender ? r.persons.genders[person.gender] : null, person.id_no].filter(Boolean);
    return (
        <li class="setting">
            <span class="setting-text">
                <span class="setting-name row">{person.name}<Badge>{r.persons.relations[person.relation]}</Badge></span>
                {facts.length > 0 && <span class="muted">{facts.join(" · ")}</span>}
            </span>
            <span class="row">
                <Button size="small" onClick={edit}>{t.common.edit}</Button>
                {person.relation !== "SELF" && (
                    <Menu label={`${t.team.more}: ${person.name}`} summary={<Icon name="more" />}>
                        <button type="button" class="menu-danger" onClick={() => void remove()}><Icon name="trash" size={18} />{r.persons.remove}</button>
                    </Menu>
                )}
            </span>
        </li>
    );
}
