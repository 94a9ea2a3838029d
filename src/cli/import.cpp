// `import mongodump`: reads the dump here, as whoever runs the command, and hands rows to whoever has the stores.
#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/session.h"
#include "mongo/bson.h"
#include "mongo/dump.h"
#include "os/file.h"
#include "os/terminal.h"
#include "registration/legacy/importer.h"
#include "registration/legacy/rows.h"
#include "registration/legacy/survey.h"

namespace rt::cli {
namespace {

namespace legacy = registration::legacy;

constexpr std::size_t kMapBytesMax = 1U << 20;
constexpr std::size_t kBatchBytesMax = 600U << 10;  // of rows; a command of the control channel has 1 MiB
constexpr std::size_t kBatchNodesMax = json::kNodesMax / 2;
constexpr std::int64_t kProgressEvery = 1'000;

// What became of one collection.
struct Outcome {
    legacy::Role as = legacy::Role::kIgnore;
    std::int64_t documents = 0;
    std::int64_t imported = 0;
    std::int64_t already = 0;
    std::int64_t refused = 0;
    std::vector<legacy::Refused> first;
    json::Object notes;

    void Refuse(const std::string& id, const std::string& reason) {
        ++refused;
        if (first.size() < legacy::kRefusedShown) first.push_back({id, reason});
    }
};

std::int64_t IntIn(const json::Value& object, std::string_view key) {
    const json::Value* value = object.Find(key);
    return value != nullptr && value->IsInt() ? value->AsInt() : 0;
}

std::string TextIn(const json::Value& object, std::string_view key) {
    const json::Value* value = object.Find(key);
    return value != nullptr && value->IsString() ? value->AsString() : std::string();
}

// The whole dump in one pass for each role, so that what is referred to is there before who refers to it.
class Import {
  public:
    // `session` null: only tried.
    Import(const mongo::Dump& dump, const legacy::Map& map, Session* session)
        : dump_(dump), map_(map), session_(session) {}

    Status Run() {
        for (const legacy::Role role : legacy::kRoles) {
            role_ = role;
            RT_CHECK_OK(dump_.Read([](const mongo::Namespace&) {},
                                   [&](const mongo::Namespace& of, std::string_view bson) { return Take(of, bson); }));
            RT_CHECK_OK(Flush());
        }
        return Ok();
    }

    const std::map<std::string, Outcome, std::less<>>& outcomes() const { return outcomes_; }

  private:
    Status Take(const mongo::Namespace& of, std::string_view bson) {
        const auto mapped = map_.collections.find(of.Text());
        if (mapped == map_.collections.end() || mapped->second.as != role_) return Ok();
        if (of != current_) RT_CHECK_OK(Flush());
        current_ = of;
        Outcome& outcome = outcomes_[of.Text()];
        outcome.as = role_;
        ++outcome.documents;
        Progress(outcome);
        const auto document = mongo::DecodeBson(bson);
        if (!document.ok()) {
            outcome.Refuse("#" + std::to_string(outcome.documents), document.error().message.en);
            return Ok();
        }
        auto row = legacy::RowOf(map_, mapped->second, *document);
        if (!row.ok()) {
            const json::Value* id = document->Find("_id");
            outcome.Refuse(id == nullptr ? "#" + std::to_string(outcome.documents) : mongo::IdText(*id),
                           row.error().message.en);
            return Ok();
        }
        return Add(*std::move(row));
    }

    Status Add(json::Object row) {
        const std::string text = json::Encode(row);
        const auto nodes = static_cast<std::size_t>(
            std::count_if(text.begin(), text.end(), [](char c) { return c == ',' || c == '[' || c == '{'; }));
        const bool full = rows_.size() == legacy::kBatchRows || bytes_ + text.size() > kBatchBytesMax ||
                          nodes_ + nodes > kBatchNodesMax;
        if (full) RT_CHECK_OK(Flush());
        rows_.emplace_back(std::move(row));
        bytes_ += text.size();
        nodes_ += nodes;
        return Ok();
    }

    Status Flush() {
        if (rows_.empty()) return Ok();
        Outcome& outcome = outcomes_[current_.Text()];
        bytes_ = 0;
        nodes_ = 0;
        if (session_ == nullptr) {
            outcome.imported += static_cast<std::int64_t>(rows_.size());
            rows_.clear();
            return Ok();
        }
        const json::Object args{{"as", legacy::Word(role_)}, {"collection", current_.collection}, {"rows", rows_}};
        RT_TRY(const json::Value answer, session_->Administer("import.rows", args));
        rows_.clear();
        outcome.imported += IntIn(answer, "imported");
        outcome.already += IntIn(answer, "already");
        if (const json::Value* refused = answer.Find("refused")) {
            for (const json::Value& one : refused->AsArray()) outcome.Refuse(TextIn(one, "id"), TextIn(one, "reason"));
        }
        if (const json::Value* notes = answer.Find("notes")) {
            for (const auto& [word, count] : notes->AsObject().members()) {
                outcome.notes.Set(word, IntIn(outcome.notes, word) + count.AsInt());
            }
        }
        return Ok();
    }

