"""The server of the review page, asked as a browser asks, and as others should not."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from lxml import html

import factories
import hostile
from sayso.errors import OutputError
from sayso.report import PositionReport
from sayso.report.corrections import NAME
from sayso.review import Server, Sitting
from sayso.review.page import render_end, render_place
from sayso.types import Label


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    factories.written(tmp_path)
    with Server(Sitting.open(tmp_path / "out")) as made:
        thread = started(made)
        yield made
        made.shutdown()
        thread.join()


def started(server: Server) -> threading.Thread:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    return thread


def lines(server: Server) -> list[dict[str, object]]:
    file = server.sitting.folder / NAME
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def send(server: Server, path: str, **form: str) -> tuple[str, html.HtmlElement]:
    """Where the browser ends up, and the page there."""
    data = urlencode({"token": server.token, **form}).encode() if form else None
    with urlopen(Request(server.address + path, data), timeout=10) as answer:
        return answer.url.removeprefix(server.address), html.document_fromstring(answer.read())


def words(page: html.HtmlElement) -> str:
    return " ".join(page.xpath("//main")[0].text_content().split())


def ask(
    server: Server, path: str, method: str = "POST", body: dict[str, str] | bytes | None = None, **headers: str
) -> tuple[int, str, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    body = {"token": server.token, "label": "denies"} if body is None else body
    data = body if isinstance(body, bytes) else urlencode(body).encode()
    named = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(data)),
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }
    connection.request(method, path, data if method == "POST" else None, named)
    answer = connection.getresponse()
    found = (answer.status, answer.read().decode(), answer.headers)
    connection.close()
    return found


def test_from_the_first_to_the_last(server: Server) -> None:
    at, page = send(server, "")
    assert at == "1"
    text = words(page)
    for expected in (
        "Rivers Agency on the claim",
        "The dam was badly maintained.",
        "asserts",
        "62%",
        "as the report has it",
        "The Tarn Courier",
        "9 March 2026",
    ):
        assert expected in text
    assert "reported through Corrow Valley Council" in text
    marked = {role: page.xpath(f"//blockquote//span[contains(@class, '{role}')]/text()") for role in ("source", "cue", "content")}
    assert marked == {"source": ["the agency"], "cue": ["had said"], "content": ["the dam was badly maintained"]}
    assert "Eleven houses were destroyed." in words(page), "the sentence stands in its context"
    assert "Six days on, valley asks who knew what" in page.xpath("//p[@class='around']")[0].text_content()
    at, page = send(server, "1", label="denies")
    assert at == "2"
    assert "Kept: denies, for 1 of 11." in words(page)
    for place in range(2, 11):
        at, page = send(server, str(place), label=page.xpath("//form[contains(@class, 'answers')]/@data-answer")[0])
    at, page = send(server, "11", label="unrelated")
    assert at == "end"
    assert "11 decisions kept in corrections.jsonl, of which 2 corrections." in words(page)
    assert "sayso report " in words(page)
    assert (lines(server)[0]["label"], lines(server)[0]["was"]) == ("denies", "asserts")
    assert len(lines(server)) == 11
    assert send(server, "")[0] == "end"


def test_context_goes_on_over_lines_that_say_little(tmp_path: Path) -> None:
    article = replace(factories.DAM, text="First day\n\n" + "A long paragraph. " * 20 + "\n\n18:25\n\nHere it stands.\n\n21:05\n\nMore.")
    judged = factories.judgement(article, factories.statement(article, "Here it stands."), "cracked", Label.ASSERTS)
    page = html.document_fromstring(render_place(Sitting(tmp_path, PositionReport((), (judged,), (article,)), [judged]), 0, "t"))
    before, after = (node.text_content() for node in page.xpath("//p[@class='around']"))
    assert before.startswith("A long paragraph.") and before.endswith("18:25")
    assert after == "21:05\nMore."
    assert "The article itself on the claim" in words(page) and "In this sentence, the article itself" in words(page)
    assert "Marked:" not in words(page), "nothing is marked in the article's own voice"


def test_back_and_otherwise(server: Server) -> None:
    send(server, "1", label="denies")
    _, page = send(server, "1")
    assert "your answer" in page.xpath("//button[@value='denies']")[0].text_content()
    assert send(server, "1", label="uncertain")[0] == "2"
    assert [row["label"] for row in lines(server)] == ["denies", "uncertain"]


def test_stopping(tmp_path: Path) -> None:
    factories.written(tmp_path)
    with Server(Sitting.open(tmp_path / "out")) as server:
        thread = started(server)
        send(server, "1", label="denies")
        _, page = send(server, "stop", label="")
        thread.join(timeout=10)
        assert not thread.is_alive()
    assert "Stopped" in words(page) and "1 decision kept" in words(page)
    assert len(lines(server)) == 1


def test_it_listens_on_this_machine_only(server: Server) -> None:
    assert server.socket.getsockname()[0] == "127.0.0.1"
    assert len(server.token) >= 32
    with pytest.raises(OutputError, match=f"port {server.server_port}: .*choose another one with --port"):
        Server(server.sitting, server.server_port)


@pytest.mark.parametrize(
    ("path", "change", "status"),
    [
        ("/{token}/1", {"Host": "evil.example"}, 421),
        ("/{token}/1", {"Host": "127.0.0.1"}, 421),
        ("/{token}/1", {"Origin": "http://evil.example"}, 403),
        ("/{token}/1", {"Origin": "null"}, 403),
        ("/{token}/1", {"body": {"label": "denies"}}, 403),
        ("/{token}/1", {"body": {"label": "denies", "token": "wrong"}}, 403),
        ("/{token}/1", {"Content_Type": "text/plain"}, 415),
        ("/{token}/1", {"Content_Type": "application/json"}, 415),
        ("/{token}/1", {"body": b"x" * 5000}, 413),
        ("/{token}/1", {"Content_Length": "-1"}, 413),
        ("/wrong/1", {}, 404),
        ("/", {}, 404),
        ("/{token}", {}, 404),
        ("/{token}%C3%A9/1", {}, 404),
        ("/{token}/0", {}, 404),
        ("/{token}/12", {}, 404),
        ("/{token}/../1", {}, 404),
        ("/{token}/end", {}, 404),
    ],
)
def test_what_is_refused_changes_nothing(server: Server, path: str, change: dict[str, object], status: int) -> None:
    found, reason, headers = ask(server, path.format(token=server.token), **change)  # type: ignore[arg-type]
    assert found == status, reason
    assert headers["Content-Type"].startswith("text/plain")
    assert server.token not in reason
    assert lines(server) == []


def test_a_label_that_is_none(server: Server) -> None:
    status, reason, _ = ask(server, f"/{server.token}/1", body={"token": server.token, "label": "maybe"})
    assert (status, "expected one of asserts, denies, uncertain, unrelated" in reason) == (400, True)
    assert lines(server) == []


@pytest.mark.parametrize("path", ["", "1", "end"])
def test_looking_needs_host_and_token_too(server: Server, path: str) -> None:
    assert ask(server, f"/{server.token}/{path}", "GET", Host="evil.example")[0] == 421
    assert ask(server, f"/{'x' * 32}/{path}", "GET")[0] == 404
    status, _, headers = ask(server, f"/{server.token}/{path}", "GET", Host=f"localhost:{server.server_port}")
    assert status in (200, 303)
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_full_disk_is_said_and_not_counted(server: Server) -> None:
    (server.sitting.folder / NAME).mkdir()
    status, reason, _ = ask(server, f"/{server.token}/1")
    assert (status, "the decision was not kept" in reason) == (500, True)
    assert server.sitting.made == {}


@pytest.mark.parametrize("text", hostile.TEXTS, ids=range(len(hostile.TEXTS)))
def test_hostile_text_stays_text(text: str, tmp_path: Path) -> None:
    report = hostile.report(text)
    sitting = Sitting(tmp_path, report, report.judgements[:2], made={1: Label.ASSERTS}, last=1)
    for raw in (render_place(sitting, 0, "t"), render_place(sitting, 1, "t"), render_end(sitting, "t")):
        page = html.document_fromstring(raw)
        assert len(page.xpath("//script")) == 1
        assert not re.search("[\0\x1b\x9b\u202a-\u202e\u2066-\u2069]", raw)
        assert [name for node in page.iter() for name in node.attrib if name.startswith("on")] == []
        assert all(re.match(r"https?://|data:,|\d+$|end$|\./$", href) for href in page.xpath("//@href"))
        assert len(raw) < 200_000
