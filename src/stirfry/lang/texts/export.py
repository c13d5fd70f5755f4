"""What is said about a run in another form: errors, and the words in the forms themselves."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "export.unknown_kind": Text(
        "There is no form {kind} to export to. There are: {known}.",
        "没有名为 {kind} 的导出形式。可用的有：{known}。",
    ),
    "export.unknown_kind_near": Text(
        "There is no form {kind} to export to; did you mean {near}? There are: {known}.",
        "没有名为 {kind} 的导出形式；是不是 {near}？可用的有：{known}。",
    ),
    "export.exists": Text(
        "{path} is there already, and export overwrites only what it wrote into the run folder itself. "
        "Name another file with -o, or delete this one.",
        "{path} 已经存在；导出只会覆盖它自己写在运行文件夹里的文件。请用 -o 换一个文件名，或删除这个文件。",
    ),
    "export.no_place": Text(
        "This run has no folder that the {kind} could go to. Name a file: run.export(path, to=...).",
        "这次运行没有文件夹可以存放 {kind}。请给出文件：run.export(path, to=...)。",
    ),
    "export.interrupted": Text(
        "The run {name} was interrupted after {epochs:epoch|epochs}, so it isn't what its settings say. "
        "Finish it with `stirfry train --resume {name}`, then export it.",
        "运行 {name} 在第 {epochs:,} 轮之后被中断，结果与其设置不一致。请先用 `stirfry train --resume {name}` 把它跑完，再导出。",
    ),
    "export.in_memory": Text(
        "The run {name} was trained on data in memory, which a script can't read again. "
        "Save the data to a CSV file and train on that.",
        "运行 {name} 使用的是内存中的数据，脚本无法再次读取。请把数据存为 CSV 文件，再用该文件训练。",
    ),
    "export.other_data": Text(
        "{source} no longer holds the data that the run {name} was trained on, so the script couldn't give its numbers. "
        "Put the data back, or train again.",
        "{source} 中的数据已不是运行 {name} 训练时的数据，脚本无法得出相同的数值。请恢复原数据，或重新训练。",
    ),
    "export.goes_on": Text(
        "The run {name} went on from another model's weights (--from), which a script doesn't have. "
        "Export a run that was trained from the start.",
        "运行 {name} 是在另一个模型的权重上继续训练的（--from），脚本中没有这些权重。请导出从头训练的运行。",
    ),
    "export.own_network": Text(
        "The run {name} trained a network of your own, {module}, whose class a script can't hold. "
        "Only networks that stirfry made can be written as a script; --to pt2 takes yours as it is.",
        "运行 {name} 训练的是您自己的网络 {module}，脚本无法包含它的类。只有 stirfry 生成的网络能写成脚本；--to pt2 可以原样导出您的网络。",
    ),
    "export.own_loss": Text(
        "The run {name} used a loss of your own, {loss}, which a script can't hold. "
        "Train with one of the losses that have a name.",
        "运行 {name} 使用了您自己的损失函数 {loss}，脚本无法包含它。请改用有名称的损失函数训练。",
    ),
}
