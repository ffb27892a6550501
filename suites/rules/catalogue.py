"""Every rule, by id: what is not listed here does not judge."""

from typing import Final

from reports.model import BREAKS, MUST
from suites.rules import agreement, message
from suites.rules.model import Rule, each

_UNREADABLE: Final = "a client cannot read this answer: the operation fails"

RULES: Final = {
    rule.id: rule
    for rule in (
        Rule(
            "status-line",
            MUST,
            "RFC 9112 section 4",
            "a registry fails with: malformed HTTP status code",
            each(message.status_line),
            unreadable=True,
        ),
        Rule(
            "status-line-form", MUST, "RFC 9112 section 4", _UNREADABLE, each(message.status_line_form), unreadable=True
        ),
        Rule(
            "answered",
            BREAKS,
            "RFC 9110 section 3.3",
            "the operation fails or hangs",
            each(message.answered),
            unreadable=True,
        ),
        Rule(
            "reachable",
            BREAKS,
            "registry",
            "every operation fails while the gateway takes no connection",
            each(message.reachable),
        ),
        Rule(
            "framing",
            MUST,
            "RFC 9112 section 6.3",
            "clients may cut the answer at different places, or refuse it",
            each(message.framing),
            unreadable=True,
        ),
        Rule("field-lines", MUST, "RFC 9112 section 5", _UNREADABLE, each(message.field_lines), unreadable=True),
        Rule(
            "no-body",
            MUST,
            "RFC 9112 section 6.3",
            "the next answer on this connection is misread, or the connection is lost",
            each(message.no_body),
        ),
        Rule(
            "no-excess",
            MUST,
            "RFC 9112 section 6.3",
            "the next answer on this connection is misread, or the connection is lost",
            each(message.no_excess),
        ),
        Rule(
            "head-agrees-with-get",
            MUST,
            "RFC 9110 section 9.3.2",
            "a registry takes a blob's size and digest from HEAD and serves something else",
            agreement.head_agrees_with_get,
        ),
    )
}
