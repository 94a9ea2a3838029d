// From a request's answers to what is stored, and back to what is shown (invariant I11).
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "json/json.h"
#include "registration/privacy.h"
#include "registration/service.h"
#include "registration/store/forms.h"

namespace rt::registration {

// Validates `answers` (null: none given) against the form and seals what is sensitive for `owner`. nullopt when there
// is no form and nothing was answered. VALIDATION_FAILED with a reason for each field. Makes an id: call it before the
// commit.
Result<std::optional<store::SealedAnswers>> PrepareAnswers(const Needs& needs,
                                                           const std::optional<store::FormVersion>& form,
                                                           const Owner& owner, const json::Value& answers,
                                                           base::Time now);

enum class Show : std::uint8_t { kAll, kMasked };
// The JSON of stored answers; kMasked hides what is sensitive.
Result<json::Value> ShowAnswers(store::Reader& reader, const Privacy& privacy, AnswerSetId id, Show show);
// Answers as they are meant by somebody who was shown them masked: where `given` leaves a sensitive field of the form
// out, or sends its mask back, what is `stored` stays.
Result<json::Value> WithoutMasks(const Privacy& privacy, const store::FormVersion& form,
                                 const std::optional<store::AnswerSet>& stored, const json::Value& given);
// The answers themselves, opened.
Result<Answers> OpenAnswers(const Privacy& privacy, const store::AnswerSet& answers);

}  // namespace rt::registration
