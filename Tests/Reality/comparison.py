"""Runs the real mesh and its simulated twin, and sets their figures side by side."""

import json
import os
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

from islands import Islands
from processes import run
from real import Observation, RealMesh

# Kinds of messages that a circuit's requests would need; nobody makes requests here.
WITHOUT_TRAFFIC = ("circuit",)
# What a message has on a connection besides its own bytes: its length before it, the head of a yamux frame, and the
# length and the tag of a Noise frame.
FRAMING = 1.5 + 12 + 18
# A ping or its answer is a yamux head in a Noise frame; each end of a link pings at this interval.
PING = 12 + 18
KEEP_ALIVE_SECONDS = 15


@dataclass
class Plan:
    nodes: int = 20
    bootstraps: int = 3
    # Milliseconds, one way. Long against the processor time that a message costs when twenty nodes share two cores, which
    # the simulation does not have: 12 ms on the way to most nodes.
    delay: int = 100
    join_window: int = 10_000
    # Until then the mesh forms; then come the updates, one after another.
    updates_from: int = 40_000
    update_interval: int = 2_000
    # After the last update, so that one round of comparisons is in the figures.
    rest: int = 40_000
    # At debug nodes tell what they list, at trace also what they send; that costs time, so that latencies are compared
    # without it.
    log_level: str = "debug"
    # The first decides when nodes start, in both worlds; the others show how much chance there is in the figures.
    seeds: tuple[int, ...] = tuple(range(1, 6))

    @property
    def end(self) -> int:
        return self.updates_from + self.nodes * self.update_interval + self.rest


@dataclass
class Figures:
    """Of one run, real or simulated."""

    links: float
    listed: int
    update_deliveries: list[float]
    join_traffic: dict[str, tuple[int, int]]
    update_traffic: dict[str, tuple[int, int]]
    # Bytes of TCP payload during the updates; of a simulated run what its messages would take.
    payload: float = 0

    def bytes(self, traffic: dict[str, tuple[int, int]]) -> int:
        return sum(size for _, size in traffic.values())


@dataclass
class Row:
    name: str
    real: float
    simulated: list[float]
    # Percent that the two may differ by; None when the row only informs.
    tolerance: float | None = None
    digits: int = 0

    @property
    def mean(self) -> float:
        return statistics.fmean(self.simulated)

    @property
    def difference(self) -> float:
        if self.mean == 0:
            return 0.0 if self.real == 0 else float("inf")
        return (self.real / self.mean - 1) * 100

    @property
    def agrees(self) -> bool:
        return self.tolerance is None or abs(self.difference) <= self.tolerance

    @property
    def cells(self) -> list[str]:
        low, high = min(self.simulated), max(self.simulated)
        verdict = "" if self.tolerance is None else ("agrees" if self.agrees else "DIFFERS")
        allowed = "" if self.tolerance is None else f"{self.tolerance:g} %"
        return [self.name, f"{self.real:.{self.digits}f}", f"{self.mean:.{self.digits}f}",
                f"{low:.{self.digits}f}-{high:.{self.digits}f}", f"{self.difference:+.1f} %", allowed, verdict]


@dataclass
class Comparison:
    rows: list[Row] = field(default_factory=list)

    @property
    def agrees(self) -> bool:
        return all(row.agrees for row in self.rows)

    @property
    def text(self) -> str:
        head = ["", "real", "simulated", "(range)", "difference", "allowed", ""]
        lines = [head, *(row.cells for row in self.rows)]
        widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
        table = ["  ".join(cell.ljust(width) if column == 0 else cell.rjust(width)
                           for column, (cell, width) in enumerate(zip(line, widths, strict=True))).rstrip()
                 for line in lines]
        verdict = "The simulation agrees with reality." if self.agrees else "The simulation differs from reality."
        return "\n".join([*table, verdict])


def simulate(program: str, plan: Plan, seed: int, updates: list[tuple[int, int]], until: int) -> dict:
    command = [program, "--seed", str(seed), "--nodes", str(plan.nodes), "--bootstraps", str(plan.bootstraps),
               "--delay", str(plan.delay), "--join-window", str(plan.join_window),
               "--from", str(plan.updates_from), "--until", str(until)]
    for node, moment in updates:
        command += ["--update", f"{node}:{moment}"]
    return json.loads(run(command, timeout=120).stdout)


def compare(samnode: str, program: str, folder: Path, plan: Plan) -> Comparison:
    starts = simulate(program, plan, plan.seeds[0], [], 0)["starts"]
    real, updates = measure(samnode, folder, plan, starts)
    twins = [_figures(simulate(program, plan, seed, updates, plan.end), plan) for seed in plan.seeds]
    return _compare(real, twins, plan.log_level == "trace")


def measure(samnode: str, folder: Path, plan: Plan, starts: list[int]) -> tuple[Figures, list[tuple[int, int]]]:
    """The figures of the real mesh, and which node changed its entry at which moment."""
    _take_precedence()
    islands = Islands(plan.nodes, plan.delay)
    try:
        mesh = RealMesh(samnode, folder, islands, plan.bootstraps, plan.log_level)
        try:
            return _measure(mesh, plan, starts)
        finally:
            mesh.close()
    finally:
        islands.close()
        _give_precedence()


