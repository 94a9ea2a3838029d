#include "sheet/table.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace rt::sheet {
namespace {

constexpr std::array<std::string_view, 7> kSpaces{" ", "\t", "\r", "\n", "\u00A0", "\u3000", "\uFEFF"};

}  // namespace

std::string ColumnName(std::int32_t column) {
    std::string out;
    for (std::int32_t rest = column + 1; rest > 0; rest = (rest - 1) / 26) {
        out += static_cast<char>('A' + (rest - 1) % 26);
    }
    std::reverse(out.begin(), out.end());
    return out;
}

std::string Trimmed(const std::string& text) {
    std::string_view rest = text;
    const auto cut = [&] {
        for (const std::string_view space : kSpaces) {
            if (rest.substr(0, space.size()) == space) return rest.remove_prefix(space.size()), true;
            if (rest.size() >= space.size() && rest.substr(rest.size() - space.size()) == space)
                return rest.remove_suffix(space.size()), true;
        }
        return false;
    };
    while (cut()) {
    }
    return std::string(rest);
}

}  // namespace rt::sheet
