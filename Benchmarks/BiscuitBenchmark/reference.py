"""The other side of biscuit-benchmark: biscuit-python, the binding of the reference implementation.

Reads one JSON object per line and answers each with one line:

    {"setup": {...}}                    -> {"version"}: prepares everything that is prepared once
    {"operation": name, "count": n}     -> {"nanoseconds"}: processor time of n operations
    {"outcome": true}                   -> {"policy", "foreign"}: the policy that matched, the refusal of another service

A failure is answered with {"failure": text}.
"""

import datetime
import importlib.metadata
import json
import sys
import time

import biscuit_auth as biscuit

REQUEST = "time({now}); connection_peer_id({peer}); service({type}, {name}); target_fact({fact}, {host});"
CLAIMS = """expiration({expiry}); node({peer}); client_peer_id({peer}); group({group}); role({role}); user({user});
granted_service_set({type}, {models});"""


def moment(seconds):
    return datetime.datetime.fromtimestamp(seconds, tz=datetime.timezone.utc)


class Workload:
    def __init__(self, setup):
        self.private_key = biscuit.PrivateKey(setup["private_key"])
        self.root = biscuit.PublicKey(setup["root"])
        self.bytes = bytes.fromhex(setup["token"])
        self.token = biscuit.Biscuit.from_bytes(self.bytes, self.root)
        self.prepared = biscuit.AuthorizerBuilder.from_raw_snapshot(bytes.fromhex(setup["snapshot"]))
        self.limits = self.prepared.limits()
        # The default of 1 ms would be a matter of the machine's load.
        self.limits.max_time = datetime.timedelta(seconds=20)
        self.peer, self.host, self.now = setup["peer"], setup["host"], moment(setup["now"])
        self.claims = {"expiry": moment(setup["expiry"]), "peer": self.peer, "group": setup["group"],
                       "role": setup["role"], "user": setup["user"], "type": "inference",
                       "models": set(setup["models"])}
        self.fixed = self.request()
        self.operations = {
            "full": lambda: self.request().build(biscuit.Biscuit.from_bytes(self.bytes, self.root)).authorize(),
            "authorize": lambda: self.request().build(self.token).authorize(),
            "bind-authorize": lambda: self.request().build(self.token).authorize(),
            "authorize-fixed": lambda: self.fixed.build(self.token).authorize(),
            "verify": lambda: biscuit.Biscuit.from_bytes(self.bytes, self.root),
            "mint": lambda: biscuit.BiscuitBuilder(CLAIMS, self.claims).build(self.private_key),
        }

    def request(self, name="gemma"):
        builder = biscuit.AuthorizerBuilder(REQUEST, {
            "now": self.now, "peer": self.peer, "type": "inference", "name": name, "fact": "node", "host": self.host})
        builder.merge(self.prepared)
        builder.set_limits(self.limits)
        return builder

    def outcome(self):
        try:
            self.request("other").build(self.token).authorize()
            foreign = "allowed"
        except biscuit.AuthorizationError:
            foreign = "refused"
        return {"policy": self.operations["authorize"](), "foreign": foreign}

    def measure(self, operation, count):
        work = self.operations[operation]
        start = time.process_time_ns()
        for _ in range(count):
            work()
        return {"nanoseconds": time.process_time_ns() - start}


def main():
    workload = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "setup" in request:
                workload = Workload(request["setup"])
                answer = {"version": importlib.metadata.version("biscuit-python")}
            elif "outcome" in request:
                answer = workload.outcome()
            else:
                answer = workload.measure(request["operation"], request["count"])
        except Exception as error:  # The benchmark says which implementation failed, and with what.
            answer = {"failure": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
