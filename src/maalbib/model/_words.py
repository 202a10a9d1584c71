"""The fixed vocabularies. Each value is the code that files and results carry."""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "Aggregation",
    "BreakKind",
    "Comparable",
    "Direction",
    "Dispersion",
    "DueValue",
    "GoalKind",
    "GoalStatus",
    "IndicatorKind",
    "InstitutionKind",
    "Level",
    "LinkRole",
    "Measure",
    "MembershipRole",
    "Mention",
    "Ownership",
    "PeerAttribute",
    "PeerMetric",
    "PeerScaling",
    "PeerTransform",
    "ReferenceStatistic",
    "Side",
    "Status",
    "StepPolicy",
    "TargetPath",
    "TargetState",
    "UnitKind",
]


class Direction(StrEnum):
    """Which way is better. There is no default: somebody must have said so."""

    HIGHER = "higher"
    LOWER = "lower"
    TARGET = "target"  # nearest to the target, or inside a band
    CONTEXT = "context"  # no better direction


class IndicatorKind(StrEnum):
    """What an indicator measures; activity counts as process."""

    RESULT = "result"
    PROCESS = "process"
    RESOURCE = "resource"
    EXPERIENCE = "experience"


class Measure(StrEnum):
    """What sort of figure an indicator is."""

    COUNT = "count"
    SHARE = "share"
    RATIO = "ratio"
    MEAN = "mean"
    MEDIAN = "median"
    SUM = "sum"
    INDEX = "index"
    SCORE = "score"
    DURATION = "duration"
    AMOUNT = "amount"


class Aggregation(StrEnum):
    """How the values of several units become one."""

    SUM = "sum"
    RATIO_OF_SUMS = "ratio_of_sums"
    WEIGHTED_MEAN = "weighted_mean"
    MEAN = "mean"
    MEDIAN = "median"
    NONE = "none"


class Level(StrEnum):
    """How far out a figure is measured or may be shown, from the single institution to the country."""

    INSTITUTION = "institution"
    MUNICIPALITY = "municipality"
    REGION = "region"
    COUNTRY = "country"


class GoalKind(StrEnum):
    """What sort of goal, or part of a programme, this is."""

    NATIONAL = "national"
    PROGRAMME = "programme"
    TRACK = "track"
    THEME = "theme"
    CHALLENGE = "challenge"
    INITIATIVE = "initiative"
    POINT = "point"  # one of the points under a theme
    PROBLEM = "problem"  # what a programme sets out to solve
    SECTOR = "sector"
    REGIONAL = "regional"
    MUNICIPAL = "municipal"
    CONTRACT = "contract"
    INSTITUTION = "institution"
    OTHER = "other"


class GoalStatus(StrEnum):
    """Where a goal is in its life."""

    PROPOSED = "proposed"
    ADOPTED = "adopted"
    RETIRED = "retired"
    SUPERSEDED = "superseded"


class LinkRole(StrEnum):
    """What an indicator does for a goal."""

    HEADLINE = "headline"
    SUPPORTING = "supporting"
    CONTEXT = "context"


class Mention(StrEnum):
    """How a source document relates to an indicator."""

    NAMED = "named"  # the document names the measure
    IMPLIED = "implied"  # the document names the concern


class BreakKind(StrEnum):
    """Why the values before and after are not the same thing."""

    DEFINITION = "definition"
    METHOD = "method"
    POPULATION = "population"
    TERRITORY = "territory"
    SYSTEM = "system"
    WORDING = "wording"


class Comparable(StrEnum):
    """Whether values before and after a break may be compared."""

    NO = "no"
    WITH_FACTOR = "with_factor"
    YES = "yes"


class Side(StrEnum):
    """What a target to maintain forbids: any change, or only a worse value."""

    BOTH = "both"
    NO_WORSE = "no_worse"


class TargetPath(StrEnum):
    """How the way from the baseline to the target is laid out."""

    LINEAR = "linear"
    COMPOUND = "compound"  # the same per cent each period
    STEPS = "steps"  # the last interim target that has passed
    MILESTONES = "milestones"  # straight lines between the interim targets
    FRONT_LOADED = "front_loaded"
    BACK_LOADED = "back_loaded"


