// What is in a dump: the collections, how many documents, which fields of which types; and what of it cannot be read.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "json/json.h"
#include "mongo/archive.h"
#include "registration/legacy/map.h"

namespace rt::registration::legacy {

inline constexpr std::size_t kSurveyFieldsMax = 500;  // of a collection; further ones are counted together
inline constexpr std::size_t kRefusedShown = 20;      // of a collection, in every report

// A document that was not taken, told by its id and never by its contents.
struct Refused {
    std::string id;
    std::string reason;
};

// Not thread-safe.
class Survey {
  public:
    void List(const mongo::Namespace& of) { collections_[of.Text()]; }
    void Add(const mongo::Namespace& of, std::string_view bson);

    // [{"collection", "documents", "bytes", "unreadable", "refused": [...], "fields": [{"name", "types",
    // "documents"}]}]
    json::Array Report() const;
    Map FirstMap() const;
    // The fields of a collection, those one step inside as "outer.inner".
    std::vector<std::string> FieldsOf(std::string_view collection) const;
    bool empty() const { return collections_.empty(); }

  private:
    struct FieldFacts {
        std::int64_t documents = 0;
        std::set<std::string> types;
    };
    struct Facts {
        std::int64_t documents = 0;
        std::int64_t bytes = 0;
        std::int64_t unreadable = 0;
        std::vector<Refused> refused;
        std::map<std::string, FieldFacts, std::less<>> fields;
        std::map<std::string, std::set<std::string>, std::less<>> words;  // few values of a field such as "status"
    };

    static void Note(Facts& facts, const std::string& name, const json::Value& value);

    std::map<std::string, Facts, std::less<>> collections_;
};

json::Array RefusedJson(const std::vector<Refused>& refused);
// "string", "objectId", "int", ...
std::string TypeName(const json::Value& value);

}  // namespace rt::registration::legacy
