// The regular work of management and messages, for whoever holds the scheduler role.
#pragma once

#include "registration/desk/member_keys.h"
#include "registration/service.h"
#include "registration/store/inbox.h"

namespace rt::registration {

// Not thread-safe: one job calls it.
class DeskJobs {
  public:
    // `service` must outlive it.
    explicit DeskJobs(Service& service) : service_(service), keys_(service.needs().privacy) {}

    // Once a second; safe to repeat, each call is bounded. Keeps the search index, tells of deadlines, removes old messages.
    Status Run();

  private:
    Status Index();
    Status TellOfDeadlines();
    Status Sweep();

    Service& service_;
    AnswerKeys keys_;
    std::int64_t deadlines_due_ = 0;  // monotonic µs
    std::int64_t sweep_due_ = 0;
    store::InboxPlace swept_;
};

}  // namespace rt::registration
