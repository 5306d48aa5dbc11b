"""Pages as HTML: pure functions of a view, through Jinja templates; one view gives every reader the same bytes."""

import base64
import hashlib
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateSyntaxError,
)
from markupsafe import Markup

from chassis.settings import SettingError
from publisher import wording
from publisher.body.blocks import Focus, Heading
from publisher.body.credits import format_line
from publisher.exchange.feeds import FORMS
from publisher.page.structured import article_data, breadcrumb_data
from publisher.site.sites import Site
from publisher.site.themes import Theme
from publisher.views import ArticlePage, DocumentPage, Frame, ListPage, SearchPage

FOCUS_STEPS = 8


def article_page(view: ArticlePage) -> str:
    """Render an article in the state of its variant."""
    data = (article_data(view), breadcrumb_data(view)) if view.frame.indexable else ()
    return _render("article.html", view, data=data)


def list_page(view: ListPage) -> str:
    """Render the front page or a section's page."""
    return _render("list.html", view)


def search_page(view: SearchPage) -> str:
    """Render the search form and its results."""
    return _render("search.html", view)


def document_page(view: DocumentPage) -> str:
    """Render a version of a policy document."""
    return _render("document.html", view)


def missing_page(frame: Frame, what: str = "missing") -> str:
    """Render the page for an address that shows nothing: it is ``missing``, or ``gone``, or too ``busy`` to tell."""
    template = _environment(frame.site.templates).get_template("missing.html")
    return template.render(frame=frame, w=frame.wording, what=what)


def _render(template: str, view: Any, **more: object) -> str:
    frame = view.frame
    return (
        _environment(frame.site.templates)
        .get_template(template)
        .render(page=view, frame=frame, w=frame.wording, **more)
    )


def heading_anchor(heading: Heading) -> str:
    """Fragment of a heading in the page's address."""
    return f"h-{heading.id}"


@lru_cache(maxsize=16)
def style(theme: Theme) -> str:
    """The style sheet as it stands in every page of this theme."""
    lines = [*theme.css().splitlines(), *_own("static", "style.css").read_text(encoding="utf-8").splitlines()]
    return "\n".join(line.strip() for line in lines if line.strip() and not line.strip().startswith("/*"))


@lru_cache(maxsize=16)
def style_hash(theme: Theme) -> str:
    """CSP source expression of the style sheet: by hash, so that pages stay the same bytes for everybody."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style(theme).encode()).digest()).decode()}'"


def fingerprint(site: Site) -> str:
    """Hash of everything that pages are made of besides site and content: templates, style, script, words."""
    digest = hashlib.sha256(style(site.theme).encode() + b"".join(scripts().values()))
    folders = [(_own("templates"), ".html"), (_own("wording"), ".json")]
    for folder, ending in [*folders, (site.templates, ".html")] if site.templates else folders:
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.name.endswith(ending):
                digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def check(site: Site) -> None:
    """Raise SettingError for a directory of templates that is none, or a template that is wrong."""
    if site.templates and not site.templates.is_dir():
        raise SettingError(f"PUBLISHER_TEMPLATES: expected a directory, got {str(site.templates)!r}")
    environment = _environment(site.templates)
    for name in environment.list_templates(extensions=["html"]):
        try:
            environment.get_template(name)
        except TemplateSyntaxError as error:
            raise SettingError(f"PUBLISHER_TEMPLATES: {name}, line {error.lineno}: {error.message}") from None


@cache
def script_name(script: str = "page") -> str:
    """Name of a first-party script, with its content's hash: ``page`` follows a translation, ``search`` completes."""
    return next(name for name in scripts() if name.startswith(f"{script}."))


@cache
def scripts() -> dict[str, bytes]:
    """The first-party scripts by name."""
    found = {name: _own("static", f"{name}.js").read_bytes() for name in ("page", "search")}
    return {f"{name}.{hashlib.sha256(data).hexdigest()[:16]}.js": data for name, data in found.items()}


def _own(*names: str) -> Traversable:
    return files("publisher").joinpath(*names)


@lru_cache(maxsize=16)
def _environment(directory: Path | None) -> Environment:
    """Templates of a directory go first; below ``pages/`` are ours, for those that only change a part of them."""
    own = PackageLoader("publisher")
    first = [FileSystemLoader(directory)] if directory else []
    environment = Environment(
        loader=ChoiceLoader([*first, own, PrefixLoader({"pages": own})]),
        auto_reload=False,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "credit_line": format_line,
        "iso": _iso,
        "ms": _ms,
        "inline": _inline,
        "anchor": heading_anchor,
        "focus": _focus_classes,
        "locale": lambda language: str(wording.load(language).locale),
        "quoted": lambda text: quote(text, safe=""),
        "feed": lambda path, name: f"{path.rstrip('/')}/{name}",
    }
    environment.globals |= {"style": lambda theme: Markup(style(theme)), "script_name": script_name, "feeds": FORMS}
    return environment


def _iso(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).isoformat()


def _ms(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp()) * 1000


def _focus_classes(focus: Focus | None) -> str:
    """Name the classes that keep a point in sight: the policy lets no style in, so they stand for eighths."""
    return f"x{round(focus.x * FOCUS_STEPS)} y{round(focus.y * FOCUS_STEPS)}" if focus else ""


def _inline(html: str) -> Markup:
    """Take a block's inline HTML as it is: it was parsed against the closed list when it was stored or translated."""
    return Markup(html)
