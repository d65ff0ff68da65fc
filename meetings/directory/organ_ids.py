"""What an organ's id on the document exchange looks like. The forms are configuration: the province may narrow them."""

from __future__ import annotations

import re

from aiohttp import web

from meetings.errors import Invalid

#: The published forms: lowest level first (QCVN 102:2016/BTTTT), and highest level first (QĐ 20/2020/QĐ-TTg and after).
#: How deep and how long the groups of the newer one may be is unconfirmed, so it is wide.
PUBLISHED_FORMS = "XXX.XX.XX.A00 A00 A00.* A00.*.* A00.*.*.* A00.*.*.*.*"
LONGEST = 35
_SIGNS = {"0": "[0-9]", "A": "[A-Z]", "X": "[0-9A-Z]", "*": "[0-9A-Z]{1,5}", ".": r"\."}
#: A code of an administrative division, which the directory keeps in the same place.
_DIVISION = re.compile(r"[0-9]{1,10}")


class OrganIds:
    """The forms that an organ id may have."""

    def __init__(self, forms: str = PUBLISHED_FORMS) -> None:
        """`forms`, separated by spaces: `0` stands for a digit, `A` for a capital letter, `X` for either, `*` for one
        to five of either.

        Raises:
            ValueError: there is none, or one holds another sign.
        """
        self.forms = tuple(forms.split())
        if not self.forms or any(sign not in _SIGNS for form in self.forms for sign in form):
            raise ValueError("give forms made of 0, A, X, * and dots, separated by spaces")
        self._form = re.compile("|".join("".join(_SIGNS[sign] for sign in form) for form in self.forms))

    def fits(self, id: str) -> bool:
        return len(id) <= LONGEST and self._form.fullmatch(id) is not None

    @property
    def sentence(self) -> str:
        """What is wrong with an id that does not fit."""
        legend = "0 là chữ số, A là chữ in hoa, X là một trong hai, * là một đến năm ký tự như vậy"
        return f"Mã định danh phải theo một trong các mẫu {', '.join(self.forms)} ({legend})."

    def wrong_code(self, code: str) -> str:
        """Why a site's code is neither an organ id nor a division's; empty where it is."""
        if not code or _DIVISION.fullmatch(code) or self.fits(code):
            return ""
        return f"“{code[:40]}” không phải mã đơn vị hành chính (chỉ gồm chữ số) hay mã định danh. {self.sentence}"

    def expect_code(self, code: str) -> None:
        """
        Raises:
            Invalid: as `wrong_code` says.
        """
        if problem := self.wrong_code(code):
            raise Invalid("directory.organ_code", problem, fields=[{"field": "organ_code", "problem": problem}])


#: As the publications have them.
PUBLISHED = OrganIds()
ORGAN_IDS: web.AppKey[OrganIds] = web.AppKey("organ_ids", OrganIds)
