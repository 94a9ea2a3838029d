// The persons a user manages: himself, children, team mates.
#include <utility>

#include "base/encoding.h"
#include "net/editing.h"
#include "registration/api/api_internal.h"
#include "registration/domain/field_checks.h"
#include "registration/store/persons.h"
#include "text/normalise.h"

namespace rt::registration::api {
namespace {

constexpr std::size_t kPersonIds = 400;  // a change may make every team of the person deficient
constexpr std::size_t kNumberSizeMax = 40;

Result<json::Value> PersonJson(const Privacy& privacy, const store::Person& person) {
    RT_TRY(const std::string name, OpenName(privacy, person.owner, person.name));
    json::Value number;
    json::Value birth;
    if (person.id_no.has_value()) {
        RT_TRY(const std::string opened, privacy.Open({Owner::Kind::kPersonNumber, person.owner.value}, *person.id_no));
        number = MaskMiddle(opened);
    }
    if (person.birth_date.has_value()) {
        RT_TRY(birth, privacy.Open({Owner::Kind::kPersonBirth, person.owner.value}, *person.birth_date));
    }
    return json::Value(
        json::Object{{"id", person.public_id},
                     {"relation", Word(person.relation)},
                     {"name", name},
                     {"id_type", person.id_type.has_value() ? json::Value(Word(*person.id_type)) : json::Value()},
                     {"id_no", std::move(number)},
                     {"birth_date", std::move(birth)},
                     {"gender", person.gender.has_value() ? json::Value(Word(*person.gender)) : json::Value()},
                     {"rev", person.rev}});
}

// The fields of a request over a person, new or as it was. A null takes a value away; what an identity card says of
// birth and sex goes before what is typed.
class PersonReader {
  public:
    PersonReader(const Service& service, json::Reader& in, store::Person& person, base::Time now)
        : privacy_(service.needs().privacy), in_(in), person_(person), today_(DateInShanghai(now)) {}

    void Read() {
        ReadBirth();
        ReadGender();
        ReadNumber();
    }

  private:
    void SetBirth(const Date& birth) {
        person_.birth_date = privacy_.Seal({Owner::Kind::kPersonBirth, person_.owner.value}, FormatDate(birth));
        person_.birth_year = birth.year;
    }
    void ReadBirth() {
        if (!in_.Has("birth_date")) return;
        const auto text = in_.OptionalText("birth_date", {.size_max = 10});
        person_.birth_date.reset();
        person_.birth_year.reset();
        if (!text.has_value()) return;
        const auto birth = ParseDate(*text);
        if (!birth.has_value() || *birth > today_) {
            in_.Note("birth_date", {"日期不正确，格式为 2010-01-31", "Not a date of birth such as 2010-01-31"});
            return;
        }
        typed_birth_ = birth;
        SetBirth(*birth);
    }
    void ReadGender() {
        if (!in_.Has("gender")) return;
        const auto word = in_.OptionalWord("gender", WordsOf<Gender>());
        person_.gender = word.has_value() ? std::optional(static_cast<Gender>(*word)) : std::nullopt;
        typed_gender_ = person_.gender;
    }
    void ReadNumber() {
        const auto type = in_.OptionalWord("id_type", WordsOf<IdType>());
        if (!in_.Has("id_no")) {
            if (type.has_value()) in_.Note("id_no", {"请填写证件号码", "The number is missing"});
            return;
        }
        const auto typed = in_.OptionalText("id_no", {.size_max = kNumberSizeMax});
        person_.id_type.reset();
        person_.id_no.reset();
        person_.id_bi.reset();
        if (!typed.has_value()) return;
        if (!type.has_value()) return in_.Note("id_type", {"请选择证件类型", "Say what kind of document it is"});
        const auto kind = static_cast<IdType>(*type);
        const auto number = kind == IdType::kIdCardCn ? CardNumber(*typed) : OtherNumber(*typed);
        if (!number.has_value()) return in_.Note("id_no", {"证件号码不正确", "Not a valid number"});
        person_.id_type = kind;
        person_.id_no = privacy_.Seal({Owner::Kind::kPersonNumber, person_.owner.value}, *number);
        person_.id_bi = privacy_.BlindIndex("id", std::string(Word(kind)) + "|" + *number);
    }
    std::optional<std::string> CardNumber(const std::string& typed) {
        const auto card = ParseIdCardCn(typed, today_);
        if (!card.has_value()) return std::nullopt;
        if (typed_birth_.has_value() && *typed_birth_ != card->birth) {
            in_.Note("birth_date", {"与身份证号不一致", "Not the date that the identity card says"});
        }
        if (typed_gender_.has_value() && *typed_gender_ != card->sex) {
            in_.Note("gender", {"与身份证号不一致", "Not what the identity card says"});
        }
        SetBirth(card->birth);
        person_.gender = card->sex;
        return card->number;
    }
    // Letters and digits, in capitals (NFKC): what passports have.
    static std::optional<std::string> OtherNumber(const std::string& typed) {
        std::string out;
        for (const char c : text::NameKey(typed).value_or("")) {
            if (c == ' ' || c == '-') continue;
            if (c >= 'a' && c <= 'z') {
                out += static_cast<char>(c - 'a' + 'A');
            } else if (c >= '0' && c <= '9') {
                out += c;
            } else {
                return std::nullopt;
            }
        }
        return out.size() >= 5 ? std::optional(out) : std::nullopt;
    }

