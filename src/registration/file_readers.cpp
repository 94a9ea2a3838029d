#include "registration/file_readers.h"

#include "registration/api/api_internal.h"
#include "registration/store/answer_parts.h"
#include "registration/store/journal.h"

namespace rt::registration {

Result<bool> MayReadAnswerFile(Service& service, const net::Request& request, std::string_view file, bool bytes) {
    const auto& needs = service.needs();
    RT_TRY(const auto use, needs.db.Read([&](store::Reader& reader) { return store::FindUseOfFile(reader, file); }));
    if (!use.has_value()) return false;
    const store::FileUse found = *use;
    RT_TRY(const auto held, needs.access.HeldIn(request.principal, {found.organisation.value, found.event.value}));
    if (!held.Has(net::Permission::kRegViewPii)) return false;
    if (!bytes) return true;
    const store::Commit commit = service.NewCommit(api::ActorOf(request), 1);
    RT_CHECK_OK(needs.db.Write("answer_file.view", [&](store::Writer& writer) -> Status {
        store::Commit mine = commit;
        return store::Record(writer, mine, {"answer_file.view", "answer_file", found.id, found.event, {}, {}, {}});
    }));
    return true;
}

}  // namespace rt::registration
