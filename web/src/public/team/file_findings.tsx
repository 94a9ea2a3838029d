// What the organiser found wrong with files that were handed in, for who can send better ones.
import { list } from "../../core/api";
import { useLoad } from "../../core/hooks";
import type { PublicEvent, Roster } from "../../core/registration";
import type { FormField } from "../../core/types";
import { pick, useLang } from "../../i18n";
import { useRegistrationText } from "../../i18n/registration";
import { Badge, Card } from "../../ui/basic";

interface Finding {
    id: string;
    field: string;
    member: string | null;
    state: "PENDING" | "OK" | "REJECTED";
    reason: string | null;
}

const kFileTypes: ReadonlySet<string> = new Set(["file", "image", "signature"]);

export function FileFindings({ team, event }: { team: Roster; event: PublicEvent }) {
    const r = useRegistrationText();
    const lang = useLang();
    const fields: FormField[] = Object.values(event.forms ?? {}).flatMap((form) => form?.fields ?? []);
    const asks = fields.some((field) => kFileTypes.has(field.type));
    const found = useLoad(async (signal) => (asks ? (await list<Finding>(`/teams/${team.id}/files`, {}, { signal })).items : []), [team.id, team.rev, asks]);
    const wrong = (found.data ?? []).filter((one) => one.state === "REJECTED");
    if (wrong.length === 0) return null;
    const owner = (one: Finding) => team.members.find((member) => member.id === one.member)?.name ?? team.name;
    return (
        <Card title={r.team.filesTitle} lead={r.team.filesLead} id="files">
            <ul class="settings">
                {wrong.map((one) => (
                    <li class="setting" key={one.id}>
                        <span class="setting-text">
                            <span class="setting-name">{pick(fields.find((field) => field.key === one.field)?.label, lang) || one.field} · {owner(one)}</span>
                            {one.reason && <span>{one.reason}</span>}
                        </span>
                        <Badge tone="bad">{r.team.fileRejected}</Badge>
                    </li>
                ))}
            </ul>
        </Card>
    );
}
