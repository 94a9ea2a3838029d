// Guardians: asked by a signed link that needs no account, answered once.
#include <utility>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "files/domain/content.h"
#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/store/consents.h"
#include "registration/store/guardians.h"
#include "registration/store/i18n.h"
#include "registration/store/journal.h"

namespace rt::registration::api {
namespace {

constexpr std::size_t kGuardianIds = 24;
constexpr std::size_t kSignatureBytesMax = 64 << 10;
constexpr std::uint32_t kSignatureSideMax = 2'000;
constexpr std::size_t kPublicIdLength = 16;

// "<public id>.<signature>": who has no link cannot make one, and a link says nothing of the minor.
std::string SignatureOf(const Privacy& privacy, std::string_view public_id) {
    return privacy.BlindIndex("guardian.link", public_id).substr(0, 32);
}

std::string TokenOf(const Privacy& privacy, std::string_view public_id) {
    return std::string(public_id) + "." + SignatureOf(privacy, public_id);
}

// The public id of a token that we have signed; LINK_EXPIRED.
Result<std::string> OpenToken(const Privacy& privacy, std::string_view token) {
    if (token.size() <= kPublicIdLength || token[kPublicIdLength] != '.') return Fail(Code::kLinkExpired);
    const std::string public_id(token.substr(0, kPublicIdLength));
    const bool ours = crypto::EqualConstantTime(token.substr(kPublicIdLength + 1), SignatureOf(privacy, public_id));
    return ours ? Result<std::string>(public_id) : Fail(Code::kLinkExpired);
}

// A PNG of a drawn name, as base64; the bytes that are kept.
std::optional<std::string> ReadSignature(json::Reader& in) {
    const json::Value* given = in.Any("signature");
    if (given == nullptr || !given->IsString()) return std::nullopt;
    const auto bytes = base::Base64Decode(given->AsString());
    const std::string_view text = bytes.has_value() ? base::AsText(*bytes) : std::string_view();
    const bool png =
        !text.empty() && text.size() <= kSignatureBytesMax && files::domain::Sniff(text) == files::domain::Type::kPng;
    const auto walked = png ? files::domain::Walk(files::domain::Type::kPng, text) : std::nullopt;
    const bool good =
        walked.has_value() && walked->picture.width <= kSignatureSideMax && walked->picture.height <= kSignatureSideMax;
    if (!good) {
        in.Note("signature", {"签名须为不超过 64 KB 的 PNG 图片", "A PNG picture of at most 64 KB"});
        return std::nullopt;
    }
    return std::string(text);
}

// {"answer", "name", "relation", "signature"}, sealed for the link.
store::GuardianAnswer ReadAnswer(json::Reader& in, const Privacy& privacy, store::GuardianLinkId link) {
    constexpr std::string_view kAnswers[] = {"GRANT", "REFUSE"};
    store::GuardianAnswer out;
    const bool grants = in.Word("answer", kAnswers) == 0;
    out.answer = grants ? GuardianState::kGranted : GuardianState::kRefused;
    out.relation = static_cast<GuardianRelation>(in.Word("relation", WordsOf<GuardianRelation>()));
    out.name = privacy.Seal({Owner::Kind::kGuardianName, link.value}, NameField(in, "name"));
    const auto signature = ReadSignature(in);
    if (grants && !in.Has("signature")) in.Note("signature", {"请签名", "Please sign"});
    if (signature.has_value()) {
        out.signature = privacy.Seal({Owner::Kind::kGuardianSignature, link.value}, *signature);
    }
    return out;
}

void CountAnswer(Service& service, const store::GuardianAnswer& answer) {
    const bool granted = answer.answer == GuardianState::kGranted;
    service.needs().metrics.Get(Metric::kGuardianAnswers, {granted ? "granted" : "refused"}).Add();
}

store::NewGuardianLink NewLink(const Needs& needs, const Request& request) {
    return {request.Param("team"), request.Param("member"), needs.ids.Next<store::GuardianLinkId>(),
            base::NewPublicId(needs.random)};
}

Result<Response> CreateLink(Service& service, const Request& request) {
    const auto& needs = service.needs();
    const store::NewGuardianLink link = NewLink(needs, request);
    return Commit(service, request, {"guardian.ask", kGuardianIds, 201},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::CreateGuardianLink(writer, commit, link));
                      return json::Value(json::Object{{"url", "/guardian#" + TokenOf(needs.privacy, link.public_id)},
                                                      {"expires", TimeJson(commit.now.Plus(store::kGuardianLinkTtl))}});
                  });
}

