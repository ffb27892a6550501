"""Where a check belongs, for whoever reads many of them."""

from typing import Final

from reports.model import SET_UP, CheckResult

REGISTRIES, SWIFT, S3, HTTP, SETUP = "Registries", "Swift", "S3", "HTTP", "Set-up"
AREAS: Final = (REGISTRIES, SWIFT, S3, HTTP, SETUP)
_REGISTRIES: Final = ("replay[", "real-registry[", "load[", "acknowledged-writes[", "push-after-fault[")


def area(check: CheckResult) -> str:
    """Registries, Swift, S3, HTTP, or set-up."""
    if check.id == SET_UP:
        return SETUP
    if check.id.startswith(_REGISTRIES):
        return REGISTRIES
    if check.id.startswith(("s3-", "boto3-")) or check.oracle.startswith(("S3 API", "boto")):
        return S3
    if check.oracle.startswith("RFC") or check.id.startswith("requests-"):
        return HTTP
    return SWIFT
