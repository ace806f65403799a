"""What a resident, an analyst and the loader may rely on in the catalogue of indicators."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from data.catalogue import CATALOGUE_FILE, CatalogueError, ColumnAlias, Indicator, catalogue, read

FIRST_TABLE, LAST_TABLE = 2013, 2026
SHARED = Path(__file__).parents[2].parent / "shared"
CONCORDANCE = SHARED / "facts" / "kwb_concordance.csv"
LAYOUTS = SHARED / "facts" / "kwb_keys_full.csv"
COUNTRY_2020 = SHARED / "real" / "kwb_2020_nl"
HEERLEN = {
    2016: SHARED / "real" / "odata_v3" / "83487NED",
    2017: SHARED / "real" / "odata_v3" / "83765NED",
    2018: SHARED / "real" / "odata_v3" / "84286NED",
    2019: SHARED / "real" / "odata_v3" / "84583NED",
    2020: SHARED / "real" / "odata_v3" / "84799NED",
}

PUBLISHED = catalogue().published
SHARES = catalogue().shares


def needs(path: Path) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not path.exists(), reason=f"{path.name} does not lie beside the project")


def by_id(indicator: Indicator) -> str:
    return indicator.id


def years(indicator: Indicator) -> range:
    return range(indicator.first_year, (indicator.last_year or LAST_TABLE) + 1)


def stem(key: str) -> str:
    return re.sub(r"_(\d+|\*)$", "", key.strip()).lower()


def aliases(indicator: Indicator, year: int) -> list[ColumnAlias]:
    return [alias for alias in indicator.columns if alias.covers(year)]


def matches(indicator: Indicator, year: int, stems: Counter[str]) -> list[ColumnAlias]:
    """Return the aliases of which every column is in the table, by stem alone."""
    return [
        alias
        for alias in aliases(indicator, year)
        if all(stems[name.lower()] >= (alias.occurrence or 1) for name in alias.stems)
    ]


def concordance() -> list[tuple[str, int, list[str]]]:
    if not CONCORDANCE.exists():
        return []
    with CONCORDANCE.open(encoding="utf-8", newline="") as file:
        return [
            (row["indicator_id"], int(row["year"]), [stem(key) for key in row["column_key"].split("+")])
            for row in csv.DictReader(file)
            if int(row["year"]) >= FIRST_TABLE
        ]


def heerlen_keys(year: int) -> list[str]:
    properties = json.loads((HEERLEN[year] / "DataProperties.json").read_text(encoding="utf-8"))
    return [row["Key"] for row in properties["value"] if row["Type"] == "Topic"]


def wijken_and_buurten(rows: pd.DataFrame) -> pd.DataFrame:
    """Name columns by stem and keep the rows of wijken and buurten."""
    region = next(name for name in rows.columns if stem(name) == "soortregio")
    small = rows[rows[region].str.strip().isin(["Wijk", "Buurt"])].rename(columns=stem)
    return small.loc[:, ~small.columns.duplicated()]


def heerlen_figures(year: int) -> pd.DataFrame:
    rows = json.loads((HEERLEN[year] / "TypedDataSet.json").read_text(encoding="utf-8"))
    return wijken_and_buurten(pd.DataFrame(rows["value"]))


def values(figures: pd.DataFrame, indicator: Indicator, year: int) -> pd.Series:
    stems = Counter(figures.columns)
    found = matches(indicator, year, stems)[0]
    return figures[found.stems[0].lower()]


# ---- what a resident reads --------------------------------------------------------------------------

ENGLISH = {"the", "and", "with", "from", "by", "which", "number", "people", "households", "share", "per cent"}


@pytest.mark.parametrize("indicator", catalogue().indicators.values(), ids=by_id)
def test_explanation_is_one_to_three_dutch_sentences_with_a_full_stop(indicator: Indicator) -> None:
    text = indicator.explanation
    assert text.endswith(".")
    assert not ENGLISH & set(re.findall(r"[a-z]+", text.lower())), text
    assert 1 <= len(re.findall(r"[.!?](?=\s|$)", text)) <= 3, text
    assert max(len(sentence.split()) for sentence in re.split(r"[.:;]", text)) <= 27, text


LONGEST_PHRASE = 75
THOUSAND = "per 1 000 inwoners"
#: How a phrase names the unit, where it names it; any other unit stands behind the number.
NAMED_IN_PHRASE = {
    THOUSAND: THOUSAND,
    "per huishouden": "per huishouden",
    "per km²": "per vierkante kilometer",
    "code": "(1 is zeer sterk, 5 is niet stedelijk)",
}


@pytest.mark.parametrize("indicator", catalogue().indicators.values(), ids=by_id)
def test_a_phrase_fits_inside_a_sentence_as_one_singular_thing(indicator: Indicator) -> None:
    phrase = indicator.phrase
    assert re.match(r"(het|de) [a-z0-9]", phrase)
    assert phrase == " ".join(phrase.split())
    assert not re.search(r"[.:;!?]", phrase)
    assert len(phrase) <= LONGEST_PHRASE
    assert not ENGLISH & set(re.findall(r"[a-z]+", phrase)), phrase


@pytest.mark.parametrize("indicator", catalogue().indicators.values(), ids=by_id)
def test_a_phrase_says_aantal_for_a_count_and_aandeel_for_a_percentage(indicator: Indicator) -> None:
    if indicator.unit == "%":
        assert indicator.phrase.startswith("het aandeel ")
    elif indicator.kind == "count" and indicator.unit == "aantal":
        assert indicator.phrase.startswith("het aantal ")
    else:
        assert "aandeel" not in indicator.phrase


def test_every_phrase_is_unique_so_that_a_sentence_speaks_of_one_figure() -> None:
    phrases = Counter(indicator.phrase for indicator in catalogue().indicators.values())
    assert [phrase for phrase, times in phrases.items() if times > 1] == []


@pytest.mark.parametrize("indicator", catalogue().indicators.values(), ids=by_id)
def test_a_unit_is_said_once_in_the_phrase_or_behind_the_number(indicator: Indicator) -> None:
    named = NAMED_IN_PHRASE.get(indicator.unit)
    assert indicator.phrase_has_unit == (named is not None and named in indicator.phrase)
    assert (THOUSAND in indicator.phrase) == (indicator.unit == THOUSAND)
    assert not re.search(r"1[.\u00a0\u2009\u202f]?000", indicator.phrase)


@pytest.mark.parametrize("share", SHARES, ids=by_id)
def test_a_share_speaks_in_its_own_phrase(share: Indicator) -> None:
    count = catalogue()[share.share_of[0]]
    assert count.share
    assert (share.phrase, share.phrase_has_unit) == (count.share.phrase, count.share.phrase_has_unit)
    assert share.phrase != count.phrase


def test_the_old_words_for_herkomst_are_always_marked_as_old() -> None:
    old = [i for i in catalogue().of_theme("herkomst") if "migratieachtergrond" in i.phrase]
    assert len(old) == 4
    assert all(i.phrase.endswith("(oude indeling)") for i in old)


def test_every_title_is_unique_so_that_a_chosen_figure_is_never_another() -> None:
    titles = Counter(indicator.title for indicator in catalogue().indicators.values())
    assert [title for title, times in titles.items() if times > 1] == []


def test_a_break_is_told_in_a_dutch_sentence() -> None:
    reasons = [part.reason for indicator in PUBLISHED for part in indicator.breaks]
    assert reasons
    assert all(reason.endswith(".") for reason in reasons)


def test_a_discontinued_figure_says_so_in_its_explanation() -> None:
    silent = [
        indicator.id
        for indicator in PUBLISHED
        if indicator.last_year is not None and str(indicator.last_year) not in indicator.explanation
    ]
    assert silent == []


def test_themes_come_in_the_order_of_the_screens_and_none_is_empty() -> None:
    themes = [theme.id for theme in catalogue().themes]
    assert themes[0] == "bevolking"
    assert themes[-1] == "herkomst"
    assert [theme for theme in themes if not catalogue().of_theme(theme)] == []


# ---- what is called worrying ------------------------------------------------------------------------


def test_herkomst_is_neutral_and_never_in_a_score_also_as_a_share() -> None:
    herkomst = catalogue().of_theme("herkomst")
    assert len([indicator for indicator in herkomst if indicator.derived]) == 5
    assert not any(indicator.usable_in_score for indicator in herkomst)
    assert {indicator.direction for indicator in herkomst} == {"neutral"}


def test_no_figure_is_computed_with_herkomst_outside_the_theme_herkomst() -> None:
    herkomst = {indicator.id for indicator in catalogue().of_theme("herkomst")}
    assert [
        share.id for share in SHARES if share.theme != "herkomst" and herkomst & set(share.share_of)
    ] == []


def test_herkomst_hides_in_no_other_theme() -> None:
    words = re.compile(r"herkomst|migratie|afkomst|geboren in (een|het) (ander|buiten)", re.IGNORECASE)
    elsewhere = [i for i in catalogue().indicators.values() if i.theme != "herkomst"]
    assert [i.id for i in elsewhere if words.search(f"{i.title} {i.phrase} {i.explanation}")] == []


def test_a_plain_count_is_never_worrying_since_a_big_wijk_would_always_look_worst() -> None:
    assert [i.id for i in PUBLISHED if i.kind == "count" and i.direction != "neutral"] == []


@pytest.mark.parametrize("theme", ["bevolking", "huishoudens", "energie", "zorg", "ruimte"])
def test_who_people_are_and_the_care_they_get_is_neutral(theme: str) -> None:
    assert {indicator.direction for indicator in catalogue().of_theme(theme)} == {"neutral"}


@pytest.mark.parametrize(
    ("worse", "direction"),
    [
        ("benefit_bijstand_share", "higher_is_worrying"),
        ("poverty", "higher_is_worrying"),
        ("crime_violence", "higher_is_worrying"),
        ("dist_gp", "higher_is_worrying"),
        ("income_per_resident", "lower_is_worrying"),
        ("labour_participation", "lower_is_worrying"),
        ("woz", "neutral"),
        ("high20_persons", "neutral"),
    ],
)
def test_direction(worse: str, direction: str) -> None:
    assert catalogue()[worse].direction == direction


# ---- what can be computed ---------------------------------------------------------------------------


@pytest.mark.parametrize("share", SHARES, ids=by_id)
def test_the_parts_of_a_share_are_counts_published_in_every_year_of_the_share(share: Indicator) -> None:
    for part in map(catalogue().__getitem__, share.share_of):
        assert part.kind == "count"
        assert set(years(share)) <= set(years(part))
        assert {b.year for b in part.breaks} <= {b.year for b in share.breaks}


@pytest.mark.parametrize("share", [s for s in SHARES if s.unit == "%"], ids=by_id)
def test_a_percentage_divides_by_a_whole_that_holds_the_counted_group(share: Indicator) -> None:
    numerator, *denominator = share.share_of
    assert share.factor == 100
    assert denominator == ["population"] or numerator in denominator


@pytest.mark.parametrize(
    "whole",
    [
        ("age_0_15", "age_15_25", "age_25_45", "age_45_65", "age_65plus"),
        ("hh_single", "hh_no_children", "hh_with_children"),
        ("edu_low", "edu_mid", "edu_high"),
        ("origin_nl", "origin_europe", "origin_non_europe"),
        ("men", "women"),
    ],
)
def test_shares_of_rounded_groups_add_up_to_100_since_they_divide_by_their_own_sum(
    whole: tuple[str, ...],
) -> None:
    assert {catalogue()[f"{part}_share"].share_of[1:] for part in whole} == {whole}


@pytest.mark.parametrize("indicator", PUBLISHED, ids=by_id)
def test_every_year_of_the_range_has_a_column_and_every_break_lies_within(indicator: Indicator) -> None:
    assert [year for year in years(indicator) if not aliases(indicator, year)] == []
    assert FIRST_TABLE <= indicator.first_year <= LAST_TABLE
    for definition_break in indicator.breaks:
        assert definition_break.year in years(indicator)[1:]


@pytest.mark.parametrize("indicator", [i for i in PUBLISHED if i.threshold], ids=by_id)
def test_a_minimum_refers_to_a_count_of_the_same_years(indicator: Indicator) -> None:
    threshold = indicator.threshold
    assert threshold
    assert catalogue()[threshold.basis].kind == "count"
    assert set(years(indicator)) <= set(years(catalogue()[threshold.basis]))
    assert (threshold.first_year or indicator.first_year) in years(indicator)


def test_counts_and_energy_are_rounded_to_a_multiple_and_wealth_as_long_as_it_had_no_decimal() -> None:
    rates = {i.id: i.rounding for i in PUBLISHED if i.kind == "rate" and i.rounding}
    assert rates == {"electricity": 10, "gas": 10, "median_wealth": 1}
    assert {indicator.rounding for indicator in PUBLISHED if indicator.kind == "count"} == {0, 5, 10, 100}


def test_lots_are_drawn_for_people_and_households_and_not_for_cars_and_benefits() -> None:
    by_lot = {indicator.id for indicator in PUBLISHED if indicator.rounded_by_lot}
    assert {"population", "age_65plus", "households", "births", "origin_europe"} <= by_lot
    assert (
        not {"cars", "businesses", "benefit_aow", "income_recipients", "wmo_clients", "youth_care"} & by_lot
    )


def test_65_or_older_is_the_sum_of_two_groups_since_2026_and_that_is_no_break() -> None:
    older = catalogue()["age_65plus"]
    assert (older.summed, older.breaks) == (((2026, 2),), ())
    assert "2026" in older.explanation
    assert "marge" in older.explanation
    assert [i.id for i in PUBLISHED if i.summed] == ["age_65plus"]


# ---- what becomes of a figure on other borders, and what comes after it ------------------------------


@pytest.mark.parametrize("indicator", [i for i in PUBLISHED if i.base], ids=by_id)
def test_a_rate_is_put_together_by_a_count_that_is_there_in_the_same_years(indicator: Indicator) -> None:
    base = catalogue()[indicator.base]
    assert (base.kind, base.bridged_as) == ("count", "count")
    assert set(years(indicator)) <= set(years(base))


@pytest.mark.parametrize(
    ("indicator", "base", "bridged_as"),
    [
        ("low_income_hh", "households", "rate"),
        ("rented", "dwellings", "rate"),
        ("birth_rate", "population", "rate"),
        ("low40_persons", "income_recipients", "rate"),
        ("woz", "dwellings", "approximation"),
        ("gas", "dwellings", "approximation"),
        ("income_per_recipient", "income_recipients", "approximation"),
        ("median_wealth", "households", "approximation"),
        ("youth_care_pct", "age_0_15", "approximation"),
        ("dist_gp", "population", "approximation"),
        ("density", "", "never"),
        ("population", "", "count"),
        ("area_land", "", "never"),
    ],
)
def test_what_a_figure_is_measured_on(indicator: str, base: str, bridged_as: str) -> None:
    assert (catalogue()[indicator].base, catalogue()[indicator].bridged_as) == (base, bridged_as)


def test_a_percentage_of_a_counted_group_is_a_rate_and_an_average_is_an_approximation() -> None:
    not_counted_here = {
        "labour_participation",
        "active_15_75",
        "employees",
        "self_employed",
        "youth_care_pct",
    }
    ratios = ("%", THOUSAND, "per huishouden")
    expected = {
        i.id: "rate" if i.unit in ratios and i.id not in not_counted_here else "approximation"
        for i in PUBLISHED
        if i.base
    }
    assert {i.id: i.bridged_as for i in PUBLISHED if i.base} == expected


def test_the_analysis_sees_how_every_figure_is_converted_and_rounded() -> None:
    frame = catalogue().frame()
    assert frame.loc["rented", ["base", "bridged_as"]].tolist() == ["dwellings", "rate"]
    assert frame.loc["age_65plus", ["rounded_by_lot", "summed"]].tolist() == [True, ((2026, 2),)]
    assert frame.loc["gas", "rounding_changes"] == ((2021, 50),)


def test_what_ends_points_to_what_comes_after_it_and_its_share_to_that_share() -> None:
    after = {i.id: i.followed_by.indicator for i in catalogue().indicators.values() if i.followed_by}
    assert after == {
        "origin_western": "origin_europe",
        "origin_western_share": "origin_europe_share",
        "origin_nonwestern": "origin_non_europe",
        "origin_nonwestern_share": "origin_non_europe_share",
        "low_income_hh": "poverty",
        "social_minimum": "poverty",
        "social_minimum_110": "poverty",
        "social_minimum_120": "poverty",
        "built_from_2000": "built_last_10y",
        "active_15_75": "labour_participation",
    }


@pytest.mark.parametrize("indicator", [i for i in PUBLISHED if i.followed_by], ids=by_id)
def test_what_comes_after_starts_when_the_old_figure_has_ended_and_is_told_in_one_sentence(
    indicator: Indicator,
) -> None:
    after = indicator.followed_by
    assert after
    assert indicator.last_year == after.year - 1
    assert catalogue()[after.indicator].first_year == after.year
    assert str(after.year) in after.reason
    assert re.fullmatch(r"[A-Z][^.]*\.", after.reason)
    assert len(after.reason.split()) <= 27


@pytest.mark.parametrize("indicator", [i for i in PUBLISHED if i.followed_by], ids=by_id)
def test_what_comes_after_stays_inside_herkomst_or_outside_it(indicator: Indicator) -> None:
    assert indicator.followed_by
    after = catalogue()[indicator.followed_by.indicator]
    assert (indicator.theme == "herkomst") == (after.theme == "herkomst")


def test_totals_are_sums_of_counts_that_share_years() -> None:
    for total in catalogue().totals:
        whole, parts = catalogue()[total.total], [catalogue()[part] for part in total.parts]
        assert {whole.kind, *(part.kind for part in parts)} == {"count"}
        assert set.intersection(*(set(years(i)) for i in (whole, *parts)))


def test_one_column_is_never_two_figures_in_one_year() -> None:
    for year in range(FIRST_TABLE, LAST_TABLE + 1):
        present = [i for i in PUBLISHED if year in years(i)]
        used = Counter(
            (name.lower(), alias.unit, alias.group, alias.occurrence or 1)
            for indicator in present
            for alias in aliases(indicator, year)
            for name in alias.stems
        )
        assert [column for column, times in used.items() if times > 1] == []


# ---- a broken file ----------------------------------------------------------------------------------


def broken_catalogue(folder: Path, there: str, instead: str) -> Path:
    text = CATALOGUE_FILE.read_text(encoding="utf-8")
    assert there in text
    broken = folder / "catalogue.toml"
    broken.write_text(text.replace(there, instead, 1), encoding="utf-8")
    return broken


@pytest.mark.parametrize(
    ("there", "instead", "told"),
    [
        ('id = "women"', 'id = "men"', "indicator men occurs twice"),
        ('id = "births"', 'id = "men_share"', "indicator men_share occurs twice"),
        ('theme = "bevolking"', 'theme = "bevolkin"', "indicator population has unknown theme bevolkin"),
        ('basis = "population"', 'basis = "populatie"', "indicator density refers to unknown populatie"),
        ('["men", "women"]', '["men", "vrouwen"]', "indicator men refers to unknown vrouwen"),
        ('["population"]', '["origin_western", "origin_nl"]', "the share of indicator benefit_bijstand: "),
        ("usable_in_score = false\n", "", "indicator origin_western: "),
        ('base = "dwellings"', 'base = "woningen"', "indicator woz refers to unknown woningen"),
        ('base = "dwellings"\n', "", "indicator woz is bridged as approximation and needs a base"),
        ('base = "dwellings"', 'base = "gas"', "indicator woz has the base gas, which is not a count"),
        ('bridged_as = "approximation"\n', "", "indicator hh_size is a rate: say bridged_as"),
        ('bridged_as = "never"', 'bridged_as = "never"\nbase = "men"', "indicator density is never bridged"),
        ('kind = "count"', 'kind = "count"\nbase = "men"', "indicator population is a count and has no base"),
        (
            'kind = "count"',
            'kind = "count"\nrate_of = "men"',
            "indicator population says to be the rate of men",
        ),
        ('rate_of = "births"', 'rate_of = "gas"', "indicator birth_rate says to be the rate of gas"),
        (
            'kind = "count"',
            'kind = "count"\nbridged_as = "rate"',
            "indicator population is a count and cannot",
        ),
        ("rounding = 5\n", "", "indicator population is rounded by lot but has no rounding"),
        (
            'indicator = "poverty"',
            'indicator = "armoede"',
            "indicator low_income_hh refers to unknown armoede",
        ),
        (
            '"poverty", year = 2024',
            '"poverty", year = 2023',
            "indicator low_income_hh is followed by poverty in 2023",
        ),
        ('total = "households"', 'total = "woningen"', "the total woningen refers to unknown woningen"),
        (
            'parts = ["men", "women"]',
            'parts = ["men", "men"]',
            "the total population names an indicator twice",
        ),
        (
            'parts = ["men", "women"]',
            'parts = ["men", "rented"]',
            "the total population cannot be a sum with rented",
        ),
    ],
    ids=[
        "twice",
        "also a share",
        "unknown theme",
        "unknown basis",
        "unknown whole",
        "no year",
        "herkomst",
        "unknown base",
        "no base",
        "base is a rate",
        "silent rate",
        "needless base",
        "count with a base",
        "rate that is a count",
        "rate of a rate",
        "count as a rate",
        "lot of nothing",
        "unknown successor",
        "successor too early",
        "unknown total",
        "twice in a total",
        "rate in a total",
    ],
)
def test_a_file_that_contradicts_itself_is_refused_and_the_message_names_the_indicator(
    tmp_path: Path, there: str, instead: str, told: str
) -> None:
    with pytest.raises(CatalogueError, match=rf"^catalogue\.toml: {told}"):
        read(broken_catalogue(tmp_path, there, instead))


@pytest.mark.parametrize(
    ("there", "instead", "told"),
    [
        ('title = "Inwoners"\n', "", "indicator population, field title: "),
        ('phrase = "het aantal vrouwen"\n', "", "indicator women, field phrase: "),
        ('phrase = "het aandeel vrouwen"\n', "", "indicator women, field share.phrase: "),
        ('phrase = "het aantal vrouwen"', 'phrase = "vrouwen"', "indicator women, field phrase: "),
        ("rounding = 100\n", "roundign = 100\n", "indicator income_recipients, field roundign: "),
        ('stems = ["Vrouwen"]', "stems = []", "indicator women, field columns.0.stems: "),
        ('id = "population"\n', "", "indicator number 1, field id: "),
        ('title = "Huishoudens"\n\n', "", "theme huishoudens, field title: "),
    ],
    ids=["title", "phrase", "phrase of a share", "no article", "typing error", "no column", "no id", "theme"],
)
def test_a_wrong_field_is_told_with_its_indicator_without_the_whole_entry(
    tmp_path: Path, there: str, instead: str, told: str
) -> None:
    with pytest.raises(CatalogueError, match=rf"^catalogue\.toml: {re.escape(told)}[^{{}}\n]*$"):
        read(broken_catalogue(tmp_path, there, instead))


def test_every_wrong_indicator_is_named_in_one_message(tmp_path: Path) -> None:
    path = broken_catalogue(tmp_path, 'title = "Mannen"\n', "")
    path.write_text(path.read_text(encoding="utf-8").replace('unit = "ha"\n', ""), encoding="utf-8")
    with pytest.raises(
        CatalogueError, match=r"indicator men, field title: .*; indicator area_land, field unit: "
    ):
        read(path)


@pytest.mark.parametrize("text", ["", "indicators = 3\nthemes = []\n", "indicators = [3]\nthemes = []\n"])
def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "catalogue.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"^catalogue\.toml: (the file|indicator number 1)"):
        read(path)


def test_a_file_that_is_not_toml_is_refused_by_name(tmp_path: Path) -> None:
    broken = tmp_path / "catalogue.toml"
    broken.write_text("[[indicators]\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"catalogue\.toml"):
        read(broken)


# ---- against the layouts and figures of CBS ---------------------------------------------------------


@pytest.mark.real
@needs(CONCORDANCE)
def test_every_known_indicator_is_in_the_catalogue_and_every_known_column_is_covered() -> None:
    rows = concordance()
    assert sorted({indicator for indicator, _, _ in rows if indicator not in catalogue()}) == []
    uncovered = [
        (indicator, year)
        for indicator, year, stems in rows
        if stems not in [[name.lower() for name in a.stems] for a in aliases(catalogue()[indicator], year)]
        or year not in years(catalogue()[indicator])
    ]
    assert uncovered == []


@pytest.mark.real
@needs(CONCORDANCE)
def test_the_unit_is_the_one_that_cbs_uses() -> None:
    with CONCORDANCE.open(encoding="utf-8", newline="") as file:
        units = {
            (row["indicator_id"], row["unit"].replace("code 1-5", "code")) for row in csv.DictReader(file)
        }
    known = {indicator for indicator, _ in units}
    assert [i.id for i in PUBLISHED if i.id in known and (i.id, i.unit) not in units] == []


@pytest.mark.real
@needs(LAYOUTS)
def test_every_known_layout_has_the_column_of_every_figure_of_that_year() -> None:
    layouts = pd.read_csv(LAYOUTS)
    final = layouts[layouts["layout"].str.endswith("final")]
    for year, keys in final.groupby("year")["column_key"]:
        stems = Counter(map(stem, keys))
        missing = [i.id for i in PUBLISHED if year in years(i) and not matches(i, year, stems)]
        assert (year, missing) == (year, [])


@pytest.mark.real
@pytest.mark.parametrize("year", HEERLEN)
@needs(HEERLEN[2020])
def test_in_the_tables_of_cbs_every_figure_is_exactly_one_column(year: int) -> None:
    stems = Counter(map(stem, heerlen_keys(year)))
    found = {i.id: matches(i, year, stems) for i in PUBLISHED if year in years(i)}
    assert [indicator for indicator, aliases in found.items() if len(aliases) != 1] == []
    columns = Counter(name.lower() for aliases in found.values() for name in aliases[0].stems)
    assert max(columns.values()) == 1
    assert [name for name in columns if stems[name] != 1] == []


@pytest.mark.real
@needs(COUNTRY_2020)
def test_unit_and_decimals_are_those_of_the_metadata_of_2020() -> None:
    properties = pd.read_parquet(
        COUNTRY_2020 / "DataProperties.parquet", columns=["Type", "Key", "Unit", "Decimals"]
    )
    topics = properties[properties["Type"] == "Topic"]
    stems = Counter(topics["Key"].map(stem))
    by_stem = topics.assign(stem=topics["Key"].map(stem)).drop_duplicates("stem").set_index("stem")
    for indicator in (i for i in PUBLISHED if 2020 in years(i)):
        (alias,) = matches(indicator, 2020, stems)
        row = by_stem.loc[alias.stems[0].lower()]
        assert (indicator.id, indicator.unit) == (indicator.id, row["Unit"])
        assert (indicator.id, indicator.decimals) == (
            indicator.id,
            decimals_now(indicator, int(row["Decimals"])),
        )


def decimals_now(indicator: Indicator, then: int) -> int:
    """CBS went from whole to tenths of thousands of euros for wealth after 2020."""
    return 1 if indicator.id == "median_wealth" else then


@pytest.mark.real
@pytest.mark.parametrize("year", HEERLEN)
@needs(HEERLEN[2020])
def test_counts_of_wijken_and_buurten_are_multiples_of_the_stated_rounding(year: int) -> None:
    figures = heerlen_figures(year)
    for indicator in (i for i in PUBLISHED if i.rounding and year in years(i)):
        counts = values(figures, indicator, year).dropna()
        assert (indicator.id, int((counts % indicator.rounding != 0).sum())) == (indicator.id, 0)


@pytest.mark.real
@pytest.mark.parametrize("year", HEERLEN)
@needs(HEERLEN[2020])
def test_nothing_is_published_below_the_minimum_that_we_tell_residents(year: int) -> None:
    figures = heerlen_figures(year)
    for indicator in (i for i in PUBLISHED if i.threshold and year in years(i)):
        threshold = indicator.threshold
        assert threshold
        if year < (threshold.first_year or year):
            continue
        basis = catalogue()[threshold.basis]
        figure, size = values(figures, indicator, year), values(figures, basis, year)
        smallest = size[figure.notna()].min()
        assert pd.isna(smallest) or (indicator.id, smallest + basis.rounding) >= (
            indicator.id,
            threshold.minimum,
        )


def counts_of(figures: pd.DataFrame, year: int) -> pd.DataFrame:
    """Every count of the catalogue that the table has figures of, by indicator id."""
    there = [i for i in PUBLISHED if i.kind == "count" and year in years(i)]
    found = {i.id: matches(i, year, Counter(figures.columns)) for i in there}
    return pd.DataFrame({name: figures[a[0].stems[0].lower()] for name, a in found.items() if a}).astype(
        float
    )


def country_figures() -> pd.DataFrame:
    return pd.read_parquet(COUNTRY_2020 / "TypedDataSet.parquet").rename(columns=stem)


@pytest.mark.real
@needs(COUNTRY_2020)
def test_totals_are_exact_in_every_gemeente_and_hold_up_to_rounding_in_every_wijk_and_buurt() -> None:
    figures = country_figures()
    counts, gemeente = counts_of(figures, 2020), figures["soortregio"].str.strip() == "Gemeente"
    held = 0
    for total in catalogue().totals:
        if set(total.parts) <= set(counts):
            off = counts[list(total.parts)].sum(axis=1) - counts[total.total]
            assert (off[gemeente] == 0).all()
            assert off.abs().max() <= 4 * (len(total.parts) + 1)
            assert abs(off.mean()) < 2
            held += 1
    assert held == 3


@pytest.mark.real
@pytest.mark.parametrize("year", HEERLEN)
@needs(HEERLEN[2020])
def test_a_share_of_the_population_lies_between_0_and_the_whole_up_to_rounding(year: int) -> None:
    counts = counts_of(heerlen_figures(year), year)
    large = counts["population"] >= 100
    for share in (s for s in SHARES if set(s.share_of) <= set(counts) and s.factor == 100):
        numerator, *whole = share.share_of
        ratio = (counts[numerator] / counts[whole].sum(axis=1))[large].dropna()
        assert ratio.between(0, 1.05).all(), share.id
