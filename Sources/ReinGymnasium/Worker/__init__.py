"""A worker: one process with several environments that a trainer steps.

The trainer starts it, sends requests on a socket (`frames`), and then, for each step, one byte;
actions and observations lie in shared memory (`rows`). Where to look:

- `worker`: the loop that serves requests; `life`: how a worker ends with its trainer
- `factory`: ids and options to environments; `lanes`: who has them
- `survey`, `players_survey`, `versions`: what the trainer hears of them at first
- `observations`, `leaves`, `actions`, `masks`, `values`: spaces to flat numbers and back
- `gymnasium_lane`, `parallel_lane`, `sequential_lane`, `envpool_lanes`: a step of each kind
- `errors`, `hints`: what went wrong, where, and what helps
- `checks`: what the libraries' own checkers say; `recording`: videos and pictures
"""


def main() -> None:
    """Serves the trainer at the inherited descriptors until it closes its end."""
    from rein_worker import life
    life.begin()
    from rein_worker.worker import Worker
    Worker().serve()
