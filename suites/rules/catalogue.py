"""Every rule, by id: what is not listed here does not judge.

A rule's level is MUST where a client that acts as the oracle tells would read something else, refuse the answer, or
lose the connection; SHOULD where the oracle advises, or where it says MUST of something that registries do without (the
rule says so: a red check is to mean that somebody is hurt); OBSERVED where the oracle leaves it open.
"""

from typing import Final

from reports.model import BREAKS, MUST, OBSERVED, SHOULD
from suites.rules import (
    agreement,
    connection,
    dates,
    fields,
    framing,
    interim,
    lint,
    ranges,
    required,
    status,
)
from suites.rules.model import Rule, each, final

_UNREADABLE: Final = "a client cannot read this answer: the operation fails"
_MISREAD: Final = "the next answer on this connection is misread, or the connection is lost"
_CUT: Final = "clients may cut the answer at different places, or refuse it"
_PART: Final = "a registry that resumes or redirects a pull serves other bytes than were asked for"
_NONE: Final = "none to a registry"

_PRESENT: Final = (
    Rule(
        "status-line",
        MUST,
        "RFC 9112 section 4",
        "a registry fails with: malformed HTTP status code",
        each(status.status_line),
        unreadable=True,
    ),
    Rule("status-line-form", MUST, "RFC 9112 section 4", _UNREADABLE, each(status.status_line_form), unreadable=True),
    Rule("http-version", MUST, "RFC 9110 section 2.5", _UNREADABLE, final(status.http_version)),
    Rule(
        "answered",
        BREAKS,
        "RFC 9110 section 3.3",
        "the operation fails or hangs",
        each(status.answered),
        unreadable=True,
    ),
    Rule(
        "reachable",
        BREAKS,
        "registry",
        "every operation fails while the gateway takes no connection",
        each(status.reachable),
    ),
)

_FRAMING: Final = (
    Rule("framing", MUST, "RFC 9112 section 6.3", _CUT, final(framing.framing), unreadable=True),
    # A Go of 1.24 refuses a line that ends with LF alone (net/http/internal/chunked.go).
    Rule("chunk-lines", MUST, "RFC 9112 section 7.1", _CUT, each(framing.chunk_lines), replayed=BREAKS),
    Rule("trailers", MUST, "RFC 9110 section 6.5.1", _CUT, each(framing.trailers)),
    Rule(
        "no-length",
        OBSERVED,
        "RFC 9110 section 8.6",
        _NONE,
        final(framing.no_length),
    ),
    Rule("no-body", MUST, "RFC 9112 section 6.3", _MISREAD, each(framing.no_body), replayed=BREAKS),
    Rule("no-excess", MUST, "RFC 9112 section 6.3", _MISREAD, each(framing.no_excess)),
)

_FIELDS: Final = (
    Rule("field-lines", MUST, "RFC 9112 section 5", _UNREADABLE, each(fields.field_lines), unreadable=True),
    Rule("field-values", MUST, "RFC 9110 section 5.5", _UNREADABLE, each(fields.field_values), unreadable=True),
    Rule(
        "line-ends", MUST, "RFC 9112 section 2.2", "a strict client or proxy refuses the answer", each(fields.line_ends)
    ),
    Rule(
        "field-once",
        MUST,
        "RFC 9110 section 5.3",
        "one client reads the first, another the last",
        final(fields.field_once),
    ),
    Rule(
        "semantics",
        MUST,
        "RFC 9110, as httplint reads it",
        "a client cannot make use of the field",
        final(lint.wrong),
    ),
    Rule("semantics-advice", SHOULD, "RFC 9110, as httplint reads it", _NONE, final(lint.advised)),
    Rule("semantics-noted", OBSERVED, "RFC 9110, as httplint reads it", _NONE, final(lint.noted)),
)

_INTERIM: Final = (
    Rule("interim-form", MUST, "RFC 9110 section 15.2", _MISREAD, each(interim.interim_form)),
    Rule("continue-asked", OBSERVED, "RFC 9110 section 15.2.1", _NONE, each(interim.continue_asked)),
    Rule("switching-asked", MUST, "RFC 9110 section 7.8", _UNREADABLE, final(interim.switching_asked)),
    Rule(
        "expectation-asked",
        SHOULD,
        "RFC 9110 section 15.5.18",
        "a client cannot tell what it should do without",
        final(interim.expectation_asked),
    ),
)

