"""Rows of the table: what was measured, beside what, the bar, met or missed."""
import json
import os
import platform
import time


class Report:
    def __init__(self):
        self.rows = []
        self.notes = []

    def figure(self, scenario, what, value, unit):
        """A figure without a bar."""
        self.rows.append({"scenario": scenario, "what": what, "value": value, "unit": unit})
        self._say(self.rows[-1])

    def ratio(self, scenario, what, value, unit, other_name, other, at_least=None, at_most=None):
        """`value` divided by `other`, held against a bar if there is one."""
        row = {"scenario": scenario, "what": what, "value": value, "unit": unit, "other": other_name,
               "other_value": other, "ratio": value / other if other else None}
        self._judge(row, row["ratio"], at_least, at_most)

    def bound(self, scenario, what, value, unit, at_least=None, at_most=None):
        """`value` itself held against a bar."""
        self._judge({"scenario": scenario, "what": what, "value": value, "unit": unit}, value, at_least, at_most)

    def note(self, text):
        self.notes.append(text)
        print(f"   {text}", flush=True)

    def _judge(self, row, figure, at_least, at_most):
        if at_least is not None:
            row |= {"bar": f">= {at_least:g}", "met": figure is not None and figure >= at_least}
        if at_most is not None:
            row |= {"bar": f"<= {at_most:g}", "met": figure is not None and figure <= at_most}
        self.rows.append(row)
        self._say(row)

    @staticmethod
    def _say(row):
        print("   " + "  ".join(cell for cell in Report._cells(row) if cell), flush=True)

    @staticmethod
    def _cells(row):
        def number(value):
            if value is None:
                return "none"
            if abs(value) >= 1000:
                return f"{value:,.0f}".replace(",", " ")
            return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"

        beside = f"{row['other']} {number(row['other_value'])}" if "other" in row else ""
        ratio = f"x {number(row['ratio'])}" if row.get("ratio") is not None else ""
        met = {True: "met", False: "MISSED"}.get(row.get("met"), "")
        return [row["scenario"], row["what"], f"{number(row['value'])} {row['unit']}", beside, ratio, row.get("bar", ""), met]

    def print_table(self):
        header = ["scenario", "what", "roundtable", "beside", "ratio", "bar", ""]
        lines = [header] + [self._cells(row) for row in self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(header))]
        print()
        for number, line in enumerate(lines):
            print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
            if number == 0:
                print("  ".join("-" * width for width in widths))
        judged = [row for row in self.rows if "met" in row]
        missed = [row for row in judged if not row["met"]]
        print(f"\n{len(judged) - len(missed)} bars met, {len(missed)} missed")
        return not missed

    def write_json(self, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        machine = {"cores": os.cpu_count(), "kernel": platform.release(), "load_average": os.getloadavg()}
        when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        path.write_text(json.dumps({"when": when, "machine": machine, "rows": self.rows, "notes": self.notes},
                                   ensure_ascii=False, indent=1) + "\n")
