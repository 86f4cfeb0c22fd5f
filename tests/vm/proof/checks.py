"""A line for each check, and the count of them."""

import time


class Checks:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self._scenario = ""
        self._since = 0.0

    def begin(self, scenario, what):
        self._scenario = scenario
        self._since = time.monotonic()
        print(f"== {scenario}: {what}", flush=True)

    def end(self):
        print(f"   {self._scenario} took {time.monotonic() - self._since:.0f} s", flush=True)

    def that(self, what, differences):
        """Passed when there is no difference."""
        self._tell("FAIL" if differences else "ok", what)
        for difference in differences:
            print(f"       {difference}", flush=True)
        if differences:
            self.failed += 1
        else:
            self.passed += 1
        return not differences

    def holds(self, what, condition, otherwise=""):
        return self.that(what, [] if condition else [otherwise or "it does not"])

    def skip(self, what, reason):
        self._tell("SKIP", f"{what}: {reason}")
        self.skipped += 1

    def total(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    def _tell(self, outcome, what):
        print(f"{outcome:<5}{self._scenario}: {what}", flush=True)
