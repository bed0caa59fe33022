"""Every word that the page says around an item. `{at}` is filled in by the view, in the reader's own time zone."""

from __future__ import annotations

from dataclasses import dataclass

from eprofessionalism.answers import CERTAINTY, LEVELS, Answer
from eprofessionalism.items import Item, ItemType
from eprofessionalism.scoring import CHOOSE

KIND: dict[ItemType, str] = {
    "sba": "choose one",
    "mrq": "choose all that apply",
    "choose": "choose three",
    "rating": "rate each response",
    "ranking": "put in order",
    "branch": "a decision: the story goes on from here",
    "reflection": "in your own words",
}

HINT: dict[ItemType, str] = {
    "sba": "",
    "mrq": "Choose all that apply. Leaving a wrong one out counts as much as choosing a right one.",
    "choose": "Choose exactly three.",
    "rating": "Rate each one by itself; several may deserve the same word.",
    "ranking": "First at the top. Each arrow moves a line by one place.",
    "branch": "",
    "reflection": "",
}

SAVE: dict[ItemType, str] = {
    "sba": "Save answer",
    "mrq": "Save answer",
    "choose": "Save answer",
    "rating": "Save ratings",
    "ranking": "Save order",
    "branch": "Decide",
    "reflection": "Hand in this text",
}

CHOSEN: dict[ItemType, str] = {
    "sba": "Chosen, not saved yet",
    "mrq": "{n} chosen, not saved yet",
    "choose": "{n} of 3 chosen, not saved yet",
    "rating": "{n} of {of} rated, not saved yet",
    "ranking": "Changed, not saved yet",
    "branch": "Chosen, not decided yet",
    "reflection": "Not kept yet",
}

SURVEY_KIND: dict[ItemType, str] = {"rating": "how far do you agree?"}
SURVEY_HINT: dict[ItemType, str] = {
    "mrq": "Choose all that apply.",
    "rating": "Leave out what you cannot judge.",
    "reflection": "A sentence or two is plenty. Leave out names, and whatever would identify a patient.",
}
CERTAIN_HINT = "It does not change your score."
CERTAIN_SHOWS = " Once the answer is saved, you see whether you were as right as you were sure."
CHECK = "Read it once more. Does it say"
CHECK_POINTS = ("what happened?", "how it looks from another’s side?", "what you will do differently?")
CLEARED = "Cleared. Your first answer still counts."
NOT_SAVED = "Not saved"
WAITING = "Not saved yet; keep this page open"
CONNECTION = "The page has lost its connection. Your answer stays here and is tried again every few seconds."
NOT_WRITTEN = (
    "The file of your answers could not be written: the disk may be full, or the folder locked. "
    "Your answer stays here and is tried again every few seconds. Please keep this page open."
)
OUR_MISTAKE = "Something went wrong on our side. Your answer stays here: load the page again, then save once more."


def kind(item: Item) -> str:
    """What is to be done, beside the number of the question."""
    return SURVEY_KIND.get(item.type, KIND[item.type]) if item.survey else KIND[item.type]


def hint(item: Item) -> str:
    """The line under the question: the author's own, or what its type needs."""
    if item.hint:
        return item.hint
    if item.survey:
        return SURVEY_HINT.get(item.type, "")
    if item.type == "reflection":
        few, many = item.words or (80, 150)
        return (
            f"{few} to {many} words are plenty. Leave out anything that would identify a patient. "
            "If your program collects the course, whoever marks it reads this."
        )
    return HINT[item.type]


def words(item: Item, *, explain: bool = False) -> dict[str, str]:
    """What the view of an item says by itself, before Python has anything to say.

    Args:
        item: the item.
        explain: whether to say what certainty is asked for, as the first item of a page that asks for it does.
    """
    again = "Go back and try another way" if item.type == "branch" else "Clear and look again"
    return {
        "open": "Not handed in yet" if item.is_text else "Not answered yet",
        "chosen": CHOSEN[item.type],
        "saved": "Handed in {at}" if item.is_text else "Saved {at}",
        "draft": "Draft kept {at}",
        "looking": "Looking again",
        "save": SAVE[item.type],
        "again": again,
        "sure": "How sure are you?",
        "sureHint": _sure_hint(item) if explain else "",
        "mine": "Your choice",
        "notSaved": NOT_SAVED,
        "waiting": WAITING,
        "connection": CONNECTION,
        "saving": "Saving …",
        "moved": "{text} Now place {n} of {of}.",
    }


def _sure_hint(item: Item) -> str:
    return CERTAIN_HINT if item.assessment else CERTAIN_HINT + CERTAIN_SHOWS


