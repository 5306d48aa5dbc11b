"""The site file (docs/site.md): one YAML file with a site's name, mark, colours, faces, navigation and principles.

Its schema is closed, and it is read whole or not at all: a fault names its field and ends the start.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from marshmallow import Schema, ValidationError, fields, post_load, validate

from chassis.settings import SettingError
from publisher.articles import SLUG, section_slug
from publisher.faults import Fault
from publisher.site.share_services import SERVICES, USUAL
from publisher.site.sites import ALWAYS, INDEXING, Asset, Logo, NavigationLink, Site, asset
from publisher.site.themes import Palette, Theme, faults_of

MOST_BYTES = 256 * 1024
"""Of a mark: every reader fetches it."""
CONTENT_TYPES = {".svg": "image/svg+xml", ".png": "image/png", ".webp": "image/webp"}
ADDRESS = "a path from the site's root or an address of the web"
_WEB = r"https?://[^\s{}\"'<>]{1,1000}"
_PLACE = rf"/(?:[^\s\"'<>/{{}}][^\s\"'<>{{}}]*)?|{_WEB}"
_ADDRESS = rf"{_PLACE}|/\{{language\}}/[^\s\"'<>{{}}]*"


def _text(most: int, pattern: str = r"[^\x00-\x1f\x7f]+", expected: str = "text", **more: Any) -> fields.String:
    told = f"expected {expected} of at most {most} characters, got {{input!r:.80}}"
    rules = [validate.Length(1, most, error=told), validate.Regexp(rf"(?:{pattern})\Z", error=told)]
    return fields.String(validate=rules, error_messages=_messages(expected), **more)


def _messages(expected: str) -> dict[str, Any]:
    told = f"expected {expected}"
    return dict.fromkeys(("invalid", "type", "null", "required", "validator_failed", "invalid_utf8"), told)


def _by_language() -> fields.Dict:
    return fields.Dict(
        keys=fields.String(), values=_text(100), load_default=dict, error_messages=_messages("texts by language")
    )


class _Closed(Schema):
    error_messages = {"unknown": "expected no field of this name", "type": "expected fields with their values"}  # noqa: RUF012


class _LogoSchema(_Closed):
    file = _text(500, required=True)
    dark = _text(500)
    width = fields.Integer(
        strict=True, required=True, validate=validate.Range(1, 600), error_messages=_messages("a width in pixels")
    )
    height = fields.Integer(
        strict=True, required=True, validate=validate.Range(1, 120), error_messages=_messages("a height in pixels")
    )
    wordmark = fields.Boolean(
        truthy={True}, falsy={False}, load_default=False, error_messages=_messages("true or false")
    )


class _NavigationSchema(_Closed):
    section = _text(64)
    href = _text(1000, _ADDRESS, ADDRESS)
    names = _by_language()

    @post_load
    def made(self, data: dict[str, Any], **_: Any) -> NavigationLink:
        if ("section" in data) == ("href" in data):
            raise ValidationError("expected either a section or a href", "section")
        if "href" in data and not data["names"]:
            raise ValidationError("expected the link's names by language", "names")
        return NavigationLink(data["names"], section_slug(data.get("section", "")), data.get("href", ""))


def _nested(schema: type[Schema], expected: str, **more: Any) -> fields.Nested:
    return fields.Nested(schema, error_messages=_messages(expected), **more)


def _list(inner: fields.Field[Any], most: int, expected: str) -> fields.List[Any]:
    told = f"at most {most} {expected}"
    return fields.List(
        inner,
        load_default=list,
        validate=validate.Length(max=most, error=f"expected {told}"),
        error_messages=_messages(told),
    )


class _SiteSchema(_Closed):
    name = _text(100, required=True)
    tagline = _by_language()
    logo = _nested(_LogoSchema, "the mark's file, width and height")
    icon = _text(500)
    colours = fields.Dict(
        keys=fields.String(validate=validate.OneOf(("light", "dark"), error="expected light or dark")),
        values=fields.Dict(
            keys=fields.String(
                validate=validate.OneOf(Palette._fields, error=f"expected one of {', '.join(Palette._fields)}")
            ),
            values=fields.String(error_messages=_messages("a colour as #1c1a17")),
            error_messages=_messages("colours by name"),
        ),
        load_default=dict,
        error_messages=_messages("light and dark colours"),
    )
    fonts = fields.Dict(
        keys=fields.String(validate=validate.OneOf(("serif", "sans"), error="expected serif or sans")),
        values=fields.String(error_messages=_messages("a list of faces as CSS has it")),
        load_default=dict,
        error_messages=_messages("serif and sans"),
    )
    navigation = _list(_nested(_NavigationSchema, "a link"), 20, "links")
    profiles = _list(_text(1000, _WEB, "an address of the web"), 20, "addresses")
    publishing_principles = _text(1000, _PLACE, ADDRESS, load_default="")
    corrections_policy = _text(1000, _PLACE, ADDRESS, load_default="")
    documents = _list(_text(64, SLUG.pattern, "a document's name"), 10, "documents")
    share = fields.List(
        fields.String(validate=validate.OneOf(list(SERVICES), error=f"expected one of {', '.join(SERVICES)}")),
        load_default=USUAL,
        error_messages=_messages("services to share with"),
    )
    index_machine_translations = fields.String(
        load_default=ALWAYS,
        validate=validate.OneOf(INDEXING, error=f"expected {', '.join(INDEXING)}"),
        error_messages=_messages(", ".join(INDEXING)),
    )


def read_site(path: Path, site: Site, languages: Collection[str]) -> Site:
    """Return ``site`` as the file has it; raise SettingError naming file and field."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"PUBLISHER_SITE: expected a file that can be read, got {path}: {error}") from None
    except yaml.YAMLError as error:
        raise SettingError(f"PUBLISHER_SITE: {path}: expected YAML, got {' '.join(str(error).split())[:200]}") from None
    try:
        loaded: dict[str, Any] = _SiteSchema().load(data if data is not None else {})
        made = _made(loaded, path.parent, site)
        for fault in (*_language_faults(loaded, languages), *faults_of(made.theme)):
            raise fault
    except ValidationError as error:
        raise SettingError(f"PUBLISHER_SITE: {path}: {_first(error.messages)}") from None
    except Fault as fault:
        raise SettingError(f"PUBLISHER_SITE: {path}: {fault}") from None
    return made


