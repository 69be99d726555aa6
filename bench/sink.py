"""A mail server that counts what it takes: python -m bench.sink PORT. Each line on its standard input is answered with
{"mails": number, "last": time of the newest, "unique": different Message-IDs or addresses}, and starts the count anew after "reset"."""

import json
import sys
import time

from aiosmtpd.controller import Controller


class Counter:
    def __init__(self):
        self.reset()

    def reset(self):
        self.mails, self.last, self.addresses = 0, 0.0, set()

    async def handle_DATA(self, server, session, envelope):
        self.mails += 1
        self.addresses.update(envelope.rcpt_tos)
        self.last = time.time()
        return "250 OK"


def main():
    counter = Counter()
    controller = Controller(counter, hostname="127.0.0.1", port=int(sys.argv[1]))
    controller.start()
    for line in sys.stdin:
        if line.strip() == "reset":
            counter.reset()
        print(json.dumps({"mails": counter.mails, "last": counter.last, "unique": len(counter.addresses)}), flush=True)
    controller.stop(no_assert=True)


if __name__ == "__main__":
    main()
