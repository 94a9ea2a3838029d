#include "registration/privacy.h"

#include <array>
#include <utility>

#include "base/encoding.h"

namespace rt::registration {
namespace {

std::string ContextOf(const Owner& owner) {
    constexpr std::array<std::string_view, 9> kNames{"person.name",   "team.answers",       "member.answers",
                                                     "person.birth",  "person.number",      "invite.target",
                                                     "guardian.name", "guardian.signature", "legacy.record"};
    return std::string(kNames.at(static_cast<std::size_t>(owner.kind))) + ":" + std::to_string(owner.id);
}

}  // namespace

Result<Privacy> Privacy::FromMasters(const std::vector<std::string>& masters_newest_first, Random& random) {
    if (masters_newest_first.empty()) return Fail(Code::kInvalid, "no field key");
    RT_TRY(auto ring, crypto::FieldRing::Make(masters_newest_first, masters_newest_first.back()));
    return Privacy(std::move(ring), random);
}

std::string Privacy::Seal(const Owner& owner, std::string_view plain) const {
    return base::Base64Encode(base::AsBytes(Cipher()->Seal(plain, ContextOf(owner), *random_)));
}

Result<std::string> Privacy::Open(const Owner& owner, std::string_view sealed) const {
    const auto bytes = base::Base64Decode(sealed);
    if (!bytes.has_value()) return Fail(Code::kInternal, "a sealed value is damaged");
    return Cipher()->Open(base::AsText(*bytes), ContextOf(owner));
}

bool Privacy::IsOld(std::string_view sealed) const {
    const auto bytes = base::Base64Decode(sealed);
    return !bytes.has_value() || Cipher()->IsOld(base::AsText(*bytes));
}

std::string Privacy::BlindIndex(std::string_view kind, std::string_view value) const {
    return base::HexEncode(base::AsBytes(crypto::BlindIndex(blind_key_, kind, value)));
}

}  // namespace rt::registration