Result<json::Value> LinkJson(Reader& reader, const Needs& needs, const store::GuardianLink& link) {
    RT_TRY(const auto member, store::FindMember(reader, link.member));
    RT_CHECK(member.has_value());
    RT_TRY(const auto team, store::FindTeam(reader, member->team));
    RT_TRY(const auto event, store::FindEvent(reader, team->event));
    RT_TRY(const auto division, store::FindDivision(reader, team->division));
    RT_TRY(const std::string name, OpenName(needs.privacy, member->user, member->person_name));
    json::Array relations;
    for (const std::string_view word : WordsOf<GuardianRelation>()) relations.push_back(word);
    return json::Value(
        json::Object{{"member", json::Object{{"name", name}}},
                     {"team", json::Object{{"name", team->name}, {"kind", Word(team->kind)}}},
                     {"event", json::Object{{"slug", event->slug},
                                            {"title", store::ToJson(event->title)},
                                            {"venue", store::ToJson(event->venue)},
                                            {"starts", TimeJson(event->times.starts)},
                                            {"ends", TimeJson(event->times.ends)}}},
                     {"division", json::Object{{"name", store::ToJson(division->name)}}},
                     {"relations", std::move(relations)},
                     {"expires", TimeJson(link.expires)},
                     {"answered", link.answer.has_value() ? json::Value(Word(*link.answer)) : json::Value()}});
}

// What the holder of a link reads, also after he has answered; the link itself is in the fragment of the page's
// address, so that no log of a server has it.
Result<Response> Lookup(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    const auto& needs = service.needs();
    json::Reader in(body);
    const std::string token = in.Text("token", {.size_max = 100});
    RT_CHECK_OK(in.Finish());
    RT_TRY(const std::string public_id, OpenToken(needs.privacy, token));
    return needs.db.Read([&](Reader& reader) -> Result<Response> {
        RT_TRY(const auto link, store::FindGuardianLink(reader, public_id));
        if (!link.has_value() || link->revoked.has_value() || link->expires <= request.now) {
            return Fail(Code::kLinkExpired);
        }
        RT_TRY(auto json, LinkJson(reader, needs, *link));
        return net::Success(std::move(json));
    });
}

Result<Response> Answer(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    const auto& needs = service.needs();
    json::Reader in(body);
    RT_TRY(const std::string public_id, OpenToken(needs.privacy, in.Text("token", {.size_max = 100})));
    RT_TRY(const auto link, needs.db.Read([&](Reader& reader) { return store::FindGuardianLink(reader, public_id); }));
    if (!link.has_value()) return Fail(Code::kLinkExpired);
    const store::GuardianAnswer answer = ReadAnswer(in, needs.privacy, link->id);
    RT_CHECK_OK(in.Finish());
    RT_TRY(auto response, Commit(service, request, {"guardian.answer", kGuardianIds, 200},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_CHECK_OK(store::AnswerGuardian(writer, commit, public_id, answer));
                                     return json::Value(json::Object{{"state", Word(answer.answer)}});
                                 }));
    CountAnswer(service, answer);
    return response;
}

Result<Response> AnswerHere(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    const auto& needs = service.needs();
    const store::NewGuardianLink link = NewLink(needs, request);
    json::Reader in(body);
    const store::GuardianAnswer answer = ReadAnswer(in, needs.privacy, link.id);
    RT_CHECK_OK(in.Finish());
    RT_TRY(auto response, Commit(service, request, {"guardian.answer_here", kGuardianIds, 200},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_CHECK_OK(store::AnswerAsParent(writer, commit, link, answer));
                                     RT_TRY(const auto team, store::FindTeam(writer, link.team_public_id));
                                     return TeamJson(writer, needs.privacy, team->id, ViewerOf(request));
                                 }));
    CountAnswer(service, answer);
    return response;
}

