"""What the command line says around results."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    "cli.report_written": Text("The report was written to {path}.", "报告已写入 {path}。"),
    "cli.error": Text("Error:", "错误："),
    "cli.out_of_memory": Text(
        "There was not enough memory. Use less data, smaller batches (--batch-size) or a smaller network (--hidden).",
        "内存不足。请减少数据、减小批大小（--batch-size）或使用更小的网络（--hidden）。",
    ),
    "cli.interrupted": Text("Interrupted.", "已中断。"),
    "cli.see_help": Text("See `{command} --help`.", "参见 `{command} --help`。"),
    "cli.no_option": Text("There is no option {option}.", "没有选项 {option}。"),
    "cli.no_option_near": Text(
        "There is no option {option}. Did you mean {near}?", "没有选项 {option}。是不是想写 {near}？"
    ),
    "cli.missing_argument": Text("{name} is missing.", "缺少 {name}。"),
    "cli.option_value": Text(
        "{option} needs a value that fits it, or takes none.", "{option} 需要一个合适的值，或者不接受值。"
    ),
    "cli.bad_value": Text(
        "{option} takes {wanted}; found {found}.", "{option} 的值应为{wanted}，现在是 {found}。"
    ),
    "cli.wanted.whole": Text("a whole number of at least {least}", "不小于 {least} 的整数"),
    "cli.wanted.seconds": Text("a number of seconds above 0", "大于 0 的秒数"),
    "cli.too_many_words": Text(
        "There is nothing that takes {words} here. Put names with spaces in quotes, and see `{command} --help`.",
        "这里用不上 {words}。名称中有空格时请加引号；参见 `{command} --help`。",
    ),
    "cli.no_command": Text(
        "There is no command {name}. There are: {known}.", "没有命令 {name}。可用的有：{known}。"
    ),
    "cli.no_command_near": Text(
        "There is no command {name}. Did you mean {near}?", "没有命令 {name}。是不是想写 {near}？"
    ),
    "cli.no_language": Text(
        "--lang takes one of {known}; found {found}.", "--lang 只能是 {known} 之一，现在是 {found}。"
    ),
    "cli.resume_alone": Text(
        "--resume goes on with what had been asked for, so it stands without a source, a recipe or settings. "
        "Take them out.",
        "--resume 按原来的要求继续，不能再写数据来源、配方或其他设置。请删去它们。",
    ),
    "cli.one_process": Text(
        "Only `stirfry train` runs in several processes, and torchrun has started {processes}. Run `{command}` without "
        "torchrun.",
        "只有 `stirfry train` 可以在多个进程中运行，而 torchrun 启动了 {processes} 个。请不用 torchrun 运行 `{command}`。",
    ),
    "cli.layer": Text("layer", "层"),
    "cli.output_shape": Text("output shape", "输出形状"),
    "cli.parameters": Text("parameters", "参数个数"),
    "cli.input": Text("input", "输入"),
    "cli.in_all": Text("in all", "合计"),
    "cli.in_all_loss": Text("in all (loss: {loss})", "合计（损失函数：{loss}）"),
    "cli.score": Text("score", "指标"),
    "cli.value": Text("value", "值"),
    "cli.counted": Text("{things:rows|images}", "{things:行数|张数}"),
    "cli.part.train": Text("train", "训练"),
    "cli.part.validation": Text("validation", "验证"),
    "cli.part.test": Text("test", "测试"),
    "cli.part.held_out": Text("held out", "留出部分"),
    "cli.mean": Text("mean", "均值"),
    "cli.mean_and_sd": Text("mean ± sd", "均值 ± 标准差"),
    "cli.over_repeats": Text(
        "Over {count:seed|seeds}, all on the same split ({seconds} s):",
        "{count:,} 个种子，划分都相同（用时 {seconds} 秒）：",
    ),
    "cli.over_folds": Text(
        "Cross-validated in {count:fold|folds}, without the test part ({seconds} s):",
        "{count:,} 折交叉验证，不含测试部分（用时 {seconds} 秒）：",
    ),
    "cli.spread": Text(
        "Over {count:seed|seeds} on this split: {part} {metric} {value} ({span}), in {seconds} s.",
        "同一划分上 {count:,} 个种子，{part}部分的分数：{metric} {value}（{span}），用时 {seconds} 秒。",
    ),
    "cli.repeats_diverged": Text(
        "Diverged, and in no mean: seeds {members}.", "损失发散、未计入均值的种子：{members}。"
    ),
    "cli.folds_diverged": Text(
        "Diverged, and in no mean: folds {members}.", "损失发散、未计入均值的折：{members}。"
    ),
    "cli.several": Text("{what}: {share}", "{what}：{share}"),
    "cli.hidden": Text("hidden", "隐藏层"),
    "cli.lr": Text("rate", "学习率"),
    "cli.best_loss": Text("lowest\nvalidation loss", "最低\n验证损失"),
    "cli.final_loss": Text("final\nvalidation loss", "最终\n验证损失"),
    "cli.validation_accuracy_head": Text("validation\naccuracy", "验证\n准确率"),
    "cli.validation_r2_head": Text("validation\nR²", "验证\nR²"),
    "cli.diverged": Text("diverged", "发散"),
    "cli.some_diverged": Text("{count} of {runs} diverged", "{runs} 次中 {count} 次发散"),
    "cli.more_in": Text("… and {count:more|more} in {file}", "……其余 {count:,} 个见 {file}"),
    "cli.ranked_by_best": Text(
        "Ranked by the lowest validation loss, whose weights would be kept. The test part was not looked at.",
        "按最低验证损失排名（保留的就是那一轮的权重），没有使用测试部分。",
    ),
    "cli.ranked_by_last": Text(
        "Ranked by the final validation loss, as the last weights would be kept. The test part was not looked at.",
        "按最终验证损失排名（保留的是最后的权重），没有使用测试部分。",
    ),
    "cli.best": Text(
        "Best: hidden {hidden}, rate {lr}, validation loss {loss}.",
        "最佳：隐藏层 {hidden}，学习率 {lr}，验证损失 {loss}。",
    ),
    "cli.no_best": Text("Every network diverged. Try lower rates.", "所有网络都发散了。请换用更小的学习率。"),
    "cli.train_best": Text("Train it with: {command}", "训练它：{command}"),
    "cli.interval": Text("{part}: 95%\ninterval", "{part}部分的\n95% 区间"),
    "cli.interval_only": Text("95% interval", "95% 区间"),
    "cli.baseline": Text("baseline", "基线"),
    "cli.confusion": Text(
        "Confusion: true classes down, predicted across", "混淆矩阵：行为真实类别，列为预测类别"
    ),
    "cli.true_class": Text("true", "真实"),
    "cli.column": Text("column", "列"),
    "cli.role": Text("role", "角色"),
    "cli.reason": Text("why", "理由"),
    "cli.stopped.epochs": Text("Trained to the end: {epochs:epoch|epochs}.", "训练完成，共 {epochs:,} 轮。"),
    "cli.stopped.patience": Text(
        "Stopped after {epochs:epoch|epochs}: the validation loss no longer fell.",
        "训练 {epochs:,} 轮后停止：验证损失不再下降。",
    ),
    "cli.stopped.interrupted": Text("Interrupted after {epochs:epoch|epochs}.", "在 {epochs:,} 轮后中断。"),
    "cli.kept_epoch": Text("Weights of epoch {epoch:,}.", "使用第 {epoch:,} 轮的权重。"),
    "cli.took": Text(
        "{seconds} s in the {engine} engine on {device}.", "{engine} 引擎（{device}）用时 {seconds} 秒。"
    ),
    "cli.written": Text("Written to {folder}: {files}", "已写入 {folder}：{files}"),
    "cli.predict_next": Text(
        "Predict new {things:rows|images} with: stirfry predict {model} {things:NEW.csv|FOLDER}",
        "预测新数据：stirfry predict {model} {things:新数据.csv|新文件夹}",
    ),
    "cli.export_script": Text(
        "Run it with: python {path}",
        "运行脚本：python {path}",
    ),
    "cli.export_notebook": Text(
        "Open it with: jupyter lab {path}",
        "打开笔记本：jupyter lab {path}",
    ),
    "cli.export_onnx": Text(
        'Load it in Python with: onnxruntime.InferenceSession("{path}")',
        '在 Python 中加载：onnxruntime.InferenceSession("{path}")',
    ),
    "cli.export_pt2": Text(
        'Load it in Python with: torch.export.load("{path}").module()',
        '在 Python 中加载：torch.export.load("{path}").module()',
    ),
    "cli.predicted": Text(
        "{rows:row|rows} predicted and written to {path}", "已预测 {rows:,} {things:行|张图像}，写入 {path}"
    ),
    "cli.epoch": Text("epoch {epoch:,}/{epochs:,}", "第 {epoch:,}/{epochs:,} 轮"),
    "cli.loss": Text("loss {value}", "损失 {value}"),
    "cli.validation_loss": Text("validation loss {value}", "验证损失 {value}"),
    "cli.validation_accuracy": Text("validation accuracy {value}", "验证准确率 {value}"),
    "cli.validation_r2": Text("validation R² {value}", "验证 R² {value}"),
    "cli.speed": Text("{speed} epochs/s", "每秒 {speed} 轮"),
    "cli.time_left": Text("at most {left} left", "最多还需 {left}"),
    "cli.doctor": Text("this machine", "本机"),
    "cli.doctor_well": Text("Nothing to mend.", "一切正常，无需处理。"),
    "cli.recipe": Text("recipe", "配方"),
    "cli.about": Text("what it is", "内容"),
    "cli.variants": Text("variants: {names}", "变体：{names}"),
    "cli.quantity": Text("quantity", "量"),
    "cli.published": Text("published", "发表值"),
    "cli.median": Text("median", "中位数"),
    "cli.seeds": Text("({seeds:seed|seeds}, {seconds} s)", "（{seeds:,} 个种子，用时 {seconds} 秒）"),
    "cli.range": Text("lowest … highest", "最小 … 最大"),
    "cli.rank": Text("rank", "名次"),
    "cli.verdict": Text("verdict", "结论"),
    "cli.rank_of": Text("{rank} of {count}", "{rank}/{count}"),
    "cli.verdict.reproduced": Text("inside", "在范围内"),
    "cli.verdict.outside": Text("outside", "不在范围内"),
    "cli.verdict.reported": Text("–", "–"),
    "cli.reproducing": Text("{name}: seed {seed} of {seeds}", "{name}：第 {seed}/{seeds} 个种子"),
    "cli.findings.serious": Text("Serious", "严重"),
    "cli.findings.warning": Text("Warnings", "警告"),
    "cli.findings.remark": Text("Remarks", "提示"),
    "cli.findings.good": Text("Good", "良好"),
    "cli.more_checks": Text("Why this matters: {command}", "原因说明：{command}"),
}
