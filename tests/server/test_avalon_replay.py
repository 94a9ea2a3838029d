"""`roundtable avalon replay` as a program: file and standard input, output, exit codes."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

BINARY = os.environ.get("RT_BINARY", "build/release/roundtable")
TIMEOUT_S = 60


def replay(*words, text=None):
    return subprocess.run([BINARY, "avalon", "replay", *words], input=text, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)


def proposal(leader, team, approve):
    return {"leader": leader, "team": team, "votes": [seat in approve for seat in range(5)]}


def game():
    everybody = range(5)
    return {
        "players": [{"role": role} for role in ("merlin", "percival", "servant", "assassin", "morgana")], "leader": 4, "options": {},
        "quests": [
            {"proposals": [proposal(4, [3, 4], [3, 4]), proposal(0, [0, 3], everybody)], "cards": {"0": "success", "3": "fail"}},
            {"proposals": [proposal(1, [0, 1, 2], everybody)], "fails": 0},
            {"proposals": [proposal(2, [1, 4], everybody)], "fails": 1},
            {"proposals": [proposal(3, [2, 3, 4], everybody)], "fails": 2},
        ],
    }


class Replay(unittest.TestCase):
    def test_a_game_from_a_file_and_from_standard_input(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "game.json")
            path.write_text(json.dumps(game(), indent=2))
            from_file = replay(str(path))
        self.assertEqual(0, from_file.returncode, from_file.stdout)
        report = json.loads(from_file.stdout)
        self.assertEqual({"winner": "evil", "reason": "three_fails"}, report["outcome"])
        self.assertEqual([state["fails"] for state in report["states"]], [0, 0, 0, 1, 1, 1, 1, 2, 2, 3])
        self.assertEqual(from_file.stdout, replay("-", text=json.dumps(game())).stdout)

    def test_the_first_illegal_step_ends_it(self):
        wrong = game()
        wrong["quests"][2]["proposals"][0]["team"] = [1, 4, 0]
        done = replay("-", text=json.dumps(wrong))
        self.assertEqual(1, done.returncode)
        error = json.loads(done.stdout)["error"]
        self.assertEqual(("quests[2].proposals[0].team", 3, 1, "wrong_team_size"),
                         (error["at"], error["quest"], error["proposal"], error["reason"]))

    def test_many_games_one_line_each(self):
        short = game()
        short["quests"].pop()
        lines = [json.dumps(one) for one in (game(), short, game())]
        done = replay("-", text="\n".join(lines) + "\n")
        self.assertEqual(1, done.returncode)
        reports = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([1, 2, 3], [report["line"] for report in reports])
        self.assertEqual("quest_missing", reports[1]["error"]["reason"])
        self.assertEqual("three_fails", reports[2]["outcome"]["reason"])
        self.assertEqual(0, replay("-", text="\n".join(lines[::2])).returncode)

    def test_exit_codes(self):
        self.assertEqual(2, replay().returncode)
        missing = replay("/nowhere/game.json")
        self.assertEqual(1, missing.returncode)
        self.assertIn("/nowhere/game.json", missing.stderr)
        self.assertEqual(1, replay("-", text="no JSON").returncode)


if __name__ == "__main__":
    unittest.main()
