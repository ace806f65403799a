"""How Wijkradar says a figure: Dutch number forms, reasons, names and sentences.

Every function is pure and returns plain text (no HTML, no Markdown). The vocabulary is small on purpose:
hoger dan, lager dan, ongeveer gelijk, te onzeker; gunstig, ongunstig; geen cijfer (reden). A sentence
describes; it never explains a cause, and never calls a neutral figure good or bad.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import pandas as pd

from data.catalogue import Indicator
from data.panel import WITH_VALUE, Level, Status

#: Between thousands: narrow, and a line never breaks on it.
THIN: Final = "\u202f"
#: Between a number and its unit: a line never breaks on it.
SPACE: Final = "\u00a0"
MINUS: Final = "\u2212"
NO_FIGURE: Final = "geen cijfer"
#: Below this number of inhabitants a sentence warns that a figure moves easily.
FEW_PEOPLE: Final = 500
#: Fewer earlier forecasts than this say little about how often a band is right.
FEW_TRIALS: Final = 20
_MOST_DECIMALS: Final = 3

Row = Mapping[str, Any] | pd.Series


# Numbers ------------------------------------------------------------------------------------------


def is_figure(value: object) -> bool:
    """Tell whether ``value`` is a finite number (not None, NaN, NA or infinite)."""
    if value is None or value is pd.NA or isinstance(value, str | bool):
        return False
    try:
        return math.isfinite(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def number(value: object, decimals: int = 0, signed: bool = False) -> str:
    """Write a number the Dutch way: thin spaces between thousands, a decimal comma, a real minus.

    Parameters
    ----------
    value : float or None
        A missing or infinite value (also NA) gives "geen cijfer", never 0.
    decimals : int
        Number of decimals; halves are rounded away from zero, as people do on paper.
    signed : bool
        Also write the plus of a positive number.

    Examples
    --------
    >>> number(17942942)
    '17\u202f942\u202f942'
    >>> number(-1.25, 1)
    '−1,3'
    """
    if not is_figure(value):
        return NO_FIGURE
    exact = Decimal(repr(float(value)))  # type: ignore[arg-type]
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    digits = f"{abs(rounded):,.{decimals}f}".replace(",", THIN).replace(".", ",")
    if rounded < 0:
        return MINUS + digits
    return f"+{digits}" if signed and rounded > 0 else digits


_DEGREE_OF_URBANITY: Final = {
    1: "zeer sterk stedelijk",
    2: "sterk stedelijk",
    3: "matig stedelijk",
    4: "weinig stedelijk",
    5: "niet stedelijk",
}
_THOUSAND_EURO: Final = "x 1 000 euro"
_URBANITY: Final = "code 1-5"
#: CBS unit -> how it stands behind a figure, and how it stands beside an axis.
_UNITS: Final = {
    "": ("", ""),
    "aantal": ("", "aantal"),
    "%": ("%", "procent"),
    "km": ("km", "kilometer"),
    "kwh": ("kWh", "kWh"),
    "m³": ("m³", "m³"),
    "ha": ("ha", "hectare"),
    "per huishouden": ("per huishouden", "per huishouden"),
    "per 1 000 inwoners": (f"per 1{THIN}000 inwoners", f"per 1{THIN}000 inwoners"),
    "aantal inwoners per km²": ("inwoners per km²", "inwoners per km²"),
    "per km²": ("per km²", "per km²"),
    _THOUSAND_EURO: ("€", "euro"),
    _URBANITY: ("", "klasse 1 (zeer sterk stedelijk) tot 5 (niet stedelijk)"),
}


def _plain_unit(unit: str) -> str:
    """Return the unit with ordinary spaces and superscripts, so that spellings of CBS meet."""
    plain = re.sub(r"[\s\u00a0\u202f]+", " ", unit).strip().lower()
    plain = plain.replace("km2", "km²").replace("m3", "m³").replace("1000", "1 000").replace("1.000", "1 000")
    if plain in {"1 000 euro", "× 1 000 euro"}:
        return _THOUSAND_EURO
    return _URBANITY if plain == "code" else plain


def in_thousands_of_euro(unit: str) -> bool:
    """Tell whether the source counts in thousands of euro (28,4 means 28 400 euro)."""
    return _plain_unit(unit) == _THOUSAND_EURO


def _euros(value: float, decimals: int, signed: bool) -> str:
    digits = number(round(float(value), decimals) * 1000, 0, signed)
    sign = digits[0] if digits[0] in f"+{MINUS}" else ""
    return f"{sign}€{SPACE}{digits[len(sign) :]}"


def figure(value: float | None, unit: str, decimals: int = 0, signed: bool = False) -> str:
    """Write a figure with its unit, as it stands in a sentence, a label or a tooltip.

    Parameters
    ----------
    value : float or None
        In the unit of the source; missing gives "geen cijfer".
    unit : str
        As CBS writes it. Thousands of euro become euros: 28.4 in "x 1 000 euro" is "€ 28 400".
    decimals : int
        Decimals of the source; for thousands of euro they say how exact the euros are.
    signed : bool
        Also write the plus of a positive number.
    """
    if not is_figure(value):
        return NO_FIGURE
    assert value is not None
    plain = _plain_unit(unit)
    if plain == _THOUSAND_EURO:
        return _euros(value, decimals, signed)
    digits = number(value, decimals, signed)
    if plain == _URBANITY:
        name = _DEGREE_OF_URBANITY.get(round(float(value)))
        return f"{digits} ({name})" if name else digits
    suffix = _UNITS[plain][0] if plain in _UNITS else unit.strip()
    return f"{digits}{SPACE}{suffix}" if suffix else digits


def unit_label(unit: str) -> str:
    """Return the unit in words, for beside an axis or above a table column."""
    plain = _plain_unit(unit)
    return _UNITS[plain][1] if plain in _UNITS else unit.strip()


_SPOKEN: Final = {"%": "procent", "km": "kilometer", "ha": "hectare"}


def spoken_unit(unit: str) -> str:
    """Return the unit as it stands behind a number in running text: "procent", "kilometer"; empty for a count.

    Euros have their sign in front (`figure`), so theirs is empty too; so is that of a code, which is a step of a scale.
    """
    plain = _plain_unit(unit)
    if plain in (_THOUSAND_EURO, _URBANITY):
        return ""
    return _SPOKEN.get(plain) or (_UNITS[plain][0] if plain in _UNITS else unit.strip())


def difference(value: float | None, unit: str, decimals: int = 0, signed: bool = False) -> str:
    """Write the difference of two figures; between percentages it counts in "procentpunt".

    The sign of a negative difference is kept; ``signed`` adds the plus of a positive one.
    """
    plain = _plain_unit(unit)
    if not is_figure(value):
        return NO_FIGURE
    if plain == "%":
        return f"{number(value, decimals, signed)}{SPACE}procentpunt"
    if plain == _URBANITY:
        steps = number(value, decimals, signed)
        return f"{steps}{SPACE}{'klasse' if steps.lstrip(f'+{MINUS}') == '1' else 'klassen'}"
    return figure(value, unit, decimals, signed)


def count(n: int, singular: str, plural: str) -> str:
    """Write a number of things: "1 wijk", "2 wijken", "0 wijken"."""
    return f"{number(n)}{SPACE}{singular if n == 1 else plural}"


def all_of(n: int, plural: str) -> str:
    """Write all of a number of things: "alle 3 wijken", "beide wijken"."""
    return f"beide {plural}" if n == 2 else f"alle {number(n)}{SPACE}{plural}"


# Reasons and labels -------------------------------------------------------------------------------

_STATUS_LABELS: Final = {
    Status.OBSERVED: "",
    Status.PROVISIONAL: "voorlopig",
    Status.BRIDGED: "omgerekend",
    Status.SUPPRESSED: "geheim of te klein om te tonen",
    Status.WITHHELD: "weggelaten ter bescherming",
    Status.NOT_PUBLISHED: "nog niet gepubliceerd",
    Status.DISCONTINUED: "wordt niet meer gemaakt",
    Status.NOT_APPLICABLE: "niet van toepassing",
}
_STATUS_EXPLANATIONS: Final = {
    Status.OBSERVED: "Dit is het definitieve cijfer van de bron.",
    Status.PROVISIONAL: "De bron kan dit cijfer later nog een keer aanpassen.",
    Status.BRIDGED: (
        "De bron gaf dit cijfer voor de oude grenzen. Wijkradar rekende het om naar de grenzen van nu. "
        "Het is een schatting met een marge."
    ),
    Status.SUPPRESSED: (
        "Het gaat om te weinig mensen, huizen of bedrijven; daarom laat de bron dit cijfer niet zien. "
        "Het is dus niet nul."
    ),
    Status.WITHHELD: (
        "De bron geeft dit cijfer wel. Wijkradar laat het weg, want anders kunt u er een geheim cijfer mee uitrekenen."
    ),
    Status.NOT_PUBLISHED: "De bron heeft dit cijfer nog niet gemaakt; het volgt meestal later.",
    Status.DISCONTINUED: "De bron maakt dit cijfer niet meer.",
    Status.NOT_APPLICABLE: "Dit cijfer kan hier niet bestaan, bijvoorbeeld omdat er niemand woont.",
}


def status_label(status: str) -> str:
    """Return a few Dutch words for a status; empty for an ordinary, definitive figure."""
    return _STATUS_LABELS[Status(status)]


def status_explanation(status: str) -> str:
    """Return one or two sentences that tell a resident what the status means."""
    return _STATUS_EXPLANATIONS[Status(status)]


def no_figure(status: str | None = None) -> str:
    """Return "geen cijfer (reden)"; without a known reason just "geen cijfer"."""
    if not status or Status(status) in WITH_VALUE:
        return NO_FIGURE
    return f"{NO_FIGURE} ({status_label(status)})"


_SHORT_REASONS: Final = {
    Status.SUPPRESSED: "geheim of te klein",
    Status.WITHHELD: "weggelaten",
    Status.DISCONTINUED: "gestopt",
}


def no_figure_short(status: str) -> str:
    """Return `no_figure` in as few words as fit beside a bar on a narrow screen."""
    reason = _SHORT_REASONS.get(Status(status), status_label(status))
    return f"{NO_FIGURE} ({reason})" if reason and Status(status) not in WITH_VALUE else NO_FIGURE


def figure_or_reason(value: float | None, status: str, unit: str, decimals: int = 0) -> str:
    """Write the figure, or why there is none; a provisional or a converted figure says so."""
    if not is_figure(value):
        return no_figure(status)
    text, label = figure(value, unit, decimals), status_label(status)
    return f"{text} ({label})" if label else text


def figure_in_year(value: float | None, status: str, unit: str, year: int) -> str:
    """Write the figure, or why there is none, with its year and what to know about it in one pair of brackets."""
    if not is_figure(value):
        return f"{no_figure(status)} ({year})"
    notes = ", ".join(filter(None, [str(year), status_label(status)]))
    return f"{figure(value, unit)} ({notes})"


_MARKS: Final = {Status.PROVISIONAL: "(v)", Status.BRIDGED: "(o)"}
_MARKS_EXPLAINED: Final = {
    Status.PROVISIONAL: "(v) is voorlopig: de bron kan het nog aanpassen.",
    Status.BRIDGED: "(o) is omgerekend: door Wijkradar geschat voor de grenzen van nu.",
}


def status_mark(status: object) -> str:
    """Return the mark behind a figure where there is no room for words, with a space before it; mostly empty."""
    mark = _MARKS.get(status) if isinstance(status, str) else None  # type: ignore[call-overload]
    return f"{SPACE}{mark}" if mark else ""


def marks_legend(statuses: Iterable[object]) -> str:
    """Explain the marks of `status_mark` that occur among ``statuses``; empty where none does."""
    there = set(statuses)
    return " ".join(text for status, text in _MARKS_EXPLAINED.items() if status in there)


def margin(width: float | None, unit: str, decimals: int = 0) -> str:
    """Write how far a figure may be off to either side, rounded up so that it never looks surer than it is.

    Parameters
    ----------
    width : float or None
        Half the width of the band, 1.96 standard errors, in the unit of the figure; missing gives "niet bekend".
    unit : str
        As CBS writes it.
    decimals : int
        Decimals of the figure; a margin is never written as 0.
    """
    if not is_figure(width):
        return "niet bekend"
    assert width is not None
    exact = float(width)
    if exact == 0:
        return "geen"
    while exact < 10.0**-decimals and decimals < _MOST_DECIMALS:
        decimals += 1
    rounded = math.ceil(round(exact * 10**decimals, 6)) / 10**decimals
    return f"±{SPACE}{difference(rounded, unit, decimals)}"


_LEVELS: Final = {
    Level.LAND: ("land", "landen"),
    Level.GEMEENTE: ("gemeente", "gemeenten"),
    Level.WIJK: ("wijk", "wijken"),
    Level.BUURT: ("buurt", "buurten"),
}


def level_label(level: str, plural: bool = False) -> str:
    """Return the Dutch word for a regional level, in singular or plural."""
    return _LEVELS[Level(level)][plural]


_BREAKS: Final = {
    "redrawn": ("grens gewijzigd", "De grens van dit gebied is veranderd."),
    "recoded": ("andere code", "Dit gebied kreeg een andere code; eerder kon die bij ander gebied horen."),
    "definition": ("andere definitie", "De bron telt dit cijfer vanaf dit jaar op een andere manier."),
    "unit": ("andere eenheid", "De bron geeft dit cijfer vanaf dit jaar in een andere eenheid."),
    "gap": ("onbekend verleden", "Over het jaar ervoor is niets bekend van dit gebied."),
    "successor": (
        "ander cijfer",
        "De bron meet dit vanaf dit jaar op een andere manier, met een ander cijfer.",
    ),
}
NOT_COMPARABLE: Final = "Ervoor en erna zijn niet te vergelijken."


def break_reason(code: str) -> str:
    """Return a few words for why a series is broken (redrawn, recoded, definition, unit, gap or successor)."""
    return _BREAKS[code][0] if code in _BREAKS else "reeks onderbroken"


def break_explanation(code: str) -> str:
    """Return one sentence for why a series is broken."""
    if code in _BREAKS:
        return _BREAKS[code][1]
    return "De cijfers ervoor en erna zijn niet goed te vergelijken."


def break_sentence(year: int, code: str, told: str = "", name: str = "") -> str:
    """Say why a series is broken in ``year``.

    Parameters
    ----------
    year : int
        First year of the new series.
    code : str
        As in `break_reason`.
    told : str
        What is known about this break, as a sentence. Without it the general explanation.
    name : str
        Whose series it is, where a picture shows more than one.
    """
    whose = f" ({name})" if name else ""
    return f"Breuk in {year}{whose}: {told or break_explanation(code)} {NOT_COMPARABLE}"


_VERDICTS: Final = {
    "higher": "hoger",
    "lower": "lager",
    "about_equal": "ongeveer gelijk",
    "too_uncertain": "te onzeker",
    "no_figure": NO_FIGURE,
}
_JUDGEMENTS: Final = {"favourable": "gunstig", "unfavourable": "ongunstig", "neutral": "", "none": ""}


def verdict_label(verdict: str) -> str:
    """Return the word of the vocabulary for a verdict of the analysis."""
    return _VERDICTS[verdict]


_WORRY: Final = {"higher_is_worrying": "rises", "lower_is_worrying": "falls"}


def good_or_bad(course: str, indicator: Indicator) -> str:
    """Return gunstig or ongunstig for a figure that ``rises`` or ``falls``; empty where no judgement is due.

    Never for a neutral indicator, and never for herkomst. Euros rise with the prices, so that a rise alone is no good
    news; a fall still is bad news.
    """
    worrying = _WORRY.get(indicator.direction)
    if worrying is None or course not in ("rises", "falls") or not indicator.usable_in_score:
        return ""
    if course == "rises" and in_thousands_of_euro(indicator.unit):
        return ""
    return "ongunstig" if course == worrying else "gunstig"


# Names --------------------------------------------------------------------------------------------

_NUMBERED: Final = re.compile(r"^(?:wijk|buurt)\s+[0-9]+[a-z]?\s*[-:.]?\s+(?=\S)", re.IGNORECASE)


def wijk_name(name: str) -> str:
    """Return the name without CBS's number in front: "Wijk 10 De Hoef" becomes "De Hoef".

    A name that is nothing but a number ("Wijk 10") stays as it is.
    """
    return _NUMBERED.sub("", name.strip(), count=1)


_GONE: Final = re.compile(r"(.+) \(tot en met (\d{4})\)")


def short_name(name: str, width: int = 22) -> str:
    """Return at most ``width`` characters of a name, cut between words where that is possible."""
    if len(name) <= width:
        return name
    if gone := _GONE.fullmatch(name):
        # Cut in the middle of "tot en met" the year would be lost, and with it what tells this wijk from the one of now.
        shorter = f"{gone[1]} (t/m {gone[2]})"
        return shorter if len(shorter) <= width else short_name(f"{gone[1]}…", width)
    head = name[: width - 1]
    cut_in_word = not (name[width - 1].isspace() or head[-1].isspace())
    at_word = head.rsplit(" ", 1)[0] if cut_in_word and " " in head else head
    if len(at_word) < width // 2:
        at_word = head
    words = at_word.split(" ")
    while len(words) > 1 and words[-1].lower() in {"en", "de", "het", "van", "'t", "der", "den", "aan"}:
        words.pop()
    return " ".join(words).rstrip(" ,-–/") + "…"


def label_names(names: Mapping[str, str], width: int | None = None) -> dict[str, str]:
    """Return a short label per region code, and never the same label for two regions.

    Parameters
    ----------
    names : mapping
        Region code -> full name. The number in front is kept only where names would otherwise meet.
    width : int, optional
        Most characters of a label.
    """
    labels = {code: wijk_name(name) for code, name in names.items()}
    labels = {code: names[code] if code in _twins(labels) else label for code, label in labels.items()}
    if width is not None:
        labels = {code: short_name(label, width) for code, label in labels.items()}
    for code in _twins(labels):
        digits = code.partition("@")[0][-2:]
        label = labels[code] if width is None else short_name(labels[code], max(width - 5, 3))
        labels[code] = f"{label} ({digits})"
    for code in _twins(labels):
        labels[code] = code
    return labels


def _twins(labels: Mapping[str, str]) -> set[str]:
    counts: dict[str, int] = {}
    for label in labels.values():
        counts[label] = counts.get(label, 0) + 1
    return {code for code, label in labels.items() if counts[label] > 1}


def join_names(names: Sequence[str], limit: int | None = None) -> str:
    """Join names the Dutch way: "A, B en C"; beyond ``limit``: "A, B en 3 andere" (never "1 andere")."""
    shown = list(names)
    if limit is not None and len(shown) > limit + 1:
        shown = [*shown[:limit], f"{number(len(shown) - limit)} andere"]
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} en {shown[-1]}"


def join_years(years: Sequence[int | str]) -> str:
    """Join years, a run of three or more as a range: "2013 tot en met 2015 en 2019"."""
    runs: list[list[int]] = []
    for year in sorted(int(year) for year in years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    told: list[str] = []
    for run in runs:
        told += [f"{run[0]} tot en met {run[-1]}"] if len(run) > 2 else [str(year) for year in run]
    return join_names(told)


_KEEPS_CAPITAL: Final = re.compile(
    r"^(?:[A-Z]{2}|[A-Z][^\s]*[A-Z]|[A-Z]\b|Wmo\b|Wajong|Wlz\b|Nederland|Europ|Mar?ok|Turk|Surin|Antill|Aruba|Indonesi)"
)


def in_sentence(title: str) -> str:
    """Return a title as it stands in the middle of a sentence: lower case, but not WOZ, AOW or Wmo."""
    return title if _KEEPS_CAPITAL.match(title) else title[:1].lower() + title[1:]


def subject(indicator: Indicator) -> str:
    """Return the indicator as the subject of a sentence: singular, with its article; no line breaks in a number."""
    return unbroken(indicator.phrase)


def unbroken(text: str) -> str:
    """Return a text of the catalogue in which no line ends inside a number such as 1 000."""
    return re.sub(r"(?<=\d) (?=\d{3}\b)", THIN, text)


_SIZES: Final = ("de afstand", "de oppervlakte", "de gemiddelde grootte", "de bevolkingsdichtheid")


def degrees(indicator: Indicator) -> tuple[str, str, str, str]:
    """Return the words for more, less, most and least: a share is hoger or lager, a distance groter or kleiner."""
    if subject(indicator).startswith(_SIZES):
        return "groter", "kleiner", "grootst", "kleinst"
    return "hoger", "lager", "hoogst", "laagst"


def pronoun(indicator: Indicator) -> str:
    """Return the word that stands for the subject in a next clause: "het" or, for a phrase with de, "die"."""
    return "het" if subject(indicator).startswith("het ") else "die"


def with_unit(name: str, indicator: Indicator) -> str:
    """Return a name of the figure with its unit behind it, unless the name says it."""
    unit = unit_label(indicator.unit)
    return name if _plain_unit(unit) in _plain_unit(name) else f"{name}, {unit}"


def title_with_unit(indicator: Indicator) -> str:
    """Return the title of a figure with its unit: "Aandeel 65-plussers, procent", "Bijstand per 1 000 inwoners"."""
    return with_unit(indicator.title, indicator)


def capital(sentence: str) -> str:
    """Return the sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]


