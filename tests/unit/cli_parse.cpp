#include <doctest/doctest.h>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/output.h"

namespace rt::cli {
namespace {

Result<Parsed> ParseWords(std::vector<std::string> words) {
    return Parse("app", words, Commands());
}

std::string NameOf(const Result<Parsed>& parsed) {
    return std::string(parsed.value().command->name);
}

TEST_CASE("a group without a verb means its default verb") {
    CHECK(NameOf(ParseWords({"backup"})) == "backup create");
    CHECK(NameOf(ParseWords({"migrate"})) == "migrate up");
    CHECK(NameOf(ParseWords({"migrate", "to", "3"})) == "migrate to");
    CHECK(NameOf(ParseWords({})) == "help");
    CHECK(NameOf(ParseWords({"--help"})) == "help");
    CHECK(NameOf(ParseWords({"--version"})) == "version");
}

TEST_CASE("global options may stand before the command") {
    const auto parsed = ParseWords({"--data", "/x", "user", "create", "mei", "--role=admin", "--password-stdin"});
    REQUIRE(parsed.ok());
    CHECK(NameOf(parsed) == "user create");
    CHECK(parsed->invocation.words == std::vector<std::string>{"mei"});
    CHECK(parsed->invocation.Value("data") == "/x");
    CHECK(parsed->invocation.Value("role") == "admin");
    CHECK(parsed->invocation.Has("password-stdin"));
}

TEST_CASE("--help after a command explains that command") {
    const auto parsed = ParseWords({"backup", "create", "--help"});
    REQUIRE(parsed.ok());
    CHECK(NameOf(parsed) == "help");
    CHECK(parsed->invocation.words == std::vector<std::string>{"backup", "create"});
}

TEST_CASE("an option may be repeated, and -- ends the options") {
    const auto parsed = ParseWords({"serve", "--listen", "127.0.0.1:1", "--listen", "[::1]:2"});
    REQUIRE(parsed.ok());
    CHECK(*parsed->invocation.Values("listen") == std::vector<std::string>{"127.0.0.1:1", "[::1]:2"});
    CHECK(ParseWords({"backup", "show", "--", "--latest"})->invocation.words == std::vector<std::string>{"--latest"});
}

TEST_CASE("words that fit no command are refused with the reason") {
    const auto message = [](std::vector<std::string> words) {
        const auto parsed = ParseWords(std::move(words));
        return parsed.ok() ? std::string("accepted") : parsed.error().message.en;
    };
    CHECK(message({"serv"}) == "there is no command `serv`, see `help`");
    CHECK(message({"backup", "made"}) == "`backup` has no verb `made`, see `help backup`");
    CHECK(message({"user"}) == "`user` needs a verb, see `help user`");
    CHECK(message({"serve", "--yes"}) == "`serve` has no option --yes, see `help serve`");
    CHECK(message({"serve", "--listen"}) == "--listen needs a value: ADDR:PORT");
    CHECK(message({"serve", "--demo=1"}) == "--demo takes no value");
    CHECK(message({"restore"}) == "usage: app restore ID|latest");
    CHECK(message({"user", "grant", "a", "admin", "more"}) == "usage: app user grant NAME ROLE");
}

TEST_CASE("every command is in help, the manual and the completion") {
    const std::string manual = ManualPage("roundtable", "1.2.3", Commands());
    const std::string bash = CompletionScript("app", "bash", Commands());
    for (const Command& command : Commands()) {
        CAPTURE(command.name);
        CHECK(HelpOverview("app", Commands()).find(command.name) != std::string::npos);
        CHECK(HelpTopic("app", command.name, Commands()).find(command.summary) != std::string::npos);
        CHECK(manual.find("roundtable " + std::string(command.name.substr(0, command.name.find(' ')))) !=
              std::string::npos);
        CHECK(bash.find(command.name.substr(0, command.name.find(' '))) != std::string::npos);
    }
    CHECK(CompletionScript("app", "csh", Commands()).empty());
}

TEST_CASE("tables count East Asian characters as two columns") {
    CHECK(DisplayWidth("梅林 ok") == 7);
    const json::Value rows(
        json::Array{json::Object{{"name", "梅林"}, {"n", 1}}, json::Object{{"name", "abc"}, {"n", nullptr}}});
    static constexpr Column kColumns[] = {{"name", "NAME"}, {"n", "N"}};
    CHECK(FormatTable(rows, kColumns) == "NAME  N\n梅林  1\nabc   -\n");
}

}  // namespace
}  // namespace rt::cli
