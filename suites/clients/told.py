"""What a library tells its user of an answer that it cannot use, as a deviation of the gateway.

Rule 1: whatever a library raises over an answer is the gateway's; what it raises before it asks is our own mistake.
Rule 2: no registry speaks through these libraries, so no claim of theirs is `breaks`.
"""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import pytest

from fixtures.observer import Unprepared
from fixtures.wire.client import NoAnswer
from suites.claims import MUST, NotJudged, check

_OURS: Final = ("ParamValidationError", "NoCredentialsError", "UnknownServiceError", "DataNotFoundError")
"""What botocore raises before it asks anything (botocore.exceptions)."""
_WORDS: Final = (AssertionError, NoAnswer, NotJudged, Unprepared, NameError, ImportError)
"""The suites' own words, and mistakes that no answer can cause."""


def claim(
    id_: str,
    what: str,
    *,
    oracle: str,
    api: str,
    given: str = "",
    cases: Mapping[str, Any] | Sequence[str] = (),
) -> Callable[[Callable[..., None]], Any]:
    """Mark a function as a check of what a user of a library does: `what` is what fails for him.

    With `cases`, a check for each, `ID[CASE]`: `given` names the function's arguments that are its values, or its name.
    """
    mark = partial(check, oracle=oracle, level=MUST, impact=f"{what} fails for whoever uses it", api=api)

    def decorate(function: Callable[..., None]) -> Any:
        @functools.wraps(function)
        def told(**fixtures: Any) -> None:
            with deviations():
                function(**fixtures)

        if not cases:
            return mark(id_)(told)
        values = cases if isinstance(cases, Mapping) else {name: name for name in cases}
        rows = [
            pytest.param(*(value if isinstance(value, tuple) else (value,)), id=name, marks=mark(f"{id_}[{name}]"))
            for name, value in values.items()
        ]
        return pytest.mark.parametrize(given.split(","), rows)(told)

    return decorate


def by_name(metadata: Mapping[str, str]) -> dict[str, str]:
    """Metadata by names in lower case: they are parts of names of fields, which have no case (RFC 9110 section 5.1)."""
    return {name.lower(): value for name, value in metadata.items()}


@contextmanager
def deviations() -> Iterator[None]:
    """Inside, what a library raises is told as a claim that does not hold."""
    try:
        yield
    except _WORDS:
        raise
    except Exception as error:
        if type(error).__name__ in _OURS:
            raise
        raise AssertionError(said(error)) from error


def said(error: BaseException) -> str:
    """A library's message in one line."""
    name = type(error).__name__
    if name == "ClientException":
        # python-swiftclient adds the URL and what the gateway wrote.
        status = getattr(error, "http_status", None)
        return f"{error.msg} ({status})" if status else f"{error.msg}"
    if isinstance(error, TypeError | ValueError | LookupError | AttributeError):
        # Libraries take what they read for what the API promises.
        return f"the answer cannot be read: {name}: {' '.join(str(error).split())}"
    return f"{name}: {' '.join(str(error).split())}"


@contextmanager
def refused(*statuses: int, code: str | None = None) -> Iterator[None]:
    """Inside, the library must say that the gateway answered with one of these statuses, and with this S3 code."""
    wanted, refusal = " or ".join(map(str, statuses)), None
    try:
        yield
    except _WORDS:
        raise
    except Exception as error:
        if _status(error) is None:
            raise
        refusal = error
    assert refusal is not None, f"it is not refused with {wanted}"
    assert _status(refusal) in statuses, f"refused with {_status(refusal)}, not {wanted}: {said(refusal)}"
    assert code in (None, _code(refusal)), f"refused with code {_code(refusal)}, not {code}"


def _status(error: BaseException) -> int | None:
    """What python-swiftclient or botocore says that the status was; None where there was no answer."""
    told = getattr(error, "response", None)
    if isinstance(told, dict):
        return told.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return getattr(error, "http_status", None)


def _code(error: BaseException) -> str | None:
    told = getattr(error, "response", None)
    return told.get("Error", {}).get("Code") if isinstance(told, dict) else None
