#include "storage/kv/environment_internal.h"

namespace rt::storage::kv {

namespace {

constexpr std::size_t kExpiryBytes = 8;

void AppendLittleEndian(std::string& out, std::int64_t value) {
    for (unsigned i = 0; i < kExpiryBytes; ++i) out += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
}

std::string ExpiryKey(std::int64_t expires_micros, std::string_view table, std::string_view key) {
    std::string out;
    for (unsigned i = 0; i < kExpiryBytes; ++i) {
        out += static_cast<char>(static_cast<std::uint64_t>(expires_micros) >> (8 * (kExpiryBytes - 1 - i)));
    }
    out += static_cast<char>(table.size());
    out += table;
    out += key;
    return out;
}

struct ExpiryEntry {
    std::int64_t expires_micros;
    std::string table;
    std::string key;
};

std::optional<ExpiryEntry> ParseExpiryKey(std::string_view text) {
    if (text.size() < kExpiryBytes + 1) return std::nullopt;
    std::uint64_t micros = 0;
    for (unsigned i = 0; i < kExpiryBytes; ++i) micros = micros << 8 | static_cast<unsigned char>(text[i]);
    const auto name_size = static_cast<unsigned char>(text[kExpiryBytes]);
    text.remove_prefix(kExpiryBytes + 1);
    if (text.size() < name_size) return std::nullopt;
    return ExpiryEntry{static_cast<std::int64_t>(micros), std::string(text.substr(0, name_size)),
                       std::string(text.substr(name_size))};
}

}  // namespace

Error ErrorOf(int result, std::string_view what) {
    Code code = Code::kInternal;
    switch (result) {
        case MDB_MAP_FULL:
        case ENOSPC:
        case EDQUOT:
            code = Code::kStorageFull;
            break;
        case MDB_READERS_FULL:
        case MDB_PANIC:
        case EIO:
        case ENOMEM:
            code = Code::kUnavailable;
            break;
        default:
            break;
    }
    return Fail(code, "lmdb " + std::string(what) + ": " + mdb_strerror(result));
}

std::string_view View(const MDB_val& value) {
    return {static_cast<const char*>(value.mv_data), value.mv_size};
}

MDB_val Val(std::string_view text) {
    return {text.size(), const_cast<char*>(text.data())};
}

StoredValue ParseStored(std::string_view stored) {
    RT_CHECK(stored.size() >= kExpiryBytes);
    std::uint64_t micros = 0;
    for (unsigned i = 0; i < kExpiryBytes; ++i) {
        micros |= static_cast<std::uint64_t>(static_cast<unsigned char>(stored[i])) << (8 * i);
    }
    return {static_cast<std::int64_t>(micros), stored.substr(kExpiryBytes)};
}

Result<MDB_dbi> Tables::Find(const Table& table) const {
    const auto at = by_name.find(table.name);
    if (at == by_name.end()) return Fail(Code::kInternal, "no such table in kv/tables.h: " + std::string(table.name));
    return at->second;
}

Status TxnBatch::Note(int result, std::string_view what) {
    if (result == MDB_SUCCESS) return Ok();
    Error error = ErrorOf(result, what);
    if (trouble_.ok()) trouble_ = error;
    return error;
}

Result<MDB_dbi> TxnBatch::Check(const Table& table, std::string_view key) const {
    if (table.env != env_)
        return Fail(Code::kInternal, "the table is in the other environment: " + std::string(table.name));
    if (key.empty() || key.size() > kKeyBytesMax)
        return Fail(Code::kInternal, "a key of " + std::to_string(key.size()) + " bytes");
    return tables_.Find(table);
}

std::optional<std::string> TxnBatch::Get(const Table& table, std::string_view key) {
    const auto dbi = Check(table, key);
    if (!dbi.ok()) {
        trouble_ = dbi.error();
        return std::nullopt;
    }
    MDB_val k = Val(key);
    MDB_val v;
    const int result = mdb_get(txn_, *dbi, &k, &v);
    if (result != MDB_SUCCESS) {
        if (result != MDB_NOTFOUND) static_cast<void>(Note(result, "get"));
        return std::nullopt;
    }
    const StoredValue stored = ParseStored(View(v));
    if (!stored.LiveAt(now_)) return std::nullopt;
    return std::string(stored.bytes);
}

// Takes the key and its entry in the expiry index away, if there are any.
Status TxnBatch::Remove(const Table& table, MDB_dbi dbi, std::string_view key) {
    MDB_val k = Val(key);
    MDB_val v;
    const int found = mdb_get(txn_, dbi, &k, &v);
    if (found == MDB_NOTFOUND) return Ok();
    if (found != MDB_SUCCESS) return Note(found, "get");
    const std::int64_t expires = ParseStored(View(v)).expires_micros;
    if (expires != 0) {
        const std::string index = ExpiryKey(expires, table.name, key);
        MDB_val i = Val(index);
        const int removed = mdb_del(txn_, tables_.expiry, &i, nullptr);
        if (removed != MDB_NOTFOUND) RT_CHECK_OK(Note(removed, "delete from the expiry index"));
    }
    return Note(mdb_del(txn_, dbi, &k, nullptr), "delete");
}

Status TxnBatch::Put(const Table& table, std::string_view key, std::string_view value,
                     std::optional<base::Time> expires) {
    RT_TRY(const MDB_dbi dbi, Check(table, key));
    if (value.size() > kValueBytesMax)
        return Fail(Code::kInternal, "a value of " + std::to_string(value.size()) + " bytes");
    if (expires && expires->micros <= 0) return Fail(Code::kInternal, "an expiry before 1970");
    RT_CHECK_OK(Remove(table, dbi, key));
    std::string stored;
    stored.reserve(kExpiryBytes + value.size());
    AppendLittleEndian(stored, expires ? expires->micros : 0);
    stored += value;
    MDB_val k = Val(key);
    MDB_val v = Val(stored);
    RT_CHECK_OK(Note(mdb_put(txn_, dbi, &k, &v, 0), "put"));
    if (!expires) return Ok();
    const std::string index = ExpiryKey(expires->micros, table.name, key);
    MDB_val i = Val(index);
    MDB_val nothing{0, nullptr};
    return Note(mdb_put(txn_, tables_.expiry, &i, &nothing, 0), "put into the expiry index");
}

Status TxnBatch::Delete(const Table& table, std::string_view key) {
    RT_TRY(const MDB_dbi dbi, Check(table, key));
    return Remove(table, dbi, key);
}

Status TxnBatch::Scan(const Table& table, std::string_view prefix,
                      const std::function<bool(std::string_view key, std::string_view value)>& row) {
    RT_TRY(const MDB_dbi dbi, Check(table, prefix.empty() ? "all" : prefix));
    return ScanIn(txn_, dbi, now_, prefix, row);
}

Result<std::size_t> TxnBatch::Sweep(std::size_t keys_max) {
    std::vector<ExpiryEntry> due;
    MDB_cursor* cursor = nullptr;
    RT_CHECK_OK(Note(mdb_cursor_open(txn_, tables_.expiry, &cursor), "cursor"));
    MDB_val k;
    MDB_val v;
    for (int result = mdb_cursor_get(cursor, &k, &v, MDB_FIRST); result == MDB_SUCCESS && due.size() < keys_max;
         result = mdb_cursor_get(cursor, &k, &v, MDB_NEXT)) {
        auto entry = ParseExpiryKey(View(k));
        if (entry && entry->expires_micros > now_.micros) break;
        if (entry) due.push_back(std::move(*entry));
    }
    mdb_cursor_close(cursor);
    for (const ExpiryEntry& entry : due) {
        const auto table = tables_.by_name.find(entry.table);
        if (table != tables_.by_name.end()) RT_CHECK_OK(Remove({env_, table->first}, table->second, entry.key));
        // Left behind by a table that was emptied or is no longer in the list.
        const std::string index = ExpiryKey(entry.expires_micros, entry.table, entry.key);
        MDB_val i = Val(index);
        const int removed = mdb_del(txn_, tables_.expiry, &i, nullptr);
        if (removed != MDB_NOTFOUND) RT_CHECK_OK(Note(removed, "delete from the expiry index"));
    }
    return due.size();
}

Status ScanIn(MDB_txn* txn, MDB_dbi dbi, base::Time now, std::string_view prefix,
              const std::function<bool(std::string_view key, std::string_view value)>& row) {
    MDB_cursor* cursor = nullptr;
    if (const int result = mdb_cursor_open(txn, dbi, &cursor); result != MDB_SUCCESS) return ErrorOf(result, "cursor");
    const std::unique_ptr<MDB_cursor, void (*)(MDB_cursor*)> owner(cursor, &mdb_cursor_close);
    MDB_val k = Val(prefix);
    MDB_val v;
    int result = mdb_cursor_get(cursor, &k, &v, prefix.empty() ? MDB_FIRST : MDB_SET_RANGE);
    for (; result == MDB_SUCCESS; result = mdb_cursor_get(cursor, &k, &v, MDB_NEXT)) {
        if (!View(k).starts_with(prefix)) return Ok();
        const StoredValue stored = ParseStored(View(v));
        if (stored.LiveAt(now) && !row(View(k), stored.bytes)) return Ok();
    }
    return result == MDB_NOTFOUND ? Ok() : Status(ErrorOf(result, "scan"));
}

}  // namespace rt::storage::kv
