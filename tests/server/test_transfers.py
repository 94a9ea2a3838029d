"""Teams go in by a file and come out as one, through the real binary; an import outlives a kill and enters nobody twice."""

import csv
import io
import json
import time
import unittest
import xml.etree.ElementTree
import zipfile

from registration_client import Server, start_with_event

TEAMS = 300
PATIENCE_S = 60
HEADINGS = ["队伍名称", "组别", "姓名", "手机号", "已同意条款"]


def csv_text(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def sheet_rows(packed, part="xl/worksheets/sheet1.xml"):
    """The texts of an XLSX sheet with inline strings; fails on a formula."""
    with zipfile.ZipFile(io.BytesIO(packed)) as book:
        sheet = xml.etree.ElementTree.fromstring(book.read(part))
    local = lambda node: node.tag.rpartition("}")[2]
    assert not [node for node in sheet.iter() if local(node) == "f"], "there is a formula"
    return [["".join(cell.itertext()) for cell in row if local(cell) == "c"] for row in sheet.iter() if local(row) == "row"]


class Transfers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.close)
        phone = {"key": "phone", "type": "mobile_cn", "label": {"zh": "手机号"}, "required": True, "sensitive": True}
        cls.organiser, cls.event = start_with_event(cls.server, "transfers", [phone])

    def of_event(self, path):
        return f"/organiser/events/{self.event}{path}"

    def send(self, query, body):
        connection = self.organiser.connection
        connection.request("POST", "/api/v1" + self.of_event("/imports?" + query), body,
                           {"Authorization": "Bearer " + self.organiser.token, "Content-Type": "application/octet-stream"})
        answer = connection.getresponse()
        text = answer.read()
        self.assertEqual(answer.status, 201, text)
        return json.loads(text)["data"]

    def done(self, kind, job):
        deadline = time.monotonic() + PATIENCE_S
        while True:
            now = self.organiser.must("GET", self.of_event(f"/{kind}/{job['id']}"))
            if now["state"] not in ("QUEUED", "RUNNING"):
                return now
            self.assertLess(time.monotonic(), deadline, now)
            time.sleep(0.1)

    def test_1_the_template_says_what_it_takes(self):
        status, packed = self.organiser.call("GET", self.of_event("/imports/template?format=xlsx"))
        self.assertEqual(status, 200)
        self.assertEqual(sheet_rows(packed)[0], ["队伍名称 *", "组别 *", "角色", "姓名 *", "手机号 *", "已同意条款", "队长账号"])
        self.assertIn("甲组", [cell for row in sheet_rows(packed, "xl/worksheets/sheet3.xml") for cell in row])

    def test_2_a_check_names_the_cell_and_enters_nobody(self):
        job = self.send("mode=check", csv_text([HEADINGS, ["飞虎队", "甲组", "张三", "1380013", "是"], ["猎豹队", "丙组", "李四", "13800138001", "是"]]))
        self.assertEqual((self.done("imports", job)["state"], self.done("imports", job)["failed"]), ("DONE", 2))
        errors = self.organiser.must("GET", self.of_event(f"/imports/{job['id']}/errors"))
        self.assertEqual([(e["row"], e["column"], e["field"]) for e in errors], [(2, "D", "member.phone"), (3, "B", "division")])
        self.assertEqual(self.organiser.must("GET", self.of_event("/teams")), [])

    def cap(self, teams):
        rev = self.organiser.must("GET", f"/organiser/events/{self.event}")["rev"]
        self.organiser.must("PATCH", f"/organiser/events/{self.event}", {"quota_teams": teams}, {"If-Match": f'"{rev}"'})

    def test_21_a_check_tells_from_which_row_the_places_run_out(self):
        teams = csv_text([HEADINGS, *(["第%d队" % n, "甲组", "张三", "1380013800%d" % n, "是"] for n in range(3))])
        self.cap(2)
        for mode, submit, rows in (("check", "true", [4]), ("all", "true", [4]), ("check", "false", [])):
            job = self.send(f"mode={mode}&submit={submit}", teams)
            self.done("imports", job)
            errors = self.organiser.must("GET", self.of_event(f"/imports/{job['id']}/errors"))
            self.assertEqual([e["row"] for e in errors], rows, (mode, submit, errors))
            self.assertEqual(self.organiser.must("GET", self.of_event("/teams")), [])
        self.cap(None)

    def test_3_an_import_outlives_a_kill_and_enters_each_team_once(self):
        rows = [HEADINGS] + [[f"第{n}队", "Group A", "=1+1" if n == 0 else f"队员{n}", f"138{n:08d}", "是"] for n in range(TEAMS)]
        job = self.send("mode=each&submit=true", csv_text(rows))
        give_up = time.monotonic() + PATIENCE_S
        while self.organiser.must("GET", self.of_event(f"/imports/{job['id']}"))["done"] == 0:
            self.assertLess(time.monotonic(), give_up, "the import does not begin")
            time.sleep(0.01)
        self.server.kill()
        self.server.start()
        self.organiser.connection.port = self.server.port
        self.organiser.connection.close()
        ended = self.done("imports", job)
        self.assertEqual((ended["state"], ended["total"], ended["done"], ended["failed"], ended["errors"]), ("DONE", TEAMS, TEAMS, 0, 0))
        self.assertEqual(self.organiser.must("GET", self.of_event("/figures"))["confirmed"], TEAMS)

    def test_4_the_same_rows_come_out_as_csv_and_as_xlsx(self):
        found = {}
        for form in ("CSV", "XLSX"):
            job = self.done("exports", self.organiser.must("POST", self.of_event("/exports"), {
                "format": form, "columns": ["no", "team", "name", "member.phone"], "sensitive": True}))
            self.assertEqual((job["state"], job["rows"], job["total"]), ("DONE", TEAMS, TEAMS))
            status, found[form] = self.organiser.call("GET", self.of_event(f"/exports/{job['id']}/file"))
            self.assertEqual((status, len(found[form])), (200, job["bytes"]))
        spread = sheet_rows(found["XLSX"])
        rows = list(csv.reader(io.StringIO(found["CSV"].decode("utf-8-sig"))))
        self.assertEqual(spread[1], ["1", "第0队", "=1+1", "13800000000"])
        self.assertEqual(rows[1], ["1", "第0队", "'=1+1", "\t13800000000"])
        self.assertEqual([[cell.lstrip("\t'") for cell in row] for row in rows], spread)


if __name__ == "__main__":
    unittest.main()
