"""Services and nodes come and go, and everybody's list follows.

A short run by default. `CHURN_NODES`, `CHURN_SECONDS` and `CHURN_SEED` make it another; the long one is that of 30 nodes and 300
seconds, see docs/operations.md.
"""

import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from asking import ask
from members import Member, Reader, Watch, make_members
from processes import eventually

NODES = int(os.environ.get("CHURN_NODES", "8"))
SECONDS = float(os.environ.get("CHURN_SECONDS", "25"))
SEED = int(os.environ.get("CHURN_SEED") or random.SystemRandom().randrange(2**32))

# A service that is gone may be listed for so long.
LISTED_AT_MOST = 5.0
# So long after the last change all lists are equal.
EQUAL_WITHIN = 5.0
# A host that was killed is chosen by nobody any more.
CHOSEN_AT_MOST = 3.0
# Something happens to a member this often, on average. Half of the members are left alone at any time.
TURN = 20.0
DOWN = (0.5, 12.0)


@pytest.fixture
def members(samnode: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[list[Member]]:
    members = make_members(samnode, folder / request.node.name[:12], NODES)
    try:
        for member in members:
            member.open_backend()
        members[0].begin()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(Member.begin, members[1:]))
        eventually(lambda: all(len(Reader(member).look().hosts) == NODES for member in members), 60,
                   "every node lists all services", pause=0.5)
        yield members
    finally:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(Member.close, members))


class Fate:
    """What happens to the members, drawn from a seed. One thing at a time for each of them."""

    def __init__(self, members: list[Member], seed: int):
        self.members = members
        self.random = random.Random(seed)
        self.counts: Counter[str] = Counter()
        self._busy: set[str] = set()

    def run(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        with ThreadPoolExecutor(len(self.members)) as pool:
            futures = []
            while (left := end - time.monotonic()) > 0:
                time.sleep(min(left, self.random.expovariate(len(self.members) / TURN)))
                member = self.random.choice(self.members)
                act, down = self.random.choice([self._kill, self._end, self._close_backend]), self.random.uniform(*DOWN)
                is_late = self.random.random() < 1 / 3
                if member.name in self._busy or len(self._busy) * 2 >= len(self.members):
                    continue
                self._busy.add(member.name)
                down = min(down, max(0.0, end - time.monotonic()))
                futures.append(pool.submit(self._act, act, member, down, is_late))
            for future in futures:
                future.result()

    def _act(self, act, member: Member, down: float, is_late: bool) -> None:
        self.counts[act.__name__.strip("_")] += 1
        act(member, down, is_late)
        self._busy.discard(member.name)

    def _kill(self, member: Member, down: float, is_late: bool) -> None:
        member.kill()
        self._return(member, down, is_late)

    def _end(self, member: Member, down: float, is_late: bool) -> None:
        member.end()
        self._return(member, down, is_late)

    def _return(self, member: Member, down: float, is_late: bool) -> None:
        """A process comes back with its service, or before it."""
        if is_late:
            member.close_backend()
        time.sleep(down)
        member.begin()
        if member.backend is None:
            time.sleep(min(down, 3))
            member.open_backend()

    def _close_backend(self, member: Member, down: float, _: bool) -> None:
        member.close_backend()
        time.sleep(down)
        member.open_backend()


@pytest.mark.timeout(SECONDS + 180)
def test_no_list_has_what_is_gone(members: list[Member]):
    print(f"\nCHURN_SEED={SEED} CHURN_NODES={NODES} CHURN_SECONDS={SECONDS:g}")
    fate = Fate(members, SEED)
    with Watch(members, limit=LISTED_AT_MOST) as watch:
        fate.run(SECONDS)
        time.sleep(EQUAL_WITHIN)
        lists = {member.name: Reader(member).look().hosts for member in members}
    longest = sorted(watch.longest.values())
    print(f"{sum(fate.counts.values())} turns ({dict(fate.counts)}), {watch.looks} looks at lists")
    if longest:
        print(f"{len(longest)} services were seen on a list after they had gone, the last time after "
              f"{statistics.median(longest):.2f} s (median), {longest[-1]:.2f} s (most)")
    assert not watch.late, "listed although gone:\n" + "\n".join(map(str, watch.late))
    assert not watch.unanswered, "no answer:\n" + "\n".join(watch.unanswered)
    there = {member.peer: [member.model] for member in members if member.serves}
    assert len(there) == NODES
    different = {name: sorted(set(map(str, seen.items())) ^ set(map(str, there.items())))
                 for name, seen in lists.items() if seen != there}
    assert not different, f"lists that are not what there is {EQUAL_WITHIN:g} s after the end: {different}"


@pytest.mark.timeout(180)
def test_a_killed_host_is_chosen_by_nobody(members: list[Member]):
    """Killed with SIGKILL, one after another: how long each caller still names it as the host to ask."""
    dead = []
    for victim in members[1:4]:
        callers = [member for member in members if member is not victim and member not in dead]
        path = f"/sam/node/route?model={victim.model}"
        readers = [Reader(caller) for caller in callers]
        assert all(reader.get(path)["candidates"] for reader in readers), "everybody would ask it"
        killed = time.monotonic()
        victim.kill()
        with ThreadPoolExecutor(len(readers)) as pool:
            times = list(pool.map(lambda reader: forgets(reader, path, killed), readers))
        dead.append(victim)
        print(f"\n{victim.name} was killed; the callers named it until {min(times):.2f} s (first), "
              f"{statistics.median(times):.2f} s (median), {max(times):.2f} s (last) after")
        assert max(times) <= CHOSEN_AT_MOST
    answer = ask(members[0].sdk(), members[-1].model)
    assert answer.choices[0].message.content, "the others go on"


def forgets(reader: Reader, path: str, killed: float) -> float:
    """When a caller no longer names the host, in seconds since it was killed."""
    while True:
        asked = time.monotonic()
        if not reader.get(path)["candidates"]:
            return asked - killed
        if asked - killed > 60:
            return asked - killed
        time.sleep(0.05)
