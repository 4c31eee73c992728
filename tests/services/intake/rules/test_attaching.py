"""Attachments are what their first bytes say."""

import io
import zipfile

import pytest

from services.intake.rules.attaching import is_whole, media_type_of


def office(folder: str) -> bytes:
    """The same at any time: two processes that collect tests must find them under the same names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(zipfile.ZipInfo("[Content_Types].xml"), "<Types/>")
        archive.writestr(zipfile.ZipInfo(f"{folder}/document.xml"), "<x/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"\x00\x00\x00\x18ftypM4A ", "audio/mp4"),
        (b"\x00\x00\x00\x18ftypisom", "video/mp4"),
        (b"%PDF-1.7", "application/pdf"),
        (b"#!AMR\n", "audio/amr"),
        (b"ID3\x04", "audio/mpeg"),
        (office("word"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (office("xl"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_what_is_taken(content: bytes, media_type: str) -> None:
    assert media_type_of(content) == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00",
        b"\x7fELF",
        b"<html>",
        b"<svg xmlns=",
        b"#!/bin/sh",
        b"PK\x03\x04 only an archive",
        b"XXXX\x00\x00\x00\x00WEBP",
        "文字".encode(),
    ],
)
def test_what_is_not(content: bytes) -> None:
    assert media_type_of(content) is None


def test_whole_is_by_size_and_hash() -> None:
    digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert is_whole(b"hello", 5, digest)
    assert is_whole(b"hello", 5, digest.upper())
    assert not is_whole(b"hello", 6, digest)
    assert not is_whole(b"hell0", 5, digest)