# Sentences ----------------------------------------------------------------------------------------


def _year(value: object) -> str:
    return str(int(value))  # type: ignore[call-overload]


def no_figure_sentence(indicator: Indicator, name: str, status: object = "", when: str = "") -> str:
    """Say that there is no figure, with the reason where ``status`` gives one; ``when`` stands behind it as it is."""
    known = status in set(_STATUS_LABELS) and Status(str(status)) not in WITH_VALUE
    reason = f" ({status_label(str(status))})" if known else ""
    return f"Voor {subject(indicator)} in {name} is er geen cijfer{when}{reason}."


def nothing_to_compare(gemeente: str, year: int, years: Sequence[int], better: int | None = None) -> str:
    """Say why no wijk is held against the gemeente in ``year``, and what to do.

    Parameters
    ----------
    gemeente : str
    year : int
    years : sequence of int
        Years with figures of the gemeente itself.
    better : int, optional
        A year in which the wijken can be compared.
    """
    if not years:
        return f"Van {gemeente} zelf zijn er geen cijfers ingelezen. Daarom zijn de wijken nergens mee te vergelijken."
    if year < years[0]:
        return (
            f"Van {gemeente} zelf zijn er pas cijfers vanaf {years[0]}. Daarom zijn de wijken in {year} nergens mee te "
            f"vergelijken. Kies een jaar vanaf {years[0]}."
        )
    advice = f"Kies een ander jaar: van {better} zijn er genoeg." if better else "Lees meer jaren in."
    return f"Van {year} zijn er te weinig cijfers om te zeggen welke wijken van {gemeente} aandacht vragen. {advice}"


