#include "registration/store/division_rules.h"
#include "registration/store/event_policy_rows.h"
#include "registration/store/events.h"
#include "registration/store/i18n.h"
#include "registration/store/journal.h"
#include "registration/store/quotas.h"

namespace rt::registration::store {
namespace {

#define RT_DIVISION_COLUMNS                                                                                    \
    "SELECT id, public_id, event, code, name, team_min, team_max, reg_open, reg_close, created, rev, sub_max," \
    " rules, description, position FROM division "

constexpr Statement kOfEvent{"division.of_event", RT_DIVISION_COLUMNS "WHERE event = $1 ORDER BY position, id"};
constexpr Statement kById{"division.by_id", RT_DIVISION_COLUMNS "WHERE id = $1"};
constexpr Statement kByPublicId{"division.by_public_id", RT_DIVISION_COLUMNS "WHERE public_id = $1"};
#undef RT_DIVISION_COLUMNS

constexpr Statement kInsert{"division.insert",
                            "INSERT INTO division (id, public_id, event, code, name, team_min, team_max, reg_open,"
                            " reg_close, created, sub_max, rules, description, position) SELECT $1, $2, $3, $4, $5, $6,"
                            " $7, $8, $9, $10, $12, $13, $14, $15"
                            " WHERE (SELECT COUNT(*) FROM division WHERE event = $3) < $11"};
constexpr Statement kUpdate{"division.update",
                            "UPDATE division SET code = $3, name = $4, team_min = $5, team_max = $6, reg_open = $7,"
                            " reg_close = $8, sub_max = $9, rules = $10, description = $11, position = $12,"
                            " rev = rev + 1 WHERE id = $1 AND rev = $2"};
constexpr Statement kHasTeams{"division.has_teams", "SELECT EXISTS (SELECT 1 FROM team WHERE division = $1)"};
constexpr Statement kUnbind{"quota_bind.drop", "DELETE FROM quota_bind WHERE division = $1"};
constexpr Statement kDropQuotas{"quota.drop_of_division", "DELETE FROM quota WHERE division = $1"};
constexpr Statement kDelete{"division.delete", "DELETE FROM division WHERE id = $1 AND rev = $2"};

Division ReadDivision(const Row& row) {
    Division out;
    out.id = row.As<DivisionId>(0);
    out.public_id = row.Text(1);
    out.event = row.As<EventId>(2);
    out.code = row.Text(3);
    out.name = DecodeI18n(row.TextView(4));
    out.team_min = row.OptionalInt(5);
    out.team_max = row.OptionalInt(6);
    out.window = {row.OptionalTime(7), row.OptionalTime(8)};
    out.created = row.Time(9);
    out.rev = row.Int(10);
    out.sub_max = row.OptionalInt(11);
    out.rules = DecodeRules(row.TextView(12));
    out.description = DecodeI18n(row.TextView(13));
    out.position = row.Int(14);
    return out;
}

// What an audit row tells of a division.
std::string RulesJson(const Division& division) {
    const auto time = [](const std::optional<base::Time>& at) { return at ? json::Value(at->micros) : json::Value(); };
    return json::Encode(json::Object{{"code", division.code},
                                     {"team_min", OrNull(division.team_min)},
                                     {"team_max", OrNull(division.team_max)},
                                     {"sub_max", OrNull(division.sub_max)},
                                     {"reg_open", time(division.window.reg_open)},
                                     {"reg_close", time(division.window.reg_close)},
                                     {"position", division.position},
                                     {"rules", ToJson(division.rules)}});
}

}  // namespace

Result<std::vector<Division>> DivisionsOf(Reader& reader, EventId event) {
    return reader.All<Division>(kOfEvent, {event}, ReadDivision);
}

Result<std::optional<Division>> FindDivision(Reader& reader, DivisionId id) {
    return reader.Find<Division>(kById, {id}, ReadDivision);
}

Result<std::optional<Division>> FindDivisionByPublicId(Reader& reader, std::string_view public_id) {
    return reader.Find<Division>(kByPublicId, {public_id}, ReadDivision);
}

Status InsertDivision(Writer& writer, Commit& commit, const Division& division) {
    RT_CHECK_OK(writer.RunOne(
        kInsert,
        {division.id, division.public_id, division.event, division.code, EncodeI18n(division.name), division.team_min,
         division.team_max, division.window.reg_open, division.window.reg_close, division.created, kDivisionsMax,
         division.sub_max, json::Encode(ToJson(division.rules)), EncodeI18n(division.description), division.position},
        Code::kInvalidState));
    RT_CHECK_OK(BindDivision(writer, division.event, division.id));
    return Record(writer, commit,
                  {"division.create", "division", division.id.value, division.event, {}, RulesJson(division), {}});
}

Status UpdateDivision(Writer& writer, Commit& commit, const Division& division) {
    RT_TRY(const auto before, FindDivision(writer, division.id));
    if (!before.has_value()) return Fail(Code::kNotFound);
    RT_CHECK_OK(
        writer.RunOne(kUpdate,
                      {division.id, division.rev, division.code, EncodeI18n(division.name), division.team_min,
                       division.team_max, division.window.reg_open, division.window.reg_close, division.sub_max,
                       json::Encode(ToJson(division.rules)), EncodeI18n(division.description), division.position},
                      Code::kPreconditionFailed));
    if (division.sub_max != before->sub_max) RT_CHECK_OK(CheckBenches(writer, division.event, division.id));
    return Record(writer, commit,
                  {"division.update",
                   "division",
                   division.id.value,
                   division.event,
                   RulesJson(*before),
                   RulesJson(division),
                   {}});
}

Status DeleteDivision(Writer& writer, Commit& commit, const Division& division) {
    RT_TRY(const auto has_teams, writer.FindInt(kHasTeams, {division.id}));
    if (has_teams.value_or(0) != 0) return Fail(Code::kInvalidState, "the division has teams");
    RT_TRY([[maybe_unused]] const auto unbound, writer.Run(kUnbind, {division.id}));
    RT_TRY([[maybe_unused]] const auto dropped, writer.Run(kDropQuotas, {division.id}));
    RT_CHECK_OK(writer.RunOne(kDelete, {division.id, division.rev}, Code::kPreconditionFailed));
    return Record(writer, commit,
                  {"division.delete", "division", division.id.value, division.event, RulesJson(division), {}, {}});
}

}  // namespace rt::registration::store
