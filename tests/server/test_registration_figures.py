"""What an organiser and the operator see of how registration goes: the funnel, the backlog, and metrics that count every way a row moves."""

import re
import unittest

from registration_client import Client, Stage


class Figures(Stage, unittest.TestCase):
    PEOPLE = 4

    def setUp(self):
        self.event, (self.division,) = self.publish(1, review_stages=1, quota_teams=4)

    def found(self, who):
        return self.people[who].must("POST", f"/events/{self.event}/teams", {
            "division": self.division, "name": f"{self.event} {who}", "member": {"name": f"队员{who}", "consent": True}})["id"]

    def submit(self, who, team):
        return self.people[who].must("POST", f"/teams/{team}/submit", {})["id"]

    def figures(self):
        return self.organiser.must("GET", f"/organiser/events/{self.event}/figures")

    def metrics(self):
        """Of this event: {(metric, the other labels): value}."""
        client = Client(self.server.port)
        client.connection.request("GET", "/metrics")
        text = client.connection.getresponse().read().decode()
        out = {}
        for name, labels, value in re.findall(r"^(\w+)\{([^}]*)\} (\S+)$", text, re.M):
            pairs = dict(re.findall(r'(\w+)="([^"]*)"', labels))
            if pairs.pop("event", None) == self.event:
                out[(name.removeprefix("roundtable_"), *pairs.values())] = float(value)
        return out

    def test_the_funnel_and_the_backlog(self):
        for _ in range(3):
            Client(self.server.port).must("GET", f"/events/{self.event}")
        teams = [self.found(who) for who in range(4)]
        self.people[3].must("POST", f"/teams/{teams[3]}/disband", {})
        first = self.submit(0, teams[0])
        self.submit(1, teams[1])
        seen = self.figures()
        self.assertEqual(seen["review_backlog"]["count"], 2)
        self.assertRegex(seen["review_backlog"]["oldest"], r"^\d{4}-")
        rev = self.organiser.must("GET", f"/organiser/registrations/{first}")["rev"]
        self.organiser.must("POST", f"/organiser/registrations/{first}/review", {"action": "APPROVE"}, {"If-Match": f'"{rev}"'})
        # Who cancels has come so far.
        self.people[0].must("POST", f"/registrations/{first}/cancel", {})
        seen = self.until(self.figures, lambda figures: figures["funnel"]["viewed"] > 0)
        self.assertEqual(seen["funnel"], {"viewed": 3, "founded": 4, "ready": 3, "submitted": 2, "approved": 1, "checked_in": 0})
        self.assertEqual((seen["review_backlog"]["count"], seen["fill"][0]["confirmed"], seen["fill"][0]["used"]), (1, 0, 1))

    def test_metrics_count_every_way_a_row_moves(self):
        for who in range(3):
            self.submit(who, self.found(who))
        total = lambda state: ("registrations_total", self.division, state)
        step = lambda name: ("registration_funnel_total", self.division, name)
        seen = self.until(self.metrics, lambda now: now.get(total("IN_REVIEW")) == 3 and now.get(("review_backlog",)) == 3)
        self.assertEqual([seen[step(name)] for name in ("founded", "ready", "submitted")], [3, 3, 3])
        self.organiser.must("POST", f"/organiser/events/{self.event}/bulk", {"action": "APPROVE", "filter": {"state": "IN_REVIEW"}})
        seen = self.until(self.metrics, lambda now: now.get(total("CONFIRMED")) == 3 and now.get(("review_backlog",)) == 0)
        self.assertEqual(seen[step("approved")], 3)
        (quota,) = self.organiser.must("GET", f"/organiser/events/{self.event}/quotas")
        self.until(self.metrics, lambda now: now.get(("registration_fill_percent", quota["id"])) == 75)
        self.organiser.must("POST", f"/organiser/events/{self.event}/cancel", {})
        seen = self.until(self.metrics, lambda now: now.get(total("CANCELLED")) == 3)
        # Once each, and each once.
        self.assertEqual({key[2]: value for key, value in seen.items() if key[0] == "registrations_total"}, {"IN_REVIEW": 3, "CONFIRMED": 3, "CANCELLED": 3})

    def test_a_submit_is_timed_and_its_team_counted(self):
        def value(name):
            client = Client(self.server.port)
            client.connection.request("GET", "/metrics")
            found = re.search(r"^(?:roundtable_)?" + re.escape(name) + r" (\S+)$", client.connection.getresponse().read().decode(), re.M)
            return float(found.group(1)) if found else 0
        names = ['hold_seconds_count', 'teams_total{state="READY"}', 'teams_total{state="SUBMITTED"}']
        before = [value(name) for name in names]
        self.submit(0, self.found(0))
        self.until(lambda: [value(name) for name in names], lambda now: [b - a for a, b in zip(before, now)] == [1, 1, 1])


if __name__ == "__main__":
    unittest.main()
