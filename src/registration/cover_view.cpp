#include "registration/cover_view.h"

#include "registration/store/event_pictures.h"
#include "registration/store/i18n.h"

namespace rt::registration {

Result<json::Value> CoverJson(store::Reader& reader, EventId event) {
    RT_TRY(const auto cover, store::CoverOf(reader, event));
    if (!cover.has_value()) return json::Value();
    return json::Value(json::Object{{"id", cover->file}, {"alt", store::ToJson(cover->alt)}});
}

}  // namespace rt::registration
