"""The demo's pictures, drawn with a few shapes: nobody's photograph, and nothing from the network."""

import io
import math

from PIL import Image, ImageDraw

SIDE = 512
SHOWN = 256


def face(background: str, skin: str, hair: str, clothes: str, cut: str) -> bytes:
    """A square WebP of somebody, head and shoulders."""
    image = Image.new("RGB", (SIDE, SIDE), background)
    draw = ImageDraw.Draw(image)
    if cut == "bot":
        _robot(draw, skin, clothes)
    else:
        _person(draw, skin, hair, clothes, cut)
    out = io.BytesIO()
    image.resize((SHOWN, SHOWN), Image.Resampling.LANCZOS).save(out, "WEBP", quality=88)
    return out.getvalue()


def _person(draw: ImageDraw.ImageDraw, skin: str, hair: str, clothes: str, cut: str) -> None:
    if cut in ("long", "scarf"):
        draw.rounded_rectangle((134, 120, 378, 440), 110, fill=hair)
    if cut == "round":
        draw.ellipse((104, 70, 408, 360), fill=hair)
    if cut == "bun":
        draw.ellipse((208, 48, 304, 144), fill=hair)
    draw.rounded_rectangle((78, 392, 434, 620), 130, fill=clothes)
    draw.rounded_rectangle((216, 330, 296, 440), 40, fill=skin)
    draw.ellipse((156, 122, 356, 376), fill=skin)
    if cut == "beard":
        draw.pieslice((156, 150, 356, 392), 15, 165, fill=hair)
    draw.pieslice((146, 100, 366, 330), 180, 360, fill=hair)
    if cut == "scarf":
        draw.arc((140, 108, 372, 420), 0, 360, fill=hair, width=34)
    for x in (214, 286):
        draw.ellipse((x, 238, x + 16, 258), fill="#2a2422")
    draw.arc((222, 262, 290, 322), 25, 155, fill="#8c4a3b", width=8)


def _robot(draw: ImageDraw.ImageDraw, metal: str, clothes: str) -> None:
    draw.line((256, 60, 256, 140), fill=clothes, width=14)
    draw.ellipse((232, 34, 280, 82), fill="#e2b340")
    draw.rounded_rectangle((132, 132, 380, 352), 56, fill=metal)
    draw.rounded_rectangle((92, 384, 420, 640), 70, fill=clothes)
    for x in (192, 282):
        draw.ellipse((x, 200, x + 40, 240), fill="#f4f7f8")
    draw.line([(190 + n * 22, 300 + (10 if n % 2 else -6)) for n in range(7)], fill="#f4f7f8", width=10)


def harbour() -> bytes:
    """An evening at the water, as a JPEG of 1600 by 1000."""
    width, height, horizon = 1600, 1000, 560
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for y in range(height):
        top, low, share = (
            ("#26436b", "#f0a868", y / horizon) if y < horizon else ("#8d6a6a", "#14283f", (y - horizon) / 440)
        )
        draw.line((0, y, width, y), fill=_between(top, low, min(1.0, share)))
    draw.ellipse((1020, 420, 1180, 580), fill="#ffd9a0")
    draw.rectangle((0, horizon, width, horizon + 3), fill="#6b5560")
    for n in range(26):
        y, reach = horizon + 14 + n * 16, 30 + n * 9
        draw.line((1100 - reach, y, 1100 + reach * math.cos(n), y), fill="#f2b877", width=3)
    draw.polygon([(0, 560), (0, 440), (160, 400), (330, 470), (520, 520), (640, 560)], fill="#1f2f45")
    draw.polygon([(520, 700), (980, 700), (900, 780), (590, 780)], fill="#101c2b")
    draw.line((730, 700, 730, 300), fill="#101c2b", width=10)
    draw.polygon([(744, 320), (744, 670), (960, 670)], fill="#e9dcc9")
    draw.polygon([(716, 360), (716, 670), (590, 670)], fill="#cdbba6")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=86)
    return out.getvalue()


def tide_chart() -> bytes:
    """Two days of tides, as a PNG of 1200 by 640."""
    image = Image.new("RGB", (1200, 640), "#fbfaf7")
    draw = ImageDraw.Draw(image)
    for n in range(6):
        draw.line((80, 80 + n * 96, 1140, 80 + n * 96), fill="#dfe3e2", width=2)
    for n in range(9):
        draw.line((80 + n * 132, 80, 80 + n * 132, 560), fill="#eceeed", width=2)
    points = [(80 + x, 320 - 190 * math.sin(x / 84) * (0.86 + 0.14 * math.sin(x / 400))) for x in range(0, 1061, 4)]
    draw.polygon([(80, 560), *points, (1140, 560)], fill="#d3e7e2")
    draw.line(points, fill="#2f6f5e", width=6, joint="curve")
    draw.line((80, 560, 1140, 560), fill="#48605a", width=3)
    draw.line((618, 80, 618, 560), fill="#c4553d", width=3)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _between(first: str, second: str, share: float) -> tuple[int, ...]:
    pairs = zip(bytes.fromhex(first[1:]), bytes.fromhex(second[1:]), strict=True)
    return tuple(round(a + (b - a) * share) for a, b in pairs)
