#include "avalon/store/commit.h"

namespace rt::avalon::store {

Status Record(Writer& writer, const Commit& commit, const Change& change) {
    return commit.trail.Append(writer, {.at = commit.now,
                                        .actor = commit.actor.user.value,
                                        .entity = change.entity,
                                        .entity_id = change.entity_id,
                                        .action = change.action,
                                        .client = commit.actor.client,
                                        .request_id = commit.actor.request_id,
                                        .reason = change.reason,
                                        .before = change.before,
                                        .after = change.after,
                                        .via = commit.actor.via});
}

}  // namespace rt::avalon::store
