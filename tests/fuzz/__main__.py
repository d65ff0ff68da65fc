"""`make fuzz`: lets atheris look for inputs that break a parser, from the corpus that is kept here.

    python -m tests.fuzz [NAME …] [--seconds 20]

What it finds beside the corpus stays in `build/fuzz/NAME`; a crash is written to `build/fuzz/NAME.crash-…` and ends
the run with an error. `--keep` merges what reaches new code into the corpus, as few and as small files as do.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
FOUND = Path("build/fuzz")


def one(name: str, flags: list[str]) -> None:
    """Fuzz one target in this process; atheris ends it."""
    import atheris

    with atheris.instrument_imports(include=["meetings", "signaling"]):
        from tests.fuzz.targets import TARGETS
    again = f"{sys.executable} -m tests.fuzz --one {name}"  # how a merge starts itself anew for each try
    atheris.Setup([again, *flags], TARGETS[name])
    atheris.Fuzz()


def run(name: str, seconds: int, keep: bool) -> int:
    """One target in a process of its own; its exit code."""
    found = FOUND / name
    found.mkdir(parents=True, exist_ok=True)
    corpus = CORPUS / name
    limits = ["-timeout=5", "-rss_limit_mb=1024", "-max_len=4096", f"-artifact_prefix={found}.", "-verbosity=0"]
    fuzz = [*limits, f"-max_total_time={seconds}", "-print_final_stats=1", str(found), str(corpus)]
    merge = [*limits, "-merge=1", str(corpus), str(found)]
    command = [sys.executable, "-m", "tests.fuzz", "--one", name]
    status = subprocess.run([*command, *fuzz], check=False).returncode
    if keep and not status:
        status = subprocess.run([*command, *merge], check=False).returncode
    return status


def main() -> None:
    if sys.argv[1:2] == ["--one"]:
        return one(sys.argv[2], sys.argv[3:])
    names = sorted(path.name for path in CORPUS.iterdir())
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("names", nargs="*", default=names)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--keep", action="store_true")
    asked = parser.parse_args()
    failed = [name for name in asked.names if run(name, asked.seconds, asked.keep)]
    sys.exit(f"broken: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
