"""The command line as a user meets it: what is printed where, and the exit code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pipeline import __version__, cli
from pipeline.publish import digest as files
from pipeline.schema import digest_json_schema
from tests.cli.program import NOW, Done, Run, assert_usage_error
from tests.servers import LoopbackServer, page
from tests.stages.stories import HARVEST, LEASE_CHIP, LEASE_STACK
from tests.stages.world import Entry, atom

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = (
    *("ingest", "run", "digest", "show", "tags", "serve", "schema"),
    *("feeds list", "feeds add", "feeds remove", "models list", "models pull"),
    *("edit merge", "edit split", "edit retitle", "edit retag", "edit withhold", "edit undo"),
    *("edit list", "edit ids"),
)


# --- help and arguments --------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_an_example(halfminute: Run, command: str) -> None:
    done = halfminute(*command.split(), "--help")
    assert (done.code, done.err) == (0, "")
    examples = done.out.partition("Example")[2]
    assert re.search(rf"halfminute (?:--\S+ \S+ )?{command}\b", " ".join(examples.split()))


def test_the_list_of_commands_is_complete(halfminute: Run) -> None:
    named = len(cli.app.registered_commands)
    for group in cli.app.registered_groups:
        assert group.typer_instance is not None
        named += len(group.typer_instance.registered_commands)
    assert named == len(COMMANDS)
    text = halfminute("--help").out
    assert all(command.split()[0] in text for command in COMMANDS)
    assert "0 ok, 1 failed, 2 usage or configuration, 3 partial" in text


def test_the_version_is_printed(halfminute: Run) -> None:
    assert halfminute("--version") == Done(0, f"{__version__}\n", "")


@pytest.mark.parametrize("arguments", [(), ("feeds",), ("models",), ("edit",)])
def test_without_a_command_the_help_is_shown(halfminute: Run, arguments: tuple[str, ...]) -> None:
    done = halfminute(*arguments)
    assert (done.code, done.err) == (2, "")
    assert "Usage: halfminute" in done.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nonsense",), "No such command 'nonsense'"),
        (("ingest",), "SOURCE"),
        (("ingest", "--foo", "x"), "--foo"),
        (("feeds", "add"), "url"),
        (("feeds", "nonsense"), "nonsense"),
        (("show", "a", "b"), "b"),
        (("--config",), "--config"),
        (("digest", "--week"), "--week"),
    ],
)
def test_a_wrong_argument_is_one_line(
    halfminute: Run, arguments: tuple[str, ...], said: str
) -> None:
    assert_usage_error(halfminute(*arguments), said, "--help")


@pytest.mark.parametrize("command", ["ingest x.txt", "run", "digest"])
@pytest.mark.parametrize("now", ["nonsense", "", "2026-13-01", "9999-12-31", "12", "0001-01-01"])
def test_a_now_that_is_no_time_is_named(halfminute: Run, command: str, now: str) -> None:
    done = halfminute(*command.split(), "--now", now)
    assert_usage_error(done, "is not an ISO 8601 time", "2026-11-16T06:00:00Z")


@pytest.mark.parametrize("week", ["46", "2026-46", "2026-W54", "0000-W01", "9999-W52", "W46"])
def test_a_week_that_is_none_is_named(halfminute: Run, week: str) -> None:
    assert_usage_error(halfminute("digest", "--week", week), week, "2026-W32")


# --- configuration -------------------------------------------------------------------------------


def test_a_typo_in_the_settings_is_answered_with_the_near_miss(
    halfminute: Run, tmp_path: Path
) -> None:
    config = tmp_path / "mine.toml"
    config.write_text("[ingest]\nworker = 3\n", encoding="utf-8")
    done = halfminute("--config", str(config), "digest")
    assert_usage_error(done, str(config), "ingest.worker", "did you mean 'workers'?")


def test_the_settings_of_the_home_are_read_unless_others_are_named(
    halfminute: Run, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "halfminute.toml").write_text("[modles]\n", encoding="utf-8")
    assert_usage_error(halfminute("digest"), "halfminute.toml", "did you mean 'models'?")
    (tmp_path / "good.toml").write_text("", encoding="utf-8")
    good = str(tmp_path / "good.toml")
    assert halfminute("--config", good, "digest", "--now", NOW).code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[ingest]\ndeadline = inf\n", "ingest.deadline"),
        ("[ingest]\nworkers = 'many'\n", "ingest.workers"),
        ("[digest]\ntimezone = 'Mars'\n", "no time zone 'Mars'"),
        ("[ingest\n", "is not valid TOML"),
        (None, "no such file"),
    ],
)
def test_settings_that_make_no_sense_are_one_line(
    halfminute: Run, tmp_path: Path, content: str | None, said: str
) -> None:
    config = tmp_path / "mine.toml"
    if content is not None:
        config.write_text(content, encoding="utf-8")
    assert_usage_error(halfminute("--config", str(config), "digest"), said)


def test_a_folder_is_no_settings_file(halfminute: Run, tmp_path: Path) -> None:
    assert_usage_error(halfminute("--config", str(tmp_path), "digest"), "Is a directory")


@pytest.mark.parametrize(
    ("variable", "value"),
    [("HALFMINUTE_MODELS", "nope"), ("HALFMINUTE_INGEST__LANGUAGES", "en")],
)
def test_a_variable_of_the_wrong_type_is_one_line(
    halfminute: Run, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert_usage_error(halfminute("digest"), "HALFMINUTE_")


@pytest.mark.parametrize("option", ["--model", "--encoder"])
@pytest.mark.parametrize("command", ["run", "digest", "ingest https://example.org/1"])
def test_a_model_that_does_not_exist_is_named_before_anything_is_done(
    halfminute: Run, tmp_path: Path, option: str, command: str
) -> None:
    done = halfminute(option, "no-such-model", *command.split())
    assert_usage_error(done, "no-such-model", "smollm2-135m-instruct")
    assert not (tmp_path / "home").exists()


def test_a_model_to_pull_that_does_not_exist_is_named(halfminute: Run) -> None:
    assert_usage_error(halfminute("models", "pull", "smollm2-135m"), "did you mean 'smollm2-")


def test_the_models_are_listed_with_what_is_here(halfminute: Run) -> None:
    done = halfminute("models", "list")
    assert (done.code, done.err) == (0, "")
    rows = [line.split("\t") for line in done.out.splitlines()]
    assert {"smollm2-135m-instruct", "all-minilm-l6-v2"} <= {row[0] for row in rows}
    assert {row[-1] for row in rows} == {"not pulled"}
    assert all(row[2] == "Apache-2.0" for row in rows)


@pytest.mark.parametrize("command", ["digest", "run", "feeds add https://a.example/f"])
def test_a_home_that_cannot_be_made_is_one_line(
    halfminute: Run, tmp_path: Path, command: str
) -> None:
    (tmp_path / "file").touch()
    done = halfminute("--home", str(tmp_path / "file" / "home"), *command.split())
    assert (done.code, done.out, len(done.lines)) == (1, "", 1)
    assert str(tmp_path / "file") in done.err


def test_a_database_of_something_else_is_one_line(halfminute: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "halfminute.db").write_bytes(b"no database at all" * 100)
    for command in ("show", "digest"):
        done = halfminute(command)
        assert (done.code, done.out, len(done.lines)) == (1, "", 1)
        assert "halfminute.db" in done.err


# --- ingest --------------------------------------------------------------------------------------


def ingested(done: Done) -> dict[str, Any]:
    """Return the one JSON object on stdout."""
    shown, end = json.JSONDecoder().raw_decode(done.out)
    assert done.out[end:] == "\n"
    assert set(shown) == {"articles", "stories", "failed"}
    return dict(shown)


def test_sources_are_taken_through_to_their_briefs(
    halfminute: Run, reports: tuple[str, ...]
) -> None:
    done = halfminute("ingest", *reports, "--json", "--now", NOW)
    assert (done.code, done.err) == (0, "")
    shown = ingested(done)
    assert [article["title"] for article in shown["articles"]] == [
        told.revision.title for told in (LEASE_CHIP, LEASE_STACK, HARVEST)
    ]
    assert {frozenset(article) for article in shown["articles"]} == {
        frozenset({"article_id", "text_sha256", "title", "text"})
    }
    assert sorted(len(story["sources"]) for story in shown["stories"]) == [1, 2]
    assert shown["failed"] == []
    schema = digest_json_schema()
    of_a_story = {"$ref": "#/$defs/StoryBrief", "$defs": schema["$defs"]}
    texts = {article["article_id"]: article for article in shown["articles"]}
    for story in shown["stories"]:
        jsonschema.Draft202012Validator(of_a_story).validate(story)
        for claim in story["tldr"]["what_changed"]["claims"]:
            for cited in claim["citations"]:
                text = texts[cited["article_id"]][cited["field"]]
                assert text[cited["start"] : cited["end"]] == cited["quote"]


def test_the_same_sources_give_the_same_output(halfminute: Run, reports: tuple[str, ...]) -> None:
    first = halfminute("ingest", *reports, "--json", "--now", NOW)
    assert halfminute("ingest", *reports, "--json", "--now", NOW) == first


def test_only_what_these_sources_touch_is_shown(halfminute: Run, reports: tuple[str, ...]) -> None:
    halfminute("ingest", *reports, "--now", NOW)
    shown = ingested(halfminute("ingest", reports[2], "--json", "--now", NOW))
    assert [article["title"] for article in shown["articles"]] == [HARVEST.revision.title]
    assert [story["title"]["text"] for story in shown["stories"]] == [HARVEST.revision.title]


def test_without_json_the_briefs_are_shown(halfminute: Run, reports: tuple[str, ...]) -> None:
    done = halfminute("ingest", *reports, "--now", NOW)
    assert (done.code, done.err) == (0, "")
    assert "What Changed" in done.out
    assert "Lindhaven growers expect a record plum harvest" in done.out


def test_without_briefs_no_model_is_needed(halfminute: Run, reports: tuple[str, ...]) -> None:
    done = halfminute("--model", "no-such-model", "ingest", reports[0], "--no-brief")
    assert (done.code, done.out, done.err) == (0, "1 articles stored\n", "")


def test_two_good_files_and_a_bad_one_are_a_partial_success(
    halfminute: Run, reports: tuple[str, ...], tmp_path: Path
) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    done = halfminute("ingest", reports[0], str(empty), reports[2], "--json", "--now", NOW)
    assert (done.code, len(done.lines)) == (3, 1)
    assert str(empty) in done.err
    shown = ingested(done)
    assert len(shown["articles"]) == len(shown["stories"]) == 2
    (failure,) = shown["failed"]
    assert failure["source"] == str(empty)
    assert failure["mend"] in done.err


def test_a_missing_file_among_good_ones_does_not_stop_them(
    halfminute: Run, reports: tuple[str, ...]
) -> None:
    done = halfminute("ingest", "missing.txt", reports[0], "--json", "--now", NOW)
    assert (done.code, len(done.lines)) == (3, 1)
    assert "missing.txt" in done.err
    assert len(ingested(done)["articles"]) == 1


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("missing", None, 2),
        ("empty", b"", 1),
        ("blank", b" \n\n", 1),
        ("binary", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), 1),
        ("page.html", b"<!doctype html><html><body></body></html>", 1),
        ("feed.xml", b"<?xml version='1.0'?><rss><channel><item>", 1),
        ("feed.json", b'{"version": "https://jsonfeed.org/version/1.1"', 1),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(
    halfminute: Run, tmp_path: Path, name: str, content: bytes | None, code: int, as_json: bool
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    done = halfminute("ingest", str(path), *(["--json"] if as_json else []))
    assert (done.code, len(done.lines)) == (code, 1), done
    assert done.err.startswith(f"halfminute: {path}: ")
    if as_json:
        shown = ingested(done)
        assert (shown["articles"], shown["stories"]) == ([], [])
        assert [failure["source"] for failure in shown["failed"]] == [str(path)]


def test_a_folder_is_no_source(halfminute: Run, tmp_path: Path) -> None:
    done = halfminute("ingest", str(tmp_path))
    assert (done.code, len(done.lines)) == (1, 1)
    assert "is a folder" in done.err


PAGE = (
    b"<!doctype html><html><head><title>Of stdin</title></head><body><article><h1>Of stdin</h1>"
    b"<p>Brightmoor leases its hall of chips to Corvane Labs for three years from May.</p>"
    b"<p>The rent is forty million dollars a month, as both companies said.</p>"
    b"</article></body></html>"
)


@pytest.mark.parametrize(
    ("stdin", "title"),
    [
        (b"A plain headline\n\nBrightmoor leases its hall of chips to Corvane Labs.\n", "A plain"),
        (PAGE, "Of stdin"),
        (atom([Entry(entry_id="urn:1", title="Of a feed", content="<p>One two three.</p>")]), "Of"),
    ],
    ids=["text", "page", "feed"],
)
def test_standard_input_is_a_source(halfminute: Run, stdin: bytes, title: str) -> None:
    done = halfminute("ingest", "-", "--json", "--no-brief", stdin=stdin)
    assert (done.code, done.err) == (0, "")
    (article,) = ingested(done)["articles"]
    assert article["title"].startswith(title)


def test_what_is_withheld_is_told_with_its_reason(halfminute: Run, tmp_path: Path) -> None:
    path = tmp_path / "short.txt"
    path.write_text("A headline\n\nToo short.\n", encoding="utf-8")
    done = halfminute("ingest", str(path), "--json")
    assert (done.code, len(done.lines)) == (0, 1)
    assert "withheld as thin" in done.err
    assert ingested(done)["stories"] == []


def test_private_hosts_are_refused_and_the_option_is_named(
    halfminute: Run, server: LoopbackServer
) -> None:
    server.routes["/feed"] = page(atom([]), "application/atom+xml")
    done = halfminute("ingest", server.url("/feed"))
    assert (done.code, len(done.lines)) == (1, 1)
    assert "--allow-private-hosts" in done.err
    assert server.requests == []
    assert halfminute("--allow-private-hosts", "ingest", server.url("/feed")).code == 0


def test_what_a_server_says_cannot_steer_the_terminal(
    halfminute: Run, server: LoopbackServer
) -> None:
    hostile = "<p>One two three four five.</p>"
    entry = Entry(entry_id="urn:1", title="&#27;[31mred", content=hostile)
    server.routes["/feed"] = page(atom([entry]), "application/atom+xml")
    for more in ([], ["--json"]):
        done = halfminute("--allow-private-hosts", "ingest", server.url("/feed"), *more)
        assert "\x1b" not in done.out + done.err


# --- feeds, runs, digests ------------------------------------------------------------------------


def test_feeds_are_added_listed_and_removed(halfminute: Run, tmp_path: Path) -> None:
    shipped = halfminute("feeds", "list")
    assert (shipped.code, shipped.err) == (0, "")
    assert all(line.startswith("https://") for line in shipped.out.splitlines())
    one, two = "https://a.example/f?token=s3cret", "https://b.example/f"
    assert halfminute("feeds", "add", one, "--title", "The A").code == 0
    added = halfminute("feeds", "add", two)
    assert str(tmp_path / "home" / "feeds.toml") in added.out
    assert "already there" in halfminute("feeds", "add", "https://B.example:443/f").out
    listed = halfminute("feeds", "list")
    assert listed.out == "https://a.example/f?token=***\tThe A\nhttps://b.example/f\n"
    assert halfminute("feeds", "remove", one).out == "removed https://a.example/f?token=***\n"
    assert halfminute("feeds", "list").out == "https://b.example/f\n"


@pytest.mark.parametrize("url", ["a.example/feed", "file:///etc/passwd", "", "https://", "https://a.example/\x1b[2J", "https://a.example/\udcff"])  # noqa: E501  # fmt: skip
def test_what_is_no_web_address_is_not_subscribed(halfminute: Run, url: str) -> None:
    done = halfminute("feeds", "add", "--", url)
    assert_usage_error(done, "is not a web address")
    assert "\x1b" not in done.err


def test_a_feed_that_is_not_listed_cannot_be_removed(halfminute: Run) -> None:
    done = halfminute("feeds", "remove", "https://a.example/f")
    assert_usage_error(done, "is not in your feed list")


@pytest.fixture
def paper(server: LoopbackServer) -> LoopbackServer:
    """Serve a feed with the whole text of an article."""
    entry = Entry(
        entry_id="urn:1",
        title=HARVEST.revision.title,
        published="2026-11-16T05:00:00Z",
        content=f"<p>{HARVEST.revision.text}</p>",
    )
    server.routes["/feed"] = page(atom([entry], "The Paper"), "application/atom+xml")
    return server


def subscribe(folder: Path, *urls: str) -> str:
    path = folder / "feeds.toml"
    path.write_text("".join(f'[[feeds]]\nurl = "{url}"\n' for url in urls), encoding="utf-8")
    return str(path)


def test_a_run_prints_the_path_of_its_digest(
    halfminute: Run, paper: LoopbackServer, tmp_path: Path
) -> None:
    listed = subscribe(tmp_path, paper.url("/feed"))
    arguments = ("--allow-private-hosts", "run", "--feeds", listed, "--now", NOW)
    done = halfminute(*arguments)
    path = tmp_path / "home" / "digests" / "2026-W47.json"
    assert done == Done(0, f"{path}\n", "")
    before = path.read_bytes()
    digest = files.read(before.decode(), label="x")
    assert [story.title.text for story in digest.stories] == [HARVEST.revision.title]
    assert halfminute(*arguments) == done
    assert path.read_bytes() == before
    shown = halfminute("show")
    assert (shown.code, shown.err) == (0, "")
    assert HARVEST.revision.title in shown.out
    (story,) = digest.stories
    assert story.title.text in halfminute("show", story.id).out


def test_a_run_with_a_bad_feed_is_partial_and_with_only_bad_ones_failed(
    halfminute: Run, paper: LoopbackServer, tmp_path: Path
) -> None:
    both = subscribe(tmp_path, paper.url("/gone?token=s3cret"), paper.url("/feed"))
    done = halfminute("--allow-private-hosts", "run", "--feeds", both, "--now", NOW)
    assert (done.code, len(done.lines)) == (3, 1)
    assert "/gone?token=***" in done.err
    assert done.out.endswith("2026-W47.json\n")
    bad = subscribe(tmp_path, paper.url("/gone"))
    done = halfminute("--allow-private-hosts", "run", "--feeds", bad, "--now", NOW)
    assert (done.code, len(done.lines)) == (1, 1)


@pytest.mark.parametrize(
    ("content", "said"), [(None, "no such file"), ("[[feeds]]\n", "url"), ("x", "TOML")]
)
def test_a_feed_list_that_makes_no_sense_is_one_line(
    halfminute: Run, tmp_path: Path, content: str | None, said: str
) -> None:
    path = tmp_path / "list.toml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert_usage_error(halfminute("run", "--feeds", str(path)), str(path), said)


def test_a_digest_is_of_the_week_that_is_named_else_of_now(halfminute: Run, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "digests"
    assert halfminute("digest", "--now", NOW).out == f"{folder / '2026-W47.json'}\n"
    named = halfminute("digest", "--week", "2026-W32", "--now", NOW)
    assert named.out == f"{folder / '2026-W32.json'}\n"
    elsewhere = tmp_path / "new" / "week.json"
    done = halfminute("digest", "--week", "2026-W31", "--out", str(elsewhere), "--now", NOW)
    assert done == Done(0, f"{elsewhere}\n", "")
    assert files.read(elsewhere.read_text(encoding="utf-8"), label="x").week == "2026-W31"


def test_a_digest_that_cannot_be_written_is_one_line(halfminute: Run, tmp_path: Path) -> None:
    done = halfminute("digest", "--out", str(tmp_path), "--now", NOW)
    assert (done.code, done.out, len(done.lines)) == (1, "", 1)
    assert "--out" in done.err


def test_before_anything_is_stored_there_is_nothing_to_show(
    halfminute: Run, reports: tuple[str, ...], tmp_path: Path
) -> None:
    assert_usage_error(halfminute("show"), "nothing is stored here yet", "halfminute run")
    assert not (tmp_path / "home").exists()
    halfminute("ingest", reports[0], "--no-brief")
    assert_usage_error(halfminute("show"), "no digest was published yet", "halfminute digest")


def test_what_was_never_published_is_named(halfminute: Run) -> None:
    halfminute("digest", "--now", NOW)
    assert_usage_error(halfminute("show", "gpu-shortage"), "gpu-shortage")
    assert_usage_error(halfminute("show", "2026-W01"), "2026-W01", "there are: 2026-W47")


def test_the_printed_schema_is_the_published_one(halfminute: Run) -> None:
    done = halfminute("schema")
    assert (done.code, done.err) == (0, "")
    assert done.out == (ROOT / "data" / "digest.schema.json").read_text(encoding="utf-8")


# --- as a process --------------------------------------------------------------------------------


def process(arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a shell line in which `halfminute` is the program."""
    program = f'halfminute() {{ "{sys.executable}" -m pipeline.cli "$@"; }}; '
    return subprocess.run(
        ["bash", "-c", program + arguments],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith("HALFMINUTE_")},
            **environment,
        },
    )


