"""The firmware that can be built, and the machines that QEMU plays it on."""

import dataclasses
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "boards"

LAN9118, STELLARIS = "lan9118", "stellaris"
# QEMU has no Cortex-M0 with Ethernet, but M0 code runs on the others. Its
# multiplier is like no other's: BearSSL wants to know.
M0 = ("-mcpu=cortex-m0", "-DBR_ARMEL_CORTEXM_GCC=1")


@dataclasses.dataclass(frozen=True)
class Target:
    """One firmware.

    folder    of the board, below port/; it has the compiler's flags in `flags`
    machine   QEMU's name of it
    nic       QEMU's name of its Ethernet controller
    flags     more of them, for all that is compiled
    """

    name: str
    folder: str
    machine: str
    nic: str = LAN9118
    flags: tuple = ()

    @property
    def all_flags(self):
        text = (ROOT / "port" / self.folder / "flags").read_text()
        return [*text.split(), *self.flags]

    def flags_but(self, *beginnings):
        """All flags but those that begin so."""
        return [f for f in self.all_flags if not f.startswith(beginnings)]


TARGETS = {target.name: target for target in [
    Target("mps2-an385", "mps2-an385", "mps2-an385"),
    Target("mps2-an500", "mps2-an500", "mps2-an500"),
    Target("mps2-an505", "mps2-an505", "mps2-an505"),
    Target("lm3s6965evb", "lm3s6965evb", "lm3s6965evb", STELLARIS),
    Target("mps2-an386", "mps2-an385", "mps2-an386",
           flags=("-mcpu=cortex-m4",)),
    Target("mps2-an385-m0", "mps2-an385", "mps2-an385", flags=M0),
    # 4096-byte records, for servers that can be asked for them
    Target("mps2-an385-4k", "mps2-an385", "mps2-an385",
           flags=("-DFIMG_RECORD_MAX=4096",)),
    # the record buffer is the caller's
    Target("lm3s6965evb-lent", "lm3s6965evb", "lm3s6965evb", STELLARIS,
           flags=("-DFIMG_RECORD_LENT=1",)),
    Target("mps2-an385-ipv6", "mps2-an385", "mps2-an385",
           flags=("-DLWIP_IPV6=1",)),
]}

# One of each core and each Ethernet controller, built as usual.
BOARDS = [name for name, target in TARGETS.items()
          if all(flag.startswith(("-mcpu", "-DBR_ARM"))
                 for flag in target.flags)]
