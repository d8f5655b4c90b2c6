"""What holds goroutines, connections or descriptors, and which call lets them go: data only.

Adding a library is adding rows. A row is found by the function or method that is called (`net/http.Get`,
`os/exec.Cmd.Start`), or by the type of the first result of any call (`type net/http.Response`). Ways to
release are written as they are after the value: `Body.Close`, `Close`, `()` for a value that is called.

Sources: the documentation of each package; go.dev/blog and issue threads for what is held.
"""

from __future__ import annotations

import re

from unstuck.config import Settings
from unstuck.holder import ARGUMENT, RECEIVER, Holder
from unstuck.source.package import Package
from unstuck.types.world import World

_CONNECTION = "a connection and the goroutines that serve it"
_DESCRIPTOR = "a file descriptor"
_CLOSE = ("Close",)

HOLDERS = (
    # net/http
    Holder("type net/http.Response", _CONNECTION, ("Body.Close", "Write")),
    *(
        Holder(f"net/http.{name}", _CONNECTION, ("Body.Close", "Write"))
        for name in (
            "Get",
            "Head",
            "Post",
            "PostForm",
            "Client.Do",
            "Client.Get",
            "Client.Head",
            "Client.Post",
        )
    ),
    *(
        Holder(f"net/http/httptest.{name}", "a listener and its goroutine", _CLOSE)
        for name in ("NewServer", "NewTLSServer", "NewUnstartedServer")
    ),
    # database/sql
    Holder("type database/sql.Rows", "a connection of the pool", _CLOSE, done="Next"),
    Holder("type database/sql.Stmt", "a prepared statement and its connection", _CLOSE),
    Holder("type database/sql.Tx", "a connection of the pool", ("Commit", "Rollback")),
    Holder("type database/sql.Conn", "a connection of the pool", _CLOSE),
    Holder("database/sql.Open", "a pool of connections and a goroutine", _CLOSE),
    Holder("database/sql.OpenDB", "a pool of connections and a goroutine", _CLOSE),
    # os, net
    *(
        Holder(f"os.{name}", _DESCRIPTOR, _CLOSE, minor=True)
        for name in ("Open", "Create", "OpenFile", "CreateTemp")
    ),
    *(
        Holder(f"net.{name}", _DESCRIPTOR, _CLOSE, minor=True)
        for name in ("Dial", "DialTimeout", "Listen", "ListenPacket", "ListenTCP", "ListenUDP", "DialTCP")
    ),
    Holder("crypto/tls.Dial", "a connection", _CLOSE, minor=True),
    Holder(
        "os/exec.Cmd.Start",
        "a process entry, its pipes and goroutines",
        ("Wait", "Process.Wait", "Process.Release"),
        result=RECEIVER,
    ),
    Holder(
        "os/signal.Notify",
        "a place in the list of signal receivers",
        (),
        result=ARGUMENT,
        passed=("os/signal.Stop", "os/signal.Reset", "os/signal.Ignore"),
        minor=True,
    ),
    Holder("iter.Pull", "a coroutine", ("()",), result=1),
    Holder("iter.Pull2", "a coroutine", ("()",), result=1),
    # google.golang.org/grpc
    *(
        Holder(f"google.golang.org/grpc.{name}", "connections and their goroutines", _CLOSE)
        for name in ("Dial", "DialContext", "NewClient")
    ),
    # other libraries
    Holder("github.com/fsnotify/fsnotify.NewWatcher", "a descriptor and a goroutine", _CLOSE),
    Holder("type k8s.io/apimachinery/pkg/watch.Interface", "a connection and a goroutine", ("Stop",)),
    Holder("go.etcd.io/etcd/client/v3.New", "connections and their goroutines", _CLOSE),
    Holder("type go.etcd.io/etcd/client/v3/concurrency.Session", "a lease", ("Close", "Orphan")),
    Holder("go.mongodb.org/mongo-driver/mongo.Connect", "connections and their goroutines", ("Disconnect",)),
    Holder("go.mongodb.org/mongo-driver/v2/mongo.Connect", "connections and goroutines", ("Disconnect",)),
    Holder("type go.mongodb.org/mongo-driver/mongo.Cursor", "a cursor on the server", ("Close", "All")),
    Holder("type go.mongodb.org/mongo-driver/mongo.ChangeStream", "a cursor on the server", _CLOSE),
    *(
        Holder(f"github.com/redis/go-redis/v9.{name}", "a pool of connections and its goroutines", _CLOSE)
        for name in ("NewClient", "NewClusterClient", "NewFailoverClient", "NewUniversalClient", "NewRing")
    ),
    Holder("type github.com/redis/go-redis/v9.PubSub", "a connection and goroutines", _CLOSE),
    *(
        Holder(f"github.com/jackc/pgx/v5{name}", "a pool of connections and its goroutines", _CLOSE)
        for name in ("/pgxpool.New", "/pgxpool.NewWithConfig", ".Connect", ".ConnectConfig")
    ),
    Holder("type github.com/jackc/pgx/v5.Rows", "a connection", _CLOSE, done="Next"),
    Holder("github.com/nats-io/nats.go.Connect", "a connection and its goroutines", ("Close", "Drain")),
    Holder("github.com/rabbitmq/amqp091-go.Dial", "a connection and its goroutines", _CLOSE),
    *(
        Holder(f"github.com/IBM/sarama.{name}", "connections and their goroutines", ("Close", "AsyncClose"))
        for name in ("NewClient", "NewConsumer", "NewConsumerGroup", "NewSyncProducer", "NewAsyncProducer")
    ),
    Holder("github.com/segmentio/kafka-go.NewReader", "connections and their goroutines", _CLOSE),
    Holder("github.com/segmentio/kafka-go.NewWriter", "connections and their goroutines", _CLOSE),
    Holder("github.com/gorilla/websocket.Dialer.Dial", "a connection", _CLOSE),
    Holder("github.com/gorilla/websocket.Upgrader.Upgrade", "a connection", _CLOSE),
    Holder("github.com/dgraph-io/badger/v4.Open", "files and goroutines", _CLOSE),
    Holder("go.etcd.io/bbolt.Open", "a file and a lock on it", _CLOSE),
    Holder("github.com/syndtr/goleveldb/leveldb.OpenFile", "files and goroutines", _CLOSE),
    Holder("github.com/dgraph-io/ristretto.NewCache", "goroutines", _CLOSE),
    Holder("github.com/nxadm/tail.TailFile", "goroutines", ("Stop", "Cleanup")),
    Holder("cloud.google.com/go/storage.NewClient", "connections and their goroutines", _CLOSE),
    Holder("cloud.google.com/go/pubsub.NewClient", "connections and their goroutines", _CLOSE),
    Holder("github.com/docker/docker/client.NewClientWithOpts", "idle connections", _CLOSE, minor=True),
)
"""The table. The first row that fits counts."""

