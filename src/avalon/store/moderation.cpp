#include "avalon/store/moderation.h"

namespace rt::avalon::store {
namespace {

constexpr Statement kBlocks{
    "avalon_block.of_user",
    "SELECT b.blocked, COALESCE(u.public_id, ''), p.nickname, p.avatar, b.at FROM avalon_block b LEFT JOIN \"user\" u"
    " ON u.id = b.blocked LEFT JOIN avalon_player p ON p.\"user\" = b.blocked WHERE b.\"user\" = $1"
    " ORDER BY b.at DESC, b.blocked LIMIT $2"};
constexpr Statement kHasBlock{"avalon_block.has", "SELECT 1 FROM avalon_block WHERE \"user\" = $1 AND blocked = $2"};
constexpr Statement kBlock{"avalon_block.add",
                           "INSERT INTO avalon_block (\"user\", blocked, at) SELECT $1, $2, $3"
                           " WHERE (SELECT COUNT(*) FROM avalon_block WHERE \"user\" = $1) < $4"};
constexpr Statement kUnblock{"avalon_block.remove", "DELETE FROM avalon_block WHERE \"user\" = $1 AND blocked = $2"};

#define RT_REPORT_COLUMNS                                                                                      \
    "SELECT id, public_id, reporter, subject, kind, text, room, game, context, state, handler, note, created," \
    " changed, rev FROM avalon_report"
constexpr Statement kReport{"avalon_report.one", RT_REPORT_COLUMNS " WHERE public_id = $1"};
constexpr Statement kReports{"avalon_report.all",
                             RT_REPORT_COLUMNS " WHERE id > $1 AND ($2 = 0 OR subject = $2) ORDER BY id LIMIT $3"};
constexpr Statement kReportsInState{"avalon_report.in_state", RT_REPORT_COLUMNS
                                    " WHERE state = $4 AND id > $1 AND ($2 = 0 OR subject = $2) ORDER BY id LIMIT $3"};
// Ids rise with time; the index is by reporter and time.
constexpr Statement kReportsBy{"avalon_report.by", RT_REPORT_COLUMNS
                               " WHERE reporter = $1 AND ($2 = 0 OR id < $2) ORDER BY created DESC, id DESC LIMIT $3"};
#undef RT_REPORT_COLUMNS
constexpr Statement kAddReport{
    "avalon_report.add",
    "INSERT INTO avalon_report (id, public_id, reporter, subject, kind, text, room, game, context, state, created,"
    " changed) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, 'OPEN', $10, $10"
    " WHERE (SELECT COUNT(*) FROM avalon_report WHERE reporter = $3 AND created > $11) < $12"};
constexpr Statement kUpdateReport{
    "avalon_report.update",
    "UPDATE avalon_report SET state = $2, handler = $3, note = $4, changed = $5, rev = rev + 1 WHERE id = $1"
    " AND rev = $6"};

#define RT_RESTRICTION_COLUMNS \
    "SELECT id, public_id, \"user\", kind, until, reason, made_by, created, lifted FROM avalon_restriction"
constexpr Statement kRestrictions{"avalon_restriction.of_user",
                                  RT_RESTRICTION_COLUMNS " WHERE \"user\" = $1 ORDER BY id DESC LIMIT 200"};
constexpr Statement kRestriction{"avalon_restriction.one", RT_RESTRICTION_COLUMNS " WHERE public_id = $1"};
#undef RT_RESTRICTION_COLUMNS
constexpr Statement kReplace{"avalon_restriction.replace",
                             "UPDATE avalon_restriction SET lifted = $3, lifted_by = $4 WHERE \"user\" = $1"
                             " AND kind = $2 AND lifted IS NULL"};
constexpr Statement kRestrict{
    "avalon_restriction.add",
    "INSERT INTO avalon_restriction (id, public_id, \"user\", kind, until, reason, made_by, created)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
constexpr Statement kLift{"avalon_restriction.lift",
                          "UPDATE avalon_restriction SET lifted = $2, lifted_by = $3 WHERE id = $1"
                          " AND lifted IS NULL AND (until IS NULL OR until > $2)"};
constexpr Statement kStanding{"avalon_restriction.in_force",
                              "SELECT kind, until FROM avalon_restriction WHERE \"user\" = $1 AND lifted IS NULL"
                              " AND (until IS NULL OR until > $2)"};

template <class Words>
std::size_t IndexOf(const Words& words, std::string_view word) {
    std::size_t i = 0;
    while (i + 1 < words.size() && words[i] != word) ++i;
    return i;
}

std::optional<UserId> OptionalUser(const Row& row, int column) {
    const auto id = row.OptionalInt(column);
    return id.has_value() ? std::optional(UserId{*id}) : std::nullopt;
}

Report ReadReport(const Row& row) {
    Report out;
    out.id = row.Int(0);
    out.public_id = row.Text(1);
    out.reporter = OptionalUser(row, 2);
    out.subject = row.As<UserId>(3);
    out.kind = row.Text(4);
    out.text = row.Text(5);
    out.room = row.Text(6);
    out.game = row.Text(7);
    out.context = row.Text(8);
    out.state = static_cast<ReportState>(IndexOf(kReportStates, row.TextView(9)));
    out.handler = OptionalUser(row, 10);
    out.note = row.Text(11);
    out.created = row.Time(12);
    out.changed = row.Time(13);
    out.rev = row.Int(14);
    return out;
}

Restriction ReadRestriction(const Row& row) {
    return {row.Int(0),          row.Text(1),
            row.As<UserId>(2),   static_cast<RestrictionKind>(IndexOf(kRestrictionKinds, row.TextView(3))),
            row.OptionalTime(4), row.Text(5),
            row.As<UserId>(6),   row.Time(7),
            row.OptionalTime(8)};
}

std::string_view Word(RestrictionKind kind) {
    return kRestrictionKinds[static_cast<std::size_t>(kind)];
}

std::optional<std::int64_t> Micros(const std::optional<base::Time>& time) {
    return time.has_value() ? std::optional(time->micros) : std::nullopt;
}

std::string StateJson(ReportState state) {
    return R"({"state":")" + std::string(kReportStates[static_cast<std::size_t>(state)]) + R"("})";
}

}  // namespace

Result<std::vector<Blocked>> BlocksOf(Reader& reader, UserId user) {
    return reader.All<Blocked>(kBlocks, {user, kBlocksMax}, [](const Row& row) {
        return Blocked{row.As<UserId>(0), row.Text(1), row.OptionalText(2), row.OptionalText(3), row.Time(4)};
    });
}

Status Block(Writer& writer, const Commit& commit, UserId blocked) {
    const UserId user = commit.actor.user;
    RT_TRY(const auto has, writer.FindInt(kHasBlock, {user, blocked}));
    if (has.has_value()) return Ok();
    RT_TRY(const auto added, writer.Run(kBlock, {user, blocked, commit.now, kBlocksMax}));
    if (added != 1) return Fail(Code::kInvalidState, "too many blocked players");
    return Record(writer, commit, {"avalon.block", "user", blocked.value});
}

Status Unblock(Writer& writer, const Commit& commit, UserId blocked) {
    RT_TRY(const auto removed, writer.Run(kUnblock, {commit.actor.user, blocked}));
    if (removed == 0) return Ok();
    return Record(writer, commit, {"avalon.unblock", "user", blocked.value});
}

Status AddReport(Writer& writer, const Commit& commit, const Report& report) {
    RT_TRY(const auto added,
           writer.Run(kAddReport, {report.id, report.public_id, commit.actor.user, report.subject, report.kind,
                                   report.text, report.room, report.game, report.context, commit.now,
                                   commit.now.Plus(-base::kMicrosPerDay), kReportsPerDayMax}));
    if (added != 1) return Fail(Code::kTooManyRequests, "too many reports in a day");
    return Record(writer, commit, {"avalon.report.create", "avalon_report", report.id});
}

Result<std::optional<Report>> FindReport(Reader& reader, std::string_view public_id) {
    return reader.Find<Report>(kReport, {public_id}, ReadReport);
}

Result<std::vector<Report>> ListReports(Reader& reader, const ReportQuery& query) {
    if (!query.state.has_value()) {
        return reader.All<Report>(kReports, {query.after, query.subject, query.limit}, ReadReport);
    }
    const std::string_view state = kReportStates[static_cast<std::size_t>(*query.state)];
    return reader.All<Report>(kReportsInState, {query.after, query.subject, query.limit, state}, ReadReport);
}

Result<std::vector<Report>> ReportsBy(Reader& reader, UserId reporter, std::int64_t before, std::int64_t limit) {
    return reader.All<Report>(kReportsBy, {reporter, before, limit}, ReadReport);
}

Status UpdateReport(Writer& writer, const Commit& commit, const Report& report) {
    RT_TRY(const auto before, FindReport(writer, report.public_id));
    if (!before.has_value()) return Fail(Code::kNotFound);
    const std::string_view state = kReportStates[static_cast<std::size_t>(report.state)];
    RT_CHECK_OK(writer.RunOne(kUpdateReport, {report.id, state, commit.actor.user, report.note, commit.now, report.rev},
                              Code::kPreconditionFailed));
    return Record(
        writer, commit,
        {"avalon.report.handle", "avalon_report", report.id, StateJson(before->state), StateJson(report.state)});
}

Result<std::vector<Restriction>> RestrictionsOf(Reader& reader, UserId user) {
    return reader.All<Restriction>(kRestrictions, {user}, ReadRestriction);
}

Status Restrict(Writer& writer, const Commit& commit, const Restriction& restriction) {
    const UserId user = restriction.user;
    RT_CHECK_OK(writer.Run(kReplace, {user, Word(restriction.kind), commit.now, commit.actor.user}));
    RT_CHECK_OK(writer.Run(kRestrict, {restriction.id, restriction.public_id, user, Word(restriction.kind),
                                       Micros(restriction.until), restriction.reason, commit.actor.user, commit.now}));
    const std::string until =
        restriction.until.has_value() ? "\"" + base::FormatRfc3339(*restriction.until) + "\"" : "null";
    const std::string_view action =
        restriction.kind == RestrictionKind::kBan ? "avalon.player.ban" : "avalon.player.mute";
    return Record(writer, commit, {action, "user", user.value, {}, R"({"until":)" + until + "}", restriction.reason});
}

Result<UserId> Lift(Writer& writer, const Commit& commit, std::string_view public_id, const std::string& reason) {
    RT_TRY(const auto found, writer.Find<Restriction>(kRestriction, {public_id}, ReadRestriction));
    if (!found.has_value()) return Fail(Code::kNotFound);
    RT_CHECK_OK(writer.RunOne(kLift, {found->id, commit.now, commit.actor.user}, Code::kInvalidState));
    const std::string_view action =
        found->kind == RestrictionKind::kBan ? "avalon.player.unban" : "avalon.player.unmute";
    RT_CHECK_OK(Record(writer, commit, {action, "user", found->user.value, {}, {}, reason}));
    return found->user;
}

Result<Standing> StandingOf(Reader& reader, UserId user, base::Time now) {
    Standing out;
    RT_CHECK_OK(reader.Each(kStanding, {user, now}, [&](const Row& row) {
        if (row.TextView(0) == Word(RestrictionKind::kBan)) {
            out.banned = true;
            out.banned_until = row.OptionalTime(1);
        } else {
            out.muted = true;
            out.muted_until = row.OptionalTime(1);
        }
    }));
    return out;
}

}  // namespace rt::avalon::store
