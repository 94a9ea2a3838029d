// The polling transport of a session: GETs that wait, POSTs that bring packets.
#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "base/parse.h"
#include "base/utf8.h"
#include "json/json.h"
#include "net/conditional.h"
#include "net/gzip.h"
#include "realtime/engine.h"
#include "realtime/session.h"

namespace rt::realtime {
namespace {

using protocol::Form;
using protocol::PacketType;
using protocol::Payload;
using protocol::Version;

constexpr std::string_view kText = "text/plain; charset=UTF-8";
constexpr std::string_view kBinary = "application/octet-stream";
constexpr std::string_view kScript = "text/javascript; charset=UTF-8";
// How long a POST that ends the session waits for a GET that was sent beside it, to tell it so.
constexpr std::int64_t kFarewellMicros = 50'000;
constexpr std::size_t kJsonpDigitsMax = 16;

bool IsOctets(const net::Request& request) {
    const std::string_view type = request.HeaderValue("content-type");
    return base::EqualsIgnoreAsciiCase(base::TrimAscii(type.substr(0, type.find(';'))), kBinary);
}

// What stands in the form field `d`, as JSONP sends it.
std::optional<std::string> FormField(std::string_view body) {
    if (!body.starts_with("d=")) return std::nullopt;
    body.remove_prefix(2);
    const auto decoded = base::PercentDecode(body.substr(0, body.find('&')), true);
    if (!decoded.has_value()) return std::nullopt;
    return protocol::UnescapeJsonp(*decoded);
}

}  // namespace

std::optional<std::string> JsonpIndex(const net::Request& request) {
    const auto asked = request.Query("j");
    if (!asked.has_value()) return std::nullopt;
    std::string digits;
    std::copy_if(asked->begin(), asked->end(), std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
    return digits.substr(0, kJsonpDigitsMax);
}

net::Response PostedAnswer() {
    net::Response answer;
    answer.content_type = "text/html";
    answer.body = "ok";
    return answer;
}

net::Response PollAnswer(std::string body, std::string_view content_type, const std::optional<std::string>& jsonp) {
    net::Response answer;
    if (jsonp.has_value()) {
        answer.body = "___eio[" + *jsonp + "](" + json::Encode(json::Value(std::move(body))) + ");";
        content_type = kScript;
    } else {
        answer.body = std::move(body);
    }
    answer.content_type = std::string(content_type);
    answer.With("Cache-Control", "no-store");
    return answer;
}

net::Response Session::Wrapped(std::string body, std::string_view content_type) const {
    net::Response answer = PollAnswer(std::move(body), content_type, poll_jsonp_);
    if (poll_gzip_) net::GzipBody(answer);
    return answer;
}

net::Response Session::TakeQueue() {
    const bool binary =
        std::any_of(queue_.begin(), queue_.end(), [](const Frame& frame) { return frame.form == Form::kBinary; });
    Payload payload = Payload::kV4;
    if (version_ == Version::kV3)
        payload = binary && asked_binary_ == Binary::kAsIs && !poll_jsonp_.has_value() ? Payload::kV3Binary
                                                                                       : Payload::kV3Text;
    std::string body;
    for (const Frame& frame : queue_) protocol::AppendPacket(payload, frame.form, *frame.bytes, body);
    queue_ = {};
    queue_bytes_ = 0;
    return Wrapped(std::move(body), payload == Payload::kV3Binary ? kBinary : kText);
}

net::Response Session::AnswerPoll(PacketType type) const {
    std::string body;
    protocol::AppendPacket(version_ == Version::kV4 ? Payload::kV4 : Payload::kV3Text, Form::kText,
                           protocol::EncodeText(type), body);
    return Wrapped(std::move(body), kText);
}

void Session::Flush(Parting& parting) {
    if (!poll_ || queue_.empty()) return;
    parting.answer = TakeQueue();
    parting.poll = std::move(poll_);
}

net::Response Session::OnGet(const net::Request& request) {
    Lock lock(mutex_);
    Parting parting;
    if (stage_ == Stage::kClosed) return ErrorAnswer(EngineError::kUnknownSid);
    if (transport_ != Transport::kPolling) return ErrorAnswer(EngineError::kBadRequest);
    net::Response answer;
    if (Late(engine_.timers().now(), parting)) {
        answer = ErrorAnswer(EngineError::kUnknownSid);
    } else if (poll_) {
        End(Reason::kTransportError, parting);
        answer = ErrorAnswer(EngineError::kBadRequest);
    } else {
        poll_jsonp_ = JsonpIndex(request);
        poll_gzip_ = net::AcceptsCoding(request.HeaderValue("accept-encoding"), "gzip");
        if (!queue_.empty()) {
            answer = TakeQueue();
            if (stage_ == Stage::kLeaving) End(Reason::kTransportClose, parting);
        } else {
            if (probed_) EndPollSoon();
            poll_at_ = engine_.timers().now();
            poll_before_probe_ = false;
            const std::weak_ptr<Timed> self = weak_from_this();
            poll_ = std::make_shared<PendingAnswer>([self] {
                if (const auto session = self.lock()) static_cast<Session&>(*session).OnPollAbandoned();
            });
            answer.later = poll_;
        }
    }
    Finish(lock, std::move(parting));
    return answer;
}

void Session::OnPollAbandoned() {
    Lock lock(mutex_);
    // One that was answered meanwhile is not here any more.
    if (!poll_) return;
    poll_.reset();
    Parting parting;
    End(Reason::kTransportError, parting);
    Finish(lock, std::move(parting));
}

bool Session::OnPostHead() {
    {
        const std::lock_guard lock(mutex_);
        if (stage_ != Stage::kOpen || transport_ != Transport::kPolling) return true;
        if (!std::exchange(post_coming_, true)) return true;
    }
    Fail(Reason::kTransportError);
    return false;
}

net::Response Session::OnPost(const net::Request& request) {
    {
        Lock lock(mutex_);
        Parting parting;
        post_coming_ = false;
        if (stage_ != Stage::kOpen) return ErrorAnswer(EngineError::kUnknownSid);
        if (transport_ != Transport::kPolling) return ErrorAnswer(EngineError::kBadRequest);
        const bool late = Late(engine_.timers().now(), parting);
        if (late || posts_ > 0) {
            if (!late) End(Reason::kTransportError, parting);
            Finish(lock, std::move(parting));
            return ErrorAnswer(late ? EngineError::kUnknownSid : EngineError::kBadRequest);
        }
        ++posts_;
    }
    net::Response answer = Posted(request);
    Lock lock(mutex_);
    Parting parting;
    --posts_;
    if (farewell_) {
        answer = {};
        answer.later = farewell_;
    }
    if (stage_ == Stage::kOpen) Flush(parting);
    Finish(lock, std::move(parting));
    return answer;
}

net::Response Session::Posted(const net::Request& request) {
    const bool octets = IsOctets(request);
    std::optional<std::string> body = request.body;
    if (JsonpIndex(request).has_value()) body = FormField(request.body);
    Payload payload = Payload::kV4;
    if (version_ == Version::kV3) payload = octets ? Payload::kV3Binary : Payload::kV3Text;
    const bool readable = body.has_value() && (payload == Payload::kV3Binary || (!octets && base::IsUtf8(*body)));
    auto good = std::make_shared<std::atomic<bool>>(readable);
    if (readable) {
        auto self = std::static_pointer_cast<Session>(shared_from_this());
        strand_.Run([self, payload, good, bytes = *std::move(body)] {
            if (!self->ReadPayload(payload, bytes)) *good = false;
        });
    } else {
        Fail(Reason::kParseError);
    }
    return *good ? PostedAnswer() : ErrorAnswer(EngineError::kBadRequest);
}

// false if the payload is none; the session has then ended.
bool Session::ReadPayload(Payload payload, std::string_view body) {
    protocol::PayloadReader reader(payload, body);
    protocol::Packet packet;
    while (true) {
        const auto step = reader.Next(packet);
        if (step == protocol::PayloadReader::Step::kEnd) return true;
        if (step == protocol::PayloadReader::Step::kBad) {
            Fail(Reason::kParseError);
            return false;
        }
        if (!OnPacket(packet)) return true;
    }
}

void Session::OnClientClose() {
    Lock lock(mutex_);
    if (stage_ != Stage::kOpen) return;
    Parting parting;
    if (transport_ == Transport::kPolling && !poll_) {
        // A GET may be on its way on another connection: it is told, and the POST is answered only then.
        stage_ = Stage::kLeaving;
        queue_ = {{Form::kText, std::make_shared<const std::string>(protocol::EncodeText(PacketType::kNoop))}};
        farewell_ = std::make_shared<PendingAnswer>(nullptr);
        leave_at_ = engine_.timers().now() + kFarewellMicros;
        DropProbe("closed");
        Told(Reason::kTransportClose, parting);
        Arm();
    } else {
        if (poll_) {
            parting.answer = AnswerPoll(PacketType::kNoop);
            parting.poll = std::move(poll_);
        }
        End(Reason::kTransportClose, parting);
    }
    Finish(lock, std::move(parting));
}

}  // namespace rt::realtime