BY_MAKE = {holder.make: holder for holder in reversed(HOLDERS)}
"""Rows by what makes them."""


def signs_in(world: World, package: Package, settings: Settings) -> tuple[bytes, ...]:
    """More of them: those of functions of packages that this one imports, names of its own functions that
    give out a thing of the table, and what makes the rows that somebody added (the name alone: packages can
    be renamed where they are imported; for a type nothing is known)."""
    imports = world.imported(package.path, frozenset(map(_home, HOLDERS)))
    found = {sign: None for holder in HOLDERS if _home(holder) in imports for sign in _signs_of(holder)}
    for item in package.files:
        found.update((name + rb"\(", None) for name in _GIVES.findall(b"\n" + item.file.data))
    for row in settings.holders:
        name = row.make.rpartition(".")[2].encode()
        found[b"" if row.make.startswith("type ") else re.escape(name) + rb"\("] = None
    return tuple(found)


def way(release: str) -> tuple[str, ...]:
    """("Body", "Close") of "Body.Close", () of "()"."""
    return () if release == "()" else tuple(release.split("."))


_TYPE_SIGNS = (
    *(rb"\.Body\b", rb"\.StatusCode", rb"Response(?!Writer|Recorder|Controller)", rb"Rows", rb"\.Query"),
    *(rb"\.Prepare", rb"\.Begin", rb"\.Conn\(", rb"\.Watch\(", rb"ubscribe\(", rb"Cursor", rb"\.Find\("),
    rb"\.Aggregate\(",
)
"""What code that calls for a value of the types in the table mentions, as regular expressions."""
_GIVES = re.compile(
    rb"\nfunc (?:\([^)\n]*\) )?(\w+)\([^\n]*\) \(?[\w ]*\*?(?:"
    + b"|".join(
        re.escape(holder.make.rpartition("/")[2].removeprefix("type ").encode())
        for holder in HOLDERS
        if holder.make.startswith("type ")
    )
    + rb")\b"
)
"""The head of a function whose first result is of a type in the table, and the end of the line before."""
_GIVEN = {f"net/http.Client.{name}": rb"(?!\)|func\b)" for name in ("Do", "Get", "Head", "Post", "PostForm")}
"""What follows calls of them: they want a request or an address."""
_COMMON = ("New", "Open", "Create", "Get", "Head", "Post", "Connect", "Dial", "Listen", "Pull")
"""Names of functions that many packages have."""


def signs() -> tuple[bytes, ...]:
    """Regular expressions one of which is found in each function that makes something of the table, but for
    functions of packages that must be imported (`signs_in`)."""
    rows = [sign for holder in HOLDERS if not _home(holder) for sign in _signs_of(holder)]
    return tuple(dict.fromkeys((*_TYPE_SIGNS, *rows)))


def _signs_of(holder: Holder) -> tuple[bytes, ...]:
    if holder.make.startswith("type "):
        return ()
    path, _, name = holder.make.rpartition(".")
    package = path.rpartition("/")[2].partition(".")[0]
    if package[1:].isdigit() and name != "New":
        package = path.split("/")[-2].removeprefix("go-")
    if name in _COMMON and "." not in path.rpartition("/")[2]:
        return (re.escape(f"{package}.{name}(".encode()),)
    return (re.escape(f".{name}(".encode()) + _GIVEN.get(holder.make, b""),)


def _home(holder: Holder) -> str:
    """The package whose function the row is about, where only who imports it can call that: "" for types
    and methods, whose values come from anywhere, and for packages of the standard library, which fragments
    name without an import."""
    path, _, _ = holder.make.rpartition(".")
    owner = path.rpartition("/")[2].rpartition(".")[2]
    outside = "." in path.partition("/")[0] and not path.startswith("type ")
    return path if outside and owner[:1].islower() else ""
