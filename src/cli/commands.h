// The commands' functions, one file each (or one a group): see commands.cpp for the table.
#pragma once

#include "cli/command.h"

namespace rt::cli {

Exit RunServe(const Invocation& invocation);
Exit RunConfigCheck(const Invocation& invocation);
Exit RunConfigShow(const Invocation& invocation);
Exit RunConfigExample(const Invocation& invocation);
Exit RunConfigReload(const Invocation& invocation);
Exit RunMigrateUp(const Invocation& invocation);
Exit RunMigrateDown(const Invocation& invocation);
Exit RunMigrateTo(const Invocation& invocation);
Exit RunMigrateStatus(const Invocation& invocation);
Exit RunMigratePlan(const Invocation& invocation);
Exit RunBackupCreate(const Invocation& invocation);
Exit RunBackupList(const Invocation& invocation);
Exit RunBackupShow(const Invocation& invocation);
Exit RunBackupVerify(const Invocation& invocation);
Exit RunBackupPrune(const Invocation& invocation);
Exit RunRestore(const Invocation& invocation);
Exit RunUserCreate(const Invocation& invocation);
Exit RunUserList(const Invocation& invocation);
Exit RunUserSetPassword(const Invocation& invocation);
Exit RunUserGrant(const Invocation& invocation);
Exit RunUserRevoke(const Invocation& invocation);
Exit RunUserGrants(const Invocation& invocation);
Exit RunTokenCreate(const Invocation& invocation);
Exit RunTokenList(const Invocation& invocation);
Exit RunTokenRevoke(const Invocation& invocation);
Exit RunKeysJwt(const Invocation& invocation);
Exit RunUserDisable(const Invocation& invocation);
Exit RunUserEnable(const Invocation& invocation);
Exit RunUserUnlock(const Invocation& invocation);
Exit RunUserSessions(const Invocation& invocation);
Exit RunUserResetTotp(const Invocation& invocation);
Exit RunUserDelete(const Invocation& invocation);
Exit RunKeysField(const Invocation& invocation);
Exit RunAcmeStatus(const Invocation& invocation);
Exit RunAcmeRenew(const Invocation& invocation);
Exit RunImportMongodump(const Invocation& invocation);
Exit RunLotteryVerify(const Invocation& invocation);
Exit RunAvalonReplay(const Invocation& invocation);
Exit RunDoctor(const Invocation& invocation);
Exit RunHealthcheck(const Invocation& invocation);
Exit RunVersion(const Invocation& invocation);
Exit RunCompletion(const Invocation& invocation);
Exit RunManual(const Invocation& invocation);
Exit RunHelp(const Invocation& invocation);

}  // namespace rt::cli
