"""Files as people have them: the same twenty points, written in every way that programs and hands write tables."""

import codecs
from collections.abc import Callable

POINTS = [(round(-3 + 0.31 * k, 2), round(2.5 - 0.23 * k + (k % 3) / 2, 2), int(k * k % 7 > 3)) for k in range(20)]
"""x₁, x₂ and class; no row number, no coordinate in two values only."""

Cells = list[str]


def table(
    separator: str = ",",
    header: str = "",
    line: Callable[[int, Cells], Cells] = lambda _, cells: cells,
    words: tuple[str, str] = ("0", "1"),
    end: str = "\n",
) -> str:
    """The points with this separator; `line` makes the cells of line number k from x₁, x₂ and the label."""
    rows = [line(k, [f"{x}", f"{y}", words[c]]) for k, (x, y, c) in enumerate(POINTS)]
    return header + end.join(separator.join(row) for row in rows) + end


def comma(_: int, cells: Cells) -> Cells:
    """Decimal commas."""
    return [cell.replace(".", ",") for cell in cells]


def quoted(_: int, cells: Cells) -> Cells:
    return [f'"{cell}"' for cell in cells]


def numbered(k: int, cells: Cells) -> Cells:
    return [str(k + 1), *cells]


def class_first(_: int, cells: Cells) -> Cells:
    return [cells[2], cells[0], cells[1]]


