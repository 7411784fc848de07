"""The node's reconciliation, over the line protocol of its harness, beside an implementation in Python."""

import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from negentropy import Findings, Item, Side


class Harness:
    def __init__(self, path: str, items: list[Item], limit: int = 0):
        env = {**os.environ, "FRAMESIZELIMIT": str(limit)}
        self._child = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
        for time, id in items:
            self._child.stdin.write(f"item,{time},{id.hex()}\n")
        self._child.stdin.write("seal\n")

    def say(self, line: str) -> tuple[bytes | None, Findings]:
        """What is answered to a line: a message, or None at the end, and what was found."""
        self._child.stdin.write(line + "\n")
        self._child.stdin.flush()
        findings = Findings()
        while True:
            kind, _, text = self._child.stdout.readline().strip().partition(",")
            if kind == "have":
                findings.have.add(bytes.fromhex(text))
            elif kind == "need":
                findings.need.add(bytes.fromhex(text))
            else:
                assert kind in ("msg", "done"), f"'{kind}' is no answer"
                return (bytes.fromhex(text) if kind == "msg" else None), findings

    def end(self, last: str = "") -> int:
        """The status with which it ends, after one more line."""
        self._child.communicate(last + "\n", timeout=20)
        return self._child.returncode

    def kill(self) -> None:
        self._child.kill()
        self._child.wait()


@pytest.fixture
def harness(samnode: str) -> Iterator:
    path = os.environ.get("NEGENTROPY_HARNESS") or str(Path(samnode).with_name("negentropy-harness"))
    started: list[Harness] = []

    def start(items: list[Item], limit: int = 0) -> Harness:
        started.append(Harness(path, items, limit))
        return started[-1]

    yield start
    for one in started:
        one.kill()


def sides(draw: random.Random) -> tuple[list[Item], list[Item]]:
    """Few timestamps and alike ids make bounds that need long prefixes."""
    count = draw.choice([0, 1, 31, 32, 33, 300, 3_000])
    span = draw.choice([1, 3, count // 10 + 1, count * 5 + 1])
    start = draw.choice([0, 1_677_970_534, 2**63])
    lacking, needing = draw.choice([0, 0.02, 0.3, 1]), draw.choice([0, 0.02, 0.3])
    beginner, answerer = [], []
    for place in range(count):
        id = draw.randbytes(29) + place.to_bytes(3, "big")
        if draw.random() < 0.2:
            zeros = draw.randrange(29)
            id = bytes(zeros) + id[zeros:]
        item = (start + draw.randrange(span), id)
        where = draw.random()
        if where >= lacking:
            answerer.append(item)
        if where < 1 - needing:
            beginner.append(item)
    return beginner, answerer


@pytest.mark.parametrize("seed", range(40))
def test_every_message_is_the_same(harness, seed: int):
    draw = random.Random(seed)
    mine, theirs = sides(draw)
    limits = [draw.choice([0, 0, 4_096, 5_000, 20_000]) for _ in range(2)]
    print(f"seed {seed}: {len(mine)} and {len(theirs)} items, limits {limits}")
    beginner, answerer = harness(mine, limits[0]), harness(theirs, limits[1])
    python_beginner, python_answerer = Side(mine, limits[0]), Side(theirs, limits[1])
    found = Findings()
    message, _ = beginner.say("initiate")
    assert message == python_beginner.opening()
    rounds = 0
    while message is not None:
        assert rounds < 500
        rounds += 1
        answer, _ = answerer.say(f"msg,{message.hex()}")
        assert answer == python_answerer.take(message)
        message, findings = beginner.say(f"msg,{answer.hex()}")
        expected = Findings()
        following = python_beginner.take(answer, expected)
        assert (message or b"\x61") == following and findings == expected
        found.have |= findings.have
        found.need |= findings.need
    my_ids, their_ids = {id for _, id in mine}, {id for _, id in theirs}
    assert found.have == my_ids - their_ids
    assert found.need == their_ids - my_ids


def test_unknown_version_is_answered_with_the_known_one(harness):
    one = harness([(12_345, bytes([0xEE] * 32))])
    assert one.say("msg,62aabbccddeeff")[0] == b"\x61"
    assert one.say("msg,60")[0] == b"\x61"
    assert one.say("msg,6100000200")[0] == bytes.fromhex("6100000201" + "ee" * 32)
    assert one.end() == 0


@pytest.mark.parametrize(
    "line",
    [
        "msg,", "msg,5f", "msg,6100", "msg,610021", "msg,61000003", "msg,610000027f", "msg,6", "msg,xx", "seal",
        "item,1,00", "nothing", "item,18446744073709551615," + "00" * 32,
    ],
)
def test_bad_lines_end_the_harness_with_a_word(harness, line: str):
    one = harness([(1, bytes(32))])
    assert one.end(line) == 1
