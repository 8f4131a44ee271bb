"""What is run while system calls fail: small complete runs of the command.

A scenario has a name, the arguments, and what it adds to the environment and
to the home folder of each run.
"""
import shutil

import app_runs
import images
from cases import check
from trial import Trial

KEY, OTHER = images.KEYS["png-tiny"], images.KEYS["png-small"]
LIMITS = ["--retry", "0", "--connect-timeout", "6", "--idle-timeout", "6",
          "--max-time", "12"]
NO_TOKEN = {app_runs.TOKEN: None}


class Scenario:
    """A run with a token; it leaves the image in the file `image`.

    files    {name: bytes} of what it leaves when all goes well
    errors   how its calls are made to fail: "hard", as when something is
             missing, or "soft", as when it could be tried again
    signals  what each of its calls brings, in turns
    """

    name = "token"
    errors = ["hard", "soft"]
    signals = ["INT", "TERM", "HUP"]
    arguments = ["-o", "image", KEY]
    leaves = {"image": KEY}

    def __init__(self, bench):
        self.bench = bench
        self.url = bench.feishu.urls["ecdsa"]
        self.files = {name: bench.feishu.images[key].read_bytes()
                      for name, key in self.leaves.items()}

    def prepare(self, trial):
        """Make a run ready. Returns what it needs in its environment."""
        return {}

    def judge(self, trial, run):
        """Each image is there as a whole or not at all, and nothing else is.
        Returns whether all are there."""
        found = {path.name: path.read_bytes()
                 for path in trial.folder.iterdir()}
        for name, data in found.items():
            check(name in self.files, f"left over: {name}")
            check(data == self.files[name], f"a part of {name} is left")
        return found == self.files

    def fresh(self):
        """A folder for one run."""
        return Trial(self.bench)

    def run(self, trial, wrapper):
        """Run the command to its end, which must come soon."""
        env = self.prepare(trial)
        run = trial.start(*LIMITS, *self.arguments, url=self.url, env=env,
                          limits=False, wrapper=wrapper)
        return run.end(timeout=30)


class Stream(Scenario):
    """The image goes to standard output."""

    name = "stream"
    errors = ["hard"]
    signals = []
    arguments = ["-o", "-", KEY]
    leaves = {}

    def judge(self, trial, run):
        image = self.bench.feishu.images[KEY].read_bytes()
        check(image.startswith(run.out), "other bytes were written")
        return super().judge(trial, run) and run.out == image


class Several(Scenario):
    """Two images at once."""

    name = "several"
    errors = []
    arguments = ["-P", "2", KEY, OTHER]
    leaves = {f"{KEY}.png": KEY, f"{OTHER}.png": OTHER}


class App(Scenario):
    """The token is fetched, and kept in a new folder."""

    name = "app"
    errors = ["hard"]

    def __init__(self, bench):
        super().__init__(bench)
        self.app = bench.feishu.gate.new_app()

    def prepare(self, trial):
        trial.secrets += [self.app.secret.encode(),
                          *(token.encode() for token in self.app.issued())]
        return NO_TOKEN | self.app.environment()


class Cached(App):
    """The token was kept by a run before."""

    name = "cached"

    def __init__(self, bench):
        super().__init__(bench)
        self.first = self.fresh()
        self.run(self.first, [])

    def prepare(self, trial):
        if trial is not self.first:
            shutil.copytree(app_runs.folder(self.first),
                            app_runs.folder(trial))
            app_runs.folder(trial).chmod(0o700)
        return super().prepare(trial)
