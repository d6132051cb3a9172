from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SettingsError
from pipeline.feed_list import FeedLine, FeedList, dump
from pipeline.resources import shipped_path


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "feeds.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_list_is_read_in_its_order(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        '[[feeds]]\nurl = "https://b.example/f"\n\n'
        '[[feeds]]\nurl = "http://a.example/f"\ntitle = "A"\n',
    )
    assert FeedList.read(path).lines == (
        FeedLine(url="https://b.example/f"),
        FeedLine(url="http://a.example/f", title="A"),
    )


def test_an_empty_file_is_an_empty_list(tmp_path: Path) -> None:
    assert FeedList.read(written(tmp_path, "")).lines == ()


def test_the_shipped_list_is_sound() -> None:
    lines = FeedList.read(shipped_path("data/feeds.toml")).lines
    assert lines
    assert all(line.url.startswith("https://") and line.title for line in lines)


LINES = st.lists(
    st.builds(
        FeedLine,
        url=st.text(st.characters(codec="utf-8"), max_size=20).map("https://a.example/{}".format),
        title=st.none() | st.text(st.characters(codec="utf-8"), min_size=1, max_size=20),
    ),
    max_size=4,
).map(tuple)


@given(lines=LINES)
def test_what_was_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, lines: tuple[FeedLine, ...]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any-feeds.toml"
    FeedList(lines).write(path)
    assert FeedList.read(path).lines == lines


def test_writing_makes_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "new" / "home" / "feeds.toml"
    FeedList((FeedLine(url="https://a.example/f"),)).write(path)
    assert path.read_text(encoding="utf-8") == '[[feeds]]\nurl = "https://a.example/f"\n'


def test_half_a_character_does_not_stop_the_writing(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    FeedList((FeedLine(url="https://a.example/f", title="half \udcff"),)).write(path)
    assert FeedList.read(path).lines[0].title == "half ?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[feeds]\n", "is not valid TOML"),
        (b"\xff\xfe", "is not valid TOML"),
        ('[[feeds]]\ntitle = "A"\n', "feeds.0.url"),
        ("[[feeds]]\nurl = 3\n", "feeds.0.url"),
        ('[[feeds]]\nurl = "https://a.example"\nname = "A"\n', "feeds.0.name"),
        ('[[feed]]\nurl = "https://a.example"\n', "feed"),
        ('feeds = "https://a.example"\n', "feeds"),
        ('[[feeds]]\nurl = "a.example/feed"\n', "is not a web address"),
        ('[[feeds]]\nurl = "file:///etc/passwd"\n', "is not a web address"),
    ],
)
def test_a_list_that_makes_no_sense_is_named(tmp_path: Path, text: str | bytes, said: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        FeedList.read(path)
    assert caught.value.subject == str(path)
    assert said in caught.value.what
    assert caught.value.mend


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        FeedList.read(tmp_path / "feeds.toml")
    with pytest.raises(SettingsError, match="Is a directory"):
        FeedList.read(tmp_path)


def test_a_secret_in_an_address_is_not_told(tmp_path: Path) -> None:
    path = written(tmp_path, '[[feeds]]\nurl = "ftp://me:word@a.example/?token=s3cret"\n')
    with pytest.raises(SettingsError) as caught:
        FeedList.read(path)
    assert "word" not in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_line_that_ends_another_is_no_way_in() -> None:
    hostile = FeedLine(url='https://a.example/"\nurl = "https://evil.example', title="\x1b\\")
    assert dump([hostile]).count("\n") == 3
