"""Options: where they stand, what repeats of them mean, what they print."""
import pathlib
import re

import images
from cases import add, case, check, equal
from servers import IMAGE, Trap, answering

FIMG_H = pathlib.Path(__file__).resolve().parents[2] / "src" / "fimg.h"
ALL = ("-o --output -d --output-dir -i --input -n --skip-existing --base-url "
       "--lark --cacert --token-file --max-size --connect-timeout "
       "--idle-timeout --max-time --retry -4 -6 -s --silent -v --verbose -h "
       "--help -V --version").split()
TINY = images.KEYS["png-tiny"]
SMALL = images.KEYS["jpeg-small"]

# Each downloads TINY, and SMALL where it is named, into the folder d.
PLACES = [
    ["-d", "d", TINY], [TINY, "-d", "d"], ["-dd", TINY],
    ["--output-dir", "d", TINY], ["--output-dir=d", TINY],
    [TINY, "-d", "d", SMALL], ["-sd", "d", TINY], ["-s4nd", "d", TINY],
    ["-d", "d", "--", TINY, SMALL], [TINY, "-d", "d", "--", SMALL],
    ["-d", "x", "-d", "d", TINY], ["-d", "x", TINY, "--output-dir=d"],
    ["-d", "d", TINY, "--retry", "5", "--retry", "0", "--max-size", "1",
     "--max-size", "10k"],
    ["-d", "d/", TINY], ["-d", "./d", TINY],
    ["--cacert", "nothing", "-d", "d", TINY, "--cacert", "ROOTS"],
    ["--base-url", "https://x", "-d", "d", TINY, "--base-url", "URL"],
    ["--lark", "-d", "d", TINY, "--base-url", "URL"],
    ["--token-file", "nothing", "-d", "d", TINY, "--token-file", "TOKEN"],
]


def placed(trial, words):
    """Options anywhere, in any spelling; the last of a repeated one counts."""
    (trial.folder / "d").mkdir()
    special = {"ROOTS": str(trial.feishu.ca_file),
               "URL": trial.feishu.base_url,
               "TOKEN": trial.file("token", trial.feishu.token)}
    trial.ok(*[special.get(word, word) for word in words])
    wanted = {f"d/{TINY}.png": trial.image("png-tiny")}
    if SMALL in words:
        wanted[f"d/{SMALL}.jpg"] = trial.image("jpeg-small")
    trial.holds(wanted)


for order in PLACES:
    add("options " + " ".join(order), placed, order)


@case("of -4 and -6 the last counts")
def families(trial):
    trial.ok("-6", "-4", TINY)
    trial.ok("-4", TINY)
    # The stand-in listens on 127.0.0.1 alone.
    trial.fails(3, "-4", "-6", SMALL, words=[SMALL])
    trial.fails(3, "-6", SMALL, words=[SMALL])
    trial.holds({f"{TINY}.png": trial.image("png-tiny")})


@case("-V")
def version(trial):
    number = re.search(r'FIMG_VERSION "(.*)"', FIMG_H.read_text())[1]
    with Trap() as trap:
        for words in (["-V"], ["--version"], [TINY, "-V"], ["-sV", "..", "-o"]):
            run = trial.ok(*words, url=trap.url, limits=False)
            equal(run.out.decode().split()[:2], ["feishu-image", number],
                  "version")
        trap.untouched()
    trial.empty()


@case("after -- nothing is an option")
def no_more_options(trial):
    with Trap() as trap:
        for word in ("-V", "-h", "--help", "--", "-s", "-o", "--lark"):
            run = trial.fails(2, "--", word, url=trap.url, words=[word])
            equal(run.out, b"", "standard output")
        trap.untouched()
    trial.empty()


@case("-h names every option and needs nothing")
def help_text(trial):
    nothing = {"FEISHU_TENANT_ACCESS_TOKEN": None, "SSL_CERT_FILE": "none"}
    for words in (["-h"], ["--help"], [TINY, "-vh", "--nonsense"]):
        run = trial.ok(*words, env=nothing, limits=False)
        found = re.findall(r"(?<![\w-])--?[A-Za-z0-9][\w-]*", run.out.decode())
        equal(sorted(set(ALL) - set(found)), [], "options not in the help")
        check(all(len(line) <= 80 for line in run.out.decode().splitlines()),
              "a line of the help is too long")
        for word in ("FEISHU_TENANT_ACCESS_TOKEN", "FEISHU_BASE_URL",
                     "SSL_CERT_FILE", "https://open.feishu.cn", "10M"):
            check(word in run.out.decode(), f"{word} is not in the help")


@case("-h and -V to a full device")
def help_to_full_device(trial):
    for word in ("-h", "-V"):
        with open("/dev/full", "w") as full:
            equal(trial.run(word, stdout=full).status, 8, "exit code")


@case("-v tells what happens")
def verbose(trial):
    for words in (["-v"], ["--verbose"], ["-sv"]):
        run = trial.run(*words, TINY, SMALL)
        equal(run.status, 0, "exit code")
        text = run.err.decode()
        for key in (TINY, SMALL):
            check(f"{key}: " in text, f"{key} is not told of")
        trial.says(run, "handshake", "verified",
                   "length 100,", "type png", "type jpg", "its length",
                   "log id ", "new connection", "connection reused",
                   f"{TINY}.png", f"{SMALL}.jpg")


@case("-s hides no error")
def silent(trial):
    for word in ("-s", "--silent"):
        trial.fails(7, word, "img_err_234005", words=["234005"])


@case("a request looks as it should", rows=[70, 72])
def request_head(trial):
    key = "K" * 128
    token = "t-" + "!~" * 2047
    trial.secrets.append(token.encode())
    with answering(trial) as server:
        trial.ok(key, "--base-url", server.url + "/a/b",
                 env={"FEISHU_TENANT_ACCESS_TOKEN": token})
        equal(server.accepted, 1, "connections")
        head, = server.requests
    equal(head.count(b"\r\n\r\n"), 1, "blank lines")
    lines = head.decode().split("\r\n")
    equal(lines[0], f"GET /a/b/open-apis/im/v1/images/{key} HTTP/1.1",
          "request line")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:-2])
    equal(len(fields), len(lines) - 3, "fields without repeats")
    equal(fields["host"], f"localhost:{server.port}", "Host")
    equal(fields["authorization"], "bearer " + token.lower(), "Authorization")
    check(not {"content-length", "transfer-encoding"} & set(fields),
          "a body is announced")
    trial.holds({f"{key}.png": IMAGE})