def _measure(mesh: RealMesh, plan: Plan, starts: list[int]) -> tuple[Figures, list[tuple[int, int]]]:
    began = time.time()

    def wait_until(milliseconds: int) -> None:
        time.sleep(max(0.0, began + milliseconds / 1_000 - time.time()))

    mesh.bring_up(starts)
    mesh.wait_until_complete(plan.updates_from / 1_000)
    wait_until(plan.updates_from)
    payload_before = sum(sent["payload"] for sent in mesh.islands.sent())
    for number in range(plan.nodes):
        wait_until(plan.updates_from + number * plan.update_interval)
        mesh.update(number)
    wait_until(plan.end)
    payload = sum(sent["payload"] for sent in mesh.islands.sent()) - payload_before
    if not all(mesh.running()):
        raise AssertionError("a node has ended")
    links = [node.link_count() for node in mesh.nodes]
    return _real_figures(mesh.observe(), plan, round(began * 1_000), payload, statistics.fmean(links))


def _real_figures(
    seen: Observation, plan: Plan, began: int, payload: int, links: float
) -> tuple[Figures, list[tuple[int, int]]]:
    begin, end = began + plan.updates_from, began + plan.end
    updates = {entry: moment for entry, moment in seen.published.items() if moment >= begin}
    # A sequence number is the millisecond at which an entry was signed.
    spans = [moment - sequence for (publisher, sequence, _), moment in seen.listed.items()
             if (publisher, sequence) in updates]
    latest = {(publisher, node) for publisher, _, node in seen.listed}
    traffic: tuple[dict, dict] = ({}, {})
    for moment, kind, size in seen.sent:
        if moment >= end:
            continue
        phase = traffic[moment >= begin]
        count, total = phase.get(kind, (0, 0))
        phase[kind] = (count + 1, total + size)
    figures = Figures(links, len(latest), spans, *traffic, payload)
    return figures, sorted((publisher, moment - began) for (publisher, _), moment in updates.items())


def _figures(report: dict, plan: Plan) -> Figures:
    def traffic(name: str) -> dict[str, tuple[int, int]]:
        return {kind: tuple(pair) for kind, pair in report[name].items() if kind not in WITHOUT_TRAFFIC}

    figures = Figures(
        statistics.fmean(report["links"]), sum(report["listed"]) - plan.nodes, report["updateDeliveries"],
        traffic("joinTraffic"), traffic("updateTraffic"))
    messages = sum(count for count, _ in figures.update_traffic.values())
    pings = 2 * sum(report["links"]) * (plan.end - plan.updates_from) / 1_000 / KEEP_ALIVE_SECONDS
    figures.payload = figures.bytes(figures.update_traffic) + messages * FRAMING + pings * PING
    return figures


def _compare(real: Figures, twins: list[Figures], knows_messages: bool) -> Comparison:
    def row(name: str, figure, tolerance: float | None = None, digits: int = 0) -> Row:
        return Row(name, figure(real), [figure(twin) for twin in twins], tolerance, digits)

    def quantile(percent: int):
        return lambda figures: _quantile(figures.update_deliveries, percent)

    rows = [
        row("pairs of nodes that list each other", lambda figures: figures.listed, 0),
        row("deliveries of updates", lambda figures: len(figures.update_deliveries), 0),
        row("delivery, median (ms)", quantile(50), None if knows_messages else 10, 1),
        row("delivery, 90 % (ms)", quantile(90), None, 1),
        row("delivery, latest (ms)", quantile(100), None, 1),
        row("links of a node", lambda figures: figures.links, None, 1),
        row("bytes of TCP payload with updates", lambda figures: figures.payload, 5),
    ]
    if knows_messages:
        rows += [
            row("bytes of messages with updates", lambda figures: figures.bytes(figures.update_traffic), 5),
            row("bytes of messages while joining", lambda figures: figures.bytes(figures.join_traffic)),
            *_rows_of_kinds(real, twins),
        ]
    return Comparison(rows)


def _rows_of_kinds(real: Figures, twins: list[Figures]) -> list[Row]:
    rows = []
    for phase in ("join", "update"):
        kinds = sorted({kind for figures in [real, *twins] for kind in getattr(figures, f"{phase}_traffic")})
        for kind in kinds:
            sizes = [getattr(figures, f"{phase}_traffic").get(kind, (0, 0)) for figures in [real, *twins]]
            if not any(count for count, _ in sizes):
                continue
            for position, unit in enumerate(("messages", "bytes")):
                values = [size[position] for size in sizes]
                rows.append(Row(f"{phase}: {unit} of {kind}", values[0], values[1:]))
    return rows


def _quantile(values: list[float], percent: int) -> float:
    """By the nearest rank, as the simulator has it."""
    ordered = sorted(values)
    return ordered[max(1, -(-len(ordered) * percent // 100)) - 1]


def _take_precedence() -> None:
    """What else runs on the machine shall not count as latency of the nodes. Children inherit it."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except PermissionError:
        os.setpriority(os.PRIO_PROCESS, 0, -10)


def _give_precedence() -> None:
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
