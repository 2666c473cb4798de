"""Motifs that are pictures: they make sense only when nothing lies over them."""

from bookreviews.catalog.covers.plates import ROUND, Plate, area, disc, line, ring


def _arcs(plate: Plate) -> str:
    """Draw rings about a corner or the middle of the foot."""
    main, other = plate.inks
    rings = plate.lots.pick((4, 5, 6))
    x = plate.lots.pick((0, plate.width // 2, plate.width))
    step = min(plate.height, 190) * 0.94 / rings
    return "".join(
        ring(
            other if number % 3 == 1 else main,
            step * 0.62,
            x,
            plate.height,
            step * (number + 0.6),
        )
        for number in range(rings)
    )


def _bars(plate: Plate) -> str:
    """Uprights of unequal height: a chart, a skyline, a shelf."""
    main, other = plate.inks
    paths = {main: "", other: ""}
    for number, x in enumerate(range(11, plate.width + 11, 20)):
        tall = plate.lots.pick((0.25, 0.4, 0.5, 0.62, 0.75, 0.9)) * plate.height
        paths[other if number % 3 == 1 else main] += f"M{x} {plate.height}v-{tall:.0f}"
    return line(main, 14, paths[main]) + line(other, 14, paths[other])


def _code(plate: Plate) -> str:
    """Print a listing seen from afar: lines of two words, indented."""
    main, other = plate.inks
    first_words, second_words, indent = "", "", 0
    for y in range(14, plate.height, max(14, plate.height // 11)):
        indent = max(0, indent + plate.lots.pick((0, 1, 1, -1))) % 5
        x, length = 18 + indent * 18, plate.lots.pick((20, 36, 52, 70))
        first_words += f"M{x} {y}h{length}"
        second_words += f"M{x + length + 16} {y}h{plate.lots.pick((0, 14, 32))}"
    return line(main, 7, first_words, ROUND) + line(other, 7, second_words, ROUND)


def _doors(plate: Plate) -> str:
    """Open a door within a door within a door."""
    main, other = plate.inks
    ground = plate.palette.ground
    step, sill = plate.lots.pick((9, 12, 15)), plate.lots.pick((0, 8))
    doors = ""
    for number, ink in enumerate((other, ground, main, ground, other)):
        inset = step * number + plate.width // 10
        wide = max(4, plate.width - 2 * inset)
        top, foot = inset * 2 // 3, plate.height - sill * number
        arch = f"a{wide / 2:g} {wide / 2:g} 0 0 1 {wide} 0"
        doors += area(ink, f"M{inset} {foot}V{top + wide // 2}{arch}V{foot}z")
    return doors


def _hills(plate: Plate) -> str:
    """Ridges, one before the other, and a sun or moon above."""
    height, palette = plate.height, plate.palette
    rise = plate.lots.pick((-30, 24, 40))
    x = plate.width * plate.lots.pick((0.26, 0.5, 0.74))

    def ridge(ink: str, part: float, rise: int) -> str:
        return area(ink, f"M0 {height * part:g}q50 {-rise} 100 0t100 0V{height}H0z")

    sun = disc(palette.ink, x, height * 0.28, height * 0.13)
    return sun + ridge(palette.second, 0.58, rise) + ridge(palette.accent, 0.8, rise + 6)


def _moon(plate: Plate) -> str:
    """Hang a crescent and a few stars."""
    palette, radius = plate.palette, plate.shorter * 0.36
    x, y = plate.width * plate.lots.pick((0.4, 0.5, 0.6)), plate.height * 0.5
    shift = plate.lots.pick((-0.4, 0.4)) * radius
    stars = plate.lots.pick(("M30 24h0M172 40h0M150 132h0", "M24 70h0M60 18h0M178 104h0"))
    return (
        disc(palette.accent, x, y, radius)
        + disc(palette.ground, x + shift, y - radius * 0.2, radius * 0.84)
        + line(palette.ink, 5, stars, ROUND)
    )


def _orbits(plate: Plate) -> str:
    """Fine circles with something travelling on each."""
    main, other = plate.inks
    step = plate.shorter / 6
    x, y = plate.width * plate.lots.pick((0.5, 0.3, 0.7)), plate.height * 0.5
    rings = "".join(ring(plate.palette.ink, 1, x, y, step * out) for out in (1.4, 2, 2.6))
    # Four places on a circle, each a quarter turn from the one before.
    places = ((0.6, -0.8), (-0.8, -0.6), (-0.6, 0.8), (0.8, 0.6))
    turn = plate.lots.pick((0, 1, 2, 3))
    planets = ""
    for out, quarters, ink in ((1.4, 0, main), (2, 2, main), (2.6, 1, other)):
        across, down = places[(quarters + turn) % 4]
        planets += disc(ink, x + across * step * out, y + down * step * out, step * 0.3)
    return rings + planets + disc(main, x, y, step * 0.8)


def _suns(plate: Plate) -> str:
    """Let one disc pass before another."""
    main, other = plate.inks
    radius = plate.shorter * 0.42
    x, y = plate.width * plate.lots.pick((0.3, 0.5, 0.72)), plate.height * 0.47
    beside = x + plate.lots.pick((-0.9, 0.9)) * radius
    return disc(other, beside, y + radius / 2, radius * 0.62) + disc(main, x, y, radius)


VIGNETTES = {
    "arcs": _arcs,
    "bars": _bars,
    "code": _code,
    "doors": _doors,
    "hills": _hills,
    "moon": _moon,
    "orbits": _orbits,
    "suns": _suns,
}
