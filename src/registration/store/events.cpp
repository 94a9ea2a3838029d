#include "registration/store/events.h"

#include "auth/organisation_store.h"
#include "registration/store/event_policy_rows.h"
#include "registration/store/guard.h"
#include "registration/store/i18n.h"
#include "registration/store/journal.h"
#include "registration/store/waitlist.h"

namespace rt::registration::store {
namespace {

#define RT_EVENT_COLUMNS                                                                                        \
    "SELECT id, public_id, slug, type, title, summary, description, venue, tz, state, visibility, reg_open,"    \
    " reg_close, edit_deadline, cancel_deadline, starts, ends, team_min, team_max, return_ttl,"                 \
    " entries_max_per_person, review_stages, created_by, created, rev, organisation, mode, hold_policy, rules," \
    " passcode_hash, " RT_POLICY_COLUMNS ", resumed_at FROM event "

constexpr Statement kById{"event.by_id", RT_EVENT_COLUMNS "WHERE id = $1"};
constexpr Statement kByPublicId{"event.by_public_id", RT_EVENT_COLUMNS "WHERE public_id = $1"};
constexpr Statement kBySlug{"event.by_slug", RT_EVENT_COLUMNS "WHERE slug = $1"};
constexpr Statement kList{
    "event.list", RT_EVENT_COLUMNS
    "WHERE is_template = 0 AND ($1 = 0 OR organisation = $1) AND ($2 = 0 OR id = $2) AND ($3 = 0 OR id < $3)"
    " ORDER BY id DESC LIMIT $4"};
// Every role at an organisation or an event sees it.
constexpr Statement kListSeen{
    "event.list_seen", RT_EVENT_COLUMNS
    "WHERE is_template = 0 AND ($1 = 0 OR organisation = $1) AND ($2 = 0 OR id = $2) AND ($3 = 0 OR id < $3)"
    " AND (organisation IN (SELECT g.organisation FROM standing_grant g WHERE g.\"user\" = $5"
    " AND g.scope = 'ORGANISATION' AND (g.expires IS NULL OR g.expires > $6))"
    " OR id IN (SELECT g.event FROM standing_grant g WHERE g.\"user\" = $5 AND g.scope = 'EVENT'"
    " AND (g.expires IS NULL OR g.expires > $6))) ORDER BY id DESC LIMIT $4"};
#undef RT_EVENT_COLUMNS

constexpr Statement kInsert{
    "event.insert",
    "INSERT INTO event (id, public_id, organisation, slug, type, title, summary, description, venue, tz, state, "
    "visibility,"
    " reg_open, reg_close, edit_deadline, cancel_deadline, starts, ends, mode, team_min, team_max, hold_policy,"
    " return_ttl, entries_max_per_person, review_stages, created_by, created, rules, passcode_hash) VALUES ($1, $2, $3,"
    " $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,"
    " $27, $28, $29)"};
constexpr Statement kNumber{"friendly_no.start", "INSERT INTO friendly_no (event, last) VALUES ($1, 0)"};
constexpr Statement kUpdate{
    "event.update",
    "UPDATE event SET slug = $3, type = $4, title = $5, summary = $6, description = $7, venue = $8, tz = $9,"
    " visibility = $10, reg_open = $11, reg_close = $12, edit_deadline = $13, cancel_deadline = $14, starts = $15,"
    " ends = $16, team_min = $17, team_max = $18, return_ttl = $19, entries_max_per_person = $20,"
    " review_stages = $21, mode = $22, hold_policy = $23, rules = $24, passcode_hash = $25, rev = rev + 1 WHERE id = "
    "$1 AND rev = $2"};
constexpr Statement kSetState{"event.set_state",
                              "UPDATE event SET state = $3, rev = rev + 1 WHERE id = $1 AND state = $2"
                              " AND is_template = 0"};
constexpr Statement kResumed{"event.resumed", "UPDATE event SET resumed_at = $2 WHERE id = $1"};
constexpr Statement kUnpublish{
    "event.unpublish", "UPDATE event SET state = 'DRAFT', rev = rev + 1 WHERE id = $1 AND state = $2" RT_GUARD(
                           "NOT EXISTS (SELECT 1 FROM registration r WHERE r.event = $1)"
                           " AND NOT EXISTS (SELECT 1 FROM team t WHERE t.event = $1 AND t.state <> 'DISBANDED')")};

constexpr int kPolicyColumn = 30;

Event ReadEvent(const Row& row) {
    Event out;
    out.id = row.As<EventId>(0);
    out.public_id = row.Text(1);
    out.slug = row.Text(2);
    out.type = *FromWord<EventType>(row.TextView(3));
    out.title = DecodeI18n(row.TextView(4));
    out.summary = DecodeI18n(row.TextView(5));
    out.description = DecodeI18n(row.TextView(6));
    out.venue = DecodeI18n(row.TextView(7));
    out.tz = row.Text(8);
    out.state = *FromWord<EventState>(row.TextView(9));
    out.visibility = *FromWord<Visibility>(row.TextView(10));
    out.times = {row.Time(11), row.Time(12), row.Time(15), row.Time(16)};
    out.edit_deadline = row.OptionalTime(13);
    out.cancel_deadline = row.OptionalTime(14);
    out.team_min = row.Int(17);
    out.team_max = row.Int(18);
    out.return_ttl = row.Int(19);
    out.entries_max_per_person = row.Int(20);
    out.review_stages = row.Int(21);
    out.created_by = row.As<UserId>(22);
    out.created = row.Time(23);
    out.rev = row.Int(24);
    out.organisation = row.As<OrganisationId>(25);
    out.mode = *FromWord<Mode>(row.TextView(26));
    out.hold_policy = *FromWord<HoldPolicy>(row.TextView(27));
    out.rules = DecodeI18n(row.TextView(28));
    out.passcode_hash = row.OptionalText(29).value_or("");
    out.policy = ReadPolicy(row, kPolicyColumn);
    out.resumed_at = row.Time(kPolicyColumn + kPolicyColumns);
    return out;
}

// What an audit row tells of an event: its rules, not its texts.
std::string RulesJson(const Event& event) {
    const auto time = [](const std::optional<base::Time>& at) { return at ? json::Value(at->micros) : json::Value(); };
    json::Object out{{"slug", event.slug},
                     {"type", Word(event.type)},
                     {"visibility", Word(event.visibility)},
                     {"has_passcode", !event.passcode_hash.empty()},
                     {"tz", event.tz},
                     {"reg_open", event.times.reg_open.micros},
                     {"reg_close", event.times.reg_close.micros},
                     {"edit_deadline", time(event.edit_deadline)},
                     {"cancel_deadline", time(event.cancel_deadline)},
                     {"starts", event.times.starts.micros},
                     {"ends", event.times.ends.micros},
                     {"mode", Word(event.mode)},
                     {"team_min", event.team_min},
                     {"team_max", event.team_max},
                     {"hold_policy", Word(event.hold_policy)},
                     {"return_ttl", event.return_ttl},
                     {"entries_max_per_person", event.entries_max_per_person},
                     {"review_stages", event.review_stages}};
    SetPolicy(out, event.policy);
    return json::Encode(out);
}

// NULL where there is none.
std::optional<std::string> PasscodeColumn(const Event& event) {
    return event.passcode_hash.empty() ? std::nullopt : std::optional(event.passcode_hash);
}

}  // namespace

Result<std::optional<Event>> FindEvent(Reader& reader, EventId id) {
    return reader.Find<Event>(kById, {id}, ReadEvent);
}

Result<std::optional<Event>> FindEventByPublicId(Reader& reader, std::string_view public_id) {
    return reader.Find<Event>(kByPublicId, {public_id}, ReadEvent);
}

Result<std::optional<Event>> FindEventByName(Reader& reader, std::string_view name) {
    RT_TRY(auto by_id, FindEventByPublicId(reader, name));
    if (by_id.has_value()) return by_id;
    return reader.Find<Event>(kBySlug, {name}, ReadEvent);
}

Result<std::vector<Event>> ListEvents(Reader& reader, const EventPage& page) {
    if (!page.seen_by) {
        return reader.All<Event>(kList, {page.organisation, page.event, page.before_id, page.limit}, ReadEvent);
    }
    return reader.All<Event>(
        kListSeen, {page.organisation, page.event, page.before_id, page.limit, *page.seen_by, page.now}, ReadEvent);
}

Result<Event> InsertEvent(Writer& writer, Commit& commit, Event event) {
    if (!event.organisation) {
        RT_TRY(const auto own, auth::store::EnsurePersonal(writer, auth::UserId{event.created_by.value}, commit.now));
        event.organisation = OrganisationId{own.id.value};
    }
    RT_CHECK_OK(writer.RunOne(kInsert,
                              {event.id,
                               event.public_id,
                               event.organisation,
                               event.slug,
                               Word(event.type),
                               EncodeI18n(event.title),
                               EncodeI18n(event.summary),
                               EncodeI18n(event.description),
                               EncodeI18n(event.venue),
                               event.tz,
                               Word(event.state),
                               Word(event.visibility),
                               event.times.reg_open,
                               event.times.reg_close,
                               event.edit_deadline,
                               event.cancel_deadline,
                               event.times.starts,
                               event.times.ends,
                               Word(event.mode),
                               event.team_min,
                               event.team_max,
                               Word(event.hold_policy),
                               event.return_ttl,
                               event.entries_max_per_person,
                               event.review_stages,
                               event.created_by,
                               event.created,
                               EncodeI18n(event.rules),
                               PasscodeColumn(event)},
                              Code::kInternal));
    RT_CHECK_OK(PutPolicy(writer, event.id, event.policy));
    RT_CHECK_OK(writer.RunOne(kNumber, {event.id}, Code::kInternal));
    RT_CHECK_OK(Record(writer, commit, {"event.create", "event", event.id.value, event.id, {}, RulesJson(event), {}}));
    return event;
}

Status UpdateEvent(Writer& writer, Commit& commit, const Event& event) {
    RT_TRY(const auto before, FindEvent(writer, event.id));
    if (!before.has_value()) return Fail(Code::kNotFound);
    RT_CHECK_OK(writer.RunOne(kUpdate,
                              {event.id,
                               event.rev,
                               event.slug,
                               Word(event.type),
                               EncodeI18n(event.title),
                               EncodeI18n(event.summary),
                               EncodeI18n(event.description),
                               EncodeI18n(event.venue),
                               event.tz,
                               Word(event.visibility),
                               event.times.reg_open,
                               event.times.reg_close,
                               event.edit_deadline,
                               event.cancel_deadline,
                               event.times.starts,
                               event.times.ends,
                               event.team_min,
                               event.team_max,
                               event.return_ttl,
                               event.entries_max_per_person,
                               event.review_stages,
                               Word(event.mode),
                               Word(event.hold_policy),
                               EncodeI18n(event.rules),
                               PasscodeColumn(event)},
                              Code::kPreconditionFailed));
    RT_CHECK_OK(PutPolicy(writer, event.id, event.policy));
    if (event.policy.sub_max < before->policy.sub_max) RT_CHECK_OK(CheckBenches(writer, event.id, {}));
    return Record(writer, commit,
                  {"event.update", "event", event.id.value, event.id, RulesJson(*before), RulesJson(event), {}});
}

namespace {

// A team that is being put together counts: its people would stand before an event that is gone.
Status Unpublish(Writer& writer, const Event& event) {
    RT_TRY(const auto changed, writer.Run(kUnpublish, {event.id, Word(event.state)}));
    if (changed == 1) return Ok();
    return base::FailText(Code::kInvalidState, {"已有队伍或报名，不能退回草稿",
                                                "There are teams or registrations; it cannot be a draft again"});
}

}  // namespace

Status SetEventState(Writer& writer, Commit& commit, const Event& event, EventState to, std::string_view reason) {
    const bool resumed = event.state == EventState::kPaused && to == EventState::kPublished;
    if (to == EventState::kDraft) {
        RT_CHECK_OK(Unpublish(writer, event));
    } else {
        RT_CHECK_OK(writer.RunOne(kSetState, {event.id, Word(event.state), Word(to)}, Code::kInvalidState));
    }
    if (resumed) {
        RT_CHECK_OK(writer.RunOne(kResumed, {event.id, commit.now}, Code::kInternal));
        RT_CHECK_OK(ResumeLine(writer, commit, event));
    }
    return Record(writer, commit,
                  {"event.set_state", "event", event.id.value, event.id, StateJson(Word(event.state)),
                   StateJson(Word(to)), std::string(reason)});
}

}  // namespace rt::registration::store
