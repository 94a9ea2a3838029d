#include "registration/import_template.h"

#include <algorithm>

#include "sheet/xlsx_writer.h"

namespace rt::registration {
namespace {

constexpr double kWidth = 18;
constexpr double kWideWidth = 40;
constexpr std::int64_t kFirstChoiceRow = 2;  // of the third sheet

const I18n kFill{"导入", "Import"};
const I18n kHelp{"填写说明", "How to fill in"};
const I18n kLists{"可选值", "Choices"};

std::string JoinedChoices(const ImportColumn& column, base::Locale locale) {
    std::string out;
    for (const I18n& one : column.choices) out += (out.empty() ? "" : "; ") + one.In(locale);
    if (!column.choices.empty() || column.field == nullptr) return out;
    for (const FieldOption& one : column.field->options) out += (out.empty() ? "" : "; ") + one.label.In(locale);
    return out;
}

class Template {
  public:
    Template(const ImportScheme& scheme, base::Locale locale) : columns_(ColumnsOf(scheme)), locale_(locale) {}

    Status Xlsx(sheet::XlsxWriter& writer) const {
        RT_CHECK_OK(writer.AddSheet(kFill.In(locale_)));
        const auto count = static_cast<std::int32_t>(columns_.size());
        writer.TextColumns(0, count - 1, kWidth);
        for (std::size_t i = 0; i < columns_.size(); ++i) writer.Heading(HeadingOf(columns_, i, locale_));
        writer.EndRow();
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const auto choices = static_cast<std::int64_t>(columns_[i].choices.size());
            const auto at = static_cast<std::int32_t>(i);
            if (choices > 0) {
                writer.Choices(at, kLists.In(locale_), at, kFirstChoiceRow, kFirstChoiceRow + choices - 1);
            }
        }
        RT_CHECK_OK(Help(writer));
        return Lists(writer);
    }

    void Csv(RowSink& sink) const {
        for (std::size_t i = 0; i < columns_.size(); ++i) sink.Heading(HeadingOf(columns_, i, locale_));
        sink.EndRow();
    }

  private:
    Status Help(sheet::XlsxWriter& writer) const {
        RT_CHECK_OK(writer.AddSheet(kHelp.In(locale_)));
        writer.TextColumns(0, 3, kWideWidth);
        const std::vector<I18n> headings{
            {"列", "Column"}, {"必填", "Required"}, {"说明", "What to type"}, {"可选值", "Choices"}};
        for (const I18n& one : headings) writer.Heading(one.In(locale_));
        writer.EndRow();
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const I18n required = columns_[i].required ? I18n{"是", "Yes"} : I18n{"否", "No"};
            writer.Text(HeadingOf(columns_, i, locale_));
            writer.Text(required.In(locale_));
            writer.Text(columns_[i].hint.In(locale_));
            writer.Text(JoinedChoices(columns_[i], locale_));
            writer.EndRow();
        }
        return Ok();
    }

    // One column for each column of the first sheet.
    Status Lists(sheet::XlsxWriter& writer) const {
        RT_CHECK_OK(writer.AddSheet(kLists.In(locale_)));
        std::size_t rows = 0;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            writer.Heading(HeadingOf(columns_, i, locale_));
            rows = std::max(rows, columns_[i].choices.size());
        }
        writer.EndRow();
        for (std::size_t row = 0; row < rows; ++row) {
            for (const ImportColumn& column : columns_) {
                row < column.choices.size() ? writer.Text(column.choices[row].In(locale_)) : writer.Empty();
            }
            writer.EndRow();
        }
        return Ok();
    }

    const std::vector<ImportColumn> columns_;
    const base::Locale locale_;
};

}  // namespace

Status WriteImportTemplate(const Needs& needs, const ImportScheme& scheme, ExportFormat format, base::Locale locale,
                           const std::string& path) {
    const Template content(scheme, locale);
    if (format == ExportFormat::kCsv) {
        RT_TRY(const auto sink, MakeRowSink(format, path, needs.export_folder, "import"));
        content.Csv(*sink);
        return sink->Finish();
    }
    RT_TRY(const auto writer, sheet::XlsxWriter::Open(path, needs.export_folder));
    RT_CHECK_OK(content.Xlsx(*writer));
    return writer->Finish();
}

}  // namespace rt::registration
