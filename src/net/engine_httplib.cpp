// The one file of the server side that includes cpp-httplib. Compiles with 0.18 and 0.41.

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

bool CarriesBody(Method method) {
    return method == Method::kPost || method == Method::kPut || method == Method::kPatch || method == Method::kDelete;
}

// Fields that frame the answer or say what becomes of the connection are the engine's alone.
bool IsFraming(std::string_view name) {
    static constexpr std::array<std::string_view, 4> kNames{"Connection", "Keep-Alive", "Transfer-Encoding",
                                                            "Content-Length"};
    return std::any_of(kNames.begin(), kNames.end(),
                       [&](std::string_view framing) { return base::EqualsIgnoreAsciiCase(framing, name); });
}

// A field with a line break in it would be two.
bool IsOneLine(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

void AppendField(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
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
        set_post_routing_handler([this](const httplib::Request&, httplib::Response& res) { Settle(res); });
        set_header_writer(
            [this](httplib::Stream& out, const httplib::Headers& fields) { return WriteFields(out, fields); });
    }

    EngineAnswer Run(const EngineCall& call) {
        call_ = &call;
        answer_ = {};
        stream_size_.reset();
        fields_.clear();
        request_head_.clear();
        request_head_.append(Name(call.method)).append(" ").append(kTarget).append(" HTTP/1.1\r\n");
        if (CarriesBody(call.method) || !call.body.empty()) {
            AppendField(request_head_, "Content-Length", std::to_string(call.body.size()));
        }
        request_head_.append("\r\n");
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
            if (!IsFraming(header.name) && IsOneLine(header.name) && IsOneLine(header.value)) {
                AppendField(fields_, header.name, header.value);
            }
        }
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

    // The library has decided on the status; some have no body.
    void Settle(httplib::Response& res) {
        answer_.status = res.status;
        if (!HasNoContent(res.status)) return;
        res.body.clear();
        answer_.stream.reset();
        answer_.body.clear();
        answer_.chunked = false;
    }

    // Of the library's fields only what describes the body is kept: the connection and its framing are the reactor's.
    ssize_t WriteFields(httplib::Stream& out, const httplib::Headers& library_fields) {
        const bool no_content = HasNoContent(answer_.status);
        const bool measured = !no_content && !stream_size_ && !answer_.chunked && !answer_.until_close;
        for (const auto& [name, value] : library_fields) {
            if (name == "Content-Type" || (measured && name == "Content-Length")) AppendField(fields_, name, value);
        }
        if (!no_content && stream_size_) {
            AppendField(fields_, "Content-Length", std::to_string(*stream_size_));
        } else if (answer_.chunked) {
            AppendField(fields_, "Transfer-Encoding", "chunked");
        }
        if (call_->close->load() || answer_.until_close) {
            AppendField(fields_, "Connection", "close");
        } else if (call_->minor_version == 0) {
            AppendField(fields_, "Connection", "keep-alive");
        }
        if (!call_->date.empty()) AppendField(fields_, "Date", call_->date);
        fields_.append("\r\n");
        return out.write(fields_.data(), fields_.size());
    }

    const EngineCall* call_ = nullptr;
    EngineAnswer answer_;
    std::optional<std::uint64_t> stream_size_;
    std::string fields_;  // ours, of the answer that is being made
    std::string request_head_;
};

Engine::Engine() : impl_(std::make_unique<Impl>()) {}
Engine::~Engine() = default;

EngineAnswer Engine::Run(const EngineCall& call) {
    return impl_->Run(call);
}

}  // namespace rt::net
