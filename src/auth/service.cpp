#include "auth/service.h"

#include <array>
#include <utility>

#include "auth/domain/activity.h"
#include "auth/domain/credentials.h"
#include "auth/service_internal.h"
#include "base/encoding.h"
#include "crypto/hash.h"

namespace rt::auth {

using domain::GuessKind;
using domain::RefreshVerdict;
using storage::sql::Reader;
using storage::sql::Writer;

namespace {

constexpr std::size_t kDeviceBytesMax = 200;
constexpr std::size_t kSetupTokenBytes = 16;
// A session that is renewed every few minutes writes the record's "last active" at most this often.
constexpr std::int64_t kTouchMicros = 10 * base::kMicrosPerMinute;

std::int64_t Micros(std::int64_t seconds) {
    return seconds * base::kMicrosPerSecond;
}

}  // namespace

std::string PlainDevice(std::string_view user_agent) {
    std::string out;
    for (const char c : user_agent.substr(0, kDeviceBytesMax)) {
        if (c >= 0x20 && c < 0x7F) out += c;
    }
    return out;
}

Service::Service(Options options, TokenKeys keys, crypto::Vault vault, crypto::Vault outbox_vault, Parts parts)
    : options_(std::move(options)),
      parts_(parts),
      vault_(std::move(vault)),
      messages_(std::move(outbox_vault), parts.ids),
      signing_keys_(std::move(keys.keys)),
      ring_(std::move(keys.tokens)),
      access_(parts.db, parts.clock),
      credentials_(parts.db, parts.clock),
      revocations_(Micros(options_.access_ttl_s)),
      sessions_(parts.kv, Micros(options_.access_ttl_s)),
      guesses_(parts.kv, parts.clock, parts.metrics),
      passwords_(options_.bcrypt_cost, parts.random),
      accounts_({parts.db, sessions_, revocations_, access_, parts.audit, passwords_, parts.clock, parts.random,
                 parts.ids, options_.site_name}),
      identities_({parts.db, vault_, parts.audit, parts.clock, parts.random, parts.ids}),
      second_steps_({parts.db, accounts_, vault_, parts.audit, parts.clock, parts.random, options_.site_name}),
      codes_({parts.kv, vault_, parts.clock, parts.random, parts.metrics}, options_.codes),
      pending_(parts.kv, parts.clock, parts.random),
      authenticator_(ring_, revocations_, parts.clock, &credentials_) {}

Result<std::unique_ptr<Service>> Service::Create(Options options, Parts parts) {
    RT_TRY(auto keys, ReadKeys(options, parts.random, parts.clock.Now()));
    if (options.field_ring == nullptr) return Fail(Code::kInternal, "auth has no field keys");
    crypto::Vault vault(options.field_ring, kVaultUse, parts.random);
    crypto::Vault outbox_vault(options.field_ring, kOutboxVaultUse, parts.random);
    std::unique_ptr<Service> service(
        new Service(std::move(options), std::move(keys), std::move(vault), std::move(outbox_vault), parts));
    RT_CHECK_OK(service->Reload());
    return service;
}

Result<TokenKeys> Service::ReadKeys(const Options& options, Random& random, base::Time now) {
    std::vector<SigningKey> keys;
    for (const std::string& secret : options.jwt_secrets) {
        keys.push_back({crypto::JwtAlgorithm::kHs256, secret, {}});
    }
    if (keys.empty() && !options.jwt_folder.empty()) {
        RT_TRY(keys, LoadOrCreateSigningKeys(options.jwt_folder, options.jwt.algorithm, random, now));
    }
    RT_TRY(auto tokens, AccessTokens::Create(keys, options.jwt));
    return TokenKeys{std::move(keys), std::move(tokens)};
}

// `keys jwt rotate` of this or another process. A file that is broken leaves the keys as they are.
Status Service::ReloadKeys() {
    if (!options_.jwt_secrets.empty() || options_.jwt_folder.empty()) return Ok();
    const std::scoped_lock lock(keys_mutex_);
    RT_TRY(auto keys, LoadSigningKeys(options_.jwt_folder));
    if (keys == signing_keys_) return Ok();
    RT_TRY(auto tokens, AccessTokens::Create(keys, options_.jwt));
    ring_.Replace(std::move(tokens));
    signing_keys_ = std::move(keys);
    parts_.log.Info("access token keys replaced", {{"keys", static_cast<std::int64_t>(signing_keys_.size())}});
    return Ok();
}

Status Service::Reload() {
    const base::Time now = parts_.clock.Now();
    RT_TRY(const std::int64_t version, parts_.db.DataVersion());
    if (version != data_version_.load()) {
        RT_CHECK_OK(ReloadEpochs(now));
        data_version_.store(version);
    }
    RT_CHECK_OK(sessions_.EachEnded([&](std::string_view session) { revocations_.EndSession(session, now); }));
    revocations_.Sweep(now);
    RT_CHECK_OK(access_.Reload());
    RT_CHECK_OK(credentials_.Turn());
    // Last: a key file that cannot be read must not keep revocations back.
    return ReloadKeys();
}

Status Service::ReloadEpochs(base::Time now) {
    using Moved = std::vector<std::pair<UserId, std::int64_t>>;
    std::int64_t generation = 0;
    RT_TRY(const Moved moved, parts_.db.Read([&](Reader& reader) -> Result<Moved> {
        RT_TRY(generation, store::Generation(reader));
        return store::MovedEpochs(reader, now.Plus(-Micros(options_.access_ttl_s) - base::kMicrosPerMinute));
    }));
    generation_.store(generation);
    revocations_.SetGeneration(generation);
    for (const auto& [user, epoch] : moved) revocations_.MoveEpoch(user, epoch, now);
    return Ok();
}

SignedIn Service::Issue(const User& user, const domain::Session& session, std::string refresh_token) {
    const base::Time now = parts_.clock.Now();
    const AccessClaims claims{user.id,
                              user.public_id,
                              user.role,
                              user.epoch,
                              session.generation,
                              session.public_id,
                              now,
                              now.Plus(Micros(options_.access_ttl_s))};
    return {ring_.Current()->Issue(claims, parts_.random), options_.access_ttl_s, std::move(refresh_token),
            (session.expires.micros - now.micros) / base::kMicrosPerSecond, user};
}

Result<SignedIn> Service::Open(const User& user, std::string_view method, bool second_step, const Caller& caller) {
    const base::Time now = parts_.clock.Now();
    const RefreshToken token = RefreshToken::NewSession(parts_.random);
    domain::Session session;
    session.public_id = base::NewPublicId(parts_.random);
    session.user_id = user.id.value;
    session.client = caller.kind;
    session.token_hash = token.Hash();
    session.issued = now;
    session.rotated = now;
    session.expires = now.Plus(Micros(options_.refresh_ttl_s));
    session.user_session_epoch = user.session_epoch;
    session.generation = generation_.load();
    session.device = PlainDevice(caller.device);
    session.network = MaskedNetwork(caller.actor.client);
    session.method = method;
    session.second_step = second_step;
    RT_TRY(const DeviceSeen seen, sessions_.Begin(token, session));
    if (seen == DeviceSeen::kNew) TellOfNewDevice(user, session);
    SignedIn done = Issue(user, session, token.text);
    done.client = caller.kind;
    return done;
}

// Looked up by whatever a person types: login name, e-mail address, phone number.
Result<std::optional<User>> Service::FindTyped(std::string_view typed) {
    const std::string name = domain::NormaliseLoginName(typed);
    const auto contact = ContactTyped(typed);
    return parts_.db.Read([&](Reader& reader) -> Result<std::optional<User>> {
        RT_TRY(auto user, store::FindByLoginName(reader, name));
        if (user || !contact) return user;
        RT_TRY(const auto holder, identities_.Find(reader, ProofOf(*contact).key));
        return store::FindById(reader, holder.value_or(UserId{}));  // nobody has 0: the same work for nobody
    });
}

// The user, if this is the password. Counts the attempt first; the work is the same for every refusal after that.
Result<User> Service::VerifiedUser(const std::optional<User>& user, const Guessed& guessed, std::string_view password,
                                   const Caller& caller) {
    if (auto status = guesses_.Attempt(GuessKind::kPassword, guessed, caller.actor.client); !status.ok()) {
        if (status.error().code == Code::kTooManyRequests) parts_.metrics.Get(Metric::kLogins, {"delayed"}).Add();
        return std::move(status).error();
    }
    const std::string hash = user ? user->password_hash : std::string();
    if (!passwords_.Verify(Passwords::Normalise(password), hash)) {
        parts_.metrics.Get(Metric::kLogins, {"refused"}).Add();
        return Fail(Code::kBadCredentials);
    }
    RT_CHECK_OK(guesses_.Forgive(GuessKind::kPassword, guessed, caller.actor.client));
    if (user->status != UserStatus::kActive) {
        parts_.metrics.Get(Metric::kLogins, {"locked"}).Add();
        return AccountLocked();
    }
    return *user;
}

Result<SignedIn> Service::SignIn(std::string_view typed, std::string_view password, const Caller& caller) {
    RT_TRY(const auto found, FindTyped(typed));
    const auto account = found ? std::optional(found->id) : std::nullopt;
    RT_TRY(const Guessed guessed, GuessedBy(GuessSubject(typed), account, caller));
    RT_TRY(const User seen, VerifiedUser(found, guessed, password, caller));
    std::string new_hash;
    if (passwords_.NeedsRehash(seen.password_hash)) {
        RT_TRY(new_hash, passwords_.Hash(Passwords::Normalise(password)));
    }
    const base::Time now = parts_.clock.Now();
    RT_TRY(const Admitted admitted, parts_.db.Write("session.begin", [&](Writer& writer) -> Result<Admitted> {
        // Hashing takes long: what was seen before it is compared with the row again.
        RT_TRY(const auto user, store::FindById(writer, seen.id));
        if (!user || user->password_hash != seen.password_hash) {
            return Fail(Code::kBadCredentials, "the account changed during the sign-in");
        }
        if (!new_hash.empty()) RT_CHECK_OK(store::ReplaceHash(writer, user->id, seen.password_hash, new_hash));
        return AdmitIn(writer, *user, caller, now);
    }));
    return Finish(admitted, "password", caller);
}

// The account of a session, if both still belong together.
Result<User> Service::UserOf(const domain::Session& session) {
    bool step_missing = false;
    const base::Time now = parts_.clock.Now();
    RT_TRY(const auto user, parts_.db.Read([&](Reader& reader) -> Result<std::optional<User>> {
        RT_TRY(auto found, store::FindById(reader, UserId{session.user_id}));
        if (!found) return found;
        RT_TRY(const Step step, StepFor(reader, *found, now));
        step_missing = step != Step::kNone && !session.second_step;
        return found;
    }));
    if (!user || user->status != UserStatus::kActive || user->session_epoch != session.user_session_epoch ||
        session.generation != generation_.load()) {
        return Fail(Code::kUnauthenticated, "the session was ended by a change of the account");
    }
    if (step_missing) return Fail(Code::kUnauthenticated, "the account wants a second step by now");
    return *user;
}

Status Service::Judge(const SessionStore::Rotation& rotation, const Caller& caller) {
    if (rotation.verdict == RefreshVerdict::kRotate || rotation.verdict == RefreshVerdict::kRepeat) return Ok();
    if (rotation.verdict == RefreshVerdict::kExpired) return Fail(Code::kTokenExpired, "refresh token");
    const domain::Session& session = rotation.session;
    const base::Time now = parts_.clock.Now();
    revocations_.EndSession(session.public_id, now);
    parts_.metrics.Get(Metric::kTokenReuse).Add();
    parts_.log.Warn(
        "refresh token used twice; session ended",
        {{"session", session.public_id}, {"requestId", caller.actor.request_id}, {"client", caller.actor.client}});
    const AuditEvent event{"session.token_reused", caller.actor, session.user_id, nullptr,
                           json::Object{{"session", session.public_id}}};
    // The owner is told; if that cannot be prepared the session ends all the same.
    const auto told = NoticeTo(UserId{session.user_id}, "token_reused", caller);
    const Status audited = parts_.db.Write("session.token_reused", [&](Writer& writer) -> Status {
        if (told.ok() && *told) RT_CHECK_OK(Messages::AddIn(writer, **told, now));
        return AppendAudit(parts_.audit, writer, event, now);
    });
    if (!audited.ok()) parts_.log.Error("audit of a token reuse failed", {{"detail", audited.error().detail}});
    return Fail(Code::kTokenReused);
}

// The client's old token is spent by now: a record that cannot be written (a full disk) must not cost the session.
void Service::NoteActive(const User& user, base::Time now) {
    // The first of a day is noted in any case: it is counted (activity_store.h).
    const bool today = user.last_active_at && *user.last_active_at >= domain::PeriodBegin(domain::Period::kDay, now);
    if (today && now < user.last_active_at->Plus(kTouchMicros)) return;
    const Status noted =
        parts_.db.Write("user.touch", [&](Writer& writer) { return store::Touch(writer, user.id, now); });
    if (!noted.ok()) parts_.log.Warn("last activity was not noted", {{"detail", noted.error().detail}});
}

Result<SignedIn> Service::Renew(std::string_view refresh_token, const Caller& caller) {
    const auto token = RefreshToken::Parse(refresh_token);
    if (!token) return Fail(Code::kUnauthenticated, "not a refresh token");
    RT_TRY(const auto session, sessions_.Find(*token));
    if (!session) return Fail(Code::kUnauthenticated, "no such session");
    // A program's token in a cookie was planted there; a browser's never leaves its cookie.
    if (session->client != caller.kind && session->token_hash == token->Hash()) {
        return Fail(Code::kUnauthenticated, "a refresh token of another kind of client");
    }
    RT_TRY(const User user, UserOf(*session));
    const base::Time now = parts_.clock.Now();
    const std::string chain = NewChain(parts_.random);
    RT_TRY(const auto rotation, sessions_.Rotate(*token, caller.kind, chain, now, Micros(options_.refresh_ttl_s)));
    RT_CHECK_OK(Judge(rotation, caller));
    NoteActive(user, now);
    return Issue(user, rotation.session, rotation.next);
}

Status Service::SignOut(std::string_view refresh_token, const Caller& caller) {
    const auto token = RefreshToken::Parse(refresh_token);
    if (!token) return Ok();
    RT_TRY(const auto session, sessions_.Find(*token));
    // A spent token ends it as well: either its owner is leaving, or it was stolen.
    if (!session) return Ok();
    const base::Time now = parts_.clock.Now();
    RT_CHECK_OK(sessions_.End(*token, *session, now));
    revocations_.EndSession(session->public_id, now);
    Actor actor = caller.actor;
    actor.user_id = session->user_id;
    const AuditEvent event{"session.end", actor, session->user_id, nullptr,
                           json::Object{{"session", session->public_id}}};
    return parts_.db.Write("session.end",
                           [&](Writer& writer) { return AppendAudit(parts_.audit, writer, event, now); });
}

Result<SignedIn> Service::ChangePassword(UserId id, std::string_view current, std::string_view password,
                                         ApiTokens tokens, const Caller& caller) {
    RT_TRY(const User user, accounts_.Get(id));
    RT_TRY(const Guessed guessed, GuessedBy(GuessSubject(id), id, caller));
    RT_TRY(const User verified, VerifiedUser(user, guessed, current, caller));
    RT_TRY(const auto told, NoticeTo(id, "password_changed", caller));
    RT_TRY(const User changed, accounts_.SetPassword(id, password, verified.password_hash, caller.actor, told, tokens));
    if (tokens == ApiTokens::kRevoke) ForgetTokens();
    // No session of somebody who has a second step was renewed without it.
    const base::Time now = parts_.clock.Now();
    RT_TRY(const Step step, parts_.db.Read([&](Reader& reader) { return StepFor(reader, changed, now); }));
    return Open(changed, "password", step == Step::kAsk, caller);
}

Result<std::optional<std::string>> Service::NewSetupToken() {
    std::array<std::uint8_t, kSetupTokenBytes> bytes{};
    parts_.random.Fill(bytes);
    const std::string token = base::Base64UrlEncode(bytes);
    const std::string hash = base::HexEncode(crypto::Sha256(token));
    const base::Time now = parts_.clock.Now();
    RT_TRY(const bool open,
           parts_.db.Write("setup_link.put", [&](Writer& writer) { return store::PutSetupLink(writer, hash, now); }));
    if (!open) return std::optional<std::string>();
    return std::optional<std::string>(token);
}

namespace {

Error SetUpDone() {
    return base::FailText(Code::kInvalidState, {"已有管理员，无需初始化", "There is an administrator already"});
}

Error SetUpLinkBad() {
    return base::FailText(Code::kInviteExpired, {"初始化链接已失效", "This set-up link is not valid any more"});
}

}  // namespace

Result<SignedIn> Service::SetUp(std::string_view token, const NewUser& wanted, const Caller& caller) {
    const std::string hash = base::HexEncode(crypto::Sha256(token));
    // Looked at first, so that nobody without the link makes the server hash.
    RT_CHECK_OK(parts_.db.Read([&](Reader& reader) -> Status {
        RT_TRY(const bool done, store::HasActiveAdmin(reader));
        if (done) return SetUpDone();
        RT_TRY(const bool known, store::HasSetupLink(reader, hash));
        return known ? Ok() : Status(SetUpLinkBad());
    }));
    NewUser admin = wanted;
    admin.role = Role::kAdmin;
    RT_TRY(const User user, accounts_.Prepare(admin));
    RT_CHECK_OK(parts_.db.Write("auth.set_up", [&](Writer& writer) -> Status {
        RT_TRY(const bool done, store::HasActiveAdmin(writer));
        if (done) return SetUpDone();
        RT_TRY(const bool taken, store::TakeSetupLink(writer, hash));
        if (!taken) return SetUpLinkBad();
        return accounts_.InsertIn(writer, user, caller.actor);
    }));
    return Finish({user, options_.staff_second_step ? Step::kEnrol : Step::kNone, true}, "setup", caller);
}

Status EndEverySession(storage::sql::Database& db, base::Time now) {
    return db.Write("auth.move_generation", [&](Writer& writer) { return store::MoveGeneration(writer, now); });
}

}  // namespace rt::auth
