// Reading waiting lists for those who look at them.
#include "registration/store/waitlist.h"

namespace rt::registration::store {
namespace {

constexpr Statement kPlace{
    "waitlist.place",
    "SELECT w.state, w.priority, w.skips, w.at, o.state, o.expires,"
    " (SELECT COUNT(*) FROM waitlist_entry a WHERE a.event = w.event AND a.state = 'WAITING'"
    " AND a.division = w.division AND (a.priority > w.priority OR (a.priority = w.priority AND a.seq <= w.seq))),"
    " (SELECT COUNT(*) FROM waitlist_entry a WHERE a.event = w.event AND a.state = 'WAITING'"
    " AND a.division = w.division),"
    " COALESCE((SELECT MAX(c.qty) FROM allocation c JOIN quota q ON q.id = c.quota WHERE c.owner_kind = 'OFFER'"
    " AND c.owner = o.id AND c.state = 'BLOCKED' AND q.unit = 'PERSON'), 0)"
    " FROM waitlist_entry w LEFT JOIN offer o ON o.entry = w.id AND o.state IN ('COLLECTING', 'OPEN')"
    " WHERE w.registration = $1 AND w.state IN ('WAITING', 'OFFERED')"};
constexpr Statement kWaiting{
    "waitlist.of_event",
    "SELECT w.id, w.seq, w.registration, t.public_id, t.name, d.public_id, w.persons, w.priority, w.skips, o.state,"
    " o.expires, w.at FROM waitlist_entry w JOIN team t ON t.id = w.team JOIN division d ON d.id = w.division"
    " LEFT JOIN offer o ON o.entry = w.id AND o.state IN ('COLLECTING', 'OPEN')"
    " WHERE w.event = $1 AND w.state IN ('WAITING', 'OFFERED')"
    " AND (w.priority < $2 OR (w.priority = $2 AND w.seq > $3)) ORDER BY w.priority DESC, w.seq LIMIT $4"};
constexpr Statement kCount{"waitlist_line.count_on_list", "SELECT waiting FROM waitlist_line WHERE event = $1"};

std::optional<OfferState> ReadOffer(const Row& row, int column) {
    if (row.IsNull(column)) return std::nullopt;
    return FromWord<OfferState>(row.TextView(column));
}

}  // namespace

Result<std::optional<PlaceInLine>> PlaceOf(Reader& reader, RegistrationId registration) {
    return reader.Find<PlaceInLine>(kPlace, {registration}, [](const Row& row) {
        PlaceInLine out;
        const bool waiting = row.TextView(0) == Word(WaitlistState::kWaiting);
        out.priority = row.Int(1);
        out.skips = row.Int(2);
        out.at = row.Time(3);
        out.offer = ReadOffer(row, 4);
        out.expires = row.OptionalTime(5);
        out.position = waiting ? row.Int(6) : 0;
        out.of = row.Int(7);
        out.collected = row.Int(8);
        return out;
    });
}

Result<std::vector<WaitingRow>> WaitingOf(Reader& reader, EventId event, const AfterPlace& after,
                                          std::int64_t rows_max) {
    RT_TRY(auto rows,
           reader.All<WaitingRow>(kWaiting, {event, after.priority, after.seq, rows_max}, [](const Row& row) {
               WaitingRow out;
               out.entry = row.As<EntryId>(0);
               out.seq = row.Int(1);
               out.registration.id = row.As<RegistrationId>(2);
               out.team_public_id = row.Text(3);
               out.team_name = row.Text(4);
               out.division_public_id = row.Text(5);
               out.persons = row.Int(6);
               out.priority = row.Int(7);
               out.skips = row.Int(8);
               out.offer = ReadOffer(row, 9);
               out.expires = row.OptionalTime(10);
               out.at = row.Time(11);
               return out;
           }));
    for (WaitingRow& one : rows) {
        RT_TRY(const auto registration, FindRegistration(reader, one.registration.id));
        if (registration.has_value()) one.registration = *registration;
    }
    return rows;
}

Result<std::int64_t> CountOnList(Reader& reader, EventId event) {
    RT_TRY(const auto count, reader.FindInt(kCount, {event}));
    return count.value_or(0);
}

}  // namespace rt::registration::store
