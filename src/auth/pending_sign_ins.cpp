#include "auth/pending_sign_ins.h"

#include <array>
#include <optional>

#include "auth/kv_tables.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "json/json.h"

namespace rt::auth {

namespace kv = storage::kv;
using domain::ClientKind;

namespace {

constexpr std::size_t kTokenBytes = 32;

std::string KeyOf(std::string_view token) {
    return base::HexEncode(crypto::Sha256(token));
}

std::string Encoded(const PendingSignIn& pending) {
    return json::Encode(json::Object{{"user", pending.user.value},
                                     {"epoch", pending.session_epoch},
                                     {"generation", pending.generation},
                                     {"browser", pending.client == ClientKind::kBrowser},
                                     {"method", pending.method},
                                     {"enrol", pending.enrol},
                                     {"tries", pending.tries},
                                     {"expires", pending.expires.micros}});
}

Error Gone() {
    return base::FailText(Code::kUnauthenticated, {"验证已超时，请重新登录", "The sign-in took too long; start again"},
                          "no pending sign-in");
}

Result<PendingSignIn> Decoded(const std::optional<std::string>& text) {
    if (!text) return Gone();
    const auto decoded = json::Decode(*text);
    if (!decoded.ok()) return Gone();
    const auto number = [&](std::string_view key) {
        const json::Value* value = decoded->Find(key);
        return value != nullptr && value->IsInt() ? value->AsInt() : 0;
    };
    const auto flag = [&](std::string_view key) {
        const json::Value* value = decoded->Find(key);
        return value != nullptr && value->IsBool() && value->AsBool();
    };
    const json::Value* method = decoded->Find("method");
    PendingSignIn pending;
    pending.user = UserId{number("user")};
    pending.session_epoch = number("epoch");
    pending.generation = number("generation");
    pending.client = flag("browser") ? ClientKind::kBrowser : ClientKind::kNative;
    pending.method = method != nullptr && method->IsString() ? method->AsString() : std::string();
    pending.enrol = flag("enrol");
    pending.tries = number("tries");
    pending.expires = {number("expires")};
    return pending;
}

}  // namespace

Result<std::string> PendingSignIns::Begin(PendingSignIn pending) {
    std::array<std::uint8_t, kTokenBytes> bytes{};
    random_.Fill(bytes);
    const std::string token = base::Base64UrlEncode(bytes);
    pending.expires = clock_.Now().Plus(kSecondStepSeconds * base::kMicrosPerSecond);
    RT_CHECK_OK(kv_.Put(kSecondStepTable, KeyOf(token), Encoded(pending), pending.expires));
    return token;
}

Result<PendingSignIn> PendingSignIns::Look(std::string_view token) const {
    RT_TRY(const auto text, kv_.Get(kSecondStepTable, KeyOf(token)));
    return Decoded(text);
}

Result<PendingSignIn> PendingSignIns::Try(std::string_view token) {
    const std::string key = KeyOf(token);
    std::optional<PendingSignIn> found;
    RT_CHECK_OK(kv_.Update(kv::Env::kDurable, [&](kv::Batch& batch) -> Status {
        found.reset();
        auto pending = Decoded(batch.Get(kSecondStepTable, key));
        if (!pending.ok()) return Ok();
        if (++pending->tries > kSecondStepTriesMax) return batch.Delete(kSecondStepTable, key);
        found = *pending;
        return batch.Put(kSecondStepTable, key, Encoded(*pending), pending->expires);
    }));
    if (!found) return Gone();
    return std::move(*found);
}

Result<bool> PendingSignIns::Take(std::string_view token) {
    const std::string key = KeyOf(token);
    bool taken = false;
    RT_CHECK_OK(kv_.Update(kv::Env::kDurable, [&](kv::Batch& batch) -> Status {
        taken = batch.Get(kSecondStepTable, key).has_value();
        return taken ? batch.Delete(kSecondStepTable, key) : Ok();
    }));
    return taken;
}

}  // namespace rt::auth
