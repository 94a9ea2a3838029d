#include "registration/export_sink.h"

#include <utility>

#include "registration/domain/csv.h"
#include "sheet/new_file.h"
#include "sheet/xlsx_writer.h"

namespace rt::registration {
namespace {

class CsvSink final : public RowSink {
  public:
    explicit CsvSink(std::unique_ptr<sheet::NewFile> file) : file_(std::move(file)) {}

    Status Begin() { return file_->Append(CsvWriter::kByteOrderMark); }
    void Heading(std::string_view text) override { csv_.Text(text); }
    void Text(std::string_view text) override { csv_.Text(text); }
    void Digits(std::string_view digits) override { csv_.Digits(digits); }
    void Int(std::int64_t number) override { csv_.Int(number); }
    void Empty() override { csv_.Empty(); }
    void EndRow() override { csv_.EndRow(); }
    Status Flush() override { return file_->Append(csv_.Take()); }
    Status Finish() override {
        RT_CHECK_OK(Flush());
        return file_->Finish();
    }

  private:
    const std::unique_ptr<sheet::NewFile> file_;
    CsvWriter csv_;
};

class XlsxSink final : public RowSink {
  public:
    explicit XlsxSink(std::unique_ptr<sheet::XlsxWriter> writer) : writer_(std::move(writer)) {}

    void Heading(std::string_view text) override { writer_->Heading(text); }
    void Text(std::string_view text) override { writer_->Text(text); }
    void Digits(std::string_view digits) override { writer_->Text(digits); }
    void Int(std::int64_t number) override { writer_->Int(number); }
    void Empty() override { writer_->Empty(); }
    void EndRow() override { writer_->EndRow(); }
    Status Flush() override { return Ok(); }
    Status Finish() override { return writer_->Finish(); }

  private:
    const std::unique_ptr<sheet::XlsxWriter> writer_;
};

}  // namespace

std::string_view Word(ExportFormat format) {
    return format == ExportFormat::kCsv ? "CSV" : "XLSX";
}

std::optional<ExportFormat> ExportFormatFrom(std::string_view word) {
    if (word == "CSV") return ExportFormat::kCsv;
    if (word == "XLSX") return ExportFormat::kXlsx;
    return std::nullopt;
}

std::string_view ExtensionOf(ExportFormat format) {
    return format == ExportFormat::kCsv ? "csv" : "xlsx";
}

std::string_view ContentTypeOf(ExportFormat format) {
    return format == ExportFormat::kCsv ? "text/csv; charset=utf-8"
                                        : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}

Result<std::unique_ptr<RowSink>> MakeRowSink(ExportFormat format, const std::string& path, const std::string& folder,
                                             const std::string& name) {
    if (format == ExportFormat::kCsv) {
        RT_TRY(auto file, sheet::NewFile::Make(path));
        auto sink = std::make_unique<CsvSink>(std::move(file));
        RT_CHECK_OK(sink->Begin());
        return std::unique_ptr<RowSink>(std::move(sink));
    }
    RT_TRY(auto writer, sheet::XlsxWriter::Open(path, folder));
    RT_CHECK_OK(writer->AddSheet(name));
    return std::unique_ptr<RowSink>(std::make_unique<XlsxSink>(std::move(writer)));
}

}  // namespace rt::registration
