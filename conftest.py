"""Names the rooms to pytest. An `if` in this file is in the wrong room."""

pytest_plugins = [
    "fixtures.plugin",
    "fixtures.given",
    "fixtures.stages.plugin",
    "fixtures.faults.plugin",
    "suites.repeating",
    "suites.plugin",
    "suites.selection",
    "reports.plugin",
]
