// Blocks, reports, mutes and bans.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "avalon/store/commit.h"

namespace rt::avalon::store {

// --- blocks ---
inline constexpr std::int64_t kBlocksMax = 200;  // of one user
struct Blocked {
    UserId user;
    std::string public_id;
    std::optional<std::string> nickname;
    std::optional<std::string> avatar;
    base::Time at;
};
// Newest first.
Result<std::vector<Blocked>> BlocksOf(Reader& reader, UserId user);
// INVALID_STATE beyond kBlocksMax. Ok when it is so already.
Status Block(Writer& writer, const Commit& commit, UserId blocked);
Status Unblock(Writer& writer, const Commit& commit, UserId blocked);

// --- reports ---
inline constexpr std::array<std::string_view, 6> kReportKinds{"abuse",    "cheating", "leaving",
                                                              "nickname", "spam",     "other"};
inline constexpr std::size_t kReportTextSizeMax = 500;
inline constexpr std::int64_t kReportsPerDayMax = 20;  // by one user

enum class ReportState : std::uint8_t { kOpen, kTaken, kUpheld, kDismissed };
inline constexpr std::array<std::string_view, 4> kReportStates{"OPEN", "TAKEN", "UPHELD", "DISMISSED"};

struct Report {
    std::int64_t id = 0;
    std::string public_id;
    std::optional<UserId> reporter;  // none: his account has ended
    UserId subject;
    std::string kind;
    std::string text;
    std::string room;     // public id, perhaps empty
    std::string game;     // public id, perhaps empty
    std::string context;  // JSON
    ReportState state = ReportState::kOpen;
    std::optional<UserId> handler;
    std::string note;
    base::Time created;
    base::Time changed;
    std::int64_t rev = 1;
};
// TOO_MANY_REQUESTS beyond kReportsPerDayMax in 24 hours.
Status AddReport(Writer& writer, const Commit& commit, const Report& report);
Result<std::optional<Report>> FindReport(Reader& reader, std::string_view public_id);
struct ReportQuery {
    std::optional<ReportState> state;  // none: all
    UserId subject;                    // 0: anybody
    std::int64_t after = 0;            // oldest first, so that nobody waits for ever
    std::int64_t limit = 20;
};
Result<std::vector<Report>> ListReports(Reader& reader, const ReportQuery& query);
// By one user, newest first, from below the id `before` (0: from the newest).
Result<std::vector<Report>> ReportsBy(Reader& reader, UserId reporter, std::int64_t before, std::int64_t limit);
// State, handler and note over the revision `report.rev`; PRECONDITION_FAILED.
Status UpdateReport(Writer& writer, const Commit& commit, const Report& report);

// --- mutes and bans ---
enum class RestrictionKind : std::uint8_t { kMute, kBan };
inline constexpr std::array<std::string_view, 2> kRestrictionKinds{"MUTE", "BAN"};
inline constexpr std::size_t kReasonSizeMax = 300;
inline constexpr std::int64_t kRestrictionHoursMax = 24 * 366;

struct Restriction {
    std::int64_t id = 0;
    std::string public_id;
    UserId user;
    RestrictionKind kind = RestrictionKind::kMute;
    std::optional<base::Time> until;  // none: for ever
    std::string reason;
    UserId made_by;
    base::Time created;
    std::optional<base::Time> lifted;

    bool InForce(base::Time now) const { return !lifted.has_value() && (!until.has_value() || *until > now); }
};
// Newest first; at most 200.
Result<std::vector<Restriction>> RestrictionsOf(Reader& reader, UserId user);
// Takes the place of one of the same kind.
Status Restrict(Writer& writer, const Commit& commit, const Restriction& restriction);
// Whom it was for; NOT_FOUND, INVALID_STATE when it is over already.
Result<UserId> Lift(Writer& writer, const Commit& commit, std::string_view public_id, const std::string& reason);

struct Standing {
    bool banned = false;
    std::optional<base::Time> banned_until;  // none, and banned: for ever
    bool muted = false;
    std::optional<base::Time> muted_until;
};
Result<Standing> StandingOf(Reader& reader, UserId user, base::Time now);

}  // namespace rt::avalon::store
