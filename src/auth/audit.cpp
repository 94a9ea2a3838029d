#include "auth/audit.h"

namespace rt::auth {

namespace {

std::string TextOf(const json::Value& value) {
    return value.IsNull() ? std::string() : json::Encode(value);
}

}  // namespace

Status AppendAudit(const storage::audit::Trail& trail, storage::sql::Writer& writer, const AuditEvent& event,
                   base::Time at) {
    const std::string before = TextOf(event.before);
    const std::string after = TextOf(event.after);
    storage::audit::Entry entry;
    entry.at = at;
    entry.actor = event.actor.user_id;
    entry.org = event.organisation;
    entry.event = event.event;
    entry.entity = event.entity;
    entry.entity_id = event.user_id;
    entry.action = event.action;
    entry.client = event.actor.client;
    entry.request_id = event.actor.request_id;
    entry.before = before;
    entry.after = after;
    entry.via = event.actor.via;
    return trail.Append(writer, entry);
}

}  // namespace rt::auth
