#include "files/multipart.h"

#include <algorithm>

#include "base/parse.h"

namespace rt::files {
namespace {

constexpr std::size_t kBoundaryBytesMax = 70;  // RFC 2046 §5.1.1
constexpr std::size_t kHeadBytesMax = 4'096;
constexpr std::size_t kPartsMax = 20;

bool IsBoundaryCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("'()+_,-./:=?").find(c) != std::string_view::npos;
}

std::string Lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

}  // namespace

std::optional<std::string> BoundaryOf(std::string_view content_type) {
    const std::size_t semicolon = content_type.find(';');
    if (!base::EqualsIgnoreAsciiCase(base::TrimAscii(content_type.substr(0, semicolon)), "multipart/form-data"))
        return std::nullopt;
    std::string_view rest =
        semicolon == std::string_view::npos ? std::string_view() : content_type.substr(semicolon + 1);
    while (!rest.empty()) {
        const std::size_t end = rest.find(';');
        const std::string_view parameter = base::TrimAscii(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
        const std::size_t equals = parameter.find('=');
        if (equals == std::string_view::npos ||
            !base::EqualsIgnoreAsciiCase(base::TrimAscii(parameter.substr(0, equals)), "boundary"))
            continue;
        std::string_view value = base::TrimAscii(parameter.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
        if (value.empty() || value.size() > kBoundaryBytesMax ||
            !std::all_of(value.begin(), value.end(), IsBoundaryCharacter))
            return std::nullopt;
        return std::string(value);
    }
    return std::nullopt;
}

std::optional<std::string_view> FileIn(std::string_view body, std::string_view boundary) {
    const std::string opening = "--" + std::string(boundary);
    const std::string between = "\r\n" + opening;
    if (!body.starts_with(opening)) return std::nullopt;
    std::size_t at = opening.size();
    std::optional<std::string_view> file;
    for (std::size_t part = 0; part < kPartsMax; ++part) {
        if (body.substr(at, 2) == "--") return file;
        if (body.substr(at, 2) != "\r\n") return std::nullopt;
        at += 2;
        const std::size_t head_end = body.substr(at, kHeadBytesMax).find("\r\n\r\n");
        if (head_end == std::string_view::npos) return std::nullopt;
        const std::string head = Lower(body.substr(at, head_end));
        at += head_end + 4;
        const std::size_t end = body.find(between, at);
        if (end == std::string_view::npos) return std::nullopt;
        if (head.find("filename") != std::string::npos) {
            if (file.has_value()) return std::nullopt;
            file = body.substr(at, end - at);
        }
        at = end + between.size();
    }
    return std::nullopt;
}

}  // namespace rt::files
