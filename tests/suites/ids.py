"""A pytest plugin that writes the id of every check that was collected to the file that CHECK_IDS names."""

import os
from pathlib import Path


def pytest_collection_finish(session):
    """One line for each item."""
    ids = [marker.args[0] for item in session.items if (marker := item.get_closest_marker("check"))]
    Path(os.environ["CHECK_IDS"]).write_text("".join(f"{id_}\n" for id_ in ids))
