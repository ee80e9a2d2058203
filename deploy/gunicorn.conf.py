"""How gunicorn serves either site: ``gunicorn -c deploy/gunicorn.conf.py "wsgi:reporter()"``.

WEB_CONCURRENCY sets the number of worker processes and SIFRA_THREADS the threads of each.
Where it listens is said by ``--bind``.
"""

import os
from pathlib import Path

workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("SIFRA_THREADS") or 4)
worker_class = "gthread"

# The limits' counts and their secret lie in memory that the workers share: it must be there
# before they are forked.
preload_app = True

# --- no trace ----------------------------------------------------------------------------------
accesslog = None
errorlog = "-"
loglevel = "info"
logger_class = "sifra.web.gunicorn_logger.QuietLogger"
# It would lie under HOME, and answers whoever may open it.
control_socket_disable = True
# The workers' heartbeat files; the only files gunicorn makes, and never on a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

# --- what a request may be ---------------------------------------------------------------------
# No address of ours is longer than some hundred bytes, nothing travels in a query.
limit_request_line = 2048
limit_request_fields = 64
limit_request_field_size = 8190

# --- time, in seconds --------------------------------------------------------------------------
timeout = 30
graceful_timeout = 10
keepalive = 5
# A leak stays small. The jitter keeps the workers from restarting together.
max_requests = 20_000
max_requests_jitter = 2_000

# --- proxies -----------------------------------------------------------------------------------
# Forwarded headers are believed in one place only, sifra.web, as many hops as
# SIFRA_TRUSTED_PROXIES says. gunicorn itself would believe anyone on the loopback.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
