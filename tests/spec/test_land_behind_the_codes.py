"""Which land a code stood for: codes are changed, freed and given to other land.

Of every wijk and buurt CBS says each year whether it is as it was (1), has another code (2) or other borders (3). It does
not say which code it had. Wijkradar follows the land and never the code.
"""

from __future__ import annotations

import pandas as pd

from analysis.lineage import OVERLAPS, Lineage, biography, join_series, trace

SAME, RECODED, REDRAWN = 1, 2, 3

Division = dict[str, tuple[str, int | None]]


def history(years: dict[int, Division], overlaps: pd.DataFrame | None = None) -> Lineage:
    """Trace regions that are written down as {year: {code: (name, flag)}}."""
    rows = [
        {
            "region": code,
            "level": "wijk" if code.startswith("WK") else "buurt",
            "year": year,
            "name": name,
            "gemeente": "GM" + code[2:6],
            "boundary": flag,
        }
        for year, division in years.items()
        for code, (name, flag) in division.items()
    ]
    return trace(pd.DataFrame(rows).astype({"boundary": "Int8"}), overlaps)


def addresses(
    old_year: int, new_year: int, *moves: tuple[str, str, int], level: str = "wijk"
) -> pd.DataFrame:
    rows = [(level, old_year, new_year, old, new, amount, "addresses") for old, new, amount in moves]
    return pd.DataFrame(rows, columns=OVERLAPS)


def told(lineage: Lineage) -> list[tuple[int, str, tuple[str, ...], tuple[str, ...]]]:
    events = lineage.events
    return list(zip(events["year"], events["kind"], events["old"], events["new"], strict=True))


def series(lineage: Lineage) -> dict[str, list[tuple[int, str]]]:
    """Return the years and published codes of every series."""
    return {
        str(name): list(zip(rows["year"], rows["region"], strict=True))
        for name, rows in lineage.lands.groupby("series")
    }


def test_heerlen_de_beitel_became_wijk_42_while_other_land_became_wijk_41() -> None:
    lineage = history(
        {
            2015: {
                "WK091740": ("Wijk 40 Heerlerbaan", SAME),
                "WK091741": ("Wijk 41 De Beitel", SAME),
            },
            2016: {
                "WK091740": ("Wijk 40 Heerlerbaan-Centrum", REDRAWN),
                "WK091741": ("Wijk 41 Heerlerbaan-Schil", REDRAWN),
                "WK091742": ("Wijk 42 De Beitel", RECODED),
            },
            2017: {
                "WK091740": ("Wijk 40 Heerlerbaan-Centrum", SAME),
                "WK091741": ("Wijk 41 Heerlerbaan-Schil", SAME),
                "WK091742": ("Wijk 42 De Beitel", SAME),
            },
        }
    )

    assert series(lineage)["WK091742"] == [(2015, "WK091741"), (2016, "WK091742"), (2017, "WK091742")]
    assert series(lineage)["WK091741"] == [(2016, "WK091741"), (2017, "WK091741")]
    assert (2016, "recoded", ("WK091741",), ("WK091742",)) in told(lineage)
    assert (2016, "split", ("WK091740",), ("WK091740", "WK091741")) in told(lineage)


def test_a_code_that_comes_back_years_later_is_other_land() -> None:
    lineage = history(
        {
            2015: {"BU99991202": ("Het Koor", SAME), "BU99991203": ("Torenveld", SAME)},
            2016: {"BU99991202": ("Het Koor", SAME), "BU99991204": ("Torenveld", RECODED)},
            2017: {"BU99991202": ("Het Koor", SAME), "BU99991204": ("Torenveld", SAME)},
            2018: {
                "BU99991202": ("Het Koor", REDRAWN),
                "BU99991203": ("Het Schip", REDRAWN),
                "BU99991204": ("Torenveld", SAME),
            },
        }
    )

    assert [year for year, _ in series(lineage)["BU99991204"]] == [2015, 2016, 2017, 2018]
    assert series(lineage)["BU99991203"] == [(2018, "BU99991203")]


def test_land_that_is_gone_gives_its_code_up_and_says_until_when_it_was_meant() -> None:
    lineage = history(
        {
            2015: {"WK999901": ("Haven", SAME), "WK999902": ("Kade", SAME)},
            2016: {"WK999902": ("Havenkade", REDRAWN)},
            2017: {"WK999901": ("Nieuw Eiland", REDRAWN), "WK999902": ("Havenkade", SAME)},
        }
    )

    assert set(series(lineage)) == {"WK999901@2015", "WK999901", "WK999902"}
    assert series(lineage)["WK999901@2015"] == [(2015, "WK999901")]


