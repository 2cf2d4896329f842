"""Stands in for `curl` on machines without it: the options that the guides use, over httpx."""

import sys
from pathlib import Path

import httpx


def main(arguments: list[str]) -> int:
    method, headers, body, output, url = "GET", {}, None, None, ""
    rest = iter(arguments)
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _, value = next(rest).partition(":")
            headers[name] = value.strip()
        elif word == "-d":
            body = next(rest)
        elif word == "-o":
            output = next(rest)
        elif not word.startswith("-"):
            url = word
    answer = httpx.request(method, url, headers=headers, content=body, timeout=30)
    if answer.is_error:
        return 22
    if output:
        Path(output).write_bytes(answer.content)
    else:
        sys.stdout.write(answer.text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
