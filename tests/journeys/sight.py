"""What axe blames in a page as it stands: serious and critical findings, and what is too wide."""

from axe_playwright_python.base import AXE_SCRIPT

# Frames are not used; the minor and moderate findings are for a person to weigh ("region", which
# looks at every text, is one of them).
WEIGHED = {"resultTypes": ["violations"], "iframes": False, "rules": {"region": {"enabled": False}}}
# What another scheme or width can change; the rest was told by the first look.
AGAIN = WEIGHED | {
    "runOnly": ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "label",
                "button-name", "link-name", "select-name", "aria-hidden-focus", "target-size"]
}  # fmt: skip
# Contrast takes nine tenths of a look: of what is drawn alike (the same element in the same boxes,
# all of the same colours, ground, size and weight) the first and the last are judged.
ONE_OF_EACH = """() => {
  const numbers = new Map(), last = new Map();
  const walk = (element, parent) => {
    const of = getComputedStyle(element);
    const drawn = [parent, element.localName, element.getAttribute("class"), of.color, of.opacity,
      of.backgroundColor, of.backgroundImage, of.fontSize, of.fontWeight, of.position, of.display,
      of.visibility, of.textShadow, of.filter, of.mixBlendMode, of.webkitTextFillColor].join("|");
    const number = numbers.get(drawn) ?? numbers.set(drawn, numbers.size).get(drawn);
    element.toggleAttribute("data-judged", !last.has(number));
    last.set(number, element);
    for (const child of element.children) walk(child, number);
  };
  walk(document.documentElement, "");
  for (const element of last.values()) element.toggleAttribute("data-judged", true);
}"""
ONLY_JUDGED = "axe.configure({rules: [{id: 'color-contrast', selector: '[data-judged]'}]})"
# Told by the browser in a line each: whole, what was found right travels as well.
BLAMED = """(rules) => axe.run(document, rules).then(({ violations }) => violations
  .filter(({ impact }) => ["serious", "critical"].includes(impact))
  .map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ target }) => target[0]).join(", ")]))"""
TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


def blamed(page, rules=WEIGHED):
    """The findings, each a rule and the first places where it is broken."""
    if not page.evaluate("() => 'axe' in window"):  # read once a page, not once a look
        page.evaluate(AXE_SCRIPT)
        page.evaluate(ONLY_JUDGED)
    page.evaluate(ONE_OF_EACH)
    return page.evaluate(BLAMED, rules)


def check(page):
    """No serious finding of axe, and nothing wider than the screen."""
    assert blamed(page) == []
    assert not page.evaluate(TOO_WIDE)
