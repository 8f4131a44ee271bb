"""What a message holds: -m and --type, and ids that are none."""
import images
import resources
from app_runs import KEY, App
from cases import add, case, check, equal
from servers import IMAGE, Trap, answering

MESSAGE = resources.MESSAGE
SMALL = resources.KEYS["small"]
BAD_IDS = {
    "empty": "", "slash": "om_x/y", "question mark": "om_x?type=file",
    "percent": "om_x%2fy", "CR LF": "om_x\r\nX-Evil: 1", "LF": "om_x\ny",
    "CR": "om_x\ry", "space": "om x", "hash": "om_x#y", "dot dot": "..",
    "dot": ".", "dot first": ".om_x", "dash first": "-om_x", "parent": "../x",
    "UTF-8": "om_图", "8-bit": b"om_\xe9", "DEL": "om_\x7f", "star": "om_*",
    "ampersand": "om_x&y", "129 long": "o" * 129, "5000 long": "o" * 5000,
    "ESC": "om_\x1b[2J", "semicolon": "om_x;y", "backslash": "om_x\\y",
}


def bad_id(trial, text):
    """Exit code 2, one line, nothing sent."""
    with Trap() as trap:
        for words in (["-m", text, KEY], [KEY, b"--message=" + text
                      if isinstance(text, bytes) else f"--message={text}"],
                      ["-m", text, "--type", "file", KEY, KEY]):
            run = trial.fails(2, *words, url=trap.url, words=["message"])
            equal(run.out, b"", "standard output")
            check("; " in run.lines[0], "no word of what helps")
        trap.untouched()
    trial.empty()


for name_, text_ in BAD_IDS.items():
    add(f"unfit message id: {name_}", bad_id, text_)


@case("images of a message")
def message_images(trial):
    app = App(trial)
    for words in (["-m", MESSAGE], [f"-m{MESSAGE}"], ["--message", MESSAGE],
                  [f"--message={MESSAGE}"],
                  ["-m", MESSAGE, "--type", "image"],
                  ["--type=file", "-m", "om_x", "-m", MESSAGE,
                   "--type=image"]):
        trial.ok(*words, "-o", "image", KEY)
        equal(app.run("-o", "image", KEY, *words).status, 0, "exit code")
        trial.holds({"image": trial.image("png-tiny")})
        (trial.folder / "image").unlink()


@case("files of a message")
def message_files(trial):
    path = trial.feishu.files[SMALL]
    trial.ok("-m", MESSAGE, "--type", "file", "-o", "x", SMALL)
    trial.holds({"x": path.read_bytes()})
    trial.fails(7, "-m", MESSAGE, "-o", "y", SMALL, words=[SMALL])
    trial.fails(7, "-m", "om_another", "-o", "y", KEY, words=[KEY])


@case("what is asked for with -m")
def request_line(trial):
    with answering(trial) as server:
        for words, kind in (([], "image"), (["--type", "file"], "file")):
            trial.ok("-m", "om_" + "x" * 125, *words, "-o", "x", "K" * 128,
                     url=server.url + "/p")
            equal(server.requests[-1].split(b"\r\n")[0].decode(),
                  f"GET /p/open-apis/im/v1/messages/om_{'x' * 125}/resources/"
                  f"{'K' * 128}?type={kind} HTTP/1.1", "request line")
    trial.holds({"x": IMAGE})


@case("--type is for messages, and is image or file")
def types(trial):
    with Trap() as trap:
        for words in (["--type", "file"], ["--type", "image"],
                      ["--type=file"]):
            trial.fails(2, *words, KEY, url=trap.url, words=["--type", "-m"])
        for text in ("", "files", "Image", "image|file", "audio", "file "):
            trial.fails(2, "-m", MESSAGE, "--type", text, KEY, url=trap.url,
                        words=["--type", "image or file"])
        trap.untouched()
    trial.empty()


@case("up to 100 MB of a message, and --max-size over it", slow=True)
def sizes(trial):
    limit, over = resources.KEYS["limit"], resources.KEYS["over"]
    words = ["-m", MESSAGE, "--type", "file", "-o", "/dev/null"]
    trial.ok(*words, limit)
    trial.fails(6, *words, over, words=[over, "--max-size"])
    trial.ok(*words, "--max-size", "101M", over)
    trial.fails(6, *words, "--max-size", "9999", SMALL,
                words=[SMALL, "--max-size"])


@case("images of 10 MB without -m, as ever")
def image_limit(trial):
    trial.fails(6, images.KEYS["png-tiny"], "--max-size", "99",
                words=["--max-size"])
