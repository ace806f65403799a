"""The sample municipality keeps its promises: the form of the real tables, believable figures, planted truths."""

from __future__ import annotations

import io
import json
import re
import zipfile
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import shape

from data.sample import FOLDER, GEMEENTE
from data.sample.generate import write_sample
from data.sample.society import count_of

REAL = Path(__file__).parents[2].parent / "shared" / "real"
TABLES = {
    2013: "82339NED", 2014: "82931NED", 2015: "83220NED", 2016: "83487NED", 2017: "83765NED", 2018: "84286NED",
    2019: "84583NED", 2020: "84799NED", 2021: "85039NED", 2022: "85318NED", 2023: "85618NED", 2024: "85984NED",
    2025: "86165NED",
}  # fmt: skip
YEARS = tuple(TABLES)
CONCERN = ["WK999906", "WK999907", "WK999908", "WK999909"]
HEAD_COUNTS = (
    "AantalInwoners", "Mannen", "Vrouwen", "k_0Tot15Jaar", "k_15Tot25Jaar", "k_25Tot45Jaar", "k_45Tot65Jaar",
    "k_65JaarOfOuder", "Ongehuwd", "Gehuwd", "Gescheiden", "Verweduwd", "GeboorteTotaal", "SterfteTotaal",
    "HuishoudensTotaal", "Eenpersoonshuishoudens", "HuishoudensZonderKinderen", "HuishoudensMetKinderen",
    "PersonenautoSTotaal", "BedrijfsvestigingenTotaal",
)  # fmt: skip
AGES = ["k_0Tot15Jaar", "k_15Tot25Jaar", "k_25Tot45Jaar", "k_45Tot65Jaar", "k_65JaarOfOuder"]


@cache
def values(table: str, part: str) -> list[dict]:
    return json.loads((FOLDER / "odata_v3" / table / f"{part}.json").read_text(encoding="utf-8"))["value"]


@cache
def table(year: int) -> pd.DataFrame:
    """The published table; the first column with a stem goes by that stem, the second by stem#2."""
    frame = pd.DataFrame(values(TABLES[year], "TypedDataSet"))
    seen: dict[str, int] = {}
    names = []
    for column in frame.columns:
        stem = re.sub(r"_\d+$", "", column)
        seen[stem] = seen.get(stem, 0) + 1
        names.append(stem if seen[stem] == 1 else f"{stem}#{seen[stem]}")
    frame.columns = names
    frame.index = frame["Codering"].str.strip()
    return frame


def small(year: int) -> pd.DataFrame:
    return table(year)[table(year).index.str.startswith(("WK", "BU"))]


def wijken(year: int) -> pd.DataFrame:
    return table(year)[table(year).index.str.startswith("WK")]


def course(code: str, stem: str, first: int = 2013, last: int = 2025) -> pd.Series:
    """One published figure through the years in which the wijk and the column exist."""
    found = {}
    for year in range(first, last + 1):
        frame = table(year)
        if code in frame.index and stem in frame and pd.notna(frame.loc[code, stem]):
            found[year] = float(frame.loc[code, stem])
    return pd.Series(found)


@cache
def truths() -> dict:
    return json.loads((FOLDER / "planted_truths.json").read_text(encoding="utf-8"))


@cache
def shapes(level: str, year: int, water: str = "NEE") -> dict[str, shapely.Geometry]:
    file = json.loads((FOLDER / "geometry" / f"{level}_{year}.geojson").read_text(encoding="utf-8"))
    return {
        feature["properties"]["statcode"]: shape(feature["geometry"])
        for feature in file["features"]
        if feature["properties"]["water"] == water
    }


