"""What is said about the files of a run."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "run.no_run": Text(
        "{path} must be the folder of a finished run, with its run.json; there is none. "
        "Name the folder that stirfry train wrote, such as runs/iris-001.",
        "{path} 应是已完成的训练的文件夹，其中有 run.json；但没有找到。请写出 stirfry train 写入的文件夹，例如 runs/iris-001。",
    ),
    "run.unfinished": Text(
        "{path} holds a run that was cut off before it was finished, so there is no run.json yet. "
        "Finish it first: stirfry train --resume {word}",
        "{path} 中的训练在完成之前就中断了，因此还没有 run.json。请先把它训练完：stirfry train --resume {word}",
    ),
    "run.damaged_record": Text(
        "{path} must be the record of a run; it can't be read as one. Train again, or take a copy from a backup.",
        "{path} 应是一次训练的记录，但无法按记录读取。请重新训练，或从备份中恢复。",
    ),
    "run.later_format": Text(
        "{path} is written in format {found}; this version of stirfry knows formats up to {known}. "
        "Install a newer stirfry to read it.",
        "{path} 的格式版本为 {found}；当前的 stirfry 最多支持到 {known}。请安装更新版本的 stirfry 来读取。",
    ),
    "run.disk_full": Text(
        "{path} can't be written: there is no room left ({reason}). Nothing half-written was left behind. "
        "Free some space, or choose another place with --out.",
        "无法写入 {path}：空间不足（{reason}）。没有留下不完整的文件。请清理磁盘，或用 --out 换一个位置。",
    ),
    "run.no_folder": Text(
        "{path} can't be written: there is no folder {folder}. Make it first, or name another place.",
        "无法写入 {path}：文件夹 {folder} 不存在。请先建立它，或换一个位置。",
    ),
    "run.edited_recipe": Text(
        "{path} was changed after the run: the recipe in it isn't the one that the run was made with, so what follows from it "
        "would be wrong. Take the change back; to train with other settings, use stirfry train.",
        "{path} 在运行之后被改动过：其中的配方不是这次运行所用的配方，由它得出的结果会是错的。请撤销改动；如要换用别的设置，请使用 stirfry train。",
    ),
    "run.not_writable": Text(
        "{path} can't be written: {reason}. Nothing half-written was left behind. "
        "Choose a folder that you may write to, with --out or -o.",
        "无法写入 {path}：{reason}。没有留下不完整的文件。请用 --out 或 -o 指定一个可写的位置。",
    ),
}
