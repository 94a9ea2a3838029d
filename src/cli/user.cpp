#include "cli/commands.h"
#include "cli/output.h"
#include "cli/session.h"
#include "os/terminal.h"

namespace rt::cli {
namespace {

Result<std::string> NewPassword(const Invocation& invocation) {
    if (invocation.Has("password-stdin")) return os::ReadStdinLine();
    if (os::StdinIsTerminal()) return os::AskNewPassword();
    const char* message = "use --password-stdin when there is no terminal";
    return FailText(Code::kBadRequest, {message, message});
}

Exit Change(const Invocation& invocation, std::string_view command, json::Object args, std::string_view done) {
    const auto answer = Administer(invocation, command, std::move(args));
    if (!answer.ok()) return PrintError(invocation, answer.error());
    Print(invocation, *answer, invocation.words[0] + ": " + std::string(done) + "\n");
    return Exit::kOk;
}

}  // namespace

Exit RunUserCreate(const Invocation& invocation) {
    auto password = NewPassword(invocation);
    if (!password.ok()) return PrintError(invocation, password.error());
    const std::string& name = invocation.words[0];
    return Change(invocation, "user.create",
                  {{"login_name", name},
                   {"role", invocation.Value("role").value_or("user")},
                   {"display_name", invocation.Value("display-name").value_or(name)},
                   {"password", std::move(*password)}},
                  "created");
}

Exit RunUserList(const Invocation& invocation) {
    json::Object args;
    if (const auto role = invocation.Value("role")) args.Set("role", *role);
    const auto answer = Administer(invocation, "user.list", std::move(args));
    if (!answer.ok()) return PrintError(invocation, answer.error());
    static constexpr Column kColumns[] = {{"login_name", "NAME"},
                                          {"role", "ROLE"},
                                          {"status", "STATUS"},
                                          {"display_name", "SHOWN AS"},
                                          {"created", "CREATED"},
                                          {"last_active_at", "LAST ACTIVE"},
                                          {"id", "ID"}};
    Print(invocation, *answer, FormatTable(*answer, kColumns));
    return Exit::kOk;
}

Exit RunUserSetPassword(const Invocation& invocation) {
    auto password = NewPassword(invocation);
    if (!password.ok()) return PrintError(invocation, password.error());
    return Change(invocation, "user.set_password",
                  {{"login_name", invocation.words[0]}, {"password", std::move(*password)}},
                  "has a new password and is signed out everywhere");
}

Exit RunUserDisable(const Invocation& invocation) {
    return Change(invocation, "user.disable", {{"login_name", invocation.words[0]}}, "is locked");
}

Exit RunUserEnable(const Invocation& invocation) {
    return Change(invocation, "user.enable", {{"login_name", invocation.words[0]}}, "may sign in again");
}

Exit RunUserUnlock(const Invocation& invocation) {
    return Change(invocation, "user.unlock", {{"login_name", invocation.words[0]}}, "may try again at once");
}

Exit RunUserSessions(const Invocation& invocation) {
    json::Object args{{"login_name", invocation.words[0]}};
    if (invocation.Has("end")) {
        return Change(invocation, "user.end_sessions", std::move(args), "is signed out everywhere");
    }
    const auto answer = Administer(invocation, "user.sessions", std::move(args));
    if (!answer.ok()) return PrintError(invocation, answer.error());
    static constexpr Column kColumns[] = {{"device", "DEVICE"},   {"client", "FROM"},         {"method", "BY"},
                                          {"created", "CREATED"}, {"last_used", "LAST USED"}, {"id", "ID"}};
    Print(invocation, *answer, FormatTable(*answer, kColumns));
    return Exit::kOk;
}

Exit RunUserResetTotp(const Invocation& invocation) {
    return Change(invocation, "user.reset_totp", {{"login_name", invocation.words[0]}},
                  "has no second step any more and is signed out everywhere");
}

Exit RunUserDelete(const Invocation& invocation) {
    const std::string& wanted = invocation.words[0];
    if (!Agreed(invocation, "Have the account " + wanted + " deleted? It is signed out everywhere now.")) {
        return Exit::kUsage;
    }
    const auto answer = Administer(invocation, "user.delete", json::Object{{"user", wanted}});
    if (!answer.ok()) return PrintError(invocation, answer.error());
    const json::Value* due = answer->Find("delete_at");
    Print(invocation, *answer, wanted + ": ends at " + (due != nullptr ? due->AsString() : std::string()) + "\n");
    return Exit::kOk;
}

}  // namespace rt::cli
