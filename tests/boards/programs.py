"""What can be put on a board: the example's download, and tests."""

import dataclasses
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True)
class Program:
    """What a program has that the others have not.

    sources   files, main among them
    folders   where their headers are
    link      more of the linker's flags
    """

    sources: tuple
    folders: tuple = ()
    link: tuple = ()

    @property
    def paths(self):
        return [ROOT / source for source in self.sources]

    @property
    def includes(self):
        return [word for folder in self.folders
                for word in ("-I", ROOT / folder)]


FIRMWARE = "firmware"  # what is meant to be copied into a product

PROGRAMS = {
    FIRMWARE: Program(("port/cortexm/main.c",)),
    "check": Program(
        ("tests/boards/check_main.c", "tests/port_check.c",
         "tests/port_check_connect.c", "tests/port_check_stream.c"),
        ("tests",)),
    "repeat": Program(
        ("tests/boards/repeat_main.c", "tests/boards/common.c")),
    # every call of fimg_read from the outside comes past a stopwatch
    "flash": Program(
        ("tests/boards/flash_main.c", "tests/boards/common.c",
         "tests/flash/nor.c", "port/flash_store/flash_example.c",
         "port/flash_store/flash_record.c", "port/flash_store/flash_store.c"),
        ("tests/flash", "port/flash_store"),
        ("-Wl,--wrap=fimg_read",)),
}