def test_generating_again_gives_the_same_bytes(tmp_path):
    write_sample(tmp_path)
    fresh = {file.relative_to(tmp_path): file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    shipped = {file.relative_to(FOLDER): file.read_bytes() for file in FOLDER.rglob("*") if file.is_file()}
    assert fresh.keys() == shipped.keys()
    assert [str(name) for name in fresh if unpacked(fresh[name]) != unpacked(shipped[name])] == []


def unpacked(content: bytes) -> bytes | dict[str, bytes]:
    """The files in a zip, by name: one compressor packs the same file in other bytes than another."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_files_stay_small_enough_to_ship():
    sizes = [file.stat().st_size for file in FOLDER.rglob("*") if file.is_file()]
    assert max(sizes) < 1_000_000
    assert sum(sizes) < 9_000_000


def test_every_table_says_that_it_is_fiction():
    for year, identifier in TABLES.items():
        (info,) = values(identifier, "TableInfos")
        assert (info["Identifier"], info["Period"]) == (identifier, str(year))
        assert "verzonnen" in info["Summary"]
        assert "(fictief)" in table(year).loc[GEMEENTE, "Gemeentenaam"]
        assert "(fictief)" in table(year).loc["NL00", "Gemeentenaam"]


class TestForm:
    @pytest.mark.parametrize("year", YEARS)
    def test_rows_have_exactly_the_described_columns(self, year):
        described = [
            p["Key"] for p in values(TABLES[year], "DataProperties") if p["Type"] in ("Topic", "GeoDetail")
        ]
        for row in values(TABLES[year], "TypedDataSet"):
            assert list(row) == ["ID", *described]

    @pytest.mark.parametrize("year", YEARS)
    def test_values_have_the_described_type(self, year):
        kinds = {"Long": int, "Double": float, "String": str}
        topics = {
            p["Key"]: kinds[p["Datatype"]]
            for p in values(TABLES[year], "DataProperties")
            if p["Type"] == "Topic"
        }
        for row in values(TABLES[year], "TypedDataSet"):
            wrong = [
                key for key, kind in topics.items() if row[key] is not None and type(row[key]) is not kind
            ]
            assert wrong == []

    def test_codes_are_padded_as_the_service_pads_them(self):
        for year in YEARS:
            for row in values(TABLES[year], "TypedDataSet"):
                stems = {
                    re.sub(r"_\d+$", "", key): value for key, value in row.items() if isinstance(value, str)
                }
                assert (
                    len(stems["Codering"])
                    == len(stems["SoortRegio"])
                    == len(stems["MeestVoorkomendePostcode"])
                    == 10
                )
                assert len(stems["Gemeentenaam"]) == 40
                assert stems["RegioS" if year == 2013 else "WijkenEnBuurten"] == stems["Codering"]

    def test_the_dimension_lists_every_region_of_the_table(self):
        for year, identifier in TABLES.items():
            keys = [row["Key"] for row in values(identifier, "RegioS" if year == 2013 else "WijkenEnBuurten")]
            assert [key.strip() for key in keys] == table(year).index.tolist()

    def test_topics_hang_under_their_group(self):
        for identifier in TABLES.values():
            properties = values(identifier, "DataProperties")
            by_id = {p["ID"]: p for p in properties}
            assert len(by_id) == len(properties)
            for topic in properties[1:]:
                assert topic["ParentID"] is None or by_id[topic["ParentID"]]["Type"] == "TopicGroup"

    def test_a_repeated_stem_differs_in_unit_or_group(self):
        for identifier in TABLES.values():
            topics = [p for p in values(identifier, "DataProperties") if p["Type"] == "Topic"]
            where = [(re.sub(r"_\d+$", "", t["Key"]), t["Unit"], t["ParentID"]) for t in topics]
            assert len(set(where)) == len(where)

    @pytest.mark.real
    @pytest.mark.parametrize("identifier", ["83487NED", "83765NED", "84286NED", "84583NED", "84799NED"])
    def test_keys_are_those_of_the_real_table(self, identifier):
        real = REAL / "odata_v3" / identifier / "TypedDataSet.json"
        if not real.exists():
            pytest.skip("real figures are not here")
        (first, *_) = json.loads(real.read_text(encoding="utf-8"))["value"]
        assert list(values(identifier, "TypedDataSet")[0]) == list(first)


class TestRounding:
    @pytest.mark.parametrize("year", YEARS)
    def test_head_counts_of_wijken_and_buurten_are_multiples_of_five(self, year):
        for stem in HEAD_COUNTS:
            assert (small(year)[stem].dropna() % 5 == 0).all(), stem

    def test_figures_of_the_gemeente_are_exact(self):
        exact = [int(table(year).loc[GEMEENTE, "AantalInwoners"]) % 5 for year in YEARS]
        assert any(exact)

    @pytest.mark.parametrize("year", YEARS)
    def test_parts_add_up_within_the_rounding(self, year):
        frame = table(year)
        for parts in (AGES, ["Mannen", "Vrouwen"]):
            gap = frame[parts].sum(axis=1) - frame["AantalInwoners"]
            assert gap.loc[["NL00", GEMEENTE]].eq(0).all()
            assert gap.abs().max() <= 20

    def test_rounding_is_drawn_and_not_to_the_nearest(self):
        gaps = pd.concat([small(year)[AGES].sum(axis=1) - small(year)["AantalInwoners"] for year in YEARS])
        assert 0.6 < (gaps != 0).mean() < 0.95
        assert 5 < gaps.abs().mean() < 8
        assert abs(gaps.mean()) < 1

    def test_the_gemeente_is_not_the_sum_of_its_wijken(self):
        gaps = [table(y).loc[GEMEENTE, "AantalInwoners"] - wijken(y)["AantalInwoners"].sum() for y in YEARS]
        assert all(0 < abs(gap) < 150 for gap in gaps)

    @pytest.mark.parametrize("year", YEARS[:-1])
    def test_benefits_incomes_and_energy_are_rounded_further(self, year):
        frame = table(year)
        benefits = [column for column in frame if column.startswith(("PersonenPerSoort", "PersonenMetEen"))]
        assert len(benefits) == 4
        assert (frame[benefits].fillna(0) % 10 == 0).all().all()
        assert (frame["AantalInkomensontvangers"].dropna() % 100 == 0).all()
        gas = frame.filter(regex="^GemiddeldAardgas").iloc[:, 0].dropna()
        assert len(gas) > 100
        assert (gas % (50 if year >= 2021 else 10) == 0).all()


class TestSuppression:
    """A wijk or buurt below CBS's minimum has an empty figure, above it a filled one; never a 0 for 'unknown'."""

    @staticmethod
    def _holds(year: int, stem: str, basis: str, clearly_below: float, clearly_above: float) -> None:
        frame = small(year)
        assert frame.loc[frame[basis] < clearly_below, stem].isna().all(), (year, stem)
        assert frame.loc[frame[basis] >= clearly_above, stem].notna().all(), (year, stem)

    @pytest.mark.parametrize("year", YEARS)
    def test_houses_and_density(self, year):
        value = "GemiddeldeWoningwaarde" if year < 2019 else "GemiddeldeWOZWaardeVanWoningen"
        for stem in (value, "PercentageEengezinswoning", "Koopwoningen"):
            self._holds(year, stem, "Woningvoorraad", 20, 20)
        self._holds(year, "Bevolkingsdichtheid", "AantalInwoners", 10, 15)
        self._holds(year, "GemiddeldeHuishoudensgrootte", "HuishoudensTotaal", 0, 5)
        self._holds(year, "PersonenautoSPerHuishouden", "HuishoudensTotaal", 45, 55)

    @pytest.mark.parametrize("year", range(2015, 2025))
    def test_benefits_need_more_than_sixty_inhabitants(self, year):
        self._holds(year, "PersonenPerSoortUitkeringBijstand", "AantalInwoners", 60, 65)

    def test_income_per_resident_needs_a_hundred_and_since_2020_2500_persons(self):
        for year in (2015, 2019):
            self._holds(year, "GemiddeldInkomenPerInwoner", "AantalInwoners", 100, 120)
        for year in range(2020, 2024):
            self._holds(year, "GemiddeldInkomenPerInwoner", "AantalInwoners", 2500, 2700)
            assert 5 <= wijken(year)["GemiddeldInkomenPerInwoner"].notna().sum() < 24
        self._holds(2022, "HuishoudensMetEenLaagInkomen", "HuishoudensTotaal", 100, 105)

    def test_gemeente_and_country_have_every_published_figure(self):
        for year in range(2013, 2024):
            figures = table(year).loc[["NL00", GEMEENTE]].drop(columns="Dekkingspercentage")
            assert figures.notna().all().all()

    def test_a_buurt_without_people_has_zero_people_and_no_rates(self):
        for code, years in truths()["buurten_without_people"].items():
            for year in years:
                row = table(year).loc[code]
                assert row["AantalInwoners"] == 0
                assert (
                    row[["GemiddeldeHuishoudensgrootte", "Bevolkingsdichtheid", "GeboorteRelatief"]]
                    .isna()
                    .all()
                )


class TestPublication:
    """What is out, what is provisional and what is still to come on 21 November 2026."""

    @staticmethod
    def _stems(year: int, groups: tuple[str, ...]) -> list[str]:
        properties = values(TABLES[year], "DataProperties")
        by_id = {p["ID"]: p for p in properties}

        def top(p: dict) -> str:
            return p["Title"] if p["ParentID"] is None else top(by_id[p["ParentID"]])

        return [p["Key"] for p in properties if p["Type"] == "Topic" and top(p).startswith(groups)]

    def _empty(self, year: int, *groups: str) -> bool:
        frame = pd.DataFrame(values(TABLES[year], "TypedDataSet"))
        return bool(frame[self._stems(year, groups)].isna().all().all())

    def test_the_newest_table_is_mostly_still_to_come(self):
        for group in (
            "Inkomen",
            "Energie",
            "Onderwijs",
            "Zorg",
            "Bedrijfsvestigingen",
            "Nabijheid",
            "Sociale",
        ):
            assert self._empty(2025, group), group
        assert table(2025)[["GeboorteTotaal", "SterfteRelatief"]].isna().all().all()
        assert table(2025)[["AantalInwoners", "Woningvoorraad", "PersonenautoSTotaal"]].notna().all().all()

    def test_income_of_2024_is_not_out_anywhere_and_care_is(self):
        assert self._empty(2024, "Inkomen")
        assert table(2024).loc[GEMEENTE, ["WmoClienten", "PersonenPerSoortUitkeringBijstand"]].notna().all()

    def test_provisional_columns_say_so(self):
        def provisional(year: int) -> set[str]:
            listed = values(TABLES[year], "DataProperties")
            return {
                re.sub(r"_\d+$", "", p["Key"]) for p in listed if "Voorlopige cijfers." in p["Description"]
            }

        assert "GemiddeldInkomenPerInwoner" in provisional(2023)
        assert {"WmoClienten", "WmoClientenRelatief"} <= provisional(2024)
        assert not any(provisional(year) for year in range(2013, 2023))

    def test_columns_come_and_go_with_the_years(self):
        def has(stem: str) -> list[int]:
            return [year for year in YEARS if stem in table(year)]

        assert has("TotaalDiefstalUitWoningSchuurED") == [2015, 2016, 2017, 2018]
        assert has("HuishoudensMetEenLaagInkomen") == list(range(2014, 2024))
        assert has("PersonenInArmoede") == [2024, 2025]
        assert has("WmoClienten") == list(range(2018, 2026))
        assert has("WestersTotaal") == list(range(2013, 2023))

    def test_origin_of_2014_is_a_share(self):
        units = {
            re.sub(r"_\d+$", "", p["Key"]): p.get("Unit") for p in values(TABLES[2014], "DataProperties")
        }
        assert units["WestersTotaal"] == units["NietWestersTotaal"] == "%"
        assert table(2014)["NietWestersTotaal"].max() < 60

    def test_a_new_definition_leaves_a_visible_step(self):
        assistance = {y: table(y).filter(regex="(Bijstand|WWB)").loc["NL00"].iloc[0] for y in (2014, 2015)}
        assert assistance[2015] > 1.08 * assistance[2014]
        businesses = course(GEMEENTE, "BedrijfsvestigingenTotaal")
        assert businesses[2021] > 1.2 * businesses[2020] > 1.2 * businesses[2019]


#: What wijken of more than 500 inhabitants show in the country, roughly from the lowest to the highest 1 %.
BELIEVABLE = {
    "age 0-15": ("k_0Tot15Jaar", "AantalInwoners", 5, 32),
    "age 65+": ("k_65JaarOfOuder", "AantalInwoners", 2, 38),
    "one-person households": ("Eenpersoonshuishoudens", "HuishoudensTotaal", 14, 70),
    "households with children": ("HuishoudensMetKinderen", "HuishoudensTotaal", 9, 60),
    "divorced": ("Gescheiden", "AantalInwoners", 2, 14),
    "widowed": ("Verweduwd", "AantalInwoners", 0.3, 11),
    "assistance": ("PersonenPerSoortUitkeringBijstand", "AantalInwoners", 0, 10),
    "disability": ("PersonenPerSoortUitkeringAO", "AantalInwoners", 1, 10),
    "unemployment": ("PersonenPerSoortUitkeringWW", "AantalInwoners", 0, 3.5),
    "pension": ("PersonenPerSoortUitkeringAOW", "k_65JaarOfOuder", 75, 120),
}
LEVELS = {
    "GemiddeldeHuishoudensgrootte": (1.5, 3.0),
    "Bevolkingsdichtheid": (25, 17_000),
    "PersonenautoSPerHuishouden": (0.3, 2.0),
    "AfstandTotGroteSupermarkt": (0.2, 6.0),
    "AfstandTotSchool": (0.2, 6.0),
    "HuishoudensMetEenLaagInkomen": (1.5, 22),
    "k_40HuishoudensMetLaagsteInkomen": (15, 75),
    "GemiddeldInkomenPerInkomensontvanger": (20, 65),
    "PercentageOnbewoond": (0, 15),
}


class TestBelievable:
    @pytest.mark.parametrize("year", range(2015, 2025))
    def test_shares_of_wijken_lie_in_the_range_of_the_country(self, year):
        frame = wijken(year)[wijken(year)["AantalInwoners"] > 500]
        for name, (part, whole, low, high) in BELIEVABLE.items():
            share = 100 * frame[part] / frame[whole]
            assert share.between(low, high).all(), (name, share.min(), share.max())
        for stem, (low, high) in LEVELS.items():
            if stem in frame:
                assert frame[stem].dropna().between(low, high).all(), (
                    stem,
                    frame[stem].min(),
                    frame[stem].max(),
                )

    def test_wijken_differ_from_each_other_as_in_a_real_town(self):
        frame = wijken(2022)[wijken(2022)["AantalInwoners"] > 500]
        assistance = frame["PersonenPerSoortUitkeringBijstand"] / frame["AantalInwoners"]
        assert assistance.max() > 5 * assistance.min()
        assert (
            frame["GemiddeldeWOZWaardeVanWoningen"].max()
            > 2.5 * frame["GemiddeldeWOZWaardeVanWoningen"].min()
        )
        low, high = frame["HuishoudensMetEenLaagInkomen"], frame["GemiddeldeWOZWaardeVanWoningen"]
        assert low.corr(high, method="spearman") < -0.6

    def test_the_country_grows_older_and_richer_without_jumps(self):
        people, old = course("NL00", "AantalInwoners"), course("NL00", "k_65JaarOfOuder")
        share = old / people
        assert (share.diff().dropna() > 0).all()
        assert people.pct_change().dropna().between(0, 0.012).all()
        assert 16_500_000 < people.iloc[0] < people.iloc[-1] < 18_300_000

    @pytest.mark.real
    def test_wijken_of_2020_fit_among_the_real_ones(self):
        file = REAL / "kwb_2020_nl" / "TypedDataSet.parquet"
        if not file.exists():
            pytest.skip("real figures are not here")
        real = pd.read_parquet(file)
        real.columns = [re.sub(r"_\d+$", "", column) for column in real.columns]
        real = real[real["SoortRegio"].str.startswith("W") & (real["AantalInwoners"] > 500)]
        ours = wijken(2020)[wijken(2020)["AantalInwoners"] > 500]
        for name, (part, whole, _, _) in BELIEVABLE.items():
            low, high = (real[part] / real[whole]).quantile([0.001, 0.999])
            fits = (ours[part] / ours[whole]).between(low, high).mean()
            assert fits >= 0.95, name


def _moran(year: int, value: pd.Series) -> float:
    """Moran's I with neighbours that share a border, every neighbour of a buurt weighing the same."""
    land = shapes("buurten", max(y for y in (2013, 2016, 2018, 2021) if y <= year))
    codes = [code for code in land if code in value.dropna().index]
    geometry = np.array([land[code] for code in codes])
    left, right = shapely.STRtree(geometry).query(geometry, predicate="touches")
    weight = np.zeros((len(codes), len(codes)))
    weight[left, right] = 1
    weight /= np.maximum(weight.sum(axis=1, keepdims=True), 1)
    z = value[codes].to_numpy(dtype=float)
    z = (z - z.mean()) / z.std()
    return float((z * (weight @ z)).mean())


def test_neighbouring_buurten_are_alike():
    frame = table(2022)
    assistance = frame["PersonenPerSoortUitkeringBijstand"] / frame["AantalInwoners"].where(
        frame["AantalInwoners"] > 100
    )
    for name, value in {
        "assistance": assistance,
        "house value": np.log(frame["GemiddeldeWOZWaardeVanWoningen"]),
        "low income": frame["HuishoudensMetEenLaagInkomen"],
        "cars": frame["PersonenautoSPerHuishouden"],
    }.items():
        assert _moran(2022, value) > 0.3, name


def test_a_small_group_varies_more_than_a_large_one():
    rng = np.random.default_rng(1)
    base = np.full((97, 13), 50.0)
    base[:40] = 5000.0
    share = count_of(base, np.full((97, 13), 0.1), rng) / base
    assert share[40:].std() > 5 * share[:40].std()


class TestPlantedTruths:
    """What was put in on purpose shows in the published figures, for whoever looks well."""

    def test_concern_rises_in_four_adjoining_wijken_and_not_elsewhere(self):
        def assistance(codes: list[str], year: int) -> float:
            rows = table(year).loc[codes]
            return rows["PersonenPerSoortUitkeringBijstand"].sum() / rows["AantalInwoners"].sum()

        assert truths()["rising_concern"]["regions"] == CONCERN
        for code in CONCERN:
            assert assistance([code], 2024) > 1.25 * assistance([code], 2017)
            low = course(code, "HuishoudensMetEenLaagInkomen")
            assert low[2023] > low[2017] + 0.5
            single = course(code, "Eenpersoonshuishoudens") / course(code, "HuishoudensTotaal")
            assert single[2025] > single[2017] + 0.03
        elsewhere = truths()["quiet_wijken"]
        assert len(elsewhere) >= 10
        assert assistance(elsewhere, 2024) < 1.05 * assistance(elsewhere, 2017)
        land = shapes("wijken", 2025)
        together = shapely.unary_union([land[code] for code in CONCERN])
        assert together.geom_type == "Polygon"

    def test_the_new_wijk_fills_with_young_families(self):
        people = course("WK999915", "AantalInwoners")
        assert people[2013] < 500
        assert 4500 < people[2025] < 5500
        row = wijken(2025).loc["WK999915"]
        assert row["k_0Tot15Jaar"] / row["AantalInwoners"] > 0.22
        assert row["k_65JaarOfOuder"] / row["AantalInwoners"] < 0.08

    def test_the_village_shrinks_and_ages(self):
        people = course("WK999921", "AantalInwoners")
        old = course("WK999921", "k_65JaarOfOuder") / people
        assert people[2025] < 0.93 * people[2013]
        assert old[2025] > old[2013] + 0.05

    def test_the_false_alarm_is_one_year_and_rests_on_few_people(self):
        alarm = truths()["false_alarm"]
        (code,), year = alarm["regions"], alarm["year"]
        youth = course(code, "PercentageJongerenMetJeugdzorg")
        assert youth[year] > 1.4 * youth.drop(year).mean()
        assert youth[year + 1] < youth[year] - 3
        assert course(code, "AantalInwoners")[year] < 1000

    def test_one_wijk_has_some_forty_inhabitants(self):
        (code,) = truths()["very_small_wijk"]["regions"]
        assert course(code, "AantalInwoners").between(30, 60).all()
        assert (
            wijken(2022)
            .loc[code, ["PersonenPerSoortUitkeringBijstand", "HuishoudensMetEenLaagInkomen"]]
            .isna()
            .all()
        )

    def test_true_values_agree_with_the_published_ones(self):
        for planted in truths()["new_build"]["course"][:1] + truths()["shrinking_and_ageing"]["course"][:1]:
            code = "WK999915" if planted["direction"] == "up" else "WK999921"
            published = course(code, "AantalInwoners")
            assert all(abs(published[int(y)] - true) < 5 for y, true in planted["true_values"].items())


class TestDivision:
    CHANGES = (2016, 2018, 2021)

    def test_there_are_23_and_after_the_split_24_wijken(self):
        assert [len(wijken(year)) for year in YEARS] == [23] * 8 + [24] * 5
        assert 85 <= len(table(2025)) - 26 <= 100

    @pytest.mark.parametrize("level", ["wijken", "buurten"])
    @pytest.mark.parametrize("year", [2013, 2016, 2018, 2021, 2025])
    def test_borders_are_one_coverage_of_the_regions_in_the_table(self, level, year):
        land = shapes(level, year)
        water = shapes(level, year, "JA")
        everything = [*land.values(), *water.values()]
        assert shapely.coverage_is_valid(everything)
        assert all(s.is_valid and s.geom_type == "Polygon" for s in everything) or level == "wijken"
        prefix = level[0].upper()
        assert set(land) == {code for code in table(year).index if code[0] == prefix}
        assert not set(water) & set(table(year).index)
        gemeente = shapes("gemeenten", year)[GEMEENTE]
        assert gemeente.symmetric_difference(shapely.unary_union(list(land.values()))).area < 1

    def test_the_town_has_the_size_of_a_dutch_town_inside_the_national_grid(self):
        file = json.loads((FOLDER / "geometry" / "gemeenten_2025.geojson").read_text(encoding="utf-8"))
        assert file["crs"]["properties"]["name"].endswith("EPSG::28992")
        west, south, east, north = shapely.total_bounds(list(shapes("gemeenten", 2025).values()))
        assert 13_500 < west < east < 278_100
        assert 306_800 < south < north < 619_300
        assert 8_000 < east - west < 12_000
        coordinates = shapely.get_coordinates(list(shapes("buurten", 2025).values()))
        assert np.allclose(coordinates, coordinates.round(1), atol=1e-9)

    def test_areas_of_the_table_are_those_of_the_map(self):
        for code, land in shapes("wijken", 2025).items():
            assert abs(wijken(2025).loc[code, "OppervlakteTotaal"] - land.area / 10_000) < 1

    @pytest.mark.parametrize("level", ["wijken", "buurten"])
    def test_flags_tell_what_truly_happened_to_the_land(self, level):
        for before, year in pairwise((2013, *self.CHANGES)):
            old, new = shapes(level, before), shapes(level, year)
            for code, land in new.items():
                if code in old and old[code].equals(land):
                    truth = "1"
                else:
                    truth = "2" if any(other.equals(land) for other in old.values()) else "3"
                flags = table(year).filter(regex="^Indelingswijziging").iloc[:, 0]
                assert flags[code] == truth, (code, year)

    def test_in_other_years_nothing_changes(self):
        for year in set(YEARS) - set(self.CHANGES):
            flags = small(year).filter(regex="^Indelingswijziging").iloc[:, 0]
            assert set(flags) == {"1"}
            if year > 2013:
                assert list(table(year).index) == list(table(year - 1).index)

    def test_lineage_names_every_change_and_keeps_all_land(self):
        years = sorted((2013, *self.CHANGES))
        named = set()
        for event in truths()["lineage"]:
            level = "wijken" if event["level"] == "wijk" else "buurten"
            old, new = shapes(level, years[years.index(event["year"]) - 1]), shapes(level, event["year"])
            before = shapely.unary_union([old[code] for code in event["old"]])
            after = shapely.unary_union([new[code] for code in event["new"]])
            assert before.symmetric_difference(after).area < 1
            named |= {(event["year"], code) for code in event["new"]}
        for year in self.CHANGES:
            flags = small(year).filter(regex="^Indelingswijziging").iloc[:, 0]
            assert {(year, code) for code in flags[flags != "1"].index} <= named
        assert {event["kind"] for event in truths()["lineage"]} == {"recoded", "split", "redrawn"}

    def test_a_freed_code_is_used_again_for_other_land(self):
        code = "BU99991203"
        assert [year for year in YEARS if code in table(year).index] == [2013, 2014, 2015, *range(2018, 2026)]
        assert not shapes("buurten", 2013)[code].intersects(shapes("buurten", 2018)[code].buffer(-20))

    def test_the_split_wijk_leaves_its_code_and_its_people_to_two_new_ones(self):
        assert "WK999911" in wijken(2020).index
        assert "WK999911" not in wijken(2021).index
        halves = wijken(2021).loc[["WK999924", "WK999925"], "AantalInwoners"].sum()
        assert halves == pytest.approx(wijken(2020).loc["WK999911", "AantalInwoners"], rel=0.03)


@cache
def address_table(year: int) -> pd.DataFrame:
    """The address file of one year, with the codes as the tables of figures write them."""
    path = FOLDER / "adressen" / f"{year}-cbs-pc6huisnr{year}0801_buurt.zip"
    with zipfile.ZipFile(path) as archive, archive.open(f"pc6hnr{year}0801_gwb.csv") as file:
        raw = pd.read_csv(file, sep=";", dtype={"PC6": "str"})
    return pd.DataFrame(
        {
            "postcode": raw["PC6"],
            "number": raw["Huisnummer"],
            "buurt": "BU" + raw[f"Buurt{year}"].astype("str").str.zfill(8),
            "wijk": "WK" + raw[f"Wijk{year}"].astype("str").str.zfill(6),
            "gemeente": "GM" + raw[f"Gemeente{year}"].astype("str").str.zfill(4),
        }
    )


class TestAddresses:
    """Address files in the form of CBS, for whoever wants to try what converting to other borders does."""

    YEARS = (2017, 2020, 2021)

    @pytest.mark.parametrize("year", YEARS)
    def test_every_address_lies_in_one_buurt_of_the_table_of_that_year(self, year):
        found = address_table(year)
        assert not found.duplicated(["postcode", "number"]).any()
        assert set(found["buurt"]) <= set(table(year).index)
        assert set(found["wijk"]) == set(wijken(year).index)
        assert (found["buurt"].str[2:8] == found["wijk"].str[2:]).all()
        assert set(found["gemeente"]) == {GEMEENTE}

    def test_no_postcode_is_a_real_one(self):
        assert all(
            address_table(year)["postcode"].str.fullmatch(r"0\d{3}[A-Z]{2}").all() for year in self.YEARS
        )

    @pytest.mark.parametrize("year", YEARS)
    def test_a_buurt_has_about_as_many_addresses_as_dwellings_and_never_exactly(self, year):
        counted = address_table(year).groupby("buurt").size()
        dwellings = table(year)["Woningvoorraad"].reindex(counted.index)
        ratio = (counted / dwellings)[dwellings > 100]
        assert ratio.between(0.8, 1.4).all()
        assert ratio.std() > 0.03

    def test_an_address_stays_on_its_land_while_the_borders_move(self):
        for before, after in pairwise(self.YEARS):
            both = address_table(before).merge(address_table(after), on=["postcode", "number"])
            assert len(both) > 0.98 * len(address_table(before))
            for level, prefix in (("buurt", "buurten"), ("wijk", "wijken")):
                pairs = both[[f"{level}_x", f"{level}_y"]].drop_duplicates()
                old, new = (
                    shapes(prefix, 2016 if before == 2017 else 2018),
                    shapes(prefix, 2018 if after == 2020 else 2021),
                )
                assert all(
                    old[a].intersection(new[b]).area > 10_000 for a, b in pairs.itertuples(index=False)
                )

    def test_addresses_come_and_go(self):
        first, last = (
            set(address_table(year)[["postcode", "number"]].itertuples(index=False, name=None))
            for year in (2017, 2021)
        )
        assert len(first - last) > 100
        assert len(last - first) > 1000

    def test_the_redrawing_of_2018_moved_addresses_from_one_wijk_to_another(self):
        both = address_table(2017).merge(address_table(2020), on=["postcode", "number"])
        moved = both[both["wijk_x"] != both["wijk_y"]]
        assert set(zip(moved["wijk_x"], moved["wijk_y"], strict=True)) == {("WK999919", "WK999920")}
        assert 100 < len(moved) < 500


class TestTrueValuesOnLaterBorders:
    """What a conversion to later borders ought to find, from exact numbers per plot."""

    @staticmethod
    def _true(level: str, indicator: str) -> dict[str, dict[int, float]]:
        chosen = [t for t in truths()["bridged"] if (t["level"], t["indicator"]) == (level, indicator)]
        return {t["region"]: {int(y): v for y, v in t["true_values"].items()} for t in chosen}

    def test_they_are_told_for_every_redrawn_wijk_and_buurt(self):
        assert set(self._true("wijk", "population")) == {"WK999919", "WK999920", "WK999924", "WK999925"}
        redrawn = {"BU99991202", "BU99991203", "BU99991903", "BU99992002"}
        assert set(self._true("buurt", "population")) == redrawn
        assert set(self._true("wijk", "woz")["WK999924"]) == set(range(2013, 2021))

    def test_counts_of_a_redrawn_group_add_up_to_what_was_published_for_it(self):
        true = self._true("wijk", "population")
        for year in range(2013, 2018):
            published = wijken(year).loc[["WK999919", "WK999920"], "AantalInwoners"].sum()
            assert abs(true["WK999919"][year] + true["WK999920"][year] - published) < 10
        for year in range(2013, 2021):
            published = wijken(year).loc["WK999911", "AantalInwoners"]
            assert abs(true["WK999924"][year] + true["WK999925"][year] - published) < 5

    def test_the_old_wijk_differs_from_the_land_it_became(self):
        true = self._true("wijk", "population")
        for code in ("WK999919", "WK999920"):
            assert abs(true[code][2017] - wijken(2017).loc[code, "AantalInwoners"]) > 300

    def test_they_join_the_published_figures_without_a_jump(self):
        for code, from_year in (("WK999919", 2018), ("WK999925", 2021)):
            for indicator, stem in (
                ("population", "AantalInwoners"),
                ("hh_size", "GemiddeldeHuishoudensgrootte"),
            ):
                before = self._true("wijk", indicator)[code][from_year - 1]
                assert wijken(from_year).loc[code, stem] == pytest.approx(before, rel=0.06)
