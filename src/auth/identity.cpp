#include "auth/identity.h"

#include <array>
#include <utility>

namespace rt::auth {

namespace {

constexpr std::array kNames{
    std::pair{IdentityKind::kEmail, std::string_view("EMAIL")},
    std::pair{IdentityKind::kPhone, std::string_view("PHONE")},
    std::pair{IdentityKind::kWechatMini, std::string_view("WECHAT_MINI")},
    std::pair{IdentityKind::kWechatWeb, std::string_view("WECHAT_WEB")},
    std::pair{IdentityKind::kWechatUnion, std::string_view("WECHAT_UNION")},
};

}  // namespace

std::string SubjectContext(IdentityId id) {
    return "identity:" + std::to_string(id.value);
}

std::string_view Name(IdentityKind kind) {
    return kNames.at(static_cast<std::size_t>(kind)).second;
}

std::optional<IdentityKind> ParseIdentityKind(std::string_view text) {
    for (const auto& [kind, name] : kNames) {
        if (name == text) return kind;
    }
    return std::nullopt;
}

IdentityProof ProofOf(const domain::Contact& contact) {
    const auto kind = contact.channel == domain::Channel::kEmail ? IdentityKind::kEmail : IdentityKind::kPhone;
    IdentityProof proof;
    proof.key = {kind, "", contact.key};
    proof.address = contact.address;
    return proof;
}

}  // namespace rt::auth
