// Rows as commands of the store: everything that takes randomness, a clock or a look at the store beforehand.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "registration/import_columns.h"
#include "registration/legacy/map.h"
#include "registration/service.h"
#include "registration/store/legacy.h"

namespace rt::registration::legacy {

// One row, ready: `enter` runs inside the writer's closure, perhaps again, with `commit` fresh each time.
struct Prepared {
    std::string id;  // theirs
    std::vector<std::string> notes;
    std::size_t ids = 0;  // that the commit must bring
    std::function<Status(store::Writer&, store::Commit&)> enter;
};

// One batch. Not thread-safe.
class Preparer {
  public:
    // `needs` must outlive the object.
    Preparer(const Needs& needs, Role as, std::string collection)
        : needs_(needs), as_(as), collection_(std::move(collection)) {}

    // What is wrong with the row as an error with a message for the operator.
    Result<Prepared> Prepare(const json::Value& row);

  private:
    struct Roster;

    store::LegacyRecord Record(const json::Value& row, store::LegacyKind kind, std::int64_t entity, UserId owner);
    Result<Prepared> User(const json::Value& row);
    Result<Prepared> Existing(const json::Value& row, UserId user);
    Result<Prepared> Team(const json::Value& row);
    Result<Prepared> Registration(const json::Value& row);
    Result<Prepared> Submission(const json::Value& row, const store::LegacyRef& team,
                                const store::LegacyArrival& arrival);
    Result<Prepared> Payment(const json::Value& row);
    Result<const ImportScheme*> SchemeOf(const json::Value& row);
    Result<Roster> RosterOf(const json::Value& row);
    Result<store::Participant> ParticipantOf(const json::Value& member, UserId manager, const ImportScheme& scheme,
                                             bool consented);
    Result<store::LegacyTeam> TeamOf(const json::Value& row, const Roster& roster);

    const Needs& needs_;
    const Role as_;
    const std::string collection_;
    std::map<std::string, ImportScheme, std::less<>> schemes_;  // by slug and code
};

}  // namespace rt::registration::legacy
