"""What a file is called."""

import pytest

from messaging.files.names import LONGEST, clean_name, fitting

LONG = "x" * 1000


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("tea.png", "tea.png"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        ("a\0b.txt", "ab.txt"),
        ("a\r\nSet-Cookie: b.txt", "a Set-Cookie: b.txt"),
        ("a\u2028b.txt", "a b.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u200f\u2066x\u2069.txt", "x.txt"),
        ("  a   b .txt  ", "a b .txt"),
        ("trailing. .", "trailing"),
        (".bashrc", ".bashrc"),
        ("日记.txt", "日记.txt"),
        ("e\u0301.txt", "é.txt"),
        ("half\ud800.txt", "half.txt"),
        (LONG + ".tar.gz", "x" * (LONGEST - 3) + ".gz"),
        ("a." + LONG, "a." + "x" * (LONGEST - 2)),
        (LONG, "x" * LONGEST),
    ],
)
def test_a_name_is_one_line_without_folders_and_tricks(given, kept):
    assert clean_name(given) == kept
    assert len(kept) <= LONGEST


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a.jpg", "a.jpg"),
        ("a.JPEG", "a.JPEG"),
        ("a.png", "a.jpg"),
        ("a.html", "a.html.jpg"),
        ("a", "a.jpg"),
        (".png", ".png.jpg"),
        ("x" * LONGEST, "x" * (LONGEST - 4) + ".jpg"),
    ],
)
def test_a_picture_is_called_what_it_is(given, kept):
    assert fitting(given, (".jpg", ".jpeg"), (".jpg", ".jpeg", ".png")) == kept
