"""The options of a load: the same for `python -m bench.load` and for Locust itself."""

from argparse import SUPPRESS, ArgumentParser

from bench.load.scenarios import SCENARIOS

SILENCE = 15.0
"""Seconds: who says nothing for so long is counted as one that does not answer."""


def add_options(parser: ArgumentParser) -> None:
    """What is ours."""
    add = parser.add_argument
    add(
        "--gateway-url",
        action="append",
        default=[],
        metavar="[NAME=]URL",
        help="the gateway that is asked; no other is",
    )
    add(
        "--credentials",
        metavar="FILE",
        help="who may log in there, as of pytest suites; workers read a file of their own",
    )
    add("--swift-auth-url", metavar="URL", help="where Swift's v1 auth is, if not at /auth/v1")
    add("--insecure", action="store_true", help="take any certificate of the gateway's")
    add(
        "--scenario",
        choices=list(SCENARIOS),
        default="ci-fleet",
        help="; ".join(f"{name}: {one.says}" for name, one in SCENARIOS.items()) + "; default: ci-fleet",
    )
    add(
        "--recording",
        action="append",
        default=[],
        metavar="NAME",
        help="whose operations: one of ours, or FILE.har; repeatable; default: 2.8.3's",
    )
    add("--max-rate", type=float, metavar="N", help="requests in a second, over all workers; default: 100")
    add("--max-connections", type=int, metavar="N", help="connections at once, over all workers; default: 32")
    add(
        "--silence-timeout",
        type=float,
        default=SILENCE,
        metavar="SECONDS",
        help=f"for the next byte; default: {SILENCE:g}",
    )
    add("--allow-account-writes", action="store_true", help="an account without a TempURL key gets and keeps one")
    add("--report-dir", metavar="DIR", help="where run.json goes; default: reports/runs/load-TIME")
    add("--said", help=SUPPRESS)
