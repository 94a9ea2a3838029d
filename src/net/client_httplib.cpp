// The one file of the client side that includes cpp-httplib. Compiles with 0.18 and 0.41. The library frames, writes
// and parses; the socket, TLS and every deadline are ours, because its own timers start anew with each byte that
// arrives.

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "net/client_exchange.h"
#include "net/httplib_stream_internal.h"

namespace rt::net {
namespace {

constexpr std::size_t kHeadBytesMax = 64 * 1024;  // status line, fields, framing and trailers of an answer

// Hands bytes on from our stream; stops at the deadline and at the cap, whatever the library goes on asking for.
class DeadlineStream final : public DescriptorlessStream {
  public:
    // `line_given` is the request line that the library will write, `line_sent` the one that goes out in its place: it
    // would decode and encode the query anew, and a signed URL must arrive byte by byte.
    DeadlineStream(OutgoingStream& stream, const os::Deadline& deadline, std::size_t bytes_max, std::string line_given,
                   std::string line_sent)
        : stream_(stream),
          deadline_(deadline),
          bytes_left_(bytes_max),
          line_given_(std::move(line_given)),
          line_sent_(std::move(line_sent)) {}

    ssize_t read(char* data, size_t size) override {
        if (begin_ == end_ && !Fill()) return failure_ ? -1 : 0;
        const std::size_t taken = std::min(size, end_ - begin_);
        std::copy_n(buffer_.data() + begin_, taken, data);
        begin_ += taken;
        return static_cast<ssize_t>(taken);
    }
    ssize_t write(const char* data, size_t size) override {
        std::string_view rest(data, size);
        Status written = Ok();
        if (!line_sent_.empty()) {
            if (!rest.starts_with(line_given_)) return -1;
            rest.remove_prefix(line_given_.size());
            written = stream_.Write(std::exchange(line_sent_, {}).append(rest), deadline_);
        } else {
            written = stream_.Write(rest, deadline_);
        }
        if (written.ok()) return static_cast<ssize_t>(size);
        failure_ = written.error();
        return -1;
    }
    bool is_readable() const override { return begin_ != end_; }

    const std::optional<Error>& failure() const { return failure_; }

  private:
    bool Fill() {
        if (failure_) return false;
        const auto got = stream_.Read(buffer_, deadline_);
        if (!got.ok()) {
            failure_ = got.error();
        } else if (*got > bytes_left_) {
            failure_ = Fail(Code::kUpstream, "the answer is too large");
        } else {
            bytes_left_ -= *got;
            begin_ = 0;
            end_ = *got;
            return *got > 0;
        }
        return false;
    }

    OutgoingStream& stream_;
    const os::Deadline deadline_;
    std::size_t bytes_left_;
    const std::string line_given_;
    std::string line_sent_;  // until the first write
    std::array<char, 16 * 1024> buffer_{};
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::optional<Error> failure_;
};

// The library believes it has a socket; the bytes go through the stream.
class StreamClient final : public httplib::ClientImpl {
  public:
    StreamClient(const std::string& host, DeadlineStream& stream) : ClientImpl(host, 80), stream_(stream) {}

  private:
    // The library shuts this descriptor down and closes it; it is no socket of ours.
    bool create_and_connect_socket(Socket& socket, httplib::Error& error) override {
        socket.sock = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (socket.sock != INVALID_SOCKET) return true;
        error = httplib::Error::Connection;
        return false;
    }

#ifdef CPPHTTPLIB_VERSION_NUM
    bool process_socket(const Socket& /*socket*/, std::chrono::time_point<std::chrono::steady_clock> /*start_time*/,
                        std::function<bool(httplib::Stream&)> callback) override {
        return callback(stream_);
    }
#else  // 0.18
    bool process_socket(const Socket& /*socket*/, std::function<bool(httplib::Stream&)> callback) override {
        return callback(stream_);
    }
#endif

    DeadlineStream& stream_;
};

httplib::Request ToLibrary(const Url& url, const ClientRequest& request) {
    httplib::Request out;
    out.method = Name(request.method);
    out.path = "/";
    out.body = request.body;
    out.headers.emplace("Host", url.Authority());
    out.headers.emplace("Accept-Encoding", "identity");
    out.headers.emplace("User-Agent", "roundtable");
    for (const Header& header : request.headers) out.headers.emplace(header.name, header.value);
    return out;
}

}  // namespace

Result<ClientAnswer> Exchange(std::unique_ptr<OutgoingStream> stream, const Url& url, const ClientRequest& request,
                              const os::Deadline& deadline) {
    const std::string method(Name(request.method));
    DeadlineStream bytes(*stream, deadline, request.answer_bytes_max + kHeadBytesMax, method + " / HTTP/1.1\r\n",
                         method + " " + url.target + " HTTP/1.1\r\n");
    StreamClient client(url.host, bytes);
    client.set_path_encode(false);
    client.set_decompress(false);
    ClientAnswer answer;
    bool too_large = false;
    httplib::Request sent = ToLibrary(url, request);
    sent.content_receiver = [&](const char* data, size_t size, auto /*offset*/, auto /*total*/) {
        too_large = size > request.answer_bytes_max - answer.body.size();
        if (!too_large) answer.body.append(data, size);
        return !too_large;
    };
    httplib::Response received;
    httplib::Error error = httplib::Error::Success;
    const bool done = client.send(sent, received, error);
    if (too_large) return Fail(Code::kUpstream, "the answer is too large");
    if (bytes.failure()) return *bytes.failure();
    if (!done) return Fail(Code::kUpstream, "no well-formed answer: " + httplib::to_string(error));
    answer.status = received.status;
    for (const auto& [name, value] : received.headers) answer.headers.push_back({name, value});
    return answer;
}

}  // namespace rt::net
