"""`python -m tests.chassis.bus.town MODULE ARGUMENT …` runs a main of the chassis with the town's services and commands."""

import runpy
import sys

from chassis.settings import Settings
from tests.chassis.bus.town import services

if __name__ == "__main__":
    sys.modules["services"] = services
    sys.path.append(str(Settings.from_env("town").data / "gen"))
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
