"""The report: a table for the terminal, figures, and a page that begins with the answer.

Stage: report. In: the folder that a run leaves. Out: text, figures, summary files and report.html.
Idea: words are made from numbers and their intervals, never from point estimates alone. matplotlib is imported only
when a figure is drawn.
"""

from realign.report.certainty import certainty
from realign.report.evidence import Evidence, gather
from realign.report.gallery import Plots
from realign.report.verdict import Verdict, verdict
from realign.report.write import summary_json, write_report

__all__ = ["Evidence", "Plots", "Verdict", "certainty", "gather", "summary_json", "verdict", "write_report"]
