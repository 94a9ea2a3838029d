#include "registration/domain/form_types.h"

#include <array>

namespace rt::registration {

const FieldTypeInfo& InfoOf(FieldType type) {
    using K = ValueKind;
    using B = Bounds;
    // In the order of the words.
    static const std::array<FieldTypeInfo, 30> kTable{{
        {.bounds = B::kCharacters, .pattern = true, .unique = true, .label = {"单行文字", "Text"}},
        {.bounds = B::kCharacters, .label = {"多行文字", "Long text"}},
        {.value = K::kInt, .bounds = B::kValue, .unique = true, .label = {"整数", "Whole number"}},
        {.value = K::kBool, .label = {"是或否", "Yes or no"}},
        {.options = true, .label = {"单选", "One choice"}},
        {.value = K::kList, .bounds = B::kChoices, .options = true, .label = {"多选", "Choices"}},
        {.ordered = true, .label = {"日期", "Date"}},
        {.unique = true, .label = {"邮箱", "E-mail"}},
        {.unique = true, .label = {"手机号（中国大陆）", "Mobile number (mainland China)"}},
        {.unique = true, .sensitive = true, .label = {"身份证号", "Resident identity card"}},
        {.bounds = B::kValue, .label = {"小数", "Decimal number"}},
        {.value = K::kInt, .bounds = B::kValue, .label = {"金额", "Amount of money"}},
        {.options = true, .label = {"下拉选择", "Drop-down"}},
        {.value = K::kList, .tree = true, .label = {"级联选择", "Cascade"}},
        {.ordered = true, .label = {"时间", "Time"}},
        {.ordered = true, .label = {"日期和时间", "Date and time"}},
        {.value = K::kList, .label = {"日期范围", "Range of dates"}},
        {.unique = true, .label = {"电话", "Telephone"}},
        {.unique = true, .sensitive = true, .label = {"护照号", "Passport number"}},
        {.label = {"网址", "Web address"}},
        {.label = {"国家或地区", "Country or region"}},
        {.value = K::kList, .tree = true, .label = {"地址", "Address"}},
        {.value = K::kList, .bounds = B::kFiles, .files = true, .label = {"文件", "Files"}},
        {.value = K::kList, .bounds = B::kFiles, .files = true, .label = {"图片", "Pictures"}},
        {.value = K::kList, .files = true, .label = {"签名", "Signature"}},
        {.options = true, .label = {"尺码", "Size"}},
        {.value = K::kInt, .bounds = B::kValue, .label = {"评分", "Rating"}},
        {.value = K::kBool, .label = {"同意条款", "Agreement"}},
        {.value = K::kNone, .label = {"分节标题", "Section"}},
        {.value = K::kNone, .label = {"说明文字", "Explanation"}},
    }};
    return kTable.at(static_cast<std::size_t>(type));
}

}  // namespace rt::registration
