// By what a member is found without opening anything: blind indexes of numbers, phones and mail addresses.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registration/privacy.h"
#include "registration/store/forms.h"
#include "registration/store/search_index.h"

namespace rt::registration {

// The keys that what somebody typed into a search may mean.
std::vector<std::pair<std::string, std::string>> KeysOfText(const Privacy& privacy, std::string_view typed);

// The keys of answers, for the index. Remembers the forms it has seen. Not thread-safe.
class AnswerKeys {
  public:
    explicit AnswerKeys(const Privacy& privacy) : privacy_(privacy) {}

    // Fields of phones and mail addresses; what cannot be opened has no keys.
    Result<std::vector<store::MemberKey>> Of(store::Reader& reader, MemberId member, FormVersionId version,
                                             std::string_view data, const std::optional<std::string>& sensitive);

  private:
    static constexpr std::size_t kFormsMax = 200;

    const Privacy& privacy_;
    std::map<std::int64_t, std::shared_ptr<const FormSchema>> forms_;
};

}  // namespace rt::registration
