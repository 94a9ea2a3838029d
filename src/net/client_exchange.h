// One request and its answer on a stream that is connected already, by cpp-httplib's client.
#pragma once

#include "net/client.h"
#include "net/url.h"

namespace rt::net {

// `stream` is used up. DEADLINE_EXCEEDED, UPSTREAM_FAILED.
Result<ClientAnswer> Exchange(std::unique_ptr<OutgoingStream> stream, const Url& url, const ClientRequest& request,
                              const os::Deadline& deadline);

}  // namespace rt::net
