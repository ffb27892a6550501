"""Libraries as their users set them up, with no repetitions of their own: each through a proxy that overhears it.

Rule 1: a library is imported when a check needs it: whoever only collects checks does not wait for it.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from suites.claims import untested

_REGION: Final = "us-east-1"


@pytest.fixture
def swift_login(sdk, swift) -> dict[str, Any]:
    """What python-swiftclient needs to know; its storage URL is the gateway's own, as seen through the proxy."""
    return {
        "authurl": sdk.swift_auth_url,
        "user": sdk.account.swift_user,
        "key": sdk.account.swift_key.value,
        "storage_url": sdk.here(swift.storage_url) if urlsplit(swift.storage_url).netloc else sdk.url,
        "cacert": str(sdk.ca_file) if sdk.ca_file else None,
        "timeout": sdk.limits.silence,
    }


@pytest.fixture
def new_connection(swift_login) -> Iterator[Callable[..., Any]]:
    """Connections as a program makes them; what differs is given by name."""
    from swiftclient import Connection  # noqa: PLC0415 - see rule 1

    opened: list[Any] = []

    def new(**options: Any) -> Any:
        storage = options.pop("storage_url", swift_login["storage_url"])
        known = {name: value for name, value in swift_login.items() if name != "storage_url"}
        known |= {"auth_version": "1", "retries": 0, "starting_backoff": 0, "os_options": {}} | options
        if storage:
            known["os_options"] = {"object_storage_url": storage}
        opened.append(Connection(**known))
        return opened[-1]

    yield new
    for connection in opened:
        connection.close()


@pytest.fixture
def client(new_connection) -> Any:
    """python-swiftclient's Connection."""
    return new_connection()


@pytest.fixture
def service(swift_login) -> Iterator[Any]:
    """python-swiftclient's SwiftService: what its command line is made of."""
    from swiftclient.service import SwiftService  # noqa: PLC0415 - see rule 1

    absent = ("os_username", "os_auth_url", "os_auth_token", "os_auth_type", "os_cert", "os_key", "os_tenant_name")
    options: dict[str, Any] = dict.fromkeys(absent)
    options |= {
        "auth": swift_login["authurl"],
        "auth_version": "1.0",
        "user": swift_login["user"],
        "key": swift_login["key"],
        "os_storage_url": swift_login["storage_url"],
        "os_cacert": swift_login["cacert"],
        "timeout": swift_login["timeout"],
        "insecure": False,
        "retries": 0,
        "segment_threads": 2,
        "object_dd_threads": 2,
        "object_uu_threads": 2,
        "container_threads": 2,
    }
    with SwiftService(options=options) as found:
        yield found


@pytest.fixture(scope="session")
def boto_sessions() -> Callable[[Any], Any]:
    """One session of boto3 for each account of this process: it reads its model of S3 once."""
    known: dict[str, Any] = {}

    def of(account: Any) -> Any:
        import boto3  # noqa: PLC0415 - see rule 1

        if account.s3_access_key not in known:
            known[account.s3_access_key] = boto3.Session(
                aws_access_key_id=account.s3_access_key,
                aws_secret_access_key=account.s3_secret_key.value,
                region_name=_REGION,
            )
        return known[account.s3_access_key]

    return of


@pytest.fixture
def new_boto(sdk, s3, boto_sessions) -> Iterator[Callable[..., Any]]:
    """boto3's clients as a program makes them; `Config`'s options are given by name."""
    from botocore.config import Config  # noqa: PLC0415 - see rule 1

    session = boto_sessions(s3.account)
    opened: list[Any] = []

    def new(kind: str = "client", **options: Any) -> Any:
        known: dict[str, Any] = {
            "signature_version": "s3v4",
            "s3": {"addressing_style": "path"},
            "retries": {"total_max_attempts": 1, "mode": "standard"},
            "proxies": {},
            "connect_timeout": sdk.limits.connect,
            "read_timeout": sdk.limits.silence,
            "request_checksum_calculation": "when_supported",
            "response_checksum_validation": "when_supported",
        }
        make = session.client if kind == "client" else session.resource
        verify = str(sdk.ca_file) if sdk.ca_file else None
        made = make("s3", endpoint_url=sdk.url, verify=verify, config=Config(**known | options))
        opened.append(made if kind == "client" else made.meta.client)
        return made

    yield new
    for made in opened:
        made.close()


@pytest.fixture
def boto(new_boto) -> Any:
    """boto3's S3 client, without the checksums that it adds by itself: checks of those make one of their own."""
    return new_boto(request_checksum_calculation="when_required")


@pytest.fixture
def browser(sdk) -> Iterator[Any]:
    """A session of requests, with the fields that it sends unless told otherwise."""
    import requests  # noqa: PLC0415 - see rule 1
    from requests.adapters import HTTPAdapter  # noqa: PLC0415

    class Limited(HTTPAdapter):
        """Waits no longer than any other client of this run."""

        def send(self, request: Any, **options: Any) -> Any:
            return super().send(request, **options | {"timeout": (sdk.limits.connect, sdk.limits.silence)})

    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(sdk.ca_file) if sdk.ca_file else True
        for scheme in ("http://", "https://"):
            session.mount(scheme, Limited(max_retries=0))
        yield session


@pytest.fixture
def capabilities(client, sdk, swift) -> Callable[[], dict[str, Any] | None]:
    """What /info says, or None where it is not answered: RGW answers below its prefix, Swift at the root."""

    def ask() -> dict[str, Any] | None:
        above = swift.storage_path.partition("/v1")[0]
        for place in dict.fromkeys((f"{sdk.url}{above}/info", f"{sdk.url}/info")):
            try:
                return client.get_capabilities(place)
            except Exception as error:
                if getattr(error, "http_status", None) not in (401, 403, 404, 412):
                    raise
        return None

    return ask


@pytest.fixture
def temp_url(client, container, sdk, capabilities, may_write_account) -> Callable[..., str]:
    """TempURLs of objects in the check's container; untested where the account may not be given a key."""

    def of(name: str, *, method: str = "GET", seconds: int = 60, **options: Any) -> str:
        from swiftclient.utils import generate_temp_url  # noqa: PLC0415 - see rule 1

        key = client.head_account().get("x-account-meta-temp-url-key")
        if not key:
            if not may_write_account:
                untested("the account has no TempURL key, and --allow-account-writes was not said")
            key = "rgw-conformance-key"
            client.post_account({"X-Account-Meta-Temp-URL-Key": key})
        path = f"{urlsplit(client.url).path.rstrip('/')}/{container.name}/{name}"
        # Who does not say which digests it takes is older than the list, and takes SHA-1 (Swift API, "Temporary URL").
        allowed = ((capabilities() or {}).get("tempurl") or {}).get("allowed_digests") or ["sha1"]
        digest = "sha256" if "sha256" in allowed else allowed[0]
        return sdk.here(sdk.url + generate_temp_url(path, seconds, key, method, digest=digest, **options))

    return of
