#include "auth/tokens.h"

#include <array>
#include <utility>

#include "auth/device_life.h"
#include "base/utf8.h"

namespace rt::auth {

using storage::sql::Reader;
using storage::sql::Writer;

namespace {

constexpr std::size_t kCodeBytes = 5;
constexpr std::size_t kCodeHalf = 4;
constexpr std::int64_t kSweptAtOnce = 100;  // events in one look

Status CheckName(std::string_view name) {
    const auto count = base::CodePointCount(name);
    if (count && *count >= 1 && *count <= kTokenNameCharsMax && base::IsPlainLine(name)) return Ok();
    return base::InvalidField("name", {"名称须为 1 到 60 个字符", "The name must have 1 to 60 characters"});
}

AuditEvent Note(std::string_view action, const Actor& actor, const ApiToken& token) {
    return {action,
            actor,
            token.user.value,
            nullptr,
            json::Object{{"token", token.public_id},
                         {"name", token.name},
                         {"permissions", Words(token.permissions)},
                         {"expires", base::FormatRfc3339(token.expires)}},
            "user",
            token.scope.organisation,
            token.scope.event};
}

AuditEvent Note(std::string_view action, const Actor& actor, const Device& device) {
    return {action,
            actor,
            device.id,
            nullptr,
            json::Object{{"device", device.public_id}, {"name", device.name}},
            "device",
            device.scope.organisation,
            device.scope.event};
}

std::string HashOfCode(std::string_view code) {
    std::string plain;
    for (const char c : code) {
        if (c != '-' && c != ' ') plain += c;
    }
    return OpaqueToken::Hash("pairing code " + base::Base32Normalise(plain).value_or("?"));
}

std::string Shown(std::string_view code) {
    std::string out;
    for (const char c : code) out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return out.insert(kCodeHalf, "-");
}

}  // namespace

std::string MaskedId(std::string_view public_id) {
    constexpr std::size_t kShown = 4;
    if (public_id.size() <= 2 * kShown) return std::string(public_id);
    return std::string(public_id.substr(0, kShown)) + "…" + std::string(public_id.substr(public_id.size() - kShown));
}

void Tokens::Changed() {
    // A new token that cannot be read now is read within a second.
    static_cast<void>(credentials_.Reload());
}

Status Tokens::CheckHolds(const NewToken& wanted) {
    RT_TRY(const auto rights, parts_.access.RightsOf(wanted.user));
    const bool anywhere = wanted.scope == ScopeIds{};
    const PermissionSet held = anywhere ? rights->anywhere : rights->In(wanted.scope);
    const bool good = !wanted.permissions.empty() && (held & net::TokenPermissions()).HasAll(wanted.permissions);
    if (good) return Ok();
    return base::InvalidField("permissions",
                              {"只能选择自己拥有且令牌可用的权限", "Only permissions you hold and a token may carry"});
}

Result<std::pair<ApiToken, std::string>> Tokens::Create(const NewToken& wanted, const Actor& actor,
                                                        const std::vector<Message>& told) {
    RT_CHECK_OK(CheckName(wanted.name));
    RT_CHECK_OK(CheckHolds(wanted));
    const std::string text = OpaqueToken::New(net::Credential::kApiToken, parts_.random);
    ApiToken made;
    made.id = parts_.ids.Next();
    made.public_id = base::NewPublicId(parts_.random);
    made.user = wanted.user;
    made.name = wanted.name;
    made.token_hash = OpaqueToken::Hash(text);
    made.permissions = wanted.permissions;
    made.scope = wanted.scope;
    made.created = parts_.clock.Now();
    made.expires = made.created.Plus(wanted.days * base::kMicrosPerDay);
    RT_CHECK_OK(parts_.db.Write("api_token.create", [&](Writer& writer) -> Status {
        RT_CHECK_OK(store::InsertToken(writer, made));
        for (const Message& message : told) RT_CHECK_OK(Messages::AddIn(writer, message, made.created));
        RT_CHECK_OK(store::MoveAccessGeneration(writer));
        return AppendAudit(parts_.audit, writer, Note("token.create", actor, made), made.created);
    }));
    Changed();
    return std::pair(made, text);
}

Result<std::vector<ApiToken>> Tokens::Of(UserId user) {
    const base::Time now = parts_.clock.Now();
    return parts_.db.Read([&](Reader& reader) { return store::TokensOf(reader, user, now); });
}

Status Tokens::Revoke(std::string_view public_id, UserId user, const Actor& actor) {
    const base::Time now = parts_.clock.Now();
    std::string hash;
    RT_CHECK_OK(parts_.db.Write("api_token.revoke", [&](Writer& writer) -> Status {
        RT_TRY(const auto token, store::FindToken(writer, public_id));
        if (!token || token->user != user) return Fail(Code::kNotFound);
        hash = token->token_hash;
        RT_CHECK_OK(store::RevokeToken(writer, *token, now));
        RT_CHECK_OK(store::MoveAccessGeneration(writer));
        return AppendAudit(parts_.audit, writer, Note("token.revoke", actor, *token), now);
    }));
    credentials_.Forget(hash);
    return Ok();
}

Result<std::pair<Pairing, std::string>> Tokens::Pair(ScopeIds event, std::string name, const Actor& actor) {
    RT_CHECK_OK(CheckName(name));
    std::array<std::uint8_t, kCodeBytes> bytes{};
    parts_.random.Fill(bytes);
    const std::string code = Shown(base::Base32Encode(bytes));
    Pairing made;
    made.id = parts_.ids.Next();
    made.scope = event;
    made.name = std::move(name);
    made.code_hash = HashOfCode(code);
    made.created_by = actor.user_id;
    made.created = parts_.clock.Now();
    made.expires = made.created.Plus(kPairingMinutes * base::kMicrosPerMinute);
    RT_CHECK_OK(parts_.db.Write("device_pairing.create", [&](Writer& writer) -> Status {
        RT_CHECK_OK(store::InsertPairing(writer, made));
        return AppendAudit(parts_.audit, writer,
                           {"device.pairing", actor, made.id, nullptr, json::Object{{"name", made.name}}, "device",
                            event.organisation, event.event},
                           made.created);
    }));
    return std::pair(made, code);
}

Result<std::pair<Device, std::string>> Tokens::Redeem(std::string_view code, const Actor& actor) {
    const std::string text = OpaqueToken::New(net::Credential::kDevice, parts_.random);
    Device made;
    made.id = parts_.ids.Next();
    made.public_id = base::NewPublicId(parts_.random);
    made.token_hash = OpaqueToken::Hash(text);
    made.created = parts_.clock.Now();
    const std::string hash = HashOfCode(code);
    RT_CHECK_OK(parts_.db.Write("device.pair", [&](Writer& writer) -> Status {
        RT_TRY(const Pairing pairing, store::TakePairing(writer, hash, made.created));
        made.scope = pairing.scope;
        made.name = pairing.name;
        made.paired_by = pairing.created_by;
        RT_CHECK_OK(store::InsertDevice(writer, made));
        RT_CHECK_OK(store::MoveAccessGeneration(writer));
        Actor by = actor;
        by.user_id = pairing.created_by;
        return AppendAudit(parts_.audit, writer, Note("device.pair", by, made), made.created);
    }));
    Changed();
    return std::pair(made, text);
}

Result<std::vector<Device>> Tokens::Devices(ScopeIds event) {
    return parts_.db.Read([&](Reader& reader) { return store::DevicesOf(reader, event.event); });
}

Result<Device> Tokens::DeviceOf(std::string_view public_id) {
    RT_TRY(auto device, parts_.db.Read([&](Reader& reader) { return store::FindDevice(reader, public_id); }));
    if (!device) return Fail(Code::kNotFound);
    return *std::move(device);
}

Result<std::string> Tokens::PublicIdOf(net::Credential kind, std::int64_t id) {
    RT_TRY(auto found, parts_.db.Read([&](Reader& reader) {
        return kind == net::Credential::kDevice ? store::DevicePublicId(reader, id) : store::TokenPublicId(reader, id);
    }));
    if (!found) return Fail(Code::kNotFound);
    return *std::move(found);
}

Status Tokens::RevokeDevice(std::string_view public_id, ScopeIds event, const Actor& actor) {
    const base::Time now = parts_.clock.Now();
    std::string hash;
    RT_CHECK_OK(parts_.db.Write("device.revoke", [&](Writer& writer) -> Status {
        RT_TRY(const auto device, store::FindDevice(writer, public_id));
        if (!device || device->scope != event) return Fail(Code::kNotFound);
        hash = device->token_hash;
        RT_CHECK_OK(store::RevokeDevice(writer, *device, now));
        RT_CHECK_OK(store::MoveAccessGeneration(writer));
        return AppendAudit(parts_.audit, writer, Note("device.revoke", actor, *device), now);
    }));
    credentials_.Forget(hash);
    return Ok();
}

Result<std::int64_t> Tokens::SweepDevices(ScopeSource& scopes) {
    const base::Time now = parts_.clock.Now();
    std::int64_t swept = 0;
    for (std::int64_t after = 0;;) {
        RT_TRY(const auto events,
               parts_.db.Read([&](Reader& reader) { return store::EventsOfDevices(reader, after, kSweptAtOnce); }));
        for (const std::int64_t event : events) {
            after = event;
            RT_TRY(const auto known, scopes.Event(event));
            if (DeviceLifeAt(known, now) != DeviceLife::kLapsed) continue;
            RT_TRY(const std::int64_t revoked,
                   parts_.db.Write("device.lapse", [&](Writer& writer) -> Result<std::int64_t> {
                       RT_TRY(const std::int64_t count, store::RevokeDevicesOf(writer, event, now));
                       RT_CHECK_OK(store::MoveAccessGeneration(writer));
                       RT_CHECK_OK(AppendAudit(
                           parts_.audit, writer,
                           {"device.lapse", {}, event, nullptr, json::Object{{"devices", count}}, "event", 0, event},
                           now));
                       return count;
                   }));
            swept += revoked;
        }
        if (std::cmp_less(events.size(), kSweptAtOnce)) break;
    }
    if (swept > 0) Changed();
    return swept;
}

}  // namespace rt::auth
