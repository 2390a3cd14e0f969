"""A picture of lines by connections as SVG, for peers.py; two panels, a legend below."""

import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 860, 420
TOP, BOTTOM = 50, 330  # of the panels
LEFTS, ACROSS = (70, 500), 330  # of the panels
COLORS = ("#0b57d0", "#6ea8fe", "#d9480f", "#2b8a3e", "#e8a200", "#862e9c", "#c2255c", "#868e96", "#343a40")


def nice_top(value):
    """The least of 1, 2, 2.5, 5 and 10 times a power of ten that isn't below."""
    power = 10 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value * (1 - 1e-9))


def linear(values):
    """(a function from a value to 0…1, where the lines across stand)."""
    top = nice_top(max(values))
    return (lambda value: value / top), [top * part / 5 for part in range(6)]


def logarithmic(values):
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    high = max(high, low + 1)
    return (lambda value: (math.log10(value) - low) / (high - low)), [10.0**power for power in range(low, high + 1)]


def label(value):
    return f"{value / 1000:g}k" if value >= 1000 else f"{value:g}"


def panel(left, title, names, points, scale):
    """`points`: {line: [value or None a name]}; a value that isn't above 0 has no place."""
    lines = {line: [each if each and each > 0 else None for each in values] for line, values in points.items()}
    place, marks = scale([each for values in lines.values() for each in values if each])
    xs = [left + ACROSS * (at + 0.5) / len(names) for at in range(len(names))]
    parts = [f'<text x="{left}" y="{TOP - 20}" font-weight="bold">{escape(title)}</text>']
    for mark in marks:
        y = BOTTOM - (BOTTOM - TOP) * place(mark)
        parts.append(f'<path d="M{left} {y:.1f}h{ACROSS}" stroke="#ddd"/>'
                     f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{label(mark)}</text>')
    for x, name in zip(xs, names):
        parts.append(f'<text x="{x:.1f}" y="{BOTTOM + 20}" text-anchor="middle">{name}</text>')
    parts.append(f'<text x="{left + ACROSS / 2}" y="{BOTTOM + 38}" text-anchor="middle">connections</text>')
    for color, values in zip(COLORS, lines.values()):
        dots = [(x, BOTTOM - (BOTTOM - TOP) * place(value)) for x, value in zip(xs, values) if value]
        parts.append(f'<polyline fill="none" stroke="{color}" stroke-width="2" points="'
                     + " ".join(f"{x:.1f},{y:.1f}" for x, y in dots) + '"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in dots]
    return parts


def legend(lines):
    """In two rows."""
    parts, a_row = [], math.ceil(len(lines) / 2)
    for at, (color, line) in enumerate(zip(COLORS, lines)):
        x, y = 70 + at % a_row * (WIDTH - 100) // a_row, HEIGHT - 28 + at // a_row * 18
        parts.append(f'<path d="M{x} {y - 4}h18" stroke="{color}" stroke-width="3"/>'
                     f'<text x="{x + 24}" y="{y}">{escape(line)}</text>')
    return parts


def draw(names, panels):
    """The SVG's text. `panels`: two of (title, {line: values}, scale), with the same lines."""
    if len(panels[0][1]) > len(COLORS):
        raise ValueError(f"a picture of more than {len(COLORS)} lines")
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
             'font-family="sans-serif" font-size="13">', f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>']
    for left, (title, points, scale) in zip(LEFTS, panels):
        parts += panel(left, title, names, points, scale)
    return "\n".join([*parts, *legend(panels[0][1]), "</svg>"]) + "\n"
