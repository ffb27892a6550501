"""What `report.html` of a large run costs: 5,000 checks with 50,000 exchanges, written, and filtered in Chromium.

.venv/bin/python -m bench.pages [--checks N] [--exchanges N] [--keep FILE]
"""

import argparse
import base64
import json
import random
import re
import resource
import tempfile
import time
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from reports.loading import load
from reports.pages.report import write_report
from tests.pages.browsing import opening
from tests.pages.runs import dead, put
from tests.reports.building import deviation, result, run

KINDS = ("head", "get", "put", "list", "copy", "delete", "etag", "range", "acl", "s3-get", "s3-put", "boto3-list")


def generate(place: Path, checks: int, exchanges: int) -> None:
    """A run of that size; every 50th check is red, and bodies are half of bytes that no packer makes smaller."""
    chance, each = random.Random(7), exchanges // checks
    made = []
    with (place / "exchanges.jsonl").open("w") as file:
        for n in range(checks):
            red = n % 50 == 0
            id_ = f"{KINDS[n % len(KINDS)]}-of-thing[{n}]"
            found = [deviation(impact=f"push fails in way {n % 7}", exchanges=[n * each + each - 1])] if red else []
            made.append(result(id_, *found))
            for m in range(each):
                body = chance.randbytes(700) + b"<row/>" * chance.randrange(200)
                one = dead() if red and m == each - 1 else put(f"/swift/v1/c/{n}/{m}", body=body)
                one["response"] |= {"body": base64.b64encode(body[:600]).decode(), "size": 600}
                file.write(json.dumps(one | {"check": id_}) + "\n")
    (place / "run.json").write_text(json.dumps(run(*made).to_json()))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checks", type=int, default=5_000)
    parser.add_argument("--exchanges", type=int, default=50_000)
    parser.add_argument("--keep", type=Path, help="where the page stays")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rgwc-bench-") as directory:
        place = Path(directory)
        generate(place, options.checks, options.exchanges)
        page = options.keep or place / "report.html"
        loaded, before = load(place), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        write_report(loaded, page)
        print(f"exchanges.jsonl     {(place / 'exchanges.jsonl').stat().st_size / 1e6:8.1f} MB")
        print(f"report.html         {page.stat().st_size / 1e6:8.1f} MB")
        print(f"written in          {time.perf_counter() - began:8.2f} s")
        print(f"memory of it        {(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3:8.1f} MB more")
        look(page)


def look(path: Path) -> None:
    """Open it, filter it, open a check."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        with opening(chromium) as opened:
            began = time.perf_counter()
            page = opened(path)
            print(f"opened in           {time.perf_counter() - began:8.2f} s")
            began = time.perf_counter()
            page.locator("#filter [name=text]").fill("boto3")
            expect(page.locator(".matches")).to_contain_text(re.compile("^[1-9][0-9,]{0,2} of "))
            print(f"first filter after  {time.perf_counter() - began:8.2f} s")
            began = time.perf_counter()
            page.evaluate("location.hash = document.querySelector('details.check[data-v=fail]').id")
            page.wait_for_selector(".check.here mark")
            print(f"check opened after  {time.perf_counter() - began:8.2f} s")
            heap = page.evaluate("performance.memory ? performance.memory.usedJSHeapSize : 0")
            print(f"heap of its scripts {heap / 1e6:8.1f} MB")
            print(page.locator("footer").inner_text())
        chromium.close()


if __name__ == "__main__":
    main()