_RANGES: Final = (
    Rule(
        "range-asked",
        MUST,
        "RFC 9110 section 15.3.7",
        "a registry takes a part for the whole",
        final(ranges.range_asked),
    ),
    Rule("content-range", MUST, "RFC 9110 section 14.4", _PART, final(ranges.content_range)),
    Rule("range-within", MUST, "RFC 9110 section 15.3.7", _PART, final(ranges.range_within)),
    Rule("multipart-ranges", MUST, "RFC 9110 section 15.3.7.2", _PART, final(ranges.multipart_ranges)),
    Rule(
        "unsatisfied-range",
        SHOULD,
        "RFC 9110 section 15.5.17",
        "none to a registry, which takes a 416 for the end of the blob; other clients must ask for its length",
        final(ranges.unsatisfied_range),
    ),
)

_CONNECTION: Final = (
    Rule(
        "persistence",
        SHOULD,
        "RFC 9112 section 9.6",
        "a registry opens a connection for each request, and one that it has just sent may be lost: it fails with EOF",
        final(connection.persistence),
        # On each of six mutants that end connections so a real registry failed (fixtures/score/truth.json).
        replayed=BREAKS,
    ),
    Rule(
        "connection-options",
        MUST,
        "RFC 9110 section 7.6.1",
        "a proxy in between takes a field away",
        final(connection.connection_options),
    ),
)

_DATES: Final = (
    Rule("date", SHOULD, "RFC 9110 section 6.6.1", _NONE, final(dates.date)),
    Rule(
        "clock",
        SHOULD,
        "RFC 9110 section 6.6.1",
        "S3 refuses signatures and Swift TempURLs expire at the wrong time, unless it is our clock that is wrong",
        final(dates.clock),
    ),
    Rule(
        "last-modified",
        MUST,
        "RFC 9110 section 5.6.7",
        "a registry over Swift fails with: parsing time",
        final(dates.last_modified),
    ),
    Rule("modified-before", SHOULD, "RFC 9110 section 8.8.2.1", _NONE, final(dates.modified_before)),
)

_REQUIRED: Final = (
    Rule(
        "etag",
        MUST,
        "RFC 9110 section 8.8.3",
        "a client that asks with it gets no or the wrong answer",
        final(required.etag),
    ),
    Rule(
        "not-modified-asked",
        MUST,
        "RFC 9110 section 15.4.5",
        "a client without a copy gets none",
        final(required.not_modified_asked),
    ),
    Rule("allow", SHOULD, "RFC 9110 section 15.5.6", _NONE, final(required.allow)),
    Rule(
        "challenge",
        SHOULD,
        "RFC 9110 section 11.6.1",
        "none to a registry; a client that does not know how to log in is not told",
        final(required.challenge),
    ),
    Rule(
        "redirect-location",
        SHOULD,
        "RFC 9110 section 15.4",
        "a client cannot follow",
        final(required.redirect_location),
    ),
    Rule(
        "content-type",
        SHOULD,
        "RFC 9110 section 8.3",
        "a client has to guess what it reads",
        final(required.content_type),
    ),
)

_AGREEMENT: Final = (
    Rule(
        "head-agrees-with-get",
        MUST,
        "RFC 9110 section 9.3.2",
        "a registry takes a blob's size and digest from HEAD and serves something else",
        agreement.head_agrees_with_get,
    ),
    Rule(
        "head-shows-all-of-get",
        SHOULD,
        "RFC 9110 section 9.3.2",
        "a client that asks with HEAD lacks what it would need",
        agreement.head_shows_all_of_get,
    ),
    Rule(
        "not-modified-agrees",
        SHOULD,
        "RFC 9110 section 15.4.5",
        "none to a registry; a cache forgets the object's ETag, or takes it for another",
        agreement.not_modified_agrees,
    ),
)

RULES: Final = {
    rule.id: rule
    for group in (
        _PRESENT,
        _FRAMING,
        _FIELDS,
        _INTERIM,
        _RANGES,
        _CONNECTION,
        _DATES,
        _REQUIRED,
        _AGREEMENT,
    )
    for rule in group
}
