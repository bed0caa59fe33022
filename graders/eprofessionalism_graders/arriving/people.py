"""Who of the roster is meant: by id, by e-mail, or by a full name however it is written."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from eprofessionalism_graders.roster import Learner

# Letters that no decomposition takes the accent from.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


class People:
    """The learners of a roster, by all that they may be called."""

    def __init__(self, learners: Iterable[Learner]) -> None:
        self._ids: dict[str, Learner] = {}
        self._logins: dict[str, set[str]] = defaultdict(set)
        self._names: dict[str, set[str]] = defaultdict(set)
        for one in learners:
            self._ids[one.id.casefold()] = one
            email = one.email.casefold()
            for login in filter(None, (email, email.partition("@")[0])):
                self._logins[login].add(one.id)
            for name in _orders(one):
                self._names[name].add(one.id)

    def by_id(self, text: str) -> Learner | None:
        """The learner of this id, regardless of case."""
        return self._ids.get(text.casefold())

    def by_login(self, text: str) -> Learner | None:
        """The learner of this id, or else of this e-mail address or of the part of it before the @, if there is one."""
        ids = self._logins.get(text.casefold(), set())
        return self.by_id(text) or (self.by_id(next(iter(ids))) if len(ids) == 1 else None)

    def by_name(self, text: str) -> list[Learner]:
        """All learners of this full name: case, accents, spaces, hyphens and order are all one."""
        ids = {one for name in (_glued(text), _sorted(text)) if name for one in self._names.get(name, ())}
        return [self._ids[one.casefold()] for one in sorted(ids)]


def resembles(text: str, learner: Learner) -> bool:
    """Whether a name has any word in common with a learner's; also where the roster has no name to compare."""
    name = f"{learner.first_name} {learner.last_name}"
    glued = _glued(text)
    return not name.strip() or any(word in glued for word in _words(name))


def same(text: str, other: str) -> bool:
    """Whether two names are one but for case, accents, spaces and hyphens."""
    return _glued(text) == _glued(other) != ""


def _orders(learner: Learner) -> set[str]:
    first, last = learner.first_name, learner.last_name
    return {name for name in (_glued(first + last), _glued(last + first), _sorted(f"{first} {last}")) if name}


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return "".join(char if char.isalnum() else " " for char in plain.replace("'", "").replace("’", "")).split()


def _glued(text: str) -> str:
    return "".join(_words(text))


def _sorted(text: str) -> str:
    return " ".join(sorted(_words(text)))
