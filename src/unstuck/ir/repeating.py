"""Functions of the library that hang on nothing but plain values, and say the same again of the same ones.

Unlike those of ir/asking.py they stay calls, with any number of arguments and results; explore/answers.py
remembers what they said. A function is in the table when its documentation leaves nothing else that its
answer could hang on: no file, no clock, no state of the process, and nothing that somebody may write.

What is not known: `[]byte(text)` is that text to the machine (ir/calls.py); written to, it still is.
"""

from __future__ import annotations


def _of(package: str, names: str) -> list[str]:
    return [f"{package}.{name}" for name in names.split()]


_DURATION = "Abs Hours Microseconds Milliseconds Minutes Nanoseconds Round Seconds String Truncate"
_MODE = "IsDir IsRegular Perm String Type"
OF_PLAIN = frozenset(
    [
        *_of(
            "strings",
            "Compare Count Cut CutPrefix CutSuffix Index IndexAny IndexByte IndexRune LastIndex LastIndexAny"
            " LastIndexByte Repeat Replace ReplaceAll Title ToTitle ToValidUTF8 Trim TrimLeft TrimPrefix"
            " TrimRight TrimSuffix",
        ),
        *_of(
            "unicode", "IsControl IsGraphic IsMark IsNumber IsPrint IsPunct IsSymbol IsTitle ToLower ToUpper"
        ),
        *_of(
            "unicode/utf8",
            "DecodeLastRuneInString DecodeRuneInString RuneCountInString RuneLen ValidRune ValidString",
        ),
        *_of(
            "strconv",
            "Atoi FormatBool FormatFloat FormatInt FormatUint ParseBool ParseFloat ParseInt ParseUint Quote"
            " Unquote",
        ),
        *_of("path", "Match Split"),
        *_of("path/filepath", "FromSlash HasPrefix IsLocal Localize Match Rel Split ToSlash VolumeName"),
        *_of("math", "Abs Ceil Floor IsInf Log Log10 Log2 Max Min Mod Pow Round Sqrt Trunc"),
        *_of("math/bits", "LeadingZeros Len Len32 Len64 OnesCount TrailingZeros"),
        *_of("go/ast", "IsExported"),
        *_of("go/token", "IsExported IsIdentifier IsKeyword"),
        *_of("html", "EscapeString UnescapeString"),
        *_of("net", "JoinHostPort SplitHostPort"),
        *_of("net/http", "CanonicalHeaderKey StatusText"),
        *_of("net/url", "PathEscape PathUnescape QueryEscape QueryUnescape"),
        *_of("regexp", "MatchString QuoteMeta"),
        *_of("regexp.Regexp", "MatchString NumSubexp String"),
        *_of("time", "ParseDuration"),
        *_of("time.Duration", _DURATION),
        *_of("io/fs.FileMode", _MODE),
        *_of("os.FileMode", _MODE),
        *_of("reflect.Kind", "String"),
        *_of(
            "reflect.Type",
            "Comparable Elem Key Kind Len Name NumField NumIn NumMethod NumOut PkgPath Size String",
        ),
        *_of("go/types.Object", "Exported Id Name Pos"),
        *_of("io/fs.FileInfo", "Mode"),
        *_of("io/fs.DirEntry", "Type"),
        *_of("hash.Hash", "BlockSize Size"),
        *_of("context.Context", "Deadline"),
    ]
)
"""By id. They are given plain values, or what by its documentation nothing changes. Membership only."""
