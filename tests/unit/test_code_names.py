"""One name, one meaning, in all of libs and services."""

from pathlib import Path

from benchmarks.code_names import SAME_NAME_ALLOWED, modules, names, repeated_names


def test_no_public_name_of_a_class_or_type_is_defined_twice() -> None:
    assert repeated_names(modules()) == {}


def test_what_may_have_one_name_has_it() -> None:
    found = [name for path in modules() for name in names(path)]
    assert all(found.count(name) > 1 for name in SAME_NAME_ALLOWED)


def test_a_second_class_or_type_of_one_name_is_found(tmp_path: Path) -> None:
    sources = (
        "class Row: ...\nT = TypeVar('T')\nclass Settings: ...",
        "Row = tuple[int, ...]\nT = TypeVar('T')\nclass Settings: ...\nclass _Own: ...",
        "Row: TypeAlias = 'list[int]'\nclass _Own: ...",
    )
    paths = [tmp_path / f"{number}.py" for number in range(len(sources))]
    for path, source in zip(paths, sources, strict=True):
        path.write_text(source, encoding="utf-8")
    assert repeated_names(paths) == {"Row": [str(path) for path in paths]}
