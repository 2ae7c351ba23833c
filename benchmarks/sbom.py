"""A bill of materials: what is installed, in the form of CycloneDX 1.6."""

import json
from collections.abc import Iterable
from urllib.parse import quote

from benchmarks.distributions import Installed, expression, installed

Json = dict[str, object]
PRODUCT = "askmesh"


def bill_of_materials(found: Iterable[Installed]) -> Json:
    """Return the document. Equal distributions give equal documents: it holds no time."""
    components = {one.name: _component(one) for one in found}
    product = components.pop(PRODUCT)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": product | {"type": "application"}},
        "components": list(components.values()),
    }


def _component(one: Installed) -> Json:
    address = f"pkg:pypi/{one.name}@{quote(one.version, safe='')}"
    described: Json = {
        "type": "library",
        "bom-ref": address,
        "name": one.name,
        "version": one.version,
        "purl": address,
    }
    return described | ({"licenses": _licences(one.licences)} if one.licences else {})


def _licences(licences: tuple[str, ...]) -> list[Json]:
    """Return one expression, or each licence by its name: the form does not mix them."""
    if len(licences) == 1 and (known := expression(licences[0])):
        return [{"expression": known}]
    return [{"license": {"name": licence}} for licence in licences]


def main() -> None:
    """Print the bill of what is installed here."""
    print(json.dumps(bill_of_materials(installed()), indent=2))


if __name__ == "__main__":
    main()
