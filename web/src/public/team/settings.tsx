import { useState } from "preact/hooks";
import { call } from "../../core/api";
import type { JoinPolicy, Roster } from "../../core/registration";
import { useRegistrationText } from "../../i18n/registration";
import { Card } from "../../ui/basic";
import { Choices } from "../../ui/fields";
import { useAct } from "./acts";

const kPolicies: JoinPolicy[] = ["CODE", "APPROVAL", "LINK", "CLOSED"];

// How people may join; by the captain.
export function Settings({ team, reload }: { team: Roster; reload: () => Promise<void> }) {
    const r = useRegistrationText();
    const act = useAct(reload);
    const [chosen, setChosen] = useState<string | null>(null); // shown until the server has said
    const choose = async (policy: string) => {
        setChosen(policy);
        await act(() => call("PATCH", `/teams/${team.id}`, { body: { join_policy: policy }, rev: team.rev }), r.team.policySaved);
        setChosen(null);
    };
    return (
        <Card id="settings">
            <Choices label={r.team.policy} values={[chosen ?? team.join_policy ?? "CODE"]} onChange={(values) => void choose(values[0]!)}
                choices={kPolicies.map((policy) => ({ value: policy, label: r.team.policies[policy]![0], note: r.team.policies[policy]![1] }))} />
        </Card>
    );
}
