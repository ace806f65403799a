"""What became of the regions of one year in the next: the reasoning behind `analysis.lineage`."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, NamedTuple, cast

import pandas as pd

SAME, RECODED, REDRAWN = 1, 2, 3

#: Ground that two regions must share, as a part of both, to be the same region under another code. Far above one half,
#: so that there is never a second candidate, and below one, since borders are published in a simplified form.
_SAME_GROUND: Final = 0.9
#: The same, where no flag says that the land stayed what it was: then only the whole of it is proof.
_WHOLLY: Final = 0.999
#: A smaller part of both regions is noise: an address in the wrong place, a border drawn a little differently. Borders
#: of the sample, simplified by 15 m in one year and 24 m in the other, make up to 3 % of a neighbour; 2 % for 1 in 55.
_SLIVER: Final = {"addresses": 0.005, "borders": 0.02}
#: Part of a region's ground that may be unaccounted for before what is known about it is called uncertain.
_UNACCOUNTED: Final = 0.02
_HALF: Final = 0.5

_NUMBERED: Final = re.compile(r"^(wijk|buurt)\s+\d+[a-z]?\b\s*")
_ORIGINS: Final = {"addresses": "addresses", "area": "borders"}
#: From the evidence that says least to the evidence that says most.
_WEAKEST_FIRST: Final = ("code_lists", "buurten", "borders", "addresses")


@dataclass(frozen=True)
class Region:
    """A wijk or buurt in one year, as published."""

    code: str
    name: str
    flag: int | None

    @cached_property
    def plain_name(self) -> str:
        """The name without number, capitals, accents and spaces; empty where it only repeats the code."""
        if self.name == self.code:
            return ""
        letters = unicodedata.normalize("NFKD", self.name.strip().casefold())
        letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
        return re.sub(r"[^a-z0-9]", "", _NUMBERED.sub("", letters))

    @property
    def gemeente(self) -> str:
        """The gemeente in the code."""
        return self.code[2:6]

    @property
    def number(self) -> str:
        """What is left of the code without the gemeente."""
        return self.code[6:]


Division = Mapping[str, Region]


def wijk_of(buurt: str) -> str:
    """Return the code of the wijk in which a buurt lies."""
    return "WK" + buurt[2:8]


# -- ground -------------------------------------------------------------------------------------------------


class Shared(NamedTuple):
    """Ground that an old and a new region share, as a part of each of them."""

    old: str
    new: str
    of_old: float
    of_new: float
    evidence: str


@dataclass(frozen=True)
class Ground:
    """What is known about shared ground between two years, by the code of the new region."""

    by_new: Mapping[str, list[Shared]] = field(default_factory=dict)

    def of(self, new: str) -> list[Shared]:
        """Return the old regions with which ``new`` shares more than a sliver."""
        return [s for s in self.by_new.get(new, []) if max(s.of_old, s.of_new) >= _SLIVER[s.evidence]]

    def accounted(self, new: str) -> float:
        """Return the part of ``new`` of which the former region is known."""
        return min(1.0, sum(shared.of_new for shared in self.by_new.get(new, [])))

    def shared(self, old: str, new: str) -> tuple[float, float]:
        """Return the part of ``old`` and of ``new`` that both have."""
        parts = [(s.of_old, s.of_new) for s in self.by_new.get(new, []) if s.old == old]
        return (max(part[0] for part in parts), max(part[1] for part in parts)) if parts else (0.0, 0.0)

    def denies(self, old: str, new: str) -> bool:
        """Tell whether most of ``new`` is known to have come from elsewhere."""
        return self.accounted(new) - self.shared(old, new)[1] > _HALF

    def identical(self, new: str, least: float) -> Shared | None:
        """Return the old region that ``new`` coincides with, where at least ``least`` of both is shared."""
        found = [s for s in self.by_new.get(new, []) if s.of_old > least and s.of_new > least]
        return found[0] if found else None


Runs = Mapping[tuple[str, int], tuple[int, int]]


class _Pair(NamedTuple):
    old_year: int
    new_year: int
    origin: str
    by_new: dict[str, list[Shared]]


class Overlaps:
    """Shared ground of one level, by pair of years; the most telling pair first."""

    def __init__(self, overlaps: pd.DataFrame) -> None:
        key = ["old_year", "new_year", "origin"]
        frame = overlaps.drop_duplicates([*key, "old", "new"])
        amount = frame["amount"].astype(float)
        frame = frame.assign(
            of_old=amount / amount.groupby([frame[name] for name in [*key, "old"]]).transform("sum"),
            of_new=amount / amount.groupby([frame[name] for name in [*key, "new"]]).transform("sum"),
        )
        pairs: list[_Pair] = []
        for years_and_origin, rows in frame.groupby(key):
            old_year, new_year, origin = cast("tuple[int, int, str]", years_and_origin)
            by_new: dict[str, list[Shared]] = {}
            columns = (rows[name] for name in ("old", "new", "of_old", "of_new"))
            for old, new, of_old, of_new in zip(*columns, strict=True):
                by_new.setdefault(new, []).append(Shared(old, new, of_old, of_new, _ORIGINS[origin]))
            pairs.append(_Pair(int(old_year), int(new_year), origin, by_new))
        self._pairs = sorted(
            pairs, key=lambda pair: (pair.origin != "addresses", pair.new_year - pair.old_year)
        )

    def between(self, before: int, year: int, wanted: Collection[str], runs: Runs) -> Ground:
        """Return what is known about the ground of some regions of ``year``.

        Two years that lie further apart say something about the years between them too: of a region that did not
        change from the first of them until ``before``, and one that did not change from ``year`` until the second.
        """
        known: dict[str, list[Shared]] = {}
        old_known: set[str] = set()
        for old_year, new_year, _, by_new in self._pairs:
            if old_year > before or new_year < year:
                continue
            settled, old_settled = set(known), set(old_known)
            for new in wanted:
                if runs.get((new, new_year), (new_year + 1, 0))[0] > year:
                    continue
                for shared in by_new.get(new, []):
                    reaches = runs.get((shared.old, old_year), (0, old_year - 1))[1] >= before
                    # An empty polder has no address; its ground is told by a pair of years that says less.
                    if reaches and not (new in settled and shared.old in old_settled):
                        known.setdefault(new, []).append(shared)
                        old_known.add(shared.old)
        return Ground(known)


def runs(divisions: Mapping[int, Division]) -> Runs:
    """Return, by code and year, the first and last year in which that code stood for that land without a break."""
    first: dict[tuple[str, int], int] = {}
    for year in sorted(divisions):
        for code, region in divisions[year].items():
            unbroken = region.flag == SAME and (code, year - 1) in first
            first[code, year] = first[code, year - 1] if unbroken else year
    last: dict[tuple[str, int], int] = {}
    for (code, year), begin in first.items():
        last[code, begin] = max(year, last.get((code, begin), year))
    return {(code, year): (begin, last[code, begin]) for (code, year), begin in first.items()}


# -- one step -----------------------------------------------------------------------------------------------


class Link(NamedTuple):
    """The former code of land that stayed what it was."""

    old: str
    evidence: str
    certain: bool


class Group(NamedTuple):
    """Regions that exchanged land: old ones, new ones."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    evidence: str
    certain: bool