def overview_sentence(
    gemeente: str,
    n_wijken: int,
    attention: Sequence[str],
    left_out: int = 0,
    limit: int = 6,
    comparator: str = "de gemeente als geheel",
) -> str:
    """Say which wijken ask for attention, in two or three sentences.

    Parameters
    ----------
    gemeente : str
        Name as it stands in a sentence.
    n_wijken : int
        Number of wijken of the gemeente, with or without figures.
    attention : sequence of str
        Names of the wijken that `analysis.attention.attention` picks, in its order.
    left_out : int
        Number of wijken with too few inhabitants or figures to say anything about.
    limit : int
        At most so many names; the others are counted.
    comparator : str
        With what the wijken were compared, as it stands in a sentence.
    """
    if n_wijken == 0:
        return f"Er zijn nog geen wijken van {gemeente} met cijfers."
    if n_wijken == 1:
        return f"{gemeente} heeft 1 wijk. Er zijn dus geen wijken om onderling te vergelijken."
    if left_out >= n_wijken:
        return f"Over de wijken van {gemeente} zijn er te weinig cijfers om iets te zeggen."
    whole = f"Van de {count(n_wijken, 'wijk', 'wijken')} in {gemeente}"
    if not attention:
        sentence = (
            f"{whole} vraagt er geen om extra aandacht: in geen enkele wijk valt op twee of meer thema's tegelijk iets "
            f"ongunstig op, vergeleken met {comparator}."
        )
    else:
        verb = "vraagt er 1" if len(attention) == 1 else f"vragen er {number(len(attention))}"
        sentence = (
            f"{whole} {verb} om aandacht: {join_names(attention, limit)}. Daar valt op twee of meer thema's tegelijk iets "
            f"ongunstig op, vergeleken met {comparator}."
        )
    if left_out:
        verb = "is" if left_out == 1 else "zijn"
        sentence += f" {capital(count(left_out, 'wijk', 'wijken'))} {verb} te klein of {'heeft' if left_out == 1 else 'hebben'} te weinig cijfers om mee te tellen."
    return sentence


def converted_sentence(n: int, of: int | None = None) -> str:
    """Say how many figures of a series were converted to the borders of now; empty where none was."""
    if not n:
        return ""
    figures = (
        count(n, "cijfer", "cijfers")
        if of is None
        else f"{number(n)} van de {count(of, 'cijfer', 'cijfers')}"
    )
    if n == of and n > 1:
        figures = capital(all_of(n, "cijfers"))
    one = n == 1
    return (
        f"{figures} {'is' if one else 'zijn'} door Wijkradar omgerekend naar de grenzen van nu: "
        f"{'dat is een schatting' if one else 'dat zijn schattingen'}."
    )
