"""What of Feishu has a memory: which app is asking, and what it may.

The Gatekeeper answers the token endpoints, and decides about image requests
for nginx. Until something was done on which those depend (a token given out, a
limit set, a refusal ordered), nginx decides alone, by the fixed token; from
then on it asks here, because the ask file tells it to.
"""

import pathlib
import threading

import token_api
from apps import App, dead_code, error
from token_api import Answer

APP_ID = "cli_a10dc0ffee99100c"
APP_SECRET = "standin0Secret1of2the3App4ZyXwVu"


class Gatekeeper:
    """All apps there are.

    app        the one that owns the fixed token; requests that belong to no
               app are counted with it
    ask_file   exists when nginx is to ask
    """

    def __init__(self, fixed_token, ask_file):
        self.ask_file = pathlib.Path(ask_file)
        self.stopped = threading.Event()
        self._apps = {}
        self.app = self._add(App(self.watch, APP_ID, APP_SECRET, fixed_token))

    def new_app(self):
        """One more App."""
        return self._add(App(self.watch))

    def app_of(self, app_id):
        """The App with that id; KeyError if there is none."""
        return self._apps[app_id]

    def watch(self):
        """Have nginx ask, and so count image requests, from now on."""
        self.ask_file.touch()

    def _add(self, app):
        self._apps = {**self._apps, app.app_id: app}
        return app

    def token(self, kind, fields, authorization, log_id):
        """Answer a token endpoint."""
        claim = token_api.CLAIMS[kind](fields, authorization)
        named = self._claimed(claim)
        app = named or self.app
        with app.lock:
            delay_s = app.shape_now.delay_s
            answer = (app.special(kind, log_id) or claim.refusal(named)
                      or app.give(kind))
        self.stopped.wait(delay_s)
        return answer

    def _claimed(self, claim):
        """The app that a token request names, or None."""
        return next((app for app in self._apps.values()
                     if claim.names(app)), None)

    def decide(self, kind, authorization, target, log_id):
        """Answer an image request: with an error, or `target`."""
        scheme, _, token = authorization.partition(" ")
        app = next((app for app in self._apps.values() if app.owns(token)),
                   self.app)
        with app.lock:
            if scheme != "Bearer":
                wrong = (400, 99991661)
            elif not app.owns(token):
                wrong = (400, dead_code(token))
            else:
                wrong = app.token_error(token)
            special = app.special(kind, log_id, limited=not wrong)
        if special:
            return special
        return error(*wrong, log_id) if wrong else Answer(target=target)
