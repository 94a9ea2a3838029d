#include "cli/commands.h"

namespace rt::cli {
namespace {

constexpr Flag kGlobalFlags[] = {
    {"data", "DIR", "the data folder (default: data.dir of the configuration)"},
    {"config", "FILE", "the configuration file (default: /etc/roundtable/config.toml if it is there)"},
    {"set", "SECTION.KEY=VALUE", "one option of the configuration; may be repeated"},
    {"json", "", "print JSON for machines"},
    {"help", "", "explain the command"},
};

constexpr Flag kServeFlags[] = {
    {"listen", "ADDR:PORT", "address to serve on; may be repeated; port 0 takes a free one"},
    {"demo", "", "make a demo event and an administrator, printed once (not in production)"},
    {"conformance", "",
     "for suites that test Engine.IO and Socket.IO: short times, an echo, no limits; not in production"},
    {"recovery", "", "with --conformance: clients may recover their connections"},
    {"explain", "", "print the components and what each depends on, then stop"},
};

constexpr Flag kYesFlag[] = {{"yes", "", "do not ask"}};
constexpr Flag kRestoreFlags[] = {
    {"yes", "", "do not ask"},
    {"into", "DIR", "restore into this folder instead of the data folder; what is there already is kept aside"},
};
constexpr Flag kVersionFlags[] = {{"libraries", "", "list every library inside with its version"}};
constexpr Flag kUserCreateFlags[] = {
    {"role", "ROLE", "user, organiser or admin (default: user)"},
    {"display-name", "NAME", "the name shown to others (default: the login name)"},
    {"password-stdin", "", "read the password from standard input"},
};
constexpr Flag kPasswordFlags[] = {{"password-stdin", "", "read the password from standard input"}};
constexpr Flag kUserListFlags[] = {{"role", "ROLE", "only this role"}};
constexpr Flag kUserSessionsFlags[] = {{"end", "", "sign the account out everywhere"}};
constexpr Flag kPlaceFlags[] = {
    {"organisation", "ID|SLUG", "in this organisation"},
    {"event", "ID|SLUG", "at this event"},
    {"platform", "", "on the whole platform"},
};
constexpr Flag kGrantFlags[] = {
    {"organisation", "ID|SLUG", "in this organisation"},
    {"event", "ID|SLUG", "at this event"},
    {"platform", "", "on the whole platform"},
    {"until", "TIME", "when the role in that place ends (RFC 3339)"},
};
constexpr Flag kTokenFlags[] = {
    {"name", "TEXT", "what the token is for (default: command line)"},
    {"permission", "WORD", "what it may do, such as export; may be repeated"},
    {"days", "NUMBER", "how long it lives (default: 90)"},
    {"organisation", "ID|SLUG", "only in this organisation"},
    {"event", "ID|SLUG", "only at this event"},
};
constexpr Flag kKeysJwtFlags[] = {
    {"now", "", "rotate: drop the old keys at once; every access token becomes void (a key got out)"},
};
constexpr Flag kImportFlags[] = {
    {"map", "FILE", "which collection is what, and which field says what (JSON); --dry-run writes a first one there"},
    {"dry-run", "", "list the collections and fields found, and try the map; nothing is entered"},
};
constexpr Flag kDoctorFlags[] = {
    {"repair", "", "first put right what is damaged, on a stopped server; a copy from before is kept"},
};
constexpr Flag kHealthcheckFlags[] = {
    {"ready", "", "fail also while the server may not take traffic"},
};

constexpr Command kCommands[] = {
    {"serve", "", 0, 0, "run the server in the foreground", kServeFlags, RunServe},
    {"config check", "", 0, 0, "report every mistake of the configuration", {}, RunConfigCheck},
    {"config show", "", 0, 0, "print every option with its value and where it comes from", {}, RunConfigShow},
    {"config example", "", 0, 0, "print a commented configuration with all defaults", {}, RunConfigExample},
    {"config reload", "", 0, 0, "let the running server read its configuration again", {}, RunConfigReload},
    {"migrate up", "", 0, 0, "bring the database to this version's schema", {}, RunMigrateUp},
    {"migrate down", "", 0, 0, "take the last migration back", kYesFlag, RunMigrateDown},
    {"migrate to", "NUMBER", 1, 1, "go up or down to a migration", kYesFlag, RunMigrateTo},
    {"migrate status", "", 0, 0, "list all migrations and which are applied", {}, RunMigrateStatus},
    {"migrate plan",
     "",
     0,
     0,
     "print what `migrate up` would run and how long each step took on a copy",
     {},
     RunMigratePlan},
    {"backup create", "", 0, 0, "take a consistent snapshot while writes go on", {}, RunBackupCreate},
    {"backup list", "", 0, 0, "list the backups, newest first", {}, RunBackupList},
    {"backup show", "ID|latest", 1, 1, "print a backup's manifest", {}, RunBackupShow},
    {"backup verify", "ID|latest", 1, 1, "restore a backup into a temporary folder and check it", {}, RunBackupVerify},
    {"backup prune", "", 0, 0, "remove backups that are past their time, and say why each is kept", kYesFlag,
     RunBackupPrune},
    {"restore", "ID|latest", 1, 1, "check a backup and put it in place; the old data is kept aside", kRestoreFlags,
     RunRestore},
    {"user create", "NAME", 1, 1, "make an account", kUserCreateFlags, RunUserCreate},
    {"user list", "", 0, 0, "list the accounts", kUserListFlags, RunUserList},
    {"user set-password", "NAME", 1, 1, "give an account a new password and sign it out everywhere", kPasswordFlags,
     RunUserSetPassword},
    {"user grant", "NAME ROLE", 2, 2, "change the role of an account, or give it a role in a place", kGrantFlags,
     RunUserGrant},
    {"user revoke", "NAME", 1, 1, "take the role away that an account has in a place", kPlaceFlags, RunUserRevoke},
    {"user grants", "NAME", 1, 1, "list the roles an account has, and where", {}, RunUserGrants},
    {"user disable", "NAME", 1, 1, "lock an account and sign it out everywhere", {}, RunUserDisable},
    {"user enable", "NAME", 1, 1, "let a disabled account in again", {}, RunUserEnable},
    {"user unlock",
     "NAME",
     1,
     1,
     "forget the failed sign-ins of an account, and the delay they brought",
     {},
     RunUserUnlock},
    {"user sessions", "NAME", 1, 1, "list the sessions of an account, or end them all", kUserSessionsFlags,
     RunUserSessions},
    {"user reset-totp",
     "NAME",
     1,
     1,
     "take the second step away from who has lost it; ends all sessions",
     {},
     RunUserResetTotp},
    {"user delete", "NAME|ID", 1, 1, "have an account ended when the time for second thoughts is over", kYesFlag,
     RunUserDelete},
    {"keys field", "rotate|status", 1, 1, "seal personal data under a new key while serving; tell how far it is",
     kYesFlag, RunKeysField},
    {"acme status", "", 0, 0, "list the certificates in use, and how the orders by ACME stand", {}, RunAcmeStatus},
    {"acme renew", "", 0, 0, "order the certificate of ACME anew now", {}, RunAcmeRenew},
    {"token create", "NAME", 1, 1, "make an API token for an account, shown once", kTokenFlags, RunTokenCreate},
    {"token list", "NAME", 1, 1, "list the API tokens of an account", {}, RunTokenList},
    {"token revoke", "NAME ID", 2, 2, "revoke an API token", {}, RunTokenRevoke},
    {"keys jwt", "rotate|list", 1, 1, "replace the key that signs access tokens, or list the keys", kKeysJwtFlags,
     RunKeysJwt},
    {"import mongodump", "DIR|ARCHIVE", 1, 1,
     "take over users, teams, registrations and payments from a dump of the original service", kImportFlags,
     RunImportMongodump},
    {"lottery verify",
     "FILE|-",
     1,
     1,
     "check the order of a lottery with its published seed and commitment",
     {},
     RunLotteryVerify},
    {"avalon replay",
     "FILE|-",
     1,
     1,
     "play games of Avalon on file by the rules; print each state and the outcome, or the first illegal step",
     {},
     RunAvalonReplay},
    {"doctor", "", 0, 0, "check everything a person would check by hand, and say what to do", kDoctorFlags, RunDoctor},
    {"healthcheck", "", 0, 0, "exit code for container and load-balancer probes", kHealthcheckFlags, RunHealthcheck},
    {"version", "", 0, 0, "print the version", kVersionFlags, RunVersion},
    {"completion", "bash|zsh|fish", 1, 1, "print a completion script", {}, RunCompletion},
    {"manual", "", 0, 0, "print the manual page (roff)", {}, RunManual},
    {"help", "[COMMAND [VERB]]", 0, 2, "explain the commands", {}, RunHelp},
};

}  // namespace

std::span<const Command> Commands() {
    return kCommands;
}
std::span<const Flag> GlobalFlags() {
    return kGlobalFlags;
}

}  // namespace rt::cli
