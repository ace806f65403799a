"""A small wijkanalyse with every kind of block, every section and a full deck: for tests of renderings, without a store.

Every figure is invented. Nothing of the real world is meant.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from reports.map_drawing import LOOK, Entry, MapDrawing
from reports.model import (
    SECTIONS,
    Answer,
    Block,
    Chart,
    Figure,
    Grid,
    Map,
    Points,
    Report,
    Say,
    Section,
    Series,
    Slide,
    Summary,
    Voice,
    Voices,
)
from ui.theme import LIGHT

GEMEENTE, WIJK = "GM9999", "WK999908"
PEOPLE = "aantal_inwoners"
LONELY = "eenzaamheid"
YEARS = tuple(str(year) for year in range(2016, 2026))
SOURCE = "Bron: CBS, Kerncijfers wijken en buurten 2025 (86165NED), gelezen op 3 november 2026, CC BY 4.0."
HEALTH_SOURCE = "Bron: RIVM, Gezondheid per wijk en buurt (50120NED), gelezen op 3 november 2026, CC BY 4.0."
FICTIONAL = "Verzonnen cijfers van een verzonnen gemeente: niets hiervan gaat over een echte wijk."
#: Names of 60 characters.
LONG_WIJK = "Sint-Willebrordusbuurt en Oud-Kerkwijkerbroek aan de Waterka"
LONG_GEMEENTE = "Nieuwegein-Hardinxveld-Giessendam aan den Hollandschen IJsse"
LONG_INDICATOR = "Personen van 18 jaar en ouder met ernstige gevoelens van een"
NASTY = 'Stichting "Hé, <b>buur</b>" & co. #let $x$ *_vet_* @iemand \\ [haken] ~ `tik`'


def example_report(*, long_names: bool = False, **changes: Any) -> Report:
    """Return the whole report.

    Parameters
    ----------
    long_names : bool
        Names of 60 characters for the wijk, the gemeente and an indicator.
    **changes
        Other fields of the `Report`, by name.
    """
    wijk = LONG_WIJK if long_names else "Muziekwijk"
    gemeente = LONG_GEMEENTE if long_names else "Voorbeeldstad"
    lonely = LONG_INDICATOR if long_names else "Eenzaamheid"
    made = _Example(wijk, gemeente, lonely)
    report = Report(
        gemeente=GEMEENTE,
        wijk=WIJK,
        gemeente_name=gemeente,
        wijk_name=wijk,
        edition=2,
        status="besproken op 3 maart 2026",
        made=date(2026, 11, 22),
        vintage="Cijfers tot en met 2025, gelezen op 3 november 2026.",
        methods="Gemaakt met Wijkradar 0.1.0 op 22 november 2026.",
        sections=made.sections(),
        summary=made.summary(),
        slides=made.slides(),
        fictional=FICTIONAL,
    )
    return replace(report, **changes)


class _Example:
    """The blocks of the example, with the names that they speak of."""

    def __init__(self, wijk: str, gemeente: str, lonely: str) -> None:
        self.wijk, self.gemeente, self.lonely = wijk, gemeente, lonely

    # -- figures -----------------------------------------------------------------------------------

    def people(self) -> Figure:
        return Figure(
            WIJK, PEOPLE, 2025, 12430.0, "official", "personen", self.wijk, "Aantal inwoners",
            "12\u202f430 personen", SOURCE,
        )  # fmt: skip

    def loneliness(self) -> Figure:
        return Figure(
            WIJK, LONELY, 2024, 58.3, "provisional", "%", self.wijk, self.lonely, "58,3%", HEALTH_SOURCE
        )

    def missing(self) -> Figure:
        return Figure(
            WIJK, "bijstand", 2025, float("nan"), "secret", "per 1.000", self.wijk, "Bijstand",
            "geheim: te weinig mensen om te noemen", SOURCE,
        )  # fmt: skip

    # -- blocks ------------------------------------------------------------------------------------

    def line(self) -> Chart:
        own = (51.2, 51.8, 52.9, None, 53.6, 54.4, 55.9, 56.7, 58.3, 58.9)
        town = (47.1, 47.4, 47.3, 47.9, 48.2, 48.0, 48.6, 48.9, 49.1, 49.3)
        country = (45.0, 45.3, 45.8, 46.1, 46.0, 46.4, 46.8, 47.1, 47.0, 47.2)
        texts = tuple("geen cijfer: niet gemeten" if value is None else _percent(value) for value in own)
        return Chart(
            form="line",
            title=f"{self.lonely} ligt in {self.wijk} hoger dan in heel {self.gemeente} en neemt toe",
            unit="% van de inwoners van 18 jaar en ouder",
            decimals=0,
            categories=YEARS,
            series=(
                Series(
                    self.wijk, "own", own, texts,
                    lower=tuple(None if value is None else value - 3.1 for value in own),
                    upper=tuple(None if value is None else value + 3.1 for value in own),
                    dashed=(False,) * 8 + (True, True),
                ),
                Series(self.gemeente, "gemeente", town, tuple(map(_percent, town))),
                Series("Nederland", "land", country, tuple(map(_percent, country))),
            ),
            alt="Lijngrafiek van 2016 tot en met 2025: de wijk stijgt van 51,2% naar 58,9%, de gemeente van 47,1% naar 49,3%.",
            table=Grid(
                caption=f"{self.lonely} per jaar, in procenten",
                head=("Jaar", self.wijk, self.gemeente, "Nederland"),
                rows=tuple(
                    (year, mine, _percent(theirs), _percent(all_of_us))
                    for year, mine, theirs, all_of_us in zip(YEARS, texts, town, country, strict=True)
                ),
                numeric=frozenset({1, 2, 3}),
                source=HEALTH_SOURCE,
                figures=(self.loneliness(),),
            ),
            breaks=("2020",),
            note="Vanaf 2020 is de vraag anders gesteld: de lijn loopt daar niet door. 2024 en 2025 zijn voorlopig.",
            source=HEALTH_SOURCE,
            figures=(self.loneliness(),),
        )  # fmt: skip

    def forecast(self) -> Chart:
        before = (11210.0, 11420.0, 11650.0, 11800.0, 11990.0, 12100.0, 12180.0, 12290.0, 12360.0, 12430.0)
        ahead = (12500.0, 12580.0, 12650.0, 12720.0, 12790.0)
        years = YEARS + tuple(str(year) for year in range(2026, 2031))
        nothing: tuple[None, ...] = (None,) * 10
        gap: tuple[None, ...] = (None,) * 5
        return Chart(
            form="line",
            title=f"{self.wijk} groeit naar verwachting door tot ongeveer 12\u202f790 inwoners in 2030",
            unit="inwoners",
            decimals=0,
            categories=years,
            series=(
                Series(self.wijk, "own", before + gap, tuple(map(_whole, before)) + ("nog niet gemeten",) * 5),
                Series(
                    "Verwachting", "expected", nothing + ahead,
                    ("gemeten",) * 10 + tuple(map(_whole, ahead)),
                    lower=nothing + tuple(v - 60.0 * (i + 1) for i, v in enumerate(ahead)),
                    upper=nothing + tuple(v + 60.0 * (i + 1) for i, v in enumerate(ahead)),
                    wide_lower=nothing + tuple(v - 110.0 * (i + 1) for i, v in enumerate(ahead)),
                    wide_upper=nothing + tuple(v + 110.0 * (i + 1) for i, v in enumerate(ahead)),
                ),
            ),
            alt="Lijngrafiek: 11\u202f210 inwoners in 2016, 12\u202f430 in 2025, en een verwachting van 12\u202f790 in 2030 met een band.",
            table=Grid(
                caption="Verwacht aantal inwoners",
                head=("Jaar", "Verwacht", "80 van de 100 keer tussen"),
                rows=tuple(
                    (year, _whole(value), f"{_whole(value - 60 * (i + 1))} en {_whole(value + 60 * (i + 1))}")
                    for i, (year, value) in enumerate(zip(years[10:], ahead, strict=True))
                ),
                numeric=frozenset({1, 2}),
                source=SOURCE,
            ),
            note="Van 40 eerdere banden van 80 in de 100 bevatten er 33 de uitkomst.",
            source=SOURCE,
        )  # fmt: skip

    def bars(self) -> Chart:
        names = ("Huishoudens met kinderen", "Alleenwonenden", "Mensen met een laag inkomen", self.lonely)
        mine, town = (31.0, 44.0, None, 58.3), (34.0, 39.0, 12.1, 49.1)
        texts = ("31%", "44%", "geheim: te weinig mensen om te noemen", "58,3%")
        return Chart(
            form="bars",
            title=f"In {self.wijk} wonen meer mensen alleen dan gemiddeld in {self.gemeente}",
            unit="%",
            decimals=0,
            categories=names,
            series=(
                Series(
                    self.wijk, "own", mine, texts,
                    lower=(28.0, 41.0, None, 55.2), upper=(34.0, 47.0, None, 61.4),
                    dashed=(False, False, False, True),
                ),
                Series(self.gemeente, "gemeente", town, ("34%", "39%", "12,1%", "49,1%")),
            ),
            alt="Liggende staven: 44% van de huishoudens woont alleen, in de gemeente 39%.",
            table=Grid(
                caption="Wijk en gemeente naast elkaar",
                head=("Onderwerp", self.wijk, self.gemeente),
                rows=tuple(zip(names, texts, ("34%", "39%", "12,1%", "49,1%"), strict=True)),
                numeric=frozenset({1, 2}),
                source=SOURCE,
            ),
            note="Het streepje om een staaf is de onzekerheid van de meting.",
            source=SOURCE,
            figures=(self.loneliness(), self.missing()),
        )  # fmt: skip

    def map(self) -> Map:
        borders = _squares(self.wijk)
        land = borders[~borders["water"]]
        classes = pd.array([3, 1, 0, pd.NA, 2, 4], dtype="Int64")
        labels = ["58,3%", "49,0%", "44,2%", "geen cijfer", "52,7%", "61,0%"]
        legend = (
            *(
                Entry(f"{40 + 5 * step} tot {45 + 5 * step}%", colour=colour, count=1)
                for step, colour in enumerate(LIGHT.scale)
            ),
            Entry("geen cijfer", mark="no_figure", count=1),
        )
        drawing = MapDrawing(
            title=f"{self.wijk} hoort bij de wijken met de meeste eenzaamheid",
            gemeente=GEMEENTE,
            level="wijk",
            borders_year=2025,
            areas=pd.DataFrame(
                {
                    "region": land["region"],
                    "name": land["name"],
                    "class": classes,
                    "label": labels,
                    "status": ["provisional"] + ["official"] * 5,
                    "alike": [False, True, False, False, False, False],
                    "value": [58.3, 49.0, 44.2, None, 52.7, 61.0],
                }
            ).set_index("region", drop=False),
            colours=LIGHT.scale,
            legend_title=f"{self.lonely} in 2024, in procenten",
            legend=legend,
            look={name: getattr(LIGHT, name) for name in LOOK},
            notes=("Dik omlijnd is de wijk van dit verslag.",),
            source=f"{HEALTH_SOURCE} Grenzen: CBS en Kadaster (PDOK), CC BY 4.0.",
        )
        return Map(
            drawing=drawing,
            borders=borders,
            outline=borders[borders["region"] == WIJK],
            alt=f"Kaart van zes wijken; {self.wijk} heeft 58,3% en hoort bij de hoogste klassen.",
            table=Grid(
                caption="Eenzaamheid per wijk in 2024",
                head=("Wijk", "Aandeel"),
                rows=tuple(zip(land["name"], labels, strict=True)),
                numeric=frozenset({1}),
                source=HEALTH_SOURCE,
            ),
        )

    def key_figures(self) -> Grid:
        return Grid(
            caption="Kerncijfers",
            head=("Onderwerp", self.wijk, self.gemeente, "Richting"),
            rows=(
                ("Aantal inwoners (2025)", "12\u202f430", "101\u202f250", "neemt toe"),
                (f"{self.lonely} (2024, voorlopig)", "58,3%", "49,1%", "neemt toe"),
                ("Alleenwonenden (2025)", "44%", "39%", "ongeveer gelijk"),
                (
                    "Bijstand (2025)",
                    "geheim: te weinig mensen om te noemen",
                    "31 per 1.000",
                    "niet te zeggen",
                ),
                ("Koopwoningen (2025)", "38%", "52%", "ongeveer gelijk"),
                ("Afstand tot de huisarts (2024)", "1,2 km", "0,9 km", "neemt af"),
            ),
            numeric=frozenset({1, 2}),
            widths=(4, 3, 3, 2),
            note="Voorlopig: kan nog veranderen.",
            source=SOURCE,
            figures=(self.people(), self.loneliness(), self.missing()),
        )

    def actions(self) -> Grid:
        return Grid(
            caption="Acties met eigenaar, maat en evaluatie",
            head=("Actie", "Eigenaar", "Waaraan zien we het", "Evaluatie", "Status"),
            rows=(
                ("Inloop op drie ochtenden in het buurthuis", "Welzijn", self.lonely, "1 juni 2027", "loopt"),
                ("Huisbezoek bij mensen boven de 75 jaar", NASTY, "Aantal bezoeken", "1 september 2027", "nog te beginnen"),
                ("Bankjes langs de route naar de winkels", "Beheer openbare ruimte", "Oordeel van bewoners", "1 maart 2028", "klaar"),
            ),
            widths=(4, 3, 3, 2, 2),
        )  # fmt: skip

    def voices(self) -> Voices:
        return Voices(
            (
                Voice("bewoners van de Componistenlaan", "Je kent hier niemand meer van vroeger.", "ja"),
                Voice("wijkverpleging", "Vooral na het overlijden van een partner.", "deels"),
                Voice("jongerenwerk", "Wij zien het bij jongeren juist niet.", "nee"),
            )
        )

    # -- sections ----------------------------------------------------------------------------------

    def sections(self) -> tuple[Section, ...]:
        return tuple(
            Section(id, title, self.body(id), self.left_out() if id in ("werk", "verantwoording") else ())
            for id, title in SECTIONS.items()
        )

    def left_out(self) -> tuple[str, ...]:
        return (
            "Bijstand staat er niet bij: het aantal is geheim, want het gaat om te weinig mensen.",
            "Het inkomen per buurt staat er niet bij: twee buurten hebben minder dan 100 inwoners.",
        )

    def body(self, section: str) -> tuple[Block, ...]:
        known: dict[str, tuple[Block, ...]] = {
            "vraag": (
                Say(f"Hoe gaat het met {self.wijk}, en waar beginnen we?", "lead"),
                Say("De gemeenteraad vroeg om deze analyse na signalen over eenzaamheid. De grenzen van de wijk zijn die van 2025."),
                Points(("bewoners", "wijkteam", "huisartsen"), "Voor wie"),
            ),
            "geschiedenis": (
                Say(f"{self.wijk} is gebouwd tussen 1968 en 1974 en telt nu 12\u202f430 inwoners.", "lead", (self.people(),)),
                Points(("1971: de eerste huizen klaar", "1998: het winkelcentrum vernieuwd", "2020: twee buurten kregen nieuwe grenzen"), "In het kort", ordered=True),
            ),
            "bevolking": (
                Say(f"{self.wijk} groeit langzaam.", "lead"),
                Say("Het aantal inwoners steeg in tien jaar met 1\u202f220.", "finding", (self.people(),)),
                self.key_figures(),
                self.voices(),
            ),
            "wonen": (Say("Er zijn minder koopwoningen dan gemiddeld: 38% tegen 52%.", "lead"), Say("Dit verschil is groter dan de onzekerheid.")),
            "werk": (Say("Over werk valt met deze cijfers weinig te zeggen.", "lead"), Say("Een deel van de cijfers is geheim.", "note", (self.missing(),))),
            "onderwijs": (Say("Het aandeel jongeren is ongeveer gelijk aan dat van de gemeente.", "lead"), self.bars()),
            "zorg": (Say("Meer mensen dan gemiddeld voelen zich eenzaam.", "lead", (self.loneliness(),)), self.line(), self.map(), self.voices()),
            "veiligheid": (Say("Het aantal misdrijven is ongeveer gelijk gebleven.", "lead"), Say("Twee punten zijn geen trend.", "note")),
            "voorzieningen": (Say("De huisarts is 1,2 km ver.", "lead"), Points(("buurthuis De Maat", "sportpark Allegro", NASTY), "Wat er is")),
            "leefwereld": (Say("Er kwamen 14 signalen binnen; over eenzaamheid minder dan 5.", "lead"), Say("Dit is een signaal, geen oordeel.", "note"), self.voices()),
            "vooruitblik": (Say("De wijk groeit naar verwachting door.", "lead"), self.forecast()),
            "duiding": (
                Points(("Bewoners helpen elkaar.", "Het buurthuis is elke dag open."), "Krachten"),
                Points(("Eenzaamheid neemt toe.", "Weinig plekken om elkaar te zien."), "Knelpunten"),
                Points(("Ontmoeting dichtbij huis.", "Huisbezoek aan ouderen."), "Prioriteiten", ordered=True),
            ),
            "acties": (Say("Drie acties, elk met een eigenaar en een datum.", "lead"), self.actions()),
            "verandering": (Say("Sinds de vorige wijkanalyse nam eenzaamheid toe van 53,6% naar 58,3%.", "lead"), Say("Van de 4 acties zijn er 2 klaar, 1 loopt en 1 is gestopt.")),
            "verantwoording": (
                Say("Cijfers zijn afgerond zoals de bron ze geeft."),
                Grid("Bronnen", ("Bron", "Tabel", "Jaar", "Gelezen op"), (("CBS, Kerncijfers wijken en buurten", "86165NED", "2025", "3 november 2026"), ("RIVM, Gezondheid per wijk en buurt", "50120NED", "2024", "3 november 2026"))),
                Grid("Ontbrekende cijfers", ("Onderwerp", "Jaar", "Waarom"), (("Bijstand", "2025", "geheim: te weinig mensen om te noemen"),), figures=(self.missing(),)),
            ),
        }  # fmt: skip
        return known[section]

    # -- summary and slides ------------------------------------------------------------------------

    def summary(self) -> Summary:
        return Summary(
            message=f"{self.wijk} groeit, maar steeds meer mensen voelen zich eenzaam: begin met ontmoeting dichtbij huis.",
            figures=self.key_figures(),
            points=(
                Points(("Bewoners helpen elkaar.", "Het buurthuis is elke dag open."), "Krachten"),
                Points(("Eenzaamheid neemt toe.", "Weinig plekken om elkaar te zien."), "Knelpunten"),
                Points(
                    ("Ontmoeting dichtbij huis.", "Huisbezoek aan ouderen."), "Prioriteiten", ordered=True
                ),
                Points(("“Je kent hier niemand meer van vroeger.”",), "Wat bewoners zeggen"),
            ),
            ask=("Stem in met drie acties.", "Maak € 40\u202f000 vrij voor de inloop."),
            chart=self.line(),
        )

    def slides(self) -> tuple[Slide, ...]:
        answers = (
            Answer("Is dit verschil toeval?", "Nee: het is groter dan de onzekerheid van 3,1 procentpunt."),
            Answer("Wat weten we niet?", "Het aantal mensen met bijstand is geheim."),
        )
        return (
            Slide("samenvatting", f"{self.wijk} groeit, maar steeds meer mensen voelen zich eenzaam", (self.key_figures(), Say("Voorlopige cijfers kunnen nog veranderen.", "note")), (SOURCE, HEALTH_SOURCE), answers),
            Slide("bevolking", f"{self.wijk} telt 12\u202f430 inwoners en groeit langzaam", (Say("Het aantal inwoners steeg in tien jaar met 1\u202f220.", "finding", (self.people(),)), Points(("44% woont alleen", "31% heeft kinderen"))), (SOURCE,), answers),
            Slide("eenzaamheid", "Eenzaamheid ligt hoger dan in de gemeente en neemt toe", (self.line(), Say("2024 en 2025 zijn voorlopig.", "note")), (HEALTH_SOURCE,), answers),
            Slide("kaart", f"{self.wijk} hoort bij de wijken met de meeste eenzaamheid", (self.map(),), (HEALTH_SOURCE,), answers),
            Slide("vergelijking", "Meer mensen wonen alleen dan gemiddeld in de gemeente", (self.bars(), Say("Bijstand staat er niet bij: het aantal is geheim.", "note")), (SOURCE,), answers),
            Slide("vooruitblik", "De wijk groeit naar verwachting door tot 2030", (self.forecast(), Say("Van 40 eerdere banden bevatten er 33 de uitkomst.", "note")), (SOURCE,), answers),
            Slide("besluit", "Wij vragen u in te stemmen met drie acties", (self.actions(), self.voices()), (), answers),
        )  # fmt: skip


def _squares(wijk: str) -> gpd.GeoDataFrame:
    """Six wijken of 900 by 900 metres, with a lake beside them."""
    names = (wijk, "Centrum", "Bloemenwijk", "Haven", "Oost", "Zuiderpark")
    codes = (WIJK, *(f"WK99990{number}" for number in range(1, 6)))
    boxes = [
        shapely.box(150_000 + 900 * (place % 3), 450_000 + 900 * (place // 3),
                    150_900 + 900 * (place % 3), 450_900 + 900 * (place // 3))
        for place in range(6)
    ]  # fmt: skip
    lake = shapely.box(152_700, 450_000, 153_100, 451_800)
    return gpd.GeoDataFrame(
        {
            "region": [*codes, "WATER"],
            "name": [*names, ""],
            "gemeente": GEMEENTE,
            "water": [False] * 6 + [True],
        },
        geometry=[*boxes, lake],
        crs=28992,
    ).to_crs(4326)


def _percent(value: float) -> str:
    return f"{value:.1f}%".replace(".", ",")


def _whole(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\u202f")
