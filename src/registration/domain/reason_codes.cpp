#include "registration/domain/reason_codes.h"

#include <string>

namespace rt::registration {
namespace {

struct Known {
    std::string_view code;
    std::string_view before;  // as it was stored once; empty: never
    std::string_view zh;
    std::string_view en;
};
constexpr Known kKnown[] = {
    {kReasonNotDrawn, "抽签未中 (not drawn in the lottery)", "抽签未中", "Not drawn in the lottery"},
    {kReasonIncomplete, "", "抽签时队伍人数或资料不齐，未参加抽签",
     "The team was incomplete and took no part in the draw"},
    {kReasonListClosed, "候补已结束 (the waiting list has ended)", "候补已结束", "The waiting list has ended"},
    {kReasonOffersMissed, "候补名额两次未确认 (two offers of a place were not taken)", "候补名额两次未确认",
     "Two offers of a place were not taken"},
    {kReasonDeficient, "队伍人数或资料不齐已超过 72 小时，请补齐后重新提交 (the team was incomplete for 72 hours)",
     "队伍人数或资料不齐已超过 72 小时", "The team was incomplete for more than 72 hours"},
    {kReasonImportTakenBack, "the import was taken back", "导入已撤回", "The import was taken back"},
    {kReasonEventCancelled, "event cancelled", "活动已取消", "The event was cancelled"},
};

}  // namespace

base::Text ReasonText(std::string_view stored) {
    for (const Known& one : kKnown) {
        if (stored == one.code || (!stored.empty() && stored == one.before))
            return {std::string(one.zh), std::string(one.en)};
    }
    return {std::string(stored), std::string(stored)};
}

}  // namespace rt::registration
