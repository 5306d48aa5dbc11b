"""The API's documentation as one plain page made from its OpenAPI document: no script, nothing from elsewhere."""

from typing import Any

from jinja2 import Environment

METHODS = ("get", "put", "post", "patch", "delete")

PAGE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }} – API</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
article { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .8rem 0 }
h2 { font-size: 1rem; margin: 0 }
code { font-family: ui-monospace, monospace }
b { display: inline-block; min-width: 4rem; text-transform: uppercase }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .4rem 0 0 4rem }
dd { margin: 0 }
</style>
<main>
<h1>{{ title }}</h1>
<p>The same as <a href="/openapi.json">openapi.json</a> (OpenAPI {{ openapi }}). Errors are problem+json (RFC 9457).</p>
{% for path, method, operation in operations %}
<article>
<h2><b>{{ method }}</b> <code>{{ path }}</code></h2>
<dl>
{% if operation.summary %}<dt>does</dt><dd>{{ operation.summary }}</dd>{% endif %}
{% for parameter in operation.parameters or [] %}
<dt><code>{{ parameter.name }}</code></dt><dd>{{ parameter.in }}{{ ", required" if parameter.required }}{{ ": " ~ parameter.description if parameter.description }}</dd>
{% endfor %}
{% for status, response in operation.responses.items() %}
<dt>{{ status }}</dt><dd>{{ response.description or "" }}</dd>
{% endfor %}
</dl>
</article>
{% endfor %}
</main>
</html>
""")  # noqa: E501  # a table row is one line


def render(document: dict[str, Any]) -> str:
    """Render an OpenAPI 3.1 document."""
    operations = [
        (path, method, item[method])
        for path, item in document.get("paths", {}).items()
        for method in METHODS
        if method in item
    ]
    return PAGE.render(title=document["info"]["title"], openapi=document["openapi"], operations=operations)
