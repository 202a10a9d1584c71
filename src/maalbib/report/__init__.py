"""What people look at: reports as text, HTML and files."""

from maalbib.report._charts import Chart, charts_of
from maalbib.report._report import Report, Section, make_report
from maalbib.report._tour import tour

__all__ = ["Chart", "Report", "Section", "charts_of", "make_report", "tour"]
