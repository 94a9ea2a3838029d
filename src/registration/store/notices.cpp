#include "registration/store/notices.h"

#include "json/json.h"
#include "registration/store/legacy.h"
#include "storage/outbox/outbox.h"

namespace rt::registration::store {
namespace {

constexpr Statement kInsert{"inbox.insert",
                            "INSERT INTO inbox (\"user\", id, kind, event, team, registration, announcement, params,"
                            " created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
                            " ON CONFLICT (\"user\", id) DO NOTHING"};

json::Object ParamsOf(const Notice& notice) {
    json::Object out;
    if (!notice.reason.empty()) out.Set("reason", notice.reason);
    if (!notice.answer.empty()) out.Set("answer", notice.answer);
    if (!notice.member.empty()) out.Set("member", notice.member);
    if (notice.expires.has_value()) out.Set("expires", base::FormatRfc3339(*notice.expires));
    return out;
}

std::string ParamsText(const Notice& notice) {
    return json::Encode(ParamsOf(notice));
}

// Old data is taken over in silence: its people were told when it happened.
bool IsQuiet(const Commit& commit) {
    return commit.actor.via == kLegacyVia;
}

// What FillInboxes() (desk/notice_mail.h) reads. Put together by hand: it is in the commits of a rush.
std::string ForAll(Audience audience, const Notice& notice, UserId except) {
    const auto number = [](std::string_view key, std::int64_t value) {
        return ",\"" + std::string(key) + "\":" + std::to_string(value);
    };
    return R"({"audience":")" + std::string(audience == Audience::kTeam ? "team" : "organisers") + R"(","kind":")" +
           std::string(Word(notice.kind)) + "\"" + number("except", except.value) +
           number("event", notice.event.value) + number("team", notice.team.value) +
           number("registration", notice.registration.value) + R"(,"params":)" + ParamsText(notice) + "}";
}

InboxRow RowOf(const Commit& commit, std::int64_t id, const Notice& notice) {
    return {notice.user,         id,
            Word(notice.kind),   notice.event,
            notice.team,         notice.registration,
            notice.announcement, ParamsText(notice),
            commit.now};
}

}  // namespace

Result<bool> PutIntoInbox(Writer& writer, const InboxRow& row) {
    RT_TRY(const auto inserted, writer.Run(kInsert, {row.user, row.id, row.kind, row.event, row.team, row.registration,
                                                     row.announcement, row.params, row.at}));
    return inserted == 1;
}

Status Notify(Writer& writer, Commit& commit, const Notice& notice) {
    const auto id = commit.ids.Take();
    if (!notice.user || IsQuiet(commit)) return Ok();
    RT_CHECK_OK(PutIntoInbox(writer, RowOf(commit, id, notice)));
    return storage::outbox::Add(writer, id, "inbox", R"({"inbox":)" + std::to_string(notice.user.value) + "}",
                                commit.now);
}

Status AnnounceAndNotify(Writer& writer, Commit& commit, std::string_view topic, const std::string& payload,
                         const Notice& notice, UserId others_than) {
    const auto id = commit.ids.Take();
    if (IsQuiet(commit) || (!notice.user && !others_than)) {
        return storage::outbox::Add(writer, id, topic, payload, commit.now);
    }
    RT_CHECK(payload.size() > 2 && payload.back() == '}');
    std::string more = payload.substr(0, payload.size() - 1);
    if (others_than) more += R"(,"all":)" + ForAll(Audience::kTeam, notice, others_than);
    if (notice.user) {
        RT_CHECK_OK(PutIntoInbox(writer, RowOf(commit, id, notice)));
        more += R"(,"inbox":)" + std::to_string(notice.user.value);
    }
    return storage::outbox::Add(writer, id, topic, more + "}", commit.now);
}

Status NotifyAll(Writer& writer, Commit& commit, Audience audience, const Notice& notice) {
    if (IsQuiet(commit)) return Ok();
    return storage::outbox::Add(writer, commit.ids.Take(), "inbox.all", ForAll(audience, notice, notice.user),
                                commit.now);
}

}  // namespace rt::registration::store
