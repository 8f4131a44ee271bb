"""What hangs on messages: images, and files of up to 256 MB.

All of it belongs to the message MESSAGE. Files have keys like
file_v3_0001_small; they are PDF in their first bytes only, and take up hardly
any disk: a mark a megabyte, and holes between. Whoever puts one together
wrongly gets other bytes.
"""

MESSAGE = "om_dc13264520392913993dd051dba21dcf"
MB = 1024 * 1024
FILES = {  # name: size; 100 MiB is as much as Feishu gives
    "small": 10000,
    "1m": MB,
    "20m": 20 * MB,
    "limit": 100 * MB,
    "over": 100 * MB + 1,
    "256m": 256 * MB,
}
KEYS = {name: f"file_v3_{number:04}_{name}"
        for number, name in enumerate(FILES, 1)}


def make(folder):
    """Make the files in a new folder: key -> path."""
    folder.mkdir()
    paths = {}
    for name, size in FILES.items():
        paths[KEYS[name]] = folder / f"{KEYS[name]}.bin"
        _write(paths[KEYS[name]], name, size)
    return paths


def _write(path, name, size):
    with open(path, "wb") as file:
        for start in range(0, size - 100, MB):
            file.seek(start)
            file.write(f"%PDF-1.7\n% {name} at {start}\n".encode())
        last = f"\n% the end of {name}\n%%EOF\n".encode()
        file.seek(size - len(last))
        file.write(last)
