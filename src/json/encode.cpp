#include <array>
#include <charconv>
#include <cmath>

#include "base/check.h"
#include "base/utf8.h"
#include "json/json.h"

namespace rt::json {
namespace {

// What a small answer takes; a larger one grows from there.
constexpr std::size_t kUsualBytes = 256;
constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

void AppendEscape(std::string& out, std::uint32_t unit) {
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(unit >> static_cast<unsigned>(shift)) & 15U];
}

void AppendAscii(std::string& out, char c, char next) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
            return;
        default:
            break;
    }
    if (static_cast<unsigned char>(c) < 0x20) {
        AppendEscape(out, static_cast<unsigned char>(c));
    } else if (c == '<' && next == '!') {
        // "<!--" followed by "<script" would swallow the end tag of the page's own script element (HTML §13.2.5.17).
        AppendEscape(out, '<');
    } else if (c == '<' && next == '/') {
        out += "<\\";
    } else {
        out += c;
    }
}

// One code point above U+007F, or U+FFFD in the place of a byte that is no UTF-8.
void AppendWide(std::string& out, std::string_view& rest) {
    const std::string_view before = rest;
    const auto point = base::NextCodePoint(rest);
    if (!point.has_value()) {
        out += kReplacement;
        rest.remove_prefix(1);
    } else if (*point == 0x2028 || *point == 0x2029) {
        AppendEscape(out, *point);
    } else {
        out += before.substr(0, before.size() - rest.size());
    }
}

// Stands in a string as it is.
bool IsPlain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\' && c != '<';
}

void AppendString(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        std::size_t plain = 0;
        while (plain < text.size() && IsPlain(text[plain])) ++plain;
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) break;
        if (static_cast<unsigned char>(text.front()) >= 0x80) {
            AppendWide(out, text);
            continue;
        }
        AppendAscii(out, text.front(), text.size() > 1 ? text[1] : '\0');
        text.remove_prefix(1);
    }
    out += '"';
}

void AppendDouble(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    RT_CHECK(error == std::errc{});
    const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    out += text;
    if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

class Encoder {
  public:
    explicit Encoder(std::size_t indent) : indent_(indent) { out_.reserve(kUsualBytes); }

    void Append(const Value& value) {
        if (value.IsNull()) {
            out_ += "null";
        } else if (value.IsBool()) {
            out_ += value.AsBool() ? "true" : "false";
        } else if (value.IsInt()) {
            out_ += std::to_string(value.AsInt());
        } else if (value.IsNumber()) {
            AppendDouble(out_, value.AsDouble());
        } else if (value.IsString()) {
            AppendString(out_, value.AsString());
        } else if (value.IsArray()) {
            AppendArray(value.AsArray());
        } else {
            AppendObject(value.AsObject());
        }
    }

    std::string Take() { return std::move(out_); }

  private:
    void AppendArray(const Array& array) {
        Open('[');
        for (std::size_t i = 0; i < array.size(); ++i) {
            Separate(i);
            Append(array[i]);
        }
        Close(']', array.empty());
    }

    void AppendObject(const Object& object) {
        Open('{');
        for (std::size_t i = 0; i < object.members().size(); ++i) {
            const auto& [key, value] = object.members()[i];
            Separate(i);
            AppendString(out_, key);
            out_ += indent_ > 0 ? ": " : ":";
            Append(value);
        }
        Close('}', object.members().empty());
    }

    void Open(char bracket) {
        RT_CHECK(depth_ < kEncodeDepthMax);
        ++depth_;
        out_ += bracket;
    }

    void Separate(std::size_t index) {
        if (index > 0) out_ += ',';
        Break();
    }

    void Close(char bracket, bool empty) {
        --depth_;
        if (!empty) Break();
        out_ += bracket;
    }

    void Break() {
        if (indent_ > 0) out_.append("\n").append(depth_ * indent_, ' ');
    }

    std::size_t indent_;
    std::size_t depth_ = 0;
    std::string out_;
};

}  // namespace

std::string Encode(const Value& value) {
    Encoder encoder(0);
    encoder.Append(value);
    return encoder.Take();
}

std::string EncodePretty(const Value& value) {
    Encoder encoder(2);
    encoder.Append(value);
    return encoder.Take();
}

}  // namespace rt::json
