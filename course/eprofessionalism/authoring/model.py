"""The form of a case file. The JSON Schema for editors is generated from these classes (`schema.py`).

Here stands what a field is; what fields mean together (one right option, known clauses, places in the story) is in
`checks.py`, so that every mistake can be shown on its own line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, get_args

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

from eprofessionalism.items import Module

SLUG = r"^[0-9]{2}-[a-z0-9]+(-[a-z0-9]+)*$"
ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"
OPTION_ID = r"^[a-z]$"
CITE = r"^[a-z0-9.-]+$"
DRAWING = r"^art/[a-z0-9-]+\.svg$"
FRACTION = "^(" + "|".join(f"[1-{below - 1}]/{below}" for below in range(2, 10)) + ")$"

Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Slug: TypeAlias = Annotated[str, StringConstraints(pattern=SLUG, max_length=40)]
Id: TypeAlias = Annotated[str, StringConstraints(pattern=ID, max_length=40)]
OptionId: TypeAlias = Annotated[str, StringConstraints(pattern=OPTION_ID)]
Cite: TypeAlias = Annotated[str, StringConstraints(pattern=CITE)]
Face: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=2)]
Whole: TypeAlias = Annotated[int, Field(strict=True)]
YesNo: TypeAlias = Annotated[bool, Field(strict=True)]
Level: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=4)]
Rank: TypeAlias = Annotated[int, Field(strict=True, ge=1, le=5)]


def _credit(value: object) -> Fraction:
    """Read `1`, `0.5` or `1/3`."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number or (isinstance(value, str) and re.match(FRACTION, value)):
        credit = Fraction(str(value))
        if 0 <= credit <= 1:
            return credit
    raise ValueError("a number from 0 to 1, such as 1, 0 or 1/3")


