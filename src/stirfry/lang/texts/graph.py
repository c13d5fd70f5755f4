"""What is said about models as ONNX graphs and PyTorch programs."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "graph.missing_extra": Text(
        "ONNX files are made with the package {package}, which isn't installed. "
        'Add it: pip install "stirfry[{extra}]"',
        '生成 ONNX 文件需要 {package}，但尚未安装。安装命令：pip install "stirfry[{extra}]"',
    ),
    "graph.own_network": Text(
        "{module} is a network of your own, and only chains of layers that stirfry knows can be written as ONNX. "
        "Use --to pt2, which takes it as it is, or torch.onnx.export.",
        "{module} 是您自己的网络，而 ONNX 只能表示由 stirfry 已知的层依次连成的网络。"
        "请改用 --to pt2（原样导出），或使用 torch.onnx.export。",
    ),
    "graph.nameless": Text(
        "An ONNX graph takes columns by name, and column {place} has no name. Name it in the data and train again.",
        "ONNX 计算图按列名接收数据，而第 {place} 列没有名称。请在数据中给它起一个名称，再重新训练。",
    ),
    "graph.nul": Text(
        "An ONNX graph can't hold the text {text}: its runtimes end texts at a null character. "
        "Remove the character from the data and train again.",
        "ONNX 计算图无法保存文本 {text}：运行库会在空字符处截断文本。请删除数据中的空字符，再重新训练。",
    ),
    "graph.not_exportable": Text(
        "PyTorch can't turn {module} into a program: {reason}. torch.export wants a forward whose steps don't "
        "depend on the values that it is given, and that takes any number of rows.",
        "PyTorch 无法把 {module} 转成程序：{reason}。torch.export 要求 forward 的步骤不取决于输入的数值，"
        "并且能接受任意行数。",
    ),
}