def test_amsterdam_2023_no_code_in_common_with_2022() -> None:
    """Land that stayed is followed through its name; land that was redrawn begins anew."""
    lineage = history(
        {
            2022: {
                "WK036300": ("Burgwallen-Oude Zijde", SAME),
                "WK036301": ("Burgwallen-Nieuwe Zijde", SAME),
                "WK036302": ("Grachtengordel-West", SAME),
            },
            2023: {
                "WK0363AA": ("Burgwallen-Oude Zijde", RECODED),
                "WK0363AB": ("Burgwallen-Nieuwe Zijde", RECODED),
                "WK0363AC": ("Grachtengordel-West", REDRAWN),
            },
        }
    )

    assert series(lineage)["WK0363AA"] == [(2022, "WK036300"), (2023, "WK0363AA")]
    assert series(lineage)["WK0363AB"] == [(2022, "WK036301"), (2023, "WK0363AB")]
    assert series(lineage)["WK036302"] == [(2022, "WK036302")]
    assert series(lineage)["WK0363AC"] == [(2023, "WK0363AC")]
    assert (2023, "redrawn", ("WK036302",), ("WK0363AC",)) in told(lineage)


def test_two_wijken_that_exchange_their_codes_are_not_mistaken_for_each_other() -> None:
    lineage = history(
        {
            2020: {"WK999901": ("Noord", SAME), "WK999902": ("Zuid", SAME)},
            2021: {"WK999901": ("Zuid", RECODED), "WK999902": ("Noord", RECODED)},
        }
    )

    assert series(lineage) == {
        "WK999901": [(2020, "WK999902"), (2021, "WK999901")],
        "WK999902": [(2020, "WK999901"), (2021, "WK999902")],
    }


def test_after_a_merger_buurten_with_the_same_name_are_told_apart_by_their_number() -> None:
    lineage = history(
        {
            2021: {
                "BU03980009": ("Verspreide huizen", SAME),
                "BU04160005": ("Verspreide huizen", SAME),
                "BU04160001": ("Langedijk", SAME),
            },
            2022: {
                "BU19800009": ("Verspreide huizen", RECODED),
                "BU19800005": ("Verspreide huizen", RECODED),
                "BU19800001": ("Langedijk", RECODED),
            },
        }
    )

    assert series(lineage)["BU19800009"] == [(2021, "BU03980009"), (2022, "BU19800009")]
    assert series(lineage)["BU19800005"] == [(2021, "BU04160005"), (2022, "BU19800005")]
    assert lineage.events["certain"].all()


def test_without_evidence_nothing_is_joined() -> None:
    """Both wijken got another code and another name. Which is which, nobody can tell from the lists."""
    lineage = history(
        {
            2020: {"WK999901": ("Noord", SAME), "WK999902": ("Zuid", SAME)},
            2021: {"WK999911": ("Duinrand", RECODED), "WK999912": ("Havenrand", RECODED)},
        }
    )

    assert len(series(lineage)) == 4
    unknown = lineage.events[lineage.events["kind"] == "recoded"]
    assert unknown["old"].tolist() == [(), ()]
    assert not unknown["certain"].any()


def test_counted_addresses_tell_what_names_cannot() -> None:
    lineage = history(
        {
            2020: {"WK999901": ("Noord", SAME), "WK999902": ("Zuid", SAME)},
            2021: {"WK999911": ("Duinrand", RECODED), "WK999912": ("Havenrand", RECODED)},
        },
        addresses(2020, 2021, ("WK999901", "WK999912", 800), ("WK999902", "WK999911", 650)),
    )

    assert series(lineage)["WK999912"] == [(2020, "WK999901"), (2021, "WK999912")]
    assert lineage.events["evidence"].unique().tolist() == ["addresses"]


def test_a_wijk_is_followed_through_its_buurten() -> None:
    lineage = history(
        {
            2020: {
                "WK999901": ("Noord", SAME),
                "WK999902": ("Zuid", SAME),
                "BU99990100": ("Duin", SAME),
                "BU99990101": ("Bos", SAME),
                "BU99990200": ("Kade", SAME),
            },
            2021: {
                "WK999911": ("Buitenrand", RECODED),
                "WK999912": ("Binnenrand", RECODED),
                "BU99991100": ("Duin", RECODED),
                "BU99991101": ("Bos", RECODED),
                "BU99991200": ("Kade", RECODED),
            },
        }
    )

    wijken = lineage.events[lineage.events["level"] == "wijk"]
    assert wijken["old"].tolist() == [("WK999901",), ("WK999902",)]
    assert wijken["evidence"].unique().tolist() == ["buurten"]


