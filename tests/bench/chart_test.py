"""The picture of ./dev bench peers."""

import unittest
import xml.etree.ElementTree as xml

import chart

SVG = "{http://www.w3.org/2000/svg}"


def drawn(first, second):
    return xml.fromstring(chart.draw([1, 16, 64], [("calls a second", first, chart.linear),
                                                   ("p99 in ms", second, chart.logarithmic)]))


class Chart(unittest.TestCase):
    def test_is_svg_with_a_line_a_server_and_panel(self):
        root = drawn({"a <b>": [1, 2, 3], "c": [2, 4, 6]}, {"a <b>": [0.1, 1, 10], "c": [5, 50, 500]})
        self.assertEqual(root.tag, SVG + "svg")
        self.assertEqual(len(root.findall(SVG + "polyline")), 4)
        self.assertEqual(len(root.findall(SVG + "circle")), 12)
        texts = [each.text for each in root.findall(SVG + "text")]
        self.assertEqual([text for text in texts if text in ("a <b>", "c")], ["a <b>", "c"])

    def test_what_was_not_measured_has_no_dot(self):
        root = drawn({"a": [1, None, 3]}, {"a": [0, 2, 3]})
        self.assertEqual(len(root.findall(SVG + "circle")), 4)

    def test_more_is_higher_and_all_is_inside(self):
        root = drawn({"a": [5, 50, 999]}, {"a": [0.02, 30, 1000]})
        dots = [(float(each.get("cx")), float(each.get("cy"))) for each in root.findall(SVG + "circle")]
        for three in (dots[:3], dots[3:]):
            self.assertEqual([y for _, y in three], sorted((y for _, y in three), reverse=True))
        self.assertTrue(all(0 < x < chart.WIDTH and chart.TOP - 0.1 <= y <= chart.BOTTOM for x, y in dots))

    def test_tops_of_scales(self):
        for value, top in ((1, 1), (1.1, 2), (21000, 25000), (0.3, 0.5), (60000, 100000), (1000, 1000)):
            self.assertAlmostEqual(chart.nice_top(value), top)

    def test_labels(self):
        self.assertEqual([chart.label(each) for each in (0, 0.1, 100, 2500, 30000)], ["0", "0.1", "100", "2.5k", "30k"])

    def test_more_lines_than_colours_are_refused(self):
        many = {str(each): [1, 1, 1] for each in range(len(chart.COLORS) + 1)}
        with self.assertRaises(ValueError):
            drawn(many, many)


if __name__ == "__main__":
    unittest.main()
