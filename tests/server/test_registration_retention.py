"""What is erased when the time of an event is over: who agreed for a minor, addresses, imported names and notes, not only answers."""

import contextlib
import json
import os
import sqlite3
import time
import unittest

from registration_client import CARD, PATIENCE_S, SIGNATURE, Client, Stage, card_of

LONG_AGO_US = 400 * 86400 * 1000000


class Retention(Stage, unittest.TestCase):
    def store(self):
        return contextlib.closing(sqlite3.connect(os.path.join(self.server.data, "roundtable.db"), isolation_level=None))

    def ask(self, statement, *values):
        with self.store() as connection:
            return connection.execute(statement, values).fetchall()

    def wait_for(self, done):
        deadline = time.monotonic() + 2 * PATIENCE_S
        while not done():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.5)

    def fill(self):
        """An event with a minor, an invitation, a note and an imported team; returns its row's id."""
        event, (division,) = self.publish(1, [CARD], guardian_under_age=14, retention_days=30)
        child = card_of(f"{time.gmtime().tm_year - 10}0101", 11)
        team = self.people[0].must("POST", f"/events/{event}/teams", {
            "division": division, "name": f"猎豹 {event}", "member": {"name": "孩子", "consent": True, "answers": {"card": child}}})
        link = self.people[0].must("POST", f"/teams/{team['id']}/members/{team['members'][0]['id']}/guardian-link", {})
        Client(self.server.port).must("POST", "/guardian/answer", {
            "token": link["url"].split("#")[1], "answer": "GRANT", "name": "母亲", "relation": "MOTHER", "signature": SIGNATURE})
        self.people[0].must("POST", f"/teams/{team['id']}/invites", {"kind": "DIRECT", "target": "somebody@example.org"})
        registration = self.people[0].must("POST", f"/teams/{team['id']}/submit", {})["id"]
        self.organiser.must("POST", f"/organiser/registrations/{registration}/notes", {"text": "母亲的电话 13812345678"})
        sent = f"队伍名称,角色,姓名,证件\n导入队,队长,李雷,{card_of('19900101', 31)}\n".encode()
        self.organiser.connection.request("POST", f"/api/v1/organiser/events/{event}/imports?mode=each&division={division}", sent,
                                          {"Authorization": "Bearer " + self.organiser.token, "Content-Type": "text/csv"})
        answer = self.organiser.connection.getresponse()
        job = json.loads(answer.read())["data"]["id"]
        ended = lambda: self.organiser.must("GET", f"/organiser/events/{event}/imports/{job}")
        self.wait_for(lambda: ended()["state"] in ("DONE", "FAILED"))
        self.assertEqual((ended()["state"], ended()["failed"]), ("DONE", 0))
        return self.ask("SELECT id FROM event WHERE public_id = ?", event)[0][0], team["id"]

    def kept(self, event):
        """How many rows of each kind still tell something of a person."""
        of = "member IN (SELECT id FROM team_member WHERE event = ?)"
        count = lambda statement: self.ask("SELECT COUNT(*) FROM " + statement, event)[0][0]
        return {
            "guardian": count(f"guardian_link WHERE (name IS NOT NULL OR signature IS NOT NULL OR ip_hash IS NOT NULL) AND {of}"),
            "consent": count(f"consent WHERE ip_hash <> '' AND {of}"),
            "invite": count("team_invite WHERE (target_label IS NOT NULL OR target_bi IS NOT NULL) AND team IN (SELECT id FROM team WHERE event = ?)"),
            "imported": count("person WHERE imported = 1 AND ended IS NULL AND id IN (SELECT person FROM team_member WHERE event = ?)"),
            "note": count("note WHERE registration IN (SELECT id FROM registration WHERE event = ?)"),
            "answers": count("answer_set WHERE (data <> '{}' OR sensitive IS NOT NULL) AND owner IN (SELECT id FROM team_member WHERE event = ?)"),
        }

    def test_an_events_personal_data_goes_after_its_time(self):
        past, team = self.fill()
        present, _ = self.fill()
        self.assertTrue(all(self.kept(past).values()), self.kept(past))
        self.server.process.terminate()
        self.server.process.wait(timeout=PATIENCE_S)
        with self.store() as connection:
            connection.execute("UPDATE event SET reg_open = reg_open - ?1, reg_close = reg_close - ?1, starts = starts - ?1, ends = ends - ?1,"
                               " edit_deadline = edit_deadline - ?1, cancel_deadline = cancel_deadline - ?1, roster_lock_at = roster_lock_at - ?1"
                               " WHERE id = ?2", (LONG_AGO_US, past))
        self.server.start()
        self.wait_for(lambda: not any(self.kept(past).values()))
        self.assertTrue(all(self.kept(present).values()), "the other event's time is not over")
        # The rows that others count on are there: who agreed for whom and when, who was on the team.
        self.assertEqual(self.ask("SELECT answer FROM guardian_link WHERE member IN (SELECT id FROM team_member WHERE event = ?)", past), [("GRANTED",)])
        captain = Client(self.server.port).sign_in("person0")
        self.assertEqual(captain.must("GET", f"/teams/{team}")["member_count"], 1)
        self.assertGreater(self.ask("SELECT COUNT(*) FROM audit WHERE action = 'personal.erase'")[0][0], 0)


if __name__ == "__main__":
    unittest.main()
