"""Talks to scnn-lsp-server: initialize, open a document, shutdown, exit.

Prints the diagnostics that the server publishes for the document in the file
that is named, one message a line; exits with the server's status.
"""

import json
import subprocess
import sys


def message(method, params=None, identity=None):
    body = {"jsonrpc": "2.0", "method": method}
    if params is not None:
        body["params"] = params
    if identity is not None:
        body["id"] = identity
    text = json.dumps(body).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(text), text)


def replies(output):
    while output:
        header, output = output.split(b"\r\n\r\n", 1)
        length = int(header.split(b":")[1])
        yield json.loads(output[:length])
        output = output[length:]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    document = {"uri": "test:///document.mlir", "languageId": "mlir",
                "version": 1, "text": text}
    requests = (
        message("initialize", {"processId": None, "rootUri": None,
                               "capabilities": {}, "trace": "off"}, 1)
        + message("initialized", {})
        + message("textDocument/didOpen", {"textDocument": document})
        + message("shutdown", identity=2) + message("exit"))
    server = subprocess.run(["scnn-lsp-server"], input=requests,
                            capture_output=True, check=False, timeout=60)
    for reply in replies(server.stdout):
        if "result" in reply and reply["id"] == 1:
            print("server:", reply["result"]["serverInfo"]["name"])
        if reply.get("method") == "textDocument/publishDiagnostics":
            diagnostics = reply["params"]["diagnostics"]
            print(len(diagnostics), "diagnostics")
            for diagnostic in diagnostics:
                print(diagnostic["message"])
    return server.returncode


if __name__ == "__main__":
    sys.exit(main())