// The evidence of one answer, for an organiser who may see personal data; the look is audited.
Result<Response> Evidence(Service& service, const Request& request) {
    const auto& needs = service.needs();
    return Commit(service, request, {"guardian.evidence", 2, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_TRY(const auto team, store::FindTeam(writer, request.Param("team")));
                      RT_TRY(const auto member, store::FindMember(writer, request.Param("member")));
                      if (!team.has_value() || !member.has_value() || member->team != team->id) {
                          return Fail(Code::kNotFound);
                      }
                      RT_TRY(const auto link, store::GuardianLinkOf(writer, member->id));
                      if (!link.has_value() || !link->answer.has_value()) return Fail(Code::kNotFound);
                      RT_TRY(const std::string name,
                             needs.privacy.Open({Owner::Kind::kGuardianName, link->id.value}, *link->name));
                      json::Value picture;
                      if (link->signature.has_value()) {
                          RT_TRY(
                              const std::string png,
                              needs.privacy.Open({Owner::Kind::kGuardianSignature, link->id.value}, *link->signature));
                          picture = "data:image/png;base64," + base::Base64Encode(base::AsBytes(png));
                      }
                      RT_CHECK_OK(store::Record(
                          writer, commit, {"guardian.view", "team_member", member->id.value, team->event, {}, {}, {}}));
                      return json::Value(json::Object{{"state", Word(*link->answer)},
                                                      {"relation", Word(*link->relation)},
                                                      {"name", name},
                                                      {"signature", std::move(picture)},
                                                      {"at", TimeJson(link->answered_at)}});
                  });
}

Result<Response> Withdraw(Service& service, const Request& request) {
    const auto kind = FromWord<ConsentKind>(request.Param("kind"));
    if (!kind.has_value()) return Fail(Code::kNotFound);
    return Commit(service, request, {"consent.withdraw", kGuardianIds, 200},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      const std::string& team = request.Param("team");
                      RT_CHECK_OK(store::WithdrawConsent(writer, commit, team, request.Param("member"), *kind));
                      RT_TRY(const auto facts, store::FindTeam(writer, team));
                      return TeamJson(writer, service.needs().privacy, facts->id, ViewerOf(request));
                  });
}

}  // namespace

net::RouteTable GuardianRoutes(Service& service, const std::string& base) {
    constexpr Access kWho = Access::kUser;
    constexpr const char* kAnswer = R"({"answer":"REFUSE","name":"李大雷","relation":"FATHER"})";
    Table table(service, base);
    table.Add("guardian.ask", Method::kPost, "/teams/{team}/members/{member}/guardian-link", net::Permission::kRegEdit,
              net::Scope::kTeam, "Makes the link by which a guardian agrees; the one before it ends.", "{}",
              CreateLink);
    table.Add("guardian.answer_here", Method::kPost, "/teams/{team}/members/{member}/guardian", kWho,
              "A parent answers for the child he manages.", kAnswer, AnswerHere);
    table.Add("consent.withdraw", Method::kPost, "/teams/{team}/members/{member}/consents/{kind}/withdraw", kWho,
              "Withdraws a consent of oneself, or of a person one manages.", "{}", Withdraw);
    net::RouteTable out = AlsoConcerned(table.Take());
    Table others(service, base);
    others.Add("guardian.evidence", Method::kPost, "/organiser/teams/{team}/members/{member}/guardian-evidence",
               net::Permission::kRegViewPii, net::Scope::kTeam,
               "Who agreed for a minor, with the signature; the look is audited.", "{}", Evidence);
    net::Route& lookup = others.Add("guardian.lookup", Method::kPost, "/guardian/lookup", Access::kPublic,
                                    "What a guardian is asked; no account needed.",
                                    R"({"token":"0123456789abcdef.0123456789abcdef0123456789abcdef"})", Lookup);
    lookup.idempotency = net::Idempotency::kNone;
    net::Route& answer = others.Add("guardian.answer", Method::kPost, "/guardian/answer", Access::kPublic,
                                    "A guardian agrees, signed, or refuses; once.",
                                    R"({"token":"0123456789abcdef.0123456789abcdef0123456789abcdef",)"
                                    R"("answer":"REFUSE","name":"李大雷","relation":"FATHER"})",
                                    Answer);
    answer.idempotency = net::Idempotency::kNone;
    for (net::Route& route : others.Take()) out.push_back(std::move(route));
    return out;
}

}  // namespace rt::registration::api
