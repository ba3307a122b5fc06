"""Set up this checkout and run it: `python3 packaging/quickstart.py demo` or `... test`, from anywhere.

Makes `.venv` beside pyproject.toml, installs the exact versions of constraints.txt into it, sees to the
system libraries that Qt needs on Linux, and runs the demo or the tests with the words that follow. A second
run starts at once. This file is written so that any Python 3, however old, can read it and say what it lacks.
"""

# ruff: noqa: S603, S606 - running other programs is what this file is for
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = (
    os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else os.path.join(VENV, "bin", "python")
)
STAMP = os.path.join(VENV, "quickstart.stamp")

# A file of tests at a time to each worker (they share what is costly to start), the longest files first.
SIDE_BY_SIDE = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]

# How often the test command kills the till unless told; the gate has it do so twice as often.
KILLS = "150"

# And how many seeds of the simulator it tries; the gate tries ten times as many.
SEEDS = "500"

# What to install, what else would do because it holds the same and more, and what to run.
RUNS = {
    "demo": ("constraints.txt", ["constraints-dev.txt"], ["-m", "centara_giftcard", "--demo"]),
    "test": ("constraints-dev.txt", [], ["-m", "pytest", *SIDE_BY_SIDE]),
}
TEST_TOOLS = {
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
    "socat": "socat",
    "zbarimg": "zbar-tools",
    "dbus-daemon": "dbus",
}


class Problem(Exception):
    """What stands in the way, as a sentence for the person who called."""


def main(arguments):
    """Set up what is missing and run one of RUNS; return its exit status."""
    version = ".".join(map(str, sys.version_info[:2]))
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        return say("This needs Python 3.11, 3.12 or 3.13; this is Python " + version + ".")
    if not arguments or arguments[0] not in RUNS:
        return say("Say what to run: python3 packaging/quickstart.py demo, or: ... quickstart.py test.")
    constraints, enough, command = RUNS[arguments[0]]
    try:
        with tempfile.TemporaryFile() as log:
            setup = Setup(log, version)
            setup.system_packages(TEST_TOOLS if arguments[0] == "test" else {})
            setup.install(constraints, enough)
        return run([PYTHON, *command, *arguments[1:]])
    except Problem as problem:
        return say(str(problem))
    except KeyboardInterrupt:
        return 130


def run(command):
    """Run a command in ROOT and return its exit status; where it can, become it, so that signals reach it.

    Python may keep what it compiles, also where the machine says no: the tests start the program some hundred
    times, and each start would compile all of it.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("CENTARA_KILLS", KILLS)
    os.environ.setdefault("CENTARA_SEEDS", SEEDS)
    os.chdir(ROOT)
    if os.name == "posix":
        sys.stdout.flush()
        os.execv(command[0], command)
    return subprocess.call(command)


def say(problem):
    """Tell what is wrong and return the exit status for it."""
    sys.stderr.write("quickstart: " + problem + "\n")
    return 2


def tell(doing):
    """Tell what is being done."""
    sys.stdout.write(doing + " ...\n")
    sys.stdout.flush()


def read(path):
    """Return a file's text, or nothing where there is no such file."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def fingerprint(constraints):
    """Return what an up-to-date environment is made from: Python, place, versions, the package's metadata."""
    digest = hashlib.sha256((sys.version + ROOT).encode())
    for path in (os.path.join("packaging", constraints), "pyproject.toml"):
        with open(os.path.join(ROOT, path), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def administrator():
    """Return what goes before a command that needs rights: nothing, sudo, or None where there are none."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    nothing = subprocess.DEVNULL
    if sudo and subprocess.call([sudo, "-n", "true"], stdout=nothing, stderr=nothing) == 0:
        return [sudo, "-n"]
    return None


class Setup:
    """The steps of setting up, with the noise of the programs they call in `log`, an open binary file."""

    def __init__(self, log, version):
        self.log = log
        self.version = version

    def system_packages(self, tools):
        """Install the Debian packages that Qt and the tests need and that are not there. Linux only."""
        if not sys.platform.startswith("linux"):
            return
        sys.path.insert(0, ROOT)
        from centara_giftcard.display import missing_packages

        missing = missing_packages() + [package for tool, package in tools.items() if not shutil.which(tool)]
        if missing:
            self.debian(missing)

    def debian(self, packages):
        """Install Debian packages, or raise Problem with the command for it."""
        by_hand = "sudo apt-get install " + " ".join(packages)
        rights = administrator()
        if rights is None or not shutil.which("apt-get"):
            raise Problem("Some system packages are missing. On Debian or Ubuntu: " + by_hand)
        tell("Installing system packages: " + " ".join(packages))
        install = [*rights, "apt-get", "install", "-y", "--no-install-recommends", *packages]
        # The lists may be old or, in a container, not there at all: they are fetched only if need be.
        if not self.quiet(install) and not (
            self.quiet([*rights, "apt-get", "update"]) and self.quiet(install)
        ):
            raise self.failure("The system packages could not be installed; by hand: " + by_hand)

    def install(self, constraints, enough):
        """Make `.venv` hold what `constraints` says, unless it already does; then this package."""
        if os.path.exists(PYTHON) and read(STAMP) in [fingerprint(name) for name in [constraints, *enough]]:
            return
        self.environment()
        pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        tell("Installing the packages it is built on (some 100 MB the first time)")
        wanted = os.path.join(ROOT, "packaging", constraints)
        if not self.quiet([*pip, "--require-hashes", "-r", wanted]):
            raise self.failure("The packages could not be installed.")
        tell("Installing centara-giftcard from this folder")
        if not self.quiet([*pip, "--no-deps", "--no-build-isolation", "-e", ROOT]):
            raise self.failure("centara-giftcard could not be installed.")
        with open(STAMP, "w", encoding="utf-8") as file:
            file.write(fingerprint(constraints))

    def environment(self):
        """Make `.venv` with this Python, anew where it was made with another one or not to its end."""
        made_with = os.path.join(VENV, "quickstart.python")
        if os.path.exists(PYTHON) and read(made_with) == self.version:
            return
        if os.path.exists(VENV) and not os.path.exists(os.path.join(VENV, "pyvenv.cfg")):
            raise Problem("The folder " + VENV + " is in the way: move it elsewhere.")
        tell("Making a Python environment in .venv")
        # Debian's Python comes without ensurepip.
        if not self.quiet([sys.executable, "-c", "import venv, ensurepip"]):
            self.debian(["python" + self.version + "-venv"])
        if not self.quiet([sys.executable, "-m", "venv", "--clear", VENV]):
            raise self.failure("No Python environment could be made in .venv.")
        with open(made_with, "w", encoding="utf-8") as file:
            file.write(self.version)

    def quiet(self, command):
        """Run a command and return whether it succeeded."""
        self.log.write(("$ " + " ".join(command) + "\n").encode())
        self.log.flush()
        surroundings = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        return subprocess.call(command, stdout=self.log, stderr=self.log, env=surroundings) == 0

    def failure(self, sentence):
        """Return the Problem with the last lines the programs wrote."""
        self.log.seek(0)
        lines = self.log.read().decode("utf-8", "replace").rstrip().split("\n")
        return Problem(sentence + " This is what was said last:\n  " + "\n  ".join(lines[-20:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
