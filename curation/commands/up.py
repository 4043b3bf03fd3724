"""``curate up``: a local Label Studio, started or found running."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from curation import console

if TYPE_CHECKING:
    from curation.localserver.accounts import LocalServer


def up(
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            metavar="PORT",
            min=1,
            max=65535,
            help="Port to use, or the next free one; 8080.",
        ),
    ] = None,
) -> None:
    """
    Start a local Label Studio.

    Where one runs already, says where. The first use installs Label Studio, in an
    environment of its own.

    Example: curate up
    """
    from curation.localserver.run import PORT, start_server
    from curation.schema.folder import require_schema_file
    from curation.workspace import Workspace

    workspace = Workspace.here()
    require_schema_file(workspace.config)
    local, is_new = start_server(
        workspace.server_home,
        workspace.server_environment,
        say=console.say,
        port=port or PORT,
    )
    console.lines(
        server_lines(local, is_new=is_new, asked_port=port, program=console.program())
    )


def server_lines(
    local: "LocalServer",
    *,
    is_new: bool,
    asked_port: int | None = None,
    program: str = "curate",
) -> Iterator[str]:
    """Where the local server is, how to log in, and how to stop it."""
    yield f"Label Studio is up{'' if is_new else ' already'}: {local.url}"
    if not is_new and asked_port not in (None, local.port):
        yield (
            f"warning: Label Studio stays on port {local.port} while it runs; "
            "--port is for starting it"
        )
    yield f"  user      {local.username}"
    yield f"  password  {local.password}"
    yield f"Stop it with: {program} down"
