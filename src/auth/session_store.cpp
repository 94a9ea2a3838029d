#include "auth/session_store.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "auth/domain/device.h"
#include "auth/kv_tables.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "json/json.h"

namespace rt::auth {

namespace kv = storage::kv;
using domain::ClientKind;
using domain::RefreshVerdict;
using domain::Session;

namespace {

constexpr std::string_view kTokenPrefix = "rt1.";
constexpr std::size_t kNameBytes = 16;
constexpr std::size_t kSecretBytes = 32;
constexpr std::int64_t kKnownDeviceMicros = 180 * base::kMicrosPerDay;
constexpr std::size_t kKnownDevicesMax = 100;  // of a user

std::string RandomBytes(std::size_t size, Random& random) {
    std::string out(size, '\0');
    random.Fill({reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
    return out;
}

// Not the name itself: who reads the store cannot make a token that ends a session.
std::string KeyOf(const RefreshToken& token) {
    return base::HexEncode(crypto::Sha256(token.name));
}

RefreshToken Make(const std::string& name, std::string_view secret) {
    const std::string bytes = name + std::string(secret);
    return {name, std::string(kTokenPrefix) + base::Base64UrlEncode(base::AsBytes(bytes))};
}

std::string UserPrefix(std::int64_t user_id) {
    std::array<std::uint8_t, 8> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[bytes.size() - 1 - i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(user_id) >> (8 * i));
    }
    return base::HexEncode(bytes) + ':';
}

std::string EncodeSession(const Session& session) {
    return json::Encode(json::Object{{"id", session.public_id},
                                     {"user", session.user_id},
                                     {"browser", session.client == ClientKind::kBrowser},
                                     {"hash", session.token_hash},
                                     {"previous", session.previous_hash},
                                     {"issued", session.issued.micros},
                                     {"rotated", session.rotated.micros},
                                     {"expires", session.expires.micros},
                                     {"epoch", session.user_session_epoch},
                                     {"generation", session.generation},
                                     {"device", session.device},
                                     {"network", session.network},
                                     {"chain", session.chain},
                                     {"method", session.method},
                                     {"second_step", session.second_step}});
}

std::optional<Session> DecodeSession(std::string_view text) {
    const auto decoded = json::Decode(text);
    if (!decoded.ok()) return std::nullopt;
    bool complete = true;
    const auto find = [&](std::string_view key, auto is) -> const json::Value* {
        const json::Value* value = decoded->Find(key);
        if (value != nullptr && is(*value)) return value;
        complete = false;
        return nullptr;
    };
    const auto text_of = [&](std::string_view key) {
        const json::Value* value = find(key, [](const json::Value& v) { return v.IsString(); });
        return value == nullptr ? std::string() : value->AsString();
    };
    const auto int_of = [&](std::string_view key) {
        const json::Value* value = find(key, [](const json::Value& v) { return v.IsInt(); });
        return value == nullptr ? std::int64_t{0} : value->AsInt();
    };
    const json::Value* browser = find("browser", [](const json::Value& v) { return v.IsBool(); });
    Session session;
    session.public_id = text_of("id");
    session.user_id = int_of("user");
    session.client = browser != nullptr && browser->AsBool() ? ClientKind::kBrowser : ClientKind::kNative;
    session.token_hash = text_of("hash");
    session.previous_hash = text_of("previous");
    session.issued = {int_of("issued")};
    session.rotated = {int_of("rotated")};
    session.expires = {int_of("expires")};
    session.user_session_epoch = int_of("epoch");
    session.generation = int_of("generation");
    session.device = text_of("device");
    if (!complete) return std::nullopt;
    // Younger than the others: sessions from before they were kept lack them.
    session.network = text_of("network");
    session.method = text_of("method");
    session.chain = text_of("chain");
    const json::Value* step = decoded->Find("second_step");
    session.second_step = step != nullptr && step->IsBool() && step->AsBool();
    return session;
}

Result<std::optional<Session>> Decoded(const std::optional<std::string>& text) {
    if (!text) return std::optional<Session>();
    auto session = DecodeSession(*text);
    if (!session) return Fail(Code::kInternal, "a session record cannot be read");
    return session;
}

Status PutSession(kv::Batch& batch, const std::string& key, const Session& session) {
    RT_CHECK_OK(batch.Put(kSessionTable, key, EncodeSession(session), session.expires));
    return batch.Put(kUserSessionTable, UserPrefix(session.user_id) + key, "", session.expires);
}

// What stands behind the user's prefix in `table`; `from`: a store or a batch.
template <class From>
Result<std::vector<std::string>> KeysOf(From& from, const kv::Table& table, std::int64_t user_id) {
    const std::string prefix = UserPrefix(user_id);
    std::vector<std::string> keys;
    RT_CHECK_OK(from.Scan(table, prefix, [&](std::string_view key, std::string_view) {
        keys.emplace_back(key.substr(prefix.size()));
        return true;
    }));
    return keys;
}

// A device is what it calls itself, in the network it is in.
std::string DeviceKey(std::int64_t user_id, std::string_view device, std::string_view network) {
    const std::string what = domain::DeviceLabel(device) + '\n' + std::string(network);
    return UserPrefix(user_id) + base::HexEncode(crypto::Sha256(what)).substr(0, 32);
}

// The first one of an account is not news to its owner.
Result<DeviceSeen> NoteDevice(kv::Batch& batch, const Session& session) {
    const std::string prefix = UserPrefix(session.user_id);
    const std::string key = DeviceKey(session.user_id, session.device, session.network);
    const base::Time expires = session.issued.Plus(kKnownDeviceMicros);
    const bool known = batch.Get(kKnownDeviceTable, key).has_value();
    std::vector<std::string> others;
    if (!known) {
        RT_TRY(others, KeysOf(batch, kKnownDeviceTable, session.user_id));
    }
    if (others.size() >= kKnownDevicesMax) RT_CHECK_OK(batch.Delete(kKnownDeviceTable, prefix + others.front()));
    RT_CHECK_OK(batch.Put(kKnownDeviceTable, key, "", expires));
    if (known) return DeviceSeen::kBefore;
    return others.empty() ? DeviceSeen::kFirst : DeviceSeen::kNew;
}

// Ends the oldest sessions of a user so that one more fits.
Status MakeRoom(kv::Batch& batch, std::int64_t user_id) {
    const std::string prefix = UserPrefix(user_id);
    RT_TRY(auto keys, KeysOf(batch, kUserSessionTable, user_id));
    if (keys.size() < kSessionsPerUserMax) return Ok();
    std::vector<std::pair<base::Time, std::string>> by_age;
    for (std::string& key : keys) {
        RT_TRY(const auto session, Decoded(batch.Get(kSessionTable, key)));
        by_age.emplace_back(session ? session->issued : base::Time{}, std::move(key));
    }
    std::sort(by_age.begin(), by_age.end());
    by_age.resize(by_age.size() - kSessionsPerUserMax + 1);
    for (const auto& [issued, key] : by_age) {
        RT_CHECK_OK(batch.Delete(kSessionTable, key));
        RT_CHECK_OK(batch.Delete(kUserSessionTable, prefix + key));
    }
    return Ok();
}

}  // namespace

std::string NewChain(Random& random) {
    return base::HexEncode(base::AsBytes(RandomBytes(kSecretBytes, random)));
}

RefreshToken RefreshToken::NewSession(Random& random) {
    return Make(RandomBytes(kNameBytes, random), RandomBytes(kSecretBytes, random));
}

RefreshToken RefreshToken::Next(std::string_view chain) const {
    const auto secret = crypto::HmacSha256(chain, text);
    return Make(name, base::AsText(secret));
}

std::optional<RefreshToken> RefreshToken::Parse(std::string_view text) {
    if (!text.starts_with(kTokenPrefix)) return std::nullopt;
    const auto bytes = base::Base64UrlDecode(text.substr(kTokenPrefix.size()));
    if (!bytes || bytes->size() != kNameBytes + kSecretBytes) return std::nullopt;
    return RefreshToken{std::string(base::AsText(*bytes).substr(0, kNameBytes)), std::string(text)};
}

std::string RefreshToken::Hash() const {
    return base::HexEncode(crypto::Sha256(text));
}

Result<DeviceSeen> SessionStore::Begin(const RefreshToken& token, const Session& session) {
    DeviceSeen seen = DeviceSeen::kBefore;
    RT_CHECK_OK(kv_.Update(kv::Env::kDurable, [&](kv::Batch& batch) -> Status {
        RT_CHECK_OK(MakeRoom(batch, session.user_id));
        RT_TRY(seen, NoteDevice(batch, session));
        return PutSession(batch, KeyOf(token), session);
    }));
    return seen;
}

Status SessionStore::EachOf(UserId user, const std::function<void(const Session&)>& row) const {
    RT_TRY(const auto keys, KeysOf(kv_, kUserSessionTable, user.value));
    for (const std::string& key : keys) {
        RT_TRY(const auto text, kv_.Get(kSessionTable, key));
        RT_TRY(const auto session, Decoded(text));
        if (session) row(*session);
    }
    return Ok();
}

Result<std::vector<Session>> SessionStore::EndSome(UserId user, base::Time now,
                                                   const std::function<bool(const Session&)>& which) {
    std::vector<Session> ended;
    RT_CHECK_OK(kv_.Update(kv::Env::kDurable, [&](kv::Batch& batch) -> Status {
        ended.clear();
        RT_TRY(const auto keys, KeysOf(batch, kUserSessionTable, user.value));
        for (const std::string& key : keys) {
            RT_TRY(const auto session, Decoded(batch.Get(kSessionTable, key)));
            if (!session || !which(*session)) continue;
            RT_CHECK_OK(EndIn(batch, key, *session, now));
            ended.push_back(*session);
        }
        return Ok();
    }));
    return ended;
}

Status SessionStore::MarkSecondStep(UserId user, std::string_view public_id) {
    return kv_.Update(kv::Env::kDurable, [&](kv::Batch& batch) -> Status {
        RT_TRY(const auto keys, KeysOf(batch, kUserSessionTable, user.value));
        for (const std::string& key : keys) {
            RT_TRY(auto session, Decoded(batch.Get(kSessionTable, key)));
            if (!session || session->public_id != public_id) continue;
            session->second_step = true;
            RT_CHECK_OK(PutSession(batch, key, *session));
        }
        return Ok();
    });
}

Status SessionStore::ForgetDevices(UserId user) {
    const std::string prefix = UserPrefix(user.value);
    return kv_.Update(kv::Env::kDurable, [&](kv::Batch& batch) -> Status {
        RT_TRY(const auto keys, KeysOf(batch, kKnownDeviceTable, user.value));
        for (const std::string& key : keys) RT_CHECK_OK(batch.Delete(kKnownDeviceTable, prefix + key));
        return Ok();
    });
}

Result<std::optional<Session>> SessionStore::Find(const RefreshToken& token) const {
    RT_TRY(const auto text, kv_.Get(kSessionTable, KeyOf(token)));
    return Decoded(text);
}

Result<bool> SessionStore::KnowsDevice(UserId user, std::string_view device, std::string_view network) const {
    RT_TRY(const auto found, kv_.Get(kKnownDeviceTable, DeviceKey(user.value, device, network)));
    return found.has_value();
}

Result<SessionStore::Rotation> SessionStore::Rotate(const RefreshToken& token, ClientKind caller,
                                                    std::string_view chain, base::Time now, std::int64_t ttl_micros) {
    Rotation rotation;
    const std::string key = KeyOf(token);
    const std::string hash = token.Hash();
    RT_CHECK_OK(kv_.Update(kv::Env::kDurable, [&](kv::Batch& batch) -> Status {
        rotation = {};
        RT_TRY(const auto session, Decoded(batch.Get(kSessionTable, key)));
        if (!session) return Ok();
        rotation.session = *session;
        rotation.verdict = domain::Judge(*session, caller, hash, now);
        if (rotation.verdict == RefreshVerdict::kReused) return EndIn(batch, key, *session, now);
        if (rotation.verdict == RefreshVerdict::kExpired) return Ok();
        if (rotation.session.chain.empty()) rotation.session.chain = chain;
        const RefreshToken next = token.Next(rotation.session.chain);
        rotation.next = next.text;
        if (rotation.verdict == RefreshVerdict::kRepeat) return Ok();
        rotation.session = domain::Rotated(std::move(rotation.session), next.Hash(), now, ttl_micros);
        return PutSession(batch, key, rotation.session);
    }));
    return rotation;
}

Status SessionStore::End(const RefreshToken& token, const Session& session, base::Time now) {
    return kv_.Update(kv::Env::kDurable, [&](kv::Batch& batch) { return EndIn(batch, KeyOf(token), session, now); });
}

Status SessionStore::EndIn(kv::Batch& batch, const std::string& key, const Session& session, base::Time now) const {
    RT_CHECK_OK(batch.Delete(kSessionTable, key));
    RT_CHECK_OK(batch.Delete(kUserSessionTable, UserPrefix(session.user_id) + key));
    return batch.Put(kEndedSessionTable, session.public_id, "", now.Plus(keep_micros_));
}

Status SessionStore::EndAllOf(UserId user) {
    const std::string prefix = UserPrefix(user.value);
    return kv_.Update(kv::Env::kDurable, [&](kv::Batch& batch) -> Status {
        RT_TRY(const auto keys, KeysOf(batch, kUserSessionTable, user.value));
        for (const std::string& key : keys) {
            RT_CHECK_OK(batch.Delete(kUserSessionTable, prefix + key));
            RT_CHECK_OK(batch.Delete(kSessionTable, key));
        }
        return Ok();
    });
}

Status SessionStore::EachEnded(const std::function<void(std::string_view)>& session) const {
    return kv_.Scan(kEndedSessionTable, "", [&](std::string_view key, std::string_view) {
        session(key);
        return true;
    });
}

}  // namespace rt::auth
