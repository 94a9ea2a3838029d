// One import under way: the file is read, every team is tried, and then each is entered in a commit of its own.
//   CHECK  tries all of them and enters none;
//   EACH   enters those without mistakes;
//   ALL    enters none if one has a mistake, and takes back what it made if one fails after all.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "registration/import_plan.h"
#include "registration/service.h"
#include "registration/store/import_team.h"
#include "registration/store/transfers.h"

namespace rt::registration {

// What a request asks of an import, as its spec keeps it.
struct ImportWish {
    std::string division;  // public id; empty: a column says it
    bool submit = false;   // hand the teams in, too
    base::Locale locale = base::Locale::kZhCn;
};
json::Object ImportSpec(const ImportWish& wish);
ImportWish ImportWishOf(const store::Transfer& transfer);

inline constexpr std::size_t kImportBytesMax = 5 << 20;
inline constexpr std::int64_t kImportRowsMax = 5'000;

using UnitsByQuota = std::map<QuotaId, std::int64_t>;

// Not thread-safe.
class ImportRun {
  public:
    // Reads the file at `path`. VALIDATION_FAILED if it cannot be read, or has rows that belong to no team; what is
    // wrong is kept with the job. `transfer` as it is in the store: one that was under way goes on.
    static Result<std::unique_ptr<ImportRun>> Begin(Service& service, store::Transfer transfer,
                                                    const std::string& path);

    // One short step; false at the end. VALIDATION_FAILED when an import as a whole is refused or taken back.
    Result<bool> Step(const store::Actor& actor);
    const store::Transfer& transfer() const { return transfer_; }

  private:
    ImportRun(Service& service, store::Transfer transfer, ImportWish wish)
        : service_(service), transfer_(std::move(transfer)), wish_(std::move(wish)) {}

    Status Open(const std::string& path);
    Status Refuse(const std::vector<store::TransferError>& errors);
    Result<bool> Check(const store::Actor& actor);
    Result<bool> Enter(const store::Actor& actor);
    Result<bool> Undo(const store::Actor& actor);
    Status Failed(const std::vector<store::TransferError>& errors);
    bool OnlyChecks() const { return transfer_.action == "CHECK"; }
    bool Whole() const { return transfer_.action == "ALL"; }

    Service& service_;
    store::Transfer transfer_;
    const ImportWish wish_;
    ImportScheme scheme_;
    ImportPlan plan_;
    std::size_t checked_ = 0;  // teams tried before any is entered
    UnitsByQuota taken_;       // by those of them that were found good, if they were entered
    bool undo_ = false;
};

}  // namespace rt::registration
