// Texts in two languages as the JSON that columns hold: {"zh":"...","en":"..."}.
#pragma once

#include <string>
#include <string_view>

#include "json/json.h"
#include "registration/domain/types.h"

namespace rt::registration::store {

json::Value ToJson(const I18n& text);
// Missing members are empty.
I18n I18nFrom(const json::Value& value);
std::string EncodeI18n(const I18n& text);
// The column was written by EncodeI18n; anything else stops the process.
I18n DecodeI18n(std::string_view column);

}  // namespace rt::registration::store
