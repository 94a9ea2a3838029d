// The one file of the server side that includes cpp-httplib. Compiles with 0.18 and 0.41.

#include <algorithm>
#include <array>
#include <optional>

#include "base/parse.h"
#include "net/engine.h"
#include "net/field_lines.h"
#include "net/httplib_stream_internal.h"

namespace rt::net {
namespace {

// A body up to this size is copied behind its head and sent with it in one piece.
constexpr std::size_t kBodyInlineBytesMax = 16 * 1024;
constexpr std::size_t kStatusLineBytesMax = 64;
// The reactor has checked, routed and received the request already; the library is told no more than that there is one.
constexpr std::string_view kRequest = "GET /r HTTP/1.1\r\n\r\n";

// Request bytes come from memory, answer bytes go to memory.
class MemoryStream final : public DescriptorlessStream {
  public:
    explicit MemoryStream(std::string& out) : out_(out) {}

    ssize_t read(char* data, size_t size) override {
        const std::size_t taken = std::min(size, in_.size());
        std::copy_n(in_.data(), taken, data);
        in_.remove_prefix(taken);
        return static_cast<ssize_t>(taken);
    }
    ssize_t write(const char* data, size_t size) override {
        out_.append(data, size);
        return static_cast<ssize_t>(size);
    }
    bool is_readable() const override { return !in_.empty(); }

  private:
    std::string_view in_ = kRequest;
    std::string& out_;
};

bool HasNoContent(int status) {
    return status == 204 || status == 304 || (status >= 100 && status < 200);
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

// An answer while it is made: what the handler gave, and its fields as lines. The body goes past whoever writes the
// head.
class Draft {
  public:
    // Runs the handler. false if there is no answer yet.
    bool Begin(const EngineCall& call) {
        answer_ = {};
        body_bytes_.reset();
        fields_.clear();
        Response response = call.handle(fields_);
        answer_.later = std::move(response.later);
        if (answer_.later) return false;
        answer_.status = response.status;
        for (const Header& header : response.headers) {
            if (!IsFraming(header.name) && IsOneLine(header.name) && IsOneLine(header.value)) {
                AppendFieldLine(fields_, header.name, header.value);
            }
        }
        if (HasNoContent(response.status)) return true;
        if (!response.content_type.empty()) AppendFieldLine(fields_, "Content-Type", response.content_type);
        if (response.stream) {
            body_bytes_ = response.stream->Size();
            answer_.chunked = !body_bytes_ && call.minor_version == 1;
            answer_.until_close = !body_bytes_ && !answer_.chunked;
        } else {
            body_bytes_ = response.shared ? response.shared->size() : response.body.size();
        }
        if (call.method == Method::kHead) return true;
        answer_.stream = std::move(response.stream);
        answer_.shared = std::move(response.shared);
        answer_.body = std::move(response.body);
        return true;
    }

    // Everything between the status line and the body: what becomes of the connection, and its framing, are ours.
    std::string_view Fields(const EngineCall& call) {
        if (body_bytes_) {
            AppendFieldLine(fields_, "Content-Length", std::to_string(*body_bytes_));
        } else if (answer_.chunked) {
            AppendFieldLine(fields_, "Transfer-Encoding", "chunked");
        }
        if (call.close->load() || answer_.until_close) {
            AppendFieldLine(fields_, "Connection", "close");
        } else if (call.minor_version == 0) {
            AppendFieldLine(fields_, "Connection", "keep-alive");
        }
        if (!call.date.empty()) AppendFieldLine(fields_, "Date", call.date);
        fields_.append("\r\n");
        answer_.head.reserve(kStatusLineBytesMax + fields_.size() +
                             std::min(answer_.Text().size(), kBodyInlineBytesMax));
        return fields_;
    }

    std::string& head() { return answer_.head; }
    int status() const { return answer_.status; }

    EngineAnswer Take() {
        if (answer_.Text().size() <= kBodyInlineBytesMax) {
            answer_.head += answer_.Text();
            answer_.body.clear();
            answer_.shared.reset();
        }
        return std::move(answer_);
    }

  private:
    EngineAnswer answer_;
    std::optional<std::uint64_t> body_bytes_;  // nullopt: none, or unknown
    std::string fields_;
};

}  // namespace

class Engine::Impl final : private httplib::Server {
  public:
    Impl() {
        // Called before the library would route.
        set_pre_routing_handler([this](const httplib::Request&, httplib::Response& res) {
            if (draft_.Begin(*call_)) res.status = draft_.status();
            return HandlerResponse::Handled;
        });
        // The library's own fields are left out.
        set_header_writer([this](httplib::Stream& out, const httplib::Headers&) {
            const std::string_view fields = draft_.Fields(*call_);
            return out.write(fields.data(), fields.size());
        });
    }

    EngineAnswer Run(const EngineCall& call) {
        call_ = &call;
        MemoryStream stream(draft_.head());
        bool closed = false;
        process_request(stream, {}, 0, {}, 0, true, closed, nullptr);
        call_ = nullptr;
        return draft_.Take();
    }

    EngineAnswer RunInline(const EngineCall& call) {
        if (!draft_.Begin(call)) return draft_.Take();
        const std::string_view fields = draft_.Fields(call);
        draft_.head()
            .append("HTTP/1.1 ")
            .append(std::to_string(draft_.status()))
            .append(" ")
            .append(httplib::status_message(draft_.status()))
            .append("\r\n")
            .append(fields);
        return draft_.Take();
    }

  private:
    const EngineCall* call_ = nullptr;
    Draft draft_;
};

Engine::Engine() : impl_(std::make_unique<Impl>()) {}
Engine::~Engine() = default;

EngineAnswer Engine::Run(const EngineCall& call) {
    return impl_->Run(call);
}

EngineAnswer Engine::RunInline(const EngineCall& call) {
    return impl_->RunInline(call);
}

}  // namespace rt::net
