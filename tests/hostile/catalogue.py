"""Every behaviour, by subject: what is not listed here is not met."""

from tests.hostile import bodies, chunking, documents, endings, heads, interim, listings, places, timing, tls
from tests.hostile.model import Behaviour

SUBJECTS = {
    "Heads": heads.BEHAVIOURS,
    "Bodies": bodies.BEHAVIOURS,
    "Chunks": chunking.BEHAVIOURS,
    "Time": timing.BEHAVIOURS,
    "Ends of connections": endings.BEHAVIOURS,
    "Answers before the answer": interim.BEHAVIOURS,
    "Logins and redirects": places.BEHAVIOURS,
    "Listings and clean-up": listings.BEHAVIOURS,
    "XML": documents.BEHAVIOURS,
    "TLS": tls.BEHAVIOURS,
}
BEHAVIOURS: tuple[Behaviour, ...] = tuple(b for found in SUBJECTS.values() for b in found)
GOOD = Behaviour("good", "answers as it should", lambda peer, asked: None, (), strikes=lambda asked: False)
