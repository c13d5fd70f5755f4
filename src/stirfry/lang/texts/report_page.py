"""What stands in a run's report."""

from __future__ import annotations

from stirfry.lang.text import Text

TEXTS: dict[str, Text] = {
    # The frame
    "report.theme_auto": Text("Auto", "自动"),
    "report.theme_light": Text("Light", "浅色"),
    "report.theme_dark": Text("Dark", "深色"),
    "report.copy": Text("Copy", "复制"),
    "report.copied": Text("Copied", "已复制"),
    "report.foot": Text(
        "Written by stirfry {version} on {date}. This file needs nothing besides itself.",
        "由 stirfry {version} 于 {date} 生成。这个文件不依赖任何其他文件。",
    ),
    "report.section_asked": Text("What was asked", "设置"),
    "report.section_data": Text("The data", "数据"),
    "report.section_checks": Text("Before training", "训练前的检查"),
    "report.section_network": Text("The network", "网络"),
    "report.section_curves": Text("How training went", "训练过程"),
    "report.section_scores": Text("How good it is", "成绩"),
    "report.section_answers": Text("Right and wrong", "对与错"),
    "report.section_mistakes": Text("The worst mistakes", "最严重的错误"),
    "report.section_matters": Text("What matters", "哪些列重要"),
    "report.section_regions": Text("What it answers where", "决策区域"),
    "report.section_verdicts": Text("What to make of it", "结论"),
    "report.section_again": Text("How to do it again", "如何重现"),
    "report.yes": Text("yes", "是"),
    "report.no": Text("no", "否"),
    # The head
    "report.kind_classes": Text(
        "{classes:class|classes} of {target} · {rows:row|rows}, {columns:column|columns} · {parameters:weight|weights}",
        "{target}，{classes:,} 个类别 · {rows:,} 行，{columns:,} 列 · {parameters:,} 个权重",
    ),
    "report.kind_classes_unnamed": Text(
        "{classes:class|classes} · {rows:row|rows}, {columns:value|values} each · {parameters:weight|weights}",
        "{classes:,} 个类别 · {rows:,} 行，每行 {columns:,} 个值 · {parameters:,} 个权重",
    ),
    "report.kind_images": Text(
        "{classes:class|classes} of images · {rows:image|images} · {parameters:weight|weights}",
        "{classes:,} 类图像 · {rows:,} 张 · {parameters:,} 个权重",
    ),
    "report.kind_numbers": Text(
        "{target}, a number · {rows:row|rows}, {columns:column|columns} · {parameters:weight|weights}",
        "{target}（数值）· {rows:,} 行，{columns:,} 列 · {parameters:,} 个权重",
    ),
    "report.kind_numbers_unnamed": Text(
        "A number · {rows:row|rows}, {columns:value|values} each · {parameters:weight|weights}",
        "预测数值 · {rows:,} 行，每行 {columns:,} 个值 · {parameters:,} 个权重",
    ),
    "report.head_classes": Text(
        "{value} of the {part} part's {rows} got the right class (95% interval {low} to {high}). "
        "Always saying “{label}” would get {baseline}.",
        "{part}部分的 {rows}中，{value} 分类正确（95% 区间：{low} 至 {high}）。若一律回答“{label}”，准确率是 {baseline}。",
    ),
    "report.head_classes_plain": Text(
        "{value} of the {part} part's {rows} got the right class. Always saying “{label}” would get {baseline}.",
        "{part}部分的 {rows}中，{value} 分类正确。若一律回答“{label}”，准确率是 {baseline}。",
    ),
    "report.head_numbers": Text(
        "On the {part} part's {rows} the typical error (RMSE) is {value} (95% interval {low} to {high}). "
        "Always saying the mean would give {baseline}. R² is {r2}.",
        "在{part}部分的 {rows}上，典型误差（RMSE）为 {value}（95% 区间：{low} 至 {high}）。"
        "若一律回答平均值，误差是 {baseline}。R² 为 {r2}。",
    ),
    "report.head_numbers_plain": Text(
        "On the {part} part's {rows} the typical error (RMSE) is {value}. Always saying the mean would give "
        "{baseline}. R² is {r2}.",
        "在{part}部分的 {rows}上，典型误差（RMSE）为 {value}。若一律回答平均值，误差是 {baseline}。R² 为 {r2}。",
    ),
    "report.head_no_scores": Text("This run has no scores.", "这次运行没有评分。"),
    "report.head_better": Text("The network has learned something.", "网络确实学到了东西。"),
    "report.head_unsure": Text(
        "That is too close to tell whether the network has learned anything.",
        "两者太接近，还不能断定网络学到了东西。",
    ),
    "report.head_worse": Text("The network does worse than that.", "网络还不如这样回答。"),
    "report.see_verdicts": Text("More below", "详见下文"),
    # What was asked
    "report.lead_asked": Text(
        "Bold is what was asked for. The rest are defaults, chosen by stirfry for data of this size.",
        "粗体是指定的设置，其余为默认值，由 stirfry 按数据规模选定。",
    ),
    "report.lead_settings": Text("The settings of this run.", "这次运行的设置。"),
    "report.group_data": Text("Data", "数据"),
    "report.group_network": Text("Network", "网络"),
    "report.group_training": Text("Training", "训练"),
    "report.default": Text("default", "默认"),
    "report.rows_share": Text("{rows}, {share}", "{rows}，{share}"),
    "report.no_hidden": Text("none", "无"),
    "report.layers_below": Text("see the network below", "见下文的网络"),
    "report.epochs_done": Text("at most {most:,}, {done:,} done", "最多 {most:,}，实际 {done:,}"),
    # The data
    "report.size_table": Text(
        "{rows:row|rows} with a label, {columns:column|columns} to learn from. The network learns from the training part "
        "alone; the validation part decides when to stop, and the test part decides nothing.",
        "共 {rows:,} 行带标签的数据，可供学习的列有 {columns:,} 个。网络只从训练部分学习；验证部分决定何时停止；测试部分不参与任何决定。",
    ),
    "report.size_images": Text(
        "{rows:image|images} of {shape} pixels. The network learns from the training part alone; the validation part "
        "decides when to stop, and the test part decides nothing.",
        "{rows:,} 张图像，每张 {shape} 像素。网络只从训练部分学习；验证部分决定何时停止；测试部分不参与任何决定。",
    ),
    "report.size_arrays": Text(
        "{rows:row|rows} of {inputs:array|arrays}. The network learns from the training part alone; the validation part "
        "decides when to stop, and the test part decides nothing.",
        "{rows:,} 行，{inputs:,} 个输入数组。网络只从训练部分学习；验证部分决定何时停止；测试部分不参与任何决定。",
    ),
    "report.count": Text("{count:row|rows}", "{count:,} {things:行|张图像}"),
    "report.held_out": Text("held out", "留出部分"),
    "report.classes": Text("Classes", "类别"),
    "report.more_classes": Text(
        "{count:more class|more classes}, all rarer.", "另有 {count:,} 个更少见的类别。"
    ),
    "report.columns": Text("Columns", "各列"),
    "report.column_name": Text("column", "列"),
    "report.column_role": Text("taken as", "当作"),
    "report.column_missing": Text("missing", "缺失"),
    "report.column_range": Text("from … to", "范围"),
    "report.column_values": Text("values", "分布"),
    "report.column_input": Text("input", "输入"),
    "report.column_shape": Text("shape", "形状"),
    "report.median": Text("median {value}", "中位数 {value}"),
    "report.more_levels": Text("and {count:other|others}", "等 {count:,} 种"),
    "report.more_columns": Text("{count:more column|more columns}.", "另有 {count:,} 列。"),
    "report.left_out": Text("Not looked at:", "未使用的列："),
    "report.examples": Text("Examples from the training part", "训练部分的示例"),
    "report.inputs": Text("Inputs", "输入"),
    "report.numbers": Text("numbers", "数值"),
    "report.whole_numbers": Text("whole numbers", "整数"),
    "report.target_values": Text("The target's values:", "目标值的分布："),
    # Checks and verdicts
    "report.no_checks": Text(
        "The data and the settings were checked before training, and nothing was found.",
        "训练前检查了数据和设置，没有发现问题。",
    ),
    "report.lead_checks": Text(
        "The data and the settings were checked before training. {count:thing was|things were} found, the most serious first.",
        "训练前检查了数据和设置，发现 {count:,} 处需要留意，最严重的在前。",
    ),
    "report.no_verdicts": Text(
        "The curves, the gradients and the scores were looked at after training, and nothing was found.",
        "训练后检查了曲线、梯度和分数，没有发现问题。",
    ),
    "report.lead_verdicts": Text(
        "The curves, the gradients and the scores were looked at after training. The likeliest cause comes first, each with "
        "one thing to try next.",
        "训练后检查了曲线、梯度和分数。最可能的原因在前，每一条都附有下一步的建议。",
    ),
    "report.serious": Text("serious", "严重"),
    "report.warning": Text("warning", "警告"),
    "report.remark": Text("good to know", "值得了解"),
    "report.good": Text("healthy", "正常"),
    "report.sure": Text("{share} sure", "把握 {share}"),
    "report.remarks": Text("{count:remark|remarks} made on the way", "过程中的 {count:,} 条提示"),
    # The network
    "report.lead_network": Text(
        "All {count:weight|weights} of the network. The thicker a line, the larger the weight; the stronger a dot's "
        "colour, the larger the bias. Rest the pointer on a line to see its number.",
        "网络的全部 {count:,} 个权重。线越粗，权重越大；圆点颜色越深，偏置越大。把指针停在线上可以看到数值。",
    ),
    "report.lead_blocks": Text(
        "{count:weight|weights} in all. Each box is a layer, with the shape that leaves it and how its weights are spread.",
        "共 {count:,} 个权重。每个方框是一层，标有输出形状和权重的分布。",
    ),
    "report.network_caption": Text(
        "From the inputs, left, to the answer, right.", "左侧为输入，右侧为输出。"
    ),
    "report.positive": Text("positive", "正"),
    "report.negative": Text("negative", "负"),
    "report.input": Text("input", "输入"),
    "report.weights": Text("{count:weight|weights}", "{count:,} 个权重"),
    "report.more_layers": Text("{count:more layer|more layers}", "另有 {count:,} 层"),
    "report.all_weights": Text("Every weight as a number", "全部权重的数值"),
    # Curves
    "report.curve_loss": Text("loss", "损失"),
    "report.curve_log": Text("loss, in powers of ten", "损失（对数刻度）"),
    "report.curve_accuracy": Text("accuracy", "准确率"),
    "report.curve_r2": Text("R²", "R²"),
    "report.no_epochs": Text("No epoch was finished.", "一轮也没有完成。"),
    "report.stopped_epochs": Text(
        "Trained to the end: {epochs:epoch|epochs} in {seconds} s.",
        "训练完全部 {epochs:,} 轮，用时 {seconds} 秒。",
    ),
    "report.stopped_patience": Text(
        "Training stopped after {epochs:epoch|epochs} and {seconds} s, since the validation loss no longer fell.",
        "验证损失不再下降，训练在第 {epochs:,} 轮后停止，用时 {seconds} 秒。",
    ),
    "report.stopped_interrupted": Text(
        "Training was interrupted after {epochs:epoch|epochs} and {seconds} s.",
        "训练在第 {epochs:,} 轮后被中断，用时 {seconds} 秒。",
    ),
    "report.kept_best": Text(
        "The weights of epoch {best:,} were kept, the best of them.",
        "保留了最好的一轮（第 {best:,} 轮）的权重。",
    ),
    "report.kept_last": Text("The last weights were kept.", "保留了最后的权重。"),
    "report.caption_loss": Text(
        "What training makes smaller. A gap that opens between the lines is overfitting.",
        "训练要减小的量。两条线之间的差距越拉越大，就是过拟合。",
    ),
    "report.caption_loss_best": Text(
        "What training makes smaller. The ring marks epoch {best:,}, whose weights were kept. A gap that opens between the "
        "lines is overfitting.",
        "训练要减小的量。圆圈标出第 {best:,} 轮，即保留权重的那一轮。两条线之间的差距越拉越大，就是过拟合。",
    ),
    "report.caption_accuracy": Text(
        "The share of {things:rows|images} with the right class. In training it is measured before each update.",
        "分类正确的{things:行|图像}所占的比例。训练部分的准确率在每次更新之前测得。",
    ),
    "report.caption_r2": Text(
        "The share of the target's variation that is explained: 1 is perfect, 0 is the mean.",
        "目标的变化中得到解释的比例：1 为完美，0 相当于一律回答平均值。",
    ),
    # Scores
    "report.score": Text("score", "指标"),
    "report.interval": Text("95% interval", "95% 区间"),
    "report.baseline": Text("baseline", "基线"),
    "report.range": Text("range", "范围"),
    "report.lead_scores": Text(
        "Measured on the {rows} of the {part} part. The intervals say how far each score could have been off with "
        "another sample of as many {things:rows|images}; a difference that is smaller than that is no difference.",
        "在{part}部分的 {rows}上测得。区间表示换一份{things:行|图像}数相同的样本时分数可能的变动范围；小于它的差别算不上差别。",
    ),
    "report.caption_scores": Text(
        "The large dot and its bar: the {part} part with its 95% interval. The upright line: the baseline. Small dots: the "
        "other parts.",
        "大圆点和横条：{part}部分及其 95% 区间。竖线：基线。小圆点：其他部分。",
    ),
    "report.share_of_baseline": Text("{metric} ÷ baseline", "{metric} ÷ 基线"),
    "report.over_repeats": Text("Over {count:seed|seeds}", "{count:,} 个随机种子"),
    "report.over_folds": Text("Over {count:fold|folds}", "{count:,} 折交叉验证"),
    "report.lead_repeats": Text(
        "The same run with other seeds on the same split: how much of the score is luck with the initial weights.",
        "同一划分、不同种子的相同运行：分数中有多少取决于初始权重的运气。",
    ),
    "report.lead_folds": Text(
        "Trained anew in each fold, without the test part: how much of the score is luck with the {things:rows|images}.",
        "每一折都重新训练，不使用测试部分：分数中有多少取决于分到哪些{things:行|图像}。",
    ),
    "report.caption_strip": Text(
        "{metric} on the {part} part, a dot for each; the line is the mean.",
        "{part}部分的{metric}，每次一个圆点；竖线为均值。",
    ),
    "report.caption_strip_own": Text(
        "{metric} on the {part} part, a dot for each seed; the line is the mean, the ring this run.",
        "{part}部分的{metric}，每个种子一个圆点；竖线为均值，圆圈为本次运行。",
    ),
    "report.repeats_diverged": Text(
        "Diverged, and in no mean: seeds {members}.", "发散、未计入均值的种子：{members}。"
    ),
    "report.folds_diverged": Text(
        "Diverged, and in no mean: folds {members}.", "发散、未计入均值的折：{members}。"
    ),
    # What matters
    "report.lead_matters": Text(
        "By how much the {metric} falls when one column's values are dealt out anew among the rows. Two columns that say the "
        "same stand in for each other, and each looks less important than it is.",
        "把某一列的值在各行之间重新打乱后，{metric}下降多少。如果两列内容相近，它们会互相替代，看起来都不如实际重要。",
    ),
    "report.caption_importance": Text(
        "Fall of the {metric}, with 95% intervals. Grey: it can't be told from nothing.",
        "{metric}的下降量及 95% 区间。灰色：与零没有可辨的差别。",
    ),
    "report.lead_regions": Text(
        "What the network says for each value of {x} and {y}.", "对 {x} 和 {y} 的每一组取值，网络给出的答案。"
    ),
    "report.caption_regions": Text(
        "Stronger colour: said with at least 90%. Dots: the {part} part, in the colour of their true class; wrong ones have a "
        "ring. A dot can lie in another class's region and be right, since its other columns differ.",
        "颜色较浓：概率至少为 90%。圆点：{part}部分，颜色表示真实类别；带圈的是预测错误。"
        "圆点可能落在别的类别的区域里却仍然正确，因为它的其他列不同。",
    ),
    "report.caption_steps": Text(
        "From faint, {low}, to strong, {high}. The dots are the rows that judge.",
        "由淡（{low}）到浓（{high}）。圆点为用于评分的行。",
    ),
    "report.held": Text(
        "All other columns stay at their median or commonest value: {fixed}",
        "其余各列固定为中位数或最常见的值：{fixed}",
    ),
    # Again
    "report.lead_again": Text(
        "This command trains the same network again.", "用这条命令可以再次训练出同样的网络。"
    ),
    "report.again_in_memory": Text(
        "The data came from memory. Pass the same data again with the settings below.",
        "数据来自内存。请再次传入同样的数据，并使用下面的设置。",
    ),
    "report.again_own": Text(
        "Network or loss are your own; give them again as they were.",
        "网络或损失函数是自定义的，请原样再次给出。",
    ),
    "report.again_earlier": Text(
        "Training went on from an earlier model, which has to be given again with --from.",
        "训练是在先前的模型上继续的，需要用 --from 再次给出那个模型。",
    ),
    "report.data_hash": Text("data, SHA-256", "数据的 SHA-256"),
    "report.versions": Text("versions", "版本"),
    "report.machine": Text("machine", "机器"),
    "report.cores": Text("{cores:core|cores}", "{cores:,} 核"),
    "report.time": Text("time", "用时"),
    "report.time_took": Text("{train} s of training, {all} s in all", "训练 {train} 秒，共 {all} 秒"),
    "report.whole_recipe": Text("Every setting, as a recipe", "全部设置（配方）"),
    "report.save_recipe": Text(
        "Saved as run.toml, it gives the same run, whatever the defaults are by then:",
        "存为 run.toml 即可得到同样的运行，不受日后默认值变化的影响：",
    ),
    # Around the page
    "report.in_memory": Text(
        "The run in {path} was trained on data in memory, so its report can't be made from the folder. "
        "Call `report` on the run itself.",
        "{path} 中的运行使用的是内存中的数据，无法根据文件夹重新生成报告。请对运行对象本身调用 `report`。",
    ),
    "report.other_data": Text(
        "{source} no longer holds the data of the run in {path}, so a report would show others. Put the data back.",
        "{source} 中的数据已不是 {path} 的运行所用的数据，报告会显示别的数据。请恢复原数据。",
    ),
    "report.not_ready": Text(
        "This run no longer has its data at hand, so there is nothing to report on. Train again, or use "
        "`stirfry report FOLDER`.",
        "这次运行已不带有数据，无法生成报告。请重新训练，或使用 `stirfry report 文件夹`。",
    ),
}
