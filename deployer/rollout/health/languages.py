"""How a cell writes, reads and removes a file and lists a folder, by the kernel's language."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Language:
    """Cells of one language, as templates: `{path}` and `{text}` stand for string literals."""

    write: str
    read: str
    remove: str
    names: str

    def write_cell(self, path: str, text: str) -> str:
        return self.write.format(path=json.dumps(path), text=json.dumps(text))

    def read_cell(self, path: str) -> str:
        return self.read.format(path=json.dumps(path))

    def remove_cell(self, path: str) -> str:
        return self.remove.format(path=json.dumps(path))

    def list_cell(self, path: str) -> str:
        """Prints the names in a folder, a line each."""
        return self.names.format(path=json.dumps(path))


LANGUAGES: dict[str, Language] = {
    "python": Language(
        write="with open({path}, 'w') as file: file.write({text})",
        read="print(open({path}).read())",
        remove="import os; os.remove({path})",
        names="import os; print('\\n'.join(os.listdir({path})))",
    ),
    "r": Language(
        write="cat({text}, file = {path})",
        read="cat(readLines({path}, warn = FALSE))",
        remove="stopifnot(file.remove({path}))",
        names="writeLines(list.files({path}))",
    ),
    "julia": Language(
        write="write({path}, {text})",
        read="print(read({path}, String))",
        remove="rm({path})",
        names="foreach(println, readdir({path}))",
    ),
}
