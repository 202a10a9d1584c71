"""The tour: real Danish figures that ship with the package, judged and explained."""

from __future__ import annotations

from typing import Final

from maalbib.analysis import Association, associate, compare_peers, detect_trends, track
from maalbib.catalogue import Catalogue
from maalbib.measurements import Measurements
from maalbib.model import Text
from maalbib.register import Register
from maalbib.report._charts import charts_of
from maalbib.report._report import Report, section

__all__ = ["tour"]

_TITLE: Final = Text(
    da="Læsning i folkeskolen og tilfredshed med velfærden",
    en="Reading in school and satisfaction with public services",
)
_NOTES: Final = (
    Text(
        da="Læsning: andel elever med gode resultater i de nationale test i dansk, læsning, 2014/15-2020/21, hele landet (Styrelsen "
        "for It og Læring, 8. november 2021). Testene i 2019/20 og 2020/21 blev taget senere på skoleåret på grund af covid-19; det "
        "er et databrud.",
        en="Reading: share of pupils with good results in the national tests in Danish, reading, 2014/15-2020/21, the whole country "
        "(Danish National Agency for IT and Learning, 8 November 2021). The tests of 2019/20 and 2020/21 were taken later in the "
        "school year because of covid-19; that is a break in the series.",
    ),
    Text(
        da="Tilfredshed og udgiftsniveau: regeringens oplæg Kvalitetsreform - bedre service til borgerne, 18. august 2006, tabel 1 og 2. "
        "Oplægget oplyser hverken antal svar, svarprocent eller måleår. At sygehusenes tal kommer fra en anden undersøgelse end de "
        "øvrige, og at året er 2005, er vores formodning.",
        en="Satisfaction and expenditure: the government paper Kvalitetsreform - bedre service til borgerne, 18 August 2006, tables 1 "
        "and 2. The paper states neither the number of answers nor response rate nor year of measurement. That the hospital "
        "figures are from another survey than the others, and that the year is 2005, is our presumption.",
    ),
)
_AREAS: Final = Text(
    da="Hvordan ligger områderne i forhold til hinanden?", en="How do the service areas compare with each other?"
)
_SPENDING: Final = Text(
    da="Følger tilfredsheden i daginstitutionerne udgifterne?", en="Does satisfaction in day care follow expenditure?"
)


def tour() -> Report:
    """Return the report on the figures that ship with the package.

    Reading in the folkeskole against the national target of 80 per cent, its trend with the covid years as a declared break,
    the satisfaction with four service areas in 2006, and whether satisfaction in day care follows expenditure.

    Examples
    --------
    >>> from maalbib.report import tour
    >>> [section.name for section in tour().sections]
    ['tracking', 'trends', 'comparison', 'association']
    """
    catalogue, register = Catalogue.load("danmark"), Register.denmark()
    reading = Measurements.example("reading").with_catalogue(catalogue, register=register)
    satisfaction = Measurements.example("satisfaction-2006").with_catalogue(catalogue, register=register)
    expenditure = Measurements.example("expenditure-2006").with_catalogue(catalogue, register=register)
    tracking = track(reading, as_of="2021-12-31", targets="FS-READ-80")
    total = "user_satisfied_or_very_share"
    compared = compare_peers(satisfaction, period="2005", over="area", mean="unweighted", indicators=total)
    measures = ("user_satisfaction_mean", "user_positive_share")
    associations = Association.concat(associate(expenditure, "expenditure_class", measure) for measure in measures)
    return Report(
        title=_TITLE,
        as_of=tracking[0].as_of,
        sections=(
            section("tracking", tracking),
            section("trends", detect_trends(reading)),
            section("comparison", compared, _AREAS),
            section("association", associations, _SPENDING),
        ),
        charts=charts_of(reading, catalogue),
        notes=_NOTES,
    )
