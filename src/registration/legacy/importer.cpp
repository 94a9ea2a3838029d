#include "registration/legacy/importer.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "json/reader.h"
#include "registration/legacy/prepare.h"
#include "registration/store/journal.h"

namespace rt::registration::legacy {
namespace {

using storage::sql::Reader;
using storage::sql::Writer;

constexpr std::size_t kIdBytesMax = 1'024;

// The store is not there: it will be later, and the batch can be sent again.
bool IsPassing(Code code) {
    return code == Code::kUnavailable || code == Code::kReadOnly || code == Code::kMaintenance ||
           code == Code::kStorageFull;
}

// For the operator; it names fields, never values.
std::string ReasonOf(const Error& error) {
    std::string out = error.message.en.empty() ? std::string(base::Info(error.code).message_en) : error.message.en;
    for (const base::FieldError& one : error.fields) out += "; " + one.field + ": " + one.reason.en;
    return out;
}

store::Actor Operator() {
    store::Actor out = store::Actor::Server();
    out.via = std::string(store::kLegacyVia);
    return out;
}

class Batch {
  public:
    Batch(Service& service, Role as, std::string collection)
        : service_(service), collection_(std::move(collection)), preparer_(service.needs(), as, collection_) {}

    Status Take(const json::Value& row) {
        const json::Value* id = row.Find("id");
        if (id == nullptr || !id->IsString() || id->AsString().size() > kIdBytesMax) {
            return base::InvalidField("rows", {"缺少编号", "a row without an id"});
        }
        const std::string& text = id->AsString();
        RT_TRY(const bool has,
               service_.needs().db.Read([&](Reader& reader) { return store::HasLegacy(reader, collection_, text); }));
        if (has) ++already_;
        if (has) return Ok();
        auto prepared = preparer_.Prepare(row);
        if (!prepared.ok()) return Refuse(text, prepared.error());
        ready_.push_back(*std::move(prepared));
        return Ok();
    }

    // All in one commit; one by one only if that fails, so that one bad row does not keep the others out.
    Status Enter() {
        if (ready_.empty()) return Ok();
        const Status all = Write(ready_.data(), ready_.size());
        if (all.ok() || IsPassing(all.error().code)) return all;
        for (const Prepared& one : ready_) {
            const Status done = Write(&one, 1);
            if (!done.ok()) RT_CHECK_OK(Refuse(one.id, done.error()));
        }
        return Ok();
    }

    json::Value Answer() const {
        json::Array refused;
        for (const auto& [id, reason] : refused_) refused.push_back(json::Object{{"id", id}, {"reason", reason}});
        json::Object notes;
        for (const auto& [word, count] : notes_) notes.Set(word, count);
        return json::Object{{"imported", imported_},
                            {"already", already_},
                            {"refused", std::move(refused)},
                            {"notes", std::move(notes)}};
    }

  private:
    Status Refuse(const std::string& id, const Error& error) {
        if (IsPassing(error.code)) return error;
        refused_.emplace_back(id, ReasonOf(error));
        return Ok();
    }

    Status Write(const Prepared* first, std::size_t count) {
        std::size_t ids = 0;
        for (std::size_t i = 0; i < count; ++i) ids += first[i].ids;
        const store::Commit commit = service_.NewCommit(Operator(), ids);
        RT_CHECK_OK(service_.needs().db.Write("legacy.import", [&](Writer& writer) -> Status {
            store::Commit mine = commit;
            for (std::size_t i = 0; i < count; ++i) RT_CHECK_OK(first[i].enter(writer, mine));
            return Ok();
        }));
        imported_ += static_cast<std::int64_t>(count);
        for (std::size_t i = 0; i < count; ++i) {
            for (const std::string& note : first[i].notes) ++notes_[note];
        }
        return Ok();
    }

    Service& service_;
    const std::string collection_;
    Preparer preparer_;
    std::vector<Prepared> ready_;
    std::int64_t imported_ = 0;
    std::int64_t already_ = 0;
    std::vector<std::pair<std::string, std::string>> refused_;
    std::map<std::string, std::int64_t, std::less<>> notes_;
};

Status RecordRun(Service& service, std::string_view action, const std::string& after) {
    const store::Commit commit = service.NewCommit(Operator(), 1);
    return service.needs().db.Write("legacy.run", [&](Writer& writer) -> Status {
        store::Commit mine = commit;
        return store::Record(writer, mine, {action, "import", 0, {}, {}, after, {}});
    });
}

}  // namespace

Result<json::Value> BeginRun(Service& service, const json::Value& args) {
    json::Reader in(args);
    const std::string dump = in.Text("dump", {.size_max = 4'096});
    RT_CHECK_OK(in.Finish());
    RT_CHECK_OK(RecordRun(service, "import.begin", json::Encode(json::Object{{"dump", dump}})));
    return json::Value(json::Object{});
}

Result<json::Value> FinishRun(Service& service, const json::Value& args) {
    json::Reader in(args);
    const json::Value* report = in.Object("report");
    RT_CHECK_OK(in.Finish());
    RT_CHECK_OK(RecordRun(service, "import.finish", json::Encode(*report)));
    return json::Value(json::Object{});
}

Result<json::Value> ImportRows(Service& service, const json::Value& args) {
    static constexpr std::array<std::string_view, 4> kWords{"users", "teams", "registrations", "payments"};
    json::Reader in(args);
    const auto as = static_cast<Role>(in.Word("as", kWords));
    std::string collection = in.Text("collection");
    const json::Array* rows = in.List("rows", 1, kBatchRows);
    RT_CHECK_OK(in.Finish());
    Batch batch(service, as, std::move(collection));
    for (const json::Value& row : *rows) RT_CHECK_OK(batch.Take(row));
    RT_CHECK_OK(batch.Enter());
    return batch.Answer();
}

}  // namespace rt::registration::legacy
