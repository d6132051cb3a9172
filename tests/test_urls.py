from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.urls import host_of, is_web_url, redact, same_site, text_fragment_url, url_key

URL_TEXT = st.text(
    st.sampled_from("abzAZ09-._~:/?#[]@!$&'()*+,;=%ÄÖé ß日utm_vref"), min_size=0, max_size=60
)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://EXAMPLE.com", "https://example.com/"),
        ("http://example.com:80/a", "http://example.com/a"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("https://example.com:8443/a", "https://example.com:8443/a"),
        ("https://me:word@example.com./a#part", "https://example.com/a"),
        ("https://münchen.example/straße", "https://xn--mnchen-3ya.example/stra%C3%9Fe"),
        ("https://example.com/a/../b/./c", "https://example.com/b/c"),
        ("https://example.com/%7euser/%2f", "https://example.com/~user/%2F"),
        ("https://example.com/?b=2&a=1", "https://example.com/?a=1&b=2"),
        ("https://youtube.com/watch?v=abc&utm_source=x", "https://youtube.com/watch?v=abc"),
        (" https://example.com/a\n", "https://example.com/a"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        ("urn:isbn:1", "urn:isbn:1"),
        ("http://[broken/", "http://[broken/"),
    ],
)
def test_url_key(url: str, key: str) -> None:
    assert url_key(url) == key


@pytest.mark.parametrize(
    "parameter",
    [
        "utm_campaign=a",
        "UTM_Medium=a",
        "fbclid=a",
        "gclid=a",
        "gbraid=a",
        "mc_cid=a",
        "igshid=a",
        "_hsenc=a",
        "at_medium=RSS",
        "ref_src=twsrc",
        "ref=other.example",
        "source=rss----abc",
    ],
)
def test_tracking_is_removed(parameter: str) -> None:
    assert url_key(f"https://example.com/a?x=1&{parameter}") == "https://example.com/a?x=1"


@pytest.mark.parametrize(
    "parameter",
    ["v=abc", "ref=main", "source=wire", "id=gclid", "at_date=1", "mc=1", "page=2", "q=utm_x"],
)
def test_what_names_a_document_stays(parameter: str) -> None:
    assert url_key(f"https://example.com/a?{parameter}") == f"https://example.com/a?{parameter}"


@given(
    st.builds("{}{}".format, st.sampled_from(["http://h.example/", "https://Ä.example"]), URL_TEXT)
)
@example("http://h.example/?utm_a=%E4&b=%E4")
@example("http://h.example/?a=1&&utm_b=2&=3")
@example("http://h.example//..//a;b?c;d=1")
def test_url_key_is_idempotent(url: str) -> None:
    assert url_key(url_key(url)) == url_key(url)


@given(st.text(max_size=40))
def test_any_text_has_a_key(text: str) -> None:
    assert url_key(url_key(text)) == url_key(text)
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("https://example.com", True),
        ("HTTP://example.com/a b", True),
        ("ftp://example.com", False),
        ("example.com", False),
        ("https://", False),
        ("http://[::1", False),
        ("http://a:b/", False),
        ("/etc/hosts", False),
        ("", False),
    ],
)
def test_is_web_url(text: str, yes: bool) -> None:
    assert is_web_url(text) is yes


def test_host_of() -> None:
    assert host_of("https://me@WWW.Example.com.:8080/a") == "www.example.com"
    assert host_of("https://münchen.example/") == "xn--mnchen-3ya.example"
    assert host_of("http://[::1]:8000/") == "::1"
    assert host_of("no address") == ""


@pytest.mark.parametrize(
    ("a", "b", "yes"),
    [
        ("https://www.example.co.uk/a", "http://news.example.co.uk/b", True),
        ("https://one.co.uk", "https://two.co.uk", False),
        ("https://one.github.io", "https://two.github.io", False),
        ("http://alpha.example", "http://www.alpha.example", True),
        ("http://alpha.example", "http://beta.example", False),
        ("http://127.0.0.1:1/", "http://127.0.0.1:2/", True),
        ("http://127.0.0.1/", "http://1.0.0.1/", False),
        ("nothing", "nothing", False),
    ],
)
def test_same_site(a: str, b: str, yes: bool) -> None:
    assert same_site(a, b) is yes
    assert same_site(b, a) is yes


def test_redact() -> None:
    line = (
        "https://me:word@h.example/a?api_key=1&page=2&X-Amz-Signature=3&accessToken=4#auth=5"
        " and http://me@h.example/?keyword=rust&monkey=6&%74oken=7"
    )
    assert redact(line) == (
        "https://***@h.example/a?api_key=***&page=2&X-Amz-Signature=***&accessToken=***#auth=***"
        " and http://***@h.example/?keyword=rust&monkey=6&%74oken=***"
    )


class TestTextFragment:
    def test_every_special_character_is_encoded(self) -> None:
        url = text_fragment_url("https://h.example/a?b=1", "well-known, R&D: “50%” #1")
        assert url == (
            "https://h.example/a?b=1#:~:text="
            "well%2Dknown%2C%20R%26D%3A%20%E2%80%9C50%25%E2%80%9D%20%231"
        )

    def test_an_own_fragment_is_kept_and_an_old_directive_replaced(self) -> None:
        assert text_fragment_url("https://h.example/#s1", "a b") == (
            "https://h.example/#s1:~:text=a%20b"
        )
        assert text_fragment_url("https://h.example/#:~:text=old", "a") == (
            "https://h.example/#:~:text=a"
        )

    def test_a_long_quote_is_a_range_of_whole_words(self) -> None:
        words = [f"word{number}" for number in range(80)]
        url = text_fragment_url("https://h.example/", " ".join(words))
        start, end = url.split(":~:text=")[1].split(",")
        assert unquote(start) == " ".join(words[:6])
        assert unquote(end) == " ".join(words[-6:])

    def test_a_quote_across_cells_or_blocks_is_a_range_within_its_ends(self) -> None:
        url = text_fragment_url("https://h.example/", "- Price | $5 a month")
        assert url.endswith("#:~:text=Price,%245%20a%20month")

    def test_one_endless_word_stays_whole(self) -> None:
        word = "x" * 400
        assert text_fragment_url("https://h.example/", word).endswith(f":~:text={word}")

    def test_nothing_to_quote(self) -> None:
        assert text_fragment_url("https://h.example/a#", " ") == "https://h.example/a"

    @given(st.text(min_size=1, max_size=400))
    def test_the_directive_has_at_most_one_comma_and_no_bare_mark(self, quote: str) -> None:
        directive = text_fragment_url("https://h.example/", quote).partition(":~:text=")[2]
        assert directive.count(",") <= 1
        assert not set(directive) & set("-& \n#")