def missing(item: Item, answer: Answer | None, certainty: int | None) -> str:
    """What still has to be done before this can be saved; empty when nothing has."""
    if item.is_text:
        return "" if str(answer or "").strip() else "Write a few words first, then hand them in."
    if item.type == "rating" and not item.survey:
        unrated = len(item.options) - len(answer or {})
        if unrated:
            return (
                "One response is still to be rated." if unrated == 1 else f"{unrated} responses are still to be rated."
            )
    elif not answer:
        return f"Choose an answer first, then {'decide' if item.type == 'branch' else 'save'}."
    elif item.type == "choose" and len(answer) != CHOOSE:
        return f"Choose exactly three: {len(answer)} {'is' if len(answer) == 1 else 'are'} chosen now."
    if item.certainty and certainty is None:
        return "Say how sure you are, then save."
    return ""


def saved(item: Item, *, before: bool = False) -> str:
    """What stands beside a saved answer.

    Args:
        item: the item.
        before: whether it had been answered before, in this sitting or another.
    """
    if item.survey:
        return "Saved at {at}. You can change it until the course is collected; the report counts your last answer."
    if item.is_text:
        return "Handed in at {at}. You can change it and hand it in again; the last text counts."
    if item.assessment:
        return "Saved at {at}; you can change your answer until the test is collected. Results come after grading."
    if item.type == "branch":
        return "Saved at {at}. Your first path counts; the others are yours to explore."
    if before:
        return "Saved at {at}. Your first answer counts; looking again changes no score."
    return "Saved at {at}. The reasons stand with each line."


def drafted(*, given: bool) -> str:
    """What stands beside a draft; `given` tells whether an earlier text has been handed in."""
    tail = " The text you handed in before still stands until you hand in this one." if given else ""
    return "Draft kept at {at}, {words}." + tail


def result(item: Item, verdict: str, hits: int, of: int) -> str:
    """The verdict on a whole answer in a few words."""
    if item.type == "sba":
        other = "another answer is better"
        return {"best": "Best answer", "part": f"Partly right; {other}"}.get(verdict, other.capitalize())
    return f"All {of} as suggested" if hits == of else f"{hits} of {of} as suggested"


def sureness(certainty: int, *, right: bool) -> str:
    """How a stated certainty and the answer go together."""
    word = CERTAINTY[certainty]
    if right:
        return f"{word.capitalize()}, and right" + (": you know more than you thought." if certainty == 1 else ".")
    return f"You were {word}; " + ("the reasons may settle it." if certainty == 1 else "worth a second look.")


def suggested(level: int, given: int | None) -> str:
    """The suggested level of one response, beside the learner's own."""
    word = LEVELS[level]
    if given == level:
        return f"As suggested (dashed): {word}"
    own = f"; you said {LEVELS[given]}" if given else ""
    return f"Suggested (dashed): {word}{own}"


@dataclass(frozen=True, slots=True)
class Ending:
    """What the end of a page says: `ready` when every question is answered, `note` in any case, the rest once done."""

    button: str
    ready: str
    note: str
    title: str
    text: str
    welcome: str


_CHANGE = "You may still change answers until the test is collected."

CASE_END = Ending(
    button="Finish this case",
    ready="Finish the case when you have read to the end.",
    note="",
    title="You have finished this case",
    text="Your answers are saved with this course. You can come back to any page and read the reasons again.",
    welcome="You have finished this case.",
)
TEST_END = Ending(
    button="I have finished the test",
    ready="",
    note=_CHANGE,
    title="You have finished the test",
    text=f"{_CHANGE} Results come after grading, from whoever runs your course.",
    welcome="You have finished the test.",
)
SURVEY_END = Ending(
    button="I have finished the survey",
    ready="",
    note="",
    title="Thank you",
    text="Your answers are saved. Hand them in with the rest of the course.",
    welcome="You have finished the survey.",
)


def heading(still: int) -> str:
    """The title of the end of a page that is not finished."""
    if still:
        return "One question is still open" if still == 1 else f"{still} questions are still open"
    return "Every question is answered"


def before_the_end(still: int, total: int, end: Ending) -> str:
    """What can be done at the end of a page that is not finished."""
    them = "it" if still == 1 else "them"
    leave = f"You can finish now and leave {them} out, or go back to {them} first."
    first = leave if still else f"All {total} answers are saved."
    return " ".join(filter(None, [first, "" if still else end.ready, end.note]))


def recap(right: int, of: int) -> str:
    """How many questions of a case were answered as suggested."""
    if right == of:
        return f"All {of} as suggested, by your first answers."
    return f"{right} of {of} as suggested, by your first answers. Look again at"


def calibration(counts: dict[int, tuple[int, int]]) -> str:
    """How often the answers were right, by the certainty that was stated: (right, of) each."""
    said = [f"{CERTAINTY[level]}, {right} of {of} right" for level, (right, of) in sorted(counts.items(), reverse=True)]
    return f"How sure you were: {'; '.join(said)}." if said else ""


def part_state(answered: int, total: int, minutes: int, *, done: bool) -> str:
    """How far a part of the course has been played."""
    if done:
        return "finished"
    return f"{answered} of {total} answered" if answered else f"not begun, {minutes} minutes"
