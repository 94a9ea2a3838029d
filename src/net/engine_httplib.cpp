// The one file of the server side that includes cpp-httplib. Compiles with 0.18 and 0.41.

// The reactor has applied the route's own limit before; the library's cap of 8 KB would refuse legal forms.
#define CPPHTTPLIB_FORM_URL_ENCODED_PAYLOAD_MAX_LENGTH (64 * 1024 * 1024)
#include <httplib.h>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "base/parse.h"
#include "net/engine.h"

namespace rt::net {
namespace {

// Larger bodies are not copied through the library: it writes their head only.
constexpr std::size_t kBodyInlineBytesMax = 16 * 1024;
// The library routes nothing, so every request has the same target; a pattern with a parameter avoids std::regex.
constexpr const char* kTarget = "/r";
constexpr const char* kPattern = "/:r";

// Request bytes come from memory in two pieces, answer bytes go to memory.
class MemoryStream final : public httplib::Stream {
  public:
    MemoryStream(std::string_view head, std::string_view body, std::string& out)
        : head_(head), body_(body), out_(out) {}

    ssize_t read(char* data, size_t size) override {
        std::string_view& piece = head_.empty() ? body_ : head_;
        const std::size_t taken = std::min(size, piece.size());
        std::copy_n(piece.data(), taken, data);
        piece.remove_prefix(taken);
        return static_cast<ssize_t>(taken);
    }
    ssize_t write(const char* data, size_t size) override {
        out_.append(data, size);
        return static_cast<ssize_t>(size);
    }
    bool is_readable() const override { return !head_.empty() || !body_.empty(); }

#ifdef CPPHTTPLIB_VERSION_NUM
    bool wait_readable() const override {
        return is_readable();
    }
    bool wait_writable() const override {
        return true;
    }
    time_t duration() const override {
        return 0;
    }
#else  // 0.18
    bool is_writable() const override {
        return true;
    }
#endif

    void get_remote_ip_and_port(std::string& ip, int& port) const override {
        ip.clear();
        port = 0;
    }
    void get_local_ip_and_port(std::string& ip, int& port) const override {
        get_remote_ip_and_port(ip, port);
    }
    // No descriptor is handed out: the library would poll or read it.
    socket_t socket() const override {
        return INVALID_SOCKET;
    }

  private:
    std::string_view head_;
    std::string_view body_;
    std::string& out_;
};

bool HasNoContent(int status) {
    return status == 204 || status == 304 || (status >= 100 && status < 200);
}

}  // namespace

class Engine::Impl final : private httplib::Server {
  public:
    Impl() {
        const auto plain = [this](const httplib::Request&, httplib::Response& res) { Answer({}, res); };
        const auto with_body = [this](const httplib::Request&, httplib::Response& res,
                                      const httplib::ContentReader& read) {
            std::string body;
            body.reserve(call_->body.size());
            read([&body](const char* data, size_t size) {
                body.append(data, size);
                return true;
            });
            Answer(std::move(body), res);
        };
        Get(kPattern, plain);
        Options(kPattern, plain);
        Post(kPattern, with_body);
        Put(kPattern, with_body);
        Patch(kPattern, with_body);
        Delete(kPattern, with_body);
        set_payload_max_length(std::numeric_limits<size_t>::max());
        set_post_routing_handler([this](const httplib::Request&, httplib::Response& res) { FixFraming(res); });
    }

    EngineAnswer Run(const EngineCall& call) {
        call_ = &call;
        answer_ = {};
        stream_size_.reset();
        ranges_told_ = false;
        request_head_.clear();
        request_head_.append(Name(call.method)).append(" ").append(kTarget).append(" HTTP/1.1\r\nContent-Length: ");
        request_head_.append(std::to_string(call.body.size())).append("\r\n\r\n");
        MemoryStream stream(request_head_, call.body, answer_.head);
        bool closed = false;
        process_request(stream, {}, 0, {}, 0, false, closed, nullptr);
        call_ = nullptr;
        return std::move(answer_);
    }

  private:
    void Answer(std::string body, httplib::Response& res) {
        Response response = call_->handle(std::move(body));
        res.status = response.status;
        for (const Header& header : response.headers) {
            // The library drops a field with a CR or LF in it.
            res.set_header(header.name, header.value);
        }
        ranges_told_ = res.has_header("Accept-Ranges");
        if (response.stream) {
            stream_size_ = response.stream->Size();
            answer_.stream = std::move(response.stream);
            if (!stream_size_) answer_.chunked = call_->minor_version == 1;
            if (!stream_size_ && !answer_.chunked) answer_.until_close = true;
            if (!response.content_type.empty()) res.set_header("Content-Type", response.content_type);
        } else if (response.body.size() > kBodyInlineBytesMax) {
            stream_size_ = response.body.size();
            answer_.body = std::move(response.body);
            if (!response.content_type.empty()) res.set_header("Content-Type", response.content_type);
        } else if (!response.body.empty() || !response.content_type.empty()) {
            res.set_content(std::move(response.body), response.content_type);
        }
        if (call_->method == Method::kHead) {
            answer_.stream.reset();
            answer_.body.clear();
        }
    }

    // Last word on the fields that frame the answer or say what becomes of the connection.
    void FixFraming(httplib::Response& res) {
        for (const char* name : {"Connection", "Keep-Alive", "Transfer-Encoding"}) res.headers.erase(name);
        if (call_->close->load() || answer_.until_close) {
            res.headers.emplace("Connection", "close");
        } else if (call_->minor_version == 0) {
            res.headers.emplace("Connection", "keep-alive");
        }
        // The library adds it to every answer to HEAD.
        if (!ranges_told_) res.headers.erase("Accept-Ranges");
        if (stream_size_ || answer_.chunked || answer_.until_close || HasNoContent(res.status)) {
            res.headers.erase("Content-Length");
        }
        if (HasNoContent(res.status)) {
            res.body.clear();
            answer_.stream.reset();
            answer_.body.clear();
            answer_.chunked = false;
        } else if (stream_size_) {
            res.headers.emplace("Content-Length", std::to_string(*stream_size_));
        } else if (answer_.chunked) {
            res.headers.emplace("Transfer-Encoding", "chunked");
        }
        if (!call_->date.empty()) res.headers.emplace("Date", std::string(call_->date));
        answer_.status = res.status;
    }

    const EngineCall* call_ = nullptr;
    EngineAnswer answer_;
    std::optional<std::uint64_t> stream_size_;
    bool ranges_told_ = false;
    std::string request_head_;
};

Engine::Engine() : impl_(std::make_unique<Impl>()) {}
Engine::~Engine() = default;

EngineAnswer Engine::Run(const EngineCall& call) {
    return impl_->Run(call);
}

}  // namespace rt::net
