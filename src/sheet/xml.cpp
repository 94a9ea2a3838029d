#include <expat.h>

#include <algorithm>
#include <optional>

#include "sheet/reader_internal.h"

namespace rt::sheet {
namespace {

std::string LocalName(const char* name) {
    const std::string_view whole = name;
    const auto colon = whole.rfind(':');
    return std::string(colon == std::string_view::npos ? whole : whole.substr(colon + 1));
}

class Parser {
  public:
    Parser(const Limits& limits, XmlEvents& events)
        : limits_(limits), events_(events), parser_(XML_ParserCreate(nullptr)) {
        RT_CHECK(parser_ != nullptr);
        XML_SetUserData(parser_, this);
        XML_SetElementHandler(parser_, OnOpen, OnClose);
        XML_SetCharacterDataHandler(parser_, OnText);
        XML_SetStartDoctypeDeclHandler(parser_, OnDocumentType);
        // Also keeps entities from being expanded.
        XML_SetDefaultHandler(parser_, OnOther);
    }
    ~Parser() { XML_ParserFree(parser_); }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    Status Feed(std::string_view piece) { return Feed(piece, XML_FALSE); }
    Status End() { return Feed({}, XML_TRUE); }

  private:
    Status Feed(std::string_view piece, XML_Bool last) {
        const auto done = XML_Parse(parser_, piece.data(), static_cast<int>(piece.size()), last);
        fed_ += piece.size();
        if (failed_.has_value()) return *failed_;
        if (done != XML_STATUS_OK) return Damaged();
        // A tag without an end would be looked through again with each piece.
        if (fed_ - seen_ > limits_.markup_bytes_max) return TooLarge();
        return Ok();
    }

    void Note(Status status) {
        Progress();
        if (status.ok() || failed_.has_value()) return;
        failed_ = std::move(status).error();
        XML_StopParser(parser_, XML_FALSE);
    }
    void Progress() {
        const auto at = XML_GetCurrentByteIndex(parser_);
        const auto size = XML_GetCurrentByteCount(parser_);
        if (at >= 0) seen_ = static_cast<std::size_t>(at) + static_cast<std::size_t>(std::max(size, 0));
    }

    static Parser& Of(void* self) { return *static_cast<Parser*>(self); }
    static void XMLCALL OnOpen(void* self, const XML_Char* name, const XML_Char** given) {
        Parser& mine = Of(self);
        if (mine.failed_.has_value()) return;
        if (++mine.depth_ > mine.limits_.depth_max) return mine.Note(TooLarge());
        Attributes attributes;
        for (std::size_t i = 0; given[i] != nullptr; i += 2) attributes.emplace_back(LocalName(given[i]), given[i + 1]);
        mine.Note(mine.events_.Open(LocalName(name), attributes));
    }
    static void XMLCALL OnClose(void* self, const XML_Char* name) {
        Parser& mine = Of(self);
        if (mine.failed_.has_value()) return;
        --mine.depth_;
        mine.Note(mine.events_.Close(LocalName(name)));
    }
    static void XMLCALL OnText(void* self, const XML_Char* text, int size) {
        Parser& mine = Of(self);
        if (mine.failed_.has_value()) return;
        mine.Note(mine.events_.Text({text, static_cast<std::size_t>(size)}));
    }
    static void XMLCALL OnDocumentType(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
        Of(self).Note(
            Refuse("文件内容不合规范：含有文档类型声明", "The file is not accepted: it declares a document type"));
    }
    static void XMLCALL OnOther(void* self, const XML_Char*, int) { Of(self).Progress(); }

    const Limits& limits_;
    XmlEvents& events_;
    const XML_Parser parser_;
    std::size_t depth_ = 0;
    std::size_t fed_ = 0;
    std::size_t seen_ = 0;  // up to here everything was told
    std::optional<Error> failed_;
};

}  // namespace

std::string_view Find(const Attributes& attributes, std::string_view name) {
    for (const auto& [key, value] : attributes) {
        if (key == name) return value;
    }
    return {};
}

Status ParseXml(const std::function<Status(const TakeBytes&)>& read, const Limits& limits, XmlEvents& events) {
    Parser parser(limits, events);
    RT_CHECK_OK(read([&](std::string_view piece) { return parser.Feed(piece); }));
    return parser.End();
}

}  // namespace rt::sheet
