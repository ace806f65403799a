"""The documentation says what the code does: settings, commands, pages, messages, panel and links."""

from __future__ import annotations

import ast
import builtins
import gc
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pytest
import typer

import cli
from analysis.attention import FEWEST_THEMES
from analysis.forecasting import FEWEST_YEARS, REASONS, method_of
from analysis.standing import MAX_AGE
from analysis.trends import FALSE_DISCOVERY_RATE, FEWEST_POINTS, NEGLIGIBLE
from analysis.triage import STATES
from data import panel_file, value_file
from data.catalogue import catalogue
from data.errors import UserError
from data.fetch_report import Outcome, State
from data.panel import COLUMNS, Status, empty
from data.settings import PREFIX, ROOT, Settings
from register._shelf import Sentences
from register.retention import DEFAULT_MONTHS
from register.roles import TITLES as ROLE_TITLES
from register.roles import Role
from reports import forecast_table, hotspot_table, trend_table
from ui import concern_picture, map_attention_wording, map_file_wording
from ui.fetch_wording import state_label
from ui.figures import FEWEST_PEOPLE
from ui.outlook_choice import HORIZONS
from ui.outlook_wording import TOLD_HORIZONS
from ui.parts import DOORS
from ui.trend_wording import CLASS_LABELS
from ui.trends import FIRST_PANELS
from ui.triage_wording import STATE_LABELS
from ui.uploads import LARGEST
from ui.wording import FEW_PEOPLE, status_label

# The code is read once, by the one worker that holds it against the papers.
pytestmark = pytest.mark.xdist_group("docs")

DOCS = ROOT / "docs"
HANDLEIDING = (DOCS / "handleiding.md").read_text(encoding="utf-8")
BEHEER = (DOCS / "beheer.md").read_text(encoding="utf-8")
ARCHITECTURE = (DOCS / "architecture.md").read_text(encoding="utf-8")
README = ROOT / "README.md"
PAPERS = [*([README] if README.exists() else []), *sorted(DOCS.rglob("*.md"))]
ROOMS = (
    *("app.py", "cli.py", "commands/", "pages/", "ui/", "analysis/", "data/", "register/", "reports/"),
    *("notebooks/", "tests/", "benchmarks/", "tools/", "static/"),
)
_ROOMS_OF_CODE = ("commands", "ui", "analysis", "data", "register", "reports")
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")


def table(text: str, *heading: str) -> list[list[str]]:
    """Return the rows below every table whose heading row begins with these words."""
    rows: list[list[str]] = []
    inside = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            inside = False
        elif cells[: len(heading)] == list(heading):
            inside = True
        elif inside and not set("".join(cells)) <= set("-: "):
            rows.append(cells)
    return rows


def section(text: str, title: str) -> str:
    """Return what stands under a heading, up to the next heading of the same or a higher level."""
    level = re.search(rf"^(#+) {re.escape(title)}$", text, re.MULTILINE)
    assert level, f"there is no heading {title!r}"
    rest = text[level.end() :]
    following = re.search(rf"^#{{1,{len(level[1])}}} ", rest, re.MULTILINE)
    return rest[: following.start()] if following else rest


# -- settings ----------------------------------------------------------------------------------------


def test_the_table_of_settings_is_that_of_the_code() -> None:
    told = [row[0].strip("`") for row in table(HANDLEIDING, "instelling")]
    assert told == [PREFIX + name.upper() for name in Settings.model_fields]


def test_the_table_tells_the_default_of_every_setting() -> None:
    for name, _, default, _ in table(HANDLEIDING, "instelling"):
        expected = Settings.model_fields[name.strip("`").removeprefix(PREFIX).lower()].default
        if isinstance(expected, Path):
            assert f"`{expected.relative_to(ROOT)}`" in default
        else:
            assert default == (f"`{expected}`" if expected else "leeg")


def test_every_example_of_a_setting_is_accepted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, _, _, example in table(HANDLEIDING, "instelling"):
        value = example.strip("`")
        monkeypatch.setenv(name.strip("`"), str(tmp_path) + value if value.startswith("/") else value)
    Settings()