class TargetState(StrEnum):
    """Where a target stands; the reason, beside it, says why."""

    MET = "met"
    ON_TRACK = "on_track"
    OFF_TRACK = "off_track"
    UNCHANGED = "unchanged"
    MOVING_AWAY = "moving_away"
    NOT_MET = "not_met"
    NOT_MEASURABLE = "not_measurable"


class DueValue(StrEnum):
    """Which value decides when the deadline has passed: that of the due period only, or else the last one before it."""

    EXACT = "exact"
    LAST_ON_OR_BEFORE = "last_on_or_before"


class StepPolicy(StrEnum):
    """Which steps must be improvements: the latest one, or every one since the baseline."""

    LATEST = "latest"
    EVERY = "every"


class Dispersion(StrEnum):
    """How far units lie from one another."""

    SD = "sd"
    RANGE = "range"
    IQR = "iqr"
    P90_MINUS_P10 = "p90_minus_p10"
    P90_OVER_P10 = "p90_over_p10"
    CV = "cv"
    MAD = "mad"


class ReferenceStatistic(StrEnum):
    """Which figure of a group is the reference."""

    MEAN = "mean"
    MEDIAN = "median"


class Status(StrEnum):
    """Observation status, the SDMX codes."""

    NORMAL = "A"
    BREAK = "B"
    DEFINITION_DIFFERS = "D"
    ESTIMATED = "E"
    FORECAST = "F"
    EXPERIMENTAL = "G"
    HOLIDAY = "H"
    IMPUTED = "I"
    DEROGATION = "J"
    INCLUDED_ELSEWHERE = "K"
    NOT_COLLECTED = "L"
    CANNOT_EXIST = "M"
    NOT_SIGNIFICANT = "N"
    MISSING = "O"
    PROVISIONAL = "P"
    SUPPRESSED = "Q"
    STRIKE = "S"
    LOW_RELIABILITY = "U"
    UNVALIDATED = "V"
    INCLUDES_OTHER = "W"


class InstitutionKind(StrEnum):
    """What sort of unit an institution is."""

    STATE = "state"
    COUNTRY = "country"
    REGION = "region"
    MUNICIPALITY = "municipality"
    MUNICIPALITY_GROUP = "municipality_group"
    COUNTY = "county"
    SCHOOL = "school"
    DAYCARE = "daycare"
    NURSING_HOME = "nursing_home"
    HOME_CARE = "home_care"
    HOSPITAL = "hospital"
    WARD = "ward"
    SOCIAL_OFFER = "social_offer"
    OTHER = "other"


class Ownership(StrEnum):
    """Who owns an institution."""

    MUNICIPAL = "municipal"
    REGIONAL = "regional"
    STATE = "state"
    SELF_GOVERNING = "self_governing"
    PRIVATE = "private"


class PeerAttribute(StrEnum):
    """What the register says of an institution, by which it can be classed."""

    OWNERSHIP = "ownership"
    SECTOR = "sector"


class PeerMetric(StrEnum):
    """How the distance between two units is measured."""

    EUCLIDEAN = "euclidean"  # weights act on squared differences
    GOWER = "gower"
    MAHALANOBIS = "mahalanobis"  # allows for variables that go together
    NEED = "need"  # weights are coefficients of a regression of need


class PeerScaling(StrEnum):
    """What the differences of a variable are counted in, so that years and kroner can be added."""

    Z = "z"  # the standard deviation, n - 1
    ROBUST = "robust"  # the median distance from the median
    MIN_MAX = "min_max"  # the range: one extreme unit moves every distance
    NONE = "none"


class PeerTransform(StrEnum):
    """What is done to a variable before it is scaled."""

    NONE = "none"
    LOG = "log"  # natural; zero and below have none
    LOG1P = "log1p"  # of one more, for counts that may be zero
    SQRT = "sqrt"  # below zero has none
    LOGIT = "logit"  # of shares between 0 and 1
    RANK = "rank"  # the position among the units, 0 to 1: one unit moves the others


class MembershipRole(StrEnum):
    """How an institution belongs to another one."""

    BELONGS_TO = "belongs_to"
    OPERATED_BY = "operated_by"
    SUPERVISED_BY = "supervised_by"


class UnitKind(StrEnum):
    """What sort of unit of measurement this is."""

    SHARE = "share"
    COUNT = "count"
    RATE = "rate"
    RATIO = "ratio"
    MONEY = "money"
    TIME = "time"
    INDEX = "index"
    SCORE = "score"
