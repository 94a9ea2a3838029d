#include "registration/export.h"

#include <algorithm>
#include <utility>

#include "registration/domain/export_words.h"
#include "registration/domain/field_checks.h"
#include "registration/domain/form_types.h"
#include "registration/domain/reason_codes.h"
#include "registration/import_columns.h"
#include "registration/store/export_rows.h"
#include "registration/store/queries.h"
#include "registration/views.h"

namespace rt::registration {
namespace {

using storage::sql::Reader;

constexpr std::int64_t kFoundAtOnce = 1'000;
constexpr std::size_t kWrittenAtOnce = 25;  // registrations in one read: few, as this thread may be let run seldom
constexpr std::int64_t kShanghaiOffset = 8 * base::kMicrosPerHour;

// "2026-11-23 09:30:00" in Asia/Shanghai, as a spreadsheet understands it.
std::string LocalTime(base::Time time) {
    const std::string text = base::FormatRfc3339(time.Plus(kShanghaiOffset));
    return text.substr(0, 10) + " " + text.substr(11, 8);
}

bool IsNumberOfDocument(FieldType type) {
    return type == FieldType::kIdCardCn || type == FieldType::kMobileCn || type == FieldType::kPhone ||
           type == FieldType::kPassport;
}

const TreeNode* FindNode(const std::vector<TreeNode>& nodes, const std::string& id) {
    const auto found = std::find_if(nodes.begin(), nodes.end(), [&](const TreeNode& one) { return one.id == id; });
    return found == nodes.end() ? nullptr : &*found;
}

// "浙江 / 杭州" of the ids of a path down the tree.
std::string PathText(const Field& field, const std::vector<std::string>& path, base::Locale locale) {
    std::string out;
    const std::vector<TreeNode>* level = &field.tree;
    for (const std::string& id : path) {
        const TreeNode* node = level == nullptr ? nullptr : FindNode(*level, id);
        out += (out.empty() ? "" : " / ") + (node == nullptr ? id : node->label.In(locale));
        level = node == nullptr ? nullptr : &node->children;
    }
    return out;
}

// "浙江 / 杭州 | 西湖路 1 号 | 310000", as an import takes it.
std::string AddressText(const Field& field, const std::vector<std::string>& parts, base::Locale locale) {
    std::string out;
    if (!parts.empty() && !parts[0].empty()) {
        std::vector<std::string> path;
        for (std::size_t from = 0; from <= parts[0].size();) {
            const std::size_t to = std::min(parts[0].find('/', from), parts[0].size());
            path.push_back(parts[0].substr(from, to - from));
            from = to + 1;
        }
        out = PathText(field, path, locale);
    }
    for (std::size_t i = 1; i < parts.size(); ++i) out += (out.empty() ? "" : " | ") + parts[i];
    return out;
}

}  // namespace

class Exporter::Work {
  public:
    Work(const Needs& needs, ExportPlan plan, std::string path)
        : needs_(needs), plan_(std::move(plan)), path_(std::move(path)) {}

    Result<bool> Step() {
        if (!collected_) return Collect();
        if (sink_ == nullptr) return Begin();
        if (static_cast<std::size_t>(progress_.done) == found_.size()) {
            RT_CHECK_OK(sink_->Finish());
            return false;
        }
        RT_CHECK_OK(needs_.db.Read([&](Reader& reader) { return Some(reader); }));
        RT_CHECK_OK(sink_->Flush());
        return true;
    }
    const ExportProgress& progress() const { return progress_; }

  private:
    // Which ones there are: ids only, so that a file can begin with the oldest.
    Result<bool> Collect() {
        RT_TRY(const auto walk, needs_.db.Read([&](Reader& reader) {
            return store::WalkRegistrations(reader, plan_.filter, before_, kFoundAtOnce);
        }));
        for (const auto& one : walk.found) found_.push_back(one.id);
        before_ = walk.next;
        progress_.total = static_cast<std::int64_t>(found_.size());
        if (before_ != 0) return true;
        std::reverse(found_.begin(), found_.end());
        collected_ = true;
        return true;
    }

