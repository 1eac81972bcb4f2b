"""A previewed reply as a page of HTML that stands alone and loads nothing (rule O07)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxwatch.render.templates import preview_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE = """\
<!DOCTYPE html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem;
  color: #222; background: #fff }
th { text-align: left; font-weight: normal; color: #666; padding-right: 1rem; vertical-align: top }
.text { white-space: pre-wrap; overflow-wrap: anywhere; border-top: 1px solid #ccc;
  margin-top: 1rem; padding-top: 1rem }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #181818 }
  th { color: #999 }
}
</style>
</head>
<body>
<table>
{% for name, value in rows %}<tr><th scope="row">{{ name }}</th><td>{{ value }}</td></tr>
{% endfor %}</table>
<div class="text">{{ text }}</div>
</body>
</html>"""


def preview_page(fields: Mapping[str, Any]) -> str:
    """The page; every word of template and mail is escaped."""
    from jinja2 import Environment  # noqa: PLC0415 - slow to import, only for pages

    return (
        Environment(autoescape=True)
        .from_string(PAGE)
        .render(
            language=fields["language"],
            title=fields["subject"],
            rows=list(preview_rows(fields)),
            text=fields["text"].rstrip("\n"),
        )
    )
