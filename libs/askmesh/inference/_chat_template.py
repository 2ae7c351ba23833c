"""Prompts in a model's own chat template. Templates come with models: they run in a sandbox."""

import re
from functools import lru_cache
from typing import NoReturn

from jinja2 import Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

_SYSTEM = "SystemText"
_USER = "UserText"
_WRITTEN_MARK = re.compile(
    r"<<?[^<>\s]{1,40}>>?|\[/?[A-Z_]{2,}\]|^[^\s:][^\n:]{0,22}:$", re.MULTILINE
)


class ChatTemplateError(ValueError):
    """A chat template that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class ChatTemplate:
    """Jinja as models ship it, and the tokens that it speaks of.

    Without `source` prompts are plain text. `marks` are the tokens that no text may contain.
    `begin` and `end` are what the template's `bos_token` and `eos_token` stand for; `begin` is
    empty where the server puts the first token there itself.
    """

    source: str
    marks: tuple[str, ...] = ()
    begin: str = ""
    end: str = ""

    def render(self, system: str, user: str) -> str:
        """The whole prompt, up to where the model's answer begins.

        Marks inside the texts are made harmless, so that no text can end its own turn. A template
        without a place for a system message gets it at the head of the user's.
        Raise `ChatTemplateError` if the template cannot be rendered.
        """
        return _opened(self).render(system, user)


@lru_cache(maxsize=16)
def _opened(template: ChatTemplate) -> "_OpenTemplate":
    return _OpenTemplate(template)


class _OpenTemplate:
    def __init__(self, template: ChatTemplate) -> None:
        self._begin, self._end = template.begin, template.end
        self._template = _compiled(template.source) if template.source else None
        self._takes_system = self._shows_system()
        written = _WRITTEN_MARK.findall(self._filled(_SYSTEM, _USER)) if template.source else []
        self._mark = _any_of({*template.marks, *written})

    def render(self, system: str, user: str) -> str:
        return self._filled(self._harmless(system), self._harmless(user))

    def _filled(self, system: str, user: str) -> str:
        if self._takes_system:
            return self._turns(("system", system), ("user", user))
        return self._turns(("user", f"{system}\n\n{user}"))

    def _shows_system(self) -> bool:
        try:
            return _SYSTEM in self._turns(("system", _SYSTEM), ("user", _USER))
        except ChatTemplateError:  # templates refuse what they have no place for
            return False

    def _turns(self, *turns: tuple[str, str]) -> str:
        if self._template is None:
            return "".join(f"{text}\n\n" for _, text in turns)
        messages = [{"role": role, "content": text} for role, text in turns]
        try:
            return self._template.render(
                messages=messages,
                add_generation_prompt=True,
                bos_token=self._begin,
                eos_token=self._end,
            )
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise ChatTemplateError(f"The chat template cannot be rendered: {error}") from error

    def _harmless(self, text: str) -> str:
        while self._mark.search(text):  # taking one apart can bring two halves of another together
            text = self._mark.sub(lambda found: f"{found[0][0]} {found[0][1:]}", text)
        return text


def _compiled(source: str) -> Template:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )
    try:
        return environment.from_string(source, globals={"raise_exception": _refuse})
    except TemplateError as error:
        raise ChatTemplateError(f"The chat template is not valid: {error}") from error


def _refuse(message: str) -> NoReturn:
    raise TemplateError(message)


def _any_of(marks: set[str]) -> re.Pattern[str]:
    longest_first = sorted(marks, key=len, reverse=True)
    return re.compile("|".join(re.escape(mark) for mark in longest_first) or r"(?!)")
