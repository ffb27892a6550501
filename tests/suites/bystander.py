"""A pytest plugin that kills radosgw while a check is half done, as a request that another client sent would."""

import os
import signal
import socket
from urllib.parse import quote

import pytest

VICTIM = "test_a_container_may_have_any_name[hash]"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    """The gateway dies after the first answer to the check, and its log names a request that is not the check's."""
    if pyfuncitem.name != VICTIM:
        return (yield)
    # Imported late: the project's own plugins come after this one.
    from fixtures.gateways.crashes import PID  # noqa: PLC0415
    from fixtures.gateways.daemons import birth, until  # noqa: PLC0415
    from fixtures.gateways.swift import SwiftSession  # noqa: PLC0415

    right = SwiftSession.ask

    def deadly(session, method, container, *arguments, **options):
        answer = right(session, method, container, *arguments, **options)
        SwiftSession.ask = right
        endpoint = session.client.endpoint
        with socket.create_connection((endpoint.host, endpoint.port), 10) as other:
            target = f"{session.storage_path}/{quote(container)}/other"
            head = f"PUT {target} HTTP/1.1\r\nHost: {endpoint.authority}\r\nX-Auth-Token: {session.token}\r\n"
            other.sendall(f"{head}Expect: 100-continue\r\nContent-Length: 9\r\n\r\n".encode())
            other.settimeout(10)
            # The gateway has begun it: from here on its log names it.
            assert other.recv(1000).startswith(b"HTTP/1.1 100 ")
            pid = int((pyfuncitem.funcargs["gateway"].directory / PID).read_text())
            os.kill(pid, signal.SIGSEGV)
            until(lambda: birth(pid) is None, what="the end of radosgw", seconds=20)
        return answer

    SwiftSession.ask = deadly
    try:
        return (yield)
    finally:
        SwiftSession.ask = right