@dataclass(frozen=True)
class Step:
    """What became of the regions of one year in the next.

    Attributes
    ----------
    before, after : Division
    ground : Ground
    links : dict
        The former code of land that stayed what it was, by its new code.
    groups : tuple of Group
    successive : bool
        Whether the flags of the later year are about the earlier one.
    """

    before: Division
    after: Division
    ground: Ground = field(default_factory=Ground)
    links: dict[str, Link] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    successive: bool = True

    @property
    def continued(self) -> set[str]:
        """Codes of ``before`` whose land is there unchanged, under whatever code."""
        return {link.old for link in self.links.values()}

    def unlinked(self, flag: int | None) -> list[str]:
        """Return the codes of ``after`` with this flag of which no former code is known."""
        return [code for code, region in self.after.items() if region.flag == flag and code not in self.links]


def leap(before: Division, after: Division, ground: Ground) -> Step:
    """Compare two years between which the flags say nothing: only ground that coincides wholly is proof."""
    known = Step(before, after, ground, successive=False)
    _accept(_proven(known, after), known)
    return known


def step(
    before: Division,
    after: Division,
    ground: Ground,
    buurten: Step | None = None,
    closed: Collection[str] = (),
) -> Step:
    """Compare two successive years.

    Parameters
    ----------
    before, after : Division
        Regions of one level.
    ground : Ground
    buurten : Step, optional
        For wijken: the same step of their buurten.
    closed : collection of str
        For buurten: codes of wijken whose land stayed what it was, so that nothing crossed their border.
    """
    unchanged = [code for code, region in after.items() if region.flag == SAME and code in before]
    known = Step(before, after, ground, {code: Link(code, "flag", True) for code in unchanged})
    _accept(_proven(known, known.unlinked(None)), known)
    for find in (_by_ground, _by_buurten, _by_name, _by_elimination):
        _accept(find(known, buurten), known)
    return replace(known, groups=tuple(_groups(known, buurten, closed)))


