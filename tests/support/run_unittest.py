"""Runs one unittest file and fails when it held no test: run_unittest.py tests/FOLDER/test_NAME.py [TEST...]."""

import os
import pathlib
import sys
import unittest


def main():
    if "RT_BINARY_OVERRIDE" in os.environ:  # ./dev check --long: the same tests against a sanitized server
        os.environ["RT_BINARY"] = os.environ["RT_BINARY_OVERRIDE"]
    # ctest sets these; by hand the release build of this tree is meant.
    root = pathlib.Path(__file__).resolve().parents[2]
    os.environ.setdefault("RT_SOURCE_DIR", str(root))
    os.environ.setdefault("RT_BUILD_DIR", str(root / "build" / "release"))
    os.environ.setdefault("RT_BINARY", str(root / "build" / "release" / "roundtable"))
    path = pathlib.Path(sys.argv[1]).resolve()
    sys.path[:0] = [str(path.parent), str(pathlib.Path(__file__).resolve().parent)]
    loader = unittest.TestLoader()
    if len(sys.argv) > 2:
        suite = loader.loadTestsFromNames([f"{path.stem}.{name}" for name in sys.argv[2:]])
    else:
        suite = loader.loadTestsFromName(path.stem)
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    if result.testsRun - len(result.skipped) == 0:
        print(f"{path.name}: no test was run", file=sys.stderr)
        return 1
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
