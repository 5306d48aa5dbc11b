"""Writing structures in Thrift's compact protocol, as far as the footer of Parquet needs it.

After the compact protocol's specification (thrift/doc/specs/thrift-compact-protocol.md). A structure is a list of its
fields, `(number, value)` in rising order, and a value of one is given by a class below.
"""

from collections.abc import Sequence


class I32(int):
    """A 32-bit integer, or an enumerator."""


class I64(int):
    """A 64-bit integer."""


class Struct(tuple[tuple[int, "Value"], ...]):
    """A structure, or a union with its one member: pairs of a field's number and its value."""


class Many(tuple["Value", ...]):
    """A list of values of one kind."""


Value = bool | I32 | I64 | bytes | str | Struct | Many


def struct(*fields: tuple[int, "Value | None"]) -> Struct:
    """Make a structure of the fields that have a value."""
    return Struct((number, value) for number, value in fields if value is not None)


def write(value: Struct) -> bytes:
    """Return the bytes of a structure."""
    out = bytearray()
    before = 0
    for number, member in value:
        kind = _kind(member)
        short = number - before
        out += bytes([short << 4 | kind]) if 0 < short < 16 else bytes([kind]) + varint(_zigzag(number))
        if not isinstance(member, bool):  # a field that is a boolean is its own kind
            out += _body(member)
        before = number
    return bytes(out) + b"\0"


def _kind(value: Value) -> int:
    if isinstance(value, bool):
        return 1 if value else 2
    for of, kind in ((I32, 5), (I64, 6), (bytes, 8), (str, 8), (Many, 9), (Struct, 12)):
        if isinstance(value, of):
            return kind
    raise TypeError(f"expected a value of Thrift, got {type(value).__name__}")


def _body(value: Value) -> bytes:
    if isinstance(value, Struct):
        return write(value)
    if isinstance(value, Many):
        return _list(value)
    if isinstance(value, int):
        return varint(_zigzag(value))
    data = value.encode() if isinstance(value, str) else value
    return varint(len(data)) + data


def _list(values: Sequence[Value]) -> bytes:
    kind = _kind(values[0]) if values else 12
    head = bytes([len(values) << 4 | kind]) if len(values) < 15 else bytes([0xF0 | kind]) + varint(len(values))
    return head + b"".join(map(_body, values))


def _zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def varint(value: int) -> bytes:
    """Write a number that is not negative, seven bits a byte, the lowest first."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
