"""The form of a case file. The JSON Schema for editors is generated from these classes (`schema.py`).

Here stands what a field is; what fields mean together (one right option, known clauses, places in the story) is in
`checks.py`, so that every mistake can be shown on its own line.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    WithJsonSchema,
)

Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Slug: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}-[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Id: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
OptionId: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z]$")]
Cite: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+$")]
Face: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=2)]


def _credit(value: object) -> Fraction:
    """Read `1`, `0.5` or `1/3`."""
    try:
        credit = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise ValueError("a number from 0 to 1, such as 1, 0 or 1/3") from None
    if isinstance(value, bool) or not 0 <= credit <= 1:
        raise ValueError("a number from 0 to 1, such as 1, 0 or 1/3")
    return credit


Credit: TypeAlias = Annotated[
    Fraction,
    BeforeValidator(_credit),
    WithJsonSchema(
        {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": "^1/[2-9]$"}]}
    ),
]


class Strict(BaseModel):
    """A part of a file in which unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


# ---- Items -----------------------------------------------------------------------------------------------------------


class Consequence(Strict):
    """What happens after a branch option was chosen, in the voice of the story."""

    when: Text = Field(description="Time and place, e.g. “Monday, 8:10 am · Front desk”.")
    text: Text


class PlainOption(Strict):
    """What every option has. On an assessment item it has nothing else."""

    id: OptionId = Field(description="One lower-case letter; it is what a learner’s journal keeps.")
    text: Text
    feedback: Text | None = Field(None, description="Why, in one to three sentences, to whoever chose this.")
    cites: tuple[Cite, ...] = Field((), description="Clauses (mms-6.iii) and facts (fact-8.9) behind the feedback.")

    @property
    def value(self) -> Fraction | None:
        """What scores this option, where it stands in the case."""
        return None


class CreditOption(PlainOption):
    """An option of a single best answer."""

    credit: Credit | None = Field(None, description="1 for the one best answer; a near miss may have 1/2 or 1/3.")

    @property
    def value(self) -> Fraction | None:
        """What scores this option."""
        return self.credit


class BranchOption(CreditOption):
    """An option of a decision that changes the story."""

    then: Consequence


class RightOption(PlainOption):
    """An option that belongs to the answer or does not."""

    right: bool | None = None

    @property
    def value(self) -> Fraction | None:
        """What scores this option."""
        return None if self.right is None else Fraction(self.right)


class RatingOption(PlainOption):
    """A response to be rated."""

    level: Literal[1, 2, 3, 4] | None = Field(None, description="1 very ineffective … 4 very effective.")

    @property
    def value(self) -> Fraction | None:
        """What scores this option."""
        return None if self.level is None else Fraction(self.level)


class RankingOption(PlainOption):
    """A response to be put in order."""

    place: Literal[1, 2, 3, 4, 5] | None = Field(None, description="Its place in the suggested order, from 1.")

    @property
    def value(self) -> Fraction | None:
        """What scores this option."""
        return None if self.place is None else Fraction(self.place)


class Box(Strict):
    """A box shown after the answer."""

    title: Text
    text: Text
    cites: tuple[Cite, ...] = ()


class BaseItem(Strict):
    """What every item has."""

    default_points: ClassVar[float] = 1
    item: Id = Field(description="Unique in the course and never changed once released.")
    stem: Text
    hint: Text | None = None
    points: float | None = Field(None, gt=0, le=100)
    teaches: tuple[Cite, ...] = Field(description="The clauses that this item is about.")
    assessment: bool = Field(False, description="True: no feedback before grading; its key stands with the graders.")
    certainty: bool = Field(False, description="Ask “How sure are you?”")
    after: Box | None = None

    @property
    def worth(self) -> float:
        """The points this item carries."""
        return self.points or self.default_points


class SbaItem(BaseItem):
    """Single best answer."""

    type: Literal["sba"]
    options: tuple[CreditOption, ...] = Field(min_length=3, max_length=5)


class MrqItem(BaseItem):
    """Multiple response: select all that apply."""

    type: Literal["mrq"]
    options: tuple[RightOption, ...] = Field(min_length=4, max_length=8)


class ChooseItem(BaseItem):
    """Situational judgement: choose three of eight."""

    default_points: ClassVar[float] = 2
    type: Literal["choose"]
    options: tuple[RightOption, ...] = Field(min_length=8, max_length=8)


class RatingItem(BaseItem):
    """Situational judgement: rate each response."""

    default_points: ClassVar[float] = 2
    type: Literal["rating"]
    options: tuple[RatingOption, ...] = Field(min_length=6, max_length=8)


class RankingItem(BaseItem):
    """Situational judgement: put five responses in order."""

    default_points: ClassVar[float] = 2
    type: Literal["ranking"]
    options: tuple[RankingOption, ...] = Field(min_length=5, max_length=5)


class BranchItem(BaseItem):
    """A decision that changes the story."""

    type: Literal["branch"]
    options: tuple[BranchOption, ...] = Field(min_length=2, max_length=4)


class ReflectionItem(BaseItem):
    """The learner's own text, marked by hand."""

    default_points: ClassVar[float] = 4
    type: Literal["reflection"]
    words: tuple[int, int] = Field(description="From how many words to how many is plenty.")
    options: ClassVar[tuple[PlainOption, ...]] = ()


AnyItem: TypeAlias = SbaItem | MrqItem | ChooseItem | RatingItem | RankingItem | BranchItem | ReflectionItem


# ---- Story -----------------------------------------------------------------------------------------------------------