def _made(loaded: Mapping[str, Any], directory: Path, site: Site) -> Site:
    logo = loaded.get("logo")
    return replace(
        site,
        name=loaded["name"],
        theme=_theme(loaded),
        taglines=loaded["tagline"],
        logo=_logo(logo, directory) if logo else None,
        icon=_asset("icon", "icon", directory / loaded["icon"]) if "icon" in loaded else None,
        navigation=tuple(loaded["navigation"]),
        profiles=tuple(loaded["profiles"]),
        principles=loaded["publishing_principles"],
        corrections=loaded["corrections_policy"],
        documents=tuple(loaded["documents"]),
        indexing=loaded["index_machine_translations"],
        sharing=tuple(loaded["share"]),
    )


def _theme(loaded: Mapping[str, Any]) -> Theme:
    theme, colours = Theme(), loaded["colours"]
    light, dark = (
        palette._replace(**{name: colour.lower() for name, colour in colours.get(scheme, {}).items()})
        for scheme, palette in (("light", theme.light), ("dark", theme.dark))
    )
    return theme._replace(light=light, dark=dark, **loaded["fonts"])


def _logo(given: Mapping[str, Any], directory: Path) -> Logo:
    light = _asset("logo", "logo.file", directory / given["file"])
    dark = _asset("logo", "logo.dark", directory / given["dark"]) if "dark" in given else None
    return Logo(light, dark, given["width"], given["height"], given["wordmark"])


def _asset(kind: str, field: str, path: Path) -> Asset:
    content_type = CONTENT_TYPES.get(path.suffix.lower())
    if content_type is None:
        raise Fault(field, "an SVG, PNG or WebP file", repr(path.name))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Fault(field, "a file that can be read", f"{path}: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise Fault(field, f"at most {MOST_BYTES // 1024} kB", f"{len(data) // 1024} kB")
    return asset(kind, path, content_type, data)


def _language_faults(loaded: Mapping[str, Any], languages: Collection[str]) -> Iterator[Fault]:
    texts = {"tagline": loaded["tagline"]}
    texts |= {f"navigation.{at}.names": link.names for at, link in enumerate(loaded["navigation"])}
    for field, by_language in texts.items():
        for language in by_language:
            if language not in languages:
                yield Fault(f"{field}.{language}", f"one of {', '.join(languages)}", repr(language))


def _first(messages: Any, at: str = "") -> str:
    """The first fault with its dotted field."""
    while isinstance(messages, Mapping):
        name, messages = next(iter(messages.items()))
        if name not in ("_schema", "key", "value"):
            at = f"{at}.{name}" if at else str(name)
    return f"{at or 'site file'}: {messages[0] if isinstance(messages, list) else messages}"
