#include "registration/desk/bulk_runner.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "registration/desk/job_actor.h"
#include "registration/store/notices.h"
#include "registration/store/registrations.h"
#include "registration/store/tags.h"
#include "registration/store/teams.h"
#include "storage/outbox/outbox.h"

namespace rt::registration {
namespace {

using storage::sql::Reader;
using storage::sql::Row;
using storage::sql::Statement;
using storage::sql::Writer;

constexpr std::int64_t kPrepareRows = 200;
constexpr std::int64_t kRowsAtOnce = 8;  // in one commit; a row takes about a millisecond
constexpr std::size_t kIdsPerRow = 4 * static_cast<std::size_t>(kTeamSizeMax);
// Announcements wait while so many mails do, so that codes for signing in are not behind them.
constexpr std::int64_t kMailsWaitingMax = 200;

constexpr Statement kMailsWaiting{"bulk.mails_waiting",
                                  "SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE state = 'PENDING' LIMIT $1) p"};
constexpr Statement kMembers{"bulk.members",
                             "SELECT DISTINCT managed_by_user FROM team_member WHERE team = $1"
                             " AND state IN ('JOINED', 'CONFIRMED')"};

struct Action {
    std::string_view word;
    net::Permission permission;
    std::optional<RegistrationCommand> command;
};
constexpr std::array kActions{
    Action{"APPROVE", net::Permission::kRegReview, RegistrationCommand::kApprove},
    Action{"RETURN", net::Permission::kRegReview, RegistrationCommand::kReturn},
    Action{"REJECT", net::Permission::kRegReview, RegistrationCommand::kReject},
    Action{"WAITLIST", net::Permission::kRegReview, RegistrationCommand::kWaitlist},
    Action{"CANCEL", net::Permission::kRegEdit, RegistrationCommand::kCancel},
    Action{"TAG", net::Permission::kRegEdit, std::nullopt},
    Action{"UNTAG", net::Permission::kRegEdit, std::nullopt},
};

const Action* FindAction(std::string_view word) {
    const auto found =
        std::find_if(kActions.begin(), kActions.end(), [&](const Action& one) { return one.word == word; });
    return found == kActions.end() ? nullptr : &*found;
}

std::string TextOf(const json::Value& value, std::string_view key) {
    const json::Value* found = value.Find(key);
    return found != nullptr && found->IsString() ? found->AsString() : std::string();
}

std::int64_t IntOf(const json::Value& value, std::string_view key) {
    const json::Value* found = value.Find(key);
    return found != nullptr && found->IsInt() ? found->AsInt() : 0;
}

// What one job does to one registration.
class Task {
  public:
    Task(const store::DeskJob& job, const json::Value& spec)
        : job_(job),
          action_(FindAction(job.action)),
          reason_(TextOf(spec, "reason")),
          tag_(IntOf(spec, "tag")),
          announcement_(IntOf(spec, "announcement")) {}

    Status Do(Writer& writer, store::Commit& commit, RegistrationId id) const {
        RT_TRY(const auto row, store::FindRegistration(writer, id));
        if (!row.has_value() || row->event != job_.event) return Fail(Code::kNotFound);
        if (job_.kind == "ANNOUNCE") return Tell(writer, commit, *row);
        if (action_ == nullptr) return Fail(Code::kInvalid, "no such action");
        if (!action_->command.has_value()) return Tag(writer, commit, *row);
        const store::Command command{row->public_id, *action_->command, reason_, {}};
        if (*action_->command == RegistrationCommand::kCancel) {
            RT_CHECK_OK(store::RunAsCaptain(writer, commit, command));
        } else {
            RT_CHECK_OK(store::RunAsReviewer(writer, commit, command));
        }
        return Ok();
    }

  private:
    Status Tag(Writer& writer, store::Commit& commit, const store::RegistrationRow& row) const {
        const store::Tagged on{row.id, row.event, row.friendly_no};
        const bool put = action_->word == "TAG";
        RT_CHECK_OK(put ? store::PutTag(writer, commit, on, store::TagId{tag_})
                        : store::TakeTag(writer, commit, on, store::TagId{tag_}));
        return Ok();
    }

