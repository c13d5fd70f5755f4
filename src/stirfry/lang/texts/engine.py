"""What is said while a network is trained."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "engine.no_torch": Text(
        "This is PyTorch's work, and PyTorch isn't installed: the native engine takes chains of known layers only, "
        "and only where it was built. Install PyTorch with: pip install 'stirfry[torch]'",
        "这需要由 PyTorch 完成，但尚未安装：原生引擎只处理由已知层依次组成的网络，而且必须在安装时编译成功。"
        "请运行：pip install 'stirfry[torch]'",
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
    "engine.native": Text(
        "a chain of Linear layers of this size is trained fastest by the native engine",
        "这种规模、由 Linear 层组成的网络，用原生引擎训练最快",
    ),
    "engine.native_images": Text(
        "a small convolutional network is trained fastest by the native engine",
        "小型卷积网络用原生引擎训练最快",
    ),
    "engine.graphics_card": Text(
        "convolutions go to the graphics card, through PyTorch",
        "卷积网络交给显卡，由 PyTorch 训练",
    ),
    "engine.asked_for": Text(
        "the plan asks for `{engine}`",
        "训练计划指定了 `{engine}`",
    ),
    "engine.large": Text(
        "at {multiplications:,} multiplications {things:a row|an image} PyTorch is the faster one",
        "每{things:行|张图像}有 {multiplications:,} 次乘法，这时 PyTorch 更快",
    ),
    "engine.not_built": Text(
        "the native engine isn't there: it is compiled when stirfry is installed, and no C++ compiler was found. "
        "Small networks train many times slower without it",
        "没有原生引擎：它在安装 stirfry 时编译，而当时没有找到 C++ 编译器。没有它，小网络的训练要慢许多倍",
    ),
    "engine.layers_missing": Text(
        "the native engine doesn't have {layers}",
        "原生引擎没有 {layers} 层",
    ),
    "engine.other_device": Text(
        "the plan asks for the device `{device}`, and the native engine computes on the processor",
        "训练计划指定了设备 `{device}`，而原生引擎只在处理器上计算",
    ),
    "engine.settings_missing": Text(
        "the native engine doesn't know {settings}",
        "原生引擎不支持 {settings}",
    ),
    "engine.no_bfloat16_images": Text(
        "the native engine computes convolutions and pooling in float32 only",
        "原生引擎的卷积和池化只用 float32 计算",
    ),
    "engine.no_bfloat16": Text(
        "the native engine computes in bfloat16 only with AVX-512's bfloat16 instructions, which this processor lacks or "
        "STIRFRY_ISA rules out",
        "原生引擎只用 AVX-512 的 bfloat16 指令来计算 bfloat16，而这台处理器没有，或者被 STIRFRY_ISA 排除了",
    ),
    "engine.streamed": Text(
        "the images don't fit into memory, and this engine reads them as it trains",
        "图像装不进内存，这个引擎边训练边读取",
    ),
    "engine.cannot_stream": Text(
        "The engine `{engine}` needs all images in memory, and they don't fit. Use --engine auto, or let them take more "
        "with --memory.",
        "`{engine}` 引擎需要把全部图像装入内存，而内存不够。请使用 --engine auto，或用 --memory 允许占用更多内存。",
    ),
    "engine.torch_cannot": Text(
        "The engine `torch` is the plain loop and doesn't know {settings}. Use --engine torch_fast, or leave them out.",
        "`torch` 引擎就是最朴素的训练循环，不支持 {settings}。请使用 --engine torch_fast，或去掉这些设置。",
    ),
    "engine.images_only": Text(
        "is for images; these rows are not. Leave it out.",
        "只用于图像，而这些数据不是图像。请去掉它。",
    ),
    "engine.streams_alone": Text(
        "Rows that stay on disk are read by one process, but {processes} share this run. Train with one process, or "
        "raise --memory so that the rows fit.",
        "留在磁盘上的数据只能由一个进程读取，而这次运行有 {processes} 个进程。请用一个进程训练，或调大 --memory，让数据能装进内存。",
    ),
    "engine.native_cannot": Text(
        "The engine `native` was asked for, but {reason}. Use --engine auto or --engine torch_fast.",
        "指定了 `native` 引擎，但{reason}。请使用 --engine auto 或 --engine torch_fast。",
    ),
    "engine.no_isa": Text(
        "STIRFRY_ISA is `{wanted}`, which this processor doesn't have. It has: {there}. Take STIRFRY_ISA away to use "
        "the best one.",
        "STIRFRY_ISA 的值是 `{wanted}`，但这个处理器不支持。可用的有：{there}。去掉 STIRFRY_ISA 即可使用其中最快的。",
    ),
    "engine.several_processes": Text(
        "{processes:process|processes} train together, which the fast PyTorch engine does",
        "由 {processes:,} 个进程共同训练，这由优化过的 PyTorch 引擎完成",
    ),
    "engine.one_process_engine": Text(
        "The engine `{engine}` trains in one process, and torchrun has started {processes}. Use --engine torch_fast, or "
        "leave torchrun out.",
        "`{engine}` 引擎只在一个进程中训练，而 torchrun 启动了 {processes} 个。请使用 --engine torch_fast，或不用 torchrun。",
    ),
    "engine.one_process_device": Text(
        "Several processes train on processors (cpu) or NVIDIA cards (cuda), not on `{device}`; torchrun has started "
        "{processes}. Use --device cpu, or leave torchrun out.",
        "多个进程只能在处理器（cpu）或 NVIDIA 显卡（cuda）上训练，不能使用 `{device}`，而 torchrun 启动了 {processes} 个。"
        "请使用 --device cpu，或不用 torchrun。",
    ),
    "engine.too_few_cards": Text(
        "Every process needs a graphics card of its own: there are {cards:card|cards} for {processes} processes. Start "
        "torchrun with --nproc-per-node {cards}, or use --device cpu.",
        "每个进程需要单独一块显卡，现在有 {cards:,} 块显卡、{processes} 个进程。"
        "请用 --nproc-per-node {cards} 启动 torchrun，或使用 --device cpu。",
    ),
    "engine.loss_no_mean": Text(
        "Several processes share the rows of a batch, so the loss must be a mean over rows, and your loss isn't one: its "
        "value for some of the rows and its value for the others don't average to that for all. Return a mean over rows, "
        "or train in one process.",
        "多个进程分担每批的行，因此损失必须是各行的平均值，而您的损失不是：把各部分行的值按行数平均，得不到全部行的值。"
        "请返回各行的平均值，或在一个进程中训练。",
    ),
    "engine.process_lost": Text(
        "Another process of this run has ended. torchrun starts all of them again ({restart} of {restarts}), and they go "
        "on from the last checkpoint.",
        "本次运行的另一个进程已终止。torchrun 会重新启动所有进程（第 {restart}/{restarts} 次），并从最近的检查点继续。",
    ),
    "engine.process_lost_at_last": Text(
        "Another process of this run has ended, and torchrun doesn't start them again: it may do so {restarts:time|times} "
        "(--max-restarts). `stirfry train --resume FOLDER` goes on from the last checkpoint.",
        "本次运行的另一个进程已终止，torchrun 不会再重新启动（--max-restarts 为 {restarts}）。"
        "可用 `stirfry train --resume 文件夹` 从最近的检查点继续。",
    ),
    "engine.other_engine": Text(
        "The checkpoint was written by the engine `{before}`, and this run would use `{now}`. Go on with "
        "--engine {before}.",
        "检查点是由引擎 `{before}` 写的，而这次会使用 `{now}`。请加上 --engine {before} 再继续。",
    ),
}
