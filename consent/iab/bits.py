"""Bit fields in base64url, six bits a letter, as TC strings and GPP strings are written."""

from collections.abc import Iterable

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
VALUES = {letter: value for value, letter in enumerate(LETTERS)}


class Malformed(ValueError):
    """A string is not what its format asks for; the message says what was expected."""


class Reader:
    """Reads fields one after the other, the most significant bit first."""

    def __init__(self, text: str) -> None:
        """Read from `text`.

        Raises:
            Malformed: it is not base64url.
        """
        try:
            self._bits = "".join(f"{VALUES[letter]:06b}" for letter in text)
        except KeyError as error:
            raise Malformed(f"base64url letters, got {error.args[0]!r}") from None
        self._at = 0

    def integer(self, width: int) -> int:
        """Return the next `width` bits as a number.

        Raises:
            Malformed: there are not so many.
        """
        return int(self._take(width), 2)

    def flag(self) -> bool:
        """Return the next bit."""
        return self.integer(1) == 1

    def numbered(self, width: int) -> frozenset[int]:
        """Return the places of the set bits among the next `width`, the first of which is 1."""
        return frozenset(place for place, bit in enumerate(self._take(width), 1) if bit == "1")

    def letters(self) -> str:
        """Return two letters A to Z, six bits each."""
        pair = [self.integer(6) for _ in range(2)]
        if max(pair) > 25:
            raise Malformed("two letters A to Z")
        return "".join(chr(65 + value) for value in pair)

    def fibonacci(self) -> int:
        """Return a number in Fibonacci coding: each place a Fibonacci number, ended by two set bits."""
        total, before, last = 0, 1, False
        place = 1
        while True:
            bit = self.flag()
            if bit and last:
                return total
            total += place if bit else 0
            place, before, last = place + before, place, bit

    def rest(self) -> str:
        """Return the bits that are left, as zeros and ones."""
        return self._bits[self._at :]

    def _take(self, width: int) -> str:
        end = self._at + width
        if end > len(self._bits):
            raise Malformed(f"{end} bits, got {len(self._bits)}")
        taken, self._at = self._bits[self._at : end], end
        return taken


class Writer:
    """Writes what `Reader` reads."""

    def __init__(self) -> None:
        self._bits: list[str] = []

    def integer(self, value: int, width: int) -> None:
        """Append a number in `width` bits.

        Raises:
            ValueError: it does not fit.
        """
        if not 0 <= value < 1 << width:
            raise ValueError(f"expected a number of {width} bits, got {value}")
        self._bits.append(f"{value:0{width}b}")

    def flag(self, value: bool) -> None:
        """Append one bit."""
        self._bits.append("1" if value else "0")

    def numbered(self, places: Iterable[int], width: int) -> None:
        """Append `width` bits, of which those at `places` are set."""
        chosen = frozenset(places)
        self._bits.append("".join("1" if place in chosen else "0" for place in range(1, width + 1)))

    def letters(self, pair: str) -> None:
        """Append two letters A to Z."""
        for letter in pair:
            self.integer(ord(letter) - 65, 6)

    def fibonacci(self, value: int) -> None:
        """Append a number from 1 on in Fibonacci coding."""
        places = [1, 2]
        while places[-1] <= value:
            places.append(places[-1] + places[-2])
        bits = ""
        for place in reversed(places[:-1]):
            bits += "1" if place <= value else "0"
            value -= place if place <= value else 0
        self._bits.append(bits[::-1].rstrip("0") + "1")

    def text(self, unit: int = 24) -> str:
        """Return base64url, padded to a multiple of `unit` bits and to whole letters, as the libraries pad."""
        bits = "".join(self._bits)
        bits += "0" * (-len(bits) % unit)
        bits += "0" * (-len(bits) % 6)
        return "".join(LETTERS[int(bits[at : at + 6], 2)] for at in range(0, len(bits), 6))
