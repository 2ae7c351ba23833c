"""The chart, rendered once for what many tests look at."""

import pytest

from support.helm import HELM_4, Helm, installed_helm
from support.manifests import Rendering, rendered


@pytest.fixture(scope="session")
def helm() -> Helm:
    return installed_helm(HELM_4)


@pytest.fixture(scope="session")
def defaults(helm: Helm) -> Rendering:
    return rendered(helm, "defaults")


@pytest.fixture(scope="session")
def production(helm: Helm) -> Rendering:
    return rendered(helm, "production")
