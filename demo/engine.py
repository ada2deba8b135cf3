"""Runs the local engine, and ends it with all its Lambda workers once the process that started it is gone, however it went."""

import os
import runpy
import signal
import sys
import threading
import time

starter = int(sys.argv.pop(1))


def watch():
    while os.getppid() == starter:
        time.sleep(0.5)
    os.killpg(0, signal.SIGKILL)


threading.Thread(target=watch, daemon=True).start()
runpy.run_module('ministack', run_name='__main__', alter_sys=True)
