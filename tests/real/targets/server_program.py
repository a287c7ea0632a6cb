# SPDX-License-Identifier: Apache-2.0
"""
A server of small answers, a thread for each connection, that has SERVER_MB megabytes of objects and changes some for each answer: run
as PROGRAM FOLDER.
"""
import os
import sys
import threading

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from account import publish  # noqa: E402

MB = 1 << 20
RECORDS = 20                    # a record of a megabyte has so many texts


class Record(object):
    def __init__(self, number):
        self.number = number
        self.rows = [[number, "row %d" % row, {"row": row}] for row in range(500)]
        self.texts = [b"%08d" % row * (MB // RECORDS // 8) for row in range(RECORDS)]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        number = int(self.path[1:]) % len(records)
        records[number] = Record(number)
        body = b"%d" % sum(row[0] for row in records[number].rows)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True


records = [Record(number) for number in range(int(os.environ.get("SERVER_MB", "320")))]
server = Server(("127.0.0.1", 0), Handler)
thread = threading.Thread(target=server.serve_forever, args=(3600,))         # what it does now and then it shall not do
thread.daemon = True
thread.start()
publish(sys.argv[1], "server.json", {"port": server.server_port})
publish(sys.argv[1], "ready", "")
threading.Event().wait()
