"""A real S3 in a process of its own, that can be missing, refuse, go away and come back with what it holds."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from typing import Any

import boto3  # type: ignore[import-untyped] # its stubs are a package of their own
import botocore.config  # type: ignore[import-untyped] # as above
import httpx

from tests.servers import ports

#: of the bucket's two sides; moto asks for none in particular
SECRETS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_ALLOW_HTTP": "true",
}


class S3Server:
    """moto on a port of its own."""

    def __init__(self) -> None:
        self._port = ports.unused()
        self.address = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        return {**SECRETS, "AWS_ENDPOINT": self.address}

    @property
    def client(self) -> Any:
        """The official client, which looks at what is there."""
        return boto3.client(
            "s3",
            endpoint_url=self.address,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            region_name="us-east-1",
            config=botocore.config.Config(retries={"max_attempts": 0}),
        )

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        program = "from moto.server import main; import sys; main(sys.argv[1:])"
        self._process = subprocess.Popen(
            [sys.executable, "-c", program, "-H", "127.0.0.1", "-p", str(self._port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "MOTO_PORT": str(self._port)},
        )
        with httpx.Client(transport=httpx.HTTPTransport(retries=100)) as http:
            http.get(f"{self.address}/moto-api/", timeout=30)

    def stop(self) -> None:
        """Go away, with all it holds."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def delete_bucket(self, bucket: str) -> None:
        """Delete a bucket with all it holds, also while somebody writes into it."""
        while True:
            for one in self.client.list_objects_v2(Bucket=bucket).get("Contents", []):
                self.client.delete_object(Bucket=bucket, Key=one["Key"])
            with suppress(self.client.exceptions.ClientError):
                self.client.delete_bucket(Bucket=bucket)
                return

    def names(self, bucket: str) -> set[str]:
        """Return the names of what the bucket holds, without the small copies that a page shows first."""
        found = self.client.list_objects_v2(Bucket=bucket).get("Contents", [])
        keys = [one["Key"] for one in found if "/" in one["Key"]]
        return {key.rpartition("/")[2] for key in keys if not self._is_small_copy(bucket, key)}

    def _is_small_copy(self, bucket: str, key: str) -> bool:
        start: bytes = self.client.get_object(Bucket=bucket, Key=key, Range="bytes=0-11")[
            "Body"
        ].read()
        return start[8:12] == b"WEBP"
