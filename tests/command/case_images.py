"""Images that arrive: every format, size, framing, cipher and certificate."""
import images
from cases import add, case, check, equal
from servers import answering, reply

SERVERS = {
    "rsa": "ECDHE-RSA-", "ecdsa": "ECDHE-ECDSA-", "ec384": "ECDHE-ECDSA-",
    "chain5": "ECDHE-RSA-", "aes128": "ECDHE-RSA-AES128-GCM-SHA256",
    "aes256": "ECDHE-RSA-AES256-GCM-SHA384",
    "chacha": "ECDHE-RSA-CHACHA20-POLY1305",
}
# Ways that the stand-in has of sending an image: what -v then says of it.
WAYS = {
    "chunked": ["length unknown", "its last chunk"],
    "eof": ["length unknown", "close_notify"],
    "close": ["length ", "its length"],
    "octet": ["length ", "its length"],
    "wrong": ["length ", "its length"],
    "notype": ["length ", "its length"],
}
WAY_ROWS = {"chunked": [41], "eof": [57], "close": [60], "octet": [108],
            "wrong": [108], "notype": [108]}
WAY_NAMES = ["png-tiny", "jpeg-small", "webp-small", "gif-small", "png-300k"]
AROUND_A_RECORD = ("png-16383", "png-16384", "png-16385")


def download(trial, name):
    """One image: named by its first bytes, every byte right."""
    key = trial.feishu.key(name)
    if key not in trial.feishu.images:
        return  # made by ImageMagick, which is not everywhere
    trial.ok(key)
    trial.holds({f"{key}{suffix(name)}": trial.image(name)})


def suffix(name):
    """What the command must add to the key of an image."""
    ending = (images.MADE_HERE.get(name) or images.MADE_BY_MAGICK[name])[0]
    return f".{ending}"


for image in [*images.MADE_HERE, *images.MADE_BY_MAGICK]:
    if image != "png-over":
        add(f"image {image}", download, image,
            rows=[1, 40] if image in AROUND_A_RECORD else [1])


@case("image above the limit", rows=[36])
def above_the_limit(trial):
    key = trial.feishu.key("png-over")
    trial.fails(6, key, words=[key, "larger", "10485761", "--max-size"])
    trial.empty()
    trial.ok("--max-size", "11M", key)
    trial.holds({f"{key}.png": trial.image("png-over")})


@case("size limit to the byte", rows=[36, 56])
def limit_to_the_byte(trial):
    for way in ("octet", "chunked", "eof"):
        key = f"img_{way}_png-small"
        trial.fails(6, "--max-size", "10239", key, words=[key, "larger"])
        trial.empty()
        trial.ok("--max-size", "10240", "-o", way, key)
        (trial.folder / way).unlink()
    trial.ok("--max-size", "10k", "img_octet_png-small")


def sent_in_another_way(trial, way):
    """Chunked, without length, with odd types: the same bytes, and -v tells
    what proved the end."""
    keys = [f"img_{way}_{name}" for name in WAY_NAMES]
    run = trial.run("-v", *keys)
    equal(run.status, 0, "exit code")
    trial.holds({f"img_{way}_{name}{suffix(name)}": trial.image(name)
                 for name in WAY_NAMES})
    trial.says(run, *WAYS[way])
    reused = sum("connection reused" in line for line in run.lines)
    equal(reused, 0 if way in ("eof", "close") else len(keys) - 1,
          "connections reused")


for name in WAYS:
    add(f"images sent {name}", sent_in_another_way, name, rows=WAY_ROWS[name])


def server_variant(trial, server):
    """A certificate or cipher suite, small and large images."""
    names = ["png-tiny", "png-1m", "jpeg-300k"]
    mark = f"img_mark_{server}"
    run = trial.fails(7, *[trial.feishu.key(name) for name in names], mark,
                      url=trial.feishu.urls[server], words=["234001"])
    check(mark in run.lines[0], "the message does not name the key")
    trial.holds({f"{trial.feishu.key(name)}{suffix(name)}": trial.image(name)
                 for name in names})
    protocol, cipher = trial.requests_of(mark)[0][5:7]
    equal(protocol, "TLSv1.2", "protocol")
    check(cipher.startswith(SERVERS[server]), f"cipher suite {cipher}")


