"""A person without a browser: reads a page, follows the links it shows, fills in its forms.

What a page does not offer cannot be done: no address is made up, no field is sent that the form
does not have, no choice is taken that the list does not hold.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import urldefrag, urljoin, urlsplit

from flask.testing import FlaskClient

#: A file is its name and its content.
File = tuple[str, bytes]
Value = str | bool | list[str] | File


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    # Of each list and each group of boxes: what may be chosen, and by which words.
    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    boxes: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # words, name, value


@dataclass
class Link:
    words: str
    address: str


class Page(HTMLParser):
    """Links and forms of a page, with the words that a person reads on them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[Link] = []
        self.forms: list[Form] = []
        self._group = ""
        # Boxes whose words are read: (form, name, value), by id and within the open label.
        self._boxes: dict[str, tuple[Form, str, str]] = {}
        self._label: list[str] | None = None
        self._labelled: tuple[Form, str, str] | None = None
        self._label_for = ""
        self._ids: dict[str, Form] = {}
        self._form: Form | None = None
        self._said: list[str] | None = None
        self._ends = ""
        self._take = lambda words: None
        self._select = ""
        self.text: list[str] = []
        self.feed(html)

    def _read(self, tag, take):
        self._said, self._ends, self._take = [], tag, take

    def handle_starttag(self, tag, attrs):
        a = {name: value or "" for name, value in attrs}
        name, value, form = a.get("name", ""), a.get("value", ""), self._of(a)
        if tag == "a" and "href" in a:
            self._read("a", lambda words: self.links.append(
                Link(a.get("aria-label") or words, a["href"])))  # fmt: skip
        elif tag == "label":
            self._label, self._labelled, self._label_for = [], None, a.get("for", "")
        elif a.get("role") == "group":
            self._group = a.get("aria-label", "")
        elif tag == "fieldset":
            self._group = ""
        elif tag == "form":
            self._form = (
                self._ids.setdefault(a.get("id", ""), Form("", "")) if a.get("id") else Form("", "")
            )
            self._form.action, self._form.method = a.get("action", ""), a.get("method", "get")
            self.forms.append(self._form)
        elif tag == "button" and form and a.get("type", "submit") == "submit":
            self._read("button", lambda words: form.buttons.append(
                (a.get("aria-label") or words, name, value)))  # fmt: skip
        elif tag == "select" and form:
            self._select = name
            form.choices[name] = {}
            form.fields.setdefault(name, [])
        elif tag == "option" and self._select and form:
            self._option(form, self._select, value, "selected" in a)
        elif tag == "textarea" and form:
            self._read("textarea", lambda _words: None)
            self._raw = []
            self._take = lambda _words: form.fields.update(
                {name: ["".join(self._raw).lstrip("\n")]}
            )
        elif tag == "input" and form and name:
            self._input(form, a, name, value)

    def _of(self, a):
        if "form" in a:
            return self._ids.setdefault(a["form"], Form("", ""))
        return self._form

    def _option(self, form, name, value, chosen):
        form.choices[name][value] = ""
        if chosen or not form.fields[name]:
            form.fields[name] = [value]
        self._read("option", lambda words: form.choices[name].update({value: words}))

    def _input(self, form, a, name, value):
        if a.get("type") in ("checkbox", "radio"):
            form.boxes.add(name)
            form.choices.setdefault(name, {})[value] = a.get("aria-label", "")
            self._boxes[a.get("id", "")] = self._labelled = (form, name, value)
            form.fields.setdefault(name, [])
            if "checked" in a:
                form.fields[name].append(value)
        elif a.get("type") == "file":
            form.files.add(name)
            form.fields.setdefault(name, [])
        elif a.get("type") != "image":
            form.fields.setdefault(name, []).append(value)

    def handle_data(self, data):
        self.text.append(data)
        if self._label is not None:
            self._label.append(data)
        if self._said is not None:
            self._said.append(data)
            if self._ends == "textarea":
                self._raw.append(data)

    def handle_endtag(self, tag):
        if self._said is not None and tag == self._ends:
            words, self._said = " ".join("".join(self._said).split()), None
            self._take(words)
        if tag == "label" and self._label is not None:
            box = self._labelled or self._boxes.get(self._label_for)
            words, self._label = " ".join("".join(self._label).split()), None
            if box is not None:
                form, name, value = box
                form.choices[name][value] = f"{self._group} / {words}" if self._group else words
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""


