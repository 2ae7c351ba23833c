"""What a page has in it that no reader of it sees."""

import re
from collections.abc import Iterator

from askmesh.ingestion.html_tree import Element

_ZERO = r"\s*:\s*0*\.?0+(?:px|em|rem|pt|%)?\s*(?:;|!|$)"
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    rf"|(?:font-size|opacity|max-height|(?<![\w-])height|(?<![\w-])width){_ZERO}"
    r"|font-size\s*:\s*[12](?:\.\d+)?px|opacity\s*:\s*0?\.0\d"
    r"|(?<!-)color\s*:\s*transparent"
    r"|(?<!-)color\s*:\s*([#\w]+)\s*;.*background(?:-color)?\s*:\s*\1\b"
    r"|background(?:-color)?\s*:\s*([#\w]+)\s*;.*(?<!-)color\s*:\s*\2\b"
    r"|text-indent\s*:\s*-\d{3,}|(?<![\w-])(?:left|top|right|bottom|margin-left)\s*:\s*-\d{3,}px"
    r"|clip-path\s*:\s*(?:inset\((?:100|[5-9]\d)%|circle\(0)|(?<![\w-])clip\s*:\s*rect\(0"
    r"|transform\s*:[^;]*scale\(0[,)]",
    re.IGNORECASE,
)
_WHITE = re.compile(
    r"(?<!-)color\s*:\s*(?:white\b|#f{3}\b|#f{6}\b|rgba?\(\s*255\s*,\s*255\s*,\s*255)",
    re.IGNORECASE,
)
_GROUND = re.compile(r"background", re.IGNORECASE)
_RULE = re.compile(r"([.#])([\w-]+)\s*\{([^{}]*)\}")


class Unseen:
    """Tells which elements of one page are not seen, by their own styles and by those of the page.

    What a script or another rule of the page may show again counts as seen; so does white text
    where something has a background.
    """

    def __init__(self, page: Element) -> None:
        elements = list(page.elements())
        sheets = [each.text() for each in elements if each.name == "style"]
        scripts = [each for each in elements if each.name == "script"]
        can_be_shown = any("src" in each.attributes for each in scripts)
        code = "".join(each.text() for each in scripts)
        hidden = () if can_be_shown else _hidden_for_good("".join(sheets), code)
        self._hidden = frozenset(hidden)
        has_sheet = bool(sheets) or any(_is_sheet(each) for each in elements)
        self._is_plain = not has_sheet and not any(map(_has_ground, elements))

    def hides(self, element: Element) -> bool:
        """Tell whether nobody sees an element of the page."""
        attributes = element.attributes
        style = attributes.get("style", "")
        names = {f".{name}" for name in attributes.get("class", "").split()}
        names.add(f"#{attributes.get('id', '')}")
        return (
            "hidden" in attributes
            or attributes.get("aria-hidden") == "true"
            or _UNSEEN.search(style) is not None
            or bool(names & self._hidden)
            or (self._is_plain and _is_white(element, style))
        )


def _hidden_for_good(sheet: str, scripts: str) -> Iterator[str]:
    for kind, name, style in _RULE.findall(sheet):
        is_named_again = len(re.findall(rf"[.#]{re.escape(name)}\b", sheet)) > 1 or name in scripts
        if _UNSEEN.search(style) and not is_named_again:
            yield f"{kind}{name}"


def _is_sheet(element: Element) -> bool:
    return element.name == "link" and "stylesheet" in element.attributes.get("rel", "")


def _has_ground(element: Element) -> bool:
    attributes = element.attributes
    return "bgcolor" in attributes or _GROUND.search(attributes.get("style", "")) is not None


def _is_white(element: Element, style: str) -> bool:
    colour = element.attributes.get("color", "")
    return _WHITE.search(f"color:{colour};{style}") is not None
