#include "config/toml_file.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <sstream>
#include <toml.hpp>

#include "base/parse.h"
#include "base/utf8.h"

namespace rt::config {
namespace {

std::string Place(const std::string& name, std::size_t line) {
    return name + ":" + std::to_string(line);
}

// The row without its strings and comment; nullopt when a string is still open at the end.
std::optional<std::string> Skeleton(std::string_view row) {
    std::string out;
    char quote = '\0';
    for (std::size_t i = 0; i < row.size(); ++i) {
        const char c = row[i];
        if (quote == '\0' && c == '#') break;
        if (quote == '"' && c == '\\') {
            ++i;
        } else if (quote != '\0') {
            if (c == quote) quote = '\0';
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else {
            out += c;
        }
    }
    if (quote != '\0') return std::nullopt;
    return out;
}

// Counts the brackets that are open; false once one stands inside another.
bool StaysFlat(std::string_view skeleton, int& open) {
    for (const char c : skeleton) {
        if (c == '[' && ++open > 1) return false;
        if (c == ']' && open > 0) --open;
    }
    return true;
}

// toml11 3.7 reads out of bounds on bad UTF-8, and when an empty array's name is later used as a table (`a = []` and
// then `[a.b]`, `[[a.b]]` or `a.b = 1`); it overflows the stack on arrays nested some thousand deep. No option needs
// dotted keys, tables in values, arrays in arrays or strings over several lines, so these are refused before the parser
// sees them. `open` counts brackets from row to row.
std::optional<base::Text> TrapIn(std::string_view row, int& open) {
    if (!base::IsUtf8(row) || row.find('\0') != std::string_view::npos) {
        return base::Text{"不是有效的 UTF-8 文本", "is not valid UTF-8 text"};
    }
    if (row.find("\"\"\"") != std::string_view::npos || row.find("'''") != std::string_view::npos) {
        return base::Text{"不支持多行字符串", "strings over several lines are not used here"};
    }
    const auto skeleton = Skeleton(row);
    if (!skeleton.has_value()) return base::Text{"引号没有闭合", "a quote is not closed"};
    const std::string_view key = base::TrimAscii(std::string_view(*skeleton).substr(0, skeleton->find('=')));
    const bool header = key.starts_with('[');
    if ((header || key.size() < skeleton->size()) && key.find('.') != std::string_view::npos) {
        return base::Text{"不支持带点的键，请使用 [section]",
                          "dotted names are not used here: write [section] and then the key"};
    }
    if (key.starts_with("[[") || skeleton->find('{') != std::string::npos) {
        return base::Text{"没有表类型的选项", "no option is a table or an array of tables"};
    }
    if (!StaysFlat(*skeleton, open)) return base::Text{"不支持嵌套的列表", "no option is a list of lists"};
    return std::nullopt;
}

bool HoldsTrap(std::string_view text, const std::string& name, std::vector<base::FieldError>& mistakes) {
    int open = 0;
    for (std::size_t line = 1;; ++line) {
        const auto end = text.find('\n');
        if (auto trap = TrapIn(text.substr(0, end), open)) mistakes.push_back({Place(name, line), std::move(*trap)});
        if (end == std::string_view::npos) return !mistakes.empty();
        text.remove_prefix(end + 1);
    }
}

// "line 3" of toml11's message, which shows the place as " --> FILE" and then "  3 | text".
std::size_t LineOf(std::string_view message) {
    const auto bar = message.find(" | ");
    if (bar == std::string_view::npos) return 1;
    auto start = bar;
    while (start > 0 && message[start - 1] >= '0' && message[start - 1] <= '9') --start;
    return base::ParseUnsigned(message.substr(start, bar - start)).value_or(1);
}

std::string FirstLine(std::string_view message) {
    message = message.substr(0, message.find('\n'));
    for (const std::string_view prefix : {"[error] ", "toml::"}) {
        if (message.starts_with(prefix)) message.remove_prefix(prefix.size());
    }
    return std::string(message);
}

class Flattener {
  public:
    Flattener(const std::string& name, TomlFile& out) : name_(name), out_(out) {}

    void Table(const toml::table& table, const std::string& prefix, int depth) {
        for (const auto& [key, value] : table) {
            const std::string path = prefix.empty() ? key : prefix + "." + key;
            if (value.is_table() && depth == 0) {
                Table(value.as_table(), path, depth + 1);
            } else {
                Leaf(path, value);
            }
        }
    }

  private:
    void Leaf(const std::string& path, const toml::value& value) {
        const std::size_t line = value.location().line();
        if (value.is_integer()) {
            out_.entries.push_back({path, line, TomlValue(static_cast<std::int64_t>(value.as_integer()))});
        } else if (value.is_boolean()) {
            out_.entries.push_back({path, line, TomlValue(value.as_boolean())});
        } else if (value.is_string()) {
            out_.entries.push_back({path, line, TomlValue(value.as_string().str)});
        } else if (value.is_array() && std::all_of(value.as_array().begin(), value.as_array().end(),
                                                   [](const toml::value& item) { return item.is_string(); })) {
            std::vector<std::string> items;
            for (const toml::value& item : value.as_array()) items.push_back(item.as_string().str);
            out_.entries.push_back({path, line, TomlValue(std::move(items))});
        } else {
            out_.mistakes.push_back(
                {Place(name_, line), {path + " 的类型不受支持", path + " is of a type that no option has"}});
        }
    }

    const std::string& name_;
    TomlFile& out_;
};

}  // namespace

TomlFile ParseToml(std::string_view text, const std::string& name) {
    TomlFile file;
    if (HoldsTrap(text, name, file.mistakes)) return file;
    try {
        std::istringstream in{std::string(text)};
        const toml::value root = toml::parse(in, name);
        if (root.is_table()) Flattener(name, file).Table(root.as_table(), "", 0);
    } catch (const std::exception& error) {
        const std::string reason = FirstLine(error.what());
        file.mistakes.push_back({Place(name, LineOf(error.what())), {"TOML 语法错误: " + reason, reason}});
    }
    std::sort(file.entries.begin(), file.entries.end(),
              [](const TomlEntry& a, const TomlEntry& b) { return a.line < b.line; });
    return file;
}

}  // namespace rt::config
