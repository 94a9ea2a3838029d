// A seam under SQLite, LMDB and os/: every write, truncation, sync, rename and removal below one folder is recorded in
// order, and the Nth of them can be made to fail. From a record, the folder as it would be after a power cut at any
// moment can be made: what was synced is there, what was not may be there or not, in whole or torn at 512 bytes.
//
// The seam is the C library's functions, which disk.cpp defines for this executable; shared memory is not recorded
// (SQLite and LMDB make theirs anew). One folder at a time; a test program has one thread that begins and ends.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/random.h"

namespace rt::testing::disk {

enum class Kind : std::uint8_t { kWrite, kTruncate, kFdatasync, kFsync, kSyncFolder, kRename, kRemove, kMark };

struct Event {
    Kind kind;
    std::string path;      // relative to the folder; of kMark: empty
    std::string data;      // kWrite
    std::int64_t at = 0;   // offset of kWrite, size of kTruncate, number of kMark
    bool durable = false;  // a write to a descriptor with O_DSYNC
    std::string to;        // kRename
};

using Image = std::map<std::string, std::string>;  // path: contents

// The record of one run.
struct Record {
    Image before;
    std::vector<Event> events;
};

// What happens to operations that no sync followed.
enum class Loss : std::uint8_t { kAll, kNothing, kRandom, kTorn };

void Begin(const std::string& folder);
// Something the program told others, such as "write 7 is acknowledged".
void Mark(std::int64_t number);
Record End();

// Between Begin() and End(): the operations of `kinds` from now on are counted, and number `nth` (from 1) fails with
// `error`; with `sticky` so do all later ones. Nothing reaches the disk of a write that fails.
void FailAt(std::int64_t nth, int error, std::vector<Kind> kinds, bool sticky);
void FailNever();
// Failures since FailAt().
std::int64_t Failed();

// The folder after a power cut just before event `count`.
Image Crash(const Record& record, std::size_t count, Loss loss, base::Random& random);
void WriteImage(const Image& image, const std::string& folder);
// Numbers marked before event `count`.
std::vector<std::int64_t> Marks(const Record& record, std::size_t count);

}  // namespace rt::testing::disk
