"""The screens that are made from all lessons, by name."""

from tutor.quiz.session import Sitting
from tutor.screens.base import CourseScreen
from tutor.screens.requests import Sheet


def sheet_screen(sheet: Sheet, sitting: Sitting, seed: int | None = None) -> CourseScreen:
    """A new screen for `sheet`; only its own module is imported."""
    if sheet == "glossary":
        from tutor.screens.reference.glossary import GlossaryScreen

        return GlossaryScreen(sitting)
    if sheet == "formulas":
        from tutor.screens.reference.formulas import FormulasScreen

        return FormulasScreen(sitting)
    if sheet == "errata":
        from tutor.screens.reference.errata import ErrataScreen

        return ErrataScreen(sitting)
    from tutor.screens.quiz.placement import PlacementScreen

    return PlacementScreen(sitting, seed)
