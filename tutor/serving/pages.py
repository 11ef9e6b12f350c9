"""The pages that a browser gets: the form for signing in, the course, and a message when neither is possible."""

from html import escape

_PAGE = """<!DOCTYPE html>
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
_TERMINAL_HEAD = """<link rel="stylesheet" href="/static/terminal/css/xterm.css">
<script src="/static/course.js"></script>
<script src="/static/terminal/js/textual.js"></script>
"""
_SIGN_OUT_FORM = '<form method="post" action="/leave"><button>Sign out</button></form>'


def course_page(socket_url: str, *, signed_in: bool) -> str:
    """The page with the terminal in it."""
    body = f"""<div class="textual-terminal" data-font-size="16"
data-session-websocket-url="{escape(socket_url)}"></div>
<div class="note"><main role="alert"><h1 id="note-title">Chainrule</h1><p id="note-text"></p>
<button type="button" id="again">Continue</button>{_SIGN_OUT_FORM if signed_in else ""}</main></div>"""
    return _PAGE.format(head=_TERMINAL_HEAD, body=body)


def sign_in_page(error: str = "", name: str = "") -> str:
    """The page with the form for signing in, with the name typed before and what was wrong."""
    error_html = f'<p class="wrong" role="alert">{escape(error)}</p>' if error else ""
    body = f"""<div class="page"><main><h1>Chainrule</h1><p>A course on neural networks.</p>{error_html}
<form method="post" action="/enter">
<label for="name">Name</label>
<input id="name" name="name" value="{escape(name)}" maxlength="200" autocomplete="username" required>
<label for="token">Token</label>
<input id="token" name="token" type="password" maxlength="200" autocomplete="current-password" required>
<button>Open the course</button>
</form></main></div>"""
    return _PAGE.format(head="", body=body)


def message_page(title: str, text: str) -> str:
    """A page with a message to the reader, and a link to try again."""
    body = f"""<div class="page"><main><h1>{escape(title)}</h1><p>{escape(text)}</p>
<a class="button" href="/">Try again</a></main></div>"""
    return _PAGE.format(head="", body=body)