    Result<bool> Begin() {
        RT_TRY(forms_, needs_.db.Read([&](Reader& reader) { return ExportForms(reader, plan_.filter.event); }));
        RT_TRY(columns_, ChooseColumns(plan_.rows, forms_, plan_.columns));
        RT_TRY(sink_, MakeRowSink(plan_.format, path_, needs_.export_folder, "registrations"));
        for (const ExportColumn& column : columns_) sink_->Heading(column.label.In(plan_.locale));
        sink_->EndRow();
        return true;
    }

    Status Some(Reader& reader) {
        const auto from = static_cast<std::size_t>(progress_.done);
        const std::size_t to = std::min(found_.size(), from + kWrittenAtOnce);
        for (std::size_t i = from; i < to; ++i) RT_CHECK_OK(One(reader, found_[i]));
        progress_.done = static_cast<std::int64_t>(to);
        return Ok();
    }

    bool Has(FormScope scope, FormStage stage) const {
        return std::any_of(columns_.begin(), columns_.end(), [&](const ExportColumn& one) {
            return one.field != nullptr && one.scope == scope && one.stage == stage;
        });
    }
    bool Has(Fact fact) const {
        return std::any_of(columns_.begin(), columns_.end(), [&](const auto& one) { return one.fact == fact; });
    }

    // What was answered at both stages; nothing is opened that no column shows.
    struct Given {
        Answers submit;
        Answers after_approval;
    };
    Result<Given> GivenBy(Reader& reader, FormScope scope, std::int64_t owner) const {
        const auto kind = scope == FormScope::kTeam ? store::AnswerOwner::kTeam : store::AnswerOwner::kMember;
        const auto open = [&](FormStage stage) -> Result<Answers> {
            if (!Has(scope, stage)) return Answers{};
            RT_TRY(const auto stored, store::FindAnswersOf(reader, kind, owner, stage));
            return stored.has_value() ? OpenAnswers(needs_.privacy, *stored) : Answers{};
        };
        Given out;
        RT_TRY(out.submit, open(FormStage::kSubmit));
        RT_TRY(out.after_approval, open(FormStage::kAfterApproval));
        return out;
    }

    struct Line {
        store::ExportedRegistration registration;
        Given team;
        std::string captain;
        std::string roster;
        const store::Member* member = nullptr;
        std::string name;
        Given answers;
    };

    Status One(Reader& reader, RegistrationId id) {
        RT_TRY(auto registration, store::FindExported(reader, id));
        if (!registration.has_value()) return Ok();  // erased meanwhile
        Line line;
        line.registration = *std::move(registration);
        RT_TRY(line.team, GivenBy(reader, FormScope::kTeam, line.registration.team.value));
        if (Has(Fact::kTags)) {
            RT_TRY(line.registration.tags, store::TagNamesOf(reader, id));
        }
        RT_TRY(const auto members, store::MembersOf(reader, line.registration.team));
        std::vector<std::string> names;
        for (const store::Member& member : members) {
            RT_TRY(std::string name, OpenName(needs_.privacy, member.user, member.person_name));
            line.roster += (line.roster.empty() ? "" : "; ") + name;
            names.push_back(std::move(name));
        }
        if (!names.empty()) line.captain = names.front();
        if (plan_.rows == ExportRows::kTeams) return Write(line);
        for (std::size_t i = 0; i < members.size(); ++i) {
            line.member = &members[i];
            line.name = names[i];
            RT_TRY(line.answers, GivenBy(reader, FormScope::kMember, members[i].id.value));
            RT_CHECK_OK(Write(line));
        }
        return Ok();
    }

    Status Write(const Line& line) {
        for (const ExportColumn& column : columns_) {
            if (column.field != nullptr) {
                AnswerCell(column, line);
            } else if (*column.fact < Fact::kName) {
                RegistrationCell(*column.fact, line);
            } else {
                MemberCell(*column.fact, line);
            }
        }
        sink_->EndRow();
        ++progress_.rows;
        return Ok();
    }

    void Label(const base::Text& label) { sink_->Text(label.In(plan_.locale)); }

    void TimeCell(const std::optional<base::Time>& time) {
        return time.has_value() ? sink_->Text(LocalTime(*time)) : sink_->Empty();
    }

