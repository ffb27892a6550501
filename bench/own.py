"""A gateway of our own with one container and one small object in it, for what is measured on it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from fixtures.gateways.cluster import Cluster
from fixtures.gateways.embedded import EmbeddedGateway
from fixtures.gateways.model import Gateway
from fixtures.gateways.runs import container_name, new_run_id
from fixtures.gateways.swift import USER_AGENT, Container, SwiftSession
from fixtures.wire.client import Client, Endpoint
from fixtures.wire.message import Framing, Request, make_fields

NAME = "files/link"


@dataclass(frozen=True, slots=True)
class Own:
    """Where to ask, and with which token."""

    gateway: Gateway
    session: SwiftSession
    container: Container

    @property
    def token(self) -> str:
        """What a request for the container is sent with."""
        return self.session.token

    @property
    def path(self) -> str:
        """Of the small object."""
        return f"{self.session.storage_path}/{self.container.name}/{NAME}"

    @property
    def credentials(self) -> str:
        """What `--credentials` reads of its users, secrets included."""
        lines = []
        for table, account in (("default", self.gateway.account), ("default.second", self.gateway.second)):
            if account is not None and account.swift_key is not None and account.s3_secret_key is not None:
                lines += [
                    f"[{table}]",
                    f'swift_user = "{account.swift_user}"',
                    f'swift_key = "{account.swift_key.value}"',
                    f's3_access_key = "{account.s3_access_key}"',
                    f's3_secret_key = "{account.s3_secret_key.value}"',
                ]
                lines += [f'version = "{self.gateway.version}"'] if table == "default" else []
        return "\n".join(lines) + "\n"

    def head(self) -> Request:
        """A HEAD of the small object, as a check sends it."""
        return self._asking("HEAD", self.path)

    def get(self, name: str) -> Request:
        """A GET of another object."""
        return self._asking("GET", f"{self.session.storage_path}/{self.container.name}/{name}")

    def _asking(self, method: str, path: str) -> Request:
        pairs = [
            ("Host", self.session.client.endpoint.authority),
            ("User-Agent", USER_AGENT),
            ("X-Auth-Token", self.token),
        ]
        return Request(method, path.encode(), make_fields(pairs), Framing.NONE, None)


@contextmanager
def own_gateway(cluster: Cluster | None = None) -> Iterator[Own]:
    """Start it, on a cluster in memory unless one is given that is not started yet, and end both."""
    with ExitStack() as stack:
        cluster = cluster or Cluster()
        stack.callback(cluster.stop)
        cluster.start()
        embedded = EmbeddedGateway(cluster=cluster)
        stack.callback(embedded.stop)
        gateway = embedded.start()
        client = stack.enter_context(Client(Endpoint.of(gateway.url)))
        name = container_name(new_run_id(), "bench")
        session = SwiftSession(client, gateway.swift_auth_url, gateway.account, prefix=name)
        session.login()
        session.ask("PUT", name)
        container = Container(session, name)
        container.put(NAME, b"sha256:" + b"0" * 64)
        yield Own(gateway, session, container)
