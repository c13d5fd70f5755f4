"""What is said about the files of a run."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "run.disk_full": Text(
        "{path} can't be written: there is no room left ({reason}). Nothing half-written was left behind. "
        "Free some space, or choose another place with --out.",
        "无法写入 {path}：空间不足（{reason}）。没有留下不完整的文件。请清理磁盘，或用 --out 换一个位置。",
    ),
    "run.not_writable": Text(
        "{path} can't be written: {reason}. Nothing half-written was left behind. "
        "Choose a folder that you may write to, with --out or -o.",
        "无法写入 {path}：{reason}。没有留下不完整的文件。请用 --out 或 -o 指定一个可写的位置。",
    ),
}
