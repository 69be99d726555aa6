"""Several things at one moment."""

from threading import Barrier, Thread

from django.db import connection, connections


def together(*does):
    """Run the functions at one moment, each with its own connection. Returns what each gave or raised, in no order."""
    line, results = Barrier(len(does)), []

    def run(do):
        try:
            connection.ensure_connection()
            line.wait(30)
            results.append(do())
        except Exception as error:  # what it was is asserted on
            results.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(do,)) for do in does]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results
