#include "registration/store/journal.h"

#include "storage/outbox/outbox.h"

namespace rt::registration::store {
namespace {

constexpr Statement kOrganisation{"event.organisation", "SELECT organisation FROM event WHERE id = $1"};

}  // namespace

Status Record(Writer& writer, Commit& commit, const Change& change) {
    RT_TRY(const auto organisation, writer.FindInt(kOrganisation, {change.event}));
    return commit.trail.Append(writer, {.at = commit.now,
                                        .actor = commit.actor.user.value,
                                        .org = organisation.value_or(0),
                                        .event = change.event.value,
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

Status Announce(Writer& writer, Commit& commit, std::string_view topic, const std::string& payload) {
    return storage::outbox::Add(writer, commit.ids.Take(), topic, payload, commit.now);
}

std::string StateJson(std::string_view state) {
    return R"({"state":")" + std::string(state) + R"("})";
}

}  // namespace rt::registration::store
