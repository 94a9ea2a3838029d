#include <algorithm>

#include "cli/command.h"

namespace rt::cli {
namespace {

struct Verb {
    std::string_view word;
    std::string_view verb;
};
constexpr Verb kDefaultVerbs[] = {{"backup", "create"}, {"migrate", "up"}};

Error Usage(const std::string& message) {
    return FailText(Code::kBadRequest, {message, message});
}

const Flag* FindFlag(std::span<const Flag> flags, std::string_view name) {
    const auto found = std::find_if(flags.begin(), flags.end(), [&](const Flag& flag) { return flag.name == name; });
    return found == flags.end() ? nullptr : &*found;
}

const Command* FindCommand(std::span<const Command> commands, std::string_view name) {
    const auto found =
        std::find_if(commands.begin(), commands.end(), [&](const Command& command) { return command.name == name; });
    return found == commands.end() ? nullptr : &*found;
}

bool IsGroup(std::span<const Command> commands, std::string_view word) {
    return std::any_of(commands.begin(), commands.end(), [&](const Command& command) {
        return command.name.size() > word.size() && command.name.starts_with(word) && command.name[word.size()] == ' ';
    });
}

// Takes the command's one or two words from the front of `words`.
Result<const Command*> TakeCommand(std::vector<std::string>& words, std::span<const Command> commands) {
    if (words.empty()) return FindCommand(commands, "help");
    const std::string first = words.front();
    words.erase(words.begin());
    if (IsGroup(commands, first)) {
        // Without a verb the default one is meant; a word that is no verb is a mistake, not an argument of the default.
        const std::string verb = words.empty() ? std::string(DefaultVerb(first)) : words.front();
        const Command* command = FindCommand(commands, first + " " + verb);
        if (command == nullptr) {
            return Usage(verb.empty() ? "`" + first + "` needs a verb, see `help " + first + "`"
                                      : "`" + first + "` has no verb `" + verb + "`, see `help " + first + "`");
        }
        if (!words.empty()) words.erase(words.begin());
        return command;
    }
    const Command* command = FindCommand(commands, first);
    if (command == nullptr) return Usage("there is no command `" + first + "`, see `help`");
    return command;
}

struct Split {
    std::string name;
    std::optional<std::string> value;
};

Split SplitFlag(std::string_view word) {
    word.remove_prefix(2);
    const auto equals = word.find('=');
    if (equals == std::string_view::npos) return {std::string(word), std::nullopt};
    return {std::string(word.substr(0, equals)), std::string(word.substr(equals + 1))};
}

// A flag of any command: which one it is for is checked once the command is known.
bool TakesValue(std::span<const Command> commands, std::string_view name) {
    const auto takes = [&](std::span<const Flag> flags) {
        const Flag* flag = FindFlag(flags, name);
        return flag != nullptr && !flag->value.empty();
    };
    return takes(GlobalFlags()) ||
           std::any_of(commands.begin(), commands.end(), [&](const Command& command) { return takes(command.flags); });
}

Status CheckFlags(const Command& command, const Invocation& invocation) {
    for (const auto& [name, values] : invocation.flags) {
        const Flag* flag = FindFlag(command.flags, name);
        if (flag == nullptr) flag = FindFlag(GlobalFlags(), name);
        if (flag == nullptr) {
            return Usage("`" + std::string(command.name) + "` has no option --" + name + ", see `help " +
                         std::string(command.name) + "`");
        }
        if (flag->value.empty() && !values.empty()) return Usage("--" + name + " takes no value");
        if (!flag->value.empty() && values.empty())
            return Usage("--" + name + " needs a value: " + std::string(flag->value));
    }
    return Ok();
}

}  // namespace

std::optional<std::string> Invocation::Value(std::string_view flag) const {
    const auto* values = Values(flag);
    if (values == nullptr || values->empty()) return std::nullopt;
    return values->back();
}

const std::vector<std::string>* Invocation::Values(std::string_view flag) const {
    const auto found = flags.find(flag);
    return found == flags.end() ? nullptr : &found->second;
}

std::string_view DefaultVerb(std::string_view word) {
    for (const Verb& verb : kDefaultVerbs) {
        if (verb.word == word) return verb.verb;
    }
    return {};
}

Result<Parsed> Parse(std::string_view program, std::span<const std::string> words, std::span<const Command> commands) {
    Parsed parsed;
    parsed.invocation.program = std::string(program);
    std::vector<std::string> plain;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "-h") {
            parsed.invocation.flags["help"];
        } else if (!word.starts_with("--")) {
            plain.push_back(word);
        } else if (word == "--") {
            plain.insert(plain.end(), words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
            break;
        } else {
            const Split split = SplitFlag(word);
            auto& values = parsed.invocation.flags[split.name];
            if (split.value.has_value()) {
                values.push_back(*split.value);
            } else if (TakesValue(commands, split.name) && i + 1 < words.size() && !words[i + 1].starts_with("--")) {
                values.push_back(words[++i]);
            }
        }
    }
    if (parsed.invocation.Has("version") && plain.empty()) {
        parsed.invocation.flags.erase("version");
        plain.emplace_back("version");
    }
    if (parsed.invocation.Has("help") && (plain.empty() || plain.front() != "help")) {
        parsed.invocation.flags.erase("help");
        plain.insert(plain.begin(), "help");
    }
    RT_TRY(parsed.command, TakeCommand(plain, commands));
    RT_CHECK_OK(CheckFlags(*parsed.command, parsed.invocation));
    const auto count = static_cast<int>(plain.size());
    if (count < parsed.command->words_min || count > parsed.command->words_max) {
        return Usage("usage: " + parsed.invocation.program + " " + std::string(parsed.command->name) + " " +
                     std::string(parsed.command->arguments));
    }
    parsed.invocation.words = std::move(plain);
    return parsed;
}

}  // namespace rt::cli
