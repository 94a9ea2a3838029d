// Personal data beside the answers, erased when the time of an event as a whole is over: who agreed for a minor with
// his signature, the addresses that people agreed from, the addresses of direct invitations, the names of persons that
// were imported, notes. The rows stay where something counts on them (registration.md §3.6).
#pragma once

#include "registration/service.h"

namespace rt::registration {

// Erases some of what is due; true when more may be. Safe to repeat.
Result<bool> EraseDuePeople(const Service& service);

}  // namespace rt::registration
