#include <algorithm>
#include <vector>

#include "cli/help.h"

namespace rt::cli {
namespace {

struct Group {
    std::string word;
    std::string summary;
    std::vector<const Command*> verbs;  // one with the group's own name if it has no verbs
};

std::vector<Group> Groups(std::span<const Command> commands) {
    std::vector<Group> groups;
    for (const Command& command : commands) {
        const std::string word(command.name.substr(0, command.name.find(' ')));
        if (groups.empty() || groups.back().word != word) groups.push_back({word, std::string(command.summary), {}});
        groups.back().verbs.push_back(&command);
    }
    return groups;
}

std::string Verb(const Command& command) {
    const auto space = command.name.find(' ');
    return space == std::string_view::npos ? std::string() : std::string(command.name.substr(space + 1));
}

// Verbs and options that may follow the first word.
std::string Follows(const Group& group) {
    std::vector<std::string> words;
    const auto add = [&](std::string word) {
        if (!word.empty() && std::find(words.begin(), words.end(), word) == words.end())
            words.push_back(std::move(word));
    };
    for (const Command* command : group.verbs) add(Verb(*command));
    for (const Command* command : group.verbs) {
        for (const Flag& flag : command->flags) add("--" + std::string(flag.name));
    }
    for (const Flag& flag : GlobalFlags()) add("--" + std::string(flag.name));
    std::string out;
    for (const std::string& word : words) out.append(out.empty() ? "" : " ").append(word);
    return out;
}

std::string FunctionName(std::string_view program) {
    std::string out = "_" + std::string(program);
    std::replace(out.begin(), out.end(), '-', '_');
    return out;
}

std::string CaseTable(const std::vector<Group>& groups, std::string_view set) {
    std::string out;
    for (const Group& group : groups) {
        out.append("        ")
            .append(group.word)
            .append(") ")
            .append(set)
            .append("\"")
            .append(Follows(group))
            .append("\" ;;\n");
    }
    return out;
}

std::string FirstWords(const std::vector<Group>& groups) {
    std::string out;
    for (const Group& group : groups) out.append(out.empty() ? "" : " ").append(group.word);
    return out;
}

std::string Bash(std::string_view program, const std::vector<Group>& groups) {
    const std::string function = FunctionName(program);
    return function + "() {\n    local words=\"" + FirstWords(groups) + "\"\n    case \"${COMP_WORDS[1]}\" in\n" +
           CaseTable(groups, "[ \"$COMP_CWORD\" -gt 1 ] && words=") +
           "    esac\n    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\")\n"
           "    [ ${#COMPREPLY[@]} -gt 0 ] || mapfile -t COMPREPLY < <(compgen -f -- "
           "\"${COMP_WORDS[COMP_CWORD]}\")\n}\n"
           "complete -o filenames -F " +
           function + " " + std::string(program) + "\n";
}

std::string Zsh(std::string_view program, const std::vector<Group>& groups) {
    const std::string function = FunctionName(program);
    return "#compdef " + std::string(program) + "\n" + function + "() {\n    local words=\"" + FirstWords(groups) +
           "\"\n    case \"${${(z)BUFFER}[2]}\" in\n" + CaseTable(groups, "(( CURRENT > 2 )) && words=") +
           "    esac\n    compadd -- ${=words}\n    _files\n}\ncompdef " + function + " " + std::string(program) + "\n";
}

std::string Fish(std::string_view program, const std::vector<Group>& groups) {
    std::string out;
    const std::string complete = "complete -c " + std::string(program);
    for (const Group& group : groups) {
        out.append(complete).append(" -n __fish_use_subcommand -f -a ").append(group.word).append(" -d '");
        out.append(group.verbs.size() == 1 ? group.summary : group.word).append("'\n");
        out.append(complete).append(" -n '__fish_seen_subcommand_from ").append(group.word).append("' -a '");
        out.append(Follows(group)).append("'\n");
    }
    return out;
}

}  // namespace

std::string CompletionScript(std::string_view program, std::string_view shell, std::span<const Command> commands) {
    const std::vector<Group> groups = Groups(commands);
    if (shell == "bash") return Bash(program, groups);
    if (shell == "zsh") return Zsh(program, groups);
    if (shell == "fish") return Fish(program, groups);
    return {};
}

}  // namespace rt::cli
