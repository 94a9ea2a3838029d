#!/usr/bin/env python3
"""Writes the generated files of the packages: manual page, shell completion, bill of materials, copyright files.

generate.py --binary FILE --libraries FILE --out FOLDER      SOURCE_DATE_EPOCH gives the date
"""

import argparse
import datetime
import gzip
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
DOCUMENT_BASE = "https://roundtable.invalid/spdx"


def when():
    return datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.timezone.utc)


def say(binary, *arguments):
    """Standard output of the binary."""
    done = subprocess.run([binary, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=20, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        sys.exit(f"generate.py: {' '.join(map(str, (binary, *arguments)))}: {done.stderr}")
    return done.stdout


def table(path, columns):
    rows = []
    for line in pathlib.Path(path).read_text().split("\n"):
        if line.strip() and not line.startswith("#"):
            rows.append(re.split(r"\s{2,}", line.strip()) if columns is None else line.split(maxsplit=columns - 1))
    return rows


def npm_packages():
    """(name, version, licence, integrity) of what the pages bundle: the packages of web/package-lock.json that are not for development."""
    lock = ROOT / "web" / "package-lock.json"
    if not lock.exists():
        return []
    packages = json.loads(lock.read_text())["packages"]
    return sorted(
        (path.rpartition("node_modules/")[2], entry["version"], entry.get("license", "NOASSERTION"), entry.get("integrity", ""))
        for path, entry in packages.items() if path and not entry.get("dev") and not entry.get("devOptional") and not entry.get("optional"))


def spdx_id(name):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def package(name, version, licence, supplier, purl, checksums=()):
    entry = {
        "SPDXID": spdx_id(name), "name": name, "versionInfo": version, "supplier": supplier, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
        "licenseConcluded": licence, "licenseDeclared": licence, "copyrightText": "NOASSERTION",
        "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}],
    }
    if checksums:
        entry["checksums"] = list(checksums)
    return entry


def bill_of_materials(version, libraries):
    licences = {row[0]: row[1] for row in table(HERE / "dependencies" / "licences.table", None)}
    locked = table(HERE / "dependencies" / "sources.lock", 4)
    packages = [package("roundtable", version, "Apache-2.0", "Organization: Roundtable", f"pkg:generic/roundtable@{version}")]
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-roundtable")]
    for name, library_version, source in libraries:
        if name not in licences:
            sys.exit(f"generate.py: {name} has no row in packaging/dependencies/licences.table")
        checksums, supplier, purl = [], "Organization: Debian", f"pkg:deb/debian/{source}@{library_version}"
        if source == "fetched":
            rows = [row for row in locked if row[0] == name]
            used = [row for row in rows if row[1] == library_version] or rows[:1]
            checksums = [{"algorithm": "SHA256", "checksumValue": row[3]} for row in used[:1]]
            purl = f"pkg:deb/debian/{name}@{library_version}?arch=source"
            if name == "sqlite":
                supplier, purl = "Organization: SQLite", f"pkg:npm/better-sqlite3@{used[0][1]}"
        packages.append(package(name, library_version, licences[name], supplier, purl, checksums))
        relations.append(("SPDXRef-roundtable", "STATIC_LINK", spdx_id(name)))
    for name, package_version, licence, _ in npm_packages():
        packages.append(package(f"npm-{name}", package_version, licence, "NOASSERTION", f"pkg:npm/{name.replace('@', '%40')}@{package_version}"))
        relations.append(("SPDXRef-roundtable", "CONTAINS", spdx_id(f"npm-{name}")))
    digest = hashlib.sha256(json.dumps(packages, sort_keys=True).encode()).hexdigest()[:32]
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"roundtable-{version}",
        "documentNamespace": f"{DOCUMENT_BASE}/roundtable-{version}-{digest}",
        "creationInfo": {"created": when().strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: roundtable-packaging"]},
        "packages": packages,
        "relationships": [{"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b} for a, kind, b in relations],
    }


def copyright_files(libraries, out):
    folder = out / "third-party"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    rows = {row[0]: row[2] for row in table(HERE / "dependencies" / "licences.table", None)}
    for name, _, _ in libraries:
        source = pathlib.Path(f"/usr/share/doc/{rows[name]}/copyright")
        if rows[name] != "-" and source.exists():
            shutil.copyfile(source, folder / f"{name}.copyright")
    fetched = pathlib.Path(os.environ.get("RT_DEPS_CACHE") or
                           pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "roundtable" / "deps")
    for name, licence in (("cpp-httplib", "LICENSE"), ("libxlsxwriter", "License.txt")):
        for path in sorted(fetched.glob(f"{name}-*/{licence}"))[-1:]:
            shutil.copyfile(path, folder / f"{name}.copyright")
    (folder / "sqlite.copyright").write_text("SQLite is in the public domain: its authors disclaim copyright to the source code.\n")


def write_gzip(path, text):
    with open(path, "wb") as raw, gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=raw, mtime=0) as packed:
        packed.write(text.encode())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--libraries", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    libraries = table(options.libraries, 3)
    write_gzip(options.out / "roundtable.8.gz", say(options.binary, "manual"))
    write_gzip(options.out / "changelog.gz", (HERE / "deb" / "changelog").read_text())
    for name in ("roundtable", "app"):  # the program completes the name that it was called by
        (options.out / f"{name}.bash").write_text(say(pathlib.Path(options.binary).with_name(name), "completion", "bash"))
    (options.out / "sbom.spdx.json").write_text(json.dumps(bill_of_materials(options.version, libraries), indent=1, sort_keys=True) + "\n")
    shutil.copyfile(ROOT / "config.toml.example", options.out / "config.toml.example")
    copyright_files(libraries, options.out)


if __name__ == "__main__":
    main()
