// Answers are erased when their time is over: so many days after the event's end, by field or for the whole event. What
// stays is a mark which answers there were (registration.md §3.6).
#pragma once

#include "registration/service.h"

namespace rt::registration {

// Erases some of what is due; true when more may be. Safe to repeat.
Result<bool> EraseDueAnswers(const Service& service);

}  // namespace rt::registration
