"""What a problem's `type` leads to: a page that says what the kind means, for whoever follows the address."""

from jinja2 import Environment

PAGE = Environment(autoescape=True).from_string("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem }
code { font-family: ui-monospace, monospace }
</style>
<main>
<h1>{{ title }}</h1>
<p>Problem type <code>/problems/{{ kind }}</code>, answered with HTTP status {{ status }} as
<code>application/problem+json</code> (<a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>).</p>
<p><code>detail</code> says what was expected and what came; <code>errors</code> names the fields, where fields are to
blame. A request that was answered with a problem has changed nothing. <code>request_id</code> finds it in the
service’s log.</p>
</main>
</html>
""")


def render(kind: str, status: int, title: str) -> str:
    """Render the page of one kind."""
    return PAGE.render(kind=kind, status=status, title=title)
