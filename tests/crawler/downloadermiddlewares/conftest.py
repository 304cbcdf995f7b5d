"""What the tests of the way to the network share."""

from __future__ import annotations

import pytest

from tests.world.crawling import Config, Net
from tests.world.server import World


@pytest.fixture
def net(world: World) -> Net:
    """A process whose proxy is the local web and who trusts its authority."""
    return Net(config=Config(proxy=world.proxy, ca_files=(world.ca_file,)))
