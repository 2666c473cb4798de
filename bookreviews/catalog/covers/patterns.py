"""Motifs that go on and on: they may be covered in part, or cut off anywhere."""

from math import isqrt, pi

from bookreviews.catalog.covers.plates import ROUND, Plate, area, dashed, disc, line, ring


def _bands(plate: Plate) -> str:
    """Lay bands that grow towards the foot, like a shore."""
    main, other = plate.inks
    paths = {main: "", other: ""}
    percent = plate.height / 100
    top = plate.lots.pick((4, 8, 12)) * percent
    for number, thickness in enumerate((3, 5, 9, 14, 22)):
        band = f"M0 {top:.0f}h{plate.width}v{thickness * percent:.0f}H0z"
        paths[other if number % 2 else main] += band
        top += (thickness + 8) * percent
    return area(main, paths[main]) + area(other, paths[other])


def _checks(plate: Plate) -> str:
    """Lay a chequered floor, one square of it lit."""
    main, other = plate.inks
    side = plate.lots.pick((20, 25, 40))
    rows = plate.height // side + 1
    # Each row is one dashed line; every second row begins a square later.
    path = "".join(
        f"M{row % 2 * side} {row * side + side // 2}h{plate.width}" for row in range(rows)
    )
    x, y = plate.lots.pick((1, 2, 3)) * side, (rows // 2 - 1) * side
    lit = area(main, f"M{x} {y}h{2 * side}v{2 * side}h-{2 * side}z")
    return line(other, side, path, dashed(side)) + lit


def _diagonal(plate: Plate) -> str:
    """Slant stripes behind a corner."""
    main, other = plate.inks
    dashes = dashed(plate.lots.pick(("7 9", "10 14", "14 6")))
    # One line from corner to far beyond the other, so wide that its dashes are the stripes.
    reach = plate.width + plate.height
    stripes = line(other, 2 * reach, f"M0 0l{reach} {reach}", dashes)
    side, right, foot = min(plate.shorter, 130), plate.width, plate.height
    corners = (f"M0 {foot - side}v{side}h{side}z", f"M{right} {foot}v-{side}l-{side} {side}z")
    return stripes + area(main, plate.lots.pick(corners))


def _dots(plate: Plate) -> str:
    """Print a grid of dots, with one great one out of line."""
    main, other = plate.inks
    step = plate.lots.pick((20, 25))
    rows = range(step // 2, plate.height - step // 3, step)
    # Each row is one line of dashes that have no length, only round ends.
    path = "".join(f"M{step // 2} {y}h{plate.width}" for y in rows)
    grid = line(other, step * 0.42, path, ROUND + dashed(f"0 {step}"))
    x, y = plate.lots.pick((2, 3, 5)) * step, min(3, len(rows) // 2) * step
    return grid + disc(main, x, y, step * 1.1)


def _leaves(plate: Plate) -> str:
    """Grow a stem with leaves to both sides."""
    main, other = plate.inks
    paths = {main: "", other: ""}
    x = int(plate.width * plate.lots.pick((0.5, 0.5, 0.4, 0.6)))
    long, high = min(70, plate.width // 2), plate.height // 4
    for number, y in enumerate(range(plate.height, high // 2, -high // 2)):
        side = -long if number % 2 else long
        leaf = f"q{side // 6}-{high} {side}-{high}q{-side // 6} {high} {-side} {high}"
        paths[other if number % 4 == 1 else main] += f"M{x} {y}{leaf}"
    stem = line(main, 3, f"M{x} {plate.height}V{high // 3}")
    return stem + area(main, paths[main]) + area(other, paths[other])


def _rays(plate: Plate) -> str:
    """Spread rays about a disc."""
    main, other = plate.inks
    rays = plate.lots.pick((18, 24, 36))
    x = plate.width * plate.lots.pick((0.5, 0.5, 0.2, 0.8))
    y = plate.height * plate.lots.pick((0.5, 0.97))
    # The rays are the dashes of a ring so wide that it has no hole. It has a whole radius, so
    # that rays and gaps, each half of a ray's share of its length, come out even.
    reach = isqrt(plate.width**2 + plate.height**2)
    radius = reach // 2
    dashes = dashed(pi * radius / rays)
    return ring(other, reach, x, y, radius, dashes) + disc(main, x, y, plate.shorter * 0.3)


def _stripes(plate: Plate) -> str:
    """Upright stripes, with a band across."""
    main, other = plate.inks
    dashes = dashed(plate.lots.pick(("10 10", "4 12", "18 7", "3 5 14 5")))
    # One line as wide as the plate is high, so that its dashes are the stripes.
    stripes = line(other, plate.height, f"M5 {plate.height / 2:g}h{plate.width}", dashes)
    top = int(plate.height * plate.lots.pick((0.25, 0.55, 0.7)))
    return stripes + area(main, f"M0 {top}h{plate.width}v{plate.height // 6}H0z")


def _tiles(plate: Plate) -> str:
    """Quarter discs on a grid, each turned its own way."""
    main, other = plate.inks
    paths = {main: "", other: ""}
    columns = plate.width // max(47, plate.shorter // 3)
    side = -(-plate.width // columns)  # rounded up, so that no gap is left at the right
    turns = (
        f"h{side}a{side} {side} 0 0 1-{side} {side}z",
        f"v{side}h{side}a{side} {side} 0 0 0-{side}-{side}",
        f"h{side}v{side}a{side} {side} 0 0 1-{side}-{side}",
        f"m{side} 0v{side}h-{side}a{side} {side} 0 0 1 {side}-{side}",
    )
    for y in range(0, plate.height - side // 2, side):
        for x in range(0, plate.width, side):
            ink = plate.lots.pick((main, main, other))
            paths[ink] += f"M{x} {y}{plate.lots.pick(turns)}"
    return area(main, paths[main]) + area(other, paths[other])


def _waves(plate: Plate) -> str:
    """Let a long swell run in rows, the far ones finer."""
    main, other = plate.inks
    length = plate.lots.pick((40, 50))
    half = length // 2
    swell = f"q{half}-{half} {length} 0" + f"t{length} 0" * (plate.width // length + 1)
    step = max(18, plate.height // 9)
    rows = [
        f"M-{row % 2 * length // 2} {top}{swell}"
        for row, top in enumerate(range(step, plate.height + step, step))
    ]
    middle = len(rows) // 2
    return line(main, 5, "".join(rows[:middle])) + line(other, 9, "".join(rows[middle:]))


PATTERNS = {
    "bands": _bands,
    "checks": _checks,
    "diagonal": _diagonal,
    "dots": _dots,
    "leaves": _leaves,
    "rays": _rays,
    "stripes": _stripes,
    "tiles": _tiles,
    "waves": _waves,
}
