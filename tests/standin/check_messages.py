"""What hangs on messages: images, files, ranges of them."""

import range_faults
import resources
from check_client import MESSAGES, case, equal


@case
def message_images(client):
    path = f"{MESSAGES}{resources.MESSAGE}/resources/"
    key = client.feishu.key("png-tiny")
    for asked in (False, True):
        if asked:
            client.feishu.gate.watch()
        token = client.feishu.token

        def code(path, token=token):
            return client.image(token, path=path)
        equal(code(f"{path}{key}?type=image"), (200, 0))
        equal(code(f"{path}{key}?type=file"), (400, 234003))
        equal(code(f"{path}{key}?type=video"), (400, 234001))
        equal(code(f"{path}{key}"), (400, 234001))
        equal(code(f"{path}img_other?type=image"), (400, 234003))
        equal(code(f"{path}{key}?type=image", "t-x"), (400, 99991663))
        equal(code(f"{MESSAGES}om_other/resources/{key}?type=image"),
              (400, 234003))
        equal(code(f"{MESSAGES}other/resources/{key}?type=image"),
              (400, 234001))
        for wanted in (230110, 234004, 234019, 234037, 234043):
            equal(code(f"{MESSAGES}om_err_{wanted}/resources/{key}?type=image"),
                  (400, wanted))
            equal(code(f"{path}file_err_{wanted}?type=file"), (400, wanted))


@case
def ranges(client):
    for asked in (True, False):
        if asked:
            client.feishu.gate.watch()
        else:
            client.feishu.gate.ask_file.unlink()
        ranges_of_a_file(client)


@case
def who_decides_cannot_be_seen(client):
    keys = [client.feishu.key("jpeg-small"), "img_err_234001", "img_http_404",
            "img_chunked_png-20k", "img_notype_png-20k", "img_empty"]
    seen = []
    for asked in (False, True):
        if asked:
            client.feishu.gate.watch()
        replies = [client.resource(key, "image",
                                   Content_Type="application/json")
                   for key in keys]
        seen.append([(status, list(headers), headers["Content-Type"],
                      headers["Content-Length"], headers["ETag"])
                     for status, headers, _ in replies])
    equal(seen[0], seen[1])


def ranges_of_a_file(client):
    """What nginx does of itself for a file that lies there."""
    feishu = client.feishu
    key = resources.KEYS["20m"]
    size = resources.FILES["20m"]
    status, headers, whole = client.resource(key)
    equal((status, len(whole)), (200, size))
    equal(whole, feishu.files[key].read_bytes())
    tag = headers["ETag"]
    for condition in ({}, {"If_Range": tag}):
        status, headers, data = client.resource(key, Range="bytes=100-199",
                                                **condition)
        equal((status, headers["Content-Range"], data),
              (206, f"bytes 100-199/{size}", whole[100:200]))
    status, headers, data = client.resource(key, Range="bytes=9-",
                                            If_Range='"other"')
    equal((status, len(data)), (200, size))
    status, headers, _ = client.resource(key, Range=f"bytes={size}-")
    equal((status, headers["Content-Range"]), (416, f"bytes */{size}"))
    status, headers, _ = client.resource("file_noranges_small",
                                         Range="bytes=9-")
    equal((status, headers["ETag"], headers["Accept-Ranges"]),
          (200, None, None))
    for name, path in feishu.files.items():
        equal(path.stat().st_size, resources.FILES[name.split("_", 3)[3]])


@case
def range_faults_are_there(client):
    url = client.feishu.urls["fault"]
    file = range_faults.FILE
    for name in range_faults.ANSWERS:
        path = f"{MESSAGES}om_1/resources/fault_{name}?type=file"
        status, _, data = client.ask("GET", path, url=url)
        if not name.startswith("range-unasked"):
            size = 7000 if name == "range-bits" else len(file) // 2
            equal((name, status, data), (name, 200, file[:size]))
        status, headers, data = client.ask("GET", path, url=url,
                                           Range="bytes=20000-")
        if name in ("range-good", "range-date"):
            equal((status, headers["Content-Range"], data),
                  (206, "bytes 20000-39999/40000", file[20000:]))
    equal(client.feishu.faults.errors, [])
