#include <map>

#include "base/parse.h"
#include "sheet/reader_internal.h"

namespace rt::sheet {
namespace {

constexpr std::string_view kStringsType = "/sharedStrings";
constexpr std::string_view kStylesType = "/styles";
constexpr std::string_view kDocumentType = "/officeDocument";
constexpr std::size_t kRelationsMax = 10'000;

bool EndsWith(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

struct Relation {
    std::string id;
    std::string type;
    std::string path;  // in the archive
};

// The target of a relation as it lies in the archive: relative to the folder of the part that has it.
std::string PathOf(std::string_view folder, std::string_view target) {
    const std::string whole =
        target.substr(0, 1) == "/" ? std::string(target) : std::string(folder) + std::string(target);
    std::vector<std::string_view> names;
    std::string_view rest = whole;
    while (!rest.empty()) {
        const auto slash = rest.find('/');
        const std::string_view name = rest.substr(0, slash);
        rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
        if (name.empty() || name == ".") continue;
        if (name != "..") {
            names.push_back(name);
        } else if (!names.empty()) {
            names.pop_back();
        }
    }
    std::string out;
    for (const std::string_view name : names) out += (out.empty() ? "" : "/") + std::string(name);
    return out;
}

class Relations final : public XmlEvents {
  public:
    explicit Relations(std::string folder) : folder_(std::move(folder)) {}
    Status Open(const std::string& name, const Attributes& attributes) override {
        if (name != "Relationship" || Find(attributes, "TargetMode") == "External") return Ok();
        if (found.size() >= kRelationsMax) return TooLarge();
        found.push_back({std::string(Find(attributes, "Id")), std::string(Find(attributes, "Type")),
                         PathOf(folder_, Find(attributes, "Target"))});
        return Ok();
    }
    Status Close(const std::string& /*name*/) override { return Ok(); }
    Status Text(std::string_view /*text*/) override { return Ok(); }

    const Relation* OfType(std::string_view type) const {
        for (const Relation& one : found) {
            if (EndsWith(one.type, type)) return &one;
        }
        return nullptr;
    }
    const Relation* OfId(std::string_view id) const {
        for (const Relation& one : found) {
            if (one.id == id) return &one;
        }
        return nullptr;
    }

    std::vector<Relation> found;

  private:
    const std::string folder_;
};

class Workbook final : public XmlEvents {
  public:
    Status Open(const std::string& name, const Attributes& attributes) override {
        if (name == "workbookPr") {
            const auto word = Find(attributes, "date1904");
            dates_from_1904 = word == "1" || word == "true";
        }
        if (name == "sheet" && relation.empty()) {
            relation = Find(attributes, "id");
            sheet_name = Find(attributes, "name");
        }
        return Ok();
    }
    Status Close(const std::string& /*name*/) override { return Ok(); }
    Status Text(std::string_view /*text*/) override { return Ok(); }

    std::string relation;  // of the first sheet
    std::string sheet_name;
    bool dates_from_1904 = false;
};

class Strings final : public XmlEvents {
  public:
    explicit Strings(const Limits& limits) : limits_(limits) {}
    Status Open(const std::string& name, const Attributes& /*attributes*/) override {
        if (name == "si") {
            if (found.size() >= limits_.strings_max) return TooLarge();
            found.emplace_back();
        }
        if (name == "rPh") ++phonetic_;
        in_text_ = name == "t" && phonetic_ == 0 && !found.empty();
        return Ok();
    }
    Status Close(const std::string& name) override {
        if (name == "rPh" && phonetic_ > 0) --phonetic_;
        in_text_ = false;
        return Ok();
    }
    Status Text(std::string_view text) override {
        if (!in_text_) return Ok();
        bytes_ += text.size();
        if (bytes_ > limits_.strings_bytes_max) return TooLarge();
        found.back() += text;
        return Ok();
    }

    std::vector<std::string> found;

  private:
    const Limits& limits_;
    std::size_t bytes_ = 0;
    int phonetic_ = 0;  // inside a reading aid, which is no part of the text
    bool in_text_ = false;
};

class Styles final : public XmlEvents {
  public:
    explicit Styles(const Limits& limits) : limits_(limits) {}
    Status Open(const std::string& name, const Attributes& attributes) override {
        if (name == "cellXfs") in_cells_ = true;
        const std::int64_t format = base::ParseSigned(Find(attributes, "numFmtId")).value_or(0);
        if (name == "numFmt") {
            if (own_.size() >= limits_.formats_max) return TooLarge();
            own_[format] = IsDateFormat(Find(attributes, "formatCode"));
        }
        if (name == "xf" && in_cells_) {
            if (dates.size() >= limits_.formats_max) return TooLarge();
            const auto own = own_.find(format);
            dates.push_back(own == own_.end() ? IsDateFormat(format) : own->second);
        }
        return Ok();
    }
    Status Close(const std::string& name) override {
        if (name == "cellXfs") in_cells_ = false;
        return Ok();
    }
    Status Text(std::string_view /*text*/) override { return Ok(); }

    std::vector<bool> dates;

  private:
    const Limits& limits_;
    std::map<std::int64_t, bool> own_;
    bool in_cells_ = false;
};

Status ReadPart(Archive& archive, const std::string& path, const Limits& limits, XmlEvents& events) {
    return ParseXml([&](const TakeBytes& take) { return archive.Read(path, take); }, limits, events);
}

// "xl/_rels/workbook.xml.rels" of "xl/workbook.xml".
std::string RelationsOf(const std::string& path) {
    const auto slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash + 1);
    return folder + "_rels/" + path.substr(folder.size()) + ".rels";
}

}  // namespace

Result<Book> ReadBook(Archive& archive, const Limits& limits) {
    Relations top("");
    RT_CHECK_OK(ReadPart(archive, "_rels/.rels", limits, top));
    const Relation* document = top.OfType(kDocumentType);
    if (document == nullptr) return Damaged();
    Workbook workbook;
    RT_CHECK_OK(ReadPart(archive, document->path, limits, workbook));
    const auto slash = document->path.rfind('/');
    Relations parts(slash == std::string::npos ? "" : document->path.substr(0, slash + 1));
    RT_CHECK_OK(ReadPart(archive, RelationsOf(document->path), limits, parts));
    const Relation* sheet = parts.OfId(workbook.relation);
    if (workbook.relation.empty() || sheet == nullptr) return Damaged();
    Book out;
    out.sheet_path = sheet->path;
    out.sheet_name = workbook.sheet_name;
    out.dates_from_1904 = workbook.dates_from_1904;
    if (const Relation* strings = parts.OfType(kStringsType)) {
        Strings found(limits);
        RT_CHECK_OK(ReadPart(archive, strings->path, limits, found));
        out.strings = std::move(found.found);
    }
    if (const Relation* styles = parts.OfType(kStylesType)) {
        Styles found(limits);
        RT_CHECK_OK(ReadPart(archive, styles->path, limits, found));
        out.date_formats = std::move(found.dates);
    }
    return out;
}

}  // namespace rt::sheet