LF = "x1,x2,label\n"
GOOD: dict[str, tuple[str | bytes, str]] = {
    "commas with a header": (table(header=LF), "commas, 20 points; classes 0 ("),
    "commas without a header": (table(), "commas, 20 points"),
    "semicolons": (table(";", "x1;x2;label\n"), "semicolons, 20 points"),
    "semicolons and decimal commas": (table(";", "x1;x2;label\n", comma), "semicolons, decimal commas"),
    "semicolons and decimal commas without a header": (table(";", line=comma), "semicolons, decimal commas"),
    "tabs": (table("\t", "x1\tx2\tlabel\n"), "tabs, 20 points"),
    "tabs and decimal commas": (table("\t", line=comma), "tabs, decimal commas"),
    "blanks": (table(" ", "x1 x2 label\n"), "blanks, 20 points"),
    "blanks and decimal commas": (table(" ", line=comma), "blanks, decimal commas"),
    "labels in inches": (table(line=lambda _, c: [*c[:2], f'{c[2]}" to 9"']), "commas, 20 points"),
    "labels in inches in quotation marks": (
        table(line=lambda _, c: [*c[:2], f'"{c[2]}"" to 9"""']),
        "commas, 20 points",
    ),
    "columns set with blanks": (table("   ", "   x1   x2  label\n"), "blanks, 20 points"),
    "bars": (table("|", "x1|x2|label\n"), "vertical bars, 20 points"),
    "a table of Markdown": (
        table(" | ", "| x1 | x2 | label |\n|---|:-:|--:|\n", lambda _, c: ["| " + c[0], c[1], c[2] + " |"]),
        "vertical bars, 20 points",
    ),
    "commas and blanks": (table(", ", "x1, x2, label\n"), "commas, 20 points"),
    "every cell in quotes": (table(",", '"x1","x2","label"\n', quoted), "commas, 20 points"),
    "decimal commas in quotes": (
        table(",", LF, lambda k, c: [*quoted(k, comma(k, c))[:2], c[2]]),
        "commas, decimal commas",
    ),
    "single quotes": (table(",", LF, lambda _, c: [c[0], c[1], f"'{c[2]}'"], ("in", "out")), "classes out ("),
    "separators at the end": (table(",", "x1,x2,label,\n", lambda _, c: [*c, ""]), "commas, 20 points"),
    "many separators at the end": (table(";", line=lambda _, c: [*c, "", "", ""]), "semicolons, 20 points"),
    "a comment as a header": (table(" ", "# x1 x2 label\n"), "blanks, 20 points"),
    "a comment of three words": (table(",", "# made by me\n# 3 columns\n"), "commas, 20 points; classes 0 ("),
    "a comment as a header of another kind": (
        table(",", "# made today\n# label x1 x2\n", class_first),
        "commas, 20 points; classes 0 (",
    ),
    "comments and blank lines": (
        "# mine\n\n" + table(header=LF).replace("\n", "\n\n# and so on\n", 3) + "\n\n",
        "commas, 20 points",
    ),
    "a mark and Windows lines": (codecs.BOM_UTF8 + table(header=LF, end="\r\n").encode(), "commas, 20 points"),
    "old Macintosh lines": (table(end="\r").encode(), "commas, 20 points"),
    "UTF-16": (table("\t", "x1\tx2\tlabel\n").encode("utf-16"), "tabs, 20 points"),
    "UTF-16 the other way round": (codecs.BOM_UTF16_BE + table().encode("utf-16-be"), "commas, 20 points"),
    "UTF-16 without a mark": (table().encode("utf-16-le"), "commas, 20 points"),
    "UTF-32": (table().encode("utf-32"), "commas, 20 points"),
    "Latin-1": (table(";", words=("männlich", "weiblich")).encode("latin-1"), "classes männlich ("),
    "a line for Excel": ("sep=;\n" + table(";", line=comma), "semicolons, decimal commas"),
    "capitals": (table(header="X1,X2,Label\n"), "commas, 20 points"),
    "x, y and class": (table(header="x,y,class\n"), "x₁ is x, x₂ y, the label class"),
    "x1, x2 and y": (table(header="x1,x2,y\n"), "the label y"),
    "label in front, by name": (table(",", "label,x1,x2\n", class_first), "commas, 20 points"),
    "y in front, by name": (table(",", "y,x1,x2\n", class_first), "x₁ is x1, x₂ x2, the label y"),
    "species in front, by name": (
        table(",", "species,petal,sepal\n", class_first, ("setosa", "virginica")),
        "x₁ is petal, x₂ sepal, the label species",
    ),
    "unknown names": (table(header="height,weight,sick\n"), "x₁ is height, x₂ weight, the label sick"),
    "a class of words in front": (table(",", "", class_first, ("b", "a")), "x₁ is column 2, x₂ column 3, the label"),
    "row numbers in front": (table(",", "", numbered), "left out: the row numbers"),
    "row numbers from 0 without a name": (
        table(",", ",x1,x2,label\n", lambda k, c: [str(k), *c]),
        "commas, 20 points; left out: column 1",
    ),
    "an id in front": (table(",", "id,height,weight,sick\n", numbered), "left out: id"),
    "R with row names": (table(" ", '"x1" "x2" "label"\n', lambda k, c: [f'"{k + 1}"', *c]), "left out: column 1"),
    "a column more": (table(",", "x1,x2,label,note\n", lambda k, c: [*c, f"n{k}"]), "left out: note"),
    "in and out": (table(words=("out", "in")), "classes out ("),
    "true and false": (table(words=("False", "True")), "classes False ("),
    "yes and no in any capitals": (
        table(line=lambda k, c: [*c[:2], c[2].upper() if k % 2 else c[2]], words=("no", "yes")),
        "classes no (",
    ),
    "a and b": (table(words=("a", "b")), "classes a ("),
    "minus 1 and 1": (table(words=("-1", "1")), "classes -1 ("),
    "minus and plus": (table(words=("-", "+")), "classes - ("),
    "1 and 2": (table(words=("1", "2")), "classes 1 ("),
    "1.0 and 0": (table(line=lambda k, c: [*c[:2], c[2] + ".0" * (k % 2)]), "classes 0"),
    "the sign for minus": (table().replace("-", "−"), "commas, 20 points"),
    "digits of another script": (
        table(header=LF).translate(str.maketrans("0123456789", "०१२३४५६७८९")).replace("x१,x२", "x1,x2"),
        "commas, 20 points",
    ),
    "full-width digits": (table().translate({48 + k: 0xFF10 + k for k in range(10)}), "commas, 20 points"),
    "labels with separators in them": (table(",", "", quoted, ("ill; here", "well; there")), "classes ill; here ("),
}
"""name → (the file, a part of the line that says how it was understood)."""

