"""Where the simulator's parts and pictures stand, for every size and whatever there is to show."""

from dataclasses import replace
from itertools import combinations, product

import pytest
from textual.app import App
from textual.geometry import Region, Size

from tests.widgets.bench import bench
from tests.widgets.pictures import charts, drawn
from tutor.sims.engine.chart import Chart, Diagram
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.colours import theme_palette
from tutor.widgets.plots.diagram import plan_layout
from tutor.widgets.plots.plot import PictureView, picture_strips
from tutor.widgets.plots.room import BARS, CURVE, PLANE, PictureRoom, room_of
from tutor.widgets.simulator.arrangement import arrange_pictures
from tutor.widgets.simulator.contents import Contents
from tutor.widgets.simulator.controls import Controls
from tutor.widgets.simulator.layout import (
    MIN_PICTURE_ROWS,
    ROOMY_COLUMNS,
    SIDE_COLUMNS,
    SLIM_COLUMNS,
    WIDE_COLUMNS,
    place_parts,
)
from tutor.widgets.simulator.pictures import Pictures
from tutor.widgets.simulator.readings import Readings, label_text
from tutor.widgets.simulator.worked_lines import WorkedLines

CHAIN = PictureRoom("boxes", 78, 9, 84, 10)
NETWORK = PictureRoom("network", 36, 17, 66, 34)
ROOMS = (PLANE, CURVE, BARS, CHAIN, NETWORK)
SIZES = [
    Size(width, height)
    for width, height in product((40, 57, 71, 72, 80, 99, 100, 117, 140, 200), (10, 14, 18, 22, 28, 33, 42, 58))
]


def every_case() -> list[tuple[Size, Contents]]:
    """Every size with little and with much to show, with and without a line to type in, with a long message."""
    kinds = [
        {"parameter_count": 5, "reading_count": 3, "worked_line_count": 0},
        {"parameter_count": 16, "reading_count": 31, "worked_line_count": 5, "needed_words_rows": 5},
        {"parameter_count": 9, "reading_count": 15, "worked_line_count": 6, "needed_words_rows": 2, "is_asking": True},
        {"parameter_count": 9, "reading_count": 15, "worked_line_count": 6, "is_editing": True},
        {"parameter_count": 9, "reading_count": 0, "worked_line_count": 6, "has_heading": False},
        {
            "parameter_count": 9,
            "reading_count": 9,
            "worked_line_count": 6,
            "needed_words_rows": 2,
            "is_presenting": True,
        },
    ]
    return [(size, Contents(room, **kind)) for size in SIZES for room in ROOMS for kind in kinds]  # type: ignore[arg-type]


def test_readings_have_every_row_that_worked_lines_leave_before_any_of_them_is_cut() -> None:
    for (size, has), widths in product(every_case(), ((), (12,) * 31, (60, 12, 60))):
        case = replace(has, reading_widths=widths[: has.reading_count])
        places = place_parts(size, case)
        readings, worked = places.get("readings"), places.get("worked")
        if not readings or not worked or worked.y < readings.bottom:
            continue  # hidden, or beside each other
        rows = case.reading_count + sum(columns > readings.width for columns in case.reading_widths)
        if readings.height < rows and size.height - places["narration"].bottom > 14:
            assert worked.height <= max(4 * case.worked_line_count, readings.height + 1), (size, case, places)


def test_the_list_is_long_enough_for_labels_of_two_lines() -> None:
    few, long = Contents(PLANE, 5, 6, 1), Contents(PLANE, 5, 6, 1, reading_widths=(60,) * 6)
    for size in (Size(80, 23), Size(57, 40)):
        assert place_parts(size, few)["readings"].height < place_parts(size, long)["readings"].height, size


def test_no_part_covers_another_or_leaves_the_simulator() -> None:
    for size, has in every_case():
        places = place_parts(size, has)
        shown = {name: place for name, place in places.items() if place.area and name != "by-hand"}
        for place in shown.values():
            assert size.region.contains_region(place), (size, has, places)
        for one, other in combinations(shown.values(), 2):
            assert not one.overlaps(other), (size, has, places)


