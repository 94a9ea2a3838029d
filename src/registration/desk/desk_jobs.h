// The regular work of management and messages, for whoever holds the scheduler role.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "registration/desk/bulk_runner.h"
#include "registration/desk/member_keys.h"
#include "registration/desk/transfer_runner.h"
#include "registration/service.h"
#include "registration/store/inbox.h"

namespace rt::registration {

// One job calls Run(), another RunBulk(), a third RunTransfers().
class DeskJobs {
  public:
    // `service` must outlive it.
    explicit DeskJobs(Service& service)
        : service_(service), keys_(service.needs().privacy), bulk_(service), transfers_(service) {}

    // Once a second; safe to repeat, each call is bounded. Keeps the search index, tells of deadlines, removes old
    // messages.
    Status Run();
    // Works off bulk actions and announcements for at most a second.
    Status RunBulk();
    // Works on exports and imports for about a second; rests while others want the core.
    Status RunTransfers();
    // From any thread: RunBulk() and RunTransfers() return after the step they are at.
    void Stop();

  private:
    bool Stopped();
    // Until the time is over, or Stop().
    void Wait(std::int64_t micros);
    Status Index();
    Status TellOfDeadlines();
    Status Sweep();

    Service& service_;
    AnswerKeys keys_;
    BulkRunner bulk_;
    TransferRunner transfers_;
    std::int64_t deadlines_due_ = 0;  // monotonic µs
    std::int64_t sweep_due_ = 0;
    store::InboxPlace swept_;
    std::mutex mutex_;
    std::condition_variable stop_asked_;
    bool stopped_ = false;
};

}  // namespace rt::registration
