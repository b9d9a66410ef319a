"""Bytes to the characters a reader would have seen."""

from __future__ import annotations

import pytest

from reportedly.extract.decoding import decode

DANISH = "Færgen til Øen sejler på fredag – “endelig”"
POLISH = "Zażółć gęślą jaźń na moście w Łodzi, powiedział minister"
RUSSIAN = "Паром снова пойдёт в пятницу, сообщила администрация порта, после того как шторм разрушил причал."


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        (DANISH.encode(), "", DANISH),
        (b"\xef\xbb\xbf" + DANISH.encode(), "text/html; charset=iso-8859-1", DANISH),  # the mark outweighs the header
        (b"\xff\xfe" + DANISH.encode("utf-16-le"), "", DANISH),
        (b"\xfe\xff" + DANISH.encode("utf-16-be"), "", DANISH),
        (("<html><p>" + DANISH).encode("utf-16-le"), "", "<html><p>" + DANISH),  # UTF-16 that lost its mark
        (DANISH.encode(), "text/html; charset=windows-1252", DANISH),  # a header that is wrong
        (DANISH.encode("cp1252"), "text/html; charset=ISO-8859-1", DANISH),  # what the web means by Latin-1
        (DANISH.encode("cp1252"), "text/html; charset=utf-8", DANISH),
        (POLISH.encode("iso-8859-2"), "text/html; charset=iso-8859-2", POLISH),
        (b'<meta charset="iso-8859-2">' + POLISH.encode("iso-8859-2"), "", f'<meta charset="iso-8859-2">{POLISH}'),
        (RUSSIAN.encode("cp1251"), "", RUSSIAN),  # nobody says; it is detected
        (RUSSIAN.encode("koi8-r"), "text/html; charset=no-such-thing", RUSSIAN),
        ("船は金曜日に".encode("iso2022_jp"), "text/html; charset=iso-2022-jp", "船は金曜日に"),
        ("渡轮周五复航".encode("gb18030"), "text/html; charset=gb2312", "渡轮周五复航"),
        (DANISH.encode().decode("latin-1").encode(), "", DANISH),  # UTF-8 that was once taken for Latin-1
        (b"a\x00b\x01c\x7fd\te\nf", "", "abcd\te\nf"),
        (b"", "", ""),
    ],
)
def test_bytes_become_the_text_that_was_meant(body: bytes, content_type: str, text: str) -> None:
    assert decode(body, content_type) == text


def test_one_broken_byte_does_not_change_the_encoding_of_the_rest() -> None:
    body = (DANISH * 20).encode() + b"\xe6" + (DANISH * 20).encode()
    assert decode(body, "text/html; charset=utf-8") == DANISH * 20 + "\ufffd" + DANISH * 20


def test_a_codec_that_is_no_text_encoding_is_not_trusted() -> None:
    assert decode(b"\xe6", "text/html; charset=base64") == "æ"
