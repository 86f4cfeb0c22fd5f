"""Prometheus' text format, read strictly: whatever a scraper might choke on or merge in silence is an error here."""

import re

SAMPLE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')
ESCAPES = {'\\"': '"', "\\\\": "\\", "\\n": "\n"}


class Malformed(Exception):
    """The page is not what the format allows."""


def parse(text):
    """{family: {frozenset of (label, value): number}}; families that have only a header are there and empty."""
    if not text.endswith("\n"):
        raise Malformed("the last line does not end")
    families, types, current = {}, {}, None
    for line in text.split("\n")[:-1]:
        if line.startswith("# HELP "):
            current = line.split(" ", 3)[2]
            if current in families:
                raise Malformed(f"{current} comes twice")
            families[current] = {}
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            if name != current or name in types or kind not in ("gauge", "counter"):
                raise Malformed(line)
            types[name] = kind
        else:
            name, labels, value = _sample(line)
            if name != current or name not in types:
                raise Malformed(f"outside its family: {line}")
            if labels in families[name]:
                raise Malformed(f"duplicate series: {line}")
            families[name][labels] = value
    return families


def trouble(text):
    """What is wrong with the format of a page, as a list that is empty for a good one."""
    try:
        parse(text)
        return []
    except Malformed as error:
        return [f"malformed page: {error}"]


def _sample(line):
    match = SAMPLE.match(line)
    if not match:
        raise Malformed(line)
    name, body, value = match.groups()
    labels, at = {}, 0
    while body and at < len(body):
        label = LABEL.match(body, at)
        if not label or label[1] in labels:
            raise Malformed(line)
        labels[label[1]] = re.sub(r'\\["\\n]', lambda escape: ESCAPES[escape[0]], label[2])
        at = label.end()
    try:
        return name, frozenset(labels.items()), float(value)
    except ValueError as error:
        raise Malformed(line) from error
