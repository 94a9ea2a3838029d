// The services over the stores that commands and the server both need.
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "app/avalon_texts.h"
#include "app/field_keys.h"
#include "app/file_records.h"
#include "app/stores.h"
#include "auth/organisations.h"
#include "auth/self_service.h"
#include "auth/service.h"
#include "auth/tokens.h"
#include "avalon/hall.h"
#include "avalon/personal.h"
#include "config/config.h"
#include "files/service.h"
#include "net/client.h"
#include "notify/courier.h"
#include "ops/backups.h"
#include "registration/desk/desk_jobs.h"
#include "registration/desk/notice_mail.h"
#include "registration/personal.h"
#include "registration/scopes.h"
#include "registration/service.h"
#include "storage/backup/backup.h"

namespace rt::app {

// Not movable: the services refer to the parts before them.
struct Services {
    explicit Services(Stores& the_stores) : stores(the_stores) {}

    // Builds everything; nothing runs by itself yet.
    static Result<std::unique_ptr<Services>> Create(const config::Config& config, Stores& stores);

    // Where backups lie, and what one takes along.
    storage::backup::Environment BackupEnvironment() const;
    Result<storage::backup::Sources> BackupSources() const;

    Stores& stores;
    std::unique_ptr<net::Client> client;      // to other servers; never inside a transaction
    std::shared_ptr<crypto::FieldRing> ring;  // for everything that seals fields
    std::unique_ptr<notify::Courier> courier;
    std::unique_ptr<auth::Service> auth;
    std::optional<auth::Grants> grants;
    std::optional<auth::Organisations> organisations;
    std::optional<auth::Tokens> tokens;
    std::optional<registration::Scopes> scopes;
    std::optional<registration::Privacy> privacy;
    std::unique_ptr<registration::Service> registration;
    std::optional<registration::NoticeMail> notice_mail;
    std::optional<registration::DeskJobs> desk_jobs;
    std::optional<storage::blob::Store> blobs;
    std::optional<files::Service> files;
    std::optional<FieldKeys> field_keys;
    std::optional<registration::PersonalRecords> personal;
    std::optional<FileRecords> file_records;
    std::unique_ptr<AvalonTexts> texts;  // of players, before others see them
    std::unique_ptr<avalon::Hall> hall;
    std::optional<avalon::PersonalRecords> avalon_records;
    std::optional<auth::SelfService> self;
    // In production, and the console answers to every address. Follows reloads of the configuration.
    std::atomic<bool> console_open{false};
    std::optional<ops::Backups> backups;
};

ops::BackupSettings BackupSettingsOf(const config::Config& config);

}  // namespace rt::app