for name in SERVERS:
    add(f"server {name}", server_variant, name)


# The first bytes of an image, what the server says it is: the ending it gets.
LABELS = [
    (b"\x89PNG\r\n\x1a\n", "image/jpeg", ".png"),
    (b"\xff\xd8\xff\xe0", "image/png", ".jpg"),
    (b"GIF89a", "text/plain", ".gif"),
    (b"\0\0\0\x18ftypheic", "image/png", ".heic"),
    (b"\0\0\0\x18ftypmif1", "image/heic", ".heic"),
    (b"RIFF\x20\0\0\0WEBPVP8 ", "image/gif", ".webp"),
    (b"RIFF\x20\0\0\0WAVEfmt ", "image/webp", ""),
    (b"II*\0", "application/octet-stream", ".tiff"),
    (b"MM\0*", "application/octet-stream", ".tiff"),
    (b"not an image", "image/png", ""), (b"<svg>", "image/svg+xml", ""),
    (b"{", "image/png", ""), (b"\x89PN", "image/png", ""),
]


@case("the first bytes decide, not the Content-Type", rows=[108])
def labels(trial):
    bodies = [magic + bytes(20) * (len(magic) > 4) for magic, _, _ in LABELS]
    replies = [reply("200 OK", body, f"Content-Type: {label}")
               for body, (_, label, _) in zip(bodies, LABELS)]
    with answering(trial, *replies) as server:
        trial.ok(*(f"img_{n}" for n in range(len(LABELS))), url=server.url)
    trial.holds({f"img_{number}{ending}": body for number, (body, (*_, ending))
                 in enumerate(zip(bodies, LABELS))})


@case("several keys use one connection", rows=[60, 101])
def one_connection(trial):
    names = ["png-small", "jpeg-small", "gif-small"]
    keys = [trial.feishu.key(name) for name in names]
    mark = "img_mark_connection"
    run = trial.fails(7, keys[0], mark, keys[1], "img_err_234005",
                      "img_chunked_webp-small", keys[2], lines=2)
    check(mark in run.lines[0] and "img_err_234005" in run.lines[1],
          "the messages do not name the keys in order")
    connection = trial.requests_of(mark)[0][3]
    trial.fails(7, "img_mark_later")
    trial.requests_of("img_mark_later")  # the log has the others by then
    of_it = [line[1].rsplit("/", 1)[1] for line in trial.feishu.requests()
             if line[3] == connection]
    equal(of_it, [keys[0], mark, keys[1], "img_err_234005",
                  "img_chunked_webp-small", keys[2]],
          "requests over that connection")
    trial.holds({**{f"{key}{suffix(name)}": trial.image(name)
                    for key, name in zip(keys, names)},
                 "img_chunked_webp-small.webp": trial.image("webp-small")})


@case("the same key twice")
def same_key_twice(trial):
    key = trial.feishu.key("png-small")
    trial.ok(key, key)
    trial.holds({f"{key}.png": trial.image("png-small")})


@case("base URL with a path")
def url_with_a_path(trial):
    for number, slash in enumerate(["", "/"]):
        mark = f"img_mark_path_{number}"
        key = trial.feishu.key("png-small")
        url = f"{trial.feishu.base_url}/some/prefix{slash}"
        trial.fails(7, "--base-url", url, mark, key, words=["234001"])
        trial.holds({f"{key}.png": trial.image("png-small")})
        equal(trial.requests_of(mark)[0][1],
              f"/some/prefix/open-apis/im/v1/images/{mark}", "path asked for")
    # nothing is there, so the path does matter
    trial.fails(7, "--base-url", trial.feishu.base_url + "/other", "img_x",
                words=["img_x", "HTTP 404"])


@case("base URL in other spellings")
def url_spellings(trial):
    port = trial.feishu.base_url.rsplit(":", 1)[1]
    key = trial.feishu.key("png-tiny")
    for url in (f"https://localhost:{port}/", f"HTTPS://localhost:{port}",
                f"https://LocalHost:{port}", f"https://localhost:0{port}"):
        trial.ok("-o", "x", "--base-url", url, key)
        trial.holds({"x": trial.image("png-tiny")})
        (trial.folder / "x").unlink()
