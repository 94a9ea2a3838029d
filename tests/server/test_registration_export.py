"""An export in Chinese is Chinese: states, roles and regions in words, and no answer is lost when a form changes."""

import csv
import io
import unittest

from registration_client import Stage

REGIONS = [{"id": "zj", "label": {"zh": "浙江", "en": "Zhejiang"}, "children": [{"id": "hz", "label": {"zh": "杭州", "en": "Hangzhou"}}]}]
HOME = {"key": "home", "type": "address", "label": {"zh": "地址", "en": "Address"}, "tree": REGIONS}
SIZE = {"key": "size", "type": "single", "label": {"zh": "尺码", "en": "Size"},
        "options": [{"id": "a1", "label": {"zh": "大号", "en": "Large"}}, {"id": "b2", "label": {"zh": "小号", "en": "Small"}}]}
OLD = {"key": "school", "type": "text", "label": {"zh": "学校", "en": "School"}}


class Export(Stage, unittest.TestCase):
    def rows(self, event, language):
        text = self.organiser.must("GET", f"/organiser/events/{event}/registrations.csv", headers={"Accept-Language": language})
        return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))

    def test_words_regions_and_the_answers_to_former_forms(self):
        event, (division,) = self.publish(1, [HOME, SIZE, OLD])
        member = {"name": "韩梅梅", "consent": True, "answers": {"home": ["zj/hz", "西湖路 1 号", "310000"], "size": "b2", "school": "一中"}}
        team = self.people[0].must("POST", f"/events/{event}/teams", {"division": division, "name": "猎豹", "member": member})["id"]
        # The option that was chosen and the question that was answered are gone from the new version.
        self.organiser.must("PUT", f"/organiser/events/{event}/forms/member", {"fields": [HOME, {**SIZE, "options": SIZE["options"][:1] + [
            {"id": "c3", "label": {"zh": "中号", "en": "Medium"}}]}]})
        self.people[0].must("POST", f"/teams/{team}/submit", {})
        row, = self.rows(event, "zh-CN")
        self.assertEqual((row["状态"], row["角色"], row["队员状态"]), ("已确认", "队长", "资料已完成"))
        self.assertEqual(row["尺码"], "小号")
        self.assertEqual(row["地址"].lstrip("'"), "浙江 / 杭州 | 西湖路 1 号 | 310000")
        self.assertEqual(row["学校（已删除）"], "一中")
        row, = self.rows(event, "en")
        self.assertEqual((row["State"], row["Role"], row["Member state"], row["School (removed)"]), ("Confirmed", "Captain", "Complete", "一中"))
        self.assertEqual(row["Address"].lstrip("'"), "Zhejiang / Hangzhou | 西湖路 1 号 | 310000")


if __name__ == "__main__":
    unittest.main()
