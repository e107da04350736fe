"""What pages are made of: nothing of it leads to another host, writes markup, or needs a looser policy."""

import hashlib
import re
from importlib.resources import files

CONSOLE = files("app.console")
VENDORED = CONSOLE.joinpath("static", "vendor", "echarts")


def parts(folder, ending):
    return [entry for entry in CONSOLE.joinpath(folder).iterdir() if entry.name.endswith(ending)]


def test_no_part_names_another_host_or_writes_markup():
    found = [*parts("templates", ".html"), *parts("static", ".js"), *parts("static", ".css")]
    assert len(found) > 8
    for part in found:
        text = part.read_text(encoding="utf-8")
        assert not re.search(r"https?://|['\"(]//[a-z]|@import|\burl\(", text), part.name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Function\(", text), (
            part.name
        )


def test_no_template_has_a_script_or_style_of_its_own():
    for part in parts("templates", ".html"):
        text = part.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|\|\s*safe\b", text), part.name
        for script in re.findall(r"<script[^>]*>", text):
            assert "src=" in script or 'type="application/json"' in script, part.name


def test_the_charting_library_is_the_file_that_its_note_says():
    told = VENDORED.joinpath("SOURCE.md").read_text(encoding="utf-8")
    found = hashlib.sha256(VENDORED.joinpath("echarts.min.js").read_bytes()).hexdigest()
    assert found in told
    assert "Apache License" in VENDORED.joinpath("LICENSE").read_text(encoding="utf-8")