    // Everybody gets an announcement once, under its id, also who is on several teams.
    Status Tell(Writer& writer, store::Commit& commit, const store::RegistrationRow& row) const {
        std::vector<UserId> people;
        if (job_.action == "MEMBERS") {
            RT_TRY(people, writer.All<UserId>(kMembers, {row.team}, [](const Row& r) { return r.As<UserId>(0); }));
        } else {
            RT_TRY(const auto team, store::FindTeam(writer, row.team));
            if (team.has_value()) people.push_back(team->captain_user);
        }
        store::InboxRow message{
            {},   announcement_, Word(NoticeKind::kAnnouncement), row.event, row.team, row.id, announcement_,
            "{}", commit.now};
        for (const UserId user : people) {
            message.user = user;
            RT_TRY(const bool fresh, store::PutIntoInbox(writer, message));
            if (!fresh) continue;
            const json::Object mail{{"inbox", user.value}, {"id", announcement_}};
            RT_CHECK_OK(storage::outbox::Add(writer, commit.ids.Take(), "inbox", json::Encode(mail), commit.now));
        }
        return Ok();
    }

    const store::DeskJob& job_;
    const Action* action_;
    const std::string reason_;
    const std::int64_t tag_;
    const std::int64_t announcement_;
};

// Errors that are no answer about this registration: the step is tried again.
bool IsPassing(Code code) {
    return code == Code::kUnavailable || code == Code::kReadOnly || code == Code::kStorageFull ||
           code == Code::kMaintenance;
}

}  // namespace

std::optional<net::Permission> PermissionForAction(std::string_view kind, std::string_view action) {
    if (kind == "ANNOUNCE") return net::Permission::kMessage;
    const Action* found = FindAction(action);
    return found == nullptr ? std::optional<net::Permission>() : found->permission;
}

json::Object FilterSpec(const store::RegistrationFilter& filter) {
    json::Object out;
    json::Array states;
    for (const RegistrationState state : filter.states) states.push_back(Word(state));
    out.Set("states", std::move(states));
    if (filter.division) out.Set("division", filter.division.value);
    if (filter.stage > 0) out.Set("stage", filter.stage);
    if (filter.tag) out.Set("tag", filter.tag.value);
    if (filter.deficient.has_value()) out.Set("deficient", *filter.deficient ? 1 : 2);
    if (!filter.source.empty()) out.Set("source", filter.source);
    if (filter.from.has_value()) out.Set("from", filter.from->micros);
    if (filter.until.has_value()) out.Set("until", filter.until->micros);
    if (filter.number.has_value()) out.Set("number", *filter.number);
    json::Array keys;
    for (const auto& [kind, value] : filter.keys) keys.push_back(json::Object{{"kind", kind}, {"value", value}});
    if (keys.empty()) out.Set("name", filter.name);
    out.Set("keys", std::move(keys));
    return out;
}

store::RegistrationFilter FilterOfSpec(const json::Value& spec, EventId event) {
    store::RegistrationFilter out;
    out.event = event;
    const auto list = [&](std::string_view key) {
        const json::Value* found = spec.Find(key);
        return found != nullptr && found->IsArray() ? found->AsArray() : json::Array{};
    };
    for (const json::Value& word : list("states")) {
        const auto state = word.IsString() ? FromWord<RegistrationState>(word.AsString()) : std::nullopt;
        if (state.has_value()) out.states.push_back(*state);
    }
    for (const json::Value& key : list("keys")) out.keys.emplace_back(TextOf(key, "kind"), TextOf(key, "value"));
    out.division = DivisionId{IntOf(spec, "division")};
    out.stage = IntOf(spec, "stage");
    out.tag = store::TagId{IntOf(spec, "tag")};
    if (const auto deficient = IntOf(spec, "deficient"); deficient != 0) out.deficient = deficient == 1;
    out.source = TextOf(spec, "source");
    if (const auto from = IntOf(spec, "from"); from != 0) out.from = base::Time{from};
    if (const auto until = IntOf(spec, "until"); until != 0) out.until = base::Time{until};
    if (const auto number = IntOf(spec, "number"); number != 0) out.number = number;
    out.name = TextOf(spec, "name");
    return out;
}

Result<bool> BulkRunner::Step() {
    auto& db = service_.needs().db;
    RT_TRY(auto job, db.Read([&](Reader& reader) { return store::NextLiveJob(reader, last_); }));
    if (!job.has_value() && last_) {
        last_ = {};
        RT_TRY(job, db.Read([&](Reader& reader) { return store::NextLiveJob(reader, last_); }));
    }
    if (!job.has_value()) return false;
    last_ = job->id;
    const Status done = job->state == "PREPARING" ? Prepare(*job) : Work(*job);
    // CONFLICT: it was cancelled meanwhile, or another process had it.
    if (!done.ok() && done.error().code != Code::kConflict) return done.error();
    return true;
}

Status BulkRunner::End(const store::DeskJob& job, std::string_view error) {
    const auto commit = service_.NewCommit(store::Actor::Server(), 1);
    return service_.needs().db.Write("bulk.end", [&](Writer& writer) {
        auto mine = commit;
        return store::EndJob(writer, mine, job, error);
    });
}

Status BulkRunner::Prepare(const store::DeskJob& job) {
    auto& db = service_.needs().db;
    RT_TRY(const auto spec, json::Decode(job.spec));
    const json::Value* asked = spec.Find("filter");
    const auto filter = FilterOfSpec(asked == nullptr ? json::Value() : *asked, job.event);
    RT_TRY(const auto walk,
           db.Read([&](Reader& reader) { return store::WalkRegistrations(reader, filter, job.cursor, kPrepareRows); }));
    if (job.total + static_cast<std::int64_t>(walk.found.size()) > store::kJobRowsMax) return End(job, "TOO_MANY");
    return db.Write("bulk.prepare",
                    [&](Writer& writer) { return store::AddItems(writer, job, walk.found, walk.next); });
}

Result<std::optional<store::Actor>> BulkRunner::ActorOf(const store::DeskJob& job) {
    const auto wanted = PermissionForAction(job.kind, job.action);
    if (!wanted.has_value()) return std::optional<store::Actor>();
    return ActorNow(service_, {job.event, job.requested_by, job.client, job.public_id}, {*wanted});
}

Status BulkRunner::Work(const store::DeskJob& job) {
    const auto& needs = service_.needs();
    RT_TRY(const auto items, needs.db.Read([&](Reader& reader) { return store::NextItems(reader, job, kRowsAtOnce); }));
    if (items.empty()) return End(job, {});
    if (job.kind == "ANNOUNCE") {
        RT_TRY(const auto waiting,
               needs.db.Read([&](Reader& reader) { return reader.FindInt(kMailsWaiting, {kMailsWaitingMax}); }));
        if (waiting.value_or(0) >= kMailsWaitingMax) return Ok();
    }
    RT_TRY(const auto actor, ActorOf(job));
    if (!actor.has_value()) return End(job, base::Info(Code::kForbidden).wire);
    RT_TRY(const auto spec, json::Decode(job.spec));
    const Task task(job, spec);
    const auto count = [&](std::int64_t rows, std::string_view result) {
        needs.metrics.Get(Metric::kBulkRows, {job.kind == "ANNOUNCE" ? job.kind : job.action, result}).Add(rows);
    };
    const auto run = [&](std::size_t from, std::size_t to) {
        const auto commit = service_.NewCommit(*actor, (to - from) * kIdsPerRow);
        return needs.db.Write("bulk.rows", [&](Writer& writer) -> Status {
            auto mine = commit;
            for (std::size_t i = from; i < to; ++i) {
                RT_CHECK_OK(task.Do(writer, mine, items[i].registration));
                RT_CHECK_OK(store::ItemDone(writer, job, items[i], {}));
            }
            return Ok();
        });
    };
    if (run(0, items.size()).ok()) {
        count(static_cast<std::int64_t>(items.size()), "ok");
        return Ok();
    }
    // One of them does not go: each by itself, so that it stands alone.
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Status done = run(i, i + 1);
        if (done.ok()) {
            count(1, "ok");
            continue;
        }
        if (IsPassing(done.error().code)) return done;
        RT_CHECK_OK(needs.db.Write("bulk.row_failed", [&](Writer& writer) {
            return store::ItemDone(writer, job, items[i], base::Info(done.error().code).wire);
        }));
        count(1, "failed");
    }
    return Ok();
}

}  // namespace rt::registration