    void Progress(const Outcome& outcome) const {
        if (outcome.documents % kProgressEvery != 0 || !os::StdoutIsTerminal()) return;
        std::fprintf(stderr, "\r%s: %lld\033[K\r", current_.Text().c_str(), static_cast<long long>(outcome.documents));
    }

    const mongo::Dump& dump_;
    const legacy::Map& map_;
    Session* session_;
    legacy::Role role_ = legacy::Role::kUsers;
    mongo::Namespace current_;
    json::Array rows_;
    std::size_t bytes_ = 0;
    std::size_t nodes_ = 0;  // of JSON, about
    std::map<std::string, Outcome, std::less<>> outcomes_;
};

// What the map takes of a collection, and what is kept beside it as JSON.
json::Object FieldsJson(const legacy::CollectionMap& map, const std::vector<std::string>& found) {
    json::Object mapped;
    for (const auto& [field, path] : map.fields) mapped.Set(field, path);
    json::Array kept;
    json::Array dropped;
    for (const std::string& field : found) {
        const auto covers = [&](std::string_view path) { return path == field || path.starts_with(field + "."); };
        const auto taken = [&](const auto& pair) { return covers(pair.second); };
        const bool inner = field.find('.') != std::string::npos;
        if (std::any_of(map.drop.begin(), map.drop.end(), covers)) {
            dropped.emplace_back(field);
        } else if (!inner && field != "_id" && std::none_of(map.fields.begin(), map.fields.end(), taken) &&
                   std::none_of(map.answers.begin(), map.answers.end(), taken)) {
            kept.emplace_back(field);
        }
    }
    return {{"mapped", std::move(mapped)}, {"kept_as_json", std::move(kept)}, {"dropped", std::move(dropped)}};
}

json::Array ReportOf(const Import& import, const legacy::Map& map, const legacy::Survey& survey) {
    json::Array out;
    for (const json::Value& found : survey.Report()) {
        const std::string name = TextIn(found, "collection");
        const auto mapped = map.collections.find(name);
        const auto done = import.outcomes().find(name);
        json::Object row{{"collection", name}, {"documents", IntIn(found, "documents")}};
        row.Set("as", mapped == map.collections.end() ? "ignore" : std::string(legacy::Word(mapped->second.as)));
        const Outcome outcome = done == import.outcomes().end() ? Outcome{} : done->second;
        row.Set("imported", outcome.imported);
        row.Set("already", outcome.already);
        row.Set("refused", outcome.refused);
        row.Set("first_refused", legacy::RefusedJson(outcome.first));
        row.Set("notes", outcome.notes);
        if (mapped != map.collections.end() && mapped->second.as != legacy::Role::kIgnore) {
            row.Set("fields", FieldsJson(mapped->second, survey.FieldsOf(name)));
        }
        out.emplace_back(std::move(row));
    }
    return out;
}

std::string WordsOf(const json::Value* list) {
    std::string out;
    if (list == nullptr || !list->IsArray()) return out;
    for (const json::Value& one : list->AsArray()) out += (out.empty() ? "" : ", ") + one.AsString();
    return out;
}

std::string ReportText(const json::Array& report) {
    static constexpr Column kColumns[] = {{"collection", "COLLECTION"}, {"as", "AS"},
                                          {"documents", "DOCUMENTS"},   {"imported", "TAKEN OVER"},
                                          {"already", "ALREADY"},       {"refused", "REFUSED"}};
    std::string out = FormatTable(report, kColumns);
    for (const json::Value& row : report) {
        const std::string name = TextIn(row, "collection");
        for (const auto& [word, count] : row.Find("notes")->AsObject().members()) {
            out += name + ": " + word + ": " + std::to_string(count.AsInt()) + "\n";
        }
        const json::Value* fields = row.Find("fields");
        const std::string kept = fields == nullptr ? std::string() : WordsOf(fields->Find("kept_as_json"));
        if (!kept.empty()) out += name + ": kept as JSON: " + kept + "\n";
        for (const json::Value& one : row.Find("first_refused")->AsArray()) {
            out += name + " " + TextIn(one, "id") + ": " + TextIn(one, "reason") + "\n";
        }
    }
    return out;
}

std::string SurveyText(const json::Array& report) {
    static constexpr Column kColumns[] = {
        {"collection", "COLLECTION"}, {"documents", "DOCUMENTS"}, {"bytes", "BYTES"}, {"unreadable", "UNREADABLE"}};
    static constexpr Column kFields[] = {{"name", "FIELD"}, {"types", "TYPES"}, {"documents", "DOCUMENTS"}};
    std::string out = FormatTable(report, kColumns);
    for (const json::Value& row : report) {
        out += "\n" + TextIn(row, "collection") + "\n";
        json::Array fields = row.Find("fields")->AsArray();
        for (json::Value& field : fields) field.AsObject().Set("types", WordsOf(field.Find("types")));
        out += FormatTable(fields, kFields);
    }
    return out;
}

Result<legacy::Map> ReadMap(const std::string& path) {
    RT_TRY(const std::string text, os::ReadFile(path, kMapBytesMax));
    RT_TRY(const json::Value value, json::Decode(text));
    return legacy::ParseMap(value);
}

// The first time: what is there, and a map to begin with.
Exit Explain(const Invocation& invocation, const legacy::Survey& survey) {
    const json::Array report = survey.Report();
    const json::Object first = legacy::MapJson(survey.FirstMap());
    const auto path = invocation.Value("map");
    std::string text = SurveyText(report);
    if (path.has_value()) {
        const Status written = os::CreateFileAtomic(*path, json::EncodePretty(first) + "\n");
        if (!written.ok()) return PrintError(invocation, written.error());
        text += "\na first map is in " + *path + ": look it through, then run this again\n";
    } else {
        text += "\n" + json::EncodePretty(first) + "\n";
    }
    Print(invocation, json::Object{{"collections", report}, {"map", first}}, text);
    return Exit::kOk;
}

Exit Report(const Invocation& invocation, const json::Array& report) {
    Print(invocation, json::Object{{"collections", report}}, ReportText(report));
    const bool refused =
        std::any_of(report.begin(), report.end(), [](const json::Value& row) { return IntIn(row, "refused") > 0; });
    return refused ? Exit::kFailed : Exit::kOk;
}

// Of the run, for the chain: counts alone.
json::Object Counts(const json::Array& report) {
    json::Object out;
    for (const json::Value& row : report) {
        if (TextIn(row, "as") == "ignore") continue;
        out.Set(TextIn(row, "collection"), json::Object{{"imported", IntIn(row, "imported")},
                                                        {"already", IntIn(row, "already")},
                                                        {"refused", IntIn(row, "refused")}});
    }
    return out;
}

}  // namespace

Exit RunImportMongodump(const Invocation& invocation) {
    const auto dump = mongo::Dump::Open(invocation.words[0]);
    if (!dump.ok()) return PrintError(invocation, dump.error());
    // A dump that is damaged is found out before anything of it is entered.
    legacy::Survey survey;
    const Status read =
        dump->Read([&](const mongo::Namespace& of) { survey.List(of); },
                   [&](const mongo::Namespace& of, std::string_view bson) { return survey.Add(of, bson), Ok(); });
    if (!read.ok()) return PrintError(invocation, read.error());
    const bool dry = invocation.Has("dry-run");
    const auto path = invocation.Value("map");
    if (dry && (!path.has_value() || !os::Exists(*path))) return Explain(invocation, survey);
    if (!path.has_value()) {
        return PrintError(invocation, base::FailText(Code::kBadRequest,
                                                     {"请先用 --dry-run 生成映射文件，再用 --map 指定",
                                                      "make a map with --dry-run first, then give it with --map"}));
    }
    const auto map = ReadMap(*path);
    if (!map.ok()) return PrintError(invocation, map.error());
    Session session(invocation);
    Import import(*dump, *map, dry ? nullptr : &session);
    if (!dry) {
        const auto begun = session.Administer("import.begin", json::Object{{"dump", invocation.words[0]}});
        if (!begun.ok()) return PrintError(invocation, begun.error());
    }
    const Status done = import.Run();
    if (!done.ok()) return PrintError(invocation, done.error());
    const json::Array report = ReportOf(import, *map, survey);
    if (!dry) {
        const auto finished = session.Administer("import.finish", json::Object{{"report", Counts(report)}});
        if (!finished.ok()) return PrintError(invocation, finished.error());
    }
    return Report(invocation, report);
}

}  // namespace rt::cli
