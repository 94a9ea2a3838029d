#include "auth/messages.h"

#include "auth/one_time_codes.h"
#include "auth/user.h"
#include "storage/outbox/outbox.h"

namespace rt::auth {

namespace {

std::string TopicOf(domain::Channel channel, std::string_view what) {
    return (channel == domain::Channel::kEmail ? "mail." : "sms.") + std::string(what);
}

}  // namespace

std::string OutboxContext(std::int64_t row_id) {
    return "outbox:" + std::to_string(row_id);
}

Message Messages::Sealed(std::string topic, json::Object content) const {
    const std::int64_t id = ids_.Next();
    const std::string sealed = vault_.Seal(OutboxContext(id), json::Encode(std::move(content)));
    return {id, std::move(topic), json::Encode(json::Object{{"sealed", sealed}})};
}

Message Messages::Code(const std::optional<domain::Contact>& to, base::Locale locale, std::string_view kind,
                       std::string_view code, base::Time expires) const {
    const std::int64_t minutes = kCodeTtlSeconds / 60;
    json::Object content{{"to", to ? to->address : std::string("nobody")},
                         {"locale", Name(locale)},
                         {"kind", kind},
                         {"code", code},
                         {"minutes", minutes},
                         {"expires", base::FormatRfc3339(expires)}};
    return Sealed(to ? TopicOf(to->channel, "code") : "none.code", std::move(content));
}

Message Messages::Tell(const domain::Contact& to, base::Locale locale, const Notice& notice) const {
    json::Object content{
        {"to", to.address}, {"locale", Name(locale)}, {"kind", notice.kind}, {"at", base::FormatRfc3339(notice.at)}};
    for (const auto& [key, text] : {std::pair{"device", &notice.device},
                                    {"client", &notice.client},
                                    {"link", &notice.link},
                                    {"new", &notice.changed}}) {
        if (!text->empty()) content.Set(key, *text);
    }
    return Sealed(TopicOf(to.channel, "notice"), std::move(content));
}

Message Messages::Invite(const domain::Contact& to, base::Locale locale, const InvitationText& invitation) const {
    return Sealed("mail.invitation", json::Object{{"to", to.address},
                                                  {"locale", Name(locale)},
                                                  {"kind", "organisation"},
                                                  {"organisation", invitation.organisation},
                                                  {"inviter", invitation.inviter},
                                                  {"role", invitation.role},
                                                  {"link", invitation.link},
                                                  {"expires", base::FormatRfc3339(invitation.expires)}});
}

Status Messages::AddIn(storage::sql::Writer& writer, const Message& message, base::Time now) {
    using storage::outbox::Urgency;
    const bool code = message.topic.ends_with(".code");
    return storage::outbox::Add(writer, message.id, message.topic, message.payload, now,
                                code ? Urgency::kAwaited : Urgency::kUsual);
}

}  // namespace rt::auth
