"""The clients, in a process of their own: reads {"port", "clients", "requests": [{"method", "path", "headers", "body"}]}
as JSON and prints {"seconds", "latencies", "statuses", "bytes"}. A new connection for each request, for gunicorn's sync
workers close them; a latency is from connecting to the last byte, in seconds."""

import json
import socket
import sys
import threading
import time
from itertools import count


def wire(request):
    body = request.get("body", "").encode()
    lines = [f"{request['method']} {request['path']} HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in request.get("headers", {}).items()]
    if request["method"] == "POST":
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def one(port, raw):
    began = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(raw)
        answer = bytearray()
        while chunk := connection.recv(65536):
            answer += chunk
    return time.perf_counter() - began, int(answer[9:12] or 0), len(answer)


def main():
    job = json.load(sys.stdin)
    raw = [wire(request) for request in job["requests"]]
    turn, results = count(), []
    gate = threading.Barrier(job["clients"] + 1)

    def client():
        gate.wait()
        while (number := next(turn)) < len(raw):
            results.append(one(job["port"], raw[number]))

    threads = [threading.Thread(target=client) for _ in range(job["clients"])]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - began,
                "latencies": [latency for latency, _, _ in results],
                "statuses": sorted({status for _, status, _ in results}),
                "bytes": max(size for _, _, size in results),
            }
        )
    )


if __name__ == "__main__":
    main()
