"""TLS 1.3 of OpenSSL with an Ed25519 certificate at each end; told what to do in lines.

connect COUNT: connects as often and waits for the first byte; answers with the nanoseconds of each.
handshakes SECONDS: as many as openssl s_time makes in that time; answers with their number and the nanoseconds of processor
time of both processes.
"""

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time


def openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def certificate(folder: str, name: str) -> list[str]:
    key, path = os.path.join(folder, f"{name}.key"), os.path.join(folder, f"{name}.pem")
    openssl("genpkey", "-algorithm", "ed25519", "-out", key)
    openssl("req", "-x509", "-key", key, "-out", path, "-subj", f"/CN={name}", "-days", "2")
    return ["-cert", path, "-key", key]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """openssl s_server, which demands a certificate and sends each line back."""

    def __init__(self, own: list[str], others: str, *how: str):
        self.port = free_port()
        # Without tickets: a node's connections are not resumed either.
        self._process = subprocess.Popen(
            ["openssl", "s_server", "-accept", f"127.0.0.1:{self.port}", *own, "-CAfile", others, "-Verify", "1",
             "-verify_return_error", "-tls1_3", "-num_tickets", "0", *how],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise OSError("openssl s_server does not listen")

    def end(self) -> int:
        """Nanoseconds of processor time that it took."""
        self._process.terminate()
        usage = os.wait4(self._process.pid, 0)[2]
        return nanoseconds(usage)


def nanoseconds(usage) -> int:
    return round((usage.ru_utime + usage.ru_stime) * 1e9)


def connect(context: ssl.SSLContext, port: int) -> int:
    began = time.perf_counter_ns()
    with socket.create_connection(("127.0.0.1", port)) as plain:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with context.wrap_socket(plain) as secure:
            secure.sendall(b"a\n")
            if secure.recv(1) != b"a":
                raise EOFError("the connection ended")
            return time.perf_counter_ns() - began


def handshakes(server: Server, own: list[str], others: str, seconds: int) -> tuple[int, int]:
    process = subprocess.Popen(
        ["openssl", "s_time", "-connect", f"127.0.0.1:{server.port}", "-new", "-time", str(seconds), "-tls1_3", *own,
         "-CAfile", others, "-verify", "1"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    words = process.stdout.read()
    usage = os.wait4(process.pid, 0)[2]
    count = int(re.search(r"(\d+) connections in \d+ real", words)[1])
    return count, nanoseconds(usage)


def main() -> None:
    if shutil.which("openssl") is None:
        print("openssl is missing; install it with: apt install openssl", flush=True)
        return
    with tempfile.TemporaryDirectory() as folder:
        server_own, client_own = certificate(folder, "server"), certificate(folder, "client")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.check_hostname = False
        context.load_verify_locations(server_own[1])
        context.load_cert_chain(client_own[1], client_own[3])
        echo = Server(server_own, client_own[1], "-rev")
        try:
            print("ready", flush=True)
            for line in sys.stdin:
                what, number = line.split()
                if what == "connect":
                    print(*(connect(context, echo.port) for _ in range(int(number))), flush=True)
                else:
                    server = Server(server_own, client_own[1], "-quiet")
                    count, used = handshakes(server, client_own, server_own[1], int(number))
                    print(count, used + server.end(), flush=True)
        finally:
            echo.end()


if __name__ == "__main__":
    main()
