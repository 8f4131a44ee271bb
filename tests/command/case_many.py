"""Many images over few connections, and servers that end them."""
import random

from cases import add, case, check, equal
from fault_steps import close_notify_then_fin, fin_without_close_notify, rst
from keyed import answer, files, keys, play
from servers import serve


def listed(trial, wanted):
    """A file with these keys, one a line."""
    return trial.file("list", "".join(f"{key}\n" for key in wanted))


@case("300 images over one connection, one handshake")
def one_connection(trial):
    wanted = [f"img_many_{trial.folder.stat().st_ino}{n:03}"
              for n in range(300)]
    trial.ok("-i", listed(trial, wanted))
    trial.holds({f"{key}.png": trial.image("png-20k") for key in wanted})
    trial.requests_of(wanted[-1])
    lines = [line for line in trial.feishu.requests()
             if line[1].rsplit("/", 1)[1] in wanted]
    equal(len(lines), 300, "requests")
    equal(len({line[3] for line in lines}), 1, "connections")
    equal({line[7] for line in lines}, {"."}, "sessions resumed")


@case("one key after the other over the same connection")
def in_order(trial):
    wanted = keys(40)
    with serve(trial, play) as server:
        trial.ok(*wanted, url=server.url)
        equal(server.accepted, 1, "connections")
        asked = [head.split(b" ")[1].decode().rsplit("/", 1)[1]
                 for head in server.requests]
    equal(asked, wanted, "requests")
    trial.holds(files(wanted))


def ending_at_random(trial, seed, *words):
    """Kept connections end after a few requests in one way or another, some
    just as the next request comes: nothing is lost."""
    chance = random.Random(seed)
    ends = [close_notify_then_fin(), fin_without_close_notify(), rst()]

    def script(connection):
        for _ in range(chance.randint(1, 6)):
            answer(connection)
        if chance.random() < 0.5:
            connection.recv_request()
        chance.choice(ends)(connection)

    wanted = keys(80)
    with serve(trial, script) as server:
        run = trial.ok(*words, "-i", listed(trial, wanted), url=server.url)
        check(server.accepted >= 13, f"{server.accepted} connections")
    equal(run.out, b"", "standard output")
    trial.holds(files(wanted))


for number in range(4):
    add(f"connections that end at random {number}", ending_at_random, number)
    add(f"connections that end at random {number}, -P 5", ending_at_random,
        number + 10, "-P", "5")


@case("later connections resume the TLS session")
def resumed(trial):
    with serve(trial, lambda connection: answer(connection)) as server:
        run = trial.run("-v", *keys(4), url=server.url)
        equal(run.status, 0, "exit code")
        equal(server.accepted, 4, "connections")
    ends = [line for line in run.lines if ": complete" in line]
    equal(["session resumed" in line for line in ends],
          [False, True, True, True], "sessions resumed")


@case("a refused key does not cost the connection")
def refusals(trial):
    wanted = ["img_a", "refuse_a", "img_b", "refuse_b", "refuse_c", "img_c"]
    with serve(trial, play) as server:
        trial.fails(7, *wanted, lines=3, words=["refuse_c", "234005"],
                    url=server.url)
        equal(server.accepted, 1, "connections")
    trial.holds(files(["img_a", "img_b", "img_c"]))


@case("a lost connection costs one image, not the rest")
def losses(trial):
    wanted = ["img_a", "cut_a", "img_b", "lose_a", "img_c"]
    with serve(trial, play) as server:
        trial.fails(3, *wanted, lines=2, words=["cut_a", "lose_a"],
                    url=server.url)
        # lose_a on the connection of img_b, and once more on its own
        equal(server.accepted, 4, "connections")
    trial.holds(files(["img_a", "img_b", "img_c"]))
