"""Names made from parts, so that no company and nobody in particular is meant."""

from collections.abc import Mapping, Sequence

import numpy as np

FRONTS = (
    "Alder", "Bram", "Corv", "Dun", "Eld", "Farn", "Gal", "Hest", "Ivar", "Jorn", "Kel", "Lorn",
    "Mar", "Nor", "Ost", "Pell", "Quar", "Rav", "Sten", "Tal", "Ulm", "Var", "Wen", "Yar",
)  # fmt: skip
BACKS = ("berg", "croft", "dale", "feld", "gate", "holt", "mark", "mere", "ridge", "stead", "vale", "wick")
TRADES: Mapping[str, Sequence[str]] = {
    "Chemicals": ("Chemicals", "Polymers", "Coatings"),
    "Food and beverage": ("Foods", "Dairies", "Breweries"),
    "Life sciences": ("Biologics", "Pharma", "Diagnostics"),
    "Energy": ("Energy", "Power", "Grid"),
    "Water": ("Water", "Utilities", "Waterworks"),
    "Automotive": ("Automotive", "Mobility", "Drivetrain"),
    "Paper and packaging": ("Paper", "Packaging", "Board"),
    "Semiconductors": ("Microsystems", "Wafers", "Devices"),
}
FIRST = (
    "Ada", "Amir", "Anna", "Ben", "Carla", "Chen", "Clara", "David", "Elif", "Emma", "Erik", "Farah", "Felix", "Grace",
    "Hana", "Henrik", "Ines", "Ivan", "James", "Jana", "Jonas", "Kofi", "Lara", "Leon", "Lucia", "Marek", "Maria",
    "Mila", "Nadia", "Noah", "Olga", "Omar", "Paul", "Priya", "Rosa", "Samuel", "Sofia", "Tomas", "Vera", "Yuki",
)  # fmt: skip
LAST = (
    "Abara", "Albers", "Banerjee", "Baumann", "Bellini", "Berger", "Brandt", "Carver", "Castell", "Dahl", "Diallo",
    "Dubois", "Ekman", "Ferrand", "Fischer", "Garza", "Haddad", "Halvorsen", "Hart", "Ibarra", "Ito", "Jansen",
    "Kaplan", "Keller", "Kowal", "Larsen", "Lindqvist", "Lopes", "Marsh", "Meier", "Mensah", "Moreau", "Nakamura",
    "Novak", "Okafor", "Olsen", "Patel", "Petrov", "Quist", "Rahman", "Reyes", "Rossi", "Sato", "Schaefer", "Silva",
    "Sorel", "Tanaka", "Toth", "Vance", "Verhoeven", "Vogel", "Weiss", "Winter", "Yilmaz", "Zeman", "Zhou",
)  # fmt: skip
RIVALS = ("Orvane Systems", "Tessamy Controls", "Brightloom Industrial", "Kestrane Instruments", "Pellucid Process")
STEMS = len(FRONTS) * len(BACKS)


def company_stems(random: np.random.Generator, number: int) -> list[str]:
    """As many different stems of company names as asked for; beyond 288 they are numbered."""
    order = [int(place) for place in random.permutation(STEMS)]
    stems = [FRONTS[place // len(BACKS)] + BACKS[place % len(BACKS)] for place in order]
    return [stems[n % STEMS] + (f" {n // STEMS + 1}" if n >= STEMS else "") for n in range(number)]


def person(random: np.random.Generator) -> str:
    return f"{FIRST[int(random.integers(len(FIRST)))]} {LAST[int(random.integers(len(LAST)))]}"


def address(name: str, domain: str, number: int) -> str:
    """An e-mail address under a domain that can never exist."""
    return f"{name.lower().replace(' ', '.')}.{number}@{domain}.example"
