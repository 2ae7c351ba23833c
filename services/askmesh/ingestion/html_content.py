"""Which parts of a page are its content, and which are there on every page."""

import re
from collections.abc import Iterator

from askmesh.ingestion.html_tree import Element
from askmesh.ingestion.html_unseen import Unseen

_NEVER_SHOWN = frozenset(["script", "style", "template", "noscript", "noframes", "head", "title"])
_CONTROLS = frozenset(["nav", "footer", "button", "select", "datalist", "dialog", "input"])
_GRAPHICS = frozenset(["svg", "canvas", "iframe", "object", "audio", "video", "map"])
_DROPPED = _NEVER_SHOWN | _CONTROLS | _GRAPHICS
_ROLES = frozenset(
    ["navigation", "banner", "contentinfo", "search", "complementary", "dialog", "alertdialog",
     "menu", "menubar", "tablist", "toolbar"]
)  # fmt: skip
_ASIDE = frozenset(
    ["cookie", "cookies", "consent", "gdpr", "newsletter", "subscribe", "popup", "modal", "footer",
     "breadcrumb", "breadcrumbs", "pagination", "advert", "advertisement", "promo", "share",
     "sharing", "skip", "signup", "onetrust", "cookiebot", "usercentrics", "didomi", "truste",
     "iubenda", "ccpa"]
)  # fmt: skip
_LINKING = frozenset(
    ["menu", "nav", "navbar", "navigation", "sidebar", "topbar", "header", "masthead", "related",
     "social", "toc", "banner", "links", "widget", "comments"]
)  # fmt: skip
_BOXES = frozenset(["div", "aside", "section", "form", "ul", "ol", "header", "p", "span", "table"])
_COOKIES = re.compile(r"\bcookies?\b", re.IGNORECASE)
_ACCEPT = re.compile(
    r"\b(?:accept|agree|consent|decline|reject|got it|allow all|manage preferences"
    r"|akzeptieren|zustimm\w+|ablehnen|accepter|refuser|aceptar|rechazar|accett\w+|rifiut\w+)",
    re.IGNORECASE,
)
_MAX_CONSENT_CHARS = 1_000
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_MOSTLY = 0.5
_MENU_LINKS = 0.8
_MIN_MENU_ITEMS = 4
_SECTION_CLASSES = ("section", "level")


def content_of(page: Element) -> Element:
    """Return the part of the page that is its content: its one main part, else all of it."""
    mains = [each for each in page.elements() if _is_main(each) and each.size]
    return mains[0] if len(mains) == 1 else page


def without_surroundings(content: Element, unseen: Unseen) -> None:
    """Take what is no content out of `content`: scripts, menus, cookie texts, newsletters."""
    half = content.size / 2
    for element in list(content.elements()):
        element.children = [
            child
            for child in element.children
            if isinstance(child, str) or not (unseen.hides(child) or _is_surrounding(child, half))
        ]


def _is_main(element: Element) -> bool:
    return element.name == "main" or element.attributes.get("role") == "main"


def _is_surrounding(element: Element, half: float) -> bool:
    attributes = element.attributes
    if element.name in _DROPPED or attributes.get("role") in _ROLES:
        return True
    if element.name not in _BOXES or element.size > half:
        return False
    words = set(_class_words(element))
    if words & _ASIDE or _asks_for_consent(element):
        return True
    is_linked = element.linked > element.size * _MOSTLY
    if element.name in {"aside", "header"} or words & _LINKING:
        return is_linked
    return _is_menu(element)


def _asks_for_consent(element: Element) -> bool:
    """Tell whether an element is a box about cookies, with something to press."""
    if element.size > _MAX_CONSENT_CHARS or element.has_heading:
        return False
    buttons = [each for each in element.elements() if each.name in {"a", "button", "input"}]
    return (
        bool(buttons)
        and _COOKIES.search(text := element.text()) is not None
        and (_ACCEPT.search(text) is not None)
    )


def _is_menu(element: Element) -> bool:
    """Tell whether an element is nothing but a row of links."""
    if element.has_heading or element.linked < element.size * _MENU_LINKS:
        return False
    items = [child for child in element.children if isinstance(child, Element) and child.linked]
    return len(items) >= _MIN_MENU_ITEMS and element.name in {"div", "span"}


def _class_words(element: Element) -> Iterator[str]:
    classes = element.attributes.get("class", "")
    names = classes
    # Sections of documentation are named after their headings.
    if not element.has_heading and not any(word in classes for word in _SECTION_CLASSES):
        names += " " + element.attributes.get("id", "")
    return (word.lower() for word in _WORD.findall(names))