def test_a_setting_is_called_unused_only_while_nothing_uses_it() -> None:
    code = "\n".join(
        file.read_text(encoding="utf-8") for file in _code() if file != ROOT / "data" / "settings.py"
    )
    unused = {name for name in Settings.model_fields if not re.search(rf"\.{name}\b", code)}
    told = {
        row[0].strip("`").removeprefix(PREFIX).lower()
        for row in table(HANDLEIDING, "instelling")
        if "Nog niet in gebruik" in row[1]
    }
    assert told == unused


# -- commands ----------------------------------------------------------------------------------------


def _commands() -> dict[str, set[str]]:
    """Return the options of every command."""
    group = typer.main.get_command(cli.app)
    return {
        name: {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
        for name, command in group.commands.items()  # type: ignore[attr-defined]
    }


def test_every_command_and_option_is_told() -> None:
    for command, options in _commands().items():
        assert f"python cli.py {command}" in HANDLEIDING, command
        for option in options:
            assert re.search(rf"python cli\.py {command}\b[^`\n]*{option}\b", HANDLEIDING), (command, option)


def _mentions() -> Iterator[tuple[Path, str]]:
    pages = [*(ROOT / "pages").glob("*.py"), *(ROOT / "ui").glob("*.py")]
    for paper in [*PAPERS, *pages]:
        for found in re.finditer(r"python cli\.py ([^`\n]+)", paper.read_text(encoding="utf-8")):
            yield paper, found[1]


def test_every_command_that_is_mentioned_exists() -> None:
    commands = _commands()
    for paper, line in _mentions():
        word, *rest = line.split()
        name = word.rstrip(".,;:\"')")
        assert name in commands, f"{paper.name}: python cli.py {line}"
        named = {part.rstrip(".,;:\"')") for part in rest if part.startswith("--")}
        assert named <= commands[name] | {"--help"}, f"{paper.name}: python cli.py {line}"


def test_every_make_target_that_is_mentioned_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for paper in PAPERS:
        named = set(
            re.findall(r"`make ([a-z-]+)`|^make ([a-z-]+)$", paper.read_text(encoding="utf-8"), re.MULTILINE)
        )
        assert {one or other for one, other in named} <= targets, paper.name


def test_the_columns_of_a_file_with_trends_are_those_that_are_read_and_written() -> None:
    chapter = section(HANDLEIDING, "Trends van een eigen bestand")
    told = {name for row in table(chapter, "kolom") for name in re.findall(r"`(\w+)`", row[0])}
    assert told <= {*panel_file.NEEDED, *panel_file.USED, *trend_table.COLUMNS}
    assert {*panel_file.NEEDED, "se", *trend_table.COLUMNS} <= told
    for word in CLASS_LABELS.values():
        assert word in chapter
    assert f"minder dan {FEWEST_POINTS} cijfers" in chapter


def _names(cells: Iterable[str]) -> set[str]:
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def test_the_columns_and_words_of_files_with_forecasts_are_those_that_are_written() -> None:
    chapter = section(HANDLEIDING, "Verwachtingen van een eigen bestand")
    told = _names(row[0] for row in table(chapter, "kolom"))
    assert told == {*forecast_table.FORECAST, *forecast_table.EARLIER, *forecast_table.SUMMARY}
    tenths = range(11)
    own, shared = (np.array(weights) / 10 for weights in zip(*product(tenths, tenths), strict=True))
    assert _names(row[0] for row in table(chapter, "`method`")) == set(method_of(own, shared))
    # Only pages look at whether a series ended before the others.
    reasons = {row[0].strip("`"): row[1] for row in table(chapter, "`reason`")}
    assert set(reasons) == {*REASONS} - {"ended"}
    for reason in ("too_few_years", "break", "gap"):
        assert f"minder dan {FEWEST_YEARS} cijfers" in reasons[reason]
    assert f"1 tot en met {forecast_table.FURTHEST}" in chapter


def test_every_column_and_class_of_the_hotspot_table_is_explained() -> None:
    chapter = section(HANDLEIDING, "Hotspots en kaarten van een eigen bestand")
    columns = {name for row in table(chapter, "kolom") for name in re.findall(r"`(\w+)`", row[0])}
    assert columns == {
        *hotspot_table.COLUMNS,
        hotspot_table.SMOOTHED,
        *value_file.WANTED.needed,
        *value_file.WANTED.used,
    }
    classes = {
        name
        for row in table(chapter, "`class`", "wat het betekent")
        for name in re.findall(r"`(\w+)`", row[0])
    }
    assert classes == set(map_file_wording.CLASS_LABELS)


# -- pages and words ---------------------------------------------------------------------------------


def test_every_page_has_a_chapter_with_its_question() -> None:
    pages = section(HANDLEIDING, "De pagina's")
    files = {file.name for file in (ROOT / "pages").glob("[!_]*.py")}
    start = (ROOT / "pages" / "_start.py").read_text(encoding="utf-8")
    titles = dict(re.findall(r'st\.Page\("(\w+\.py)", title="([^"]+)"', start))
    assert files == set(titles)
    assert DOORS.items() <= titles.items()
    for title in titles.values():
        first = section(pages, title).strip().splitlines()[0]
        assert re.fullmatch(r"\*[A-Z].*\?\*", first), f"{title} does not open with its question"


def test_every_word_of_the_vocabulary_is_explained() -> None:
    told = {word.strip() for row in table(HANDLEIDING, "woord") for word in row[0].split(",")}
    needed = (
        "wijk|buurt|aandeel|geen cijfer|ongeveer gelijk|te onzeker|gunstig|ongunstig|voorlopig|omgerekend|"
        "weggelaten ter bescherming|marge|breuk|band|verwachting|eerdere verwachting|niet te voorspellen|hotspot|aandachtsscore|scenario|herkomst|slecht en slechter|aandacht|omslag|familie|"
        "zorg of signaal|gehoord|terugkoppeling|te laat|minder dan 5|ongeveer zoals verwacht|te weinig om iets te zeggen|"
        "meer dan toeval"
    )
    assert {*needed.split("|"), *CLASS_LABELS.values()} <= told


def test_every_state_of_the_triage_is_explained_in_the_words_of_the_screen() -> None:
    told = {row[0] for row in table(section(HANDLEIDING, "Overzicht"), "stand")}
    assert told == {STATE_LABELS[state] for state in STATES}


def test_the_classes_of_the_aandachtskaart_are_explained_in_the_words_of_the_screen() -> None:
    chapter = section(HANDLEIDING, "Kaart")
    told = [row[0] for row in table(chapter, "klasse")]
    assert told == list(map_attention_wording.CLASS_NAMES.values())


def test_every_view_of_the_map_is_explained_under_its_name() -> None:
    text = (ROOT / "pages" / "kaart.py").read_text(encoding="utf-8")
    views = re.findall(r'\("([^"]+)", "ui\.map_\w+"\)', text)
    assert views == re.findall(r"^\*\*([^*]+)\*\*:", section(HANDLEIDING, "Kaart"), re.MULTILINE)


@pytest.mark.parametrize("page", ["zorgen.py", "niet_gehoord.py", "outreach.py"])
def test_every_view_of_a_page_of_the_register_is_explained_under_its_name(page: str) -> None:
    text = (ROOT / "pages" / page).read_text(encoding="utf-8")
    views = re.findall(r'\("([^"]+)", "ui\.\w+"', text)
    assert views
    assert views == re.findall(r"^\*\*([^*]+)\*\*:", section(HANDLEIDING, DOORS[page]), re.MULTILINE)


def test_every_part_of_the_counts_of_concerns_is_explained_under_its_name() -> None:
    chapter = section(HANDLEIDING, DOORS["zorgen.py"])
    for title in concern_picture._SECTIONS.values():
        assert f"- **{title}**:" in chapter


def test_what_every_role_may_do_is_told_under_the_name_of_the_role() -> None:
    assert [row[0] for row in table(HANDLEIDING, "rol")] == [ROLE_TITLES[role] for role in Role]


def test_the_usual_terms_are_those_that_who_looks_after_a_server_reads() -> None:
    chapter = " ".join(section(BEHEER, "Bewaartermijnen, elke dag").split())
    for months in DEFAULT_MONTHS.values():
        assert f"{months} maanden" in chapter


def test_the_examples_in_the_help_of_a_command_are_there() -> None:
    helps = " ".join(
        str(parameter.help)
        for command in typer.main.get_command(cli.app).commands.values()  # type: ignore[attr-defined]
        for parameter in command.params
        if isinstance(parameter, typer.core.TyperOption)
    )
    examples = set(re.findall(r"onderwerp, zoals (\w+)", helps))
    assert examples
    assert examples <= set(catalogue().indicators)


def test_every_button_to_take_something_along_is_explained() -> None:
    told = [row[0] for row in table(section(HANDLEIDING, "Cijfers meenemen"), "knop")]
    screen = _texts(ast.parse((ROOT / "ui" / "exhibit.py").read_text(encoding="utf-8")))
    assert told == [
        text for text in screen if re.fullmatch(r"\w+ \((?:PNG|SVG|CSV|Excel|GeoJSON|GeoPackage)\)", text)
    ]


def test_every_status_is_explained_in_the_words_of_the_screen() -> None:
    for text, heading in ((HANDLEIDING, "in een bestand"), (ARCHITECTURE, "status")):
        rows = {row[0].strip("`"): " ".join(row[1:]) for row in table(text, heading)}
        assert list(rows) == [status.value for status in Status]
        for status in Status:
            assert status_label(status) in rows[status.value]


def test_every_outcome_of_fetching_is_explained_in_the_words_of_the_screen() -> None:
    assert [row[0] for row in table(HANDLEIDING, "uitkomst")] == [
        state_label(state)
        for state in (
            *(State.TAKEN, State.UNCHANGED, State.HELD),
            *(State.FAILED, State.ABSENT, State.STOPPED),
        )
    ]


def test_the_numbers_in_the_handleiding_are_those_of_the_code() -> None:
    pages = section(HANDLEIDING, "De pagina's")
    assert f"minder dan {FEWEST_PEOPLE} inwoners" in pages.replace("\n  ", " ")
    assert f"minder dan {FEW_PEOPLE} inwoners" in pages.replace("\n  ", " ")
    assert f"op {FEWEST_THEMES} of meer thema's" in pages
    assert f"meer dan {MAX_AGE} jaar voor het gekozen jaar" in pages.replace("\n  ", " ")
    assert f"minstens {FEWEST_POINTS} cijfers" in section(pages, "Trends")
    assert f"1 op de {round(1 / FALSE_DISCOVERY_RATE)}" in " ".join(section(pages, "Trends").split())
    assert f"meer dan {FIRST_PANELS}, dan ziet u eerst de eerste {FIRST_PANELS}" in section(pages, "Trends")
    words = {row[0]: row[1] for row in table(HANDLEIDING, "woord")}
    assert f"minder dan {round(100 * NEGLIGIBLE)} %" in words["ongeveer gelijk"]
    assert f"minder dan {FEWEST_POINTS} cijfers" in words["geen oordeel"]
    prognose = " ".join(section(pages, "Prognose").split())
    assert f"minstens {FEWEST_YEARS} cijfers nodig na de laatste breuk" in prognose
    *nearer, furthest = HORIZONS
    assert f"{', '.join(nearer)} of {furthest} jaar" in prognose
    *nearer, furthest = map(str, TOLD_HORIZONS)
    assert f"na {', '.join(nearer)} en {furthest} jaar" in prognose
    (most,) = re.findall(r"^MOST = (\d+)$", (ROOT / "pages" / "trends.py").read_text("utf-8"), re.MULTILINE)
    assert f"tot {most} wijken" in section(pages, "Trends")


def test_every_label_that_the_handleiding_points_at_is_on_the_screen() -> None:
    screen = [file for file in _code() if file.parent.name in ("ui", "pages")]
    texts = " ".join(text for file in screen for text in _texts_in(file))
    bar = section(HANDLEIDING, "De keuzebalk, en een link delen")
    pages = section(HANDLEIDING, "De pagina's")
    take = section(HANDLEIDING, "Cijfers meenemen")
    own = section(HANDLEIDING, "Uw eigen gemeente inlezen")
    labels = re.findall(r"\*\*([^*]+)\*\*", bar + pages + own) + re.findall(r'"([^"]+)"', bar + pages + take)
    assert len(labels) > 10
    for label in labels:
        assert " ".join(label.split("...")[0].split()) in texts, f"the screen does not say {label!r}"


# -- messages ----------------------------------------------------------------------------------------


def _code() -> list[Path]:
    rooms = ("commands", "data", "ui", "pages", "analysis", "register", "reports")
    return [
        ROOT / "app.py",
        ROOT / "cli.py",
        *(file for room in rooms for file in (ROOT / room).rglob("*.py")),
    ]


def _texts(node: ast.AST) -> list[str]:
    """Return the fixed pieces of the strings in a node; what is filled in splits a string."""
    return [
        part.value
        for part in (_nodes(node) if isinstance(node, ast.Module) else ast.walk(node))
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


@cache
def _texts_in(file: Path) -> list[str]:
    return _texts(_tree(file))


def _told_messages() -> list[str]:
    cells = [row[0] for row in table(HANDLEIDING, "melding")]
    return [
        piece.strip()
        for cell in cells
        for quoted in re.findall(r'"([^"]+)"', cell)
        for piece in quoted.split("…")
    ]


def test_every_message_in_the_handleiding_can_appear() -> None:
    # No message has a zero in it: what is found in all of them joined is found in one of them.
    texts = "\0".join(text for file in _code() for text in _texts_in(file))
    for message in filter(None, _told_messages()):
        assert message in texts, f"no code says {message!r} any more"


def _kinds() -> set[str]:
    """Return the names of all errors for a user, wherever they are written."""
    classes = [
        (node.name, {base.id for base in node.bases if isinstance(base, ast.Name)})
        for file in _code()
        for node in _nodes(_tree(file))
        if isinstance(node, ast.ClassDef)
    ]
    kinds = {UserError.__name__}
    while lower := {name for name, bases in classes if bases & kinds} - kinds:
        kinds |= lower
    return kinds


@cache
def _tree(file: Path) -> ast.Module:
    # A tree is kept: to look through it for rubbish while it grows takes most of the time.
    gc.disable()
    try:
        return ast.parse(file.read_text(encoding="utf-8"))
    finally:
        gc.enable()


@cache
def _nodes(tree: ast.Module) -> list[ast.AST]:
    return list(ast.walk(tree))


def _messages(raised: ast.Call, tree: ast.Module) -> list[str]:
    """Return the fixed pieces of the message of an error, also where a name, a function or the lines above make it."""
    if texts := _texts(raised) or _named_texts(raised, tree):
        return texts
    called = {
        node.func.id
        for node in ast.walk(raised)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    makers = [node for node in _functions(tree) if node.name in called]
    around = [node for node in _functions(tree) if node.lineno <= raised.lineno <= (node.end_lineno or 0)]
    near = [
        text
        for node in makers or around
        for text in [*_texts(node), *_named_texts(node, tree)]
        if text != ast.get_docstring(node, clean=False) and text not in _of_faults(node)
    ]
    elsewhere = (pieces for module in _homes(tree, called) for pieces in _tops(module).values())
    return near if any(" " in text for text in near) else [piece for pieces in elsewhere for piece in pieces]


def _of_faults(node: ast.AST) -> set[str]:
    """Return what a function says in errors of Python itself, which no user reads."""
    raised = (part.exc for part in ast.walk(node) if isinstance(part, ast.Raise))
    faults = (
        one
        for one in raised
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and hasattr(builtins, one.func.id)
    )
    return {text for one in faults for text in _texts(one)}


@cache
def _functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in _nodes(tree) if isinstance(node, ast.FunctionDef)]


def _homes(tree: ast.Module, names: set[str]) -> Iterator[ast.Module]:
    """Yield those of our modules from which a module takes one of these names."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and names & {alias.name for alias in node.names}:
            file = ROOT.joinpath(*node.module.split(".")).with_suffix(".py")
            if file.exists():
                yield _tree(file)


@cache
def _tops(tree: ast.Module) -> dict[str, list[str]]:
    """Return the fixed pieces of the texts that stand at the top of a module, by the name they have there."""
    return {
        target.id: [piece for text in _texts(line.value) for piece in re.split(r"\{\w+\}", text)]
        for line in tree.body
        if isinstance(line, ast.Assign | ast.AnnAssign) and line.value
        for target in (line.targets if isinstance(line, ast.Assign) else [line.target])
        if isinstance(target, ast.Name)
    }


def _named_texts(node: ast.AST, tree: ast.Module) -> list[str]:
    """Return the fixed pieces of the texts at the top of a module that are named in a node."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return [piece for name, pieces in _tops(tree).items() if name in names for piece in pieces]


def _errors(tree: ast.Module, kinds: set[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and the fixed pieces of every message for a user in a file.

    A message stands where an error is made, or among the `Sentences` from which a shelf takes what it raises.
    """
    for node in _nodes(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in kinds:
            yield node.lineno, _messages(node, tree)
        elif isinstance(node.func, ast.Name) and node.func.id == Sentences.__name__:
            for argument in node.keywords:
                pieces = re.split(r"\{\w+\}", "".join(_texts(argument.value)))
                yield argument.value.lineno, pieces
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "error" and not _is_log(node.func):
            yield node.lineno, [text for argument in node.args for text in _texts(argument)]


def _is_log(called: ast.Attribute) -> bool:
    """Tell whether a line goes to the log, which no user reads."""
    return isinstance(called.value, ast.Name) and called.value.id == "_log"


def test_every_error_for_a_user_stands_in_the_handleiding() -> None:
    kinds = _kinds()
    told = [message for message in _told_messages() if len(message) > 5]
    for file in _code():
        for line, texts in _errors(_tree(file), kinds):
            if not re.search("[a-z]{2}", "".join(texts)):
                continue  # Nothing but other messages, one after the other.
            assert any(message in text for message in told for text in texts), (
                f"{file.relative_to(ROOT)}:{line}: this message is not in docs/handleiding.md: {texts}"
            )


def test_everything_a_database_may_say_stands_in_the_handleiding() -> None:
    told = {message for message in _told_messages() if len(message) > 5}
    sentences = [
        text
        for text in _texts(_tree(ROOT / "register" / "_faults.py"))
        if "{where}" in text or "{nothing}" in text
    ]
    assert len(sentences) > 10
    for sentence in sentences:
        assert any(message in sentence for message in told), sentence


# -- looking after a server --------------------------------------------------------------------------


def test_every_exit_code_is_told_to_who_looks_after_a_server() -> None:
    assert [row[0] for row in table(BEHEER, "getal")] == [
        str(code) for code in (0, cli.NOT_ALL, cli.WRONG_INPUT, cli.BUSY)
    ]


def test_the_example_of_the_log_has_the_fields_of_the_log() -> None:
    lines = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", BEHEER, re.DOTALL)]
    outcome = next(line for line in lines if line["event"] == "outcome")
    assert set(outcome) == {"event", "gemeente"} | {field.name for field in fields(Outcome)}
    explained = {name for row in table(BEHEER, "veld") for name in re.findall(r"`(\w+)`", row[0])}
    assert set().union(*lines) - {"event", "gemeente", "text"} == explained
    states = next(row[1] for row in table(BEHEER, "veld") if row[0] == "`state`")
    assert re.findall(r"`(\w+)` \(([^)]+)\)", states) == [
        (state.value, state_label(state)) for state in State
    ]


def test_the_hosts_that_must_be_open_are_those_of_the_settings() -> None:
    told = {row[0].strip("`") for row in table(BEHEER, "adres")}
    assert told == {
        urlsplit(str(field.default)).hostname
        for name, field in Settings.model_fields.items()
        if name.endswith("_url") and field.default
    }


def test_the_largest_file_is_told_as_the_screen_and_the_server_have_it() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["server"]["maxUploadSize"] == LARGEST
    for text in (HANDLEIDING, BEHEER):
        assert f"ten hoogste {LARGEST} MB" in text.replace("\n", " ").replace("  ", " ")


# -- architecture and decisions ----------------------------------------------------------------------


def test_every_room_has_a_chapter_and_is_called_empty_only_while_it_is() -> None:
    for room in ROOMS:
        chapter = " ".join(section(ARCHITECTURE, room).split())
        assert chapter
        code = [file for file in (ROOT / room).rglob("*.*") if file.name not in ("__init__.py", ".gitkeep")]
        filled = (ROOT / room).is_file() or any("__pycache__" not in file.parts for file in code)
        assert filled != ("is empty in this version" in chapter), room


def test_no_room_is_forgotten() -> None:
    folders = {
        folder.name + "/"
        for folder in ROOT.iterdir()
        if folder.is_dir() and folder.name[0] not in "._" and folder.name not in ("docs", "store")
    }
    assert folders <= set(ROOMS)


def test_every_folder_and_module_that_is_named_exists() -> None:
    for paper in PAPERS:
        for name in re.findall(
            r"`((?:analysis|commands|data|register|reports|ui|pages|tests|tools|static|docs)/[\w/.-]*)`",
            paper.read_text("utf-8"),
        ):
            assert (ROOT / name).exists(), f"{paper.name}: {name}"
        for module in re.findall(r"`((?:analysis|data|reports|ui)(?:\.\w+)+)`", paper.read_text("utf-8")):
            assert _resolves(module), f"{paper.name}: {module}"


def _resolves(dotted: str) -> bool:
    """Tell whether a dotted name leads to a module, or to something written in one or offered by a package."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        place = ROOT.joinpath(*parts[:length])
        file = place.with_suffix(".py") if place.with_suffix(".py").exists() else place / "__init__.py"
        if file.exists():
            text = file.read_text(encoding="utf-8")
            return all(
                re.search(rf"(?:def|class) {name}\b|^{name}\b|^    \"{name}\",$", text, re.MULTILINE)
                for name in parts[length:]
            )
    return False


def test_the_panel_table_lists_exactly_the_columns_with_their_types() -> None:
    rows = table(ARCHITECTURE, "column", "type")
    stored, trusted = rows[: len(COLUMNS)], rows[len(COLUMNS) :]
    assert [row[0].strip("`") for row in stored] == COLUMNS
    assert [row[1] for row in stored] == [str(kind) for kind in empty().dtypes]
    assert [row[0].strip("`") for row in trusted] == ["published_as", "moved", "bridging_error"]
    assert all(row[2] for row in rows)
    assert isinstance(empty(), pd.DataFrame)


def test_every_decision_stands_in_the_index_under_its_own_number() -> None:
    pages = sorted(file.name for file in (DOCS / "adr").glob("[0-9]*.md"))
    numbers = [name[:4] for name in pages]
    assert len(set(numbers)) == len(numbers), "a number is used twice"
    index = (DOCS / "adr" / "README.md").read_text(encoding="utf-8")
    for name in pages:
        assert f"[{name[:4]}]({name})" in index, name
        text = (DOCS / "adr" / name).read_text(encoding="utf-8")
        assert text.startswith(f"# {name[:4]}. ")
        for heading in ("## Context", "## Decision", "## Consequences"):
            assert heading in text, f"{name}: {heading}"


def test_the_lint_contracts_name_the_arrows_that_are_drawn() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract for contract in contracts if contract["type"] == "layers")["layers"]
    drawn = "app.py -> pages -> ui -> reports -> register -> data"
    assert drawn in ARCHITECTURE
    assert [layer for layer in layers if ":" not in layer] == drawn.split(" -> ")[2:]
    alone = next(one for one in contracts if "commands" in one.get("forbidden_modules", ()))
    assert "cli.py -> commands" in ARCHITECTURE
    assert {*alone["source_modules"], "commands"} == set(_ROOMS_OF_CODE)


# -- links -------------------------------------------------------------------------------------------


def _anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(paper: Path) -> None:
    for link in _LINK.findall(paper.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (paper.parent / path).resolve() if path else paper
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in _anchors(target), link


def test_a_tool_that_a_notebook_names_is_there() -> None:
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        for name in re.findall(r"tools/[\w.-]+\.whl", notebook.read_text(encoding="utf-8")):
            assert (ROOT / name).exists(), name
