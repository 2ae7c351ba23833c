"""A few pages over HTTP, for whoever looks at a process: a scrape, a profile, a view."""

from askmesh.pages._serving import (
    MAX_CONNECTIONS,
    AnswerPage,
    MaxBody,
    PageRequest,
    WebPage,
    problem,
    serving_pages,
    text_page,
)

__all__ = [
    "MAX_CONNECTIONS",
    "AnswerPage",
    "MaxBody",
    "PageRequest",
    "WebPage",
    "problem",
    "serving_pages",
    "text_page",
]