    void RegistrationCell(Fact fact, const Line& line) {
        const store::ExportedRegistration& of = line.registration;
        switch (fact) {
            case Fact::kNumber:
                return sink_->Int(of.friendly_no);
            case Fact::kState:
                return Label(StateLabel(of.state));
            case Fact::kStage:
                return of.review_stage > 0 ? sink_->Int(of.review_stage) : sink_->Empty();
            case Fact::kSource:
                return Label(SourceLabel(of.source));
            case Fact::kDivision:
                return sink_->Text(of.division_name.In(plan_.locale));
            case Fact::kTeam:
                return sink_->Text(of.team_name);
            case Fact::kClub:
                return sink_->Text(of.club_name);
            case Fact::kMembers:
                return sink_->Int(of.members);
            case Fact::kCaptain:
                return sink_->Text(line.captain);
            case Fact::kSubmitted:
                return TimeCell(of.submitted_at);
            case Fact::kApproved:
                return TimeCell(of.approved_at);
            case Fact::kReason:
                return sink_->Text(ReasonText(of.reason).In(plan_.locale));
            case Fact::kTags:
                return sink_->Text(of.tags);
            case Fact::kId:
                return sink_->Text(of.public_id);
            default:
                return sink_->Text(line.roster);
        }
    }

    void MemberCell(Fact fact, const Line& line) {
        switch (fact) {
            case Fact::kName:
                return sink_->Text(line.name);
            case Fact::kRole:
                return sink_->Text(LabelOf(line.member->role).In(plan_.locale));
            case Fact::kMemberState:
                return Label(LabelOf(line.member->state));
            case Fact::kRelation:
                return Label(LabelOf(line.member->relation));
            case Fact::kConsent:
                return TimeCell(line.member->consent_at);
            default:
                return Label(LabelOf(line.member->guardian));
        }
    }

    void AnswerCell(const ExportColumn& column, const Line& line) {
        const Given& given = column.scope == FormScope::kTeam ? line.team : line.answers;
        const Answers& answers = column.stage == FormStage::kSubmit ? given.submit : given.after_approval;
        const auto at = answers.find(column.field->key);
        if (at == answers.end()) return sink_->Empty();
        Cell(*column.field, at->second);
    }

    std::string OptionText(const Field& field, const std::string& option_id) const {
        for (const FieldOption& option : field.options) {
            if (option.id == option_id) return option.label.In(plan_.locale);
        }
        return option_id;
    }

    std::string ListText(const Field& field, const std::vector<std::string>& list) const {
        if (field.type == FieldType::kCascade) return PathText(field, list, plan_.locale);
        if (field.type == FieldType::kAddress) return AddressText(field, list, plan_.locale);
        std::string out;
        for (const std::string& one : list) out += (out.empty() ? "" : "; ") + OptionText(field, one);
        return out;
    }

    void Cell(const Field& field, const AnswerValue& value) {
        const bool masked = field.IsSensitive() && plan_.show == Show::kMasked;
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            return masked ? sink_->Text("***") : sink_->Int(*number);
        }
        if (const auto* flag = std::get_if<bool>(&value)) {
            const I18n word = *flag ? I18n{"是", "yes"} : I18n{"否", "no"};
            return sink_->Text(masked ? "***" : word.In(plan_.locale));
        }
        const auto* list = std::get_if<std::vector<std::string>>(&value);
        const std::string text =
            list != nullptr ? ListText(field, *list) : OptionText(field, std::get<std::string>(value));
        if (masked) return sink_->Text(MaskMiddle(text));
        return IsNumberOfDocument(field.type) ? sink_->Digits(text) : sink_->Text(text);
    }

    const Needs& needs_;
    const ExportPlan plan_;
    const std::string path_;
    std::int64_t before_ = 0;
    bool collected_ = false;
    std::vector<ExportForm> forms_;
    std::vector<ExportColumn> columns_;
    std::vector<RegistrationId> found_;
    std::unique_ptr<RowSink> sink_;
    ExportProgress progress_;
};

Exporter::Exporter(const Needs& needs, ExportPlan plan, std::string path)
    : work_(std::make_unique<Work>(needs, std::move(plan), std::move(path))) {}

Exporter::~Exporter() = default;

Result<bool> Exporter::Step() {
    return work_->Step();
}

const ExportProgress& Exporter::progress() const {
    return work_->progress();
}

}  // namespace rt::registration
