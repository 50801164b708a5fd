"""Writes a C++ file that holds the bytes of other files: embed.py NAME OUTPUT ROOT FILE..."""
import os
import sys

name, output, root, *files = sys.argv[1:]
CHUNK = 8192  # a string literal may not be endless; adjacent ones are joined by the compiler

def literal(data: bytes) -> str:
    """Octal escapes are safe in front of digits, hexadecimal ones are not."""
    out = []
    for byte in data:
        char = chr(byte)
        if char in '"\\?':
            out.append("\\" + char)
        elif 32 <= byte < 127:
            out.append(char)
        else:
            out.append(f"\\{byte:03o}")
    return '"' + "".join(out) + '"'

lines = ['#include "base/embedded.hpp"', "namespace peregrine::embedded {", "namespace {"]
rows = []
for index, path in enumerate(sorted(files)):
    with open(path, "rb") as file:
        data = file.read()
    chunks = [literal(data[at:at + CHUNK]) for at in range(0, len(data), CHUNK)] or ['""']
    lines.append(f"constexpr char bytes_{index}[] =\n" + "\n".join(chunks) + ";")
    rows.append(f'    {{"{os.path.relpath(path, root)}", std::string_view(bytes_{index}, {len(data)})}},')
lines += [f"constexpr EmbeddedFile files[] = {{", *rows, "};", "}",
          f"std::span<const EmbeddedFile> {name}() {{ return files; }}", "}", ""]
with open(output, "w") as file:
    file.write("\n".join(lines))
