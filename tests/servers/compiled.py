"""What each app compiles anew, its addresses and its templates, compiled once: every test has an app of its own."""

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule


class Templates(BytecodeCache):
    """Templates by name and content, as long as the process runs."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if found := self._compiled.get(bucket.key):
            bucket.bytecode_from_string(found)  # which looks at the content's checksum

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


class Addresses:
    """What builds the addresses of a rule: it follows from the words of the rule alone."""

    def __init__(self) -> None:
        self._compile = Rule._compile_builder
        self._compiled: dict[object, object] = {}

    def of(self, rule: Rule, append_unknown: bool = True) -> object:
        if rule.defaults:  # those are written out by converters of the app
            return self._compile(rule, append_unknown)
        key = (*rule._trace, append_unknown)
        if key not in self._compiled:
            self._compiled[key] = self._compile(rule, append_unknown)
        return self._compiled[key]


def share() -> None:
    """Let all apps of this process share them."""
    addresses = Addresses()
    Flask.jinja_options = {"bytecode_cache": Templates()}
    Rule._compile_builder = lambda *arguments: addresses.of(*arguments)  # type: ignore[method-assign]
