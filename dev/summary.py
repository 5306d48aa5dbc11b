"""What `make run` says when everything is up."""

import shlex
from collections.abc import Mapping
from pathlib import Path

import langcodes
from babel import Locale

from dev.environment import Ports
from dev.newsroom import Tokens

TEXT = """
Imprimatur is up ({seconds:.0f} s).

  Pages        {pages}/en/     also in /es/ and /ca/
  An article   {pages}/en/harbour-bridge
  in Spanish   {pages}/es/harbour-bridge
  Console      {consent}/console
               one-time token: {console_token}
  Desk         {pages}/desk
               one-time token: {desk_token}
  API docs     {pages}/docs     {consent}/docs

  Translation  {translation}
  Data, logs   {var}, {var}/log
  Commands     . {environment}; .venv/bin/publisher --help; .venv/bin/consent --help

Ctrl-C stops everything; the next run finds the data of this one.
"""
MODES = Path("/usr/share/apertium/modes")


def text(settings: Mapping[str, str], ports: Ports, tokens: Tokens, var: Path, seconds: float) -> str:
    """Return the summary."""
    return TEXT.format(
        pages=settings["PUBLISHER_PUBLIC_URL"],
        consent=settings["CONSENT_PUBLIC_URL"],
        console_token=tokens.console,
        desk_token=tokens.desk,
        translation=translation(settings),
        var=var,
        environment=shlex.quote(str(_near(var / "environment"))),
        seconds=seconds,
    )


def _near(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def translation(settings: Mapping[str, str]) -> str:
    """Name the engines that will translate, the first choice first."""
    engines = []
    if settings.get("AZURE_TRANSLATOR_KEY"):
        engines.append("Azure Translator")
    if settings.get("LIBRETRANSLATE_URL"):
        engines.append("LibreTranslate")
    pairs = sorted(f"English to {_name(mode.stem[4:])}" for mode in MODES.glob("eng-???.mode"))
    if pairs:
        engines.append(f"Apertium ({', '.join(pairs)})")
    return "; ".join([*engines, "the pseudo-locale en-XA, which is no translation"])


def _name(language: str) -> str:
    return Locale.parse(langcodes.standardize_tag(language)).get_language_name("en") or language
