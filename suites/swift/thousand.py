"""A thousand and one objects, written once in each process: one more than a page of a listing has rows."""

ROWS = "page/"
THOUSAND = [(f"{ROWS}{number:04}/link", f"sha256:{number}\n".encode()) for number in range(1001)]
"""Names and bytes, in the order of a listing; each is in a directory of its own, as a registry's links are."""
