#include "registration/export.h"

#include <utility>
#include <vector>

#include "net/upload.h"
#include "registration/domain/csv.h"
#include "registration/domain/field_checks.h"
#include "registration/form_json.h"
#include "registration/store/queries.h"
#include "registration/views.h"

namespace rt::registration {
namespace {

using storage::sql::Reader;

constexpr std::int64_t kRegistrationsAtOnce = 100;

class FileBody final : public net::Body {
  public:
    explicit FileBody(std::shared_ptr<net::UploadedFile> file) : file_(std::move(file)) {}
    std::optional<std::uint64_t> Size() const override { return file_->size(); }
    Result<bool> Read(std::string& out, std::size_t bytes_max) override {
        RT_CHECK_OK(file_->ReadAt(offset_, bytes_max, out));
        offset_ += std::min<std::uint64_t>(bytes_max, file_->size() - offset_);
        return offset_ < file_->size();
    }

  private:
    const std::shared_ptr<net::UploadedFile> file_;
    std::uint64_t offset_ = 0;
};

class Export {
  public:
    Export(const Needs& needs, const ExportPlan& plan) : needs_(needs), plan_(plan) {}

    Result<std::shared_ptr<net::Body>> Run() {
        RT_TRY(file_, net::UploadedFile::Make(needs_.export_folder, [](std::uint64_t) {}));
        RT_TRY(team_form_, CurrentForm(FormScope::kTeam));
        RT_TRY(member_form_, CurrentForm(FormScope::kMember));
        RT_CHECK_OK(file_->Append(CsvWriter::kByteOrderMark));
        Header();
        std::int64_t last = 0;
        do {
            RT_CHECK_OK(file_->Append(csv_.Take()));
            RT_TRY(last, needs_.db.Read([&](Reader& reader) { return Page(reader, last); }));
        } while (last != 0);
        RT_CHECK_OK(file_->Append(csv_.Take()));
        return std::shared_ptr<net::Body>(std::make_shared<FileBody>(std::move(file_)));
    }

  private:
    Result<FormSchema> CurrentForm(FormScope scope) {
        RT_TRY(auto form,
               needs_.db.Read([&](Reader& reader) { return store::CurrentForm(reader, plan_.event.id, scope); }));
        return form.has_value() ? std::move(form->schema) : FormSchema{};
    }

    void Header() {
        const std::vector<I18n> columns{{"编号", "No."},  {"状态", "State"},           {"组别", "Division"},
                                        {"队伍", "Team"}, {"提交时间", "Submitted"},   {"姓名", "Name"},
                                        {"角色", "Role"}, {"队员状态", "Member state"}};
        for (const I18n& column : columns) csv_.Text(column.In(plan_.locale));
        for (const Field& field : member_form_.fields) csv_.Text(field.label.In(plan_.locale));
        for (const Field& field : team_form_.fields) csv_.Text(field.label.In(plan_.locale));
        csv_.EndRow();
    }

    // The next registrations after this number; returns the last, or 0 at the end.
    Result<std::int64_t> Page(Reader& reader, std::int64_t after) {
        RT_TRY(const auto items, store::ExportPage(reader, plan_.event.id, after, kRegistrationsAtOnce));
        for (const store::RegistrationItem& item : items) RT_CHECK_OK(One(reader, item));
        return static_cast<std::int64_t>(items.size()) < kRegistrationsAtOnce ? 0 : items.back().friendly_no;
    }

    Status One(Reader& reader, const store::RegistrationItem& item) {
        RT_TRY(const auto team, store::FindTeam(reader, item.team_public_id));
        RT_CHECK(team.has_value());
        RT_TRY(const Answers of_team, AnswersOf(reader, team->answer_set));
        RT_TRY(const auto members, store::MembersOf(reader, team->id));
        for (const store::Member& member : members) {
            RT_TRY(const std::string name, OpenName(needs_.privacy, member.user, member.person_name));
            RT_TRY(const Answers answers, AnswersOf(reader, member.answer_set));
            csv_.Int(item.friendly_no);
            csv_.Text(Word(item.state));
            csv_.Text(item.division_name.In(plan_.locale));
            csv_.Text(item.team_name);
            csv_.Text(base::FormatRfc3339(item.submitted_at));
            csv_.Text(name);
            csv_.Text(Word(member.role));
            csv_.Text(Word(member.state));
            Cells(member_form_, answers);
            Cells(team_form_, of_team);
            csv_.EndRow();
        }
        return Ok();
    }

    Result<Answers> AnswersOf(Reader& reader, const std::optional<AnswerSetId>& id) {
        if (!id.has_value()) return Answers{};
        RT_TRY(const auto stored, store::FindAnswers(reader, *id));
        if (!stored.has_value()) return Answers{};
        return OpenAnswers(needs_.privacy, *stored);
    }

    void Cells(const FormSchema& form, const Answers& answers) {
        for (const Field& field : form.fields) {
            const auto at = answers.find(field.key);
            if (at == answers.end()) {
                csv_.Empty();
            } else {
                Cell(field, at->second);
            }
        }
    }

    std::string LabelOf(const Field& field, const std::string& option_id) const {
        for (const FieldOption& option : field.options) {
            if (option.id == option_id) return option.label.In(plan_.locale);
        }
        return option_id;
    }

    void Cell(const Field& field, const AnswerValue& value) {
        const bool masked = field.IsSensitive() && plan_.show == Show::kMasked;
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            return masked ? csv_.Text("***") : csv_.Int(*number);
        }
        if (const auto* flag = std::get_if<bool>(&value)) {
            const I18n word = *flag ? I18n{"是", "yes"} : I18n{"否", "no"};
            return csv_.Text(masked ? "***" : word.In(plan_.locale));
        }
        std::string text;
        if (const auto* list = std::get_if<std::vector<std::string>>(&value)) {
            for (const std::string& one : *list) text += (text.empty() ? "" : "; ") + LabelOf(field, one);
        } else {
            const auto& given = std::get<std::string>(value);
            text = LabelOf(field, given);
        }
        if (masked) return csv_.Text(MaskMiddle(text));
        const bool digits = field.type == FieldType::kIdCardCn || field.type == FieldType::kMobileCn ||
                            field.type == FieldType::kPhone || field.type == FieldType::kPassport;
        return digits ? csv_.Digits(text) : csv_.Text(text);
    }

    const Needs& needs_;
    const ExportPlan& plan_;
    std::shared_ptr<net::UploadedFile> file_;
    FormSchema team_form_;
    FormSchema member_form_;
    CsvWriter csv_;
};

}  // namespace

Result<std::shared_ptr<net::Body>> ExportCsv(const Needs& needs, const ExportPlan& plan) {
    return Export(needs, plan).Run();
}

}  // namespace rt::registration
