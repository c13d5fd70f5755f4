"""What is said while a network is trained."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "engine.no_torch": Text(
        "Training and prediction need PyTorch, which isn't installed. "
        "Install it with: pip install 'stirfry[torch]'",
        "训练和预测需要 PyTorch，但尚未安装。请运行：pip install 'stirfry[torch]'",
    ),
    "engine.no_device": Text(
        "PyTorch sees no device `{device}` on this machine. Use --device auto, or run `stirfry doctor` to see why.",
        "PyTorch 在这台机器上找不到设备 `{device}`。请使用 --device auto，或运行 `stirfry doctor` 查看原因。",
    ),
    "engine.loss_needs_classes": Text(
        "{loss} compares classes, but the task is regression. Use mse, l1 or huber.",
        "{loss} 用于分类，而当前任务是回归。请改用 mse、l1 或 huber。",
    ),
    "engine.bce_needs_two": Text(
        "bce_with_logits is for two classes; found {classes}. Use cross_entropy.",
        "bce_with_logits 只用于两个类别，现在有 {classes} 个。请改用 cross_entropy。",
    ),
    "engine.weights_count": Text(
        "needs one weight a class: {classes}; found {found}. Give as many, in the order {labels}, or `balanced`.",
        "每个类别需要一个权重：共 {classes} 个，现在有 {found} 个。请按 {labels} 的顺序给出，或写 `balanced`。",
    ),
    "engine.batch_of_one": Text(
        "batch normalisation needs at least two rows in every batch, but {rows} rows in batches of {batch_size} leave "
        "one over. Set drop_last, or another batch size.",
        "批归一化要求每批至少两行，但 {rows} 行按每批 {batch_size} 行划分会剩下一行。请设置 drop_last，或换一个批大小。",
    ),
    "engine.loss_not_finite": Text(
        "The loss became {loss} in epoch {epoch}, so the run was stopped and nothing was saved. The weights have grown "
        "past what float32 can hold: most often because the learning rate ({lr}) is too high, or because inputs or "
        "targets are not scaled. Try a rate ten times lower, --scale standard, or --clip-norm 1.",
        "第 {epoch} 轮时损失变成了 {loss}，训练已停止，没有保存任何结果。权重已超出 float32 的范围："
        "多半是学习率（{lr}）过高，或者输入、目标没有缩放。请试试把学习率减小到十分之一、--scale standard 或 --clip-norm 1。",
    ),
    "engine.chosen_only": Text(
        "PyTorch's reference loop, the only engine so far",
        "PyTorch 参考循环（目前唯一的引擎）",
    ),
}
