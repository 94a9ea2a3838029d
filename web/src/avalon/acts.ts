import { useBusy } from "../core/hooks";
import { toast } from "../ui/toast";
import { CommandError, type Ack } from "./wire";
import { words } from "./words";

// What the server says; where it found fault with what was filled in, what that is.
export function fault(error: unknown): string {
    if (!(error instanceof CommandError) || !error.message) return words().error;
    return error.code === "VALIDATION_FAILED" && error.reason ? `${error.message}${words().colon}${error.reason}` : error.message;
}

export function complain(error: unknown): void {
    toast(fault(error), "bad");
}

// Runs one command at a time; an error is told as the server words it. Answers false then.
export function useAct(): [boolean, (work: () => Promise<Ack | void>) => Promise<boolean>] {
    const [busy, once] = useBusy();
    const run = async (work: () => Promise<Ack | void>) => {
        const done = await once(async () => {
            try {
                await work();
                return true;
            } catch (error) {
                complain(error);
                return false;
            }
        });
        return done ?? false;
    };
    return [busy, run];
}
