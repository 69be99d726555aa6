"""Pictures of the demo, drawn here: there is nobody on them who could object."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

SIZE = (1600, 1000)
PAPER, WALL, INK, WOOD = "#f3ead8", "#dfe7ea", "#2b3a4a", "#a8794f"
COLOURS = ("#0b5a8a", "#8a3b12", "#4a6b2a", "#7a2c5a", "#b8860b", "#34506b", "#9c4a3c")


def shelves(draw):
    """Three shelves of books."""
    for row in range(3):
        bottom = 320 + row * 310
        draw.rectangle((60, bottom, 1540, bottom + 26), fill=WOOD)
        left = 80
        for number in range(26):
            width, height = 34 + (number * 7 + row * 5) % 26, 170 + (number * 31 + row * 17) % 90
            if left + width > 1520:
                break
            colour = COLOURS[(number * 3 + row) % len(COLOURS)]
            draw.rectangle((left, bottom - height, left + width, bottom), fill=colour)
            draw.rectangle((left + 8, bottom - height + 24, left + width - 8, bottom - height + 40), fill=PAPER)
            left += width + (4 if number % 9 else 44)


def door(draw):
    """A door at night, with a card reader beside it."""
    draw.rectangle((0, 0, *SIZE), fill="#33475b")
    draw.rectangle((0, 860, *SIZE), fill="#5b5148")
    draw.rectangle((560, 150, 1040, 860), fill=WOOD)
    draw.rectangle((600, 190, 1000, 820), fill="#f6dc9b")
    draw.line((800, 190, 800, 820), fill=WOOD, width=18)
    draw.ellipse((760, 500, 788, 560), fill=INK)
    draw.rectangle((1120, 430, 1240, 620), fill="#1d2833")
    draw.rectangle((1140, 450, 1220, 520), fill="#9fd3a8")
    for number in range(6):
        left, top = 1142 + number % 3 * 28, 540 + number // 3 * 34
        draw.rectangle((left, top, left + 20, top + 24), fill="#8794a1")
    draw.ellipse((1150, 240, 1210, 300), fill="#fff3c4")


def dog(draw):
    """A dog on a mat beside a pile of books."""
    draw.rectangle((0, 700, *SIZE), fill="#c9b79c")
    draw.ellipse((250, 720, 1350, 940), fill="#7a2c5a")
    draw.ellipse((420, 560, 960, 860), fill="#b98a58")
    draw.ellipse((840, 420, 1120, 680), fill="#b98a58")
    draw.ellipse((820, 430, 910, 640), fill="#7d5733")
    draw.ellipse((1000, 510, 1030, 540), fill=INK)
    draw.ellipse((1080, 570, 1130, 612), fill=INK)
    draw.arc((330, 540, 520, 760), 90, 250, fill="#b98a58", width=44)
    for number in range(5):
        top = 800 - number * 52
        draw.rectangle((1180, top, 1440 - number * 14, top + 46), fill=COLOURS[number])


def scanner(draw):
    """A scanner and old photographs."""
    draw.rectangle((0, 640, *SIZE), fill=WOOD)
    draw.polygon([(260, 620), (900, 620), (980, 800), (180, 800)], fill="#39434d")
    draw.polygon([(300, 610), (860, 610), (800, 300), (340, 300)], fill="#56626e")
    draw.polygon([(340, 640), (840, 640), (890, 770), (280, 770)], fill="#bfe0ea")
    for number in range(3):
        left, top = 1040 + number * 120, 520 + number * 70
        draw.rectangle((left, top, left + 300, top + 220), fill=PAPER)
        draw.rectangle((left + 20, top + 20, left + 280, top + 200), fill="#8c8172")
        draw.ellipse((left + 110, top + 60, left + 190, top + 140), fill="#c8bda9")


def case(draw):
    """An open case with things in it."""
    draw.polygon([(300, 480), (1300, 480), (1240, 180), (360, 180)], fill="#6b4428")
    draw.rectangle((280, 480, 1320, 860), fill="#8a5a35")
    draw.rectangle((330, 530, 1270, 820), fill=PAPER)
    for number in range(4):
        left = 380 + number * 90
        draw.rectangle(
            (left, 570 + number * 14, left + 130, 750 + number * 14), fill=COLOURS[number], outline=PAPER, width=8
        )
    draw.ellipse((850, 580, 1030, 760), fill="#9c4a3c")
    for number in range(4):
        draw.arc((850 + number * 20, 580, 1030, 760), 20, 200, fill="#e0a497", width=5)
    draw.rectangle((1070, 640, 1240, 700), fill=WOOD)


DRAWINGS = {drawing.__name__: drawing for drawing in (shelves, door, dog, scanner, case)}


def _jpeg(picture, name, quality):
    """A picture as an uploaded JPEG file."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return SimpleUploadedFile(f"{name}.jpg", out.getvalue())


def drawn(name):
    """A drawing as an uploaded JPEG file."""
    picture = Image.new("RGB", SIZE, WALL)
    DRAWINGS[name](ImageDraw.Draw(picture))
    return _jpeg(picture, name, 88)


def receipt(text, euros):
    """A photographed receipt as an uploaded JPEG file."""
    picture = Image.new("RGB", (620, 420), "#fdfbf5")
    draw = ImageDraw.Draw(picture)
    for row, words in enumerate(("KUITTI / KVITTO", text, f"{euros:.2f} EUR".replace(".", ","), "Kiitos! Tack!")):
        draw.text((40, 50 + 70 * row), words, fill="#222222", font_size=30)
    return _jpeg(picture, text, 70)
