"""How Wijkradar tells about converting figures to other borders, on the screen and on the command line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

import pandas as pd

from data.addresses import WHERE, AddressFile
from data.manifest import BridgeRecord
from data.overlay import ADDRESSES
from data.panel import Level
from reports.converted import Converted
from ui import fetch_wording, wording

#: Below this share of addresses found back, the files probably do not belong together.
FEW_FOUND: Final = 0.9
#: What happens to land; a region that only got another name or code needs no converting.
_MOVES: Final = ("split", "merged", "redrawn")
CBS_ONLY_THEN: Final = (
    "CBS geeft cijfers van voor zo'n jaar voor de oude grenzen. Wijkradar kan ze omrekenen naar de grenzen van nu. Zo'n cijfer "
    "heet overal omgerekend: het is een schatting, met een marge."
)
WHAT_IS_NEEDED: Final = (
    "Daarvoor zijn twee bestanden van CBS nodig: een van voor en een van na de wijziging. Daarin staat in welke buurt elk adres "
    f"ligt. Haal ze op bij CBS ({WHERE}) en kies ze hier zoals u ze kreeg; uitpakken hoeft niet. Wijkradar bewaart geen adressen, "
    "alleen hoeveel adressen van de ene naar de andere wijk of buurt gingen."
)
AREA_WARNING: Final = (
    "Let op: op oppervlakte is veel onzekerder: een park telt even zwaar als een flat. Kies dit alleen als u geen bestanden met "
    "adressen hebt."
)
AREA_CONFIRM: Final = "Ik begrijp dat deze cijfers veel onzekerder zijn"


def too_large(limit: int) -> str:
    """Say what to do with a file that a browser may not send."""
    return (
        f"Is een bestand groter dan {limit} MB? Kies dan het zip-bestand zoals CBS het geeft, of gebruik de opdracht "
        "python cli.py bridge met de twee bestanden erachter."
    )


def redrawn_years(events: pd.DataFrame, level: str) -> list[int]:
    """Return the years in which land went from one wijk (or buurt) to another.

    Parameters
    ----------
    events : DataFrame
        Of `analysis.lineage.Lineage`.
    """
    moved = events[(events["level"] == level) & events["kind"].isin(_MOVES)]
    return sorted({int(year) for year in moved["year"]})


def _all_redrawn_years(events: pd.DataFrame) -> list[int]:
    return sorted({year for level in (Level.WIJK, Level.BUURT) for year in redrawn_years(events, level)})


def redrawn_sentence(name: str, events: pd.DataFrame) -> str:
    """Say whether the wijken of a gemeente were redrawn, and when."""
    wijken, buurten = (redrawn_years(events, level) for level in (Level.WIJK, Level.BUURT))
    if wijken and buurten:
        return (
            f"In {name} kregen wijken andere grenzen in {wording.join_years(wijken)}, en buurten in "
            f"{wording.join_years(buurten)}."
        )
    if wijken or buurten:
        which, years = ("wijken", wijken) if wijken else ("buurten", buurten)
        return f"In {name} kregen {which} andere grenzen in {wording.join_years(years)}."
    return (
        f"Voor zover Wijkradar weet, hielden de wijken en buurten van {name} steeds dezelfde grenzen. Er valt dus niets om te "
        "rekenen."
    )


def pair_label(old_year: int, new_year: int) -> str:
    """Name the two years that figures are converted between."""
    return f"{old_year} naar {new_year}"


def which_files(name: str, events: pd.DataFrame) -> str:
    """Say of which years files are needed; empty where nothing was redrawn."""
    years = _all_redrawn_years(events)
    if not years:
        return ""
    return f"Voor {name} zijn dat een bestand van {years[0] - 1} of eerder en een van {years[-1]} of later."


def recognised_row(file: AddressFile) -> dict[str, str]:
    """Return what a table says of a file before it is stored."""
    return {
        "Bestand": file.path.name,
        "Jaar": str(file.year),
        "Grootte": f"{wording.number(max(file.size // 1_000_000, 1))}{wording.SPACE}MB",
    }


def ready_sentences(old: AddressFile, new: AddressFile, name: str, events: pd.DataFrame) -> list[str]:
    """Say what storing two files will do, and whether that is of any use for a gemeente."""
    told = [
        f"Wijkradar kijkt welke adressen tussen {old.year} en {new.year} in een andere wijk of buurt kwamen. Cijfers van voor "
        "zo'n wijziging rekent het om naar de grenzen erna. Grote bestanden kosten ongeveer een halve minuut."
    ]
    years = _all_redrawn_years(events)
    if years and not any(old.year < year <= new.year for year in years):
        told.append(
            f"Let op: in {name} veranderden tussen {old.year} en {new.year} geen grenzen. {which_files(name, events)}"
        )
    return told


def found_sentence(record: BridgeRecord) -> str:
    """Say how many addresses of the old year were found back in the new one."""
    known = record.matched + record.only_old
    share = _percent(record.found_share or 0.0)
    return (
        f"Van de {wording.number(known)} adressen in {record.old_year} stonden er {wording.number(record.matched)} ({share}) ook in "
        f"{record.new_year}; {wording.number(record.only_new)} kwamen erbij."
    )


def record_title(record: BridgeRecord) -> str:
    """Name what is stored, for a list or a table."""
    by = "op adressen" if record.origin == ADDRESSES else "op oppervlakte"
    return f"{pair_label(record.old_year, record.new_year)}, {by}"


def record_row(record: BridgeRecord) -> dict[str, str]:
    """Return what a table says of something that is stored."""
    return {
        "Van en naar": pair_label(record.old_year, record.new_year),
        "Waarmee": "adressen" if record.origin == ADDRESSES else "oppervlakte",
        "Teruggevonden": "" if record.found_share is None else _percent(record.found_share),
        "Opgeslagen": fetch_wording.short_day(record.at),
    }


def stored_sentences(records: Sequence[BridgeRecord], name: str, years: Collection[int]) -> list[str]:
    """Say what was stored for one gemeente, of which there are figures of ``years``, and what to mind."""
    told = []
    for record in records:
        if record.origin == ADDRESSES:
            told.append(f"{name}: {record_title(record)}. {found_sentence(record)}")
            if record.found_share is not None and record.found_share < FEW_FOUND:
                told.append(
                    "Dat is weinig. Kijk of deze twee bestanden van het hele land zijn en bij de jaren van de wijziging horen."
                )
    if measured := [record for record in records if record.origin != ADDRESSES]:
        pairs = wording.join_names([pair_label(record.old_year, record.new_year) for record in measured])
        told.append(
            f"{name}: op oppervlakte van {pairs}. Gemeten op de kaart, zonder water; veel onzekerder dan met adressen."
        )
    needed = {year for record in records for year in (record.old_year, record.new_year)}
    if missing := sorted(needed - set(years)):
        told.append(
            f"Let op: van {wording.join_years(missing)} staan er geen cijfers van {name} in de opslag, en die zijn nodig om om "
            "te rekenen. Haal ze op; dan rekent Wijkradar vanzelf om."
        )
    return told


def converted_sentences(found: Iterable[Converted], gemeente: str) -> list[str]:
    """Say how many regions have converted figures now, and how much of them moved."""
    told = [
        f"Nu omgerekend in {gemeente}: cijfers van {_regions(one)} over {wording.join_years(_years(one))}. Bij de helft daarvan "
        f"ging ten hoogste {_percent(one.usual_moved)} van de adressen (of het land) van de ene naar de andere {one.level}, en bij "
        f"geen enkele meer dan {_percent(one.most_moved)}."
        for one in found
    ]
    return told or [
        f"In {gemeente} verandert er geen cijfer: tussen deze jaren zijn er geen wijken of buurten met andere grenzen die "
        "Wijkradar hiermee kan omrekenen."
    ]


def _regions(one: Converted) -> str:
    return wording.count(
        one.regions, wording.level_label(one.level), wording.level_label(one.level, plural=True)
    )


def _years(one: Converted) -> list[int]:
    return list(range(one.first_year, one.last_year + 1))


def left_out_sentence(names: Collection[str]) -> str:
    """Say of which gemeenten the files have no address; empty where there are none."""
    if not names:
        return ""
    return f"In deze bestanden staan geen adressen van {wording.join_names(sorted(names))}; daar verandert niets."


def _percent(share: float) -> str:
    return wording.figure(share * 100, "%", 0 if share >= 0.1 or not share else 1)