Pairs = dict[str, Link]


def _accept(found: Pairs, known: Step) -> None:
    """Take over what is one-to-one, still free and not denied by the ground."""
    claims = Counter(link.old for link in found.values())
    free = set(known.before) - known.continued
    for new, link in found.items():
        if link.old in free and claims[link.old] == 1 and not known.ground.denies(link.old, new):
            known.links[new] = link


def _proven(known: Step, new: Iterable[str], least: float = _WHOLLY) -> Pairs:
    found = {code: known.ground.identical(code, least) for code in new}
    return {code: Link(one.old, one.evidence, True) for code, one in found.items() if one is not None}


def _by_ground(known: Step, _: Step | None) -> Pairs:
    return _proven(known, known.unlinked(RECODED), _SAME_GROUND)


def _by_buurten(known: Step, buurten: Step | None) -> Pairs:
    """Match wijken of which every buurt came from one wijk, and that wijk had no other buurt."""
    if buurten is None:
        return {}
    came_from: dict[str, set[str | None]] = {}
    went_to: dict[str, set[str | None]] = {
        wijk_of(old): {None} for old in set(buurten.before) - buurten.continued
    }
    certain: dict[str, bool] = {}
    for new in buurten.after:
        link = buurten.links.get(new)
        wijk = wijk_of(new)
        came_from.setdefault(wijk, set()).add(wijk_of(link.old) if link else None)
        certain[wijk] = certain.get(wijk, True) and link is not None and link.certain
        if link:
            went_to.setdefault(wijk_of(link.old), set()).add(wijk)
    found: Pairs = {}
    for new in known.unlinked(RECODED):
        sources = came_from.get(new, {None})
        old = next(iter(sources))
        if len(sources) == 1 and old is not None and went_to[old] == {new}:
            found[new] = Link(old, "buurten", certain[new])
    return found


def _by_name(known: Step, _: Step | None) -> Pairs:
    """Match a name that occurs once among all that changed in the one and the other year.

    After a merger there may be two buurten Verspreide huizen; where all of that name kept their number in a gemeente with
    another code, they are told apart by it.
    """
    old_ones = _by_plain_name(known.before[code] for code in set(known.before) - known.continued)
    new_ones = _by_plain_name(region for code, region in known.after.items() if code not in known.links)
    found: Pairs = {}
    for name in sorted(old_ones.keys() & new_ones.keys() - {""}):
        old, new = old_ones[name], new_ones[name]
        pairs = [(old[0], new[0])] if len(old) == len(new) == 1 else _same_numbers(old, new)
        found |= {n.code: Link(o.code, "names", True) for o, n in pairs if n.flag == RECODED}
    return found


def _by_plain_name(regions: Iterable[Region]) -> dict[str, list[Region]]:
    named: dict[str, list[Region]] = {}
    for region in regions:
        named.setdefault(region.plain_name, []).append(region)
    return named


def _same_numbers(old: list[Region], new: list[Region]) -> list[tuple[Region, Region]]:
    numbered = {region.number: region for region in old}
    moved = {region.gemeente for region in old}.isdisjoint(region.gemeente for region in new)
    if not moved or sorted(region.number for region in new) != sorted(region.number for region in old):
        return []
    return [(numbered[region.number], region) for region in new] if len(numbered) == len(old) else []


def _by_elimination(known: Step, _: Step | None) -> Pairs:
    """Match the only one left of both years, where no land moved that could explain it otherwise."""
    left = set(known.before) - known.continued
    seeking = [code for code in known.after if code not in known.links]
    if len(left) == len(seeking) == 1 and known.after[seeking[0]].flag == RECODED and left != set(seeking):
        return {seeking[0]: Link(left.pop(), "elimination", False)}
    return {}


