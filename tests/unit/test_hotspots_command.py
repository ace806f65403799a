"""The commands that read any figures and any map: hotspots and map, with what goes wrong in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from click.testing import Result
from typer.testing import CliRunner

import cli
from data import sample
from data.store import Store
from tests.oracle.peers import shape_file
from ui.figures import figures as figures_of

SIDE = 10


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("WIJKRADAR_STORE", str(tmp_path / "store"))
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def town(side: int = SIDE) -> gpd.GeoDataFrame:
    """A town of squares of 500 m, with codes in statcode and a column that only looks like codes."""
    cells = [(x, y) for y in range(side) for x in range(side)]
    return gpd.GeoDataFrame(
        {
            "volgnummer": range(len(cells)),
            "statcode": [f"WK{place:06}" for place in range(len(cells))],
            "statnaam": [f"Naam {place}" for place in range(len(cells))],
        },
        geometry=[
            shapely.box(150_000 + 500 * x, 450_000 + 500 * y, 150_500 + 500 * x, 450_500 + 500 * y)
            for x, y in cells
        ],
        crs=28992,
    )


def figures(side: int = SIDE) -> pd.DataFrame:
    """Figures without pattern, but for a block of nine high ones in a corner."""
    value = np.random.default_rng(3).normal(20, 2, side * side).round(1)
    block = [y * side + x for x in range(3) for y in range(3)]
    value[block] += 8
    return pd.DataFrame({"region": town(side)["statcode"], "value": value})


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    figures().to_csv(tmp_path / "cijfers.csv", index=False)
    town().to_file(tmp_path / "stad.gpkg")
    return tmp_path / "cijfers.csv", tmp_path / "stad.gpkg"


def told(result: Result) -> str:
    """Return what was said, with ordinary spaces in the numbers."""
    return result.stderr.replace("\xa0", " ")


def table(path: str | Path = "uit.csv") -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=True)


# -- hotspots ----------------------------------------------------------------------------------------


def test_a_planted_block_is_found_and_the_columns_are_those_that_were_promised(
    run: Callable[..., Result], files: tuple[Path, Path]
) -> None:
    result = run("hotspots", *files, "--output", "uit.csv")
    assert result.exit_code == 0, result.output
    found = table()
    assert list(found.columns) == ["region", "statistic", "p", "p_adjusted", "class"]
    assert len(found) == SIDE * SIDE
    hot = set(found.loc[found["class"] == "hot", "region"])
    assert {"WK000000", "WK000001", "WK000011"} <= hot
    assert len(hot) <= 16
    assert "hoge cijfers bij elkaar" in result.stderr
    assert "100 gebieden op de kaart" in told(result)


@pytest.mark.parametrize("kind", ["degrees", "no system", "shp", "zip", "parquet", "other order"])
def test_it_makes_no_difference_how_the_map_was_saved(
    run: Callable[..., Result], files: tuple[Path, Path], tmp_path: Path, kind: str
) -> None:
    run("hotspots", *files, "--output", "eerst.csv")
    file = tmp_path / {"shp": "kaart.shp", "zip": "kaart.zip", "parquet": "kaart.parquet"}.get(
        kind, "kaart.geojson"
    )
    frame = town()
    if kind == "degrees":
        frame.to_crs(4326).to_file(file)
    elif kind == "no system":
        frame.set_crs(None, allow_override=True).to_file(file)
    elif kind == "zip":
        frame.to_file(tmp_path / "los.shp")
        import zipfile

        with zipfile.ZipFile(file, "w") as archive:
            for part in tmp_path.glob("los.*"):
                archive.write(part, part.name)
    elif kind == "parquet":
        frame.to_parquet(file)
    else:
        (frame.iloc[::-1] if kind == "other order" else frame).to_file(file)
    result = run("hotspots", files[0], file, "--output", "dan.csv")
    assert result.exit_code == 0, result.output
    before, after = (table(name).set_index("region").sort_index() for name in ("eerst.csv", "dan.csv"))
    assert (before["class"] == after["class"]).all()
    assert np.allclose(before["statistic"], after["statistic"])


def test_regions_without_figure_and_figures_without_land_are_named_and_last(
    run: Callable[..., Result], files: tuple[Path, Path]
) -> None:
    rows = pd.concat([figures().iloc[1:], pd.DataFrame({"region": ["WK=buiten"], "value": [3.0]})])
    rows.to_csv(files[0], index=False)
    result = run("hotspots", *files, "--output", "uit.csv")
    assert result.exit_code == 0, result.output
    found = table()
    assert found.iloc[0]["class"] == "no_figure"
    assert list(found.iloc[-1][["region", "class"]]) == ["WK=buiten", "no_land"]
    assert (
        found.loc[found["class"].isin(["no_figure", "no_land"]), ["statistic", "p", "p_adjusted"]]
        .isna()
        .all(axis=None)
    )
    assert "Zonder cijfer: WK000000" in result.stderr
    assert "niet op de kaart: WK=buiten" in result.stderr


def test_broken_and_divided_polygons_are_mended_and_joined_and_that_is_told(
    run: Callable[..., Result], files: tuple[Path, Path], tmp_path: Path
) -> None:
    frame = town()
    x, y = frame.geometry.iloc[0].bounds[:2]
    frame.loc[0, "geometry"] = shapely.Polygon(
        [
            (x, y),
            (x + 500, y),
            (x + 500, y + 500),
            (x, y + 500),
            (x, y),
            (x - 90, y - 90),
            (x - 90, y),
            (x, y - 90),
            (x, y),
        ]
    )
    west, east = shapely.box(x + 500, y, x + 700, y + 500), shapely.box(x + 700, y, x + 1000, y + 500)
    frame.loc[1, "geometry"] = west
    frame = pd.concat([frame, frame.iloc[[1]].assign(geometry=[east])])
    frame.to_file(tmp_path / "kapot.gpkg")
    result = run("hotspots", files[0], tmp_path / "kapot.gpkg", "--output", "uit.csv")
    assert result.exit_code == 0, result.output
    assert len(table()) == SIDE * SIDE
    assert "kruiste: 1 gebied." in told(result)
    assert "Samengevoegd met een ander stuk van hetzelfde gebied: 1 stuk." in told(result)


def test_islands_and_single_neighbours_are_told_by_name(
    run: Callable[..., Result], files: tuple[Path, Path]
) -> None:
    frame = town()
    frame.loc[99, "geometry"] = shapely.affinity.translate(frame.geometry.iloc[99], 9000, 0)
    frame.loc[98, "geometry"] = shapely.affinity.translate(frame.geometry.iloc[97], 0, 500)
    frame.loc[97, "geometry"] = shapely.affinity.translate(frame.geometry.iloc[98], 0, 500)
    frame.to_file(files[1])
    result = run("hotspots", *files, "--output", "uit.csv")
    assert "daar is niets over te zeggen: WK000099" in result.stderr
    assert "één buur, zodat de uitkomst op twee cijfers rust: WK000097" in result.stderr
    assert table().set_index("region").loc["WK000099", "class"] == "no_neighbours"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (figures().assign(value=4.2), "Alle cijfers zijn gelijk"),
        (figures().iloc[:1], "maar één gebied met een cijfer"),
        (figures().iloc[:6], "met 6 gebieden is weinig te vinden"),
    ],
)
def test_where_nothing_can_be_found_the_reason_is_told_and_the_file_is_there(
    run: Callable[..., Result], files: tuple[Path, Path], rows: pd.DataFrame, reason: str
) -> None:
    rows.to_csv(files[0], index=False)
    result = run("hotspots", *files, "--output", "uit.csv")
    assert result.exit_code == 0, result.output
    assert reason in told(result)
    assert not set(table()["class"]) & {"hot", "cold"}


def test_counts_with_a_population_are_compared_as_rates(
    run: Callable[..., Result], files: tuple[Path, Path]
) -> None:
    population = np.random.default_rng(1).integers(200, 5000, SIDE * SIDE)
    population[:30] = 20_000
    cases = np.random.default_rng(6).poisson(population / 50)
    counts = pd.DataFrame({"region": town()["statcode"], "value": cases, "population": population})
    counts.loc[40, "population"] = 0
    counts.to_csv(files[0], index=False)
    result = run("hotspots", *files, "--output", "uit.csv")
    assert result.exit_code == 0, result.output
    assert "geen bevolking, dus geen cijfer: WK000040" in result.stderr
    found = table()
    assert list(found.columns) == ["region", "statistic", "p", "p_adjusted", "class", "smoothed"]
    assert not set(found["class"]) & {"hot", "cold"}, "a large population is not a hotspot"
    assert found["smoothed"].notna().sum() == 99


def test_counts_are_measured_against_what_chance_does_where_that_is_asked(
    run: Callable[..., Result], files: tuple[Path, Path]
) -> None:
    people = np.random.default_rng(2).integers(300, 9000, SIDE * SIDE)
    cases = np.random.default_rng(4).poisson(people / 40)
    cases[[0, 1, 10, 11]] += people[[0, 1, 10, 11]] // 10
    rows = {"region": town()["statcode"], "value": cases, "population": people}
    pd.DataFrame(rows).to_csv(files[0], index=False)
    result = run("hotspots", *files, "--output", "uit.csv", "--rates", "standard")
    assert result.exit_code == 0, result.output
    hot = set(table().query("`class` == 'hot'")["region"])
    assert "WK000000" in hot
    assert hot <= {f"WK0000{place:02}" for place in (0, 1, 2, 10, 11, 12, 20, 21, 22)}
    assert "wat toeval bij zo veel mensen doet" in told(result)
    shrunk = run("hotspots", *files, "--output", "krimp.csv")
    assert "geeft --rates standard minder vals alarm" in told(shrunk)
    own, krimp = table(), table("krimp.csv")
    assert own["smoothed"].tolist() == krimp["smoothed"].tolist()
    assert own["statistic"].tolist() != krimp["statistic"].tolist()


def test_local_moran_also_finds_who_differs_from_its_neighbours(
    run: Callable[..., Result], files: tuple[Path, Path]
) -> None:
    rows = figures()
    rows.loc[11, "value"] = 2.0
    rows.to_csv(files[0], index=False)
    result = run("hotspots", *files, "--output", "uit.csv", "--method", "moran")
    assert result.exit_code == 0, result.output
    assert table().set_index("region").loc["WK000011", "class"] == "low_high"


def test_the_outcome_goes_to_the_screen_alone(run: Callable[..., Result], files: tuple[Path, Path]) -> None:
    result = run("hotspots", *files, "--output", "-")
    assert result.stdout.startswith("region,statistic,p,p_adjusted,class\nWK000000,")
    assert "gebieden" not in result.stdout


def test_columbus_gives_the_numbers_that_esda_and_spdep_give(run: Callable[..., Result]) -> None:
    shape = shape_file("columbus")
    known = gpd.read_file(shape)
    pd.DataFrame({"region": known["POLYID"].astype(int), "value": known["CRIME"]}).to_csv(
        "cijfers.csv", index=False
    )
    result = run("hotspots", "cijfers.csv", shape, "--output", "uit.csv")
    assert result.exit_code == 0, result.output
    assert table()["statistic"][:4].tolist() == pytest.approx(
        [-1.432780, -1.340008, -0.771999, -0.131733], abs=1e-6
    )
    assert "kolom POLYID" in result.stderr


def test_counts_of_sids_give_the_gi_star_that_esda_gives_of_empirical_bayes_rates(
    run: Callable[..., Result], peers: dict[str, np.ndarray]
) -> None:
    shape = shape_file("sids")
    known = gpd.read_file(shape)
    counts = {"region": known["FIPSNO"].astype(int), "value": known["SID74"], "population": known["BIR74"]}
    pd.DataFrame(counts).sample(frac=1, random_state=1).to_csv("cijfers.csv", index=False)
    result = run("hotspots", "cijfers.csv", shape, "--output", "uit.csv")
    assert result.exit_code == 0, result.output
    assert list(table().columns[:5]) == ["region", "statistic", "p", "p_adjusted", "class"]
    assert np.allclose(table()["smoothed"], 1000 * peers["empirical bayes 74"], rtol=0, atol=1e-6)
    assert table()["region"].tolist() == known["FIPSNO"].astype(int).tolist()
    assert np.allclose(table()["statistic"], peers["gi* of rates 74"], rtol=0, atol=1e-6)
    assert "--rates standard minder vals alarm" in result.stderr


def test_numbers_that_several_columns_hold_are_not_guessed(
    run: Callable[..., Result], files: tuple[Path, Path]
) -> None:
    frame = town().assign(eerste=range(100), tweede=range(99, -1, -1)).drop(columns=["volgnummer"])
    frame.to_file(files[1])
    figures().assign(region=np.random.default_rng(5).permutation(100)).to_csv(files[0], index=False)
    refused = run("hotspots", *files, "--output", "uit.csv")
    assert refused.exit_code == 2
    assert "eerste" in refused.stderr
    assert "tweede" in refused.stderr
    assert not Path("uit.csv").exists()
    assert run("hotspots", *files, "--output", "uit.csv", "--code-column", "tweede").exit_code == 0


@pytest.mark.parametrize(
    ("rows", "arguments", "sentence"),
    [
        ("region,waarde\nWK000000,1\n", [], "staat niet: value"),
        ("region,value\nWK000000,1\nWK000000,2\n", [], "rij 3: WK000000 staat ook op rij 2"),
        ("region,value\nWK000000,veel\n", [], "rij 2: bij value staat 'veel'"),
        ("region,value,population\nWK000000,-1,10\n", [], "rij 2: bij value staat een getal onder 0"),
        ("region,value\nGM0001,1\n", [], "geen enkele kolom (volgnummer, statcode, statnaam)"),
        ("region,value\nWK000000,\n", [], "Geen van de gebieden op de kaart heeft een cijfer"),
        ("region,value\nWK000000,1\n", ["--code-column", "naam"], "er is geen kolom naam"),
        ("region,value\nWK000000,1\n", ["--output", "uit.xlsx"], "eindigt op .csv"),
        ("region,value\nWK000000,1\n", ["--output", "cijfers.csv"], "het bestand met de cijfers zelf"),
        ("region,value\nWK000000,1\n", ["--output", "er/niet/uit.csv"], "bestaat niet"),
    ],
)
def test_wrong_input_is_one_sentence_that_says_where(
    run: Callable[..., Result], files: tuple[Path, Path], rows: str, arguments: list[str], sentence: str
) -> None:
    files[0].write_text(rows)
    result = run(
        "hotspots",
        *files,
        *(["--output", "uit.csv", *arguments] if "--output" not in arguments else arguments),
    )
    assert result.exit_code == 2, result.output
    assert sentence in told(result)
    assert "Traceback" not in result.output
    assert not Path("uit.csv").exists()


@pytest.mark.parametrize("what", ["absent", "points", "text", "half a shapefile"])
def test_a_map_that_cannot_be_used_is_one_sentence(
    run: Callable[..., Result], files: tuple[Path, Path], tmp_path: Path, what: str
) -> None:
    file = tmp_path / {"half a shapefile": "half.shp"}.get(what, "kaart.geojson")
    if what == "points":
        town().assign(geometry=town().centroid).to_crs(4326).to_file(file)
    elif what != "absent":
        file.write_text("dit is geen kaart")
    result = run("hotspots", files[0], file, "--output", "uit.csv")
    assert result.exit_code == 2
    sentences = {
        "absent": "bestaat niet",
        "points": "geen vlakken",
        "text": "niet te lezen als kaartbestand",
        "half a shapefile": "ontbreekt .shx en .dbf",
    }
    assert sentences[what] in result.stderr


# -- map ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".svg", ".geojson", ".gpkg", ".png"])
def test_a_map_of_files_is_a_picture_or_a_layer(
    run: Callable[..., Result], files: tuple[Path, Path], ending: str
) -> None:
    title = 'Cijfers van <b>"2025"</b>'
    result = run("map", *files, "--output", f"kaart{ending}", "--title", title, "--source", "Bron: ergens.")
    assert result.exit_code == 0, result.output
    content = Path(f"kaart{ending}").read_bytes()
    assert {".svg": b"<svg", ".png": b"\x89PNG", ".gpkg": b"SQLite", ".geojson": b"{"}[ending] in content[:9]
    if ending == ".svg":
        assert b"Cijfers van &lt;b&gt;" in content
        assert b"Bron: ergens." in content
    if ending == ".geojson":
        assert json.loads(content)["features"][3]["properties"]["name"] == "Naam 3"


def test_a_map_of_hotspots_has_their_classes_in_the_legend(
    run: Callable[..., Result], files: tuple[Path, Path]
) -> None:
    result = run("map", *files, "--output", "kaart.svg", "--show", "hotspot")
    assert result.exit_code == 0, result.output
    content = Path("kaart.svg").read_text(encoding="utf-8")
    assert "hoge cijfers bij elkaar" in content
    assert "niet meer bij elkaar dan toeval" in content


def test_a_map_of_counts_has_the_hotspots_of_the_table(
    run: Callable[..., Result], files: tuple[Path, Path]
) -> None:
    people = np.random.default_rng(2).integers(300, 9000, SIDE * SIDE)
    cases = np.random.default_rng(4).poisson(people / 40)
    cases[[0, 1, 10, 11]] += people[[0, 1, 10, 11]] // 10
    rows = {"region": town()["statcode"], "value": cases, "population": people}
    pd.DataFrame(rows).to_csv(files[0], index=False)
    for rates in ("bayes", "standard"):
        assert run("hotspots", *files, "--output", "uit.csv", "--rates", rates).exit_code == 0
        drawn = run("map", *files, "--output", "kaart.geojson", "--show", "hotspot", "--rates", rates)
        assert drawn.exit_code == 0, drawn.output
        hot = set(table().query("`class` == 'hot'")["region"])
        drawn_hot = {
            row["properties"]["code"]
            for row in json.loads(Path("kaart.geojson").read_bytes())["features"]
            if row["properties"]["class"] == "hoge cijfers bij elkaar"
        }
        assert drawn_hot == hot != set()


def test_a_map_of_a_gemeente_is_the_map_on_the_screen(
    run: Callable[..., Result], sample_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIJKRADAR_STORE", str(sample_folder))
    chosen = [
        "--gemeente",
        "voorbeeldstad (fictief)",
        "--indicator",
        "benefit_bijstand_share",
        "--year",
        "2024",
    ]
    result = run("map", *chosen, "--output", "kaart.geojson")
    assert result.exit_code == 0, result.output
    assert "was in 2024 het laagst in" in told(result)
    drawn = [row["properties"] for row in json.loads(Path("kaart.geojson").read_bytes())["features"]]
    known = figures_of(Store(sample_folder), sample.GEMEENTE)
    there = (
        known.of("benefit_bijstand_share").query("year == 2024 and level == 'wijk'").dropna(subset="value")
    )
    assert {row["name"]: row["value"] for row in drawn if row["value"] is not None} == pytest.approx(
        {known.label(region): value for region, value in zip(there["region"], there["value"], strict=True)}
    )
    assert all(row["label"].startswith("geen cijfer (") for row in drawn if row["value"] is None)


@pytest.mark.parametrize("method", ["quantiles", "natural", "equal"])
def test_the_classes_of_a_map_can_be_chosen(
    run: Callable[..., Result], files: tuple[Path, Path], method: str
) -> None:
    assert run("map", *files, "--output", "kaart.geojson", "--classes", method).exit_code == 0
    classes = {
        row["properties"]["class"] for row in json.loads(Path("kaart.geojson").read_bytes())["features"]
    }
    assert 3 <= len(classes) <= 5


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--output", "kaart.pdf"], "eindigt op .png"),
        (["--output", "kaart.png"], "Geef een bestand met cijfers en een kaart"),
        (["--output", "kaart.png", "--gemeente", "GM9999"], "Geef een bestand met cijfers en een kaart"),
        (
            [
                "--output",
                "kaart.png",
                "--gemeente",
                "GM9999",
                "--indicator",
                "population",
                "--title",
                "Mijn kaart",
            ],
            "--title hoort bij een kaart van eigen bestanden",
        ),
        (
            ["--output", "kaart.png", "--gemeente", "GM0917", "--indicator", "woz"],
            "python cli.py refresh GM0917",
        ),
        (["--output", "kaart.png", "--gemeente", "GM0917x", "--indicator", "woz"], "geen gemeente"),
    ],
)
def test_a_map_that_cannot_be_made_says_what_to_do(
    run: Callable[..., Result], arguments: list[str], sentence: str
) -> None:
    result = run("map", *arguments)
    assert result.exit_code == 2, result.output
    assert sentence in told(result)
