#include "registration/desk/member_keys.h"

#include <algorithm>
#include <array>

#include "auth/domain/contact.h"
#include "base/utf8.h"
#include "registration/form_json.h"
#include "text/normalise.h"

namespace rt::registration {
namespace {

constexpr std::size_t kNumberBytesMin = 5;
constexpr std::size_t kNumberBytesMax = 30;

std::string PhoneKey(const Privacy& privacy, const auth::domain::Contact& phone) {
    return privacy.BlindIndex("phone", phone.key);
}

std::string EmailKey(const Privacy& privacy, const auth::domain::Contact& email) {
    return privacy.BlindIndex("email", email.key);
}

bool MayBeNumber(std::string_view text) {
    return text.size() >= kNumberBytesMin && text.size() <= kNumberBytesMax &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '(' || c == ')' || c == '-';
           });
}

std::string UpperAscii(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> KeysOfText(const Privacy& privacy, std::string_view typed) {
    std::vector<std::pair<std::string, std::string>> out;
    const std::string plain = text::Nfkc(typed).value_or("");
    if (const auto phone = auth::domain::ParsePhone(plain)) out.emplace_back("PHONE", PhoneKey(privacy, *phone));
    if (const auto email = auth::domain::ParseEmail(plain)) out.emplace_back("EMAIL", EmailKey(privacy, *email));
    const std::string number = UpperAscii(plain);
    if (!MayBeNumber(number)) return out;
    // As answers.cpp makes them, for every kind of document.
    constexpr std::array<std::string_view, 5> kKinds{"ID_CARD_CN", "PASSPORT", "HK_MACAO", "TAIWAN", "OTHER"};
    for (const std::string_view kind : kKinds) {
        out.emplace_back("ID", privacy.BlindIndex("id", std::string(kind) + "|" + number));
    }
    return out;
}

Result<std::vector<store::MemberKey>> AnswerKeys::Of(store::Reader& reader, MemberId member, FormVersionId version,
                                                     std::string_view data,
                                                     const std::optional<std::string>& sensitive) {
    std::vector<store::MemberKey> out;
    auto& form = forms_[version.value];
    if (form == nullptr) {
        RT_TRY(auto found, store::FindFormVersion(reader, version));
        form = std::make_shared<FormSchema>(found.has_value() ? std::move(found->schema) : FormSchema{});
    }
    const auto schema = form;
    if (forms_.size() > kFormsMax) forms_.clear();
    Answers answers = DecodeAnswers(data);
    if (sensitive.has_value()) {
        const auto opened = privacy_.Open({Owner::Kind::kMemberAnswers, member.value}, *sensitive);
        if (opened.ok()) answers.merge(DecodeAnswers(*opened));
    }
    for (const Field& field : schema->fields) {
        const auto answer = answers.find(field.key);
        const auto* given = answer == answers.end() ? nullptr : std::get_if<std::string>(&answer->second);
        if (given == nullptr) continue;
        const std::string_view type = Word(field.type);
        if (type == "mobile_cn" || type == "phone") {
            if (const auto phone = auth::domain::ParsePhone(*given)) {
                out.push_back({"PHONE", PhoneKey(privacy_, *phone)});
            }
        } else if (type == "email") {
            if (const auto email = auth::domain::ParseEmail(*given)) {
                out.push_back({"EMAIL", EmailKey(privacy_, *email)});
            }
        }
    }
    return out;
}

}  // namespace rt::registration
