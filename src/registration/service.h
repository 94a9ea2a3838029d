// Registration as one component: what app/ builds, and what its routes, jobs and tests use.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "auth/access_control.h"
#include "auth/identities.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "json/json.h"
#include "net/http.h"
#include "net/route.h"
#include "net/websocket.h"
#include "registration/privacy.h"
#include "registration/store/commit.h"
#include "storage/audit/trail.h"
#include "storage/sql/database.h"

namespace rt::registration {

class Live;
class PublicSnapshot;
class Tally;

// Everything outlives the service.
struct Needs {
    storage::sql::Database& db;
    const storage::audit::Trail& trail;
    const Privacy& privacy;
    auth::AccessControl& access;
    const auth::Identities& identities;
    IdGenerator& ids;
    Random& random;
    const Clock& clock;
    Log& log;
    Metrics& metrics;
    std::string export_folder;      // for what is sent at once, or written before it is packed; emptied at start
    std::string transfer_folder{};  // finished exports until they expire, and files to import
};

// Thread-safe.
class Service {
  public:
    explicit Service(Needs needs);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    // Loads what the public reads are served from, and keeps it at most a second old until the object ends.
    Status Start();

    // One turn of the regular work of whoever holds the scheduler role, safe to repeat: lets the next ones of every
    // queue in, then does some of what is due of every kind for every event (clocks, draws, lines that may be served,
    // events that were cancelled), and sets the correctness gauges. What fails is logged and stops nothing else; its
    // error is returned in the end. True when more is left to do now.
    Result<bool> RunJobs();
    // The same, again and again while more is left, for half a second at most: once a second.
    Status RunJobsForAWhile();
    // What was committed since, as metrics (tally.h); for a second at most; for the background.
    Status RunTally();
    // Cancels some registrations of a cancelled event; true when more may be left. Part of RunJobs, and of the command.
    Result<bool> FinishCancelledEvent(EventId event) const;

    // For the dashboard: "events" and "registrations" by state, "by_day" of the last 90 days; at most 15 s old, because
    // they are counted by reading every registration.
    Result<json::Object> Totals();

    const Needs& needs() const { return needs_; }
    PublicSnapshot& snapshot() { return *snapshot_; }
    Live& live() { return *live_; }

    // A commit by this actor with `ids` fresh ids.
    store::Commit NewCommit(const store::Actor& actor, std::size_t ids) const;

  private:
    // Some work of one kind for one event.
    struct Piece {
        EventId event;
        std::size_t kind = 0;
        auto operator<=>(const Piece&) const = default;
    };
    struct Turn {
        std::int64_t until = 0;     // monotonic µs
        std::vector<Piece> failed;  // not tried again in this turn
        Status first_error = Ok();
    };
    void Note(Turn& turn, std::string_view job, EventId event, const Status& status) const;
    std::vector<Piece> DuePieces(Turn& turn);
    Result<std::int64_t> RunPiece(const Piece& piece) const;
    bool RunRound(Turn& turn);
    void TendAdmission(Turn& turn) const;
    bool TendRest(Turn& turn);
    Result<std::int64_t> Draw(EventId event) const;
    Status SetGauges();

    const Needs needs_;
    const std::unique_ptr<PublicSnapshot> snapshot_;
    const std::unique_ptr<Live> live_;
    // Touched by RunJobs only.
    std::int64_t gauges_due_ = 0;  // monotonic µs
    Piece last_piece_;             // of the last turn
    EventId line_after_;           // the last line that was looked at

    std::mutex totals_mutex_;  // guards the two below
    std::int64_t totals_due_ = 0;
    json::Object totals_;

    const std::unique_ptr<Tally> tally_;  // touched by Start and RunTally only
};

struct ApiOptions {
    std::string base = "/api/v1";
};
// `service` must outlive the table.
net::RouteTable Routes(Service& service, const ApiOptions& options);

// The sockets of open pages (live.h).
std::vector<net::SocketRoute> Sockets(Service& service, const ApiOptions& options);

// The demo event of `./dev run`: open, two divisions, forms, quotas, owned by `organiser`. Does nothing when its slug
// exists.
Status SeedDemo(Service& service, const store::Actor& organiser);

}  // namespace rt::registration
