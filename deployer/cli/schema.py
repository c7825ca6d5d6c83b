"""`deployer schema`."""

from __future__ import annotations

import click

from deployer.cli.options import json_option, this_project


@click.command(short_help="Write the JSON Schemas that editors use.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when a file is not up to date.")
@json_option
def command(check: bool, as_json: bool) -> int:
    """Write what is made from the models: schemas/*.schema.json for editors, and docs/community-file.md for people.

    A community file with the line
    `# yaml-language-server: $schema=../schemas/community.schema.json`
    is completed and checked while you type, in every editor with a YAML language server.

    \b
    deployer schema             after a change to schemas/*.py
    deployer schema --check     in a pipeline
    """
    from deployer.config.generated import stale_files, write_generated
    from deployer.report.schema import show_generated

    project = this_project()
    files = list(stale_files(project)) if check else write_generated(project)
    show_generated([project.relative(file) for file in files], written=not check, as_json=as_json)
    return 1 if check and files else 0
