#include "app/doctor.h"

#include <string>

#include "app/certificates.h"
#include "os/file.h"
#include "registration/sweep.h"
#include "storage/backup/backup.h"
#include "storage/sql/check.h"
#include "storage/sql/watched.h"

namespace rt::app {
namespace {

using storage::sql::Reader;
using storage::sql::Statement;

constexpr Statement kDeadMessages{"doctor.dead_messages", "SELECT COUNT(*) FROM outbox WHERE state = 'DEAD'"};
constexpr std::int64_t kBackupAgeMicrosMax = 26 * base::kMicrosPerHour;

struct Finding {
    std::string state = "ok";
    std::string detail;
    std::string remedy;
};

Finding Bad(std::string detail, std::string remedy) {
    return {"fail", std::move(detail), std::move(remedy)};
}

Finding OfStatus(const Status& status, std::string remedy) {
    if (status.ok()) return {};
    return Bad(status.error().detail.empty() ? std::string(status.error().MessageFor(base::Locale::kEn))
                                             : status.error().detail,
               std::move(remedy));
}

Finding CheckFolderRights(Services& services, const base::Work& /*work*/) {
    const DataFolder& folder = services.stores.folder;
    Finding finding =
        OfStatus(os::CheckFolder(folder.root, os::FolderRule::kNobodyWrites), "chmod 700 the data folder");
    if (finding.state != "ok") return finding;
    return OfStatus(os::CheckFolder(folder.Keys(), os::FolderRule::kNobodyReads), "chmod 700 its keys folder");
}

Finding CheckDisk(Services& services, const base::Work& /*work*/) {
    const auto space = os::FindDiskSpace(services.stores.folder.root);
    if (!space.ok()) return OfStatus(Status(space.error()), "");
    const std::string free = std::to_string(space->free_bytes >> 20) + " MB free";
    const auto least = static_cast<std::uint64_t>(services.stores.config.health_disk_free_bytes_min);
    if (space->free_bytes < least) return Bad(free, "free some space, or move the data folder to a larger disk");
    return {"ok", free, ""};
}

// A fixed view, so that a long check neither blocks writes nor is interrupted, but by who asked for it.
Result<std::unique_ptr<storage::sql::Snapshot>> OpenView(Services& services, const base::Work& work) {
    RT_TRY(auto snapshot, services.stores.db->OpenSnapshot());
    storage::sql::StopWhen(*snapshot, work.stopped());
    return snapshot;
}

Finding CheckDatabase(Services& services, const base::Work& work) {
    const auto snapshot = OpenView(services, work);
    constexpr std::string_view kRemedy =
        "stop the server and run `doctor --repair`; if that is not enough, `restore latest`";
    if (!snapshot.ok()) return OfStatus(Status(snapshot.error()), std::string(kRemedy));
    const Status whole = storage::sql::CheckWhole(**snapshot);
    if (!whole.ok()) return OfStatus(whole, std::string(kRemedy));
    return {"ok", "schema " + std::to_string(services.stores.schema_number), ""};
}

Finding CheckFastSide(Services& services, const base::Work& /*work*/) {
    const auto keys = services.stores.kv->OpenSnapshot();
    return OfStatus(keys.ok() ? Ok() : Status(keys.error()),
                    "stop the server and run `doctor --repair`: everybody signs in again");
}

// The end of the chain as the newest backup has it: a tail that was cut since, or a chain made anew, is told by it.
std::optional<storage::audit::Head> RememberedHead(Services& services) {
    const auto listed = storage::backup::List(services.BackupEnvironment());
    if (!listed.ok() || listed->empty() || listed->front().manifest.audit_seq == 0) return std::nullopt;
    return storage::audit::Head{listed->front().manifest.audit_seq, listed->front().manifest.audit_mac};
}

Finding CheckAudit(Services& services, const base::Work& work) {
    const auto snapshot = OpenView(services, work);
    if (!snapshot.ok()) return OfStatus(Status(snapshot.error()), "");
    const auto remembered = RememberedHead(services);
    const auto found = services.stores.trail->Verify((*snapshot)->reader(), remembered);
    if (!found.ok()) return OfStatus(Status(found.error()), "");
    if (!found->has_value()) {
        return {"ok",
                remembered.has_value() ? "the chain is whole and goes on from the newest backup's"
                                       : "the chain is whole; no backup remembers its end",
                ""};
    }
    return Bad("row " + std::to_string((*found)->seq) + ": " + (*found)->problem,
               "somebody changed the database by hand; compare with the last backup");
}

Finding CheckRules(Services& services, const base::Work& work) {
    const auto snapshot = OpenView(services, work);
    if (!snapshot.ok()) return OfStatus(Status(snapshot.error()), "");
    const auto violations = registration::CheckInvariants((*snapshot)->reader(), *services.privacy);
    if (!violations.ok()) return OfStatus(Status(violations.error()), "");
    if (violations->empty()) return {"ok", "quotas, teams, registrations and answers agree", ""};
    const registration::Violation& first = violations->front();
    return Bad(std::to_string(violations->size()) + " violations, the first: " + std::string(first.invariant) + ": " +
                   first.what,
               "keep a copy of the data folder and report it: this is a defect");
}

Finding CheckFiles(Services& services, const base::Work& work) {
    const auto damaged = services.blobs->FindDamaged(work);
    if (!damaged.ok()) return OfStatus(Status(damaged.error()), "check the rights of the folder files");
    if (damaged->empty()) return {};
    return Bad(std::to_string(damaged->size()) + " uploaded files are damaged", "restore them from a backup");
}

Finding CheckBackups(Services& services, const base::Work& /*work*/) {
    const auto listed = storage::backup::List(services.BackupEnvironment());
    if (!listed.ok()) return OfStatus(Status(listed.error()), "check the backups folder");
    if (listed->empty()) return {"warn", "there is no backup", "run `backup create`"};
    const base::Time newest = listed->front().manifest.finished;
    const std::string when = "the newest is of " + base::FormatRfc3339(newest);
    if (newest < services.stores.clock.Now().Plus(-kBackupAgeMicrosMax))
        return {"warn", when, "see the log for the scheduled backup"};
    return {"ok", when, ""};
}

Finding CheckOutbox(Services& services, const base::Work& /*work*/) {
    const auto dead = services.stores.db->Read([](Reader& reader) { return reader.FindInt(kDeadMessages, {}); });
    if (!dead.ok()) return OfStatus(Status(dead.error()), "");
    const std::int64_t count = dead->value_or(0);
    if (count == 0) return {};
    return {"warn", std::to_string(count) + " messages could not be handed on",
            "see the log for `outbox message not handed on`"};
}

Finding CheckMail(Services& services, const base::Work& /*work*/) {
    if (!services.courier->mail().set_up) return {"ok", "mail is off", ""};
    return OfStatus(services.courier->CheckMail(), "check the options notify.smtp_*");
}

Finding CheckAuthorities(Services& services, const base::Work& /*work*/) {
    return OfStatus(services.client->dialer().LoadTrust(), "install ca-certificates, or set outgoing.ca_file");
}

Finding CheckCertificate(Services& services, const base::Work& /*work*/) {
    const auto rows = ConfiguredCertificates(services.stores.config, *services.stores.kv);
    if (!rows.ok()) return OfStatus(Status(rows.error()), "check server.tls_certificate");
    if (rows->empty() && !services.stores.config.acme_names.empty())
        return {"warn", "no certificate was issued yet", "see `acme status`"};
    if (rows->empty()) return {"ok", "TLS is off", ""};
    Finding worst{"ok", "", ""};
    for (const CertificateRow& row : *rows) {
        const ops::Finding found = Judge(row.info, services.stores.clock.Now());
        const std::string remedy =
            row.source == CertificateSource::kAcme ? "see `acme status`" : "put a new one in its place";
        if (found.state == ops::HealthState::kFail) return Bad(found.summary, remedy);
        if (found.state == ops::HealthState::kWarn) worst = {"warn", found.summary, remedy};
        if (worst.detail.empty()) worst.detail = found.summary;
    }
    return worst;
}

Finding CheckConsole(Services& services, const base::Work& /*work*/) {
    if (!services.console_open) return {};
    return {"warn", "the console answers to every address",
            "set admin.console_allow to the networks of your staff (`systemctl reload` applies it)"};
}

struct Check {
    std::string_view name;
    Finding (*run)(Services& services, const base::Work& work);
};

constexpr Check kChecks[] = {
    {"folder rights", CheckFolderRights},
    {"disk space", CheckDisk},
    {"database", CheckDatabase},
    {"fast side", CheckFastSide},
    {"audit chain", CheckAudit},
    {"rules", CheckRules},
    {"files", CheckFiles},
    {"backups", CheckBackups},
    {"outbox", CheckOutbox},
    {"mail", CheckMail},
    {"authorities", CheckAuthorities},
    {"certificate", CheckCertificate},
    {"console", CheckConsole},
};

}  // namespace

Result<json::Value> Examine(Services& services, const json::Value& /*args*/, const base::Work& work) {
    json::Array rows;
    for (const Check& check : kChecks) {
        work.Tell({check.name, rows.size(), std::size(kChecks)});
        Finding finding = check.run(services, work);
        RT_CHECK_OK(work.Check());
        rows.push_back(json::Object{{"check", check.name},
                                    {"state", std::move(finding.state)},
                                    {"detail", std::move(finding.detail)},
                                    {"remedy", std::move(finding.remedy)}});
    }
    return json::Value(std::move(rows));
}

}  // namespace rt::app
