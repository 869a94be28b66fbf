"""The report as PDF, and what is said where it cannot be made."""

import sys

import pytest
from report_folder import write_result

from realign.errors import UsageError
from realign.report import write_report
from realign.report.pdf import require_pdf


def test_without_the_library_it_says_what_to_install_before_any_work(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(UsageError, match=r"realign\[pdf\]"):
        write_report(tmp_path / "nothing there", with_pdf=True)


def test_without_its_system_libraries_it_names_them(monkeypatch):
    class Broken:
        def find_spec(self, name, path=None, target=None):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(UsageError, match="Pango"):
        require_pdf()


@pytest.mark.slow
def test_the_page_becomes_a_pdf_file(tmp_path):
    pytest.importorskip("weasyprint")
    write_result(tmp_path, futures=60)
    write_report(tmp_path, with_pdf=True)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
