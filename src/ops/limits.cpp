#include "ops/limits.h"

#include <algorithm>
#include <array>
#include <utility>

#include "json/reader.h"

namespace rt::ops {
namespace {

using storage::sql::Statement;

constexpr std::string_view kState = "limits";
constexpr std::string_view kRatePrefix = "rate.";
constexpr std::string_view kTotal = "server.connections_max";
constexpr std::string_view kPerAddress = "server.connections_per_address_max";

constexpr Statement kGet{"limits.get", "SELECT value FROM ops_state WHERE name = $1"};
constexpr Statement kPut{"limits.put",
                         "INSERT INTO ops_state (name, value, changed) VALUES ($1, $2, $3)"
                         " ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed = excluded.changed"};

const net::NamedRateRule* RuleNamed(std::string_view name) {
    if (!name.starts_with(kRatePrefix)) return nullptr;
    const auto rules = net::NamedRateRules();
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const net::NamedRateRule& rule) {
        return rule.name == name.substr(kRatePrefix.size());
    });
    return found == rules.end() ? nullptr : &*found;
}

bool IsConnectionCap(std::string_view name) {
    return name == kTotal || name == kPerAddress;
}

LimitValue ValueOf(const net::RateRule& rule) {
    return {rule.limit, rule.window_s};
}

json::Value ToJson(const LimitValue& value) {
    json::Object out{{"limit", value.limit}};
    if (value.window_s > 0) out.Set("window_s", value.window_s);
    return out;
}

Result<std::optional<std::string>> Find(storage::sql::Reader& reader) {
    return reader.Find<std::string>(kGet, {kState}, [](const storage::sql::Row& row) { return row.Text(0); });
}

}  // namespace

Limits::Limits(net::RateLimiter& limiter, std::function<void(const ConnectionCaps&)> apply)
    : limiter_(limiter), apply_(std::move(apply)) {}

void Limits::Configure(const LimitSettings& configured) {
    const std::lock_guard lock(mutex_);
    configured_ = configured;
    Apply();
}

Result<Limits::Stored> Limits::Decode(std::string_view text) {
    RT_TRY(const json::Value value, json::Decode(text));
    json::Reader in(value);
    Stored stored;
    stored.rev = in.Int("rev", 0, INT64_MAX);
    const json::Value* overrides = in.Object("overrides");
    RT_CHECK_OK(in.Finish());
    for (const auto& [name, one] : overrides->AsObject().members()) {
        json::Reader fields(one, name);
        const LimitValue limit{fields.Int("limit", 0, kConnectionsMax),
                               fields.OptionalInt("window_s", 0, kWindowSecondsMax).value_or(0)};
        RT_CHECK_OK(fields.Finish());
        // A name that this version no longer knows is left alone.
        if (RuleNamed(name) != nullptr || IsConnectionCap(name)) stored.overrides.emplace(name, limit);
    }
    return stored;
}

std::string Limits::Encode(const Stored& stored) {
    json::Object overrides;
    for (const auto& [name, value] : stored.overrides) overrides.Set(name, ToJson(value));
    return json::Encode(json::Object{{"rev", stored.rev}, {"overrides", std::move(overrides)}});
}

Status Limits::Load(storage::sql::Database& db) {
    RT_TRY(const auto text, db.Read([](storage::sql::Reader& reader) { return Find(reader); }));
    if (!text.has_value()) return Ok();
    RT_TRY(Stored stored, Decode(*text));
    Adopt(std::move(stored));
    return Ok();
}

void Limits::Adopt(Stored stored) {
    const std::lock_guard lock(mutex_);
    // Another thread may have brought a newer state already.
    if (stored.rev <= stored_.rev) return;
    stored_ = std::move(stored);
    Apply();
}

