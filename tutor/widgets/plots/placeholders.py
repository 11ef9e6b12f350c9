"""Cells in which a terminal with kitty's graphics protocol shows a part of a picture.

Such a cell holds a character of private use, and two combining ones that number the row and the column of the picture;
its text colour is the number of the picture. To everything else it is a character with a colour, so Textual draws,
cuts, scrolls and covers it as any other.
"""

from functools import lru_cache

from rich.style import Style

PLACEHOLDER = "\U0010eeee"

# From kitty's rowcolumn-diacritics.txt: the combining characters of class 230 in Unicode 6.0 that no other character
# is composed with. The position of each is the number of a row or a column.
_CODE_POINTS = """
0305 030d 030e 0310 0312 033d 033e 033f 0346 034a 034b 034c 0350 0351 0352 0357 035b 0363 0364 0365 0366 0367 0368 0369
036a 036b 036c 036d 036e 036f 0483 0484 0485 0486 0487 0592 0593 0594 0595 0597 0598 0599 059c 059d 059e 059f 05a0 05a1
05a8 05a9 05ab 05ac 05af 05c4 0610 0611 0612 0613 0614 0615 0616 0617 0657 0658 0659 065a 065b 065d 065e 06d6 06d7 06d8
06d9 06da 06db 06dc 06df 06e0 06e1 06e2 06e4 06e7 06e8 06eb 06ec 0730 0732 0733 0735 0736 073a 073d 073f 0740 0741 0743
0745 0747 0749 074a 07eb 07ec 07ed 07ee 07ef 07f0 07f1 07f3 0816 0817 0818 0819 081b 081c 081d 081e 081f 0820 0821 0822
0823 0825 0826 0827 0829 082a 082b 082c 082d 0951 0953 0954 0f82 0f83 0f86 0f87 135d 135e 135f 17dd 193a 1a17 1a75 1a76
1a77 1a78 1a79 1a7a 1a7b 1a7c 1b6b 1b6d 1b6e 1b6f 1b70 1b71 1b72 1b73 1cd0 1cd1 1cd2 1cda 1cdb 1ce0 1dc0 1dc1 1dc3 1dc4
1dc5 1dc6 1dc7 1dc8 1dc9 1dcb 1dcc 1dd1 1dd2 1dd3 1dd4 1dd5 1dd6 1dd7 1dd8 1dd9 1dda 1ddb 1ddc 1ddd 1dde 1ddf 1de0 1de1
1de2 1de3 1de4 1de5 1de6 1dfe 20d0 20d1 20d4 20d5 20d6 20d7 20db 20dc 20e1 20e7 20e9 20f0 2cef 2cf0 2cf1 2de0 2de1 2de2
2de3 2de4 2de5 2de6 2de7 2de8 2de9 2dea 2deb 2dec 2ded 2dee 2def 2df0 2df1 2df2 2df3 2df4 2df5 2df6 2df7 2df8 2df9 2dfa
2dfb 2dfc 2dfd 2dfe 2dff a66f a67c a67d a6f0 a6f1 a8e0 a8e1 a8e2 a8e3 a8e4 a8e5 a8e6 a8e7 a8e8 a8e9 a8ea a8eb a8ec a8ed
a8ee a8ef a8f0 a8f1 aab0 aab2 aab3 aab7 aab8 aabe aabf aac1 fe20 fe21 fe22 fe23 fe24 fe25 fe26 10a0f 10a38 1d185 1d186
1d187 1d188 1d189 1d1aa 1d1ab 1d1ac 1d1ad 1d242 1d243 1d244
"""
NUMBER_MARKS = tuple(chr(int(code, 16)) for code in _CODE_POINTS.split())
"""The combining characters for the numbers from 0 on."""
MAX_CELLS = len(NUMBER_MARKS)
"""The rows and the columns that a picture can have: as many as can be numbered."""


@lru_cache(maxsize=4096)
def placeholder_text(row: int, start: int, stop: int) -> str:
    """The cells of a picture's row from column `start` to before `stop`."""
    return "".join(f"{PLACEHOLDER}{NUMBER_MARKS[row]}{mark}" for mark in NUMBER_MARKS[start:stop])


@lru_cache(maxsize=256)
def placeholder_style(number: int) -> Style:
    """The style of the cells of the picture with this number, which is their colour."""
    return Style(color=f"#{number:06x}")
