#include "auth/accounts.h"

#include <utility>

#include "auth/domain/credentials.h"
#include "auth/grant_store.h"
#include "auth/token_store.h"
#include "base/utf8.h"

namespace rt::auth {

using storage::sql::Writer;

namespace {

std::optional<base::Text> DisplayNameProblem(std::string_view name) {
    const auto count = base::CodePointCount(name);
    if (count && *count >= 1 && *count <= domain::kDisplayNameCharsMax && base::IsPlainLine(name)) return std::nullopt;
    return base::Text{"显示名称须为 1 到 40 个字符", "The display name must have 1 to 40 characters"};
}

// The first character alone: the chain keeps what it says after the account was erased.
std::string MaskedName(std::string_view name) {
    std::string_view rest = name;
    if (!base::NextCodePoint(rest)) return {};
    return std::string(name.substr(0, name.size() - rest.size())) + "***";
}

// What an audit row shows of an account.
json::Object Shown(const User& user) {
    return {{"login_name", user.login_name},
            {"display_name", MaskedName(user.display_name)},
            {"role", Name(user.role)},
            {"status", Name(user.status)},
            {"locale", Name(user.locale)},
            {"password", !user.password_hash.empty()},
            {"session_epoch", user.session_epoch}};
}

// With the names of what changed, since what is masked or never shown may look the same.
json::Object ShownAfter(const User& before, const User& after) {
    json::Array changed;
    const auto note = [&](const char* name, bool differs) {
        if (differs) changed.emplace_back(name);
    };
    note("display_name", before.display_name != after.display_name);
    note("role", before.role != after.role);
    note("status", before.status != after.status);
    note("locale", before.locale != after.locale);
    note("password", before.password_hash != after.password_hash);
    json::Object out = Shown(after);
    if (!changed.empty()) out.Set("changed", json::Value(std::move(changed)));
    return out;
}

}  // namespace

Result<User> Accounts::Prepare(const NewUser& wanted) {
    User user;
    user.login_name = domain::NormaliseLoginName(wanted.login_name);
    user.display_name = wanted.display_name;
    const std::string password = Passwords::Normalise(wanted.password);
    Error mistakes = Fail(Code::kInvalid);
    const auto note = [&](std::string field, std::optional<base::Text> problem) {
        if (problem) mistakes.fields.push_back({std::move(field), std::move(*problem)});
    };
    note("login_name", domain::LoginNameProblem(user.login_name));
    note("password", domain::PasswordProblem(
                         password, domain::PasswordOwner{user.login_name, user.display_name, parts_.site_name}));
    note("display_name", DisplayNameProblem(user.display_name));
    if (!mistakes.fields.empty()) return mistakes;

    RT_TRY(user.password_hash, parts_.passwords.Hash(password));
    const base::Time now = parts_.clock.Now();
    user.id = parts_.ids.Next<UserId>();
    user.public_id = base::NewPublicId(parts_.random);
    user.role = wanted.role;
    user.locale = wanted.locale;
    user.created = now;
    return user;
}

User Accounts::PrepareProved(std::string display_name, base::Locale locale) {
    User user;
    user.id = parts_.ids.Next<UserId>();
    user.public_id = base::NewPublicId(parts_.random);
    user.display_name = std::move(display_name);
    if (DisplayNameProblem(user.display_name)) {
        const std::string tail = user.public_id.substr(user.public_id.size() - 4);
        user.display_name = (locale == base::Locale::kEn ? "User " : "用户") + tail;
    }
    user.locale = locale;
    user.created = parts_.clock.Now();
    return user;
}

Status Accounts::InsertIn(storage::sql::Writer& writer, const User& user, const Actor& actor) {
    const Status inserted = store::Insert(writer, user);
    if (!inserted.ok()) {
        if (inserted.error().code != Code::kAlreadyExists) return inserted;
        Error taken = base::FailText(Code::kAlreadyExists, {"登录名已被占用", "This login name is taken"});
        taken.fields.push_back({"login_name", taken.message});
        return taken;
    }
    // Who makes an account for himself does it as himself; the command line, which has no address, as the operator.
    Actor who = actor;
    if (who.user_id == 0 && !who.client.empty()) who.user_id = user.id.value;
    return AppendAudit(parts_.audit, writer, {"user.create", who, user.id.value, nullptr, Shown(user)}, user.created);
}

Result<User> Accounts::Create(const NewUser& wanted, const Actor& actor) {
    RT_TRY(const User user, Prepare(wanted));
    return parts_.db.Write("user.create", [&](storage::sql::Writer& writer) -> Result<User> {
        RT_CHECK_OK(InsertIn(writer, user, actor));
        return user;
    });
}

namespace {

Result<User> Found(Result<std::optional<User>> user) {
    if (!user.ok()) return std::move(user).error();
    if (!user->has_value() || (*user)->status == UserStatus::kDeleted) return Fail(Code::kNotFound);
    return std::move(**user);
}

}  // namespace

Result<User> Accounts::Get(UserId id) {
    return Found(parts_.db.Read([&](storage::sql::Reader& reader) { return store::FindById(reader, id); }));
}

Result<User> Accounts::GetByPublicId(std::string_view public_id) {
    const auto wanted = base::ParsePublicId(public_id);
    if (!wanted) return Fail(Code::kNotFound);
    return Found(parts_.db.Read([&](storage::sql::Reader& reader) { return store::FindByPublicId(reader, *wanted); }));
}

Result<User> Accounts::GetByLoginName(std::string_view as_typed) {
    const std::string name = domain::NormaliseLoginName(as_typed);
    return Found(parts_.db.Read([&](storage::sql::Reader& reader) { return store::FindByLoginName(reader, name); }));
}

Result<User> Accounts::GetNamed(std::string_view id_or_login_name) {
    auto by_id = GetByPublicId(id_or_login_name);
    if (by_id.ok() || by_id.error().code != Code::kNotFound) return by_id;
    return GetByLoginName(id_or_login_name);
}

Result<std::optional<User>> Accounts::Recall(UserId id) {
    return parts_.db.Read([&](storage::sql::Reader& reader) { return store::FindById(reader, id); });
}

Result<std::optional<User>> Accounts::Recall(std::string_view public_id) {
    const auto wanted = base::ParsePublicId(public_id);
    if (!wanted) return std::optional<User>();
    return parts_.db.Read([&](storage::sql::Reader& reader) { return store::FindByPublicId(reader, *wanted); });
}

Result<UserPage> Accounts::List(store::Filter filter) {
    const std::int64_t wanted = filter.limit;
    filter.limit = wanted + 1;
    RT_TRY(auto users, parts_.db.Read([&](storage::sql::Reader& reader) { return store::List(reader, filter); }));
    UserPage page{std::move(users), ""};
    if (std::ssize(page.users) > wanted) {
        page.users.resize(static_cast<std::size_t>(wanted));
        page.next = page.users.back().public_id;
    }
    return page;
}

Result<std::int64_t> Accounts::Count() {
    return parts_.db.Read([](storage::sql::Reader& reader) { return store::Count(reader); });
}

Result<std::int64_t> Accounts::CountActive(base::Time since) {
    return parts_.db.Read([&](storage::sql::Reader& reader) { return store::CountActive(reader, since); });
}

// Reads the row, lets `change` edit a copy, and writes it with its audit row, in one commit.
Result<User> Accounts::Change(UserId id, std::string_view action, const Actor& actor,
                              const std::function<Status(Writer&, User&)>& change) {
    const base::Time now = parts_.clock.Now();
    User before;
    RT_TRY(User after, parts_.db.Write(action, [&](Writer& writer) -> Result<User> {
        RT_TRY(before, Found(store::FindById(writer, id)));
        User edited = before;
        RT_CHECK_OK(change(writer, edited));
        if (edited.epoch != before.epoch || edited.session_epoch != before.session_epoch) edited.epoch_moved = now;
        edited.rev = before.rev + 1;
        RT_CHECK_OK(store::Update(writer, edited));
        if (edited.epoch != before.epoch) RT_CHECK_OK(store::MoveAccessGeneration(writer));
        RT_CHECK_OK(AppendAudit(parts_.audit, writer,
                                {action, actor, id.value, Shown(before), ShownAfter(before, edited)}, now));
        return edited;
    }));
    Enforce(before, after);
    return after;
}

void Accounts::Enforce(const User& before, const User& after) {
    if (after.epoch != before.epoch) {
        parts_.revocations.MoveEpoch(after.id, after.epoch, parts_.clock.Now());
        parts_.access.Changed();
    }
    // The epoch in the row already refuses these sessions; dropping their records only frees the space, so a failure
    // here leaves nothing open and they expire by themselves.
    if (after.session_epoch != before.session_epoch) static_cast<void>(parts_.sessions.EndAllOf(after.id));
}

Result<User> Accounts::Edit(UserId id, std::optional<std::int64_t> rev, const UserEdit& edit, const Actor& actor) {
    if (edit.display_name) {
        if (auto problem = DisplayNameProblem(*edit.display_name)) {
            return base::InvalidField("display_name", std::move(*problem));
        }
    }
    if (edit.status == UserStatus::kDeleted) return Fail(Code::kInvalidState, "accounts are not deleted by an edit");
    return Change(id, "user.edit", actor, [&](Writer&, User& user) -> Status {
        if (rev && *rev != user.rev) return Fail(Code::kPreconditionFailed);
        const bool was_active = user.status == UserStatus::kActive;
        const Role old_role = user.role;
        if (edit.display_name) user.display_name = *edit.display_name;
        if (edit.role) user.role = *edit.role;
        if (edit.status) user.status = *edit.status;
        if (edit.locale) user.locale = *edit.locale;
        const bool locked = was_active && user.status != UserStatus::kActive;
        if (locked || user.role != old_role) ++user.epoch;
        if (locked) ++user.session_epoch;
        return Ok();
    });
}

Result<User> Accounts::SetPassword(UserId id, std::string_view password, const std::string& current, const Actor& actor,
                                   const std::optional<Message>& told, ApiTokens tokens) {
    RT_TRY(const User user, Get(id));
    const std::string normalised = Passwords::Normalise(password);
    if (auto problem = domain::PasswordProblem(
            normalised, domain::PasswordOwner{user.login_name, user.display_name, parts_.site_name})) {
        return base::InvalidField("password", std::move(*problem));
    }
    RT_TRY(const std::string hash, parts_.passwords.Hash(normalised));
    const base::Time now = parts_.clock.Now();
    return Change(id, "user.set_password", actor, [&](Writer& writer, User& edited) -> Status {
        if (!current.empty() && edited.password_hash != current) return Fail(Code::kConflict);
        if (told) RT_CHECK_OK(Messages::AddIn(writer, *told, now));
        if (tokens == ApiTokens::kRevoke) RT_CHECK_OK(store::RevokeTokensOf(writer, id, now));
        edited.password_hash = hash;
        ++edited.epoch;
        ++edited.session_epoch;
        return Ok();
    });
}

Status Accounts::SignOutEverywhere(UserId id, const Actor& actor, ApiTokens tokens) {
    const base::Time now = parts_.clock.Now();
    const auto done = Change(id, "user.sign_out_everywhere", actor, [&](Writer& writer, User& user) -> Status {
        if (tokens == ApiTokens::kRevoke) RT_CHECK_OK(store::RevokeTokensOf(writer, id, now));
        ++user.epoch;
        ++user.session_epoch;
        return Ok();
    });
    return done.ok() ? Ok() : Status(done.error());
}

}  // namespace rt::auth