def test_a_reader_that_goes_away_early_is_no_error(tmp_path: Path) -> None:
    done = process("halfminute schema | head -c 2; halfminute schema | true; echo ended")
    assert (done.stdout, done.stderr) == (b"{\nended\n", b"")


def test_a_process_prints_one_object_and_ends_with_its_code(
    tmp_path: Path, reports: tuple[str, ...]
) -> None:
    done = process(
        f"cat {reports[0]} | halfminute ingest - {reports[1]} {tmp_path}/no --json --no-brief",
        HALFMINUTE_HOME=str(tmp_path / "home"),
    )
    assert done.returncode == 3
    assert len(json.loads(done.stdout)["articles"]) == 2
    assert done.stderr.decode().splitlines() == [
        f"halfminute: {tmp_path}/no: is neither an address nor an existing file; "
        "check the path, or add https://"
    ]


def test_a_terminal_without_utf_8_is_no_error(tmp_path: Path) -> None:
    source = tmp_path / "page.txt"
    text = f"Über Straßen\n\nEine Straße – “quoted” – wird gebaut. {HARVEST.revision.text}\n"
    source.write_text(text, encoding="utf-8")
    done = process(
        f"halfminute ingest {source} --json --no-brief",
        HALFMINUTE_HOME=str(tmp_path / "home"),
        PYTHONIOENCODING="ascii",
    )
    assert (done.returncode, done.stderr) == (0, b"")
    (article,) = json.loads(done.stdout)["articles"]
    assert article["title"] == "Über Straßen"
