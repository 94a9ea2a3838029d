#include "storage/sql/connection_internal.h"

namespace rt::storage::sql {

namespace {

Code CodeOf(int result) {
    switch (result) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
            return Code::kAlreadyExists;
        case SQLITE_IOERR_NOMEM:
            return Code::kUnavailable;
        default:
            break;
    }
    switch (result & 0xFF) {
        case SQLITE_FULL:
            return Code::kStorageFull;
        case SQLITE_READONLY:
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Code::kReadOnly;
        case SQLITE_INTERRUPT:
            return Code::kDeadline;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_IOERR:
        case SQLITE_NOMEM:
        case SQLITE_CANTOPEN:
        case SQLITE_PROTOCOL:
            return Code::kUnavailable;
        default:
            return Code::kInternal;
    }
}

}  // namespace

Error ErrorOf(int result, std::string_view text, std::string_view statement) {
    std::string detail = "sqlite " + std::to_string(result) + " in " + std::string(statement) + ": ";
    detail += text;
    return Fail(CodeOf(result), std::move(detail));
}

Trouble TroubleOf(int result) {
    switch (result) {
        case SQLITE_IOERR_FSYNC:
        case SQLITE_IOERR_DIR_FSYNC:
            return Trouble::kDisk;
        case SQLITE_IOERR_CORRUPTFS:
        case SQLITE_IOERR_DATA:
            return Trouble::kDamage;
        default:
            break;
    }
    switch (result & 0xFF) {
        case SQLITE_CONSTRAINT:
            return Trouble::kNone;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Trouble::kDamage;
        default:
            return Trouble::kFailed;
    }
}

}  // namespace rt::storage::sql
