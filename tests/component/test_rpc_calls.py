"""Calls between services: what they carry and how they end."""

from google.protobuf.wrappers_pb2 import StringValue

from support.echo import Context, echo, text


async def test_a_unary_call_returns_the_response() -> None:
    async def unary(request: StringValue, _: Context) -> StringValue:
        return text(f"{request.value}!")

    async with echo(unary=unary) as client:
        response = await client.unary(text("hello"), timeout=5)
    assert response.value == "hello!"
