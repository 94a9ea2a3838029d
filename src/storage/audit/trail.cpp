#include "storage/audit/trail.h"

#include "base/encoding.h"
#include "crypto/hash.h"

namespace rt::storage::audit {
namespace {

using sql::Statement;

constexpr Statement kHead{"audit.head", "SELECT seq, mac FROM audit ORDER BY seq DESC LIMIT 1"};
constexpr Statement kInsert{
    "audit.insert",
    "INSERT INTO audit (seq, at, actor, org, event, entity, entity_id, action, client, request_id,"
    " detail_digest, mac, via) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"};
constexpr Statement kInsertDetail{"audit.insert_detail",
                                  "INSERT INTO audit_detail (seq, reason, before, after) VALUES ($1, $2, $3, $4)"};
constexpr Statement kWalk{
    "audit.walk",
    "SELECT a.seq, a.at, a.actor, a.org, a.event, a.entity, a.entity_id, a.action, a.client,"
    " a.request_id, a.detail_digest, a.mac, d.reason, d.before, d.after, a.via"
    " FROM audit a LEFT JOIN audit_detail d ON d.seq = a.seq WHERE a.seq > $1 ORDER BY a.seq LIMIT $2"};
#define RT_AUDIT_LIST                                                                                \
    "SELECT a.seq, a.at, a.actor, a.event, a.entity, a.entity_id, a.action, a.client, a.request_id," \
    " COALESCE(d.reason, ''), COALESCE(d.before, ''), COALESCE(d.after, ''), a.via"                  \
    " FROM audit a LEFT JOIN audit_detail d ON d.seq = a.seq WHERE "
#define RT_AUDIT_REST                                                                                                \
    " AND ($1 = 0 OR a.seq < $1) AND ($2 = 0 OR a.event = $2) AND ($5 = '' OR substr(a.action, 1, length($5)) = $5)" \
    " AND ($6 = 0 OR length(a.action) = length($5)) AND a.at >= $7 AND ($8 = 0 OR a.at < $8)"                        \
    " ORDER BY a.seq DESC LIMIT $9"
// The condition that an index serves stands alone, so that it is used. $3: entity or '', $4: entity or actor.
constexpr Statement kList{"audit.list", RT_AUDIT_LIST "($3 = '' OR a.entity = $3) AND $4 = 0" RT_AUDIT_REST};
constexpr Statement kListEntity{"audit.list_entity", RT_AUDIT_LIST "a.entity = $3 AND a.entity_id = $4" RT_AUDIT_REST};
constexpr Statement kListActor{"audit.list_actor",
                               RT_AUDIT_LIST "a.actor = $4 AND ($3 = '' OR a.entity = $3)" RT_AUDIT_REST};
constexpr Statement kListBoth{"audit.list_both",
                              RT_AUDIT_LIST "a.entity = $3 AND a.entity_id = $4 AND a.actor = $10" RT_AUDIT_REST};
#undef RT_AUDIT_LIST
#undef RT_AUDIT_REST
constexpr Statement kErase{"audit.erase_details",
                           "DELETE FROM audit_detail WHERE seq IN"
                           " (SELECT seq FROM audit WHERE entity = $1 AND entity_id = $2)"};

constexpr std::int64_t kWalkRows = 1'000;

// Length before each part, so that no two rows have the same text.
void Part(std::string& out, std::string_view value) {
    out.append(std::to_string(value.size())).append(":").append(value);
}

void Part(std::string& out, std::int64_t value) {
    Part(out, std::to_string(value));
}

// Of version 2: keyed, so that a guess at erased details cannot be checked. The row's HMAC covers the version.
constexpr std::string_view kKeyedDigest = "2:";

std::string DetailText(std::string_view reason, std::string_view before, std::string_view after) {
    std::string text;
    Part(text, reason);
    Part(text, before);
    Part(text, after);
    return text;
}

std::string DetailDigest(std::string_view key, std::string_view text) {
    return std::string(kKeyedDigest) + base::HexEncode(crypto::HmacSha256(key, "detail" + std::string(text)));
}

bool MatchesDigest(std::string_view key, std::string_view text, std::string_view digest) {
    if (digest.starts_with(kKeyedDigest)) return DetailDigest(key, text) == digest;
    return base::HexEncode(crypto::Sha256(text)) == digest;
}

std::string Mac(std::string_view key, std::string_view previous, std::int64_t seq, const Entry& entry,
                std::string_view detail_digest) {
    std::string text;
    Part(text, previous);
    Part(text, seq);
    Part(text, entry.at.micros);
    Part(text, entry.actor);
    Part(text, entry.org);
    Part(text, entry.event);
    Part(text, entry.entity);
    Part(text, entry.entity_id);
    Part(text, entry.action);
    Part(text, entry.client);
    Part(text, entry.request_id);
    Part(text, detail_digest);
    if (!entry.via.empty()) Part(text, entry.via);  // rows from before the column have the same text as ever
    return base::HexEncode(crypto::HmacSha256(key, text));
}

// Whole UTF-8 sequences only.
std::string_view Cut(std::string_view text) {
    if (text.size() <= kDetailBytesMax) return text;
    std::size_t end = kDetailBytesMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end);
}

// Checks row after row against the one before.
class Walk {
  public:
    Walk(std::string_view key, const std::optional<Head>& remembered) : key_(key), remembered_(remembered) {}

