"""Pages that people look at: `report.html` of a run and `comparison.html` of several, each one file without a network.

Rule 1: whatever a gateway chose is text: escaped by the template, and its control and bidi characters written out.
Rule 2: a page is read without scripts; with them exchanges are unpacked when they are asked for.
Rule 3: a page says what it leaves out, and where that is.
"""
