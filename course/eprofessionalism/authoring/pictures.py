"""Pictures: the author's drawings, and the figures drawn from the table; each has a file of its own in `art/`."""

from __future__ import annotations

from collections.abc import Iterator, Set
from pathlib import Path
from xml.etree import ElementTree

from eprofessionalism.authoring.findings import Finding
from eprofessionalism.authoring.loader import Case
from eprofessionalism.authoring.model import Figure, Post, Profile
from eprofessionalism.authoring.yamlsource import Place

SVG = "{http://www.w3.org/2000/svg}svg"
_DRAW = "draw it as a plain SVG, which shows itself and nothing from elsewhere"


def figure_file(figure: str) -> str:
    """The path of a figure's drawing in a built case."""
    return f"art/{figure}.svg"


def pictures(case: Case) -> Iterator[Finding]:
    """A picture that is named is there, is a drawing, and has no figure's name."""
    figures = {figure_file(block.figure) for _, block in case.blocks() if isinstance(block, Figure)}
    for place, block in case.blocks():
        if not (isinstance(block, (Post, Profile)) and block.picture):
            continue
        spot, file = (*place, "picture", "file"), block.picture.file
        path = case.folder / file
        if not path.is_file():
            expected, remedy = "a drawing beside the case file", "draw it, or take the picture out"
            yield case.finding(spot, block.artifact, expected, f"no {file}", remedy)
        elif problem := _problem(path):
            yield case.finding(spot, block.artifact, f"a drawing (SVG) in {file}", problem, _DRAW)
        if file in figures:
            found = f"{file}, which is the drawing of a figure of this case"
            yield case.finding(spot, block.artifact, "a name of its own", found, "rename the drawing or the figure")


def _problem(path: Path) -> str:
    """What keeps a file from being a drawing that a page may show; nothing where it is one."""
    try:
        root = ElementTree.parse(path).getroot()  # noqa: S314 # the author's own file, and no entities since expat 2.4
    except (ElementTree.ParseError, ValueError, LookupError):
        return "a file that is no XML"
    if root.tag != SVG:
        return f"“<{root.tag.rpartition('}')[2]}>” without SVG’s namespace" if "}" not in root.tag else "other XML"
    found = (_foreign(element) for element in root.iter())
    return next(filter(None, found), "")


def _foreign(element: ElementTree.Element) -> str:
    """What in an element would run, or fetch something."""
    name = str(element.tag).rpartition("}")[2].lower()
    if name in ("script", "foreignobject"):
        return f"“<{name}>”"
    for attribute, value in element.items():
        bare = attribute.rpartition("}")[2].lower()
        if bare.startswith("on") or (bare == "href" and not value.startswith("#")):
            return f"“{bare}” in “<{name}>”"
    return ""


def figures(case: Case, rows: Set[str]) -> Iterator[Finding]:
    """A figure draws rows that exist, one label each."""
    for place, block in case.blocks():
        if not isinstance(block, Figure):
            continue
        yield from _unknown_rows(case, place, block, rows)
        if len(block.labels) != len(block.rows):
            expected, found = f"{len(block.rows)} labels", str(len(block.labels))
            yield case.finding((*place, "labels"), block.figure, expected, found, "give each row its label")


def _unknown_rows(case: Case, place: Place, block: Figure, rows: Set[str]) -> Iterator[Finding]:
    expected, remedy = "an id in datasets/published-figures.csv", "add the row, or correct the id"
    for number, row in enumerate(block.rows):
        if row not in rows:
            yield case.finding((*place, "rows", number), block.figure, expected, f"“{row}”", remedy)
