#include "storage/idempotency/idempotency.h"

#include <array>

#include "base/encoding.h"
#include "base/utf8.h"
#include "crypto/field_cipher.h"
#include "crypto/hash.h"
#include "json/error_codec.h"
#include "json/json.h"

namespace rt::storage::idempotency {
namespace {

using sql::Statement;

constexpr Statement kFind{"idempotency.find",
                          "SELECT request_hash, status, body FROM idempotency"
                          " WHERE actor = $1 AND scope = $2 AND key = $3 AND expires > $4"};
// The cap is part of the write: no row changes when the actor has too many live keys, since `expires` is then NULL and
// the row ignored. (INSERT ... SELECT ... WHERE would do, but for a SELECT of the same table SQLite makes a temporary
// one.)
constexpr Statement kKeep{"idempotency.keep",
                          "INSERT OR IGNORE INTO idempotency (actor, scope, key, request_hash, status, body, expires)"
                          " VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN"
                          " (SELECT COUNT(*) FROM idempotency WHERE actor = $1 AND expires > $9) < $8 THEN $7 END)"
                          " ON CONFLICT (actor, scope, key) DO UPDATE SET request_hash = excluded.request_hash,"
                          " status = excluded.status, body = excluded.body, expires = excluded.expires"
                          " WHERE idempotency.expires <= $9"};
constexpr Statement kSweep{"idempotency.sweep",
                           "DELETE FROM idempotency WHERE (actor, scope, key) IN"
                           " (SELECT actor, scope, key FROM idempotency WHERE expires <= $1 LIMIT $2)"};

struct Kept {
    std::string request_hash;
    int status = 0;  // 0: `body` is an error
    std::string body;
};

bool IsKept(const Error& error) {
    const int status = base::Info(error.code).http_status;
    return status < 500 && status != 401 && status != 409 && status != 429;
}

Error KeptError(std::string_view body) {
    const auto value = json::Decode(body);
    if (!value.ok()) return Fail(Code::kInternal, "a kept answer is damaged");
    Error error = json::DecodeError(*value);
    if (error.detail.empty()) error.detail = "answered again by key";
    return error;
}

// "s1:<salt>:<sealed>". A row's key comes from the secret, the salt and the client's own key, so equal answers look
// different and none opens without its Idempotency-Key.
constexpr std::string_view kSealedMark = "s1:";
constexpr std::size_t kSaltBytes = 16;

std::string RowKey(const Key& key, std::string_view salt) {
    const std::string input = std::string(salt) + "|" + std::to_string(key.actor) + "|" + key.scope + "|" + key.key;
    return std::string(base::AsText(crypto::HmacSha256(key.secret, input)));
}

std::string SealBody(const Key& key, std::string_view body) {
    if (key.secret.empty()) return std::string(body);
    const std::string sealed = crypto::SealOnce(RowKey(key, key.salt), body, key.request_hash);
    return std::string(kSealedMark) + key.salt + ":" + base::Base64Encode(base::AsBytes(sealed));
}

// Rows from before answers were sealed are read as they are.
Result<std::string> OpenBody(const Key& key, const std::string& body) {
    if (!body.starts_with(kSealedMark)) return body;
    const std::size_t end = body.find(':', kSealedMark.size());
    const auto sealed =
        end == std::string::npos ? std::nullopt : base::Base64Decode(std::string_view(body).substr(end + 1));
    if (!sealed.has_value() || key.secret.empty()) return Fail(Code::kInternal, "a kept answer is damaged");
    const std::string salt = body.substr(kSealedMark.size(), end - kSealedMark.size());
    return crypto::OpenOnce(RowKey(key, salt), base::AsText(*sealed), key.request_hash);
}

Result<std::optional<Kept>> Find(sql::Reader& reader, const Key& key, base::Time now) {
    RT_TRY(auto kept, reader.Find<Kept>(kFind, {key.actor, key.scope, key.key, now}, [](const sql::Row& row) {
        return Kept{row.Text(0), static_cast<int>(row.Int(1)), row.Text(2)};
    }));
    if (kept.has_value() && kept->request_hash == key.request_hash) {
        RT_TRY(kept->body, OpenBody(key, kept->body));
    }
    return kept;
}

Result<Answer> Again(const Key& key, const Kept& kept) {
    if (kept.request_hash != key.request_hash) return Fail(Code::kIdempotencyMismatch);
    if (kept.status == 0) return KeptError(kept.body);
    return Answer{kept.status, kept.body, true};
}

Status Keep(sql::Writer& writer, const Key& key, base::Time now, int status, std::string_view body) {
    const std::string kept = SealBody(key, body);
    RT_TRY(const std::int64_t changed, writer.Run(kKeep, {key.actor, key.scope, key.key, key.request_hash, status, kept,
                                                          now.Plus(kKeepMicros), kKeysPerActorMax, now}));
    if (changed == 1) return Ok();
    return Fail(Code::kTooManyRequests, "too many live idempotency keys of one actor");
}

}  // namespace

Result<Key> ReadKey(std::string_view sent, std::int64_t actor, std::string scope, std::string_view body) {
    Key out;
    if (sent.empty()) return out;
    const bool visible = sent.find_first_not_of(' ') != std::string_view::npos && base::IsPlainLine(sent);
    if (sent.size() > kKeyBytesMax || !visible) {
        return base::InvalidField("Idempotency-Key", {"幂等键须为 1 到 128 个可见字符", "1 to 128 visible characters"});
    }
    out.actor = actor;
    out.scope = std::move(scope);
    out.key = sent;
    out.request_hash = base::HexEncode(crypto::Sha256(body));
    return out;
}

void SealAnswers(Key& key, std::string secret, Random& random) {
    std::array<std::uint8_t, kSaltBytes> salt{};
    random.Fill(salt);
    key.secret = std::move(secret);
    key.salt = base::HexEncode(salt);
}

Result<Answer> Write(sql::Database& db, const Key& key, base::Time now, std::string_view name, const Effect& effect) {
    if (key.key.empty()) return db.Write(name, effect);
    auto answer = db.Write(name, [&](sql::Writer& writer) -> Result<Answer> {
        RT_TRY(const auto kept, Find(writer, key, now));
        if (kept.has_value()) return Again(key, *kept);
        RT_TRY(Answer fresh, effect(writer));
        RT_CHECK_OK(Keep(writer, key, now, fresh.status, fresh.body));
        return fresh;
    });
    if (answer.ok() || !IsKept(answer.error()) || answer.error().code == Code::kIdempotencyMismatch) return answer;
    // The closure that failed was rolled back; its answer is kept by a commit of its own. If another request got there
    // first meanwhile, its answer is the one.
    std::optional<Result<Answer>> earlier;
    const Status kept_it = db.Write("idempotency.keep_failure", [&](sql::Writer& writer) -> Status {
        earlier.reset();
        RT_TRY(const auto kept, Find(writer, key, now));
        if (!kept.has_value()) {
            return Keep(writer, key, now, 0,
                        json::Encode(json::EncodeError(answer.error(), json::ErrorDetail::kLeaveOut)));
        }
        earlier = Again(key, *kept);
        return Ok();
    });
    return kept_it.ok() && earlier.has_value() ? std::move(*earlier) : std::move(answer);
}

Result<std::int64_t> Sweep(sql::Database& db, base::Time now, std::int64_t rows_max) {
    return db.Write("idempotency.sweep", [&](sql::Writer& writer) { return writer.Run(kSweep, {now, rows_max}); });
}

}  // namespace rt::storage::idempotency
