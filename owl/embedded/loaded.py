"""What the fork server loads, once for all programs of the stack. None of it does anything when it is loaded."""

from __future__ import annotations

import signal

from owl.foundation.loading import load

# By name: OWL never imports its workers.
NAMES = ["owl.app", "owl.embedded.sandbox", "owl.embedded.stand_ins", "owl.cli.mailin"]
NAMES += ["workers.jobs", "workers.worker", "workers.clock", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread"]
NAMES += ["valkey"]  # which Flask-Limiter looks for while the application is made

heeded = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that started it
for name in NAMES:
    load(name)
signal.signal(signal.SIGINT, heeded)