Credit: TypeAlias = Annotated[
    Fraction,
    BeforeValidator(_credit),
    WithJsonSchema(
        {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string", "pattern": FRACTION}]}
    ),
]


class Strict(BaseModel):
    """A part of a file in which unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


# ---- Items -----------------------------------------------------------------------------------------------------------


class Consequence(Strict):
    """What happens after a branch option was chosen, in the voice of the story."""

    when: Text = Field(description="Time and place, e.g. “Monday, 8:10 am · Front desk”.")
    text: Text = Field(description="What happens, in one or two paragraphs; *emphasis* works.")


class PlainOption(Strict):
    """What every option has. On an assessment item it has nothing else."""

    id: OptionId = Field(description="One lower-case letter; it is what a learner’s journal keeps.")
    text: Text = Field(description="The option as the learner reads it.")
    handout: Text | None = Field(
        None,
        description="Printed after the option on the hand-out for a discussion alone, where nobody has the exhibit at "
        "hand: what a bare label such as “Line 3” stands for.",
    )
    feedback: Text | None = Field(None, description="Why, in one to three sentences, to whoever chose this.")
    cites: tuple[Cite, ...] = Field((), description="Clauses (mms-6.iii) and facts (fact-8.9) behind the feedback.")

    @property
    def value(self) -> Fraction | None:
        """What scores this option, where it stands in the case."""
        return None

    @property
    def in_full(self) -> str:
        """The option with what its label stands for, for somebody who has not the exhibit at hand."""
        return in_full(self.text, self.handout)


def in_full(option: str, stands_for: str | None) -> str:
    """An option with what its label stands for: after a colon, or as a sentence of its own after a sentence."""
    if not stands_for:
        return option
    return f"{option} {stands_for}" if option.rstrip("”’)").endswith((".", "?", "!")) else f"{option}: {stands_for}"


class CreditOption(PlainOption):
    """An option of a single best answer."""

    credit: Credit | None = Field(None, description="1 for the one best answer; a near miss may have 1/2 or 1/3.")

    @property
    def value(self) -> Fraction | None:
        """What scores this option."""
        return self.credit


class BranchOption(CreditOption):
    """An option of a decision that changes the story."""

    then: Consequence = Field(description="What happens to whoever chose this.")


class RightOption(PlainOption):
    """An option that belongs to the answer or does not."""

    right: YesNo | None = Field(None, description="true where the option belongs to the answer, else false.")

    @property
    def value(self) -> Fraction | None:
        """What scores this option."""
        return None if self.right is None else Fraction(self.right)


class RatingOption(PlainOption):
    """A response to be rated."""

    level: Level | None = Field(None, description="1 very ineffective … 4 very effective.")

    @property
    def value(self) -> Fraction | None:
        """What scores this option."""
        return None if self.level is None else Fraction(self.level)


class RankingOption(PlainOption):
    """A response to be put in order."""

    place: Rank | None = Field(None, description="Its place in the suggested order, from 1.")

    @property
    def value(self) -> Fraction | None:
        """What scores this option."""
        return None if self.place is None else Fraction(self.place)


class Box(Strict):
    """A box shown after the answer."""

    title: Text = Field(description="What the box is about.")
    text: Text = Field(description="What everybody should know, whatever they chose.")
    cites: tuple[Cite, ...] = Field((), description="Clauses and facts behind it.")


TYPE = "How the item is answered and scored."
OPTIONS = "The options in the order of the page, with the ids a, b, c and so on."


Cognitive: TypeAlias = Literal["understand", "apply", "evaluate"]
"""How far an item goes: three of the levels of Bloom's taxonomy as revised by Anderson and Krathwohl (2001)."""


class BaseItem(Strict):
    """What every item has."""

    default_points: ClassVar[float] = 1
    item: Id = Field(description="Unique in the course and never changed once released.")
    stem: Text = Field(description="The question. It can be answered with the options covered.")
    hint: Text | None = Field(None, description="A nudge that gives nothing away; the learner asks for it.")
    handout: Text | None = Field(
        None,
        description="Printed under the question on the hand-out for a discussion alone: what somebody has to know who "
        "has not the story at hand, in a line.",
    )
    points: Annotated[float, Field(strict=True)] | None = Field(
        None, gt=0, le=100, description="What the item counts; left out, what its type counts."
    )
    teaches: tuple[Cite, ...] = Field(
        (), min_length=1, description="The clauses that this item is about; in a survey left out."
    )
    assessment: YesNo = Field(False, description="True: no feedback before grading; its key stands with the graders.")
    certainty: YesNo = Field(False, description="Ask “How sure are you?”; sba and mrq only.")
    after: Box | None = Field(None, description="A box shown once the item is answered.")
    topic: Slug | None = Field(None, description="In a test form only: the case whose subject the item is on.")
    level: Cognitive | None = Field(
        None,
        description="In a test form only: understand (see what matters), apply (a rule to a situation) or "
        "evaluate (weigh responses that can all be defended).",
    )
    waive: dict[Id, Text] = Field(
        default_factory=dict, description="A rule of item writing that this item breaks on purpose, and the reason."
    )

    @property
    def worth(self) -> float:
        """The points this item carries."""
        return self.points or self.default_points


class SbaItem(BaseItem):
    """Single best answer."""

    type: Literal["sba"] = Field(description=TYPE)
    options: tuple[CreditOption, ...] = Field(description=OPTIONS, min_length=3, max_length=5)


class MrqItem(BaseItem):
    """Multiple response: select all that apply."""

    type: Literal["mrq"] = Field(description=TYPE)
    options: tuple[RightOption, ...] = Field(description=OPTIONS, min_length=4, max_length=8)


class ChooseItem(BaseItem):
    """Situational judgement: choose three of eight."""

    default_points: ClassVar[float] = 2
    type: Literal["choose"] = Field(description=TYPE)
    options: tuple[RightOption, ...] = Field(description=OPTIONS, min_length=8, max_length=8)


class RatingItem(BaseItem):
    """Situational judgement: rate each response."""

    default_points: ClassVar[float] = 2
    type: Literal["rating"] = Field(description=TYPE)
    scale: tuple[Text, Text, Text, Text] | None = Field(
        None, description="In a survey only: the words of the four levels, from the least to the most."
    )
    options: tuple[RatingOption, ...] = Field(description=OPTIONS, min_length=6, max_length=8)


class RankingItem(BaseItem):
    """Situational judgement: put five responses in order."""

    default_points: ClassVar[float] = 2
    type: Literal["ranking"] = Field(description=TYPE)
    options: tuple[RankingOption, ...] = Field(description=OPTIONS, min_length=5, max_length=5)


class BranchItem(BaseItem):
    """A decision that changes the story."""

    type: Literal["branch"] = Field(description=TYPE)
    options: tuple[BranchOption, ...] = Field(description=OPTIONS, min_length=2, max_length=4)


_Words: TypeAlias = Annotated[Whole, Field(ge=1, le=1000)]


class ReflectionItem(BaseItem):
    """The learner's own text, marked by hand."""

    default_points: ClassVar[float] = 4
    type: Literal["reflection"] = Field(description=TYPE)
    words: tuple[_Words, _Words] = Field(description="From how many words to how many is plenty.")
    options: ClassVar[tuple[PlainOption, ...]] = ()


AnyItem: TypeAlias = SbaItem | MrqItem | ChooseItem | RatingItem | RankingItem | BranchItem | ReflectionItem


# ---- Story -----------------------------------------------------------------------------------------------------------


class Scene(Strict):
    """A stretch of story: either one `text`, or one of `texts` by what was decided in the branch item `after`."""

    scene: Id = Field(description="The scene’s id, used once in the case.")
    when: Text = Field(description="Time and place, e.g. “Monday, 8:10 am · Front desk”.")
    title: Text = Field(description="A headline.")
    text: Text | None = Field(None, description="The scene; *emphasis*, **strong** and lists work.")
    after: Id | None = Field(None, description="A branch item earlier in the story.")
    texts: dict[OptionId, Text] | None = Field(
        None, description="With “after”: one text for each option of that item, by the option’s letter."
    )


class Picture(Strict):
    """A drawing of ours beside the case file."""

    file: Annotated[str, StringConstraints(pattern=DRAWING)] = Field(description="Its path, art/….svg.")
    alt: Text = Field(description="What is to be seen, for somebody who does not see it.")


KIND = "What it looks like."


class BaseArtifact(Strict):
    """Something as it looks online, drawn by us."""

    artifact: Id = Field(description="The artifact’s id, used once in the case.")
    label: Text = Field(description="What it is, for somebody who does not see it.")
    caption: Text = Field(description="The line below it.")
    bar: tuple[Text, Text] | None = Field(None, description="Left and right of the line at the top of the screen.")


class Person(Strict):
    """Whoever is seen in an artifact."""

    name: Text = Field(description="Who it is.")
    face: Face = Field(description="One or two initials.")
    about: Text | None = Field(None, description="The small line beside the name: when, or who this is.")


class Request(BaseArtifact, Person):
    """A connection request."""

    kind: Literal["request"] = Field(description=KIND)
    line: Text = Field(description="What the app says, e.g. “would like to connect with you”.")
    mutual: Text | None = Field(None, description="Whom both know.")
    message: Text | None = Field(None, description="What the person wrote.")
    actions: tuple[Text, Text] = Field(("Decline", "Accept"), description="The two buttons, drawn only.")


class Message(Strict):
    """One line of a thread."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    sender: Literal["them", "me", "time"] = Field(alias="from", description="Who writes; “time” for a line of time.")
    text: Text = Field(description="The message, or the time.")
    name: Text | None = Field(None, description="Who of them, in a group.")


class Thread(BaseArtifact, Person):
    """Direct messages or a group chat."""

    kind: Literal["thread"] = Field(description=KIND)
    messages: tuple[Message, ...] = Field(min_length=1, description="The lines, the oldest first.")
    draft: Text | None = Field(None, description="The learner’s own reply, not sent yet.")


class Comment(Person):
    """A comment under a post."""

    text: Text = Field(description="The comment.")


class Post(BaseArtifact, Person):
    """A post with what followed."""

    kind: Literal["post"] = Field(description=KIND)
    text: Text = Field(description="The text; a blank line parts paragraphs.")
    picture: Picture | None = Field(None, description="A drawing of yours.")
    counts: tuple[Text, ...] = Field((), description="E.g. “186 likes”.")
    comments: tuple[Comment, ...] = Field((), description="What people wrote below it.")


class Profile(BaseArtifact, Person):
    """Somebody's page."""

    kind: Literal["profile"] = Field(description=KIND)
    text: Text = Field(description="The text; a blank line parts paragraphs.")
    facts: tuple[tuple[Text, Text], ...] = Field((), description="Pairs [label, value].")
    picture: Picture | None = Field(None, description="A drawing of yours.")


class Reply(Strict):
    """An answer under a review."""

    name: Text = Field(description="Who answers.")
    text: Text = Field(description="The text; a blank line parts paragraphs.")


class Review(BaseArtifact, Person):
    """A public review."""

    kind: Literal["review"] = Field(description=KIND)
    place: Text = Field(description="What is reviewed.")
    stars: Whole = Field(ge=1, le=5, description="1 to 5.")
    text: Text = Field(description="The text; a blank line parts paragraphs.")
    helpful: Text | None = Field(None, description="E.g. “14 people found this helpful”.")
    reply: Reply | None = Field(None, description="The answer below it.")


class Mail(BaseArtifact):
    """An e-mail: a sponsorship offer, a note from an office."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    kind: Literal["mail"] = Field(description=KIND)
    sender: Text = Field(alias="from", description="Who writes.")
    to: Text = Field(description="To whom.")
    subject: Text = Field(description="The subject line.")
    text: Text = Field(description="The text; a blank line parts paragraphs.")
    attachment: Text | None = Field(None, description="The name of a file.")


class Form(BaseArtifact):
    """A form, a settings page, a disclosure tool."""

    kind: Literal["form"] = Field(description=KIND)
    heading: Text = Field(description="What stands at its top.")
    text: Text | None = Field(None, description="What comes before the fields.")
    fields: tuple[tuple[Text, Text], ...] = Field(min_length=1, description="Pairs [label, value].")
    signature: Text | None = Field(None, description="Who signs.")


AnyArtifact: TypeAlias = Request | Thread | Post | Profile | Review | Mail | Form


class Figure(Strict):
    """A chart of published figures; `claim` is the one sentence that it shows."""

    figure: Id = Field(description="The figure’s id, used once in the case.")
    claim: Text = Field(description="The one sentence that it shows.")
    chart: Literal["bars"] = Field(description="Horizontal bars.")
    rows: tuple[Id, ...] = Field(min_length=1, max_length=8, description="Ids in datasets/published-figures.csv.")
    labels: tuple[Text, ...] = Field(description="One for each row.")
    alt: Text = Field(description="What the chart shows, for somebody who does not see it.")
    note: Text = Field(description="Who was asked, and what the figures do not tell.")


TAGGED = {"item": "type", "artifact": "kind"}
"""Where a block of this first word says what it is."""

FIRST_WORDS = ("scene", "artifact", "figure", "item")


def first_words(block: Mapping[str, Any]) -> list[str]:
    """The words that begin a block, of those in this one."""
    return [word for word in FIRST_WORDS if word in block]


def _tag(block: Any) -> str | None:
    """Which kind of block this is: told by its first word, and by `kind` or `type`."""
    words = first_words(block) if isinstance(block, dict) else []
    if len(words) != 1:
        return None
    return f"<{block.get(TAGGED[words[0]])}>" if words[0] in TAGGED else f"<{words[0]}>"


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

BLOCKS: Mapping[str, type[Strict]] = {
    tag.tag: kind for kind, tag in (get_args(member) for member in get_args(get_args(Block)[0]))
}
"""The class of each kind of block by its tag, which also stands in pydantic's locations."""


# ---- The whole -------------------------------------------------------------------------------------------------------


class Question(Strict):
    """A question for a group, and what a good discussion of it comes to."""

    ask: Text = Field(description="The question as the facilitator asks it.")
    item: Id | None = Field(None, description="The item it leads on from, where it does.")
    listen_for: Text = Field(description="What to hope to hear, in a sentence or two.")


class Pitfall(Strict):
    """Where learners usually go wrong."""

    item: Id = Field(description="The item at which they do.")
    text: Text = Field(description="What they think, and what helps.")


class Step(Strict):
    """A titled step: one thing to do this week, or one part of a session."""

    title: Text = Field(description="What to do.")
    text: Text = Field(description="How, in a sentence or two.")


class Facilitator(Strict):
    """What the facilitator's page says of a case; learners are not given it."""

    purpose: Text = Field(description="What a group is to take away, in one or two sentences.")
    live: tuple[Step, ...] = Field(
        min_length=3, max_length=7, description="How to run it with a group: each title begins with its minutes."
    )
    questions: tuple[Question, ...] = Field(min_length=4, max_length=6, description="Questions for discussion.")
    pitfalls: tuple[Pitfall, ...] = Field(min_length=2, max_length=4, description="Where learners usually go wrong.")
    dissent: Box = Field(description="The dissenting view, put as well as its holders would.")


class Work(Strict):
    """A work for further reading."""

    cite: Cite = Field(description="A fact id, or the id of a clause that is a pointer; its entry is printed.")
    note: Text = Field(description="What it is good for.")


class Closing(Strict):
    """The last page."""

    about: Text = Field(description="What the case was about; *emphasis*, **strong** and lists work.")
    this_week: tuple[Step, ...] = Field((), description="Exactly three things to do; a test has none.")
    reading: tuple[Work, ...] = Field((), description="Works to read on; a test needs none.")


class CaseFile(Strict):
    """One module of the course as its author writes it."""

    schema_version: Literal[1] = Field(alias="schema", description="The version of this form: 1.")
    case: Slug = Field(description="The name of the folder, NN-slug.")
    title: Text = Field(description="The title of a story.")
    subject: Text = Field(description="What it is about, in two to five words.")
    minutes: Whole = Field(ge=3, le=60, description="How long it takes; a case of the course 10 to 15.")
    lede: Text = Field(description="One or two sentences that make one begin.")
    you: Text = Field(description="Whom the learner plays.")
    objectives: tuple[Text, ...] = Field(
        min_length=2, max_length=6, description="What one will be able to do; each begins with a verb."
    )
    content_note: Text | None = Field(None, description="Only if something may distress.")
    module: Module = Field("case", description="What the page is for; a case unless it says otherwise.")
    form: Literal["A", "B", "C"] | None = Field(
        None, description="Which of the parallel forms of the test this is, where it is one."
    )
    story: tuple[Block, ...] = Field(min_length=1, description="The blocks of the page, in order.")
    closing: Closing = Field(description="What one leaves with.")
    facilitator: Facilitator | None = Field(None, description="The facilitator’s page: how to discuss it with a group.")

    @property
    def items(self) -> tuple[AnyItem, ...]:
        """The items in the order of the page."""
        return tuple(block for block in self.story if isinstance(block, BaseItem))