class Scene(Strict):
    """A stretch of story: either one `text`, or one of `texts` by what was decided in the branch item `after`."""

    scene: Id
    when: Text
    title: Text
    text: Text | None = None
    after: Id | None = Field(None, description="A branch item earlier in the story.")
    texts: dict[OptionId, Text] | None = None


class Picture(Strict):
    """A drawing of ours beside the case file."""

    file: Annotated[str, StringConstraints(pattern=r"^art/[a-z0-9-]+\.svg$")]
    alt: Text


class BaseArtifact(Strict):
    """Something as it looks online, drawn by us."""

    artifact: Id
    label: Text = Field(description="What it is, for somebody who does not see it.")
    caption: Text
    bar: tuple[Text, Text] | None = Field(None, description="Left and right of the line at the top of the screen.")


class Person(Strict):
    """Whoever is seen in an artifact."""

    name: Text
    face: Face = Field(description="One or two initials.")
    about: Text | None = None


class Request(BaseArtifact, Person):
    """A connection request."""

    kind: Literal["request"]
    line: Text
    mutual: Text | None = None
    message: Text | None = None
    actions: tuple[Text, Text] = ("Decline", "Accept")


class Message(Strict):
    """One line of a thread."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    sender: Literal["them", "me", "time"] = Field(alias="from")
    text: Text
    name: Text | None = None


class Thread(BaseArtifact, Person):
    """Direct messages or a group chat."""

    kind: Literal["thread"]
    messages: tuple[Message, ...] = Field(min_length=1)
    draft: Text | None = None


class Comment(Person):
    """A comment under a post."""

    text: Text


class Post(BaseArtifact, Person):
    """A post with what followed."""

    kind: Literal["post"]
    text: Text
    picture: Picture | None = None
    counts: tuple[Text, ...] = ()
    comments: tuple[Comment, ...] = ()


class Profile(BaseArtifact, Person):
    """Somebody's page."""

    kind: Literal["profile"]
    text: Text
    facts: tuple[tuple[Text, Text], ...] = ()
    picture: Picture | None = None


class Reply(Strict):
    """An answer under a review."""

    name: Text
    text: Text


class Review(BaseArtifact, Person):
    """A public review."""

    kind: Literal["review"]
    place: Text
    stars: int = Field(ge=1, le=5)
    text: Text
    helpful: Text | None = None
    reply: Reply | None = None


class Mail(BaseArtifact):
    """An e-mail: a sponsorship offer, a note from an office."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    kind: Literal["mail"]
    sender: Text = Field(alias="from")
    to: Text
    subject: Text
    text: Text
    attachment: Text | None = None


class Form(BaseArtifact):
    """A form, a settings page, a disclosure tool."""

    kind: Literal["form"]
    heading: Text
    text: Text | None = None
    fields: tuple[tuple[Text, Text], ...] = Field(min_length=1)
    signature: Text | None = None


AnyArtifact: TypeAlias = Request | Thread | Post | Profile | Review | Mail | Form


class Figure(Strict):
    """A chart of published figures; `claim` is the one sentence that it shows."""

    figure: Id
    claim: Text
    chart: Literal["bars"]
    rows: tuple[Id, ...] = Field(min_length=1, max_length=8, description="Ids in datasets/published-figures.csv.")
    labels: tuple[Text, ...]
    alt: Text
    note: Text


def _tag(block: Any) -> str | None:
    """Which kind of block this is: told by its first field, and by `kind` or `type`."""
    if not isinstance(block, dict):
        return None
    if "item" in block:
        return f"<{block.get('type')}>"
    if "artifact" in block:
        return f"<{block.get('kind')}>"
    return next((f"<{name}>" for name in ("scene", "figure") if name in block), None)


Block: TypeAlias = Annotated[
    Annotated[Scene, Tag("<scene>")]
    | Annotated[Figure, Tag("<figure>")]
    | Annotated[Request, Tag("<request>")]
    | Annotated[Thread, Tag("<thread>")]
    | Annotated[Post, Tag("<post>")]
    | Annotated[Profile, Tag("<profile>")]
    | Annotated[Review, Tag("<review>")]
    | Annotated[Mail, Tag("<mail>")]
    | Annotated[Form, Tag("<form>")]
    | Annotated[SbaItem, Tag("<sba>")]
    | Annotated[MrqItem, Tag("<mrq>")]
    | Annotated[ChooseItem, Tag("<choose>")]
    | Annotated[RatingItem, Tag("<rating>")]
    | Annotated[RankingItem, Tag("<ranking>")]
    | Annotated[BranchItem, Tag("<branch>")]
    | Annotated[ReflectionItem, Tag("<reflection>")],
    Discriminator(_tag),
]


# ---- The whole -------------------------------------------------------------------------------------------------------


class Step(Strict):
    """One thing to do this week."""

    title: Text
    text: Text


class Work(Strict):
    """A work for further reading."""

    cite: Cite
    note: Text


class Closing(Strict):
    """The last page."""

    about: Text
    this_week: tuple[Step, ...] = ()
    reading: tuple[Work, ...] = ()


class CaseFile(Strict):
    """One module of the course as its author writes it."""

    schema_version: Literal[1] = Field(alias="schema")
    case: Slug
    title: Text
    subject: Text
    minutes: int = Field(ge=3, le=60)
    lede: Text
    you: Text
    objectives: tuple[Text, ...] = Field(min_length=2, max_length=6)
    content_note: Text | None = None
    story: tuple[Block, ...] = Field(min_length=1)
    closing: Closing

    @property
    def items(self) -> tuple[AnyItem, ...]:
        """The items in the order of the page."""
        return tuple(block for block in self.story if isinstance(block, BaseItem))
