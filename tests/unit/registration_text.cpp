// CSV, invitation codes, availability.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "registration/domain/availability.h"
#include "registration/domain/csv.h"
#include "registration/domain/invite_code.h"

using namespace rt::registration;

namespace {

std::string TextCell(std::string_view text) {
    CsvWriter csv;
    csv.Text(text);
    return csv.Take();
}

}  // namespace

TEST_CASE("no cell of ours is a formula") {
    for (const char* evil : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1",
                             "\xEF\xBC\x9D"
                             "1",
                             "\xE3\x80\x80=1", "\xC2\xA0@x",
                             "\xEF\xBC\x8B"
                             "1"}) {
        CAPTURE(evil);
        CHECK(TextCell(evil).substr(0, 2) == "\"'");
    }
    for (const char* plain : {"abc", "1=1", "老虎队", "a-b", "0"}) {
        CHECK(TextCell(plain) == "\"" + std::string(plain) + "\"");
    }
    CHECK(TextCell("say \"hi\"") == "\"say \"\"hi\"\"\"");
    CHECK(TextCell("\xFF") == "\"'\xFF\"");
}

TEST_CASE("rows, digits, numbers") {
    CsvWriter csv;
    csv.Text("名称");
    csv.Digits("11010519491231002X");
    csv.Int(-5);
    csv.Empty();
    csv.Digits("=1");
    csv.EndRow();
    csv.Text("");
    csv.Int(7);
    csv.EndRow();
    CHECK(csv.Take() == "\"名称\",\"\t11010519491231002X\",-5,,\"'=1\"\r\n,7\r\n");
    CHECK(csv.size() == 0);
    CHECK(CsvWriter::kByteOrderMark == "\xEF\xBB\xBF");
}

TEST_CASE("invitation codes as people type them") {
    rt::base::SeededRandom random(7);
    std::set<std::string> seen;
    for (int i = 0; i < 1'000; ++i) {
        const std::string code = NewInviteCode(random);
        CHECK(code.size() == kInviteCodeLength);
        seen.insert(code);
        CHECK(ParseInviteCode(ShowInviteCode(code)) == code);
    }
    CHECK(seen.size() == 1'000);
    CHECK(ShowInviteCode("abcd2345") == "ABCD-2345");
    for (const char* typed : {"ABCD-2345", "abcd2345", " ab cd 23 45 ", "ＡＢＣＤ－２３４５"}) {
        CAPTURE(typed);
        CHECK(ParseInviteCode(typed) == "abcd2345");
    }
    CHECK(ParseInviteCode("ILO01110") == "11001110");
    for (const char* bad : {"", "abcd234", "abcd23456", "abcd234u", "abcd234!", "\xFF"}) {
        CHECK_FALSE(ParseInviteCode(bad).has_value());
    }
    CHECK_FALSE(ParseInviteCode(std::string(1'000, 'a')).has_value());
}

TEST_CASE("what the public sees of a division") {
    using A = Availability;
    const auto quota = [](QuotaUnit unit, std::int64_t cap, std::int64_t held, std::int64_t confirmed,
                          bool clock = false) { return QuotaFigures{unit, cap, held, confirmed, 0, true, clock}; };
    const auto places = [](std::vector<QuotaFigures> quotas, std::int64_t team_min) {
        return PlacesOf(quotas, team_min);
    };
    CHECK_FALSE(places({}, 3).left.has_value());
    CHECK(places({quota(QuotaUnit::kTeam, 10, 0, 9)}, 3).left == 1);
    CHECK(places({quota(QuotaUnit::kTeam, 10, 0, 10)}, 3).availability == A::kGone);
    CHECK(places({quota(QuotaUnit::kTeam, 10, 1, 9)}, 3).availability == A::kReserved);
    CHECK(places({quota(QuotaUnit::kTeam, 10, 1, 9, true)}, 3).availability == A::kHeld);
    CHECK(places({quota(QuotaUnit::kTeam, 10, 2, 0), quota(QuotaUnit::kPerson, 20, 0, 11)}, 3).left == 3);
    CHECK(places({quota(QuotaUnit::kPerson, 20, 0, 18)}, 3).availability == A::kGone);
    CHECK(places({quota(QuotaUnit::kPerson, 20, 0, 17)}, 3).availability == A::kOk);
    CHECK(places({quota(QuotaUnit::kTeam, 10, 5, 0), quota(QuotaUnit::kTeam, 5, 0, 5)}, 1).availability == A::kGone);
    QuotaFigures over = quota(QuotaUnit::kTeam, 5, 0, 7);
    CHECK(places({over}, 1).left == 0);
    QuotaFigures closed{QuotaUnit::kTeam, std::nullopt, 0, 0, 0, false, false};
    CHECK(places({closed}, 1).availability == A::kGone);
    const std::vector<Places> divisions{{A::kGone, 0}, {A::kOk, 4}};
    CHECK(BestOf(divisions, std::nullopt).availability == A::kOk);
    CHECK(BestOf(divisions, std::nullopt).left == 4);
    CHECK(BestOf(divisions, 2).left == 2);
    const std::vector<Places> unlimited{{A::kOk, std::nullopt}, {A::kOk, 4}};
    CHECK_FALSE(BestOf(unlimited, std::nullopt).left.has_value());
    CHECK(BestOf({}, std::nullopt).availability == A::kGone);
}