REFUSED: dict[str, tuple[str | bytes, str]] = {
    "nothing": ("", "there are no points; write lines such as"),
    "blank lines": ("\n\n  \n", "there are no points"),
    "a header alone": (LF, "there are no points"),
    "prose": ("It was a dark\nand stormy night,\nand so on.\n", "there are no points"),
    "two columns": (
        "x1,label\n" + "1,0\n2,1\n" * 4,
        "2 columns separated by commas, but x1, x2 and a label need three",
    ),
    "three points": ("1,2,0\n2,1,1\n1,1,1\n", "3 points; give from 4"),
    "too many points": ("1,2,0\n" * 10_001, "more than 10,000 points"),
    "a word for a number": (LF + "1,2,0\n1,oh,1\n1,2,1\n1,1,1\n2,1,0\n", ":3: x2 is 'oh'; a number belongs here"),
    "a word in the first line": ("oh,2,0\n1,2,0\n1,2,1\n1,1,1\n2,1,0\n", ":1: x1 is 'oh'"),
    "a number that is none": (LF + "1,nan,0\n1,2,1\n1,2,1\n1,1,1\n", ":2: x2 is nan; a finite number"),
    "no number": (LF + "1,,0\n1,2,1\n1,2,1\n1,1,1\n", ":2: x2 is empty; a number"),
    "infinity": ("1,2,0\n1,2,1\n-inf,2,1\n1,1,1\n", ":3: x1 is -inf; a finite number"),
    "beyond every number": ("1,2,0\n1,2,1\n1e999,2,1\n1,1,1\n", ":3: x1 is 1e999; a finite number"),
    "far away": ("1,2,0\n1e300,2,1\n3,2,1\n1,1,1\n", "a point lies at 10³⁰⁰; keep within −6 … 6, or add --scale"),
    "no label": ("1,2,0\n1,2,1\n3,2,\n1,1,1\n", ":3: label is empty; a class belongs here"),
    "a short line": ("1,2,0\n1,1\n1,2,1\n1,1,1\n", ":2: label is missing"),
    "a long line": ("1,2,0\n1,1,1,7\n1,2,1\n1,1,1\n", ":2: 4 cells here, but 3 in most lines"),
    "one class": ("1,2,1\n2,2,1\n3,1,1\n5,2,1\n", "every label is 1; two classes are needed"),
    "one spot": ("1,2,0\n1,2,1\n1,2,1\n1,2,0\n", "every point lies at (1, 2)"),
    "a constant coordinate": (
        "height,weight,sick\n" + "".join(f"3,{k},{k % 2}\n" for k in range(6)),
        "x1 (height) is 3 on every line",
    ),
    "three classes in words": (
        table(line=lambda k, c: [*c[:2], "abc"[k % 3]]),
        "3 classes: a (7), b (7), c (6); this network separates two",
    ),
    "three classes in numbers": (table(line=lambda k, c: [*c[:2], str(k % 3)]), "3 classes: 0 (7), 1 (7), 2 (6)"),
    "three classes around 0": (table(line=lambda k, c: [*c[:2], str(k % 3 - 1)]), "3 classes: -1 (7), 0 (7), 1 (6)"),
    "numbers beyond 1": (
        table(header=LF, line=lambda k, c: [*c[:2], str(k / 7)]),
        "labels are two classes, or numbers from −1 to 1",
    ),
    "four columns": (
        table(line=lambda k, c: [str(7.5 - k), *c]),
        "4 columns without names (line 1: 7.5, -3.0, 2.5, 0); the plane has two coordinates and a label: "
        "choose three with --columns, such as --columns 1,2,4",
    ),
    "four measures of a flower": (
        table(",", "a1,a2,a3,a4,species\n", lambda k, c: [*c[:2], *c[:2], c[2]]),
        "5 columns (a1, a2, a3, a4, species); the plane has two coordinates and a label: "
        "choose three with --columns, such as --columns a1,a2,species",
    ),
    "a row number and one coordinate": (table(line=lambda k, c: [str(k + 1), c[0], c[2]]), "column 1 only counts"),
    "class first, or else a number to learn": (
        table(line=lambda k, c: [c[2], c[0], str(k / 40)]),
        "which column is the label? column 1 holds two values, column 3 many; add --columns 2,3,1 or --columns 1,2,3",
    ),
    "names that mean nothing": (
        table(",", "p,q,r\n", lambda k, c: [*c[:2], str(k / 40)]),
        "which column is the label?",
    ),
    "one name twice": (table(header="x1,x1,label\n"), "two columns have the same name"),
    "names for too few": (
        table(header="x1,x2,label\n", line=comma),
        ":1: 3 cells here, but 5 in the lines below; give a name for each column, or begin this line with #; "
        "with decimal commas, separate the columns by semicolons",
    ),
    "two decimal signs": (
        "1,5;2.5;0\n1;2;1\n3;2;1\n1;1;0\n",
        "1,5 on line 1 has a decimal comma, 2.5 on line 1 a point",
    ),
    "zeros": (b"1,2,0\n1,\0,1\n" * 5, "this is not a text file; give a table of points, such as CSV text"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "this is not a text file"),
    "a program": (b"\x7fELF\x02\x01\x01" + b"\0" * 64, "this is not a text file"),
    "any bytes": (bytes((k * 131 + k * k) % 256 for k in range(5000)), "this is not a text file"),
    "a spreadsheet": (b"PK\x03\x04" + b"\x14\0\6\0" * 40, "this is a spreadsheet or a zip archive; export the table"),
    "escape codes": ("1,2,0\n1,2,\x1b[31m1\n" * 5, "this is not a text file"),
    "a cell without end": ("1,2,0\n1," + "9" * 200_000 + ",1\n" * 5, ":2: this line has 200,005 characters"),
    "JSON, a list of objects": (
        '[\n  {"x1": 1.5, "x2": 2, "label": 0}\n]' * 4,
        "this is JSON, not a table; write one point",
    ),
    "JSON, one object": ('{"x1": [1, 2, 3], "x2": [1, 2, 3]}', "this is JSON, not a table"),
    "JSON Lines": ('{"x": 1, "y": 2, "c": 0}\n' * 9, "this is JSON, not a table"),
    "JSON, lists": ("[[1, 2, 0], [2, 1, 1]]", "this is a list in brackets (JSON or Python), not a table"),
    "a list of Python": ("[(1, 2, 0),\n (2, 1, 1)]\n", "this is a list in brackets (JSON or Python), not a table"),
    "rows in brackets": ("[1.5, 2, 0]\n[-2, 1, 1]\n" * 4, "the points stand in brackets; leave out the brackets"),
    "rows in round brackets": ("(1.5, 2) 0\n(−2, 1) 1\n" * 4, "the points stand in brackets"),
    "rows of YAML": ("- [1.5, 2, 0]\n- [-2, 1, 1]\n" * 4, "the points stand in brackets"),
    "values with names": ("x1=1.5, x2=2, label=0\n" * 5, "every value has its name in front"),
    "a saved network": ('{"params": {}, "train": [[1, 2, 1]]}', "this is a saved network; continue with it by --load"),
    "a web page": ("<!DOCTYPE html>\n<td>1</td><td>2</td><td>0</td>\n", "this is HTML or XML, not a table; export"),
    "XML": ('<?xml version="1.0"?>\n<p x="1" y="2"/>\n', "this is HTML or XML, not a table"),
    "a PDF": ("%PDF-1.4\n1 0 obj\n<<>>\nendobj\n", "this is a PDF or PostScript document, not a table"),
    "a word processor's file": ("{\\rtf1\\ansi 1,2,3\\par}", "this is a document of a word processor, not a table"),
    "colons": (table(":"), "the cells are separated by ':'; separate them by commas, semicolons, tabs"),
    "strokes": (table(" / "), "the cells are separated by '/'"),
    "a table of LaTeX": (table(" & ", end=" \\\\\n"), "the cells are separated by '&'"),
    "full-width commas": (table("，"), "the cells are separated by '，'"),
    "a quotation mark open in each line": (
        table(line=lambda _, c: ['"' + c[0], *c[1:]]),
        ":1: a quotation mark is opened and not closed on this line",
    ),
    "a quotation mark open in the names": ('"' + table(header=LF), ":1: a quotation mark is opened"),
    "a quotation mark open at the end": (table(header=LF) + '1,"2,0\n', ":22: a quotation mark is opened"),
    "a quotation mark open before the label": (table(";", line=lambda _, c: [*c[:2], '"' + c[2]]), ":1: a quotation"),
    "a quotation mark open after one within a cell": (
        table(header=LF) + '5" x,"6,1\n',
        ":22: a quotation mark is opened",
    ),
    "a quotation mark open after one too many": (table(header=LF) + '"5"x,"6,1\n', ":22: a quotation mark is opened"),
    "a quotation mark open after two odd ones": (table("\t") + '"5"x\t6"\t"1\n', ":21: a quotation mark is opened"),
    "a quotation mark open after a tab": (table(" ") + '5\t"6 1\n', ":21: a quotation mark is opened"),
    "quotation marks open in each line of words": ('5" x,"six,one\n' * 5, ":1: a quotation mark is opened"),
    "a label without end": ('1,2,0\n1,2,"' + "a" * 200_000, ":2: this line has 200,005 characters"),
}
"""name → (the file, a part of the line that says why it is refused)."""
