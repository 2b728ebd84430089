#!/usr/bin/env python3
"""Uploads a file to the example: `upload.py FILE [URL]`. Standard library only."""

import http.cookiejar
import json
import os
import sys
import urllib.request

CHUNK = 64 * 1024
Z85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"


def z85(data):
    """Bytes as text, as CometD's binary extension has it: four bytes are five characters, the rest is not padded."""
    text = []
    for start in range(0, len(data), 4):
        part = data[start : start + 4]
        number = int.from_bytes(part.ljust(4, b"\0"), "big")
        characters = [Z85[number // 85**power % 85] for power in (4, 3, 2, 1, 0)]
        text += characters[: len(part) + 1]
    return "".join(text)


class Client:
    """A session over long-polling that does nothing but call."""

    def __init__(self, url):
        self.url = url
        # The cookie binds the session to this client.
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)
        self.number = 0
        self.id = None
        [reply] = self.post(
            {"channel": "/meta/handshake", "version": "1.0", "supportedConnectionTypes": ["long-polling"]}
        )
        if not reply["successful"]:
            raise SystemExit(reply["error"])
        self.id = reply["clientId"]

    def post(self, *messages):
        body = json.dumps([{**message, "clientId": self.id} for message in messages]).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        with self.opener.open(request, timeout=30) as response:
            return json.load(response)

    def call(self, target, data):
        """Calls a function of the server; the connect behind it fetches the answer and keeps the session alive."""
        self.number += 1
        call = {"channel": f"/service/{target}", "id": str(self.number), "data": data, "ext": {"binary": {}}}
        connect = {"channel": "/meta/connect", "connectionType": "long-polling", "advice": {"timeout": 0}}
        messages = self.post(call, connect)
        while True:
            for message in messages:
                if message.get("id") == call["id"] and (message.get("error") or "data" in message):
                    if not message["successful"]:
                        raise SystemExit(message.get("error") or message["data"])
                    return message["data"]
            messages = self.post(connect)

    def close(self):
        self.post({"channel": "/meta/disconnect"})


def main():
    path = sys.argv[1]
    client = Client(sys.argv[2] if len(sys.argv) > 2 else "http://127.0.0.1:8080/cometd")
    name, size, offset = os.path.basename(path), os.path.getsize(path), 0
    with open(path, "rb") as file:
        while True:
            chunk = file.read(CHUNK)
            is_last = offset + len(chunk) >= size
            meta = {"name": name, "offset": offset}
            answer = client.call("upload", {"data": z85(chunk), "last": is_last, "meta": meta})
            offset += len(chunk)
            if is_last:
                break
    print(f"{name}: {answer['count']} bytes, checksum {answer['checksum']}")
    client.close()


if __name__ == "__main__":
    main()
