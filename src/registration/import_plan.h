// A table that was sent, as teams: which rows are one team, what each says, and what is wrong with it by cell.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "json/json.h"
#include "registration/import_columns.h"
#include "registration/store/transfers.h"

namespace rt::registration {

struct ImportedMember {
    std::int64_t row = 0;  // of the sheet, from 1
    std::string name;
    MemberRole role = MemberRole::kPlayer;
    bool consent = false;
    json::Object answers;
};
struct ImportedTeam {
    std::int64_t row = 0;  // its first
    TeamKind kind = TeamKind::kTeam;
    std::string name;  // empty for an entry of one
    std::string name_norm;
    std::string division_public_id;
    std::string captain_account;  // login name; empty: the importer
    json::Object answers;
    std::vector<ImportedMember> members;  // the captain first
    std::vector<store::TransferError> errors;
};

struct ImportPlan {
    std::string sheet;
    std::vector<ImportColumn> columns;
    std::vector<std::int32_t> places;          // of each column in the sheet, from 0; -1: not there
    std::vector<store::TransferError> errors;  // of the file: with any of them there are no teams
    std::vector<ImportedTeam> teams;           // as they begin in the file
    std::int64_t rows = 0;                     // without the headings

    // Where an answer or fact stands, for what is found out later. `field`: "answers.phone", "name".
    store::TransferError At(std::int64_t row, FormScope scope, const std::string& field, base::Text reason) const;
};

// `scheme` must outlive the plan.
ImportPlan PlanImport(const ImportScheme& scheme, const sheet::Table& table, base::Locale locale);

}  // namespace rt::registration
