// `token ...`, `keys jwt` and the grants of `user`.
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/session.h"

namespace rt::cli {
namespace {

// --organisation, --event: where a role or token is for.
void AddPlace(const Invocation& invocation, json::Object& args) {
    for (const char* name : {"organisation", "event"}) {
        if (const auto value = invocation.Value(name)) args.Set(name, *value);
    }
}

bool IsPlaced(const Invocation& invocation) {
    return invocation.Has("organisation") || invocation.Has("event") || invocation.Has("platform");
}

Status CheckOnePlace(const Invocation& invocation) {
    const int places = static_cast<int>(invocation.Has("organisation")) + static_cast<int>(invocation.Has("event")) +
                       static_cast<int>(invocation.Has("platform"));
    if (places <= 1) return Ok();
    return FailText(Code::kBadRequest, {"--organisation、--event 与 --platform 只能选一个",
                                        "one of --organisation, --event and --platform, not several"});
}

Exit ListRows(const Invocation& invocation, std::string_view command, std::span<const Column> columns) {
    const auto answer = Administer(invocation, command, json::Object{{"login_name", invocation.words[0]}});
    if (!answer.ok()) return PrintError(invocation, answer.error());
    Print(invocation, *answer, FormatTable(*answer, columns));
    return Exit::kOk;
}

}  // namespace

// A role of the account without a place, else a grant in the place.
Exit RunUserGrant(const Invocation& invocation) {
    const std::string& name = invocation.words[0];
    const std::string& role = invocation.words[1];
    if (const Status one = CheckOnePlace(invocation); !one.ok()) return PrintError(invocation, one.error());
    json::Object args{{"login_name", name}, {"role", role}};
    AddPlace(invocation, args);
    if (const auto until = invocation.Value("until")) args.Set("until", *until);
    const auto answer = Administer(invocation, IsPlaced(invocation) ? "grant.give" : "user.grant", std::move(args));
    if (!answer.ok()) return PrintError(invocation, answer.error());
    Print(invocation, *answer, name + ": is now " + role + "\n");
    return Exit::kOk;
}

Exit RunUserRevoke(const Invocation& invocation) {
    if (const Status one = CheckOnePlace(invocation); !one.ok()) return PrintError(invocation, one.error());
    if (!IsPlaced(invocation)) {
        return PrintError(invocation, FailText(Code::kBadRequest,
                                               {"请用 --platform、--organisation 或 --event 指明在哪里",
                                                "say where: --platform, --organisation or --event (`user grant NAME "
                                                "user` takes the role of the account itself back)"}));
    }
    json::Object args{{"login_name", invocation.words[0]}};
    AddPlace(invocation, args);
    const auto answer = Administer(invocation, "grant.take", std::move(args));
    if (!answer.ok()) return PrintError(invocation, answer.error());
    Print(invocation, *answer, invocation.words[0] + ": has no role there any more\n");
    return Exit::kOk;
}

Exit RunUserGrants(const Invocation& invocation) {
    static constexpr Column kColumns[] = {
        {"role", "ROLE"}, {"where", "WHERE"}, {"granted_at", "GIVEN"}, {"expires", "UNTIL"}};
    return ListRows(invocation, "grant.list", kColumns);
}

Exit RunTokenCreate(const Invocation& invocation) {
    json::Object args{{"login_name", invocation.words[0]}, {"name", invocation.Value("name").value_or("command line")}};
    std::string permissions;
    if (const auto* words = invocation.Values("permission")) {
        for (const std::string& word : *words) permissions.append(permissions.empty() ? "" : " ").append(word);
    }
    args.Set("permissions", permissions);
    if (const auto days = invocation.Value("days")) {
        const auto number = json::Decode(*days);
        args.Set("days", number.ok() ? *number : json::Value(*days));
    }
    AddPlace(invocation, args);
    const auto answer = Administer(invocation, "token.create", std::move(args));
    if (!answer.ok()) return PrintError(invocation, answer.error());
    const std::string note = "This is shown once; keep it like a password.\n";
    Print(invocation, *answer, answer->Find("token")->AsString() + "\n" + note);
    return Exit::kOk;
}

Exit RunTokenList(const Invocation& invocation) {
    static constexpr Column kColumns[] = {{"id", "ID"},
                                          {"name", "NAME"},
                                          {"permissions", "PERMISSIONS"},
                                          {"expires", "EXPIRES"},
                                          {"last_used", "LAST USED"}};
    return ListRows(invocation, "token.list", kColumns);
}

Exit RunTokenRevoke(const Invocation& invocation) {
    const auto answer = Administer(invocation, "token.revoke",
                                   json::Object{{"login_name", invocation.words[0]}, {"id", invocation.words[1]}});
    if (!answer.ok()) return PrintError(invocation, answer.error());
    Print(invocation, *answer, invocation.words[1] + ": revoked\n");
    return Exit::kOk;
}

Exit RunKeysJwt(const Invocation& invocation) {
    static constexpr Column kColumns[] = {{"kid", "KEY"}, {"algorithm", "ALGORITHM"}, {"signs_from", "SIGNS FROM"}};
    const std::string& verb = invocation.words[0];
    if (verb != "rotate" && verb != "list") {
        const std::string message = "`keys jwt` wants rotate or list, not " + verb;
        return PrintError(invocation, base::FailText(Code::kBadRequest, {message, message}));
    }
    const bool rotate = verb == "rotate";
    json::Object args;
    if (rotate && invocation.Has("now")) args.Set("now", true);
    const auto answer = Administer(invocation, rotate ? "jwt_key.rotate" : "jwt_key.list", std::move(args));
    if (!answer.ok()) return PrintError(invocation, answer.error());
    Print(invocation, *answer, rotate ? FormatObject(*answer) : FormatTable(*answer, kColumns));
    return Exit::kOk;
}

}  // namespace rt::cli