    // false to stop.
    bool Take(const sql::Row& row) {
        const std::string entity = row.Text(5);
        const std::string action = row.Text(7);
        const std::string client = row.Text(8);
        const std::string request_id = row.Text(9);
        const std::string digest = row.Text(10);
        const std::string via = row.Text(15);
        const Entry entry{.at = row.Time(1),
                          .actor = row.Int(2),
                          .org = row.Int(3),
                          .event = row.Int(4),
                          .entity = entity,
                          .entity_id = row.Int(6),
                          .action = action,
                          .client = client,
                          .request_id = request_id,
                          .reason = {},
                          .before = {},
                          .after = {},
                          .via = via};
        const std::int64_t seq = row.Int(0);
        if (seq != last_.seq + 1) return Found(last_.seq + 1, "this row is missing");
        const std::string mac = row.Text(11);
        if (mac != Mac(key_, last_.mac, seq, entry, digest))
            return Found(seq, "this row, or one before it, was changed");
        if (!row.IsNull(12) && !MatchesDigest(key_, DetailText(row.Text(12), row.Text(13), row.Text(14)), digest)) {
            return Found(seq, "the details of this row were changed");
        }
        last_ = {seq, mac};
        if (remembered_.has_value() && remembered_->seq == seq && remembered_->mac != mac) {
            return Found(seq, "the chain was made anew: this row is not the one remembered");
        }
        return true;
    }

    void Finish() {
        if (!finding_.has_value() && remembered_.has_value() && remembered_->seq > last_.seq) {
            Found(last_.seq + 1, "the chain ends before the row remembered: its tail was cut");
        }
    }

    std::int64_t last_seq() const { return last_.seq; }
    const std::optional<Trail::Finding>& finding() const { return finding_; }

  private:
    bool Found(std::int64_t seq, std::string problem) {
        finding_ = Trail::Finding{seq, std::move(problem)};
        return false;
    }

    std::string_view key_;
    const std::optional<Head>& remembered_;
    Head last_;
    std::optional<Trail::Finding> finding_;
};

}  // namespace

Result<Head> Trail::ReadHead(sql::Reader& reader) const {
    RT_TRY(auto head, reader.Find<Head>(kHead, {}, [](const sql::Row& row) { return Head{row.Int(0), row.Text(1)}; }));
    return head.value_or(Head{});
}

Status Trail::Append(sql::Writer& writer, const Entry& entry) const {
    RT_TRY(const Head head, ReadHead(writer));
    const std::int64_t seq = head.seq + 1;
    const std::string_view reason = Cut(entry.reason);
    const std::string_view before = Cut(entry.before);
    const std::string_view after = Cut(entry.after);
    const std::string digest = DetailDigest(key_, DetailText(reason, before, after));
    const std::string mac = Mac(key_, head.mac, seq, entry, digest);
    RT_CHECK_OK(writer.Run(kInsert, {seq, entry.at, entry.actor, entry.org, entry.event, entry.entity, entry.entity_id,
                                     entry.action, entry.client, entry.request_id, digest, mac, entry.via}));
    if (reason.empty() && before.empty() && after.empty()) return Ok();
    RT_CHECK_OK(writer.Run(kInsertDetail, {seq, reason, before, after}));
    return Ok();
}

Result<std::vector<Row>> Trail::List(sql::Reader& reader, const Filter& filter) const {
    const auto read = [](const sql::Row& row) {
        return Row{.seq = row.Int(0),
                   .at = row.Time(1),
                   .actor = row.Int(2),
                   .event = row.Int(3),
                   .entity = row.Text(4),
                   .entity_id = row.Int(5),
                   .action = row.Text(6),
                   .client = row.Text(7),
                   .request_id = row.Text(8),
                   .reason = row.Text(9),
                   .before = row.Text(10),
                   .after = row.Text(11),
                   .via = row.Text(12)};
    };
    const std::int64_t whole = filter.action.empty() || filter.action.ends_with('.') ? 0 : 1;
    const bool one = filter.entity_id != 0;
    const std::int64_t key = one ? filter.entity_id : filter.actor.value_or(0);
    if (one && filter.actor.has_value()) {
        return reader.All<Row>(kListBoth,
                               {filter.before_seq, filter.event, filter.entity, key, filter.action, whole, filter.from,
                                filter.until, filter.limit, *filter.actor},
                               read);
    }
    const Statement& statement = one ? kListEntity : filter.actor.has_value() ? kListActor : kList;
    return reader.All<Row>(statement,
                           {filter.before_seq, filter.event, filter.entity, key, filter.action, whole, filter.from,
                            filter.until, filter.limit},
                           read);
}

Result<std::optional<Trail::Finding>> Trail::Verify(sql::Reader& reader, const std::optional<Head>& remembered) const {
    Walk walk(key_, remembered);
    while (!walk.finding().has_value()) {
        const std::int64_t from = walk.last_seq();
        RT_CHECK_OK(reader.Each(kWalk, {from, kWalkRows}, [&](const sql::Row& row) { return walk.Take(row); }));
        if (walk.last_seq() == from) break;
    }
    walk.Finish();
    return walk.finding();
}

Status Trail::EraseDetails(sql::Writer& writer, std::string_view entity, std::int64_t entity_id) const {
    RT_CHECK_OK(writer.Run(kErase, {entity, entity_id}));
    return Ok();
}

}  // namespace rt::storage::audit