// With the lock held.
void Limits::Apply() {
    net::RateRules rates = configured_.rates;
    for (const net::NamedRateRule& rule : net::NamedRateRules()) {
        const auto found = stored_.overrides.find(std::string(kRatePrefix) + std::string(rule.name));
        if (found == stored_.overrides.end()) continue;
        rates.*rule.rule = {static_cast<std::uint32_t>(found->second.limit),
                            static_cast<std::uint32_t>(found->second.window_s)};
    }
    limiter_.SetRules(rates);
    apply_({Effective(stored_, kTotal).limit, Effective(stored_, kPerAddress).limit});
}

LimitValue Limits::Configured(std::string_view name) const {
    if (name == kTotal) return {configured_.connections.total, 0};
    if (name == kPerAddress) return {configured_.connections.per_address, 0};
    return ValueOf(configured_.rates.*RuleNamed(name)->rule);
}

LimitValue Limits::Effective(const Stored& stored, std::string_view name) const {
    const auto found = stored.overrides.find(name);
    return found == stored.overrides.end() ? Configured(name) : found->second;
}

std::vector<Limits::Row> Limits::Rows() const {
    const std::lock_guard lock(mutex_);
    std::vector<Row> rows;
    const auto add = [&](std::string name, const net::NamedRateRule* rule) {
        const LimitValue now = Effective(stored_, name);
        const LimitValue configured = Configured(name);
        const bool is_set = stored_.overrides.contains(name);
        rows.push_back({std::move(name), now, configured, is_set, rule});
    };
    for (const net::NamedRateRule& rule : net::NamedRateRules()) {
        add(std::string(kRatePrefix) + std::string(rule.name), &rule);
    }
    add(std::string(kTotal), nullptr);
    add(std::string(kPerAddress), nullptr);
    return rows;
}

std::int64_t Limits::rev() const {
    const std::lock_guard lock(mutex_);
    return stored_.rev;
}

Status Limits::Check(const std::vector<LimitChange>& changes) {
    Error error = Fail(Code::kInvalid);
    const auto note = [&](const LimitChange& change, base::Text why) {
        error.fields.push_back({change.name, std::move(why)});
    };
    for (const LimitChange& change : changes) {
        const bool cap = IsConnectionCap(change.name);
        if (!cap && RuleNamed(change.name) == nullptr) {
            note(change, {"没有这项限制", "there is no such limit"});
        } else if (!change.value.has_value()) {
            continue;
        } else if (change.value->limit < 1 || change.value->limit > (cap ? kConnectionsMax : kRateMax)) {
            note(change, {"数值须为 1 到 1000000", "limit must be 1 to 1000000"});
        } else if (cap ? change.value->window_s != 0
                       : change.value->window_s < 1 || change.value->window_s > kWindowSecondsMax) {
            note(change, {"时间窗口无效", "window_s must be 1 to 86400, and absent for connections"});
        }
    }
    return error.fields.empty() ? Ok() : Status(error);
}

Status Limits::Change(storage::sql::Database& db, std::int64_t rev, const std::vector<LimitChange>& changes,
                      base::Time now, const Note& note) {
    RT_CHECK_OK(Check(changes));
    RT_TRY(Stored next, db.Write("limits.change", [&](storage::sql::Writer& writer) -> Result<Stored> {
        RT_TRY(const auto text, Find(writer));
        Stored stored;
        if (text.has_value()) {
            RT_TRY(stored, Decode(*text));
        }
        if (stored.rev != rev) return Fail(Code::kPreconditionFailed);
        json::Object before;
        json::Object after;
        {
            const std::lock_guard lock(mutex_);
            for (const LimitChange& change : changes) before.Set(change.name, ToJson(Effective(stored, change.name)));
            for (const LimitChange& change : changes) {
                if (change.value.has_value()) {
                    stored.overrides[change.name] = *change.value;
                } else {
                    stored.overrides.erase(change.name);
                }
            }
            for (const LimitChange& change : changes) after.Set(change.name, ToJson(Effective(stored, change.name)));
        }
        ++stored.rev;
        RT_CHECK_OK(writer.RunOne(kPut, {kState, Encode(stored), now}, Code::kInternal));
        RT_CHECK_OK(note(writer, before, after));
        return stored;
    }));
    Adopt(std::move(next));
    return Ok();
}

}  // namespace rt::ops
