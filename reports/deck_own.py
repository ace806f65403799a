"""The template of Wijkradar itself: 16:9, in the colours of the house, made here so that no drawing of it can grow stale."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Pt

from reports.house import EXPECTED, HAIRLINE, INK, QUIET, RAISED, House, logo_picture

WIDTH, HEIGHT = 960.0, 540.0
FACE: Final = "Arial"
MARGIN: Final = 44.0
_WHOLE: Final = WIDTH - 2 * MARGIN
_GUTTER: Final = 28.0
_TITLE: Final = (MARGIN, 34.0, _WHOLE, 76.0)
_TOP, _BOTTOM = 122.0, 486.0
_FOOT: Final = (MARGIN, 497.0, _WHOLE - 70.0, 30.0)
_FOOT_BESIDE_LOGO: Final = (MARGIN, 497.0, _WHOLE - 190.0, 30.0)
_NUMBER: Final = (WIDTH - MARGIN - 60, 497.0, 60.0, 30.0)
#: The coloured part of the title slide.
_BAND: Final = 378.0
#: Room for a logo: left, top, width, height.
_SMALL_LOGO: Final = (WIDTH - MARGIN - 172, 498.0, 100.0, 28.0)
_LARGE_LOGO: Final = (WIDTH - MARGIN - 200, 400.0, 200.0, 70.0)
_SPACES: Final = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
_KEPT: Final = 4


def own_template(house: House) -> Any:
    """Return an empty presentation in the house style.

    Parameters
    ----------
    house : House
        Its colour becomes the first accent of the theme, its logo stands on the title slide and at the foot.

    Raises
    ------
    ExportError
        If the logo cannot be read.
    """
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(WIDTH), Pt(HEIGHT)
    size = deck.part._element.find(qn("p:sldSz"))
    size.attrib.pop("type", None)
    master = deck.slide_master
    for layout in list(master.slide_layouts)[_KEPT:]:
        master.slide_layouts.remove(layout)
    _theme_part(master)._blob = _theme(house.accent).encode()
    foot = _FOOT if house.logo is None else _FOOT_BESIDE_LOGO
    _replace(master._element, "p:cSld", _master_page(foot))
    _replace(master._element, "p:txStyles", _text_styles())
    for layout, (kind, name, shapes) in zip(master.slide_layouts, _layouts(foot), strict=True):
        element = layout._element
        element.set("type", kind)
        element.set("preserve", "1")
        if kind == "title":
            element.set("showMasterSp", "0")
        _replace(element, "p:cSld", f'<p:cSld {_SPACES} name="{name}">{_tree(shapes)}</p:cSld>')
    _add_logo(master, house)
    _forget_printer(deck)
    return deck


def _replace(root: Any, tag: str, xml: str) -> None:
    root.replace(root.find(qn(tag)), parse_xml(xml))


def _theme_part(master: Any) -> Any:
    return master.part.part_related_by(RT.THEME)


def _forget_printer(deck: Any) -> None:
    for key, relation in list(deck.part.rels.items()):
        if relation.reltype.endswith("/printerSettings"):
            deck.part.rels.pop(key)


def _add_logo(master: Any, house: House) -> None:
    content = logo_picture(house)
    if content is None:
        return
    for place, (page, room) in enumerate(((master, _SMALL_LOGO), (master.slide_layouts[0], _LARGE_LOGO))):
        image, relation = page.part.get_or_add_image_part(BytesIO(content))
        wide, high = image.scale(None, None)
        share = min(Pt(room[2]) / wide, Pt(room[3]) / high)
        left = Pt(room[0] + room[2]) - int(wide * share)
        top = Pt(room[1]) + (Pt(room[3]) - int(high * share)) // 2
        name = (
            f"Logo {house.organisation}".strip()
            .replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace('"', "&quot;")
        )
        page._element.cSld.spTree.append(
            parse_xml(
                f'<p:pic {_SPACES}><p:nvPicPr><p:cNvPr id="{40 + place}" name="Logo" descr="{name}"/>'
                '<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr userDrawn="1"/></p:nvPicPr>'
                f'<p:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
                f'<p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{int(wide * share)}" cy="{int(high * share)}"/>'
                '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
            )
        )


# -- theme -------------------------------------------------------------------------------------------


def _theme(accent: str) -> str:
    colours = {
        "dk1": INK, "lt1": "#FFFFFF", "dk2": QUIET, "lt2": RAISED, "accent1": accent, "accent2": EXPECTED,
        "accent3": "#5B4A9E", "accent4": "#3D6B21", "accent5": "#63A3C0", "accent6": "#8A97A0",
        "hlink": accent, "folHlink": QUIET,
    }  # fmt: skip
    scheme = "".join(
        f'<a:{name}><a:srgbClr val="{value[1:].upper()}"/></a:{name}>' for name, value in colours.items()
    )
    face = f'<a:latin typeface="{FACE}"/><a:ea typeface=""/><a:cs typeface=""/>'
    flat = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    lines = "".join(
        f'<a:ln w="{width}" cap="flat" cmpd="sng" algn="ctr">{flat}<a:prstDash val="solid"/></a:ln>'
        for width in (6350, 12700, 19050)
    )
    plain = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Wijkradar"><a:themeElements>'
        f'<a:clrScheme name="Wijkradar">{scheme}</a:clrScheme>'
        f'<a:fontScheme name="Wijkradar"><a:majorFont>{face}</a:majorFont><a:minorFont>{face}</a:minorFont></a:fontScheme>'
        f'<a:fmtScheme name="Wijkradar"><a:fillStyleLst>{flat * 3}</a:fillStyleLst><a:lnStyleLst>{lines}</a:lnStyleLst>'
        f"<a:effectStyleLst>{plain * 3}</a:effectStyleLst><a:bgFillStyleLst>{flat * 3}</a:bgFillStyleLst></a:fmtScheme>"
        "</a:themeElements><a:objectDefaults/><a:extraClrSchemeLst/></a:theme>"
    )


# -- master and layouts ------------------------------------------------------------------------------


def _tree(shapes: str) -> str:
    return (
        '<p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>'
        '<a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
        f"{shapes}</p:spTree>"
    )


def _frame(box: tuple[float, float, float, float]) -> str:
    x, y, cx, cy = (int(Pt(value)) for value in box)
    return f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'


def _block(number: int, box: tuple[float, float, float, float], colour: str) -> str:
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Vlak {number}"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr>{_frame(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill>{colour}</a:solidFill>'
        '<a:ln><a:noFill/></a:ln></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr lang="nl-NL"/></a:p>'
        "</p:txBody></p:sp>"
    )


def _holder(
    number: int,
    name: str,
    kind: str,
    box: tuple[float, float, float, float],
    prompt: str,
    *,
    anchor: str = "t",
    style: str = "",
    field: str = "",
) -> str:
    """Return a placeholder without margins around its text."""
    text = f'<a:r><a:rPr lang="nl-NL"/><a:t>{prompt}</a:t></a:r>' if prompt else ""
    if field:
        text = f'<a:fld id="{{C1FF6DA9-008F-8B48-92A6-B652298478BF}}" type="{field}"><a:rPr lang="nl-NL"/><a:t>‹nr.›</a:t></a:fld>'
    styled = f"<a:lstStyle>{style}</a:lstStyle>" if style else "<a:lstStyle/>"
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>'
        f'<p:ph {kind}/></p:nvPr></p:nvSpPr><p:spPr>{_frame(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        f'<p:txBody><a:bodyPr vert="horz" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" rtlCol="0" anchor="{anchor}">'
        f'<a:normAutofit/></a:bodyPr>{styled}<a:p>{text}<a:endParaRPr lang="nl-NL"/></a:p></p:txBody></p:sp>'
    )


def _small(align: str = "l") -> str:
    return f'<a:lvl1pPr algn="{align}"><a:defRPr lang="nl-NL" sz="1200"><a:solidFill><a:schemeClr val="tx2"/></a:solidFill></a:defRPr></a:lvl1pPr>'


def _feet(first: int, foot: tuple[float, float, float, float]) -> str:
    return _holder(
        first, "Voettekst", 'type="ftr" sz="quarter" idx="11"', foot, "", anchor="ctr", style=_small()
    ) + _holder(
        first + 1, "Dianummer", 'type="sldNum" sz="quarter" idx="12"', _NUMBER, "", anchor="ctr",
        style=_small("r"), field="slidenum",
    )  # fmt: skip


def _master_page(foot: tuple[float, float, float, float]) -> str:
    accent = '<a:schemeClr val="accent1"/>'
    shapes = (
        _block(20, (0, 0, WIDTH, 10), accent)
        + _block(21, (MARGIN, 493, _WHOLE, 0.75), f'<a:srgbClr val="{HAIRLINE[1:]}"/>')
        + _holder(2, "Titel", 'type="title"', _TITLE, "Boodschap van de dia")
        + _holder(3, "Tekst", 'type="body" idx="1"', (MARGIN, _TOP, _WHOLE, _BOTTOM - _TOP), "Tekst")
        + _feet(5, foot)
    )
    background = (
        '<p:bg><p:bgPr><a:solidFill><a:schemeClr val="bg1"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'
    )
    return f"<p:cSld {_SPACES}>{background}{_tree(shapes)}</p:cSld>"


def _layouts(foot: tuple[float, float, float, float]) -> tuple[tuple[str, str, str], ...]:
    """Return kind, name and shapes of every layout."""
    title = _holder(2, "Titel", 'type="title"', _TITLE, "Boodschap van de dia")
    whole = (MARGIN, _TOP, _WHOLE, _BOTTOM - _TOP)
    left_width = (_WHOLE - _GUTTER) * 0.62
    left = (MARGIN, _TOP, left_width, _BOTTOM - _TOP)
    right = (MARGIN + left_width + _GUTTER, _TOP, _WHOLE - _GUTTER - left_width, _BOTTOM - _TOP)
    return (
        ("title", "Titeldia", _title_page(_FOOT)),
        ("obj", "Titel en inhoud", title + _holder(3, "Inhoud", 'idx="1"', whole, "Inhoud") + _feet(5, foot)),
        (
            "twoObj",
            "Grafiek met toelichting",
            title
            + _holder(3, "Grafiek", 'sz="half" idx="1"', left, "Grafiek, kaart of tabel")
            + _holder(4, "Toelichting", 'sz="half" idx="2"', right, "Toelichting")
            + _feet(5, foot),
        ),
        ("titleOnly", "Alleen titel", title + _feet(5, foot)),
    )


def _title_page(foot: tuple[float, float, float, float]) -> str:
    white = '<a:solidFill><a:schemeClr val="bg1"/></a:solidFill>'
    wide = WIDTH - 2 * 64
    return (
        _block(20, (0, 0, WIDTH, _BAND), '<a:schemeClr val="accent1"/>')
        + _holder(2, "Titel", 'type="ctrTitle"', (64, 60, wide, 190), "Titel", anchor="b",
                  style=f'<a:lvl1pPr algn="l"><a:defRPr lang="nl-NL" sz="4400" b="1">{white}</a:defRPr></a:lvl1pPr>')
        + _holder(3, "Ondertitel", 'type="subTitle" idx="1"', (64, 266, wide, 96), "Gemeente, stand van zaken en datum",
                  style=f'<a:lvl1pPr marL="0" indent="0"><a:buNone/><a:defRPr lang="nl-NL" sz="2200">{white}</a:defRPr></a:lvl1pPr>')
        + _holder(4, "Verantwoording", 'type="body" sz="quarter" idx="13"', (64, 396, 600, 86), "Welke cijfers, waarmee gemaakt",
                  style='<a:lvl1pPr marL="0" indent="0"><a:buNone/><a:defRPr lang="nl-NL" sz="1600"/></a:lvl1pPr>')
        + _feet(5, foot)
    )  # fmt: skip


def _text_styles() -> str:
    ink = '<a:solidFill><a:schemeClr val="tx1"/></a:solidFill>'
    body = "".join(_level(number) for number in range(1, 10))
    faces = '<a:latin typeface="+mj-lt"/><a:ea typeface="+mj-ea"/><a:cs typeface="+mj-cs"/>'
    other = "".join(
        f'<a:lvl{number}pPr marL="{(number - 1) * 457200}" algn="l"><a:defRPr lang="nl-NL" sz="1800" kern="1200">{ink}'
        f"{faces.replace('mj', 'mn')}</a:defRPr></a:lvl{number}pPr>"
        for number in range(1, 10)
    )
    return (
        f'<p:txStyles {_SPACES}><p:titleStyle><a:lvl1pPr algn="l"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:spcBef>'
        '<a:spcPct val="0"/></a:spcBef><a:buNone/><a:defRPr lang="nl-NL" sz="3000" b="1" kern="1200">'
        f"{ink}{faces}</a:defRPr></a:lvl1pPr></p:titleStyle>"
        f"<p:bodyStyle>{body}</p:bodyStyle><p:otherStyle>{other}</p:otherStyle></p:txStyles>"
    )


def _level(number: int) -> str:
    ink = '<a:solidFill><a:schemeClr val="tx1"/></a:solidFill>'
    size = 2000 if number == 1 else 1800
    faces = '<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/>'
    return (
        f'<a:lvl{number}pPr marL="{228600 * number}" indent="-228600" algn="l"><a:lnSpc><a:spcPct val="100000"/></a:lnSpc>'
        '<a:spcBef><a:spcPts val="600"/></a:spcBef><a:buFont typeface="Arial"/><a:buChar char="•"/>'
        f'<a:defRPr lang="nl-NL" sz="{size}" kern="1200">{ink}{faces}</a:defRPr></a:lvl{number}pPr>'
    )
