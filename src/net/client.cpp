#include "net/client.h"

#include <algorithm>
#include <array>

#include "base/parse.h"
#include "net/client_exchange.h"
#include "net/host_guard.h"
#include "net/url.h"

namespace rt::net {
namespace {

constexpr int kRedirectsMax = 10;
constexpr std::int64_t kTimeoutMillisMax = 600'000;
// The client writes these itself.
constexpr std::array<std::string_view, 6> kOwnFields{"Host",       "Content-Length", "Transfer-Encoding",
                                                     "Connection", "Expect",         "Accept-Encoding"};
// What must not be told to a server that nobody meant.
constexpr std::array<std::string_view, 3> kCredentials{"Authorization", "Cookie", "Proxy-Authorization"};

bool IsOneOf(std::string_view name, std::span<const std::string_view> names) {
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view one) { return base::EqualsIgnoreAsciiCase(one, name); });
}

bool IsTokenChar(char c) {
    static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
}

Status CheckFields(const std::vector<Header>& headers) {
    for (const Header& header : headers) {
        const bool token = !header.name.empty() && std::all_of(header.name.begin(), header.name.end(), IsTokenChar);
        const bool line = std::none_of(header.value.begin(), header.value.end(), [](char c) {
            return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
        });
        if (!token || !line || IsOneOf(header.name, kOwnFields))
            return Fail(Code::kInvalid, "a header field of the request is not accepted");
    }
    return Ok();
}

bool IsRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string_view ResultLabel(const Result<ClientAnswer>& answer) {
    static constexpr std::array<std::string_view, 6> kClasses{"0xx", "1xx", "2xx", "3xx", "4xx", "5xx"};
    if (!answer.ok()) return base::Info(answer.error().code).wire;
    return kClasses.at(static_cast<std::size_t>(std::clamp(answer->status / 100, 0, 5)));
}

// What the next request of a chain of redirects is.
Status Follow(const Url& from, const Url& to, int status, ClientRequest& request) {
    if (from.secure && !to.secure) return Fail(Code::kUpstream, "a redirect from https to http");
    const bool to_get = status == 303 || ((status == 301 || status == 302) && request.method == Method::kPost);
    if (to_get && request.method != Method::kHead) {
        request.method = Method::kGet;
        request.body.clear();
        std::erase_if(request.headers,
                      [](const Header& header) { return base::EqualsIgnoreAsciiCase(header.name, "Content-Type"); });
    }
    if (from.Origin() != to.Origin())
        std::erase_if(request.headers, [](const Header& header) { return IsOneOf(header.name, kCredentials); });
    return Ok();
}

}  // namespace

std::string_view ClientAnswer::HeaderValue(std::string_view name) const {
    for (const Header& header : headers) {
        if (base::EqualsIgnoreAsciiCase(header.name, name)) return header.value;
    }
    return {};
}

struct Client::State {
    State(const ClientOptions& options, const base::Clock& the_clock, base::Log& the_log, base::Metrics& the_metrics)
        : clock(the_clock),
          log(the_log),
          metrics(the_metrics),
          dialer(options.dialer),
          guard({options.per_host_max, options.breaker_failures, options.breaker_open_ms}, clock,
                metrics.Get(Metric::kOutgoingBreakers)) {}

    Result<ClientAnswer> Hop(const Url& url, const ClientRequest& request, const os::Deadline& deadline) {
        const std::string origin = url.Origin();
        RT_CHECK_OK(guard.Enter(origin));
        auto answer = HopUnguarded(url, request, deadline);
        // What we refuse ourselves is no fault of the server's.
        const bool good = answer.ok()
                              ? answer->status < 500
                              : answer.error().code != Code::kUpstream && answer.error().code != Code::kDeadline;
        guard.Leave(origin, good ? HostGuard::Outcome::kGood : HostGuard::Outcome::kFailed);
        return answer;
    }

    Result<ClientAnswer> HopUnguarded(const Url& url, const ClientRequest& request,
                                      const os::Deadline& deadline) const {
        RT_TRY(auto stream, dialer.Connect(url.host, url.port, request.addresses, deadline));
        if (url.secure) RT_CHECK_OK(stream->StartTls(deadline));
        return Exchange(std::move(stream), url, request, deadline);
    }

    Result<ClientAnswer> Chain(ClientRequest request) {
        RT_CHECK_OK(CheckFields(request.headers));
        RT_TRY(Url url, Url::Parse(request.url));
        const auto deadline = os::Deadline::After(std::clamp<std::int64_t>(request.timeout_ms, 1, kTimeoutMillisMax));
        const int hops_max = std::clamp(request.redirects_max, 0, kRedirectsMax);
        for (int hop = 0;; ++hop) {
            RT_TRY(ClientAnswer answer, Hop(url, request, deadline));
            const std::string_view location = answer.HeaderValue("Location");
            if (hops_max == 0 || !IsRedirect(answer.status) || location.empty()) return answer;
            if (hop == hops_max) return Fail(Code::kUpstream, "too many redirects");
            const auto next = url.Resolve(location);
            if (!next.ok()) return Fail(Code::kUpstream, "a redirect to no usable URL");
            RT_CHECK_OK(Follow(url, *next, answer.status, request));
            url = *next;
        }
    }

    const base::Clock& clock;
    base::Log& log;
    base::Metrics& metrics;
    const Dialer dialer;
    HostGuard guard;
};

Client::Client(const ClientOptions& options, const base::Clock& clock, base::Log& log, base::Metrics& metrics)
    : state_(std::make_unique<State>(options, clock, log, metrics)) {}
Client::~Client() = default;

Result<ClientAnswer> Client::Send(const ClientRequest& request) const {
    State& state = *state_;
    const std::int64_t began = state.clock.MonotonicMicros();
    auto answer = state.Chain(request);
    state.metrics.Get(Metric::kOutgoingRequests, {request.service, ResultLabel(answer)}).Add();
    state.metrics.Get(Metric::kOutgoingDuration, {request.service})
        .ObserveMicros(state.clock.MonotonicMicros() - began);
    if (!answer.ok()) {
        state.log.Warn("outgoing request failed", {{"service", request.service},
                                                   {"code", base::Info(answer.error().code).wire},
                                                   {"reason", answer.error().detail}});
    }
    return answer;
}

const Dialer& Client::dialer() const {
    return state_->dialer;
}

}  // namespace rt::net
