#include "registration/store/i18n.h"

#include "base/check.h"

namespace rt::registration::store {

json::Value ToJson(const I18n& text) {
    return json::Object{{"zh", text.zh}, {"en", text.en}};
}

I18n I18nFrom(const json::Value& value) {
    I18n out;
    if (const auto* zh = value.Find("zh"); zh != nullptr && zh->IsString()) out.zh = zh->AsString();
    if (const auto* en = value.Find("en"); en != nullptr && en->IsString()) out.en = en->AsString();
    return out;
}

std::string EncodeI18n(const I18n& text) {
    return json::Encode(ToJson(text));
}

I18n DecodeI18n(std::string_view column) {
    const auto value = json::Decode(column);
    RT_CHECK(value.ok());
    return I18nFrom(*value);
}

}  // namespace rt::registration::store
