// The file that an organiser fills in: headings, and on a second sheet what each column takes.
#pragma once

#include <string>

#include "base/result.h"
#include "registration/export_sink.h"
#include "registration/import_columns.h"
#include "registration/service.h"

namespace rt::registration {

// Writes it at `path`, which must not be there. CSV has the headings alone.
Status WriteImportTemplate(const Needs& needs, const ImportScheme& scheme, ExportFormat format, base::Locale locale,
                           const std::string& path);

}  // namespace rt::registration
