import { Failed, Loading } from "../../ui/basic";
import { AccountFrame, useMine } from "./frame";
import { IdentitiesCard } from "./identities";
import { PasswordCard } from "./password";
import { SecondStepCard } from "./second_step";

export function SecurityPage() {
    const mine = useMine();
    const reload = mine.reload;
    return (
        <AccountFrame mine={mine}>
            {!mine.data && (mine.error ? <Failed error={mine.error} retry={() => void reload()} /> : <Loading />)}
            {mine.data && (
                <>
                    <IdentitiesCard mine={mine.data} onChanged={reload} />
                    <PasswordCard mine={mine.data} />
                    <SecondStepCard mine={mine.data} onChanged={reload} />
                </>
            )}
        </AccountFrame>
    );
}
