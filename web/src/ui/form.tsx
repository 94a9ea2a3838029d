// What every form shares: errors beside fields, input kept, focus on the first mistake, one submission at a time.
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { ApiError } from "../core/api";
import { asApiError, useBusy, useIdempotencyKey } from "../core/hooks";
import { text, useText } from "../i18n";
import { Button, Notice, errorText } from "./basic";
import { fieldName } from "./field_name";

export type FieldErrors = Record<string, string>;

export interface FormControl {
    errors: FieldErrors;
    failure: ApiError | null;
    busy: boolean;
    fail: (errors: FieldErrors) => void;
    clear: () => void;
    run: (work: () => Promise<void>, errors?: FieldErrors) => Promise<void>;
    key: (body: unknown) => string;
    box: { current: HTMLFormElement | null };
}

function serverErrors(error: ApiError): FieldErrors {
    const found: FieldErrors = {};
    for (const detail of error.details) if (detail.field) found[fieldName(detail.field)] ??= detail.reason;
    return found;
}

export function useForm(): FormControl {
    const [errors, setErrors] = useState<FieldErrors>({});
    const [failure, setFailure] = useState<ApiError | null>(null);
    const [busy, once] = useBusy();
    const key = useIdempotencyKey();
    const box = useRef<HTMLFormElement | null>(null);

    const focusMistake = () => requestAnimationFrame(() => {
        const field = box.current?.querySelector<HTMLElement>("[data-invalid] input, input[aria-invalid=true], select[aria-invalid=true], textarea[aria-invalid=true]");
        const target = field ?? box.current?.querySelector<HTMLElement>(".form-failure");
        target?.focus();
        target?.scrollIntoView({ block: "center" });
    });
    const fail = (next: FieldErrors) => {
        setErrors(next);
        setFailure(null);
        focusMistake();
    };
    const clear = () => {
        setErrors({});
        setFailure(null);
    };
    const run = async (work: () => Promise<void>, found: FieldErrors = {}) => {
        if (Object.keys(found).length > 0) {
            fail(found);
            return;
        }
        await once(async () => {
            clear();
            try {
                await work();
            } catch (error) {
                const known = asApiError(error);
                setErrors(serverErrors(known));
                setFailure(known);
                focusMistake();
            }
        });
    };
    return { errors, failure, busy, fail, clear, run, key, box };
}

// `shown` are the fields this form has; an error of any other field is listed above, so that none is lost.
export function Form({ form, onSubmit, children, shown, onReload }: {
    form: FormControl; onSubmit: () => void; children: ComponentChildren; shown?: string[]; onReload?: () => void;
}) {
    const t = useText();
    const stray = shown ? Object.entries(form.errors).filter(([field]) => !shown.includes(field)) : [];
    const count = Object.keys(form.errors).length;
    const changed = form.failure?.status === 412;
    return (
        <form noValidate ref={form.box} class="form" onSubmit={(event) => { event.preventDefault(); onSubmit(); }}>
            {(form.failure || count > 1) && (
                <div class="form-failure" tabIndex={-1} role="alert">
                    <Notice tone="bad" title={changed ? t.errors.changedTitle : form.failure && !(count > 0 && form.failure.status === 422) ? failureText(form.failure) : t.errors.summary(count)}
                        actions={changed && onReload && <Button size="small" icon="refresh" onClick={onReload}>{t.common.reload}</Button>}>
                        {changed && <p>{t.errors.changedBody}</p>}
                        {stray.length > 0 && <ul>{stray.map(([field, reason]) => <li key={field}>{reason}</li>)}</ul>}
                        {form.failure && form.failure.status >= 500 && form.failure.requestId && <small class="request-id">{t.common.requestId(form.failure.requestId)}</small>}
                    </Notice>
                </div>
            )}
            {children}
        </form>
    );
}

function failureText(error: ApiError): string {
    return error.code === "QUOTA_FULL" ? text().errors.quotaFull : errorText(error);
}
