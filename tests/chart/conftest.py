"""The chart, rendered once for what many tests look at."""

import pytest

from support.helm import HELM_4, Helm, installed_helm
from support.manifests import Rendering, profiles, rendered


@pytest.fixture(scope="session")
def helm() -> Helm:
    return installed_helm(HELM_4)


@pytest.fixture(scope="session")
def renderings(helm: Helm) -> dict[str, Rendering]:
    """What the chart renders for each file of values. Not to be changed."""
    return {name: rendered(helm, name) for name in profiles()}


@pytest.fixture(scope="session")
def minimal(renderings: dict[str, Rendering]) -> Rendering:
    return renderings["minimal"]


@pytest.fixture(scope="session")
def defaults(renderings: dict[str, Rendering]) -> Rendering:
    return renderings["defaults"]


@pytest.fixture(scope="session")
def production(renderings: dict[str, Rendering]) -> Rendering:
    return renderings["production"]