def test_a_wijk_that_gave_land_away_stays_one_region_with_a_break() -> None:
    overlaps = addresses(
        2017,
        2018,
        ("WK999919", "WK999919", 900),
        ("WK999919", "WK999920", 100),
        ("WK999920", "WK999920", 500),
        ("WK999921", "WK999921", 400),
    )
    division = {f"WK9999{n}": (f"Wijk {n}", SAME) for n in (19, 20, 21)}
    redrawn = division | {f"WK9999{n}": (f"Wijk {n}", REDRAWN) for n in (19, 20)}
    lineage = history({2017: division, 2018: redrawn}, overlaps)
    panel = lineage.lands[["region", "year", "boundary"]].assign(indicator="population", value=100.0)
    joined = join_series(panel, lineage)

    both = ("WK999919", "WK999920")
    assert told(lineage) == [(2018, "redrawn", both, both)]
    assert joined.loc[joined["year"] == 2018, "boundary"].tolist() == [REDRAWN, REDRAWN, SAME]
    assert (joined["region"] == joined["published_as"]).all()


def test_a_wijk_that_only_got_another_code_is_one_unbroken_series() -> None:
    lineage = history(
        {
            2015: {"WK999905": ("Klaverveld", SAME), "WK999906": ("Singels", SAME)},
            2016: {"WK999909": ("Klaverveld", RECODED), "WK999906": ("Singels", SAME)},
        }
    )
    panel = lineage.lands[["region", "year", "boundary"]].assign(indicator="population", value=100.0)
    klaverveld = join_series(panel, lineage).query("region == 'WK999909'")

    assert klaverveld["published_as"].tolist() == ["WK999905", "WK999909"]
    assert klaverveld["boundary"].tolist() == [SAME, SAME]


def test_with_code_lists_alone_a_group_is_a_guess_and_says_so() -> None:
    lineage = history(
        {
            2020: {"WK999911": ("De Hoge Akkers", SAME), "WK999912": ("Singels", SAME)},
            2021: {
                "WK999912": ("Singels", SAME),
                "WK999924": ("De Hoge Akkers-West", REDRAWN),
                "WK999925": ("De Hoge Akkers-Oost", REDRAWN),
            },
        }
    )

    assert told(lineage) == [(2021, "split", ("WK999911",), ("WK999924", "WK999925"))]
    assert lineage.events[["evidence", "certain"]].iloc[0].tolist() == ["code_lists", False]


def test_a_missing_year_leaves_the_history_unknown() -> None:
    """The code and the name are the same, so it is one region to follow; that it is the same land, nobody says."""
    lineage = history({2016: {"WK999901": ("Noord", SAME)}, 2018: {"WK999901": ("Noord", SAME)}})

    assert list(series(lineage)) == ["WK999901"]
    assert lineage.lands["land"].nunique() == 2
    assert lineage.events.empty


def test_borders_of_years_that_lie_apart_tell_about_the_years_between() -> None:
    noord, zuid, duin, kade = "WK999901", "WK999902", "WK999911", "WK999912"
    lineage = history(
        {
            2016: {noord: ("Noord", SAME), zuid: ("Zuid", SAME)},
            2017: {duin: ("Duinrand", RECODED), kade: ("Havenrand", RECODED)},
            2018: {duin: ("Duinrand", SAME), kade: ("Havenrand", SAME)},
        },
        addresses(2016, 2018, (noord, duin, 800), (zuid, kade, 650)),
    )

    assert (2017, "recoded", (noord,), (duin,)) in told(lineage)


def test_the_biography_of_a_wijk_starts_with_the_wijk_it_came_from() -> None:
    lineage = history(
        {
            2015: {"WK999905": ("Akkers", SAME)},
            2016: {"WK999911": ("Akkers", RECODED)},
            2017: {"WK999924": ("Akkers-West", REDRAWN), "WK999925": ("Akkers-Oost", REDRAWN)},
            2018: {"WK999924": ("Westrand", SAME), "WK999925": ("Akkers-Oost", SAME)},
        }
    )
    life = biography(lineage, "WK999924")

    assert list(zip(life["year"], life["kind"], life["role"], strict=True)) == [
        (2016, "recoded", "ancestor"),
        (2017, "split", "new"),
        (2018, "renamed", "both"),
    ]
    assert biography(lineage, "WK999911")["role"].tolist() == ["both", "old"]
    assert biography(lineage, "WK999999").empty