# -- land that moved ----------------------------------------------------------------------------------------


class _Edge(NamedTuple):
    old: str
    new: str
    evidence: str
    certain: bool


def _groups(known: Step, buurten: Step | None, closed: Collection[str]) -> list[Group]:
    """Group the regions of both years that exchanged land; one without a counterpart is a group by itself."""
    # Where the flag is empty nobody knows whether the land of that code moved.
    unknown = {code for code, region in known.after.items() if region.flag is None}
    old = set(known.before) - known.continued - unknown
    new = set(known.unlinked(REDRAWN))
    edges = [edge for edge in _edges_of_ground(known.ground, new) if edge.old in old]
    told = {edge.new for edge in edges}
    if buurten is not None:
        edges += [e for e in _edges_of_buurten(buurten) if e.old in old and e.new in new - told]
    edges += _edges_of_lists(old - {e.old for e in edges}, new - {e.new for e in edges}, closed)
    return _components(old, new, edges)


def _edges_of_ground(ground: Ground, new: Iterable[str]) -> list[_Edge]:
    return [
        _Edge(shared.old, code, shared.evidence, ground.accounted(code) > 1 - _UNACCOUNTED)
        for code in sorted(new)
        for shared in ground.of(code)
    ]


def _edges_of_buurten(buurten: Step) -> list[_Edge]:
    edges = [(link.old, code, link.certain) for code, link in buurten.links.items()]
    for group in buurten.groups:
        edges += [
            (old, new, group.certain)
            for old, new, *_ in _star(group.old, group.new, "buurten", group.certain)
        ]
    old_told, new_told = {old for old, *_ in edges}, {new for _, new, _ in edges}
    # What is not known of one buurt, is not known of its wijk.
    old_loose = {wijk_of(old) for old in set(buurten.before) - old_told}
    new_loose = {wijk_of(new) for new in set(buurten.after) - new_told}
    return [
        _Edge(old, new, "buurten", certain and old not in old_loose and new not in new_loose)
        for old, new, certain in ((wijk_of(old), wijk_of(new), certain) for old, new, certain in edges)
    ]


def _edges_of_lists(old: set[str], new: set[str], closed: Collection[str]) -> list[_Edge]:
    """Put together what cannot be told apart: all that changed in one wijk that did not, or else everything."""

    def place(code: str) -> str:
        return wijk_of(code) if code.startswith("BU") and wijk_of(code) in closed else ""

    edges: list[_Edge] = []
    for where in sorted({place(code) for code in new}):
        old_here, new_here = (
            [code for code in sorted(codes) if place(code) == where] for codes in (old, new)
        )
        edges += _star(old_here, new_here, "code_lists", False)
    return edges


def _star(old: Iterable[str], new: Iterable[str], evidence: str, certain: bool) -> list[_Edge]:
    """Connect everything with as few edges as possible."""
    olds, news = list(old), list(new)
    if not olds or not news:
        return []
    edges = [_Edge(olds[0], code, evidence, certain) for code in news]
    return edges + [_Edge(code, news[0], evidence, certain) for code in olds[1:]]


def _components(old: set[str], new: set[str], edges: list[_Edge]) -> list[Group]:
    # A code may stand for land of both years, so that the year belongs to the node.
    neighbours: dict[tuple[bool, str], list[_Edge]] = {}
    for edge in edges:
        neighbours.setdefault((False, edge.old), []).append(edge)
        neighbours.setdefault((True, edge.new), []).append(edge)
    groups: list[Group] = []
    seen: set[tuple[bool, str]] = set()
    for start in [(True, code) for code in sorted(new)] + [(False, code) for code in sorted(old)]:
        if start in seen:
            continue
        members, used, waiting = {start}, set[_Edge](), [start]
        while waiting:
            for edge in neighbours.get(waiting.pop(), []):
                used.add(edge)
                fresh = {(False, edge.old), (True, edge.new)} - members
                members |= fresh
                waiting += fresh
        seen |= members
        evidence = {edge.evidence for edge in used} or {"code_lists"}
        groups.append(
            Group(
                tuple(sorted(code for is_new, code in members if not is_new)),
                tuple(sorted(code for is_new, code in members if is_new)),
                next(kind for kind in _WEAKEST_FIRST if kind in evidence),
                bool(used) and all(edge.certain for edge in used),
            )
        )
    return groups
