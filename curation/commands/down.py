"""``curate down``: the local Label Studio, stopped."""

from curation import console


def down() -> None:
    """
    Stop the local Label Studio.

    Its data stays.

    Example: curate down
    """
    from curation.localserver.run import stop_server
    from curation.workspace import Workspace

    was_running = stop_server(Workspace.here().server_home)
    console.say(
        "Label Studio is stopped." if was_running else "No Label Studio was running here."
    )
