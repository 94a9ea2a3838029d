"""Every route of the real binary against every role: nobody, accounts, each role in its scope and outside it, an API token, a device. What each must be
answered follows from the table (OpenAPI's x-permission and x-scope, GET /admin/permissions) and from nothing else; a route that is added is tested."""

import datetime
import re
import unittest

from binary import PASSWORD, Server

NOBODY = "0000000000000000"
PLATFORM_ONLY = {"org.create", "audit.view", "user.view", "user.manage", "server.view", "server.manage", "avalon.moderate"}
# They take no body and would do what they are for.
NOT_CALLED_WHEN_ALLOWED = {"organisation.leave"}
# Sub-things of the path that this test does not make: an allowed caller is told 404 as well.
MADE_UP = {"grant", "member", "invitation", "device", "token", "user", "backup", "key", "session", "file", "invite", "club", "job", "document", "kind", "no",
           "note", "tag", "template", "entry", "game", "report", "player", "restriction", "room", "address"}
# They tell of something the event of this test has not.
NOTHING_THERE = {"device.me", "form.diff", "event.remove_cover"}
# A stranger to a team: refused as such, or for his body before anybody looked at the team.
REFUSED = (400, 403, 404, 428)


def times():
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    text = lambda moment: moment.isoformat().replace("+00:00", "Z")
    return {"reg_open": text(now - day), "reg_close": text(now + day), "starts": text(now + 2 * day), "ends": text(now + 3 * day)}


class Place:
    """An organisation of its own with an event, a division with a quota, a team and its registration."""

    def __init__(self, test, owner, captain, slug):
        call = test.call
        self.organisation = call("POST", "/organisations", {"name": slug, "slug": slug}, owner, 201)["id"]
        event = {"title": {"zh": slug}, "organisation": slug, "team_min": 1, "team_max": 2, "review_stages": 1, "quota_teams": 50, **times()}
        self.event = call("POST", "/events", event, owner, 201)["id"]
        self.division = call("POST", f"/organiser/events/{self.event}/divisions", {"code": "A", "name": {"zh": "A"}}, owner, 201)["id"]
        call("POST", f"/organiser/events/{self.event}/publish", {}, owner, 200)
        self.quota = call("GET", f"/organiser/events/{self.event}/quotas", None, owner, 200)[0]["id"]
        self.team = call("POST", f"/events/{self.event}/teams",
                         {"division": self.division, "name": "T " + slug, "member": {"name": "Lin", "consent": True}}, captain, 201)["id"]
        self.registration = call("POST", f"/teams/{self.team}/submit", {}, captain, 201)["id"]

    def url(self, path):
        return re.sub(r"\{([^}]*)\}", lambda found: getattr(self, found.group(1), "team" if found.group(1) == "scope" else NOBODY), path)


class Caller:
    """Who asks, and what the table says he holds here."""

    def __init__(self, name, token, platform=(), anywhere=(), here=(), kind="session", account="user", only_event=False):
        self.name, self.token, self.kind, self.account = name, token, kind, account
        self.platform, self.here = set(platform), set(here) | set(platform)
        self.organisation = self.platform if only_event else self.here
        self.anywhere = set(anywhere) | self.here


