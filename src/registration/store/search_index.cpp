#include "registration/store/search_index.h"

#include <algorithm>
#include <optional>

#include "registration/domain/search_text.h"
#include "registration/domain/words.h"

namespace rt::registration::store {
namespace {

constexpr Statement kQueue{"search_queue.take", "SELECT kind, id FROM search_queue LIMIT $1"};
constexpr Statement kAny{"search_queue.any", "SELECT id FROM search_queue LIMIT 1"};
constexpr Statement kDone{"search_queue.done", "DELETE FROM search_queue WHERE kind = $1 AND id = $2"};
constexpr Statement kTeam{"search.team", "SELECT event, name_norm FROM team WHERE id = $1"};
constexpr Statement kDropParts{"name_part.drop", "DELETE FROM name_part WHERE team = $1"};
constexpr Statement kAddPart{"name_part.add",
                             "INSERT INTO name_part (event, part, team) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"};
constexpr Statement kMember{
    "search.member",
    "SELECT m.event, m.team, m.managed_by_user, m.id_bi, a.form_version, a.data, a.sensitive FROM team_member m"
    " LEFT JOIN answer_set a ON a.id = m.answer_set WHERE m.id = $1 AND m.state IN ('JOINED', 'CONFIRMED')"};
constexpr Statement kKeysOf{"member_key.of", "SELECT event, kind, value FROM member_key WHERE member = $1"};
constexpr Statement kDropKeys{"member_key.drop", "DELETE FROM member_key WHERE member = $1"};
constexpr Statement kAddKey{"member_key.add",
                            "INSERT INTO member_key (event, kind, value, member, team, shared)"
                            " VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT DO NOTHING"};
// Shared: by more than one team. Only rows that say otherwise are written.
constexpr Statement kTeamsWith{"member_key.teams",
                               "SELECT COUNT(*) FROM (SELECT DISTINCT team FROM (SELECT team FROM member_key"
                               " WHERE event = $1 AND kind = $2 AND value = $3 LIMIT 200) k LIMIT 2) d"};
constexpr Statement kMarkShared{"member_key.mark",
                                "UPDATE member_key SET shared = $4 WHERE event = $1 AND kind = $2 AND value = $3"
                                " AND shared <> $4"};

struct Key {
    std::int64_t event = 0;
    std::string kind;
    std::string value;
    bool operator==(const Key&) const = default;
};

Status IndexTeam(Writer& writer, TeamId team) {
    struct Named {
        std::int64_t event = 0;
        std::string name;
    };
    RT_TRY(const auto named, writer.Find<Named>(kTeam, {team}, [](const Row& row) {
        return Named{row.Int(0), row.Text(1)};
    }));
    RT_CHECK_OK(writer.Run(kDropParts, {team}));
    if (!named.has_value()) return Ok();
    for (const std::string& part : NameParts(named->name)) {
        RT_CHECK_OK(writer.Run(kAddPart, {named->event, part, team}));
    }
    return Ok();
}

struct Found {
    std::int64_t event = 0;
    std::int64_t team = 0;
    std::int64_t user = 0;
    std::optional<std::string> id_bi;
    std::optional<std::int64_t> version;
    std::string data;
    std::optional<std::string> sensitive;
};

Found ReadFound(const Row& row) {
    return {row.Int(0),          row.Int(1),         row.Int(2),
            row.OptionalText(3), row.OptionalInt(4), row.OptionalText(5).value_or(""),
            row.OptionalText(6)};
}

Result<std::vector<MemberKey>> KeysFor(MemberId member, const Found& found, const KeysOfAnswers& keys) {
    std::vector<MemberKey> out;
    if (found.version.has_value()) {
        RT_TRY(out, keys(member, FormVersionId{*found.version}, found.data, found.sensitive));
    }
    out.push_back({"USER", std::to_string(found.user)});
    if (found.id_bi.has_value()) out.push_back({"ID", *found.id_bi});
    return out;
}

Status IndexMember(Writer& writer, MemberId member, const KeysOfAnswers& keys) {
    RT_TRY(auto touched, writer.All<Key>(kKeysOf, {member}, [](const Row& row) {
        return Key{row.Int(0), row.Text(1), row.Text(2)};
    }));
    RT_CHECK_OK(writer.Run(kDropKeys, {member}));
    RT_TRY(const auto found, writer.Find<Found>(kMember, {member}, ReadFound));
    if (found.has_value()) {
        RT_TRY(const auto fresh, KeysFor(member, *found, keys));
        for (const MemberKey& key : fresh) {
            RT_CHECK_OK(writer.Run(kAddKey, {found->event, key.kind, key.value, member, found->team}));
            Key one{found->event, std::string(key.kind), key.value};
            if (std::find(touched.begin(), touched.end(), one) == touched.end()) touched.push_back(std::move(one));
        }
    }
    for (const Key& key : touched) {
        RT_TRY(const auto teams, writer.FindInt(kTeamsWith, {key.event, key.kind, key.value}));
        RT_CHECK_OK(writer.Run(kMarkShared, {key.event, key.kind, key.value, teams.value_or(0) > 1}));
    }
    return Ok();
}

}  // namespace

Result<std::int64_t> IndexSome(Writer& writer, const KeysOfAnswers& keys, std::int64_t rows_max) {
    struct Queued {
        bool team = false;
        std::int64_t id = 0;
    };
    RT_TRY(const auto queued, writer.All<Queued>(kQueue, {rows_max}, [](const Row& row) {
        return Queued{row.TextView(0) == "TEAM", row.Int(1)};
    }));
    for (const Queued& one : queued) {
        RT_CHECK_OK(one.team ? IndexTeam(writer, TeamId{one.id}) : IndexMember(writer, MemberId{one.id}, keys));
        RT_CHECK_OK(writer.Run(kDone, {one.team ? "TEAM" : "MEMBER", one.id}));
    }
    return static_cast<std::int64_t>(queued.size());
}

Result<bool> HasSearchQueue(Reader& reader) {
    RT_TRY(const auto any, reader.FindInt(kAny, {}));
    return any.has_value();
}

}  // namespace rt::registration::store
