"""Runs every rule of rules.py over the tree, and over samples that show it can fail."""

import os
import pathlib
import unittest

import rules
import tree

ROOT = os.environ.get("RT_SOURCE_DIR") or str(pathlib.Path(__file__).resolve().parents[2])


class Rules(unittest.TestCase):
    def test_tree_keeps_every_rule(self):
        files = tree.load(ROOT)
        self.assertGreater(len(files), 50, "the tree was not found")
        for name, (rule, _, _) in rules.RULES.items():
            with self.subTest(rule=name):
                problems = rule(files)
                self.assertFalse(problems, "\n" + "\n".join(problems))

    def test_every_rule_can_fail(self):
        for name, (rule, broken, _) in rules.RULES.items():
            self.assertTrue(broken)
            for index, files in enumerate(broken):
                with self.subTest(rule=name, sample=index):
                    self.assertTrue(rule(files), f"the rule accepted {files}")

    def test_every_rule_can_pass(self):
        for name, (rule, _, kept) in rules.RULES.items():
            self.assertTrue(kept)
            for index, files in enumerate(kept):
                with self.subTest(rule=name, sample=index):
                    self.assertFalse(rule(files))


if __name__ == "__main__":
    unittest.main()
