"""The page as a PDF file.

Stage: report. In: the text of report.html. Out: the bytes of report.pdf.
Idea: what is printed is the page itself, under its own rules for print. WeasyPrint sets it; it comes with the extra
`pdf` and is imported only here. It does not look up the page's colour names inside figures, so those are written out.
"""

from __future__ import annotations

import logging
import re

from realign.errors import UsageError

_PRINT = {"ink": "#000000", "muted": "#444444", "rule": "#bbbbbb", "paper": "#ffffff"}
_PAGE = "@page { size: A4; margin: 15mm 13mm; @bottom-right { content: counter(page); font-size: 8pt } }"


def require_pdf() -> None:
    """An error that says what to install where PDF files cannot be made."""
    try:
        import weasyprint  # noqa: F401
    except ImportError:
        raise UsageError(
            "--pdf needs WeasyPrint, which is not installed: python -m pip install 'realign[pdf]'; or print "
            "report.html from a browser"
        ) from None
    except OSError as error:
        raise UsageError(
            f"--pdf needs the libraries Pango and GLib, which were not found ({error}); install them with the system's "
            "package manager, or print report.html from a browser"
        ) from None


def pdf(html: str) -> bytes:
    """The page as PDF; call `require_pdf` before long work, so that a missing library is told at once."""
    require_pdf()
    import weasyprint

    logging.getLogger("weasyprint").setLevel(logging.ERROR)  # properties of screens that paper does not know
    html = re.sub("<svg.*?</svg>", _inked, html, flags=re.DOTALL)
    found: bytes = weasyprint.HTML(string=html).write_pdf(stylesheets=[weasyprint.CSS(string=_PAGE)])
    return found


def _inked(figure: re.Match[str]) -> str:
    """A figure with the colours of print written out."""
    text = figure[0]
    for name, colour in _PRINT.items():
        text = text.replace(f"var(--{name})", colour)
    return text
