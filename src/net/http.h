// HTTP messages as values, between the network and the handlers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/result.h"
#include "json/json.h"
#include "net/permission.h"

namespace rt::net {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };
std::string_view Name(Method method);

enum class Role : std::uint8_t { kUser, kOrganiser, kAdmin };

// What a request was signed with. Only a session acts as the person himself; the others carry some of his permissions.
enum class Credential : std::uint8_t { kSession, kApiToken, kDevice };

// What an API token or device may do at the most. 0: wherever its owner may.
struct Carried {
    PermissionSet permissions;
    std::int64_t organisation = 0;
    std::int64_t event = 0;
};

// Who asks. Filled by the Authenticator before the handler runs; `user_id` 0 is anonymous.
struct Principal {
    std::int64_t user_id = 0;
    std::string public_id;
    Role role = Role::kUser;
    std::string session;     // public id of the session the token belongs to; empty for other credentials
    bool by_cookie = false;  // browser session: unsafe methods were checked for CSRF
    Credential credential = Credential::kSession;
    std::int64_t credential_id = 0;  // of the API token or device
    Carried carried;
    bool anonymous() const { return user_id == 0; }
};

struct Header {
    std::string name;
    std::string value;
};

// A body that was received into a temporary file; removed with the object.
class UploadedFile;

// One whole request. Handlers get it const; it lives until the answer is rendered.
struct Request {
    Method method = Method::kGet;
    std::string path;                                         // decoded once, without the query
    std::vector<std::pair<std::string, std::string>> params;  // pattern parameters by name
    std::vector<std::pair<std::string, std::string>> query;   // decoded, in order
    std::vector<Header> headers;
    std::string body;
    std::shared_ptr<UploadedFile> file;  // instead of `body` for routes with BodyKind::kFile
    std::string client;                  // address without port, after trusted proxies
    std::string request_id;
    bool secure = false;  // TLS, or a trusted proxy said so
    base::Locale locale = base::Locale::kZhCn;
    Principal principal;
    PermissionSet held;  // by the caller in the scope of the route; empty for routes without a permission
    base::Time now;

    // First value, case-insensitive name; empty if absent.
    std::string_view HeaderValue(std::string_view name) const;
    std::optional<std::string_view> Query(std::string_view name) const;
    // Pattern parameter; the process stops if the pattern has none of this name.
    const std::string& Param(std::string_view name) const;
    std::optional<std::string> Cookie(std::string_view name) const;
    // Body as a JSON object, or BAD_JSON / UNSUPPORTED_MEDIA_TYPE.
    Result<json::Value> Json() const;
};

// An answer larger than memory: a file range, or a generator the reactor pulls (64 KB ahead at most).
// Read() runs on a worker, never on the reactor.
class Body {
  public:
    virtual ~Body() = default;
    // Total bytes if known (sent as Content-Length), else chunked.
    virtual std::optional<std::uint64_t> Size() const = 0;
    // Appends at most `bytes_max` bytes to `out`; false at the end.
    virtual Result<bool> Read(std::string& out, std::size_t bytes_max) = 0;
};

struct Response;

// An answer that is not there yet: a poll that waits for news. The connection waits without a thread, as long as a
// handler may take (Deadlines::handler_ms, then 504). For routes that run inline.
class Later {
  public:
    virtual ~Later() = default;
    // Once, on the reactor. `done` may be called from any thread, from within Begin() as well; only the first call
    // counts, and none after Abandon(). It must not be called when the server is no more.
    virtual void Begin(std::function<void(Response)> done) = 0;
    // On the reactor: the client went away, or the deadline passed. Not called after an answer was taken.
    virtual void Abandon() = 0;
};

struct Response {
    int status = 200;
    std::vector<Header> headers;
    std::string content_type;
    std::string body;
    std::shared_ptr<const std::string> shared;  // instead of `body`: a text that many answers have
    std::shared_ptr<Body> stream;               // instead of `body`
    std::shared_ptr<Later> later;               // instead of everything else

    Response& With(std::string name, std::string value) &;
    Response&& With(std::string name, std::string value) &&;
};

// {"success":true,"data":...}; `meta` is left out when null.
Response Success(json::Value data, json::Value meta = {});
Response Created(json::Value data);
Response NoContent();
Response PlainText(int status, std::string text);
// A failure envelope in the request's language (architecture.md §5).
Response Failure(const base::Error& error, base::Locale locale, std::string_view request_id);

using Handler = std::function<Result<Response>(const Request&)>;

}  // namespace rt::net
