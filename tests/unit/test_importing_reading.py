from __future__ import annotations

import io
import json
import zipfile

import pandas as pd
import pytest

from register.importing import UnreadableFile, make_of, read
from register.importing.columns import SIGNALEN

ROWS = [["Zoë", "Te veel; afval, “echt”"], ["Bé", "Regel één\nregel twee"]]


def as_csv(delimiter: str, encoding: str, lead: str = "") -> bytes:
    stream = io.StringIO()
    pd.DataFrame(ROWS, columns=["buurtnaam", "omschrijving"]).to_csv(stream, sep=delimiter, index=False)
    return (lead + stream.getvalue()).encode(encoding)


@pytest.mark.parametrize(
    ("delimiter", "encoding", "lead"),
    [
        (";", "utf-8-sig", ""),
        (",", "cp1252", ""),
        ("\t", "utf-16", ""),
        ("|", "utf-8", ""),
        (";", "utf-8", "sep=;\n"),
    ],
)
def test_every_dialect_of_csv_gives_the_same_rows(delimiter: str, encoding: str, lead: str) -> None:
    source = read(as_csv(delimiter, encoding, lead), "lijst.csv")
    assert source.columns == ("buurtnaam", "omschrijving")
    assert source.rows.to_numpy().tolist() == ROWS
    assert source.lines == ((2, 3) if not lead else (3, 4))


def test_lines_above_the_heading_are_no_rows() -> None:
    content = (
        b"Lijst van meldingen;;\n;;\ndatum;wijk;tekst\n1-2-2025;Centrum;Lawaai\n\n2-2-2025;Centrum;Vuil\n"
    )
    source = read(content, "lijst.csv")
    assert source.columns == ("datum", "wijk", "tekst")
    assert source.lines == (4, 6)


def test_a_workbook_keeps_its_days_and_whole_numbers() -> None:
    stream = io.BytesIO()
    with pd.ExcelWriter(stream, engine="xlsxwriter") as book:
        pd.DataFrame({"a": ["Alleen uitleg"]}).to_excel(book, sheet_name="Kort", index=False)
        frame = pd.DataFrame({"datum": [pd.Timestamp("2025-03-04")], "nummer": [17.0], "tekst": ["x"]})
        frame.to_excel(book, sheet_name="Meldingen", index=False)
    source = read(stream.getvalue(), "lijst.xlsx")
    assert source.rows.iloc[0].tolist() == ["2025-03-04", "17", "x"]
    assert source.where(0) == "rij 2"
    assert "Kort" in source.remarks[0]


def test_a_workbook_of_libreoffice_is_read() -> None:
    cells = "".join(
        f"<table:table-row>{''.join(f'<table:table-cell office:value-type=%string%><text:p>{cell}</text:p></table:table-cell>' for cell in row)}</table:table-row>"
        for row in [["wijk", "tekst"], ["Centrum", "Lawaai"]]
    ).replace("%", '"')
    content = (
        '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="Blad1">{cells}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", content)
        book.writestr("META-INF/manifest.xml", manifest)
    source = read(stream.getvalue(), "lijst.ods")
    assert source.rows.to_numpy().tolist() == [["Centrum", "Lawaai"]]


def test_geojson_of_signalen_becomes_rows_with_a_place() -> None:
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [5.2, 52.5]},
        "properties": {
            "created_at": "2025-03-04T10:00:00Z",
            "category": {"name": "Container is vol", "parent": {"name": "Afval"}},
        },
    }
    source = read(
        json.dumps({"type": "FeatureCollection", "features": [feature]}).encode(), "meldingen.geojson"
    )
    assert make_of(source) == SIGNALEN
    assert source.rows.iloc[0].to_dict() == {
        "created_at": "2025-03-04T10:00:00Z",
        "category.name": "Container is vol",
        "category.parent.name": "Afval",
        "geometrie (lengte)": "5.2",
        "geometrie (breedte)": "52.5",
    }


def test_the_files_of_a_package_of_signalen_are_put_together() -> None:
    files = {
        "signals.csv": "id,source,text,text_extra,incident_date_start,category_assignment_id,location_id,status_id\n9,online,Vuil,,2025-01-02,4,7,3\n",
        "locations.csv": "id,lat,lng,stadsdeel,buurt_code,address\n7,5.2,52.5,,,{}\n",
        "categories.csv": "id,main,sub,departments\n4,Afval,Container,R\n",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    source = read(stream.getvalue(), "signalen.zip")
    assert source.rows.iloc[0][["main", "lat", "lng"]].tolist() == ["Afval", "5.2", "52.5"]
    assert "address" not in source.columns
    assert "statuses.csv" in source.remarks[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is leeg"),
        (b"%PDF-1.7 ...", "een pdf"),
        (b"PK\x03\x04 broken", "beschadigd"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "niet te openen als werkboek"),
        (b'{"type": "Topology"}', "geen GeoJSON"),
        (b'{"type": ', "niet te lezen als GeoJSON"),
        (b"\x00\x01\x02\x03" * 9, "geen lijst"),
        (b"1;2;3\n4;5;6\n", "namen van kolommen"),
        (b'wijk;tekst\nCentrum;"open ' + b"a" * 140_000, "aanhalingsteken"),
    ],
)
def test_another_kind_of_file_is_refused_with_what_to_do(content: bytes, told: str) -> None:
    with pytest.raises(UnreadableFile, match=told):
        read(content, "bestand.csv")


def test_headings_without_rows_are_a_file_of_nothing() -> None:
    assert len(read(b"datum;wijk;tekst\n", "leeg.csv").rows) == 0
