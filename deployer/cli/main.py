"""The entry point: finds the subcommand, turns errors into text and exit codes."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

# name -> (module in deployer.cli, section of the help). A command is imported only when called or when its own help is
# asked for: `deployer --help` must not pay for pydantic, let alone for an SDK. So the one-line help stands here.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "validate": ("validate", "Communities", "Check community files."),
    "show": ("show", "Communities", "Print what a community file resolves to."),
    "schema": ("schema", "Communities", "Write the JSON Schemas that editors use."),
    "review": ("review", "Communities", "Tell whose approval a change needs."),
    "codeowners": ("codeowners", "Communities", "Write the file that tells GitHub whom to ask."),
    "secrets": ("secrets", "Communities", "Keep secrets in git, encrypted; rotate a hub's own keys."),
    "deploy": ("deploy", "Hubs", "Roll out a community: staging, a real check, then prod."),
    "promote": ("promote", "Hubs", "Bring prod to where its staging is, by hand."),
    "rollback": ("rollback", "Hubs", "Go back to what an earlier rollout was made from."),
    "history": ("history", "Hubs", "Tell what was done to hubs, by whom, and how it went."),
    "announce": ("announce", "Hubs", "Show people a line at the top of a hub's pages."),
    "preview": ("preview", "Hubs", "Show what a deploy would change."),
    "affected": ("affected", "Hubs", "Tell which stacks change since a commit, and why."),
    "status": ("status", "Hubs", "Tell what is up, where, and whether it is healthy."),
    "health": ("health", "Hubs", "Use a hub as a person would, and time each step."),
    "lanes": ("lanes", "Hubs", "Divide what workflows deploy into what goes on side by side."),
    "open": ("open", "Hubs", "Open a hub in the browser."),
    "password": ("password", "Hubs", "Print the shared password of a demo hub."),
    "logs": ("logs", "Hubs", "Print or follow a hub's logs."),
    "refresh": ("refresh", "Hubs", "Compare the recorded state with reality, and record what is true."),
    "drift": ("drift", "Hubs", "Tell what was changed by hand, by whom, and whether a deploy undoes it."),
    "state": ("state", "Hubs", "Tell where the state is; back it up, verify, repair and adopt it."),
    "destroy": ("destroy", "Hubs", "Take a community's hubs down; data is kept unless told otherwise."),
    "unlock": ("unlock", "Hubs", "Clear the lock that a killed run left behind."),
    "bootstrap": ("bootstrap", "Clouds", "Make an account ready for deploys: services, state, key, workflows."),
    "inspect": ("inspect_cluster", "Clouds", "Tell what a running cluster can and cannot offer."),
    "credentials": ("credentials", "Clouds", "Print a cluster's kubeconfig, or add it to yours."),
    "machines": ("machines", "Clouds", "Show the machines that clouds rent out, and which one a wish would get."),
    "cost": ("cost", "Clouds", "Tell what a community costs: idle month, hour in each profile."),
    "simulate": ("simulate", "Clouds", "Give a simulated cluster a real Kubernetes API server."),
    "charts": ("charts", "Machine", "List, update and mirror the Helm charts that hubs are made of."),
    "tools": ("tools", "Machine", "List and install the external tools."),
    "doctor": ("doctor", "Machine", "Check this machine and this checkout; say what to mend."),
}


class LazyGroup(click.Group):
    """Knows its commands' names and one-line helps; imports a command's module when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"deployer.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            ctx.fail(
                f"no command {name!r}" + (f"; did you mean {near[0]!r}?" if near else "; deployer --help lists them")
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        sections: dict[str, list[tuple[str, str]]] = {}
        for name, (_, section, short_help) in COMMANDS.items():
            sections.setdefault(section, []).append((name, short_help))
        for section, rows in sections.items():
            with formatter.section(section):
                formatter.write_dl(rows)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The checkout to act on, when you do not stand in it.",
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="hubs", prog_name="deployer")
def cli(project: Path | None, debug: bool) -> None:
    """One YAML file becomes a staging and a prod JupyterHub.

    \b
    deployer validate            check communities/*.yaml
    deployer deploy demo         staging, a real check, then prod
    deployer open demo           log in
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; exits 0, or with the error's own code (see `deployer.errors`)."""
    code = run(arguments)
    # Before it ends, the interpreter would look through all that lives: a fifteenth of a short command, for nothing.
    gc.freeze()
    sys.exit(code)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    # Imports make objects that all stay; to look through them again and again is a tenth of a short command.
    gc.set_threshold(200_000, *gc.get_threshold()[1:])
    # Pydantic would read the metadata of every installed package, to find plugins of its own among them.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from deployer.errors import DeployerError

    words = sys.argv[1:] if arguments is None else arguments
    try:
        outcome: Any = cli.main(args=words, prog_name="deployer", standalone_mode=False)
        return outcome if isinstance(outcome, int) else 0
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except DeployerError as error:
        if "--debug" in words:
            raise
        from deployer.report.errors import show_error

        show_error(error, as_json="--json" in words)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return 130
    except BrokenPipeError:
        # The reader of our output went away (`deployer show … | head`): nothing of ours is broken.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        if "--debug" in words:
            raise
        click.echo(
            f"an error nobody foresaw: {type(error).__name__}: {error}\n  that is a fault of the deployer; "
            "run again with --debug before the command's name and report what it prints",
            err=True,
        )
        return 1