class Walker:
    """One person at one client, on the page where the last step led."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.at = ""
        self.page = Page("")

    def open(self, address: str) -> None:
        """An address that a letter or the command line gave."""
        self._arrive(self.client.get(address, follow_redirects=True))

    def follow(self, words: str) -> None:
        """The link that bears these words, or begins with them."""
        words = typeset(words)
        found = [one for one in self.page.links if typeset(one.words) == words] or [
            one for one in self.page.links if typeset(one.words).startswith(words)
        ]
        assert found, (words, self.at, sorted({one.words for one in self.page.links}))
        self.open(urljoin(self.at, urldefrag(found[0].address).url))

    def press(self, words: str, **fields: Value) -> None:
        """The button that bears these words, in the first form that has all these fields."""
        form, button = self._button(words, fields)
        sent = {name: list(values) for name, values in form.fields.items()}
        for name, value in fields.items():
            sent[name] = _typed(form, name, value)
        if button[1]:
            sent[button[1]] = [button[2]]
        send = self.client.post if form.method.lower() == "post" else self.client.get
        given = {"data": sent} if form.method.lower() == "post" else {"query_string": sent}
        self._arrive(send(urljoin(self.at, form.action or self.at), follow_redirects=True, **given))

    def field(self, name: str) -> list[str]:
        """What stands in a field of this page."""
        return next(form.fields[name] for form in self.page.forms if name in form.fields)

    def choice(self, name: str, words: str) -> str:
        """The value of the choice that bears these words."""
        listed = next(form.choices[name] for form in self.page.forms if name in form.choices)
        words = typeset(words)
        found = [value for value, told in listed.items() if typeset(told) == words] or [
            value for value, told in listed.items() if typeset(told).startswith(words)
        ]
        assert found, (words, name, listed)
        return found[0]

    def box(self, words: str) -> str:
        """The name of the box that bears these words."""
        words = typeset(words)
        found = [
            name
            for form in self.page.forms
            for name in form.boxes
            if words in map(typeset, form.choices[name].values())
        ]
        assert found, (words, self.at)
        return found[0]

    def _button(self, words, fields):
        found = [
            (form, button)
            for form in self.page.forms
            for button in form.buttons
            if button[0] == words and fields.keys() <= form.fields.keys()
        ]
        assert found, (
            words, self.at,
            [([one[0] for one in form.buttons], sorted(fields.keys() - form.fields.keys()))
             for form in self.page.forms],
        )  # fmt: skip
        return found[0]

    def _arrive(self, answer):
        self.at = answer.request.path
        if query := answer.request.query_string.decode():
            self.at += f"?{query}"
        self.page = Page(answer.text)
        assert answer.status_code == 200, (self.at, answer.status_code, refusals(answer.text))


def _typed(form: Form, name: str, value: Value) -> list[str]:
    if isinstance(value, bool):
        assert name in form.boxes, f"{name} is no box"
        return [next(iter(form.choices[name]))] if value else []
    if isinstance(value, tuple):
        assert name in form.files, f"{name} takes no file"
        return [(BytesIO(value[1]), value[0])]
    values = value if isinstance(value, list) else [value]
    if name in form.choices:
        assert set(values) <= form.choices[name].keys(), (name, values, form.choices[name])
    return values


def typeset(words: str) -> str:
    """As a reader hears it: whatever apostrophe and space are written."""
    return " ".join(words.replace("'", "’").split())


def refusals(html: str) -> str:
    """What the page says is wrong."""
    found = re.findall(r'class="(?:error|note[^"]*)"[^>]*>(.*?)</(?:p|div)>', html, re.DOTALL)
    plain = [" ".join(re.sub("<[^>]+>", " ", one).split()) for one in found]
    return "; ".join(one for one in plain if one) or html[:300]


def path_of(link: str) -> str:
    """The address of a link in a letter, as the client asks it."""
    parts = urlsplit(link)
    return parts.path + (f"?{parts.query}" if parts.query else "")
