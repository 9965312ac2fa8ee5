"""What kind of machine this is: no name of it."""

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path


def about() -> dict[str, str]:
    """Processor, cores, memory, kernel, and the versions of what takes part."""
    cpu = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    found = {
        "processor": cpu[1] if cpu else platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": f"{int(memory[1]) / 1e6:.0f} GB" if memory else "",
        "system": f"Linux {platform.release().split('-')[0]}",
        "Python": platform.python_version(),
        "PostgreSQL": _version("postgres", "--version") or _version("psql", "--version"),
        "Redis": _version("redis-server", "--version"),
        "Go": _version("go", "version"),
        "Node": _version("node", "--version"),
        "at": _version("git", "describe", "--always", "--dirty", pattern=r"\S+"),
    }
    return {name: value for name, value in found.items() if value}


def _version(*command: str, pattern: str = r"\d+(?:\.\d+)+") -> str:
    if not shutil.which(command[0]):
        return ""
    done = subprocess.run(command, capture_output=True, text=True)
    found = re.search(pattern, done.stdout)
    return found[0] if found else ""
