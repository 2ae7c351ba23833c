"""Addresses of document stores that cannot be used."""

import pytest

from askmesh.documents import open_documents
from askmesh.errors import StartupError


@pytest.mark.parametrize(
    "address",
    [
        "nowhere:",
        "sqlite:",
        "mongodb://",
        "mongodb://me:p%zzword@host/mesh",
        "mongodb://me:p\u2100word@host:port/mesh",
        "mongodb://me:pzzword@[::1/mesh",
        "mongodb://me:pzzword@host:99999/mesh",
        "mongodb://me:p?word@host/mesh",
        "mongodb://host/mesh?maxPoolSizes=5",
        "mongodb://host/mesh?maxPoolSize",
    ],
)
async def test_an_address_that_names_nothing_ends_the_start_and_shows_no_password(
    address: str,
) -> None:
    with pytest.raises(StartupError) as caught:
        async with open_documents(address):
            pass
    assert caught.value.reason == "DOCUMENTS_ADDRESS_INVALID"
    assert "word" not in caught.value.message.replace("password", "")


async def test_a_password_of_any_letters_names_a_store() -> None:
    async with open_documents("mongodb://me:p\u2100word@host/mesh?maxPoolSize=1"):
        pass


@pytest.mark.parametrize("size", ["many", "-3", "1.5", ""])
async def test_a_wrong_number_of_connections_ends_the_start_in_place_of_a_hundred(
    size: str,
) -> None:
    with pytest.raises(StartupError, match="maxPoolSize") as caught:
        async with open_documents(f"mongodb://host/mesh?tls=false&maxPoolSize={size}"):
            pass
    assert caught.value.reason == "DOCUMENTS_ADDRESS_INVALID"
