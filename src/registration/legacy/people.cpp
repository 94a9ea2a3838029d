#include "registration/legacy/people.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "auth/domain/contact.h"
#include "auth/domain/credentials.h"
#include "base/parse.h"
#include "base/utf8.h"
#include "text/normalise.h"

namespace rt::registration::legacy {
namespace {

constexpr std::uint64_t kCostMin = 4;
constexpr std::uint64_t kCostMax = 14;  // a second of CPU; the hash is made anew at the first sign-in
constexpr std::size_t kHashChars = 60;
constexpr std::size_t kOpenidBytesMax = 64;

std::string TextIn(const json::Value& row, std::string_view key) {
    const json::Value* value = row.Find(key);
    return value != nullptr && value->IsString() ? value->AsString() : std::string();
}

bool Proved(const json::Value& row, std::string_view kind) {
    const json::Value* proved = row.Find("proved");
    if (proved == nullptr || !proved->IsArray()) return false;
    const auto& list = proved->AsArray();
    return std::any_of(list.begin(), list.end(),
                       [&](const json::Value& one) { return one.IsString() && one.AsString() == kind; });
}

std::optional<auth::IdentityProof> ProofFrom(const json::Value& row, std::string_view kind, const std::string& value) {
    const std::string plain = text::Nfkc(value).value_or(std::string());
    if (kind == "email" || kind == "phone") {
        const auto contact = kind == "email" ? auth::domain::ParseEmail(plain) : auth::domain::ParsePhone(plain);
        return contact.has_value() ? std::optional(auth::ProofOf(*contact)) : std::nullopt;
    }
    const std::string appid = TextIn(row, "wechat_appid");
    if (value.size() > kOpenidBytesMax || !base::IsPlainLine(value)) return std::nullopt;
    if (kind == "wechat_unionid") return auth::IdentityProof{{auth::IdentityKind::kWechatUnion, {}, value}};
    if (appid.empty()) return std::nullopt;
    return auth::IdentityProof{{auth::IdentityKind::kWechatMini, appid, value}};
}

void TakeIdentities(const Needs& needs, const json::Value& row, std::vector<auth::IdentityProof>& proofs,
                    LegacyPerson& out) {
    for (const std::string_view kind : {"phone", "email", "wechat_openid", "wechat_unionid"}) {
        const std::string value = TextIn(row, kind);
        if (value.empty()) continue;
        const auto proof = Proved(row, kind) ? ProofFrom(row, kind, value) : std::nullopt;
        if (!proof.has_value()) {
            out.unused.Set(std::string(kind), value);
            out.notes.push_back(std::string(kind) + "_kept_only");
            continue;
        }
        proofs.push_back(*proof);
        for (auto& identity : needs.identities.Prepare(*proof)) out.identities.push_back(std::move(identity));
    }
}

void TakeNames(const json::Value& row, LegacyPerson& out) {
    const std::string name = TextIn(row, "login_name");
    const std::string normal = auth::domain::NormaliseLoginName(name);
    if (!name.empty() && auth::domain::LoginNameProblem(normal).has_value()) {
        out.unused.Set("login_name", name);
        out.notes.emplace_back("login_name_kept_only");
    } else {
        out.user.login_name = normal;
    }
    const std::string said = TextIn(row, "display_name");
    out.user.display_name = Cut(said.empty() ? name : said, auth::domain::kDisplayNameCharsMax);
    if (!out.user.display_name.empty() && base::IsPlainLine(out.user.display_name)) return;
    out.user.display_name = "用户" + out.user.public_id.substr(out.user.public_id.size() - 4);
}

}  // namespace

std::string Cut(std::string_view text, std::size_t code_points) {
    std::string_view rest = text;
    while (code_points > 0 && !rest.empty() && base::NextCodePoint(rest).has_value()) --code_points;
    return std::string(text.substr(0, text.size() - rest.size()));
}

bool IsBcrypt(std::string_view hash) {
    if (hash.size() != kHashChars || !hash.starts_with("$2") || hash[3] != '$' || hash[6] != '$') return false;
    if (hash[2] != 'a' && hash[2] != 'b' && hash[2] != 'y') return false;
    const auto cost = base::ParseUnsigned(hash.substr(4, 2));
    if (!cost.has_value() || *cost < kCostMin || *cost > kCostMax) return false;
    return std::all_of(hash.begin() + 7, hash.end(), [](char c) {
        return c == '.' || c == '/' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    });
}

Result<LegacyPerson> PersonFrom(const Needs& needs, const json::Value& row) {
    LegacyPerson out;
    std::vector<auth::IdentityProof> proofs;
    TakeIdentities(needs, row, proofs, out);
    for (const auth::IdentityProof& proof : proofs) {
        RT_TRY(const auto holder, needs.identities.Find(proof.key));
        if (holder.has_value()) out.existing = UserId{holder->value};
        if (holder.has_value()) return out;
    }
    out.user.id = needs.ids.Next<auth::UserId>();
    out.user.public_id = base::NewPublicId(needs.random);
    TakeNames(row, out);
    const std::string hash = TextIn(row, "password");
    if (IsBcrypt(hash)) out.user.password_hash = hash;
    if (!hash.empty() && !IsBcrypt(hash)) out.notes.emplace_back("password_not_bcrypt");
    const base::Time now = needs.clock.Now();
    const auto created = base::ParseRfc3339(TextIn(row, "created"));
    out.user.created = created.ok() && *created < now ? *created : now;
    const bool by_password = !out.user.login_name.empty() && !out.user.password_hash.empty();
    if (!by_password && out.identities.empty()) out.notes.emplace_back("cannot_sign_in");
    return out;
}

}  // namespace rt::registration::legacy
