#include "auth/user.h"

namespace rt::auth {

std::string_view Name(Role role) {
    switch (role) {
        case Role::kUser:
            return "user";
        case Role::kOrganiser:
            return "organiser";
        case Role::kAdmin:
            return "admin";
    }
    return "user";
}

std::optional<Role> ParseRole(std::string_view text) {
    for (const Role role : {Role::kUser, Role::kOrganiser, Role::kAdmin}) {
        if (Name(role) == text) return role;
    }
    return std::nullopt;
}

std::string_view Name(UserStatus status) {
    switch (status) {
        case UserStatus::kActive:
            return "ACTIVE";
        case UserStatus::kLocked:
            return "LOCKED";
        case UserStatus::kDeleted:
            return "DELETED";
    }
    return "DELETED";
}

std::optional<UserStatus> ParseUserStatus(std::string_view text) {
    for (const UserStatus status : {UserStatus::kActive, UserStatus::kLocked, UserStatus::kDeleted}) {
        if (Name(status) == text) return status;
    }
    return std::nullopt;
}

std::string_view Name(base::Locale locale) {
    return locale == base::Locale::kEn ? "en" : "zh-CN";
}

std::optional<base::Locale> ParseLocale(std::string_view text) {
    for (const base::Locale locale : {base::Locale::kZhCn, base::Locale::kEn}) {
        if (Name(locale) == text) return locale;
    }
    return std::nullopt;
}

}  // namespace rt::auth
