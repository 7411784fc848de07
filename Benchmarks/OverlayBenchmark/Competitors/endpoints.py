"""Two endpoints of iroh in this process; told what to do in lines.

connect COUNT: connects and closes as often, without relays; answers with the nanoseconds of each connect.
"""

import asyncio
import sys
import time

try:
    import iroh
except ImportError:
    print(f"iroh is missing; install it with: {sys.executable} -m pip install iroh", flush=True)
    sys.exit()

PROTOCOL = b"benchmark"


async def bind() -> iroh.Endpoint:
    return await iroh.Endpoint.bind(iroh.EndpointOptions(
        preset=iroh.preset_minimal(), relay_mode=iroh.RelayMode.disabled(), alpns=[PROTOCOL], bind_addr="127.0.0.1:0"))


async def accept(endpoint: iroh.Endpoint) -> None:
    while (incoming := await endpoint.accept_next()) is not None:
        try:
            connection = await (await incoming.accept()).connect()
            await connection.closed()
        except iroh.IrohError:
            continue


async def connect(client: iroh.Endpoint, address: iroh.EndpointAddr) -> int:
    began = time.perf_counter_ns()
    connection = await client.connect(address, PROTOCOL)
    took = time.perf_counter_ns() - began
    connection.close(0, b"")
    # What the close brings about is not to be counted with the next one.
    await asyncio.sleep(0.005)
    return took


async def main() -> None:
    server, client = await bind(), await bind()
    accepting = asyncio.create_task(accept(server))
    print("ready", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(*[await connect(client, server.addr()) for _ in range(int(line.split()[1]))], flush=True)
    accepting.cancel()


asyncio.run(main())