def test_the_picture_has_its_rows_before_the_numbers_have_any() -> None:
    for size, has in every_case():
        places = place_parts(size, has)
        numbers = [places[name] for name in ("readings", "worked") if name in places]
        if places["pictures"].height < MIN_PICTURE_ROWS:
            assert not any(place.area for place in numbers if place.x < places["pictures"].right), (size, has, places)
        assert places["pictures"].height >= min(4, size.height - 6), (size, has, places)


def test_opening_a_line_moves_no_picture_and_no_number() -> None:
    for size, room in product(SIZES, ROOMS):
        closed = place_parts(size, Contents(room, 9, 15, 6, 1))
        open_ = place_parts(size, Contents(room, 9, 15, 6, 1, is_asking=True))
        for name in {"pictures", "timeline", "readings", "worked", "controls"} & closed.keys():
            assert closed[name] == open_[name], (size, room, name)


def test_editing_takes_the_place_of_numbers_and_never_of_a_picture() -> None:
    for size, room in product(SIZES, ROOMS):
        usual = place_parts(size, Contents(room, 9, 15, 6))
        editing = place_parts(size, Contents(room, 9, 15, 6, is_editing=True))
        if size.height >= 22:
            assert editing["controls"].height >= 6, (size, room, editing)
        if "controls" in usual or (size.width >= SLIM_COLUMNS and not room.is_wide):
            assert editing["pictures"] == usual["pictures"]


def test_only_the_picture_its_sentence_and_the_step_are_presented() -> None:
    for size, room in product(SIZES, ROOMS):
        places = place_parts(size, Contents(room, 9, 15, 6, 2, is_presenting=True))
        assert places.keys() == {"pictures", "timeline", "narration"}
        assert places["pictures"].area > 0.6 * size.area or size.height < 14


@pytest.mark.parametrize("width", [80, 101, 162])
def test_pictures_share_their_room_without_touching(width: int) -> None:
    for count in range(1, 6):
        for rooms in product(ROOMS, repeat=count):
            places = arrange_pictures(rooms, width, 30)
            assert 1 <= len(places) <= count
            for one, other in combinations(places, 2):
                assert not one.overlaps(other)
            assert all(Region(0, 0, width, 30).contains_region(place) for place in places)
            if len(places) > 1:
                assert all(room.usable_cells(*place.size) for room, place in zip(rooms, places, strict=False))


def test_a_wide_screen_shows_the_network_beside_the_output() -> None:
    player = Player(find_simulation("playground").build())
    rooms = [room_of(picture) for picture in player.view().pictures]
    network = next(room for room in rooms if room.kind == "network")
    for size in (Size(140, 42), Size(200, 58)):
        place = place_parts(size, Contents(PLANE, 16, 31, 5))["pictures"]
        assert len(arrange_pictures((PLANE, network, CURVE), *place.size)) >= 2


SMALL_ROOMS = {"alone": (Size(80, 22), False), "challenge": (Size(80, 20), False), "lesson": (Size(80, 21), True)}
"""Where a simulator stands on a screen of 80×24, its size there, and whether it has a heading."""


@pytest.mark.parametrize("room", SMALL_ROOMS)
def test_the_main_picture_is_drawn_on_a_small_screen_and_never_put_into_words(room: str) -> None:
    size, has_heading = SMALL_ROOMS[room]
    palette = theme_palette(App())
    for name in SIMULATIONS:
        player = Player(find_simulation(name).build())
        for step, editing in product((0, 1, 6), (False, True)):
            player.jump(step)
            view = player.view()
            picture = view.pictures[0]
            counts = (len(player.simulation.parameters()), len(view.readings), len(view.worked_lines), 2)
            has = Contents(room_of(picture), *counts, has_heading=has_heading, is_editing=editing)
            place = place_parts(size, has)["pictures"]
            drawn = "\n".join(strip.text for strip in picture_strips(picture, palette, place.width, place.height))
            is_empty = isinstance(picture, Chart) and not picture.has_data  # a sentence that says what comes
            assert is_empty or any(sign in drawn for sign in "┌┏└┤▀█━"), (name, step, place, drawn)


