"""Reads the forms of an HTML page, the way a headless attendee needs them."""

from html.parser import HTMLParser


class Form:
    def __init__(self, action, method):
        self.action, self.method, self.fields = action, (method or "get").lower(), {}

    def find(self, suffix):
        return next((n for n in self.fields if n.endswith(suffix)), None)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.forms, self._open = [], None

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self._open = Form(a.get("action"), a.get("method"))
            self.forms.append(self._open)
        elif self._open is not None and tag in ("input", "select", "textarea") and a.get("name"):
            if a.get("type") in ("checkbox", "radio") and "checked" not in a:
                self._open.fields.setdefault(a["name"], None)
            else:
                self._open.fields[a["name"]] = a.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = None


def forms(html):
    r = _Reader()
    r.feed(html)
    return r.forms
