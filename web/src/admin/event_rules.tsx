// The groups of an event's settings that decide who gets a place: review, holds, waiting list, admission, cancellation, privacy.
import { useAdminText } from "../i18n/admin";
import { Card } from "../ui/basic";
import { Checkbox, Choices } from "../ui/fields";
import { NumberInput, errorOf, type GroupProps } from "./event_fields";

export function ReviewGroup(props: GroupProps) {
    const { draft, set, form, creating, fixed } = props;
    const a = useAdminText();
    const reviewed = draft.review_stages !== "0";
    const holds = (["AT_SUBMIT", "AT_CREATE", "AT_APPROVE"] as const).filter((value) => reviewed || value !== "AT_APPROVE" || draft.hold_policy === value);
    return (
        <Card title={a.setup.review} lead={a.setup.reviewLead} id="review">
            <div class="form-section">
                <Choices label={a.setup.stages} cards {...errorOf(form, "review_stages")} values={[draft.review_stages]} onChange={([value]) => set("review_stages")(value ?? "0")}
                    choices={["0", "1", "2", "3"].filter((value) => !creating || value < "2").map((value) => ({ value, label: a.setup.stageNames[Number(value)]!, note: a.setup.stageNotes[Number(value)] }))} />
                {!creating && reviewed && (
                    <>
                        <Checkbox label={a.setup.resetReview} help={a.setup.resetReviewHelp} {...errorOf(form, "reset_review_on_edit")} checked={draft.reset_review_on_edit} onChange={set("reset_review_on_edit")} />
                        <div class="form-grid"><NumberInput {...props} name="return_ttl_hours" label={a.setup.returnTtl} help={a.setup.returnTtlHelp} /></div>
                    </>
                )}
                {!creating && (
                    <Choices label={a.setup.hold} cards {...errorOf(form, "hold_policy")} values={[draft.hold_policy]} onChange={([value]) => set("hold_policy")(value ?? "AT_SUBMIT")} help={fixed ? a.setup.fixed : undefined}
                        choices={holds.map((value) => ({ value, label: a.setup.holds[value], note: a.setup.holdNotes[value], disabled: fixed === true && value !== draft.hold_policy }))} />
                )}
                {!creating && draft.hold_policy === "AT_CREATE" && <div class="form-grid"><NumberInput {...props} name="draft_ttl_hours" label={a.setup.draftTtl} help={a.setup.draftTtlHelp} /></div>}
            </div>
        </Card>
    );
}

export function WaitlistGroup(props: GroupProps) {
    const { draft, set, form } = props;
    const a = useAdminText();
    return (
        <Card title={a.setup.waitlist} lead={a.setup.waitlistLead} id="waitlist">
            <div class="form-section">
                <Checkbox label={a.setup.waitlistOn} help={a.setup.waitlistOnHelp} {...errorOf(form, "waitlist_enabled")} checked={draft.waitlist_enabled} onChange={set("waitlist_enabled")} />
                {draft.waitlist_enabled && (
                    <>
                        <Choices label={a.setup.fit} cards {...errorOf(form, "waitlist_policy")} values={[draft.waitlist_policy]} onChange={([value]) => set("waitlist_policy")(value ?? "STRICT")}
                            choices={(["STRICT", "BEST_FIT", "ACCUMULATE"] as const).map((value) => ({ value, label: a.setup.fits[value], note: a.setup.fitNotes[value] }))} />
                        {draft.waitlist_policy === "BEST_FIT" && (
                            <div class="form-grid">
                                <NumberInput {...props} name="max_skips" label={a.setup.maxSkips} help={a.setup.maxSkipsHelp} />
                                <NumberInput {...props} name="skip_hours" label={a.setup.skipHours} help={a.setup.skipHoursHelp} />
                            </div>
                        )}
                        <Choices label={a.setup.promotion} cards {...errorOf(form, "promotion")} values={[draft.promotion]} onChange={([value]) => set("promotion")(value ?? "AUTO")}
                            choices={(["AUTO", "OFFER"] as const).map((value) => ({ value, label: a.setup.promotions[value], note: a.setup.promotionNotes[value] }))} />
                        <div class="form-grid">
                            {draft.promotion === "OFFER" && <NumberInput {...props} name="offer_ttl_hours" label={a.setup.offerTtl} help={a.setup.offerTtlHelp} />}
                            <NumberInput {...props} name="waitlist_cap" optional label={a.setup.waitlistCap} help={a.setup.waitlistCapHelp} />
                        </div>
                    </>
                )}
            </div>
        </Card>
    );
}

export function AdmissionGroup(props: GroupProps) {
    const { draft, set, form, fixed } = props;
    const a = useAdminText();
    return (
        <Card title={a.setup.admission} lead={a.setup.admissionLead} id="admission">
            <div class="form-section">
                <Choices label={a.setup.admissionHow} cards {...errorOf(form, "admission")} values={[draft.admission]} onChange={([value]) => set("admission")(value ?? "OPEN")} help={fixed ? a.setup.fixed : undefined}
                    choices={(["OPEN", "RATE", "LOTTERY"] as const).map((value) => ({ value, label: a.setup.admissions[value], note: a.setup.admissionNotes[value], disabled: fixed === true && value !== draft.admission }))} />
                {draft.admission === "RATE" && <div class="form-grid"><NumberInput {...props} name="admission_rate" label={a.setup.rate} help={a.setup.rateHelp} /></div>}
            </div>
        </Card>
    );
}

export function CancelGroup({ draft, set, form }: GroupProps) {
    const a = useAdminText();
    return (
        <Card title={a.setup.cancel} id="cancel">
            <Choices label={a.setup.cancelHow} cards {...errorOf(form, "cancel_policy")} values={[draft.cancel_policy]} onChange={([value]) => set("cancel_policy")(value ?? "SELF")}
                choices={(["SELF", "REQUEST", "NONE"] as const).map((value) => ({ value, label: a.setup.cancels[value], note: a.setup.cancelNotes[value] }))} />
        </Card>
    );
}

export function PrivacyGroup(props: GroupProps) {
    const a = useAdminText();
    return (
        <Card title={a.setup.privacy} lead={a.setup.privacyLead} id="privacy">
            <div class="form-grid">
                <NumberInput {...props} name="guardian_under_age" label={a.setup.guardianAge} help={a.setup.guardianAgeHelp} />
                <NumberInput {...props} name="minor_under_age" label={a.setup.minorAge} help={a.setup.minorAgeHelp} />
                <NumberInput {...props} name="retention_days" optional label={a.setup.retention} help={a.setup.retentionHelp} />
            </div>
        </Card>
    );
}
