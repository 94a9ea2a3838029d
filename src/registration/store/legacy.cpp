#include "registration/store/legacy.h"

#include <array>

#include "registration/store/members_internal.h"

namespace rt::registration::store {
namespace {

constexpr Statement kPut{"legacy.put",
                         "INSERT INTO legacy_record (id, collection, legacy_id, kind, entity, owner_user, document,"
                         " imported) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
constexpr Statement kHas{"legacy.has", "SELECT id FROM legacy_record WHERE collection = $1 AND legacy_id = $2"};
constexpr Statement kFind{"legacy.find",
                          "SELECT entity, owner_user FROM legacy_record WHERE kind = $1 AND legacy_id = $2"
                          " ORDER BY entity = 0, id LIMIT 1"};
constexpr Statement kFindUser{"legacy.find_user",
                              "SELECT u.id, u.display_name, p.id FROM legacy_record AS l JOIN \"user\" AS u"
                              " ON u.id = l.entity LEFT JOIN person AS p ON p.owner_user = u.id AND p.relation = 'SELF'"
                              " WHERE l.kind = 'USER' AND l.legacy_id = $1 AND u.status <> 'DELETED'"
                              " ORDER BY l.id LIMIT 1"};
constexpr Statement kPutPayment{
    "legacy.put_payment",
    "INSERT INTO legacy_payment (id, order_no, record, registration, legacy_registration, amount, state, channel,"
    " transaction_id, paid_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
constexpr Statement kSetSubmitted{"legacy.set_submitted", "UPDATE registration SET submitted_at = $2 WHERE id = $1"};
constexpr Statement kDocuments{"legacy.documents",
                               "SELECT id, collection, document FROM legacy_record WHERE owner_user = $1"
                               " AND document IS NOT NULL ORDER BY id LIMIT $2"};
constexpr Statement kErase{"legacy.erase", "UPDATE legacy_record SET document = NULL WHERE owner_user = $1"};

std::optional<std::string> OrNull(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

// The way from where the submit led; a registration that ended gives its places back.
Status Arrive(Writer& writer, Commit& commit, const LegacyArrival& arrival, RegistrationRow row) {
    const auto run = [&](RegistrationCommand what) -> Command { return {row.public_id, what, {}, std::nullopt}; };
    if (arrival.state == LegacyState::kConfirmed) {
        while (row.state == RegistrationState::kInReview) {
            RT_TRY(row, RunAsReviewer(writer, commit, run(RegistrationCommand::kApprove)));
        }
        if (row.state == RegistrationState::kConfirmed) return Ok();
        return base::FailText(Code::kInvalidState, {"无法到达“已确认”状态", "It cannot be confirmed in this event"});
    }
    if (arrival.state == LegacyState::kSubmitted) return Ok();
    if (row.state == RegistrationState::kConfirmed) {
        RT_TRY([[maybe_unused]] const auto ended, RunAsCaptain(writer, commit, run(RegistrationCommand::kCancel)));
        return Ok();
    }
    if (arrival.state == LegacyState::kRejected) {
        RT_TRY([[maybe_unused]] const auto ended, RunAsReviewer(writer, commit, run(RegistrationCommand::kReject)));
        return Ok();
    }
    RT_TRY([[maybe_unused]] const auto ended, RunAsCaptain(writer, commit, run(RegistrationCommand::kWithdraw)));
    return Ok();
}

Status ArriveAsTeam(Writer& writer, Commit& commit, const LegacyArrival& arrival, TeamId team) {
    RT_TRY(const auto row, ActiveRegistrationOf(writer, team));
    if (!row.has_value()) return Fail(Code::kInternal, "submitted and not there");
    RT_CHECK_OK(Arrive(writer, commit, arrival, *row));
    if (!arrival.submitted.has_value()) return Ok();
    return writer.RunOne(kSetSubmitted, {row->id, *arrival.submitted}, Code::kInternal);
}

}  // namespace

std::string_view Word(LegacyKind kind) {
    constexpr std::array<std::string_view, 4> kWords{"USER", "TEAM", "REGISTRATION", "PAYMENT"};
    return kWords[static_cast<std::size_t>(kind)];
}

Status PutLegacy(Writer& writer, base::Time now, const LegacyRecord& record) {
    const auto owner = record.owner ? std::optional(record.owner.value) : std::nullopt;
    return writer.RunOne(kPut,
                         {record.id, record.collection, record.legacy_id, Word(record.kind), record.entity, owner,
                          OrNull(record.document), now},
                         Code::kInternal);
}

Result<bool> HasLegacy(Reader& reader, std::string_view collection, std::string_view legacy_id) {
    RT_TRY(const auto id, reader.FindInt(kHas, {collection, legacy_id}));
    return id.has_value();
}

Result<std::optional<LegacyRef>> FindLegacy(Reader& reader, LegacyKind kind, std::string_view legacy_id) {
    return reader.Find<LegacyRef>(kFind, {Word(kind), legacy_id}, [](const Row& row) {
        return LegacyRef{row.Int(0), UserId{row.OptionalInt(1).value_or(0)}};
    });
}

Result<std::optional<LegacyUser>> FindLegacyUser(Reader& reader, std::string_view legacy_id) {
    return reader.Find<LegacyUser>(kFindUser, {legacy_id}, [](const Row& row) {
        return LegacyUser{row.As<UserId>(0), row.Text(1), PersonId{row.OptionalInt(2).value_or(0)}};
    });
}

Status PutLegacyPayment(Writer& writer, std::int64_t record, const LegacyPayment& payment) {
    const Status put = writer.RunOne(kPutPayment,
                                     {payment.id, payment.order_no, record, payment.registration,
                                      OrNull(payment.legacy_registration), payment.amount, OrNull(payment.state),
                                      OrNull(payment.channel), OrNull(payment.transaction_id), payment.paid_at},
                                     Code::kInternal);
    if (put.ok() || put.error().code != Code::kAlreadyExists) return put;
    return base::FailText(Code::kAlreadyExists,
                          {"订单号已属于另一笔支付", "The order number is that of another payment"});
}

Status EnterLegacy(Writer& writer, Commit& commit, const LegacyTeam& command) {
    ImportTeam team = command.team;
    for (const std::size_t index : command.own) {
        Participant& who = index == 0 ? team.team.captain : team.others[index - 1].who;
        RT_TRY(who.person, PutPerson(writer, commit.now, who));
    }
    RT_CHECK_OK(Import(writer, commit, team));
    if (!command.arrival.has_value()) return Ok();
    return ArriveAsTeam(writer, commit, *command.arrival, team.team.id);
}

Status SubmitLegacy(Writer& writer, Commit& commit, const SubmitTeam& submit, const LegacyArrival& arrival) {
    RT_TRY(const auto team, FindTeam(writer, submit.team_public_id));
    if (!team.has_value()) return Fail(Code::kNotFound);
    RT_TRY([[maybe_unused]] const auto submitted, Submit(writer, commit, submit));
    return ArriveAsTeam(writer, commit, arrival, team->id);
}

Result<std::vector<LegacyDocument>> LegacyDocumentsOf(Reader& reader, UserId owner, std::int64_t rows) {
    return reader.All<LegacyDocument>(kDocuments, {owner, rows}, [](const Row& row) {
        return LegacyDocument{row.Int(0), row.Text(1), row.Text(2)};
    });
}

Status EraseLegacyDocuments(Writer& writer, UserId owner) {
    RT_TRY([[maybe_unused]] const auto erased, writer.Run(kErase, {owner}));
    return Ok();
}

}  // namespace rt::registration::store