def test_every_diagram_and_network_is_drawn_where_a_picture_gets_the_whole_width() -> None:
    palette = theme_palette(App())
    for name in SIMULATIONS:
        player = Player(find_simulation(name).build())
        for picture in player.view().pictures:
            place = place_parts(Size(80, 22), Contents(room_of(picture), 9, 15, 6, 1, has_heading=False))["pictures"]
            drawn = "\n".join(strip.text for strip in picture_strips(picture, palette, place.width, place.height))
            is_empty = isinstance(picture, Chart) and not picture.has_data
            assert is_empty or any(sign in drawn for sign in "┌┏└┤▀█━"), (name, picture.title, place, drawn)


def diagrams() -> list[Diagram]:
    """Every diagram of the simulations, before and within their runs."""
    found = []
    for name in SIMULATIONS:
        player = Player(find_simulation(name).build())
        for step in (0, 3, 6, 12, 19, 45):
            player.jump(step)
            found += [picture for picture in player.view().pictures if isinstance(picture, Diagram)]
    return found


def test_a_wider_terminal_never_turns_the_boxes_of_a_diagram_into_a_list() -> None:
    assert diagrams()
    for diagram in diagrams():
        drawn = [
            plan_layout(diagram, place_parts(Size(width, 28), Contents(room_of(diagram), 11, 15, 3))["pictures"].width)
            for width in range(80, 201)
        ]
        assert None not in drawn, (diagram.title, 80 + drawn.index(None))


def test_a_title_of_a_diagram_is_whole_wherever_its_boxes_are() -> None:
    palette = theme_palette(App())
    for diagram in diagrams():
        for width in range(30, 141):
            if plan_layout(diagram, width) is not None:
                title = picture_strips(diagram, palette, width, 14)[0].text
                assert title.startswith(diagram.title), (width, title)
                assert "…" not in title


def test_each_of_several_boxes_has_its_own_arrow_with_its_weight_over_it() -> None:
    palette = theme_palette(App())
    fans = [diagram for diagram in diagrams() if len(diagram.columns[0]) > 1]
    assert fans
    for diagram in fans:
        for width in (33, 40, 60, 100):
            lines = [strip.text for strip in picture_strips(diagram, palette, width, 14)]
            arrows = [row for row, line in enumerate(lines) if "▶" in line and row]
            assert len(arrows) == len(diagram.columns[0])
            for row, (name, value) in zip(arrows, diagram.links[0].rows, strict=True):
                head = lines[row].index("▶")
                assert lines[row][head + 2] in "│┃", lines[row]  # it reaches the side of the box
                assert lines[row][: head - 3].rstrip(" ─")[-1] in "│┃", lines[row]
                assert f"{name} {value}" in lines[row - 1][: head + 1], lines


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (140, 44)], ids=str)
async def test_presenting_hides_all_else_until_it_ends(size: tuple[int, int]) -> None:
    async with bench(find_simulation("adam").build(), size) as (simulator, pilot):
        await pilot.pause()
        before = {child.id: child.region for child in simulator.children}
        await pilot.press("P")
        await pilot.pause()
        assert {child.id for child in simulator.children if child.region.area} == {"pictures", "timeline", "narration"}
        assert len(simulator.query_one(Pictures).query(PictureView)) == 1
        await pilot.press("right", "right")
        assert simulator.player.position == 2
        await pilot.press("escape")
        await pilot.pause()
        assert {child.id: child.region for child in simulator.children} == before


