#include "cli/help.h"

#include <algorithm>

namespace rt::cli {
namespace {

struct ExitRow {
    std::string_view code;
    std::string_view meaning;
};

constexpr ExitRow kExitRows[] = {
    {"0", "done"},
    {"1", "the command did not succeed; the message says why"},
    {"2", "wrong words on the command line"},
    {"3", "the configuration has mistakes; all of them are listed"},
    {"4", "a start-up check failed; the message names the remedy"},
    {"5", "another process holds the data folder, or the same work is under way already"},
    {"6", "healthcheck and doctor: something is wrong"},
};

std::string Usage(std::string_view program, const Command& command) {
    std::string out(program);
    out.append(" ").append(command.name);
    if (!command.arguments.empty()) out.append(" ").append(command.arguments);
    return out;
}

std::string FlagText(const Flag& flag) {
    std::string out = "--" + std::string(flag.name);
    if (!flag.value.empty()) out.append(" ").append(flag.value);
    return out;
}

void AppendRow(std::string& out, std::string_view left, std::size_t width, std::string_view right) {
    out.append("  ").append(left).append(width > left.size() ? width - left.size() : 1, ' ').append(right).append("\n");
}

void AppendFlags(std::string& out, std::string_view title, std::span<const Flag> flags) {
    if (flags.empty()) return;
    out.append("\n").append(title).append(":\n");
    std::size_t width = 0;
    for (const Flag& flag : flags) width = std::max(width, FlagText(flag).size() + 2);
    for (const Flag& flag : flags) AppendRow(out, FlagText(flag), width, flag.help);
}

// Roff: a leading dot or quote starts a request, a backslash an escape, a plain hyphen may be typeset as a dash.
std::string Roff(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            out += c;
        }
    }
    if (out.starts_with('.') || out.starts_with('\'')) out.insert(0, "\\&");
    return out;
}

void AppendRoffFlags(std::string& out, std::span<const Flag> flags) {
    for (const Flag& flag : flags) {
        out.append(".TP\n.B ").append(Roff("--" + std::string(flag.name)));
        if (!flag.value.empty()) out.append(" \\fI").append(Roff(flag.value)).append("\\fR");
        out.append("\n").append(Roff(flag.help)).append("\n");
    }
}

}  // namespace

std::string HelpOverview(std::string_view program, std::span<const Command> commands) {
    std::string out = "Usage: " + std::string(program) + " COMMAND [options]\n\nCommands:\n";
    for (const Command& command : commands) AppendRow(out, command.name, 20, command.summary);
    AppendFlags(out, "Options of every command", GlobalFlags());
    out.append("\n`").append(program).append(" help COMMAND` tells more. Exit codes:\n");
    for (const ExitRow& row : kExitRows) AppendRow(out, row.code, 4, row.meaning);
    return out;
}

std::string HelpTopic(std::string_view program, std::string_view topic, std::span<const Command> commands) {
    std::string out;
    for (const Command& command : commands) {
        const bool exact = command.name == topic;
        const bool in_group =
            command.name.starts_with(topic) && command.name.size() > topic.size() && command.name[topic.size()] == ' ';
        if (!exact && !in_group) continue;
        if (!out.empty()) out.append("\n");
        out.append("Usage: ").append(Usage(program, command)).append("\n  ").append(command.summary).append("\n");
        AppendFlags(out, "Options", command.flags);
    }
    if (!out.empty()) AppendFlags(out, "Options of every command", GlobalFlags());
    return out;
}

std::string ManualPage(std::string_view program, std::string_view version, std::span<const Command> commands) {
    std::string upper(program);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    std::string out = ".TH " + upper + " 8 \"\" \"" + std::string(program) + " " + std::string(version) + "\"\n";
    out.append(".SH NAME\n").append(program).append(" \\- the whole server tier of a small deployment in one binary\n");
    out.append(".SH SYNOPSIS\n.B ").append(program).append("\n.I COMMAND\n[options]\n.SH COMMANDS\n");
    for (const Command& command : commands) {
        out.append(".SS \"").append(Roff(Usage(program, command))).append("\"\n");
        out.append(Roff(command.summary)).append("\n");
        AppendRoffFlags(out, command.flags);
    }
    out.append(".SH OPTIONS OF EVERY COMMAND\n");
    AppendRoffFlags(out, GlobalFlags());
    out.append(".SH EXIT STATUS\n");
    for (const ExitRow& row : kExitRows)
        out.append(".TP\n.B ").append(row.code).append("\n").append(Roff(row.meaning)).append("\n");
    out.append(
        ".SH FILES\n.TP\n.I /etc/roundtable/config.toml\nThe configuration; `config example` prints a commented "
        "one.\n");
    out.append(".TP\n.I /var/lib/roundtable\nThe data folder: stores, keys, files, backups.\n");
    return out;
}

}  // namespace rt::cli
