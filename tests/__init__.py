"""Is our own code right: mirrors fixtures/, suites/ and reports/."""
