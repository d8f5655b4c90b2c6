"""What analysing packages gave, kept between runs.

An entry is what one task gave (parts.Answer), under a key made of the tool itself, the settings and the
content of the package. With it stands what else the task could look at, by content: `entries` asks whether
that is still so, `impact` whether a change in another package reaches this one. The store is a folder of
plain JSON files: nothing in it can run code, and whatever cannot be read counts as absent.

What is never cached: loading. Every run walks the folders, reads all files and judges their heads anew.
"""