class Matrix(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server("--set", "auth.bcrypt_cost=4", "--set", "limits.export_per_hour=100000")
        cls.server.start()
        cls.accounts = 0
        admin = cls.account("admin")
        organiser = cls.account("organiser")
        captain = cls.account("user")
        cls.here = Place(cls, organiser, captain, "here")
        cls.there = Place(cls, cls.account("organiser"), captain, "there")
        cls.table = cls.call("GET", "/admin/permissions", None, admin, 200)
        status, _, cls.document = cls.server.request("GET", "/api/openapi.json")
        assert status == 200
        cls.callers = list(cls.make_callers(admin, organiser))

    @classmethod
    def tearDownClass(cls):
        cls.server.end_well()

    @classmethod
    def call(cls, method, path, body, token, expected):
        status, _, answer = cls.server.request(method, "/api/v1" + path, body, token=token)
        assert status == expected, (method, path, status, answer)
        return answer["data"]

    @classmethod
    def account(cls, role):
        cls.accounts += 1
        cls.last = f"matrix{cls.accounts}"
        return cls.server.make_account(cls.last, role)

    @classmethod
    def make_callers(cls, admin, organiser):
        permissions = {row["id"]: row for row in cls.table["permissions"]}
        roles = {row["id"]: row for row in cls.table["roles"]}
        of_organisation = {name for name in permissions if name not in PLATFORM_ONLY}
        of_event = {name for name, row in permissions.items() if row["narrowest"] == "event"}
        yield Caller("nobody", None, kind="nobody")
        yield Caller("user", cls.account("user"))
        yield Caller("organiser elsewhere", cls.account("organiser"), {"org.create"}, of_organisation, account="organiser")
        yield Caller("owner", organiser, {"org.create"}, of_organisation, roles["owner"]["permissions"], account="organiser")
        yield Caller("admin", admin, permissions, permissions, permissions, account="admin")
        for role in (name for name, row in roles.items() if "PLATFORM" in row["places"]):
            token = cls.account("user")
            cls.server.command("user", "grant", cls.last, role, "--platform")
            yield Caller(role, token, roles[role]["permissions"])
        for role, row in roles.items():
            for place, flag, limit in (("ORGANISATION", "--organisation", of_organisation), ("EVENT", "--event", of_event)):
                if place not in row["places"]:
                    continue
                held = set(row["permissions"]) & limit
                for where, slug in ((cls.here, "here"), (cls.there, "there")):
                    token = cls.account("user")
                    name = getattr(where, place.lower())
                    cls.server.command("user", "grant", cls.last, role, flag, name)
                    yield Caller(f"{role} of {place} {slug}", token, anywhere=held, here=held if slug == "here" else (), only_event=place == "EVENT")
        carried = sorted(name for name, row in permissions.items() if row["token"] and name in roles["manager"]["permissions"])
        made = cls.call("POST", "/me/tokens", {"name": "all", "permissions": carried, "organisation": "here", "password": PASSWORD}, organiser, 201)
        yield Caller("API token", made["token"], anywhere=carried, here=carried, kind="token")
        carried = sorted(name for name in PLATFORM_ONLY if permissions[name]["token"])
        made = cls.call("POST", "/me/tokens", {"name": "platform", "permissions": carried, "password": PASSWORD}, admin, 201)
        yield Caller("API token of the platform", made["token"], carried, kind="token")
        code = cls.call("POST", f"/organiser/events/{cls.here.event}/device-pairings", {"name": "gate"}, organiser, 201)["code"]
        device = cls.call("POST", "/devices/pair", {"code": code}, None, 201)["token"]
        yield Caller("device", device, anywhere={"event.view", "checkin"}, here={"event.view", "checkin"}, kind="device", only_event=True)

    @staticmethod
    def verdict(operation, caller):
        """"in", or the statuses that refuse."""
        access, permission = operation["x-access"], operation.get("x-permission")
        if caller.kind == "nobody":
            return (401,)
        if not permission:
            if caller.kind != "session":
                return (403,)
            needed = {"user": ("user", "organiser", "admin"), "organiser": ("organiser", "admin"), "admin": ("admin",)}[access]
            return "in" if caller.account in needed else (403,)
        also = operation["x-holders"] == "also" and caller.kind == "session"
        scope = operation["x-scope"]
        if caller.kind != "session" and permission not in caller.anywhere:
            return (403,)
        if scope in ("platform", "anywhere"):
            held = caller.platform if scope == "platform" else caller.anywhere
            return "in" if permission in held or also else (403,)
        held = caller.organisation if scope == "organisation" else caller.here
        if permission in held:
            return "in"
        if also:
            return REFUSED
        if caller.kind == "session" and permission not in caller.anywhere:
            return (403,)
        return (403,) if held - PLATFORM_ONLY else (404,)

    def operations(self):
        for path, operations in self.document["paths"].items():
            for method, operation in operations.items():
                if operation["x-access"] != "public":
                    yield method.upper(), path, operation

    def mismatches(self, callers):
        """What is answered otherwise than the table says: (route, caller, status, verdict)."""
        out = []
        count = 0
        for method, path, operation in self.operations():
            url = self.here.url(path)
            has_body = "application/json" in operation.get("requestBody", {}).get("content", {})
            blind = bool(MADE_UP & set(re.findall(r"\{([^}]*)\}", path)))
            for caller in callers:
                verdict = self.verdict(operation, caller)
                # What others' routes do for a signed-in person is not this test's matter.
                if verdict == "in" and (operation["operationId"] in NOT_CALLED_WHEN_ALLOWED or not operation.get("x-permission")):
                    continue
                # A body that is no object: whoever gets in is told so, and nothing is changed.
                status, _, answer = self.server.request(method, url, token=caller.token, raw=b"[]" if has_body else None,
                                                        headers={"Content-Type": "application/json"} if has_body else {})
                count += 1
                if verdict == "in":
                    # Whether a token may go on is for the handler to say where it chooses the scope.
                    good = status not in (401, 403, 404) or (status == 404 and (blind or operation["operationId"] in NOTHING_THERE))
                else:
                    good = status in verdict
                if not good:
                    code = answer.get("code") if isinstance(answer, dict) else None
                    out.append((operation["operationId"], caller.name, status, code, verdict))
        self.assertGreater(count, 1000 if len(callers) > 10 else 0)
        return out

    def test_every_route_answers_every_role_as_the_table_says(self):
        wrong = self.mismatches(self.callers)
        self.assertEqual(wrong, [], f"{len(wrong)} of the matrix differ")

    def test_the_test_can_fail(self):
        """A person whose role was taken away is not what the table takes him for."""
        name = [caller for caller in self.callers if caller.name == "manager of ORGANISATION here"][0]
        stranger = Caller(name.name, self.account("user"), name.platform, name.anywhere, name.here)
        wrong = {row[0] for row in self.mismatches([stranger])}
        self.assertTrue({"event.update", "registration.review", "organisation.members", "event.grant.give"} <= wrong, wrong)

    def test_a_role_that_is_taken_holds_no_longer(self):
        token = self.account("user")
        path = f"/api/v1/organiser/events/{self.here.event}"
        self.assertEqual(self.server.request("GET", path, token=token)[0], 403)
        self.server.command("user", "grant", self.last, "viewer", "--event", self.here.event)
        self.assertEqual(self.server.request("GET", path, token=token)[0], 200)
        self.server.command("user", "revoke", self.last, "--event", self.here.event)
        self.assertEqual(self.server.request("GET", path, token=token)[0], 403)

    def test_every_route_with_a_permission_says_so(self):
        words = {row["id"] for row in self.table["permissions"]}
        seen = {operation.get("x-permission") for _, _, operation in self.operations()} - {None}
        self.assertTrue(seen <= words)
        self.assertTrue({"event.edit", "reg.review", "member.manage", "user.manage", "server.manage"} <= seen)


if __name__ == "__main__":
    unittest.main()
