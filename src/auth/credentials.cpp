#include "auth/credentials.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <mutex>
#include <utility>
#include <vector>

#include "auth/grant_store.h"
#include "auth/token_store.h"

namespace rt::auth {

using net::Credential;

namespace {

constexpr std::size_t kRandomBytes = 25;
constexpr std::size_t kCheckBytes = 5;
constexpr std::size_t kPrefixChars = 3;
constexpr std::size_t kCheckChars = 8;
constexpr std::size_t kChars = kPrefixChars + 40 + kCheckChars;
constexpr std::size_t kNotedAtOnce = 200;

std::string_view PrefixOf(Credential kind) {
    return kind == Credential::kDevice ? "rd_" : "rt_";
}

std::string CheckOf(std::string_view text) {
    const auto digest = crypto::Sha256(text);
    return base::Base32Encode(std::span(digest).first(kCheckBytes));
}

std::optional<crypto::Sha256Digest> DigestOf(std::string_view hex) {
    const auto bytes = base::HexDecode(hex);
    crypto::Sha256Digest out{};
    if (!bytes || bytes->size() != out.size()) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return out;
}

// What a device may do, whoever paired it.
constexpr PermissionSet kOfDevice{Permission::kEventView, Permission::kCheckin};

}  // namespace

std::string OpaqueToken::New(Credential kind, Random& random) {
    std::array<std::uint8_t, kRandomBytes> bytes{};
    random.Fill(bytes);
    const std::string text = std::string(PrefixOf(kind)) + base::Base32Encode(bytes);
    return text + CheckOf(text);
}

std::optional<Credential> OpaqueToken::KindOf(std::string_view text) {
    for (const Credential kind : {Credential::kApiToken, Credential::kDevice}) {
        if (text.starts_with(PrefixOf(kind))) return kind;
    }
    return std::nullopt;
}

bool OpaqueToken::IsWhole(std::string_view text) {
    if (text.size() != kChars || !KindOf(text)) return false;
    return CheckOf(text.substr(0, kChars - kCheckChars)) == text.substr(kChars - kCheckChars);
}

std::string OpaqueToken::Hash(std::string_view text) {
    return base::HexEncode(crypto::Sha256(text));
}

std::size_t Credentials::DigestHash::operator()(const crypto::Sha256Digest& digest) const {
    std::size_t hash = 0;
    std::memcpy(&hash, digest.data(), sizeof hash);
    return hash;
}

Result<net::Principal> Credentials::Find(std::string_view token) {
    if (!OpaqueToken::IsWhole(token)) return Fail(Code::kUnauthenticated, "opaque token: malformed");
    const crypto::Sha256Digest digest = crypto::Sha256(token);
    const base::Time now = clock_.Now();
    const std::shared_lock lock(mutex_);
    const auto found = table_.find(digest);
    if (found == table_.end()) return Fail(Code::kUnauthenticated, "opaque token: unknown");
    Entry& entry = *found->second;
    if (now >= entry.expires) return Fail(Code::kTokenExpired, "opaque token");
    entry.used_micros.store(now.micros, std::memory_order_relaxed);
    return entry.principal;
}

void Credentials::Forget(std::string_view token_hash) {
    const auto digest = DigestOf(token_hash);
    if (!digest) return;
    const std::scoped_lock reloads(reload_mutex_);
    const std::unique_lock lock(mutex_);
    table_.erase(*digest);
}

Status Credentials::Reload() {
    const std::scoped_lock reloads(reload_mutex_);
    const base::Time now = clock_.Now();
    std::vector<ApiToken> tokens;
    std::vector<Device> devices;
    std::int64_t generation = 0;
    RT_CHECK_OK(db_.Read([&](storage::sql::Reader& reader) -> Status {
        RT_TRY(generation, store::AccessGeneration(reader));
        RT_TRY(tokens, store::LiveTokens(reader, now));
        RT_TRY(devices, store::LiveDevices(reader));
        return Ok();
    }));
    Table table;
    const auto add = [&](const std::string& hash, net::Principal principal, base::Time expires,
                         const std::optional<base::Time>& used) {
        const auto digest = DigestOf(hash);
        if (!digest) return;
        auto entry = std::make_shared<Entry>();
        entry->principal = std::move(principal);
        entry->expires = expires;
        entry->noted_micros = used ? used->micros : 0;
        table.emplace(*digest, std::move(entry));
    };
    for (const ApiToken& token : tokens) {
        net::Principal principal;
        principal.user_id = token.user.value;
        principal.public_id = token.user_public_id;
        principal.credential = Credential::kApiToken;
        principal.credential_id = token.id;
        principal.carried = {token.permissions, token.scope.organisation, token.scope.event};
        add(token.token_hash, std::move(principal), token.expires, token.last_used);
    }
    for (const Device& device : devices) {
        net::Principal principal;
        principal.user_id = device.id;
        principal.public_id = device.public_id;
        principal.credential = Credential::kDevice;
        principal.credential_id = device.id;
        principal.carried = {kOfDevice, device.scope.organisation, device.scope.event};
        add(device.token_hash, std::move(principal), base::Time{std::numeric_limits<std::int64_t>::max()},
            device.last_used);
    }
    const std::unique_lock lock(mutex_);
    for (auto& [digest, entry] : table) {
        if (const auto old = table_.find(digest); old != table_.end()) {
            entry->used_micros = old->second->used_micros.load();
            entry->noted_micros = std::max(entry->noted_micros.load(), old->second->noted_micros.load());
        }
    }
    table_ = std::move(table);
    generation_ = generation;
    return Ok();
}

Status Credentials::NoteUse() {
    struct Use {
        std::shared_ptr<Entry> entry;
        base::Time at;
    };
    std::vector<Use> uses;
    {
        const std::shared_lock lock(mutex_);
        for (const auto& [digest, entry] : table_) {
            const std::int64_t used = entry->used_micros.load(std::memory_order_relaxed);
            if (used < entry->noted_micros + kNoteUseMicros) continue;
            uses.push_back({entry, base::Time{used}});
            if (uses.size() == kNotedAtOnce) break;
        }
    }
    if (uses.empty()) return Ok();
    RT_CHECK_OK(db_.Write("credential.note_use", [&](storage::sql::Writer& writer) -> Status {
        for (const Use& use : uses) {
            const std::int64_t id = use.entry->principal.credential_id;
            const bool device = use.entry->principal.credential == Credential::kDevice;
            RT_CHECK_OK(device ? store::NoteDeviceUse(writer, id, use.at) : store::NoteTokenUse(writer, id, use.at));
        }
        return Ok();
    }));
    for (const Use& use : uses) use.entry->noted_micros = use.at.micros;
    return Ok();
}

Status Credentials::Turn() {
    RT_TRY(const std::int64_t generation, db_.Read(store::AccessGeneration));
    if (generation != generation_.load()) RT_CHECK_OK(Reload());
    return NoteUse();
}

}  // namespace rt::auth
