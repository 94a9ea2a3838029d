#include "registration/domain/export_words.h"

#include <array>
#include <iterator>
#include <span>
#include <string>

namespace rt::registration {
namespace {

struct Labelled {
    std::string_view word;
    std::string_view zh;
    std::string_view en;
};

constexpr std::array kStates{
    Labelled{"DRAFT", "草稿", "Draft"},
    Labelled{"POOLED", "等待抽签", "In the draw"},
    Labelled{"WAITLISTED", "候补", "Waiting list"},
    Labelled{"IN_REVIEW", "待审核", "Pending review"},
    Labelled{"RETURNED", "退回修改", "Returned for changes"},
    Labelled{"AWAITING_PAYMENT", "待支付", "Awaiting payment"},
    Labelled{"CONFIRMED", "已确认", "Confirmed"},
    Labelled{"CANCEL_REQUESTED", "申请取消", "Asked to cancel"},
    Labelled{"CHECKED_IN", "已签到", "Checked in"},
    Labelled{"COMPLETED", "已完成", "Completed"},
    Labelled{"NO_SHOW", "未到场", "Did not come"},
    Labelled{"REJECTED", "未通过", "Not accepted"},
    Labelled{"WITHDRAWN", "已撤回", "Withdrawn"},
    Labelled{"EXPIRED", "已过期", "Expired"},
    Labelled{"NOT_DRAWN", "未中签", "Not drawn"},
    Labelled{"CANCELLED", "已取消", "Cancelled"},
};
constexpr std::array kSources{
    Labelled{"WEB", "网页", "Web page"},
    Labelled{"MP", "小程序", "Mini-program"},
    Labelled{"ADMIN", "代为提交", "Entered by staff"},
    Labelled{"IMPORT", "导入", "Imported"},
    Labelled{"API", "接口", "API"},
};
constexpr std::array kMemberStates{
    Labelled{"INVITED", "已邀请", "Invited"},
    Labelled{"PENDING_CAPTAIN", "待队长同意", "Waits for the captain"},
    Labelled{"JOINED", "资料未完成", "Incomplete"},
    Labelled{"CONFIRMED", "资料已完成", "Complete"},
    Labelled{"DECLINED", "已谢绝", "Declined"},
    Labelled{"EXPIRED", "已过期", "Expired"},
    Labelled{"REVOKED", "已撤销", "Revoked"},
    Labelled{"REJECTED", "未同意", "Refused"},
    Labelled{"LEFT", "已退出", "Left"},
    Labelled{"REMOVED", "已移出", "Removed"},
    Labelled{"SUBSTITUTED", "已被替换", "Substituted"},
};
constexpr std::array kRelations{
    Labelled{"SELF", "本人", "Self"},
    Labelled{"CHILD", "孩子", "Child"},
    Labelled{"TEAMMATE", "队友", "Team-mate"},
    Labelled{"OTHER", "其他", "Other"},
};
constexpr std::array kGuardians{
    Labelled{"NOT_NEEDED", "不需要", "Not needed"},
    Labelled{"REQUIRED", "等监护人同意", "Guardian's consent missing"},
    Labelled{"SENT", "已发给监护人", "Guardian asked"},
    Labelled{"GRANTED", "监护人已同意", "Guardian consented"},
    Labelled{"REFUSED", "监护人不同意", "Guardian refused"},
};

base::Text Find(std::span<const Labelled> table, std::string_view word) {
    for (const Labelled& one : table) {
        if (one.word == word) return {std::string(one.zh), std::string(one.en)};
    }
    return {std::string(word), std::string(word)};
}

}  // namespace

base::Text LabelOf(MemberState state) {
    return Find(kMemberStates, Word(state));
}

base::Text LabelOf(PersonRelation relation) {
    return Find(kRelations, Word(relation));
}

base::Text LabelOf(GuardianState state) {
    return Find(kGuardians, Word(state));
}

base::Text StateLabel(std::string_view word) {
    return Find(kStates, word);
}

base::Text SourceLabel(std::string_view word) {
    return Find(kSources, word);
}

}  // namespace rt::registration
