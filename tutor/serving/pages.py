"""The pages that a browser gets: signing in, the course, and a word where neither is possible."""

from html import escape

_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Chainrule</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/course.css">
{head}</head>
<body>
{body}
</body>
</html>
"""
_TERMINAL = """<link rel="stylesheet" href="/static/terminal/css/xterm.css">
<script src="/static/course.js"></script>
<script src="/static/terminal/js/textual.js"></script>
"""
_LEAVE = '<form method="post" action="/leave"><button>Sign out</button></form>'


def course_page(socket_url: str, *, signed_in: bool) -> str:
    """The page with the terminal in it."""
    body = f"""<div class="textual-terminal" data-font-size="16"
data-session-websocket-url="{escape(socket_url)}"></div>
<div class="note"><main role="alert"><h1 id="note-title">Chainrule</h1><p id="note-text"></p>
<button type="button" id="again">Continue</button>{_LEAVE if signed_in else ""}</main></div>"""
    return _HEAD.format(head=_TERMINAL, body=body)


def sign_in_page(wrong: str = "", name: str = "") -> str:
    """The form, with what was wrong the last time."""
    error_html = f'<p class="wrong" role="alert">{escape(wrong)}</p>' if wrong else ""
    body = f"""<div class="page"><main><h1>Chainrule</h1><p>A course on neural networks.</p>{error_html}
<form method="post" action="/enter">
<label for="name">Name</label>
<input id="name" name="name" value="{escape(name)}" maxlength="200" autocomplete="username" required>
<label for="token">Token</label>
<input id="token" name="token" type="password" maxlength="200" autocomplete="current-password" required>
<button>Open the course</button>
</form></main></div>"""
    return _HEAD.format(head="", body=body)


def word_page(title: str, text: str) -> str:
    """One word to the reader, and a way to try again."""
    body = f"""<div class="page"><main><h1>{escape(title)}</h1><p>{escape(text)}</p>
<a class="button" href="/">Try again</a></main></div>"""
    return _HEAD.format(head="", body=body)
