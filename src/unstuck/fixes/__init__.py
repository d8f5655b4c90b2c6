"""Findings -> edits: cures that are offered only after the edited program has been analysed again.

One module directly in `fixes/cures/` is one cure; cures are found, not listed. Such a module has

    NAME: str                                   its name, which is the module's with `-` for `_`
    RULES: tuple[str, ...]                      the rules whose findings it may cure
    def candidates(case: Case) -> Iterator[Candidate]   edits that may help, most harmless first

and is a pure function of what it is given. It only proposes: `verify` decides.
"""
