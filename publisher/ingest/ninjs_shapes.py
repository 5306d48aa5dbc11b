"""The closed shapes of ninjs 1.0 to 3.1 (IPTC): which properties an item of each version may have, and of which form.

Times and addresses are texts here, as in the standard's schemas before 2.0; ``ninjs`` reads those that it needs.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from publisher.faults import Fault


@dataclass(frozen=True)
class Of:
    """An object: its properties, those it must have, those of which it has exactly one, patterns of further names."""

    properties: Mapping[str, Any]
    required: tuple[str, ...] = ()
    either: tuple[tuple[str, ...], ...] = ()
    patterns: Mapping[str, Any] = field(default_factory=dict)
    open: bool = False


@dataclass(frozen=True)
class Number:
    """A number, whole ones only unless ``whole`` is False."""

    least: float | None = None
    most: float | None = None
    whole: bool = True


TEXT = "a text"
ITEM = "an item"
"""The shape of the item itself."""
SOME, WHOLE = Number(whole=False), Number()
_KINDS = ("text", "audio", "video", "picture", "graphic", "composite")
_STATUS = ("usable", "withheld", "canceled")
_TRUNCATED = re.compile(
    r"-?(?:[1-9]\d*)?\d{4}(-(1[0-2]|0[1-9])(-(3[01]|0[1-9]|[12]\d)(T(2[0-3]|[01]\d):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-](2[0-3]|[01]\d):[0-5]\d)?)?)?)?"
)


def _texts(names: str) -> dict[str, Any]:
    return dict.fromkeys(names.split(), TEXT)


def _listed(names: str, **more: Any) -> list[Of]:
    return [Of(_texts(names) | more)]


_CONTACT_1 = Of(
    _texts("type role lang name value")
    | {"address": Of(_texts("locality area postalcode country") | {"lines": [TEXT]})},
    either=(("value", "address"),),
)
_RELEVANCE = {"relevance": Number(0, 100), "confidence": Number(0, 100)}
_DIGITAL = Of(_texts("name uri literal"))
_CONCEPT = "name rel scheme code"
_RENDITION_1 = _texts("href mimetype title") | dict.fromkeys(("height", "width", "sizeinbytes"), SOME)
_RIGHTS = Of(_texts("langid linkedrights encodedrights"), either=(("linkedrights", "encodedrights"),), open=True)

_FIRST: dict[str, dict[str, Any]] = {
    "1.0": {
        **_texts(
            "uri mimetype profile version versioncreated embargoed copyrightholder copyrightnotice language byline"
        ),
        **_texts("headline located"),
        "type": _KINDS,
        "representationtype": ("complete", "incomplete"),
        "pubstatus": _STATUS,
        **{name: _listed(_CONCEPT) for name in ("person", "place", "subject", "event", "object")},
        "organisation": _listed(_CONCEPT, symbols=_listed("ticker exchange")),
        "renditions": Of({}, patterns={"[a-zA-Z0-9]+": Of(_RENDITION_1)}),
        "associations": Of({}, patterns={"[a-zA-Z0-9]+": ITEM}),
    },
    "1.1": {
        "urgency": SOME,
        "usageterms": TEXT,
        "place": [Of(_texts(_CONCEPT), patterns={"geometry_[a-zA-Z0-9_]+": Of({}, open=True)})],
    },
    "1.2": {
        **_texts("firstcreated ednote title slugline"),
        "type": (*_KINDS, "component"),
        "infosource": _listed(_CONCEPT),
        "charcount": SOME,
        "wordcount": SOME,
        "renditions": Of({}, patterns={"[a-zA-Z0-9]+": Of(_RENDITION_1 | {"duration": SOME, "format": TEXT})}),
    },
    "1.3": {
        "renditions": Of({}, patterns={"[a-zA-Z0-9_]+": Of(_RENDITION_1 | {"duration": SOME, "format": TEXT})}),
        "associations": Of({}, patterns={"[a-zA-Z0-9_]+": ITEM}),
        "altids": Of({}, open=True),
        "trustindicator": _listed("scheme code title href"),
        "$standard": Of(_texts("name version schema")),
        "genre": _listed("name scheme code"),
    },
    "1.4": {"contentcreated": TEXT, "expires": TEXT, "rightsinfo": _RIGHTS},
    "1.5": {
        **{name: _listed(_CONCEPT, contactinfo=[_CONTACT_1]) for name in ("person", "infosource")},
        "organisation": _listed(
            _CONCEPT, symbols=_listed("ticker exchange symboltype symbol"), contactinfo=[_CONTACT_1]
        ),
        "place": [
            Of(
                _texts(_CONCEPT) | {"contactinfo": [_CONTACT_1]},
                patterns={"geometry_[a-zA-Z0-9_]+": Of({}, open=True)},
            )
        ],
        "subject": [Of(_texts(_CONCEPT + " creator") | _RELEVANCE)],
    },
    "1.6": {"digitalsourcetype": _DIGITAL},
}

_NAMED = "name rel uri literal"
_POSITION = [SOME]
_GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
_GEO = "GeoJSON (RFC 7946)"


def _later(camel: bool) -> dict[str, Any]:
    """Properties of 2.x, and of 3.x, where their names are written in camel case."""

    def name(written: str) -> str:
        return written if camel else written.lower()

    def named(written: str) -> dict[str, Any]:
        return {name(each): TEXT for each in written.split()}

    count, integer = (WHOLE, WHOLE) if camel else (SOME, SOME)
    contact = Of(
        _texts("type role lang name value")
        | {"address": Of(named("locality area postalCode country") | {"lines": [TEXT]})},
        either=(("value", "address"),),
    )
    contacts = {name("contactInfo"): [contact]}
    said = [Of(named("role contentType value"), required=("value",))]
    body = [
        Of(named("role contentType value") | {name("charCount"): count, name("wordCount"): count}, required=("value",))
    ]
    symbols = _listed("exchange symbol", **named("symbolType"), **({} if camel else {"ticker": TEXT}))
    rendition: dict[str, Any] = named("name href contentType title format") | {
        "height": integer, "width": integer, name("sizeInBytes"): integer, "duration": SOME,
    }  # fmt: skip
    if camel:
        rendition |= _texts("aspectRatio videoCodec transportProtocol bitrate") | {
            "frameRate": SOME, "poi": Of({"x": WHOLE, "y": WHOLE}), "scanType": ("progressive", "interlaced"),
        }  # fmt: skip
    organisation = Of(_texts(_NAMED) | {"symbols": symbols} | contacts)
    renditions = [Of(rendition, required=("name",))]
    properties = {
        **named("uri profile version firstCreated versionCreated contentCreated copyrightHolder copyrightNotice"),
        **named("usageTerms edNote language title by slugline located expires"),
        name("embargoedUntil") if camel else "embargoed": TEXT,
        "type": (*_KINDS, "component", *(("event", "planning") if camel else ())),
        name("representationType"): ("full", "partial"),
        name("pubStatus"): _STATUS,
        "urgency": Number(1, 9) if camel else SOME,
        "descriptions": said, "headlines": said, "bodies": body,
        "people": _listed(_NAMED, **contacts),
        "organisations": [organisation],
        "places": _listed(_NAMED, **contacts, **{name("geoJSON"): _GEO}),
        "subjects": [Of(_texts(_NAMED + " creator") | _RELEVANCE)],
        "events": _listed(_NAMED + (" id" if camel else "")),
        "objects": _listed(_NAMED),
        name("infoSources"): _listed("name role uri literal", **contacts),
        "renditions": renditions,
        "associations": [ITEM],
        name("altIds"): _listed("role value"),
        name("trustIndicators"): _listed("role title href"),
        "standard": Of(_texts("name version schema")),
        "genres": _listed("name uri literal"),
        name("rightsInfo"): Of(
            named("langId linkedRights encodedRights"),
            either=((name("linkedRights"), name("encodedRights")),), open=not camel,
        ),
    }  # fmt: skip
    return properties | (_planned(organisation, renditions) if camel else {})


def _planned(organisation: Of, renditions: list[Of]) -> dict[str, Any]:
    rules = Of(
        {
            "frequency": ("secondly", "minutely", "hourly", "daily", "weekly", "monthly", "yearly"),
            "interval": WHOLE,
            "until": TEXT,
            "count": WHOLE,
        }
    )
    dates = Of(
        _texts("startDate endDate expectedDuration")
        | {
            "expectedStartDate": _TRUNCATED,
            "expectedEndDate": _TRUNCATED,
            "recurrence": Of({"recurrenceDates": [_TRUNCATED], "recurrenceRules": [rules]}),
        },
        either=(("startDate", "expectedStartDate", "endDate", "expectedEndDate"),),
    )
    commissioned = Of(_texts("by on") | {"references": _listed("name value")})
    coverage = Of(
        _texts("uri title edNote language plannedCoverageStatus")
        | {
            "pubStatus": _STATUS,
            "type": (*_KINDS, "component", "event", "planning"),
            "commissioned": commissioned,
            "dates": dates,
            "audiences": [Of({"audience": TEXT, "significance": WHOLE})],
            "exclAudience": [TEXT],
            "urgency": Number(1, 9),
            "itemCount": Of({"rangeFrom": WHOLE, "rangeTo": WHOLE}),
            "wordCount": WHOLE,
            "renditions": renditions,
        }
    )
    details = Of(_texts("eventStatus plannedCoverageStatus") | {"dates": dates, "organiser": organisation})
    return {"eventDetails": details, "plannedCoverage": [coverage]}


def _versions() -> Iterator[tuple[str, dict[str, Any]]]:
    known: dict[str, Any] = {}
    for version, more in _FIRST.items():
        known = known | more
        yield version, known
    second, third = _later(camel=False), _later(camel=True)
    yield "2.0", second
    yield "2.1", second
    yield "2.2", second | {"digitalsourcetype": _DIGITAL}
    yield "3.0", third
    yield "3.1", third | {"digitalSourceType": _DIGITAL}


VERSIONS: dict[str, dict[str, Any]] = dict(_versions())


def check(item: object, version: str) -> list[Fault]:
    """Return what is wrong with an item of a version, each fault with its field."""
    return list(_faults("", item, ITEM, version, False))


def _faults(at: str, value: object, shape: Any, version: str, associated: bool) -> Iterator[Fault]:
    if shape is ITEM:
        shape = _item(version, associated)
    match shape:
        case list():
            if not isinstance(value, list):
                yield Fault(at, "a list", _named(value))
                return
            for number, each in enumerate(value):
                yield from _faults(f"{at}.{number}", each, shape[0], version, True)
        case Of():
            yield from _object(at, value, shape, version)
        case tuple() if value not in shape or not isinstance(value, str):
            yield Fault(at, f"one of {', '.join(shape)}", repr(value)[:80])
        case Number() if not _counts(value, shape):
            yield Fault(at, _expected(shape), repr(value)[:80])
        case re.Pattern() if not isinstance(value, str) or not shape.fullmatch(value):
            yield Fault(at, "a date, or the first parts of one", repr(value)[:80])
        case "a text" if not isinstance(value, str):
            yield Fault(at, TEXT, _named(value))
        case "GeoJSON (RFC 7946)" if not _is_geojson(value):
            yield Fault(at, _GEO, _named(value))


def _item(version: str, associated: bool) -> Of:
    properties = VERSIONS[version]
    if version < "2":
        names = ("body", "description", *(("headline",) if version >= "1.3" else ()))
        return Of(properties, ("uri",), patterns={f"{name}_[a-zA-Z0-9_]+": TEXT for name in names})
    if not associated:
        return Of(properties, ("uri",))
    return Of(properties | {"name": TEXT} | ({"rel": TEXT} if version >= "3" else {}), ("name", "uri"))


def _object(at: str, value: object, shape: Of, version: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(at or "item", "an object", _named(value))
        return
    for name, inner in value.items():
        field_at = f"{at}.{name}".lstrip(".")
        of = shape.properties.get(name) or next(
            (each for pattern, each in shape.patterns.items() if re.match(pattern, name)), None
        )
        if of is not None:
            yield from _faults(field_at, inner, of, version, bool(at))
        elif not shape.open:
            yield Fault(field_at, f"no field of this name in ninjs {version}", "one")
    for name in shape.required:
        if name not in value:
            yield Fault(f"{at}.{name}".lstrip("."), "a value", "nothing")
    for group in shape.either:
        given = [name for name in group if name in value]
        if not given or (len(group) == 2 and len(given) > 1) or _contradict(given):
            yield Fault(at, f"one of {', '.join(group)}", " and ".join(given) or "none")


def _contradict(given: list[str]) -> bool:
    return {"startDate", "expectedStartDate"} <= set(given) or {"endDate", "expectedEndDate"} <= set(given)


def _counts(value: object, shape: Number) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if shape.whole and value != int(value):
        return False
    return (shape.least is None or value >= shape.least) and (shape.most is None or value <= shape.most)


def _expected(shape: Number) -> str:
    kind = "a whole number" if shape.whole else "a number"
    return kind if shape.least is None else f"{kind} from {shape.least} to {shape.most}"


def _is_geojson(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    match value.get("type"):
        case "Feature":
            return value.get("geometry") is None or _is_geojson(value["geometry"])
        case "FeatureCollection":
            return isinstance(value.get("features"), list) and all(map(_is_geojson, value["features"]))
        case "GeometryCollection":
            return isinstance(value.get("geometries"), list) and all(map(_is_geojson, value["geometries"]))
    return value.get("type") in _GEOMETRIES and isinstance(value.get("coordinates"), list)


def _named(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