async def test_parameters_are_made_when_they_are_first_shown() -> None:
    async with bench(find_simulation("adam").build(), (WIDE_COLUMNS - 20, 24)) as (simulator, pilot):
        assert not simulator.query(Controls)
        await pilot.press("e")
        await pilot.pause()
        assert simulator.query_one(Controls).has_focus_within
        assert simulator.query_one(Controls).region.width >= SIDE_COLUMNS


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (140, 44)], ids=str)
async def test_the_form_shows_every_parameter_of_a_network_of_three_neurons(size: tuple[int, int]) -> None:
    async with bench(find_simulation("backprop").build(), (size[0], size[1] - 1)) as (simulator, pilot):
        await pilot.press("e")
        await pilot.pause()
        form = simulator.query_one(Controls)
        fields = form.query_one("#fields")
        assert all(fields.region.contains_region(field.region) for field in form.query(".name")), fields.region


def test_readings_have_a_second_column_before_they_are_scrolled_beside_a_few_worked_lines() -> None:
    places = place_parts(Size(80, 22), Contents(CHAIN, 11, 21, 1, reading_widths=(20,) * 21))
    assert places["readings"].width >= 2 * 21 + 3
    assert places["worked"].width >= 28


def test_half_the_numbers_of_a_tall_panel_are_readings_where_worked_lines_want_all() -> None:
    places = place_parts(Size(57, 38), Contents(PLANE, 5, 7, 4))
    assert places["readings"].height == 7


async def test_another_picture_gets_the_room_that_it_wants() -> None:
    async with bench(find_simulation("neuron").build(), (80, 24)) as (simulator, pilot):
        await pilot.pause()
        pictures = simulator.query_one(Pictures)
        assert pictures.region.width < 50
        await pilot.press("v")
        await pilot.pause()
        assert pictures.room.kind == "boxes"
        assert pictures.region.width > 70


@pytest.mark.parametrize(("name", "key"), [("adam", "g"), ("conv-cost", "a"), ("playground", "x")])
async def test_a_line_that_opens_is_seen_and_moves_nothing(name: str, key: str) -> None:
    async with bench(find_simulation(name).build(), (80, 24)) as (simulator, pilot):
        await pilot.pause()
        still = {child.id: child.region for child in simulator.children if child.id in {"pictures", "timeline"}}
        await pilot.press(key)
        await pilot.pause()
        line = simulator.query_one("#by-hand" if key == "x" else "#entry")
        assert line.region.height == 1
        assert line.has_focus or line.has_focus_within
        after = {child.id: child.region for child in simulator.children if child.id in still}
        assert after == still or key == "x"  # which may bring the network, where the weight stands


@pytest.mark.parametrize("readings", [8, 17, 26])
def test_rows_that_boxes_leave_are_below_the_numbers_so_that_nothing_moves_as_these_grow(readings: int) -> None:
    places = place_parts(Size(100, 29), Contents(CHAIN, 11, readings, 1, reading_widths=(20,) * readings))
    assert places["pictures"].height == CHAIN.full_rows
    assert places["timeline"].y == places["pictures"].bottom
    assert places["readings"].bottom <= 29


async def test_below_the_chain_the_parameters_are_in_sight_where_rows_would_be_empty() -> None:
    async with bench(find_simulation("backprop").build(), (100, 40)) as (simulator, pilot):
        for _ in range(5):  # through a whole pass forward and back
            await pilot.press(*["right"] * 4)
            await pilot.pause()
            controls, readings = simulator.query_one(Controls), simulator.query_one(Readings)
            assert controls.region.bottom == simulator.region.bottom
            assert readings.region.bottom <= controls.region.y
            assert readings.virtual_size.height <= readings.size.height
            assert not {"b₁", "b₂", "b₃"} & set(map(label_text, readings.readings))  # they stand in the chain


