"""What is said about a whole action: training, resuming, recipes."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "actions.no_source": Text(
        "Training needs data. Name a source (iris, a CSV file, a folder of images), or a recipe with --recipe.",
        "训练需要数据。请给出数据来源（iris、CSV 文件、图像文件夹等），或用 --recipe 指定配方。",
    ),
    "actions.folded": Text(
        "The output {layer} was folded into the loss: {loss} applies it itself, and twice would be wrong. "
        "Prediction applies it.",
        "输出层 {layer} 已并入损失函数：{loss} 自带这一步，重复计算会出错。预测时会照常应用。",
    ),
    "actions.goes_on": Text(
        "Training goes on from {model}, with a new optimizer. Training adds up: these epochs come on top of its "
        "{epochs:,}. A new split may put data it has learned from into the test part; use the same seed and data.",
        "在 {model} 的基础上继续训练，优化器重新开始。训练是累加的：本次轮数加在原有的 {epochs:,} 轮之上。"
        "如果划分不同，它学过的数据可能进入测试部分，请使用相同的种子和数据。",
    ),
    "actions.fixed_by_model": Text(
        "comes from the model given with --from and can't be changed. Take it out, or train from the start.",
        "由 --from 给出的模型决定，不能更改。请删去它，或从头训练。",
    ),
    "actions.interrupted": Text(
        "Stopped by you after {epoch:epoch|epochs}; the best weights so far are kept. "
        "`stirfry train --resume FOLDER` goes on from here.",
        "已按您的要求在第 {epoch:,} 轮后停止，保留目前最好的权重。用 `stirfry train --resume 文件夹` 可以继续。",
    ),
    "actions.resumed": Text(
        "Resumed after {epoch:epoch|epochs}, as if nothing had happened.",
        "从第 {epoch:,} 轮之后继续，如同没有中断过。",
    ),
    "actions.restarted": Text(
        "torchrun has started all processes again ({restart} of {most}).",
        "torchrun 已重新启动所有进程（第 {restart}/{most} 次）。",
    ),
    "actions.one_process": Text(
        "{options} can't be used in several processes, and torchrun has started {processes}. Leave torchrun out: other "
        "seeds and folds are trained in one process.",
        "{options} 不能用于多个进程，而 torchrun 启动了 {processes} 个。请不用 torchrun：其他种子和各折在一个进程中训练。",
    ),
    "actions.different_data": Text(
        "Process {rank} has read other data than process 0. Every process reads the same source: see that it is the same "
        "file for all, and that nobody writes to it.",
        "进程 {rank} 读到的数据与进程 0 不同。所有进程读取同一个数据来源：请确认它们读的是同一个文件，且没有被改写。",
    ),
    "actions.share_of_one": Text(
        "batch normalisation needs at least two rows in every process, but {processes} processes share a batch of "
        "{rows}. Set drop_last, another batch size, or fewer processes.",
        "批归一化要求每个进程至少分到两行，但 {processes} 个进程要分担只有 {rows} 行的一批。"
        "请设置 drop_last、换一个批大小，或减少进程。",
    ),
    "actions.nothing_to_resume": Text(
        "{path} holds a finished run, so there is nothing to resume. `--from {path}` trains its model further.",
        "{path} 中的运行已经完成，无需继续。可用 `--from {path}` 在其模型上接着训练。",
    ),
    "actions.no_checkpoint": Text(
        "{path} holds no checkpoint. Give the folder of a run that was interrupted, such as runs/iris-001.",
        "{path} 中没有检查点。请给出被中断的运行的文件夹，例如 runs/iris-001。",
    ),
    "actions.resume_bfloat16": Text(
        "The run in {path} was begun in bfloat16 in the native engine, and this processor lacks AVX-512's bfloat16 "
        "instructions, or STIRFRY_ISA rules them out. Go on where they are there, or train it anew.",
        "{path} 中的运行是在原生引擎中用 bfloat16 开始的，而这台处理器没有 AVX-512 的 bfloat16 指令，或者被 STIRFRY_ISA 排除了。请在有这些指令的机器上继续，或重新训练。",
    ),
    "actions.resume_needs_data": Text(
        "The run in {path} was started on data in memory. Pass the same data again.",
        "{path} 中的运行使用的是内存中的数据。请再次传入相同的数据。",
    ),
    "actions.other_data": Text(
        "The data are no longer those that the run in {path} began with, so its losses could not go on as they would "
        "have. Put the data back, or start a new run.",
        "数据已与 {path} 开始时不同，无法按原来的过程继续。请恢复原数据，或重新开始。",
    ),
    "actions.no_curves": Text(
        "No curves were drawn: no epoch was finished.", "没有绘制曲线：一轮也没有完成。"
    ),
    "actions.no_recipe": Text(
        "There is no recipe and no file `{name}`. The recipes are: {known}.",
        "没有名为 `{name}` 的配方或文件。可用的配方有：{known}。",
    ),
    "actions.no_recipe_near": Text(
        "There is no recipe and no file `{name}`. Did you mean {near}?",
        "没有名为 `{name}` 的配方或文件。是不是想写 {near}？",
    ),
    "actions.recipe_unreadable": Text(
        "{path} can't be read as a recipe: {reason}. A recipe is a TOML file in UTF-8.",
        "无法把 {path} 当作配方读取：{reason}。配方是 UTF-8 编码的 TOML 文件。",
    ),
    "actions.no_variant": Text(
        "This recipe has no variant `{name}`. It has: {known}.",
        "这个配方没有变体 `{name}`。可用的有：{known}。",
    ),
    "actions.csv_missing": Text(
        "This recipe's data aren't here: {source} was looked for in {folder}. Name a folder that holds it with "
        "--data-dir, or give the path of your own file as SOURCE.",
        "找不到这个配方的数据：在 {folder} 中没有 {source}。请用 --data-dir 指明所在的文件夹，或直接把自己的文件作为 SOURCE。",
    ),
    "actions.no_quantity": Text(
        "The recipe asks for `{quantity}`, which its run of {epochs:epoch|epochs} doesn't have. It has: {known}.",
        "配方要求给出 `{quantity}`，但这次运行（共 {epochs:,} 轮）没有这个量。可用的有：{known}。",
    ),
    "actions.skipped": Text("{name} was skipped: {reason}", "跳过 {name}：{reason}"),
    "actions.no_sklearn": Text(
        "stirfry.Classifier and stirfry.Regressor need scikit-learn, which isn't installed. "
        "Install it with: pip install 'stirfry[sklearn]'",
        "stirfry.Classifier 和 stirfry.Regressor 需要 scikit-learn，但尚未安装。请运行：pip install 'stirfry[sklearn]'",
    ),
    "actions.one_class": Text(
        "A classifier needs at least two classes; y holds one class only: {found}. Add rows of another.",
        "分类器至少需要两个类别，而 y 中只有一个：{found}。请补充其他类别的数据。",
    ),
    "actions.repeats_count": Text(
        "`repeats` is a number of seeds, at least 1; found {found}.",
        "`repeats` 是种子个数，至少为 1；现在是 {found}。",
    ),
    "actions.folds_count": Text(
        "`folds` is a number of folds, at least 2; found {found}.",
        "`folds` 是折数，至少为 2；现在是 {found}。",
    ),
    "actions.folds_after_model": Text(
        "Cross-validation trains from the start: the model given with --from may have learned from the data that a "
        "fold holds out. Leave out --folds or --from.",
        "交叉验证必须从头训练：--from 给出的模型可能已经学过某一折留出的数据。请去掉 --folds 或 --from。",
    ),
    "actions.training_seeds": Text("{runs:more seed|more seeds}", "另外 {runs:,} 个种子"),
    "actions.training_folds": Text("{runs:fold|folds}", "{runs:,} 折"),
    "actions.training_grid": Text("{runs:network|networks}", "{runs:,} 个网络"),
    "actions.seeds_interrupted": Text(
        "Stopped by you: {done:,} of {asked:seed|seeds} are finished, and count.",
        "已按您的要求停止：{asked:,} 个种子中完成了 {done:,} 个，只统计这些。",
    ),
    "actions.folds_interrupted": Text(
        "Stopped by you: {done:,} of {asked:fold|folds} are finished, and count.",
        "已按您的要求停止：{asked:,} 折中完成了 {done:,} 折，只统计这些。",
    ),
    "actions.sweep_interrupted": Text(
        "Stopped by you: {done:,} of {asked:network|networks} are finished, and ranked.",
        "已按您的要求停止：{asked:,} 个网络中完成了 {done:,} 个，只对这些排名。",
    ),
    "actions.sweep_interrupted_early": Text(
        "Stopped by you before any of the {asked:,} networks was finished: there is nothing to rank or to write.",
        "已按您的要求停止：{asked:,} 个网络一个也没有完成，没有可排名或写入的内容。",
    ),
    "actions.sweep_of_one": Text(
        "A sweep compares several networks; this grid has one. Give several rates (--lr 1e-5..1) or widths "
        "(--hidden 4,8,16), or use `stirfry train`.",
        "扫描要比较多个网络，而这个网格里只有一个。请给出多个学习率（--lr 1e-5..1）或宽度（--hidden 4,8,16），"
        "或改用 `stirfry train`。",
    ),
    "actions.sweep_without_validation": Text(
        "A sweep chooses by the validation loss, so it needs a validation part; there is none. Give it a share of the "
        "data with --validation 0.2.",
        "扫描按验证损失挑选，需要验证部分，而现在没有。请用 --validation 0.2 分出一部分数据。",
    ),
    "actions.run_repr": Text(
        "Run {name}: {part} {metric} {value}, weights of epoch {epoch}",
        "运行 {name}：{part}部分的{metric}为 {value}，权重取自第 {epoch} 轮",
    ),
    "actions.run_without_scores": Text("Run {name}", "运行 {name}"),
    "actions.sweep_repr": Text(
        "Sweep {name}: {done:,} of {asked:network|networks}; best lr {lr:g}, hidden {hidden}, validation loss {loss:.4g}",
        "扫描 {name}：{asked:,} 个网络中完成 {done:,} 个；最好的是 lr {lr:g}、hidden {hidden}，验证损失 {loss:.4g}",
    ),
    "actions.sweep_without_best": Text(
        "Sweep {name}: {done:,} of {asked:network|networks}; none has finished without diverging",
        "扫描 {name}：{asked:,} 个网络中完成 {done:,} 个；没有一个不发散",
    ),
    "actions.population_repeats": Text("{count:seed|seeds}", "{count:,} 个种子"),
    "actions.population_folds": Text("{count:fold|folds}", "{count:,} 折"),
    # What the checks say around their findings.
    "actions.checked_classes": Text(
        "{name}: {rows:row|rows}, {columns:column|columns}, {classes:class|classes} ({parts}).",
        "{name}：{rows:,} 行，{columns:,} 列，{classes:,} 个类别（{parts}）。",
    ),
    "actions.checked_regression": Text(
        "{name}: {rows:row|rows}, {columns:column|columns}, regression ({parts}).",
        "{name}：{rows:,} 行，{columns:,} 列，回归（{parts}）。",
    ),
    "actions.checked_images": Text(
        "{name}: {rows:image|images} of {shape} pixels, {classes:class|classes} ({parts}).",
        "{name}：{rows:,} 张 {shape} 像素的图像，{classes:,} 个类别（{parts}）。",
    ),
    "actions.checked_train": Text("{rows:,} to train", "训练 {rows:,} {things:行|张}"),
    "actions.checked_validation": Text("{rows:,} to validate", "验证 {rows:,} {things:行|张}"),
    "actions.checked_test": Text("{rows:,} to test", "测试 {rows:,} {things:行|张}"),
    "actions.severity.serious": Text("serious", "严重"),
    "actions.severity.warning": Text("warning", "警告"),
    "actions.severity.remark": Text("remark", "提示"),
    "actions.severity.good": Text("good", "良好"),
    "actions.finding": Text("{severity}: {seen} {do}", "{severity}：{seen}{do}"),
    "actions.nothing_found": Text("Nothing found that speaks against training.", "没有发现妨碍训练的问题。"),
    "actions.diverged": Text(
        "The loss became {loss} in epoch {epoch}, so the run was stopped and nothing was saved. The weights have grown "
        "past what float32 can hold: most often because the learning rate ({lr:g}) is too high, or because inputs or "
        "targets are not scaled. Try a rate of {rate:g}, --scale standard, or --clip-norm 1.",
        "第 {epoch} 轮时损失变成了 {loss}，训练已停止，没有保存任何结果。权重已超出 float32 的范围："
        "多半是学习率（{lr:g}）过高，或者输入、目标没有缩放。请试试学习率 {rate:g}、--scale standard 或 --clip-norm 1。",
    ),
    "actions.diverged_try": Text(
        "The loss became {loss} in epoch {epoch}, so the run was stopped and nothing was saved. The weights have grown "
        "past what float32 can hold: most often because the learning rate ({lr:g}) is too high, or because inputs or "
        "targets are not scaled. Try a rate of {rate:g}: {command}",
        "第 {epoch} 轮时损失变成了 {loss}，训练已停止，没有保存任何结果。权重已超出 float32 的范围："
        "多半是学习率（{lr:g}）过高，或者输入、目标没有缩放。请试试学习率 {rate:g}：{command}",
    ),
    "actions.verdicts_failed": Text(
        "The run is trained and scored, but what stirfry says about it failed: {fault} ({where}). That is a fault of "
        "stirfry, not of your data; please report it. In Python the run is the error's `run`.",
        "训练和评分都已完成，但 stirfry 得出结论时出错：{fault}（{where}）。这是 stirfry 自身的错误，与您的数据无关，请反馈给我们。"
        "在 Python 中，训练结果是该异常的 `run`。",
    ),
    "actions.verdicts_failed_written": Text(
        "The run is trained and written to {path}, but what stirfry says about it failed: {fault} ({where}). That is a "
        "fault of stirfry, not of your data; please report it. Only verdicts are missing.",
        "训练已完成并写入 {path}，但 stirfry 得出结论时出错：{fault}（{where}）。这是 stirfry 自身的错误，与您的数据无关，"
        "请反馈给我们。缺少的只有结论。",
    ),
    "actions.data_changed": Text(
        "{source} has changed since the run {name}, and can't be read as it was then: {reason} Put the data back.",
        "{source} 在运行 {name} 之后被改动过，无法按当时的方式读取：{reason}请恢复原数据。",
    ),
    "actions.data_gone": Text(
        "The run {name} was trained on {source}, which can't be found from the folder that you are in. "
        "Put the data back, or change to the folder in which the run was trained.",
        "运行 {name} 是用 {source} 训练的，从当前文件夹找不到这份数据。请把数据放回原处，或切换到当初训练时所在的文件夹。",
    ),
}
