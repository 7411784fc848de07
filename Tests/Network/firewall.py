"""A firewall in a namespace that drops UDP."""

import json
import shutil
import subprocess

from islands import Islands
from processes import run

TABLE = """
table inet firewall {{
    counter input {{}}
    counter output {{}}
    {chains}
}}
"""

CHAIN = "chain {hook} {{ type filter hook {hook} priority 0; meta l4proto udp counter name {hook} drop; }}"


class Firewall:
    """Drops the UDP of one namespace at the given hooks, "input" or "output"; all else passes."""

    def __init__(self, islands: Islands, number: int, hooks: tuple[str, ...]):
        self._islands = islands
        self._number = number
        rules = TABLE.format(chains="\n    ".join(CHAIN.format(hook=hook) for hook in hooks))
        subprocess.run(islands.command(number, ["nft", "-f", "-"]), input=rules, text=True, check=True)

    def dropped(self, hook: str) -> int:
        """Packets that it has dropped there so far."""
        command = ["nft", "-j", "list", "counter", "inet", "firewall", hook]
        listed = json.loads(run(self._islands.command(self._number, command)).stdout)["nftables"]
        return next(item["counter"]["packets"] for item in listed if "counter" in item)


def obstacle() -> str | None:
    """Why there can be no firewall here; None when nothing is in the way."""
    return None if shutil.which("nft") else "there is no program nft (Debian: nftables)"