@pytest.mark.parametrize("name", SIMULATIONS)
def test_the_frame_of_a_chart_without_data_is_small(name: str) -> None:
    for chart in charts(name):
        if not chart.has_data:
            for height, most in ((12, 9), (30, 30 // 2 + 4)):
                rows = [strip.text.strip() for strip in drawn(chart, (99, height))]
                assert sum(map(bool, rows)) <= most, chart.title


async def test_a_blank_row_is_between_a_long_sentence_and_the_arithmetic() -> None:
    async with bench(find_simulation("penalty").build(), (100, 28)) as (simulator, pilot):
        await pilot.press(*["right"] * 6)
        await pilot.pause()
        rows = [strip.text[:60].strip() for strip in pilot.app.screen._compositor.render_strips()]
        narration, worked = simulator.query_one("#narration"), simulator.query_one(WorkedLines)
        assert all(rows[narration.region.y : narration.region.bottom])
        assert not rows[worked.region.y]
        assert any(rows[worked.region.y :])


@pytest.mark.parametrize("name", SIMULATIONS)
async def test_no_arithmetic_touches_the_foot_of_a_tall_screen(name: str) -> None:
    async with bench(find_simulation(name).build(), (140, 42)) as (simulator, pilot):
        for _ in range(3):
            await pilot.press(*["right"] * 4)
            await pilot.pause()
            worked = simulator.query_one(WorkedLines)
            rows = [strip.text[: worked.region.width].strip() for strip in pilot.app.screen._compositor.render_strips()]
            assert worked.virtual_size.height > worked.size.height or not rows[worked.region.bottom - 1]


@pytest.mark.parametrize(("width", "height", "count"), [(61, 24, 2), (99, 37, 3)])
def test_the_unrolled_sheet_leaves_no_room_empty_beside_it_or_below(width: int, height: int, count: int) -> None:
    """The panes of 100×30 and 140×44; a strip is wide and low, so the distances stand below it."""
    player = Player(find_simulation("manifold").build())
    player.jump(3)
    view = player.view()
    rooms = [room_of(picture) for picture in view.pictures]
    first = 0 if count == len(rooms) else view.newest
    places = arrange_pictures(tuple(rooms[first:] + rooms[:first]), width, height)
    assert len(places) == count


async def test_a_column_of_parameters_never_takes_the_place_of_a_picture() -> None:
    """Below `ROOMY_COLUMNS`, leaving the column out shows more pictures, and the numbers stay."""
    for name in ("overfit", "descent", "adam", "convolution", "digits"):
        async with bench(find_simulation(name).build(), (WIDE_COLUMNS, 29)) as (simulator, pilot):
            await pilot.press("right")
            await pilot.pause()
            shown = [view for view in simulator.query(PictureView) if view.region.area]
            assert len(shown) >= 2, name
            assert simulator.query_one(Readings).region.height >= 4, name
            assert simulator.query_one(WorkedLines).region.height >= 4, name
            for region in (simulator.query_one("#readings").region, simulator.query_one("#worked").region):
                assert all(region.y >= view.region.bottom for view in shown), name


def test_a_roomy_simulator_always_has_its_column_of_parameters() -> None:
    pictures = (CURVE, CURVE, PLANE)
    for width, has_column in ((WIDE_COLUMNS, False), (ROOMY_COLUMNS - 1, False), (ROOMY_COLUMNS, True)):
        places = place_parts(Size(width, 29), Contents(CURVE, 5, 6, 2, rooms=pictures))
        assert ("controls" in places) == has_column, width
    alone = place_parts(Size(WIDE_COLUMNS, 29), Contents(CURVE, 5, 6, 2, rooms=(CURVE,)))
    assert "controls" in alone


@pytest.mark.parametrize("height", [22, 29, 42])
def test_a_blank_row_is_above_the_pictures_of_a_tall_screen(height: int) -> None:
    for is_presenting in (False, True):
        places = place_parts(
            Size(140, height), Contents(CURVE, 5, 6, 2, 1, has_heading=False, is_presenting=is_presenting)
        )
        assert places["pictures"].y == (1 if height >= 30 else 0)
        assert is_presenting or places["controls"].y == places["pictures"].y


def test_a_line_is_along_the_whole_height_of_the_panel_and_above_its_readings() -> None:
    for size in (Size(140, 42), Size(120, 28)):
        places = place_parts(size, Contents(CURVE, 5, 6, 2))
        controls, rule, readings = places["controls"], places["side-rule"], places["readings"]
        assert (rule.x, rule.y, rule.bottom) == (controls.x, controls.bottom, size.height)
        assert places["readings-rule"].bottom == readings.y