    const Privacy& privacy_;
    json::Reader& in_;
    store::Person& person_;
    const Date today_;
    std::optional<Date> typed_birth_;
    std::optional<Gender> typed_gender_;
};

Result<Response> List(Service& service, const Request& request) {
    RT_TRY(const auto persons, service.needs().db.Read([&](Reader& reader) {
        return store::PersonsOf(reader, UserId{request.principal.user_id});
    }));
    json::Array data;
    for (const store::Person& person : persons) {
        RT_TRY(auto one, PersonJson(service.needs().privacy, person));
        data.push_back(std::move(one));
    }
    return net::Page(std::move(data), {});
}

Result<Response> Create(Service& service, const Request& request) {
    RT_TRY(const json::Value body, request.Json());
    const auto& needs = service.needs();
    json::Reader in(body);
    store::Person person;
    person.id = needs.ids.Next<PersonId>();
    person.public_id = base::NewPublicId(needs.random);
    person.owner = UserId{request.principal.user_id};
    person.relation = static_cast<PersonRelation>(in.Word("relation", WordsOf<PersonRelation>()));
    person.name = SealName(service, person.owner, NameField(in, "name"));
    person.created = request.now;
    PersonReader(service, in, person, request.now).Read();
    RT_CHECK_OK(in.Finish());
    RT_TRY(auto response, Commit(service, request, {"person.create", kPersonIds, 201},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_CHECK_OK(store::InsertPerson(writer, commit, person));
                                     return PersonJson(needs.privacy, person);
                                 }));
    return net::WithRev(std::move(response), person.rev);
}

Result<Response> Patch(Service& service, const Request& request) {
    RT_TRY(const std::int64_t rev, net::RequireIfMatch(request));
    RT_TRY(const json::Value body, request.Json());
    const auto& needs = service.needs();
    RT_TRY(auto person, needs.db.Read([&](Reader& reader) {
        return store::FindPerson(reader, request.Param("person"), UserId{request.principal.user_id});
    }));
    if (person.rev != rev) return Fail(Code::kPreconditionFailed);
    json::Reader in(body);
    if (const auto relation = in.OptionalWord("relation", WordsOf<PersonRelation>())) {
        const auto to = static_cast<PersonRelation>(*relation);
        const bool self = person.relation == PersonRelation::kSelf || to == PersonRelation::kSelf;
        if (self && to != person.relation) in.Note("relation", {"本人不可更改", "Oneself stays oneself"});
        person.relation = to;
    }
    if (in.Has("name")) person.name = SealName(service, person.owner, NameField(in, "name"));
    PersonReader(service, in, person, request.now).Read();
    RT_CHECK_OK(in.Finish());
    RT_TRY(auto response, Commit(service, request, {"person.update", kPersonIds, 200},
                                 [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                                     RT_CHECK_OK(store::UpdatePerson(writer, commit, person));
                                     store::Person after = person;
                                     ++after.rev;
                                     return PersonJson(needs.privacy, after);
                                 }));
    return net::WithRev(std::move(response), rev + 1);
}

Result<Response> Erase(Service& service, const Request& request) {
    const std::string nobody = SealName(service, UserId{request.principal.user_id}, "-");
    return Commit(service, request, {"person.erase", 2, 204},
                  [&](Writer& writer, store::Commit& commit) -> Result<json::Value> {
                      RT_CHECK_OK(store::ErasePerson(writer, commit, request.Param("person"), nobody));
                      return json::Value();
                  });
}

}  // namespace

net::RouteTable PersonRoutes(Service& service, const std::string& base) {
    constexpr Access kWho = Access::kUser;
    constexpr const char* kExample =
        R"({"relation":"CHILD","name":"李小雷","id_type":"ID_CARD_CN","id_no":"11010520150101001X"})";
    Table table(service, base);
    table.Add("person.list", Method::kGet, "/me/persons", kWho, "The persons the caller manages, himself first.", {},
              List);
    table.Add("person.create", Method::kPost, "/me/persons", kWho, "Keeps a person the caller manages.", kExample,
              Create);
    table.Add("person.update", Method::kPatch, "/me/persons/{person}", kWho, "Changes a person; needs If-Match.",
              R"({"name":"李小雷","birth_date":"2015-01-01","gender":"M"})", Patch);
    table.Add("person.erase", Method::kDelete, "/me/persons/{person}", kWho, "Erases a person who is on no team.", {},
              Erase);
    return table.Take();
}

}  // namespace rt::registration::api
