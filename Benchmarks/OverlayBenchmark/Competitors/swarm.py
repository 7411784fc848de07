"""As many p2pd as the argument says, members of one DHT; told what to do in lines.

processes: answers with their process ids.
links: answers with how many peers each is connected to.
"""

import sys

try:
    import p2pd
except ImportError as missing:
    print(f"p2pd needs the Python environment of scripts/python-env ({missing})", flush=True)
    sys.exit()


def main() -> None:
    if p2pd.binary() is None:
        print("p2pd is missing from the Python environment; run scripts/python-env", flush=True)
        return
    daemons = [p2pd.Daemon("p2pd 0", ("-dhtServer",))]
    try:
        for number in range(1, int(sys.argv[1])):
            daemons.append(p2pd.Daemon(
                f"p2pd {number}", ("-dhtServer", "-b", f"-bootstrapPeers={daemons[0].address}")))
        print("ready", flush=True)
        for line in sys.stdin:
            if line.strip() == "processes":
                print(*(daemon.process.pid for daemon in daemons), flush=True)
            else:
                print(*(len(daemon.peers()) for daemon in daemons), flush=True)
    finally:
        for daemon in daemons:
            daemon.close()


if __name__ == "__main__":
    main()
