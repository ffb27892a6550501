"""A thousand and one objects, written once in each process: one more than a page of a listing has rows; and as many
whose names are so long that a page of them is more than a mebibyte.
"""

ROWS = "page/"
THOUSAND = [(f"{ROWS}{number:04}/link", f"sha256:{number}\n".encode()) for number in range(1001)]
"""Names and bytes, in the order of a listing; each is in a directory of its own, as a registry's links are."""
LONG = [(f"long/{number:04}/{'n' * 990}", b"") for number in range(1001)]
"""Names of 1,000 bytes: RGW and Swift take up to 1,024."""
