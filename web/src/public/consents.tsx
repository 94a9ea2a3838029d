// One agreement to all that the event asks for, each text a tap away, in the version that is shown.
import { useId } from "preact/hooks";
import { asApiError } from "../core/hooks";
import { useLang, useText } from "../i18n";
import { useRegistrationText } from "../i18n/registration";
import { DocumentLink, type EventDocument } from "../ui/dynamic_form_parts";
import { Icon } from "../ui/icons";

// What is sent for the tick: the texts as they were shown here. The server refuses it when one of them has a newer version.
// null: this person may not see the list; he agrees to what is in force.
export const agreementTo = (documents: EventDocument[] | null) => ({ consent: true, ...(documents && { documents: documents.map((document) => document.id) }) });

// When the texts have changed meanwhile, the new ones are fetched and the tick is gone; the form tells why.
export async function unlessChanged<T>(send: () => Promise<T>, fetchAgain: () => Promise<unknown>): Promise<T> {
    try {
        return await send();
    } catch (error) {
        if (asApiError(error).code === "DOCUMENT_CHANGED") await fetchAgain();
        throw error;
    }
}

export function ConsentCheck({ event, documents, checked, onChange, error, lead }: {
    event: string; documents: EventDocument[]; checked: boolean; onChange: (checked: boolean) => void; error?: string | undefined; lead?: string;
}) {
    const t = useText();
    const r = useRegistrationText();
    const lang = useLang();
    const id = useId();
    const words = lead ?? t.team.consent;
    return (
        <div class={error ? "field field-bad" : "field"}>
            <div class="check">
                <input id={id} type="checkbox" checked={checked} data-field="consent" aria-invalid={error ? true : undefined} aria-describedby={error ? `${id}-error` : undefined}
                    onChange={(change) => onChange(change.currentTarget.checked)} />
                <span>
                    <label for={id}>{documents.length > 0 ? words.replace(/[.。]$/, "") + (lang === "zh" ? `，${r.consent.all}` : `. ${r.consent.all} `) : words}</label>
                    {documents.map((document, i) => (
                        <span key={document.id}>{i > 0 && (lang === "zh" ? (i === documents.length - 1 ? r.consent.and : "、") : i === documents.length - 1 ? ` ${r.consent.and} ` : ", ")}<DocumentLink event={event} document={document} /></span>
                    ))}
                </span>
            </div>
            {error && <p class="field-error" id={`${id}-error`}><Icon name="alert" size={16} />{error}</p>}
        </div>
    );
}
