"""Reading: every format, every encoding, and everything that can be wrong with a file."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.errors import InputError
from sayso.read import parse_date, read_articles
from sayso.types import Article, Skipped

PROSE = (
    "The water company said on Tuesday that the wall of the dam is intact and that it is watched by its engineers. "
    "The council, which has asked for an inspection, said that it was not told of the leak by the company until the "
    "villages at the foot of the valley had been flooded."
)
GERMAN = (
    "Der Wasserversorger teilte am Dienstag mit, dass die Mauer unversehrt ist und rund um die Uhr von den Ingenieuren "
    "beobachtet wird. Der Rat, der eine Prüfung verlangt hat, sagte, er sei von der Firma nicht informiert worden, "
    "bis die Dörfer am Fuß des Tals überschwemmt waren und die Feuerwehr mit Booten kam."
)
GOLD = Path(__file__).parents[2] / "shared" / "articles"


def read(*paths: str | Path, **options: object) -> list[Article | Skipped]:
    return list(read_articles(paths, **options))  # type: ignore[arg-type]


def one(*paths: str | Path, **options: object) -> Article:
    (result,) = read(*paths, **options)
    assert isinstance(result, Article), result
    return result


def refusal(*paths: str | Path, **options: object) -> str:
    (result,) = read(*paths, **options)
    assert isinstance(result, Skipped), result
    assert result.stage == "read"
    return result.reason


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


# ---------------------------------------------------------------- plain text


@given(text=st.text(alphabet=st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), min_size=1))
def test_plain_text_stays_as_it_is(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    if not text.strip() or text.startswith(("---", "\ufeff")):
        return
    path = write(tmp_path_factory.mktemp("plain"), "a.txt", text)
    assert one(path, language=None).text == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("\ufeffHello\n".encode(), "Hello\n"),
        (b"One\r\nTwo\rThree\n", "One\nTwo\nThree\n"),
        ("Hello, café\n".encode("utf-16"), "Hello, café\n"),
        ("He said: “no” to the café.".encode("cp1252"), "He said: “no” to the café."),
        ((PROSE + " The café stayed open.").encode("latin-1"), PROSE + " The café stayed open."),
    ],
)
def test_encodings(raw: bytes, text: str, tmp_path: Path) -> None:
    assert one(write(tmp_path, "a.txt", raw)).text == text


def test_cyrillic_in_an_old_encoding(tmp_path: Path) -> None:
    text = "Представитель компании заявил во вторник, что плотина цела и находится под наблюдением инженеров. " * 3
    assert one(write(tmp_path, "a.txt", text.encode("koi8-r")), language="ru").text == text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Dam wall intact\n\nThe firm says so.", "Dam wall intact"),
        ("\n\nDam wall intact\n \nThe firm says so.", "Dam wall intact"),
        ("# Dam wall intact\n\nThe firm says so.", "Dam wall intact"),
        ("Dam wall intact\nThe firm says so.", None),
        ("Dam wall intact", None),
        ("word " * 33 + "\n\nThe firm says so.", None),
    ],
)
def test_title_from_the_first_line(text: str, title: str | None, tmp_path: Path) -> None:
    article = one(write(tmp_path, "a.md", text))
    assert (article.title, article.text) == (title, text)


def test_front_matter_is_read_and_cut_off(tmp_path: Path) -> None:
    front = "---\ntitle: 'Dam: intact'\nsource: Plainly\ndate: 2026-03-03\nurl: https://plainly.example/1\nid: dam\n---\n\n"
    article = one(write(tmp_path, "a.md", front + "Body.\n"))
    assert article == Article("dam", "Body.\n", "Dam: intact", "Plainly", dt.date(2026, 3, 3), "https://plainly.example/1")


def test_dashes_that_are_no_front_matter_stay(tmp_path: Path) -> None:
    text = "---\nA line between rules.\n---\nMore.\n"
    assert one(write(tmp_path, "a.txt", text)).text == text


def test_broken_front_matter_is_a_reason(tmp_path: Path) -> None:
    assert "quotes around values with a colon" in refusal(write(tmp_path, "a.md", "---\ntitle: Dam: intact\n---\nBody.\n"))


# ---------------------------------------------------------------- manifests


def test_manifest_beside_the_files(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "Body a.")
    write(tmp_path, "b.txt", "Body b.")
    write(tmp_path, "manifest.csv", 'file,headline,outlet,published\na.txt,"Dam, intact",Plainly,3 March 2026\n')
    a, b = read(tmp_path)
    assert a == Article("a", "Body a.", "Dam, intact", "Plainly", dt.date(2026, 3, 3))
    assert b == Article("b", "Body b.")


def test_manifest_wins_over_front_matter_and_an_empty_cell_does_not(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "---\ntitle: Own\noutlet: Plainly\n---\nBody.")
    write(tmp_path, "manifest.jsonl", json.dumps({"file": "a.txt", "title": "Given", "outlet": "", "id": "x"}))
    assert one(tmp_path / "a.txt") == Article("x", "Body.", "Given", "Plainly")


def test_manifest_given(tmp_path: Path) -> None:
    path = write(tmp_path, "in/a.txt", "Body.")
    for name in ("a.txt", "in/a.txt", str(path)):
        manifest = write(tmp_path, "list.csv", f"file;title\n{name};Given\n")
        assert one(path, manifest=manifest).title == "Given"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("m.csv", "path,title\na.txt,T\n"),
        ("m.jsonl", '{"file": "a.txt"'),
        ("m.jsonl", "[1]"),
        ("m.csv", b"file\n\xff\xfe\0"),
    ],
)
def test_faulty_manifest(name: str, content: str | bytes, tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "Body.")
    with pytest.raises(InputError, match="'file'"):
        read_articles([path], manifest=write(tmp_path, name, content))


# ---------------------------------------------------------------- pages


PAGE = f"""<html><head><title>Dam wall intact</title><meta property="og:site_name" content="Plainly">
<meta property="article:published_time" content="2026-03-03T10:00Z">
<link rel="canonical" href="https://plainly.example/d"></head><body><nav><a href="/">Home</a></nav>
<article><h1>Dam wall intact</h1><p>{PROSE}</p>
<h2>What the council says</h2>
<p>The council <b>disputes</b>, in part, that.<br>It has asked for an inspection of the wall, built in 1961.</p>
<ul><li>The wall was inspected in 2024.</li><li>The gates were opened at <i>3am</i>.</li></ul>
<table><tr><th>Claim</th><th>Firm</th></tr><tr><td>Wall cracked</td><td>No</td></tr></table></article></body></html>"""


def test_page(tmp_path: Path) -> None:
    article = one(write(tmp_path, "d.html", PAGE))
    assert (article.id, article.title, article.outlet) == ("d", "Dam wall intact", "Plainly")
    assert (article.published, article.url) == (dt.date(2026, 3, 3), "https://plainly.example/d")
    blocks = article.text.split("\n\n")
    assert PROSE in blocks
    assert "## What the council says" in blocks
    assert "The council disputes, in part, that. It has asked for an inspection of the wall, built in 1961." in blocks
    assert "- The wall was inspected in 2024.\n- The gates were opened at 3am." in blocks
    assert "Claim | Firm\nWall cracked | No" in blocks
    assert "Home" not in article.text


def test_page_in_its_declared_encoding(tmp_path: Path) -> None:
    page = PAGE.replace("<head>", '<head><meta charset="iso-8859-2">').replace("in part", "w części")
    assert "w części" in one(write(tmp_path, "d.htm", page.encode("iso-8859-2"))).text


@pytest.mark.parametrize("page", ["<html><body></body></html>", "<html>", "no markup at all"])
def test_page_without_an_article(page: str, tmp_path: Path) -> None:
    assert "found no article in the page" in refusal(write(tmp_path, "d.html", page))


# ---------------------------------------------------------------- tables


ROWS = [
    {
        "article_id": "x",
        "body": "First\r\ntext",
        "headline": "T",
        "publisher": "Plainly",
        "date": "2026-03-03",
        "link": "u",
    },
    {"article_id": "", "body": 'Second, "text"', "headline": "", "publisher": "", "date": "", "link": ""},
]


def table(folder: Path, kind: str, rows: Sequence[Mapping[str, str]]) -> Path:
    path = folder / f"t.{kind}"
    if kind == "csv":
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    elif kind == "parquet":
        pq.write_table(pa.Table.from_pylist(list(rows)), path, row_group_size=1)
    else:
        data = "".join(json.dumps(row) + "\n" for row in rows).encode()
        path.write_bytes(gzip.compress(data) if kind.endswith("gz") else data)
    return path


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl", "jsonl.gz", "ndjson"])
def test_tables_with_other_column_names(kind: str, tmp_path: Path) -> None:
    first, second = read(table(tmp_path, kind, ROWS))
    assert first == Article("x", "First\r\ntext", "T", "Plainly", dt.date(2026, 3, 3), "u")
    assert second == Article("t-2", 'Second, "text"')


@pytest.mark.parametrize("kind", ["csv", "parquet", "jsonl", "jsonl.gz"])
def test_table_without_a_text_column(kind: str, tmp_path: Path) -> None:
    path = table(tmp_path, kind, [{"nr": "1", "headline": "T"}])
    with pytest.raises(InputError, match=r"found the columns nr, headline; expected one for the text, named text, body"):
        read_articles([path])


def test_parquet_types(tmp_path: Path) -> None:
    columns = {"text": ["One.", None], "date": [dt.datetime(2026, 3, 3, 23), None], "id": [7, 8], "other": [b"\0", b""]}
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    first, second = read(tmp_path / "t.parquet")
    assert first == Article("7", "One.", published=dt.date(2026, 3, 3))
    assert second == Skipped("8", "read", f"{tmp_path}/t.parquet, row 2: found no text, expected a string; fill the text column")


def test_broken_json_on_line_three_of_five(tmp_path: Path) -> None:
    lines = [json.dumps({"text": f"Text {n}."}) for n in range(1, 6)]
    lines[2] = '{"text": "Text 3.'
    results = read(write(tmp_path, "n.jsonl", "\n".join(lines)))
    assert [type(r) for r in results] == [Article, Article, Skipped, Article, Article]
    assert isinstance(results[2], Skipped)
    assert results[2].article == "n-3"
    assert "n.jsonl, line 3: found broken JSON" in results[2].reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": null}', "found no text"),
        ('{"title": "T"}', "found no text"),
        ('{"text": 5}', "found a text of type int"),
        ('{"text": ["a"]}', "found a text of type list"),
        ('{"text": " "}', "found an empty text"),
        ('{"text": "a\\u0000b"}', "found binary data"),
        ('{"text": "a\\ud800b"}', "found broken Unicode"),
        ("[1]", "found a JSON list"),
        ("[" * 100_000, "found broken JSON"),
        (b'{"text": "caf\xe9"}', "not UTF-8"),
        ('{"text": "' + "a" * 110_000 + '"}', "found 110,000 characters"),
        ('{"text": "' + "a" * 200_000 + '"}', "found a line too long"),
    ],
)
def test_bad_rows_do_not_stop_the_good(line: str | bytes, reason: str, tmp_path: Path) -> None:
    raw = line if isinstance(line, bytes) else line.encode()
    path = write(tmp_path, "n.jsonl", b'\xef\xbb\xbf{"text": "Good."}\n' + raw + b'\n\n{"text": "Good."}\n')
    first, bad, last = read(path, max_chars=10_000, language=None)
    assert (first, last) == (Article("n-1", "Good."), Article("n-4", "Good."))
    assert isinstance(bad, Skipped)
    assert reason in bad.reason


def test_csv_of_the_office(tmp_path: Path) -> None:
    path = write(tmp_path, "t.csv", "Titel;Text;Date\r\nT;Der Café-Besitzer;3. 3. 2026\r\n;;\r\na;b;c;d\r\n".encode("cp1252"))
    first, second, third = read(path)
    assert isinstance(first, Article)
    assert first.text == "Der Café-Besitzer"
    assert isinstance(second, Skipped)
    assert "empty text" in second.reason
    assert isinstance(third, Skipped)
    assert "more cells than the header" in third.reason


def test_long_cells_and_the_process_wide_limit(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    path = write(tmp_path, "t.csv", "id,text\na," + "word " * 100_000 + "\nb,Good.\n")
    first, second = read(path, language=None, max_chars=600_000)
    assert isinstance(first, Article)
    assert len(first.text) == 500_000
    assert second == Article("b", "Good.")
    assert csv.field_size_limit() == before


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "found an empty file"),
        ("a.txt", b" \n\t\n", "found an empty text"),
        ("a.md", b"---\ntitle: T\n---\n", "found an empty text"),
        ("a.csv", b"", "found an empty file"),
        ("a.csv", b"id,text\n", "found no rows"),
        ("a.jsonl", b"\n\n", "found no rows"),
        ("a.parquet", b"PAR1 is not enough", "cannot be read (Arrow"),
        ("a.jsonl.gz", b"\x1f\x8b\x08 cut short", "cannot be read"),
        ("a.txt", bytes(range(256)) * 8, "found binary data"),
        ("a.txt", b"%PDF-1.7 \0\0\0", "found binary data"),
        ("a.csv", b"id,text\n1,\xff\0\xfe\n", "found binary data"),
        ("a.pdf", b"%PDF-1.7", "found the suffix '.pdf', expected one of .txt, .md"),
        ("a.txt", GERMAN.encode(), "another language: found probably 'de', expected 'en'"),
        ("a.txt", ("漢字かな交じり文" * 40).encode(), "another language: found hardly any function word"),
    ],
)
def test_files_that_are_left_out(name: str, content: bytes, reason: str, tmp_path: Path) -> None:
    path = write(tmp_path, name, content)
    assert reason in refusal(path)
    assert str(path) in refusal(path)


def test_bytes_without_a_clear_reading(tmp_path: Path) -> None:
    raw = bytes((n * 73 + n // 7) % 255 + 1 for n in range(3000))
    assert "neither UTF-8 nor clearly another encoding" in refusal(write(tmp_path, "a.txt", raw))


def test_fifty_megabytes_of_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    assert "found 50 MB, expected at most 5,000,000 characters" in refusal(path)


def test_length_limit(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "word " * 21)
    assert "found 105 characters of text, expected at most 100" in refusal(path, max_chars=100)


# ---------------------------------------------------------------- language


@pytest.mark.parametrize(
    ("text", "language"),
    [(PROSE, "en"), (GERMAN, "de"), (GERMAN, None), (GERMAN[:190], "en"), ("1 : 0, 2 : 1, " * 40, "en")],
)
def test_language_is_kept(text: str, language: str | None, tmp_path: Path) -> None:
    assert one(write(tmp_path, "a.txt", text), language=language).text == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "El gobierno dijo el martes que la presa no se había agrietado y que los ingenieros la vigilan. " * 3),
        ("pt", "O governo disse na terça que a barragem não tinha rachado e que os engenheiros a vigiam. " * 3),
        (
            "fr",
            "Le gouvernement a dit mardi que le barrage n'est pas fissuré et que les ingénieurs le surveillent. " * 3,
        ),
        ("uk", "Уряд заявив у вівторок, що дамба не тріснула і що її стан перевіряють інженери та рятувальники. " * 3),
        ("ru", "Правительство заявило во вторник, что плотина не треснула и что за ней следят инженеры. " * 3),
    ],
)
def test_languages_are_told_apart(language: str, text: str, tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", text)
    assert one(path, language=language).text == text
    assert f"probably {language!r}" in refusal(path, language="en")


def test_unknown_language() -> None:
    with pytest.raises(InputError, match="found 'xx', expected one of de, en"):
        read_articles([], language="xx")


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("given_date", "read_date"),
    [
        ("2026-03-04", dt.date(2026, 3, 4)),
        ("2026-03-04T23:30Z", dt.date(2026, 3, 4)),
        ("2026-03-04 10:00:00+02:00", dt.date(2026, 3, 4)),
        ("20260304", dt.date(2026, 3, 4)),
        ("4 March 2026", dt.date(2026, 3, 4)),
        ("March 4, 2026", dt.date(2026, 3, 4)),
        ("Wed, 04 Mar 2026 10:00:00 GMT", dt.date(2026, 3, 4)),
        ("25/03/2026", dt.date(2026, 3, 25)),
        (dt.datetime(2026, 3, 4, 10), dt.date(2026, 3, 4)),
        (dt.date(2026, 3, 4), dt.date(2026, 3, 4)),
        ("03/04/2026", None),
        ("March 2026", None),
        ("2026", None),
        ("Tuesday", None),
        ("10:30", None),
        ("2026-02-30", None),
        ("1772539200", None),
        (1772539200, None),
        (float("nan"), None),
        ("soon", None),
        ("", None),
        ("9" * 5000, None),
        (None, None),
    ],
)
def test_dates(given_date: object, read_date: dt.date | None) -> None:
    assert parse_date(given_date) == read_date


def test_an_unreadable_date_keeps_the_article(tmp_path: Path) -> None:
    assert one(write(tmp_path, "n.jsonl", '{"text": "Good.", "date": "soon"}')) == Article("n-1", "Good.")


# ---------------------------------------------------------------- which files


def test_folders_globs_and_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "sub/c.md", "sub/.hidden.txt", ".git/d.txt", "picture.png", "manifest.csv"):
        write(tmp_path, name, "file\nx\n" if name == "manifest.csv" else "Body.")
    ids = [r.id for r in read(tmp_path / "b.txt", tmp_path, str(tmp_path / "*.txt")) if isinstance(r, Article)]
    assert ids == ["b", "a", "c"]
    ids = [r.id for r in read(str(tmp_path / "**" / "*.md")) if isinstance(r, Article)]
    assert ids == ["c"]


def test_two_articles_with_one_id(tmp_path: Path) -> None:
    first, second = read(write(tmp_path, "one/a.txt", "One."), write(tmp_path, "two/a.txt", "Two."))
    assert first == Article("a", "One.")
    assert isinstance(second, Skipped)
    assert second.article == "a"
    assert "two/a.txt: found a second article with the id 'a', first in" in second.reason


@pytest.mark.parametrize(("path", "found"), [("missing.txt", "no such file"), ("*.txt", "matches nothing"), ("empty", "no file")])
def test_paths_that_lead_nowhere(path: str, found: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=found):
        read_articles([tmp_path / path])


def test_a_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, "a.parquet", b"nonsense"),
        write(tmp_path, "b.pdf", b"x"),
        write(tmp_path, "c.txt", "Good."),
    ]
    results = read(*paths)
    assert [type(r) for r in results] == [Skipped, Skipped, Article]


@pytest.mark.skipif(not GOLD.is_dir(), reason="no annotated articles beside the checkout")
def test_gold_articles_keep_their_offsets() -> None:
    for path in sorted(GOLD.glob("**/*.gold.json")):
        source = path.with_name(path.name.replace(".gold.json", ".txt"))
        gold = json.loads(path.read_text("utf-8"))
        article = one(source)
        assert article.text == source.read_bytes().decode()
        for sentence in gold["sentences"]:
            assert article.text[sentence["start"] : sentence["end"]] == sentence["text"]
