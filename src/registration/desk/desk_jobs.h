// The regular work of management and messages, for whoever holds the scheduler role.
#pragma once

#include "registration/desk/bulk_runner.h"
#include "registration/desk/member_keys.h"
#include "registration/service.h"
#include "registration/store/inbox.h"

namespace rt::registration {

// One job calls Run(), another RunBulk().
class DeskJobs {
  public:
    // `service` must outlive it.
    explicit DeskJobs(Service& service) : service_(service), keys_(service.needs().privacy), bulk_(service) {}

    // Once a second; safe to repeat, each call is bounded. Keeps the search index, tells of deadlines, removes old
    // messages.
    Status Run();
    // Works off bulk actions and announcements for at most a second.
    Status RunBulk();

  private:
    Status Index();
    Status TellOfDeadlines();
    Status Sweep();

    Service& service_;
    AnswerKeys keys_;
    BulkRunner bulk_;
    std::int64_t deadlines_due_ = 0;  // monotonic µs
    std::int64_t sweep_due_ = 0;
    store::InboxPlace swept_;
};

}  // namespace rt::registration
